"""What the page header shows about the person: the current agency and the others to switch to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .policy import can_manage_people


def actor(request: HttpRequest) -> dict[str, Any]:
    """Template variables `actor` (or None), `memberships`, `other_memberships` to switch to, `manages_people`."""
    current = getattr(request, "actor", None)
    manages = current is not None and can_manage_people(current, current.agency)
    own = getattr(request, "memberships", ())
    others = [membership for membership in own if current is None or membership.pk != current.membership.pk]
    return {"actor": current, "memberships": own, "other_memberships": others, "manages_people": manages}
