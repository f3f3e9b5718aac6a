"""What the header of every page shows of this room."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from proposals.queries.history import MANY_UNREAD, unread_count


def inbox(request: HttpRequest) -> dict[str, Any]:
    """Template variables `unread_notices` and `many_unread`, where counting them ends.

    One query, and only where the header shows it to somebody with an agency.
    """
    actor = getattr(request, "actor", None)
    unread = SimpleLazyObject(lambda: unread_count(actor, timezone.now())) if actor else 0
    return {"unread_notices": unread, "many_unread": MANY_UNREAD}
