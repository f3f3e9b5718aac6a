"""Packets as an actor may see them, and those a worker should take up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from exports import policy
from exports.models import Packet
from exports.status import Audience, Status
from icm_portal.accounts.actor import Actor
from proposals.models import Proposal, Submission
from proposals.queries import access

#: A worker reports after every page; one that says nothing for this long is gone.
SILENCE = timedelta(seconds=90)
#: A packet that waits longer than this has lost its message.
PATIENCE = timedelta(seconds=30)
#: After this many workers have failed on a packet it is given up.
MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class Offer:
    """A packet the actor may ask for."""

    submission: Submission | None
    audience: Audience

    @property
    def code(self) -> str:
        """What the form sends."""
        return f"{self.submission.pk if self.submission else 'draft'}:{self.audience.value}"

    @property
    def label(self) -> str:
        """What the form says."""
        what = f"Round {self.submission.round}" if self.submission else "The draft as it is now"
        if self.audience == Audience.CMS:
            return f"{what}, with CMS internal notes"
        if self.audience == Audience.LETTER:
            return f"{what}: CMS's letter with its questions"
        return what


def offers(actor: Actor, proposal: Proposal) -> list[Offer]:
    """Return what the actor may ask for: the draft while the state writes, and the rounds, newest first."""
    rounds = [row for row in access.submissions(actor, proposal) if not hasattr(row, "recall")]
    wanted = [Offer(None, Audience.STATE)] if proposal.is_state_turn or not rounds else []
    wanted += [Offer(submission, audience) for submission in rounds for audience in Audience]
    return [offer for offer in wanted if policy.can_make_packet(actor, proposal, offer.submission, offer.audience)]


def packets(actor: Actor, proposal: Proposal) -> QuerySet[Packet]:
    """Return the packets of a proposal that the actor may hold, newest first."""
    return _visible(actor).filter(proposal=proposal).order_by("-created_at", "pk")


def get_packet(actor: Actor, pk: UUID) -> Packet:
    """Return one packet the actor may hold, or raise `Http404`."""
    return get_object_or_404(_visible(actor), pk=pk)


def takeable(now: datetime) -> Q:
    """Rows a worker may claim: those that wait, and those whose worker fell silent."""
    return Q(status=Status.QUEUED) | Q(status=Status.RUNNING, heartbeat_at__lt=now - SILENCE)


def stranded(now: datetime) -> QuerySet[Packet]:
    """Return the packets nobody works on: their message was lost, or their worker."""
    lost_message = Q(status=Status.QUEUED, created_at__lt=now - PATIENCE)
    return Packet.objects.filter(lost_message | Q(status=Status.RUNNING, heartbeat_at__lt=now - SILENCE))


def _visible(actor: Actor) -> QuerySet[Packet]:
    return Packet.objects.filter(policy.visible_packets(actor), proposal__in=access.proposals(actor)).select_related(
        "proposal__agency", "submission__recall", "requested_by"
    )
