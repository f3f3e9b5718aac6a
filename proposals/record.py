"""The one way an event gets into the record."""

from __future__ import annotations

from datetime import datetime

from icm_portal.accounts.actor import Actor
from proposals.models import Event, Proposal, Reason
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
