"""Stopping the clock of CMS's turn, and letting it go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import notify, policy, record
from proposals.audiences import CMS_REVIEWERS, STATE_TEAM
from proposals.models import Proposal
from proposals.queries.access import lock
from proposals.status import Verb
from proposals.workflow import ReasonMissing, TransitionRefused, resume_clock

#: Both sides hear when the clock stops and goes on.
TOLD = (STATE_TEAM, CMS_REVIEWERS)


def pause(*, actor: Actor, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """Stop the clock; both sides read why. Raises `PermissionDenied`, `ReasonMissing`, `TransitionRefused`."""
    if not reason.strip():
        raise ReasonMissing("Give a reason in a sentence or two.")
    with transaction.atomic():
        locked = _locked(actor, proposal)
        if locked.paused_at:
            raise TransitionRefused("The clock stands still already.")
        locked.paused_at = now
        _keep(locked, actor, Verb.PAUSED, now, reason.strip())
    return locked


def resume(*, actor: Actor, proposal: Proposal, now: datetime) -> Proposal:
    """Let the clock go on; the day CMS aims for moves by the days of the pause. Raises as `pause`."""
    with transaction.atomic():
        locked = _locked(actor, proposal)
        if not locked.paused_at:
            raise TransitionRefused("The clock is running already.")
        before = locked.paused_days
        resume_clock(locked, now)
        if locked.due_on:
            locked.due_on += timedelta(days=locked.paused_days - before)
        _keep(locked, actor, Verb.RESUMED, now, "")
    return locked


def _locked(actor: Actor, proposal: Proposal) -> Proposal:
    locked = lock(proposal.pk)
    if not policy.can_pause(actor, locked):
        raise PermissionDenied
    return locked


def _keep(proposal: Proposal, actor: Actor, verb: Verb, now: datetime, reason: str) -> None:
    proposal.save(update_fields=["paused_at", "paused_days", "due_on"])
    event = record.append(proposal=proposal, verb=verb, actor=actor, now=now, reason=reason)
    notify.tell(event, chain.from_iterable(circle.find(proposal, now) for circle in TOLD))
