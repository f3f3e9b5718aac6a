"""What the page header shows about the person: the current agency and the others to switch to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .policy import can_manage_people


def actor(request: HttpRequest) -> dict[str, Any]:
    """Template variables `actor` (or None), `other_memberships` and `manages_people`; no queries of its own."""
    current = getattr(request, "actor", None)
    others = [m for m in getattr(request, "memberships", ()) if current is None or m.pk != current.membership.pk]
    manages = current is not None and can_manage_people(current, current.agency)
    return {"actor": current, "other_memberships": others, "manages_people": manages}
