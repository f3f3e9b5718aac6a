"""The one clock: which side has a proposal, since when, for how many days, and what comes next. Pure: reads nothing.

A side has a proposal from the day on which it comes to that side until the day on which it leaves it. Days are whole
calendar days, those of the state's time zone while the state has it and of Eastern Time while CMS does; the day of
arrival is day 0. Days of a pause count for nobody, nor do those while it is withdrawn or after a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from icm_portal.accounts.roles import Side
from icm_portal.accounts.zones import today_in
from proposals.status import CMS_TURN, STATE_WRITES, ReminderStage, Status, Verb

#: CMS has its seat in Baltimore.
CMS_ZONE = "America/New_York"

#: These hand the proposal over.
_TO = {
    Verb.CREATED: Side.STATE,
    Verb.SUBMITTED: Side.CMS,
    Verb.RECALLED: Side.STATE,
    Verb.RECALLED_FOR: Side.STATE,
    Verb.CHANGES_REQUESTED: Side.STATE,
    Verb.REOPENED: Side.STATE,
}
#: These are recorded under the round they end; the days that follow belong to the next one.
_BEGIN_NEXT = {Verb.CHANGES_REQUESTED, Verb.REOPENED}
_STOPS = {Verb.CONCLUDED, Verb.WITHDRAWN, Verb.WITHDRAWN_FOR}
_RESUMES = {Verb.RESUMED, Verb.RESUMED_FOR}
#: What CMS handed over was taken back: the turn it had ended goes on as if nothing had been.
_UNDOES = {Verb.RELEASE_UNDONE, Verb.DECISION_UNDONE}
#: Everything the clock listens to.
TICKS = frozenset({*_TO, *_STOPS, *_UNDOES, *_RESUMES, Verb.RESTORED, Verb.PAUSED})

_NEXT = {
    Status.DRAFT: "{state} submits round {round}",
    Status.SUBMITTED: "CMS begins its review",
    Status.IN_REVIEW: "CMS asks questions or decides",
    Status.CHANGES_REQUESTED: "{state} replies and submits round {round}",
}


def holder(status: str) -> Side | None:
    """Return the side whose turn it is in a status, ``None`` when it is nobody's."""
    if status in STATE_WRITES:
        return Side.STATE
    return Side.CMS if status in CMS_TURN else None


def zone_of(side: Side, state_zone: str) -> str:
    """Return the time zone in which the days of a side begin and end."""
    return CMS_ZONE if side == Side.CMS else state_zone


def days_between(start: datetime, end: datetime, zone: str) -> int:
    """Return how many midnights of the zone lie between two moments."""
    return (today_in(zone, end) - today_in(zone, start)).days


def target(start: datetime, days: int, zone: str) -> date:
    """Return the last day of so many days from a moment on."""
    return today_in(zone, start) + timedelta(days=days)


def next_step(status: str, state: str, round_number: int, *, paused: bool) -> str:
    """Say in words what comes next; empty when nothing does."""
    if paused:
        return "CMS resumes its review"
    return _NEXT[Status(status)].format(state=state, round=round_number) if status in _NEXT else ""


#: Days before and after a date at which people are reminded of it.
WEEK, DAY = 7, 1


def today_of(side: Side, state_zone: str, now: datetime) -> date:
    """Return which day it is where a side is."""
    return today_in(zone_of(side, state_zone), now)


def reminder_stage(left: int) -> ReminderStage | None:
    """Return the stage of a date so many days away; negative days are those that have passed since."""
    if left < 0:
        return ReminderStage.WEEK_LATE if left <= -WEEK else ReminderStage.LATE
    if left <= WEEK:
        return ReminderStage.DAY if left <= DAY else ReminderStage.WEEK
    return None


@dataclass(frozen=True)
class Tick:
    """One event the clock listens to."""

    verb: str
    round: int
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Pause:
    """A time that counts for nobody; ``until`` is ``None`` while it lasts."""

    since: datetime
    until: datetime | None
    days: int
    reason: str


@dataclass(frozen=True)
class Span:
    """A time during which one side had the proposal; ``until`` is ``None`` while it has."""

    round: int
    side: Side
    since: datetime
    until: datetime | None
    days: int
    pauses: tuple[Pause, ...]


@dataclass
class _Open:
    """A span that still grows."""

    round: int
    side: Side
    since: datetime
    zone: str
    pauses: list[Pause] = field(default_factory=list)
    paused: Tick | None = None

    def resume(self, until: datetime | None, now: datetime) -> None:
        """End the pause that lasts, or count it as far as it has come."""
        if self.paused:
            days = days_between(self.paused.at, until or now, self.zone)
            self.pauses.append(Pause(self.paused.at, until, days, self.paused.reason))
            self.paused = None

    def closed(self, until: datetime | None, now: datetime) -> Span:
        """Return the span as it ended, or as far as it has come."""
        self.resume(until, now)
        days = days_between(self.since, until or now, self.zone) - sum(pause.days for pause in self.pauses)
        return Span(self.round, self.side, self.since, until, days, tuple(self.pauses))


def spans(ticks: Iterable[Tick], state_zone: str, now: datetime) -> list[Span]:
    """Return who had the proposal when, oldest first, read off its events in their order."""
    found: list[Span] = []
    current: _Open | None = None
    stopped: _Open | None = None
    before: _Open | None = None
    for tick in ticks:
        side = _TO.get(Verb(tick.verb))
        if tick.verb == Verb.PAUSED and current:
            current.paused = tick
        elif tick.verb in _RESUMES and current:
            current.resume(tick.at, now)
        elif tick.verb == Verb.RESTORED and stopped:
            current, stopped = _Open(stopped.round, stopped.side, tick.at, stopped.zone), None
        elif tick.verb in _UNDOES and before:
            found.pop()
            current, before = before, None
        elif side or tick.verb in _STOPS:
            if current:
                before = replace(current, pauses=[*current.pauses])
                found.append(current.closed(tick.at, now))
            stopped = current
            number = tick.round + (tick.verb in _BEGIN_NEXT)
            current = _Open(number, side, tick.at, zone_of(side, state_zone)) if side else None
    return [*found, current.closed(None, now)] if current else found
