"""Reminders before and after a date: written once for each person, date and stage, however often this runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from proposals import clock
from proposals.audiences import CMS_REVIEWERS, STATE_TEAM
from proposals.models import MailChoice, Proposal, Reminder
from proposals.status import OPEN, MailKind, MailWhen, ReminderStage

#: Whoever has a proposal is reminded; the other side only reads the date.
TOLD = {circle.side: circle for circle in (STATE_TEAM, CMS_REVIEWERS)}
#: Proposals that one run looks at.
LIMIT = 200
#: Nobody is reminded of a date that was set a moment ago.
SETTLED = timedelta(days=1)


def write_reminders(*, now: datetime) -> int:
    """Write the reminders that are due now and were not written before; return how many."""
    return sum(_remind(proposal, now) for proposal in _near(now))


def _near(now: datetime) -> list[Proposal]:
    """Return the proposals whose date is near or past and whose last reminder was not written yet."""
    last = Reminder.objects.filter(proposal=OuterRef("pk"), due_on=OuterRef("due_on"), stage=ReminderStage.WEEK_LATE)
    # A day more than the longest stage: it is tomorrow already somewhere.
    horizon = now.date() + timedelta(days=clock.WEEK + 1)
    found = Proposal.objects.filter(
        ~Exists(last), status__in=OPEN, paused_at__isnull=True, due_on__lte=horizon, turn_since__lt=now - SETTLED
    )
    return list(found.select_related("agency").order_by("due_on", "pk")[:LIMIT])


def _remind(proposal: Proposal, now: datetime) -> int:
    side, due_on = clock.holder(proposal.status), proposal.due_on
    if side is None or due_on is None:
        return 0
    left = (due_on - clock.today_of(side, proposal.agency.time_zone, now)).days
    stage = clock.reminder_stage(left)
    if stage is None or Reminder.objects.filter(proposal=proposal, due_on=due_on, stage=stage).exists():
        return 0
    people = list(TOLD[side].find(proposal, now))
    chosen = dict(MailChoice.objects.filter(person__in=people, kind=MailKind.REMINDER).values_list("person", "when"))
    rows = [
        Reminder(
            proposal=proposal, recipient=person, due_on=due_on, stage=stage, made_at=now,
            when=chosen.get(person.pk, MailWhen.NOW),
        )
        for person in people
    ]  # fmt: skip
    # Two workers may do this at the same time: the database keeps one row of each.
    return len(Reminder.objects.bulk_create(rows, ignore_conflicts=True))
