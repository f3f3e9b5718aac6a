"""What the header of every page shows of this room."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from proposals.queries.history import unread_count


def inbox(request: HttpRequest) -> dict[str, Any]:
    """Template variable `unread_notices`: one query, and only where the header shows it to somebody with an agency."""
    actor = getattr(request, "actor", None)
    return {"unread_notices": SimpleLazyObject(lambda: unread_count(actor)) if actor else 0}
