"""Who a command acts as: a person of the agency it works for."""

from __future__ import annotations

from datetime import datetime

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency, Role
from icm_portal.accounts.queries import members

#: Whom a command acts as, if there are several.
WRITERS = (Role.EDITOR, Role.TEAM_LEAD, Role.SIGNATORY)


def writer_of(agency: Agency, now: datetime) -> Actor | None:
    """Return a person who may write every section for a state agency, an editor if there is one."""
    found = [
        membership
        for membership in members(agency, now).filter(role__in=WRITERS, user__is_active=True)
        if membership.section_ids is None
    ]
    membership = min(found, key=lambda one: (WRITERS.index(Role(one.role)), one.pk), default=None)
    return Actor(membership.user, membership) if membership else None
