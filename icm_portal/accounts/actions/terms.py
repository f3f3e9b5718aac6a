"""What a membership says: role, sections, last day. Checked once, for invitations and memberships alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied

from icm_portal.accounts.actor import Person
from icm_portal.accounts.errors import AccountError
from icm_portal.accounts.models import Agency
from icm_portal.accounts.policy import STATE_WRITERS, can_give_role, can_manage_people
from icm_portal.accounts.sections import section_labels
from icm_portal.accounts.zones import today_in


@dataclass(frozen=True, slots=True)
class Terms:
    """The checked terms of a membership."""

    role: str
    section_ids: list[str] | None
    expires_on: date | None


def checked_terms(
    *,
    actor: Person,
    agency: Agency,
    role: str,
    section_ids: Sequence[str] | None,
    expires_on: date | None,
    now: datetime,
) -> Terms:
    """The terms as they are stored.

    Sections limit who writes, so they are kept for the writing roles of a state only. Raises PermissionDenied for
    those who do not manage the agency, and AccountError for a role of the other side, an unknown section or a day
    that is over.
    """
    if not can_manage_people(actor, agency):
        raise PermissionDenied
    if not can_give_role(actor, agency, role):
        raise AccountError(f"This role does not exist in {agency.name}.", field="role")
    if expires_on is not None and expires_on < today_in(agency.time_zone, now):
        raise AccountError("The last day of access is over. Choose today or a later day.", field="expires_on")
    return Terms(role, _limit(role, section_ids), expires_on)


def _limit(role: str, section_ids: Sequence[str] | None) -> list[str] | None:
    if not section_ids or role not in STATE_WRITERS:
        return None
    known = list(section_labels())
    unknown = [key for key in section_ids if key not in known]
    if unknown:
        raise AccountError(f"There is no section “{unknown[0]}” in the toolkit.", field="section_ids")
    return [key for key in known if key in section_ids]
