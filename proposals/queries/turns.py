"""Whose turn it is, since when, until when, and how long each side had the proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency, Side
from icm_portal.accounts.zones import today_in
from proposals import clock
from proposals.models import Event, Proposal
from proposals.status import Verb

#: The newest so many spells of a proposal are shown.
MOST_SPANS = 24


def review_days() -> int:
    """Return how many days CMS aims for in a review."""
    return Agency.objects.filter(side=Side.CMS).order_by("pk").values_list("target_days", flat=True)[0]


def response_due(proposal: Proposal, now: datetime) -> date:
    """Return the day until which a state may reply unless CMS says otherwise."""
    agency = proposal.agency
    return clock.target(now, agency.target_days, agency.time_zone)


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, since when, until when and what comes next: one line on every page of a proposal.

    ``days`` is the day of the turn, ``of`` the day on which it should end, if there is one; ``due_on`` is that day as a
    date: given to a state by CMS, aimed for by CMS itself. ``paused_since`` is set while the clock stands still.
    """

    side: str
    is_yours: bool
    is_cms: bool
    since: datetime
    days: int
    of: int | None
    due_on: date | None
    paused_since: datetime | None
    next: str

    @property
    def count(self) -> str:
        """The day in words, to follow a name: ", day 12 of 30", ", day 12"; " since today" on the first."""
        if not self.days:
            return " since today"
        return f", day {self.days:,}" if self.of is None else f", day {self.days:,} of {self.of:,}"


def turn_of(actor: Actor, proposal: Proposal, now: datetime) -> Turn | None:
    """Return whose turn it is, or ``None`` when nobody's: the proposal is concluded or withdrawn. Reads nothing."""
    side = clock.holder(proposal.status)
    if side is None:
        return None
    name, zone = proposal.agency.short_name, clock.zone_of(side, proposal.agency.time_zone)
    start, paused_days = today_in(zone, proposal.turn_since), proposal.paused_days
    gone = clock.days_between(proposal.turn_since, proposal.paused_at or now, zone)
    return Turn(
        side=name if side == Side.STATE else "CMS",
        is_yours=actor.side == side,
        is_cms=side == Side.CMS,
        since=proposal.turn_since,
        days=gone - paused_days,
        of=(proposal.due_on - start).days - paused_days if proposal.due_on else None,
        due_on=proposal.due_on,
        paused_since=proposal.paused_at,
        next=clock.next_step(proposal.status, name, proposal.round, paused=proposal.paused_at is not None),
    )


def spans(actor: Actor, proposal: Proposal, now: datetime) -> list[clock.Span]:
    """Return who had the proposal when, oldest first; how long a state wrote before its first round CMS never reads."""
    found = Event.objects.filter(proposal=proposal, verb__in=clock.TICKS).order_by("at", "pk")
    ticks = [clock.Tick(*row) for row in found.values_list("verb", "round", "at", "reason__text")]
    if actor.is_cms:
        first = next((place for place, tick in enumerate(ticks) if tick.verb == Verb.SUBMITTED), len(ticks))
        ticks = ticks[first:]
    return clock.spans(ticks, proposal.agency.time_zone, now)[-MOST_SPANS:]
