"""The one way an event gets into the record."""

from __future__ import annotations

from datetime import datetime

from icm_portal.accounts.actor import Actor, Administrator
from proposals.models import Correction, Event, Proposal, Reason
from proposals.opening import note_opened
from proposals.status import Verb


def append(
    *,
    proposal: Proposal,
    verb: Verb,
    actor: Actor,
    now: datetime,
    section_key: str = "",
    round_number: int | None = None,
    object_id: object = "",
    reason: str = "",
) -> Event:
    """Append one event, with its reason if one was given; the round defaults to the one the proposal is in.

    A deed of the state shows that it has opened what CMS handed over.
    """
    note_opened(proposal=proposal, actor=actor, now=now)
    event = Event.objects.create(
        proposal=proposal,
        verb=verb,
        actor=actor.user,
        actor_agency=actor.agency,
        section_key=section_key,
        round=proposal.round if round_number is None else round_number,
        object_id=str(object_id),
        at=now,
    )
    if reason:
        Reason.objects.create(event=event, text=reason)
    return event


def append_correction(
    *,
    proposal: Proposal,
    verb: Verb,
    by: Administrator,
    now: datetime,
    reason: str,
    change: tuple[str, str],
    section_key: str = "",
    object_id: object = "",
) -> Event:
    """Append what an administrator put right, with its reason and ``change``: how it stood before and after.

    An administrator acts for no agency: the event stands with the agency whose proposal it is, and is read by both sides.
    """
    event = Event.objects.create(
        proposal=proposal,
        verb=verb,
        actor=by.user,
        actor_agency=proposal.agency,
        section_key=section_key,
        round=proposal.round,
        object_id=str(object_id),
        at=now,
    )
    Reason.objects.create(event=event, text=reason)
    Correction.objects.create(event=event, was=change[0], became=change[1])
    return event
