"""What waits for a person's mail of the day: counts and places, no words of anybody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import F, Q, QuerySet

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import User
from icm_portal.accounts.queries import active_memberships
from icm_portal.accounts.zones import zone
from proposals.models import Digest, Event, MailChoice, Notification, Proposal, Reminder
from proposals.queries.history import notices, reminders
from proposals.status import CMS_TURN, EARLY_VERBS, STATE_WRITES, MailWhen

#: Mails of the day go out from this hour of the person's day on.
HOUR = 7
#: The most people one run looks at.
PEOPLE = 2000

Row = TypeVar("Row", Notification, Reminder)


@dataclass(frozen=True)
class Line:
    """One proposal of a digest, or with ``look`` one early look of it, which has a page of its own."""

    proposal: Proposal
    look: str
    notices: int
    reminders: int


@dataclass(frozen=True)
class Waiting:
    """Everything of one person's digest: the day it is for, its lines, and the rows that go out with it."""

    person: User
    day: date
    lines: tuple[Line, ...]
    notices: tuple[int, ...]
    reminders: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many things there are to tell."""
        return len(self.notices) + len(self.reminders)


def choices_of(person: User) -> dict[str, str]:
    """Return when the person wants which kind of mail, where they said so."""
    return dict(MailChoice.objects.filter(person=person).values_list("kind", "when"))


def people_waiting(now: datetime) -> list[User]:
    """Return people for whom something waits for the mail of the day and who got none in the last hours."""
    waiting = Q(pk__in=_unsent(Notification.objects.all()).values("recipient"))
    waiting |= Q(pk__in=_unsent(Reminder.objects.all()).values("recipient"))
    return list(User.objects.filter(waiting, is_active=True).order_by("pk")[:PEOPLE])


def _unsent(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.filter(when=MailWhen.DAILY, sent_at__isnull=True)


def actors_of(person: User, now: datetime) -> list[Actor]:
    """Return a person in each agency that gives them access now; nobody for whom cannot sign in."""
    if not person.is_active:
        return []
    return [Actor(person, membership) for membership in active_memberships(person, now)]


def still_due(rows: QuerySet[Reminder]) -> QuerySet[Reminder]:
    """Leave out reminders of dates that no longer count: it was handed over, got another date, or its clock stands."""
    return rows.filter(proposal__due_on=F("due_on"), proposal__paused_at__isnull=True)


def _to_keep(actor: Actor) -> QuerySet[Reminder]:
    """Return the reminders of dates that the actor's side still has to keep."""
    return still_due(reminders(actor)).filter(proposal__status__in=STATE_WRITES if actor.is_state else CMS_TURN)


def digest_of(person: User, now: datetime) -> Waiting | None:
    """Return what goes out to a person now; ``None`` when it is too early, too late, or they may see nothing of it."""
    actors = actors_of(person, now)
    if not actors:
        return None
    local = now.astimezone(zone(person.time_zone or actors[0].agency.time_zone))
    if local.hour < HOUR or Digest.objects.filter(person=person, day=local.date()).exists():
        return None
    told = {row.pk: _place(row.event) for actor in actors for row in _unsent(notices(actor, now))}
    due = {row.pk: (row.proposal, "") for actor in actors for row in _unsent(_to_keep(actor))}
    counts, dates = Counter(told.values()), Counter(due.values())
    found = sorted({*counts, *dates}, key=lambda place: (place[0].number, place[1]))
    lines = tuple(Line(*place, counts[place], dates[place]) for place in found)
    return Waiting(person, local.date(), lines, tuple(told), tuple(due)) if lines else None


def _place(event: Event) -> tuple[Proposal, str]:
    return event.proposal, event.object_id if event.verb in EARLY_VERBS else ""
