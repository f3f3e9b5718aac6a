"""Inviting people, and what they do with an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as InvalidValue
from django.db import transaction

from icm_portal.accounts.actor import Person
from icm_portal.accounts.errors import AccountError
from icm_portal.accounts.models import AccountVerb, Agency, Invitation, Membership, User, normalized_email
from icm_portal.accounts.policy import can_accept, can_manage_people
from icm_portal.accounts.queries import members
from icm_portal.accounts.record import record, terms
from icm_portal.accounts.tasks import send_invitation
from icm_portal.accounts.tokens import token_hash

from .terms import checked_terms

VALID_FOR: Final = timedelta(days=14)
UNUSABLE: Final = (
    "This invitation has been used, withdrawn or has run out. Ask the person who invited you for a new one."
)


def find_invitation(token: str) -> Invitation | None:
    """The invitation this token was mailed for, used or not; None for any other text."""
    found = Invitation.objects.filter(token_hash=token_hash(token)).select_related("agency", "invited_by")
    return found.first()


@transaction.atomic
def invite(
    *,
    actor: Person,
    agency: Agency,
    email: str,
    role: str,
    section_ids: Sequence[str] | None = None,
    expires_on: date | None = None,
    now: datetime,
) -> Invitation:
    """Invite an address to `agency`; the mail leaves after commit.

    Raises PermissionDenied, and AccountError when the person is a member, is invited already, or the terms are wrong.
    An invitation that ran out makes way for the new one.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    agreed = checked_terms(
        actor=actor, agency=agency, role=role, section_ids=section_ids, expires_on=expires_on, now=now
    )
    address = normalized_email(email)
    _make_way(agency, address, now)
    invitation = Invitation.objects.create(
        agency=agency,
        email=address,
        role=agreed.role,
        section_ids=agreed.section_ids,
        expires_on=agreed.expires_on,
        invited_by=actor.user,
        created_at=now,
        valid_until=now + VALID_FOR,
    )
    detail = terms(agreed.role, agreed.section_ids, agreed.expires_on)
    record(actor=actor.user, verb=AccountVerb.INVITED, agency=agency, email=address, detail=detail, now=now)
    _send_after_commit(invitation)
    return invitation


@transaction.atomic
def resend_invitation(*, actor: Person, invitation: Invitation, now: datetime) -> Invitation:
    """Mail a fresh link, good for another 14 days; the old link dies. Raises PermissionDenied, AccountError."""
    current = _open_for_manager(actor, invitation)
    current.valid_until = now + VALID_FOR
    current.token_hash = None
    current.sent_at = None
    current.save(update_fields=["valid_until", "token_hash", "sent_at"])
    record(actor=actor.user, verb=AccountVerb.RESENT, agency=current.agency, email=current.email, now=now)
    _send_after_commit(current)
    return current


@transaction.atomic
def withdraw_invitation(*, actor: Person, invitation: Invitation, now: datetime) -> Invitation:
    """Make the link useless at once. Raises PermissionDenied, AccountError when it is used or withdrawn already."""
    current = _open_for_manager(actor, invitation)
    current.withdrawn_at = now
    current.save(update_fields=["withdrawn_at"])
    record(actor=actor.user, verb=AccountVerb.WITHDREW, agency=current.agency, email=current.email, now=now)
    return current


@transaction.atomic
def accept_invitation(*, actor: User, token: str, now: datetime) -> Membership:
    """Join the agency as a person who is signed in.

    Raises AccountError when the invitation cannot be used or was sent to another address.
    """
    invitation = _valid(token, now)
    if not can_accept(actor, invitation, now):
        raise AccountError(
            f"This invitation was sent to {invitation.email}. Sign in with that address, then open the link again."
        )
    return _join(invitation, actor, now)


@transaction.atomic
def accept_as_new_person(*, token: str, name: str, password: str, now: datetime) -> Membership:
    """Make the invited person's account and join the agency; the invited address counts as verified.

    Raises AccountError when the invitation cannot be used, the address has an account already, the name is missing
    or the password is too weak.
    """
    invitation = _valid(token, now)
    if User.objects.filter(email=invitation.email).exists():
        raise AccountError("You have an account already. Sign in, then open the link in the mail again.")
    if not name.strip():
        raise AccountError("Enter your name.", field="name")
    try:
        validate_password(password, User(email=invitation.email, name=name))
    except InvalidValue as error:
        raise AccountError(" ".join(error.messages), field="password") from error
    user = User.objects.create_user(invitation.email, password, name=name.strip())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return _join(invitation, user, now)


def _make_way(agency: Agency, address: str, now: datetime) -> None:
    """Withdraw an invitation that ran out. Raises AccountError when the address belongs or is invited already."""
    if members(agency, now).filter(user__email=address).exists():
        raise AccountError(f"{address} already belongs to {agency.name}.", field="email")
    waiting = Invitation.objects.filter(
        agency=agency, email=address, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).first()
    if waiting is not None and waiting.is_valid(now):
        raise AccountError(f"{address} has an invitation already. Send it again from the people page.", field="email")
    if waiting is not None:
        Invitation.objects.filter(pk=waiting.pk).update(withdrawn_at=now)


def _open_for_manager(actor: Person, invitation: Invitation) -> Invitation:
    current = Invitation.objects.select_for_update(of=("self",)).select_related("agency").get(pk=invitation.pk)
    if not can_manage_people(actor, current.agency):
        raise PermissionDenied
    if not current.is_open:
        raise AccountError(f"The invitation of {current.email} has been used or withdrawn already.")
    return current


def _valid(token: str, now: datetime) -> Invitation:
    """The invitation of `token`, locked until the transaction ends, so that two clicks make one membership."""
    found = Invitation.objects.select_for_update(of=("self",)).select_related("agency")
    invitation = found.filter(token_hash=token_hash(token)).first()
    if invitation is None or not invitation.is_valid(now):
        raise AccountError(UNUSABLE)
    return invitation


def _join(invitation: Invitation, user: User, now: datetime) -> Membership:
    agency = invitation.agency
    earlier = Membership.objects.select_for_update(of=("self",)).select_related("agency")
    unended = earlier.filter(user=user, agency=agency, ended_at__isnull=True).first()
    if unended is not None and unended.is_active(now):
        raise AccountError(f"You already belong to {agency.name}.")
    if unended is not None:
        Membership.objects.filter(pk=unended.pk).update(ended_at=now)
    membership = Membership.objects.create(
        user=user,
        agency=agency,
        role=invitation.role,
        section_ids=invitation.section_ids,
        expires_on=invitation.expires_on,
    )
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=now)
    detail = terms(membership.role, membership.section_ids, membership.expires_on)
    record(actor=user, verb=AccountVerb.JOINED, agency=agency, subject=user, detail=detail, now=now)
    return membership


def _send_after_commit(invitation: Invitation) -> None:
    def wake_worker() -> None:
        send_invitation.delay(invitation.pk)

    # robust: with the broker down the invitation stands, and the sweep sends it later.
    transaction.on_commit(wake_worker, robust=True)
