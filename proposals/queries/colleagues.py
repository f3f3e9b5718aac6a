"""Who inside one's own agency can be pointed to a note."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership
from icm_portal.accounts.policy import CMS_REVIEWERS, STATE_WRITERS
from icm_portal.accounts.queries import members

#: So many colleagues are offered; a longer list nobody reads.
MOST_COLLEAGUES = 200


def colleagues(actor: Actor, now: datetime) -> QuerySet[Membership]:
    """Return the others of the actor's agency who read and write notes there, by name.

    Who is limited to some sections is among them: `reads_note` says whether a note reaches them.
    """
    roles = CMS_REVIEWERS if actor.is_cms else STATE_WRITERS
    found = members(actor.agency, now).filter(role__in=roles, user__is_active=True)
    return found.exclude(user=actor.user).select_related(None).select_related("user")


def reads_note(membership: Membership, section_key: str) -> bool:
    """Whether a member reads the notes of their agency about a section, or ("") about the whole proposal."""
    return membership.section_ids is None or section_key in membership.section_ids
