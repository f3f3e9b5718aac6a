"""Stopping the clock of CMS's turn, and letting it go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor, Person
from proposals import notify, policy, record
from proposals.audiences import CMS_REVIEWERS, STATE_TEAM
from proposals.models import Proposal
from proposals.queries.access import lock
from proposals.queries.doers import cms_leads
from proposals.status import CMS_TURN, Verb
from proposals.workflow import ReasonMissing, TransitionRefused, check_in_place, resume_clock

#: Both sides hear when the clock stops and goes on.
TOLD = (STATE_TEAM, CMS_REVIEWERS)
NO_REVIEW = "There is no review of CMS now whose clock could stop."


def pause(*, actor: Actor, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """Stop the clock; both sides read why. Raises `PermissionDenied`, `ReasonMissing`, `TransitionRefused`."""
    if not reason.strip():
        raise ReasonMissing("Give a reason in a sentence or two.")
    with transaction.atomic():
        locked = _locked(actor, proposal, now)
        if locked.paused_at:
            raise TransitionRefused("The clock stands still already.")
        locked.paused_at = now
        _keep(locked, actor, Verb.PAUSED, now, reason.strip())
    return locked


def resume(*, actor: Person, proposal: Proposal, reason: str = "", now: datetime) -> Proposal:
    """Let the clock go on; the day CMS aims for moves by the days of the pause. Raises as `pause`.

    An administrator does it, with a reason, when CMS has no lead.
    """
    with transaction.atomic():
        locked = _locked(actor, proposal, now)
        if not locked.paused_at:
            raise TransitionRefused("The clock is running already.")
        before = locked.paused_days
        resume_clock(locked, now)
        if locked.due_on:
            locked.due_on += timedelta(days=locked.paused_days - before)
        _keep(locked, actor, Verb.RESUMED, now, reason.strip())
    return locked


def _locked(person: Person, proposal: Proposal, now: datetime) -> Proposal:
    locked = lock(proposal.pk)
    if isinstance(person, Actor):
        if not policy.can_pause(person, locked):
            raise PermissionDenied
        return locked
    check_in_place(person, cms_leads(locked, now))
    if locked.status not in CMS_TURN:
        raise TransitionRefused(NO_REVIEW)
    return locked


def _keep(proposal: Proposal, person: Person, verb: Verb, now: datetime, reason: str) -> None:
    proposal.save(update_fields=["paused_at", "paused_days", "due_on"])
    if isinstance(person, Actor):
        event = record.append(proposal=proposal, verb=verb, actor=person, now=now, reason=reason)
    else:
        event = record.append_correction(
            proposal=proposal, verb=Verb.RESUMED_FOR, by=person, now=now, reason=reason, change=("paused", "running")
        )
    notify.tell(event, chain.from_iterable(circle.find(proposal, now) for circle in TOLD))
