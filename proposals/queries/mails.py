"""What became of the mails about what one's own side did: whom, when, and in which state. No words of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency, Membership, Role
from proposals.models import Event, Notification, Proposal
from proposals.queries.history import readable_events
from proposals.status import CORRECTIONS, STEP_VERBS, MailWhen

#: People of one step who are written out; those whose mail failed come first.
NAMED = 30
#: Rows that one page reads.
MOST = 500
#: So long nobody has the mail of a step sent once more.
AGAIN_AFTER = timedelta(minutes=10)

#: What may have become of a mail, in the order of a page; `NONE` where none goes out.
NONE = "none"
STATES = ("failed", "waiting", "daily", "sent", NONE)
#: The steps that a side takes: what an administrator puts right is nobody's of these.
TAKEN = STEP_VERBS - CORRECTIONS
#: Mails that the mail server did not take, of those that go at once.
FAILED = Q(sent_at__isnull=True, when=MailWhen.NOW) & ~Q(error="")
SENT = Q(sent_at__isnull=False)


@dataclass(frozen=True)
class MailLine:
    """One mail: for whom, as far as the reader may know, and what became of it, one of `STATES`.

    ``said`` is what the mail server said, for people of the reader's own side.
    """

    who: str
    state: str
    at: datetime | None
    attempts: int
    said: str


@dataclass(frozen=True)
class Tally:
    """How many people were told of a step, and how many of their mails went out or failed."""

    told: int
    sent: int
    failed: int


def steps(actor: Actor, proposal: Proposal) -> QuerySet[Event]:
    """Return the steps that the actor's own side took on a visible proposal, and all else it did that somebody was told.

    Newest first. What an administrator put right stands with the agency of the proposal, but is no deed of its people.
    """
    told = Exists(Notification.objects.filter(event=OuterRef("pk")))
    return (
        Event.objects.filter(readable_events(actor), proposal=proposal, actor_agency=actor.agency)
        .filter(Q(verb__in=TAKEN) | told)
        .exclude(verb__in=CORRECTIONS)
        .select_related("actor", "actor_agency", "reason")
        .order_by("-at", "-pk")
    )


def newest_step(proposal: Proposal) -> Event | None:
    """Return the last step that either side took."""
    return Event.objects.filter(proposal=proposal, verb__in=TAKEN).order_by("-at", "-pk").first()


def tallies(events: Iterable[Event]) -> Mapping[int, Tally]:
    """Count the mails of some steps, in one query."""
    rows = Notification.objects.filter(event__in=[event.pk for event in events]).order_by().values("event")
    counted = rows.annotate(told=Count("pk"), sent=Count("pk", filter=SENT), failed=Count("pk", filter=FAILED))
    return {row["event"]: Tally(row["told"], row["sent"], row["failed"]) for row in counted}


def sent_again_at(event: Event) -> datetime | None:
    """Return when somebody last had the mail of a step sent again."""
    found: datetime | None = event.notifications.aggregate(last=Max("again_at"))["last"]
    return found


def lines(actor: Actor, proposal: Proposal, events: Iterable[Event]) -> Mapping[int, list[MailLine]]:
    """Return the mails of some steps by the step, failed ones first; the same number of queries for any of them."""
    rows = Notification.objects.filter(event__in=[event.pk for event in events])
    read = list(rows.only("event", "recipient", "sent_at", "attempts", "error", "when").order_by("-event", "pk")[:MOST])
    people = {row.recipient_id for row in read}
    own, others = _names(actor.agency, people), _labels(actor, proposal, people)
    found: dict[int, list[MailLine]] = {}
    for row in read:
        is_own = row.recipient_id in own
        who = own[row.recipient_id] if is_own else others.get(row.recipient_id, _somebody(actor, proposal))
        found.setdefault(row.event_id, []).append(_line(row, who, is_own=is_own))
    return {event: sorted(mails, key=_urgency) for event, mails in found.items()}


def _line(row: Notification, who: str, *, is_own: bool) -> MailLine:
    state = _state(row, is_own=is_own)
    return MailLine(who, state, row.sent_at, row.attempts if state != NONE else 0, row.error if is_own else "")


def _state(row: Notification, *, is_own: bool) -> str:
    if row.sent_at:
        return "sent"
    if row.when == MailWhen.NEVER or (row.when == MailWhen.DAILY and not is_own):
        # When people of the other side want their mail is their own affair.
        return NONE
    if row.error:
        return "failed"
    return "daily" if row.when == MailWhen.DAILY else "waiting"


def _urgency(line: MailLine) -> int:
    return STATES.index(line.state)


def _names(agency: Agency, people: set[int]) -> dict[int, str]:
    """Return the names of those who are or were members of an agency."""
    return dict(Membership.objects.filter(agency=agency, user__in=people).values_list("user", "user__name"))


def _labels(actor: Actor, proposal: Proposal, people: set[int]) -> dict[int, str]:
    """Return what people of the state are called at CMS: by their role. A state reads of CMS that there are reviewers."""
    if actor.is_state:
        return {}
    held = Membership.objects.filter(agency=proposal.agency, user__in=people).order_by("pk").values_list("user", "role")
    return {user: f"{Role(role).label}, {proposal.agency.short_name}" for user, role in held}


def _somebody(actor: Actor, proposal: Proposal) -> str:
    return "CMS reviewer" if actor.is_state else f"Somebody in {proposal.agency.short_name}"
