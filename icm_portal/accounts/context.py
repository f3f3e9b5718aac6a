"""What the page header shows about the person: the current agency and the others to switch to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .policy import can_manage_people


def actor(request: HttpRequest) -> dict[str, Any]:
    """Template variables `actor` (or None), `memberships` (the person's own, for switching) and `manages_people`.

    No queries of its own.
    """
    current = getattr(request, "actor", None)
    manages = current is not None and can_manage_people(current, current.agency)
    return {"actor": current, "memberships": getattr(request, "memberships", ()), "manages_people": manages}
