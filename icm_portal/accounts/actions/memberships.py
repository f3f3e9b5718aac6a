"""Changing and ending memberships, and moving between one's own agencies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Person
from icm_portal.accounts.errors import AccountError
from icm_portal.accounts.middleware import AGENCY_KEY
from icm_portal.accounts.models import AccountVerb, Agency, Membership, User
from icm_portal.accounts.policy import LEADS, can_manage_people, can_switch_to
from icm_portal.accounts.queries import other_leads
from icm_portal.accounts.record import record, terms

from .terms import checked_terms


class LastLead(AccountError):
    """The agency would be left without anybody who manages its people."""

    def __init__(self, membership: Membership) -> None:
        role = membership.get_role_display().lower()
        super().__init__(
            f"{membership.user} is the last {role} of {membership.agency.name} whose access does not run out. "
            f"Make somebody else {role} first."
        )


@transaction.atomic
def change_membership(
    *,
    actor: Person,
    membership: Membership,
    role: str,
    section_ids: Sequence[str] | None,
    expires_on: date | None,
    now: datetime,
) -> Membership:
    """Give a member another role, limit or last day; takes effect with the person's next click.

    Raises PermissionDenied, AccountError for wrong terms or a membership that is over, LastLead.
    """
    current = _active_for_manager(actor, membership, now)
    agreed = checked_terms(
        actor=actor, agency=current.agency, role=role, section_ids=section_ids, expires_on=expires_on, now=now
    )
    if agreed.role not in LEADS or agreed.expires_on is not None:
        _keep_a_lead(current, now)
    before = terms(current.role, current.section_ids, current.expires_on)
    current.role, current.section_ids, current.expires_on = agreed.role, agreed.section_ids, agreed.expires_on
    current.save(update_fields=["role", "section_ids", "expires_on"])
    detail = f"{before} → {terms(current.role, current.section_ids, current.expires_on)}"
    _record(actor, AccountVerb.CHANGED, current, detail, now)
    return current


@transaction.atomic
def end_membership(*, actor: Person, membership: Membership, now: datetime) -> Membership:
    """Take the access away at once; the row stays as history. Raises PermissionDenied, AccountError, LastLead."""
    current = _active_for_manager(actor, membership, now)
    _keep_a_lead(current, now)
    current.ended_at = now
    current.save(update_fields=["ended_at"])
    _record(actor, AccountVerb.ENDED, current, terms(current.role, current.section_ids, current.expires_on), now)
    return current


def switch_agency(*, actor: User, session: SessionBase, agency_id: int, now: datetime) -> Membership:
    """Act for another of one's own agencies from the next click on; raises Membership.DoesNotExist for any other."""
    found = Membership.objects.select_related("agency").filter(user=actor, agency_id=agency_id, ended_at__isnull=True)
    membership = found.first()
    if membership is None or not can_switch_to(actor, membership, now):
        raise Membership.DoesNotExist
    session[AGENCY_KEY] = membership.agency_id
    return membership


def _active_for_manager(actor: Person, membership: Membership, now: datetime) -> Membership:
    """The membership as stored; the agency is locked, so that two leads cannot end each other at once."""
    agency = Agency.objects.select_for_update().get(pk=membership.agency_id)
    if not can_manage_people(actor, agency):
        raise PermissionDenied
    current = Membership.objects.select_related("agency", "user").get(pk=membership.pk)
    if not current.is_active(now):
        raise AccountError(f"The membership of {current.user} is over. Send a new invitation instead.")
    return current


def _keep_a_lead(membership: Membership, now: datetime) -> None:
    """Refuse to let go the last lead; one whose access runs out anyway may go while any other lead remains."""
    if membership.role not in LEADS:
        return
    others = other_leads(membership, now)
    lasting = others.filter(expires_on__isnull=True).exists()
    if not lasting and (membership.expires_on is None or not others.exists()):
        raise LastLead(membership)


def _record(actor: Person, verb: AccountVerb, membership: Membership, detail: str, now: datetime) -> None:
    record(actor=actor.user, verb=verb, agency=membership.agency, subject=membership.user, detail=detail, now=now)
