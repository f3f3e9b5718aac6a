"""What a person says about themselves, and what a state confirms about itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Person
from icm_portal.accounts.errors import AccountError
from icm_portal.accounts.models import MOST_TARGET_DAYS, AccountVerb, Agency, User
from icm_portal.accounts.policy import can_confirm_facts, can_set_clearance, can_set_target
from icm_portal.accounts.record import record
from icm_portal.accounts.zones import ZONE_NAMES, today_in


@transaction.atomic
def update_profile(*, actor: User, name: str, time_zone: str, now: datetime) -> User:
    """Store one's own name and time zone (blank: the agency's). Raises AccountError for no name or an unknown zone."""
    if not name.strip():
        raise AccountError("Enter your name.", field="name")
    if time_zone and time_zone not in ZONE_NAMES:
        raise AccountError("Choose a time zone from the list.", field="time_zone")
    actor.name, actor.time_zone = name.strip(), time_zone
    actor.save(update_fields=["name", "time_zone"])
    record(actor=actor, verb=AccountVerb.PROFILE, agency=None, subject=actor, now=now)
    return actor


@transaction.atomic
def confirm_facts(
    *, actor: Person, agency: Agency, tribes: bool, fmap: Decimal, fmap_year: int, now: datetime
) -> Agency:
    """Store the facts of a state as the state confirms them. Raises PermissionDenied."""
    if not can_confirm_facts(actor, agency):
        raise PermissionDenied
    current = Agency.objects.select_for_update().get(pk=agency.pk)
    day = today_in(current.time_zone, now).isoformat()
    facts = {"tribes": tribes, "fmap": f"{fmap:.2f}", "fmap_year": fmap_year}
    current.defaults = {**current.defaults, **facts, "confirmed": {"by": actor.user.name, "on": day}}
    current.save(update_fields=["defaults"])
    detail = f"FMAP {fmap:.2f} percent ({fmap_year}), tribes: {'yes' if tribes else 'no'}"
    record(actor=actor.user, verb=AccountVerb.FACTS, agency=current, detail=detail, now=now)
    return current


@transaction.atomic
def set_clearance(*, actor: Person, agency: Agency, required: bool, now: datetime) -> Agency:
    """Say whether a proposal of the state needs every sign-off before it is submitted. Raises PermissionDenied."""
    if not can_set_clearance(actor, agency):
        raise PermissionDenied
    current = Agency.objects.select_for_update().get(pk=agency.pk)
    if current.needs_clearance != required:
        current.needs_clearance = required
        current.save(update_fields=["needs_clearance"])
        detail = "Sign-offs are needed to submit" if required else "Sign-offs are not needed to submit"
        record(actor=actor.user, verb=AccountVerb.CLEARANCE, agency=current, detail=detail, now=now)
    return current


@transaction.atomic
def set_target(*, actor: Person, agency: Agency, days: int, now: datetime) -> Agency:
    """Say how many days CMS aims for in a review, or a state for a response. Raises PermissionDenied, AccountError."""
    if not can_set_target(actor, agency):
        raise PermissionDenied
    if not 1 <= days <= MOST_TARGET_DAYS:
        raise AccountError(f"Enter a number of days from 1 to {MOST_TARGET_DAYS}.", field="days")
    current = Agency.objects.select_for_update().get(pk=agency.pk)
    if current.target_days != days:
        detail = f"{days} days, {current.target_days} before"
        current.target_days = days
        current.save(update_fields=["target_days"])
        record(actor=actor.user, verb=AccountVerb.TARGET, agency=current, detail=detail, now=now)
    return current
