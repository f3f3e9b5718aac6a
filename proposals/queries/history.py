"""Reads of the record: the activity of a proposal or an agency, and one person's notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import BigIntegerField, CharField, Q, QuerySet, Value

from icm_portal.accounts.actor import Actor
from proposals.models import EarlyLook, EarlyWords, Event, Notification, Proposal, Reminder
from proposals.policy import can_view_proposal, visible_early_looks, visible_proposals
from proposals.status import EARLY_VERBS, SHARED_VERBS, Verb

#: A person's saves of one section, or of one drafted reply, within this time are shown as one line.
FOLD_WITHIN = timedelta(minutes=10)
#: Where counting unread notices ends.
MANY_UNREAD = 100
#: What pages save while people type.
_TYPED = {Verb.SECTION_SAVED, Verb.DRAFT_COMMENT_SAVED}
#: What an entry of the record shows. Rows are many: columns nobody reads cost more than the query.
_SHOWN = (
    "verb", "section_key", "round", "object_id", "at", "reason__text", "actor__name",
    "actor_agency__side", "actor_agency__jurisdiction",
    "proposal__number", "proposal__title", "proposal__toolkit_version", "proposal__agency__side", "proposal__agency__jurisdiction",
)  # fmt: skip


def readable_events(actor: Actor, prefix: str = "") -> Q:
    """Events both sides may read, and those of the actor's own agency; ``prefix`` such as "event__" from elsewhere.

    Of what is shared early only the state reads in the record, also what CMS did there; within it, nobody whose
    membership is limited to some sections, as with the early looks themselves.
    """
    own, early = Q(**{f"{prefix}actor_agency": actor.agency}), Q(**{f"{prefix}verb__in": EARLY_VERBS})
    return Q(**{f"{prefix}verb__in": SHARED_VERBS}) | (own | early if _reads_early(actor) else own & ~early)


def is_readable(actor: Actor, verb: str, agency_id: int) -> bool:
    """Say of one event of an agency what `readable_events` says in a query."""
    own, early = agency_id == actor.agency.pk, verb in EARLY_VERBS
    return verb in SHARED_VERBS or (own or early if _reads_early(actor) else own and not early)


def _reads_early(actor: Actor) -> bool:
    return actor.is_state and actor.reaches("")


def events(actor: Actor, proposal: Proposal) -> QuerySet[Event]:
    """Return the record of one visible proposal as the actor may read it, newest first."""
    return (
        Event.objects.filter(readable_events(actor), proposal=proposal)
        .select_related("actor", "actor_agency", "reason", "proposal__agency")
        .only(*_SHOWN)
        .order_by("-at", "-pk")
    )


def feed(actor: Actor) -> QuerySet[Event]:
    """Return the record over all proposals the actor may see, newest first."""
    found = Event.objects.filter(readable_events(actor), visible_proposals(actor, "proposal__"))
    if actor.is_cms:
        # It never saves a section; saying so lets the database pass over what states write (`event_by_time`).
        found = found.exclude(verb=Verb.SECTION_SAVED)
    read = found.select_related("actor", "actor_agency", "reason", "proposal__agency").only(*_SHOWN)
    return read.order_by("-at", "-pk")


def folded(found: list[Event]) -> list[Event]:
    """Fold a person's saves of one thing that follow each other within ten minutes into the newest of them."""
    kept: list[Event] = []
    for event in found:
        if not (kept and _is_same_sitting(kept[-1], event)):
            kept.append(event)
    return kept


def _is_same_sitting(newer: Event, older: Event) -> bool:
    return (
        newer.verb == older.verb
        and newer.verb in _TYPED
        and (newer.verb == Verb.SECTION_SAVED or newer.object_id == older.object_id)
        and newer.actor_id == older.actor_id
        and newer.proposal_id == older.proposal_id
        and newer.section_key == older.section_key
        and newer.at - older.at <= FOLD_WITHIN
    )


def notices(actor: Actor, now: datetime) -> QuerySet[Notification]:
    """Return a person's notices about what they may see in the agency they act for now, newest first."""
    return (
        _own_notices(actor, now)
        .select_related("event__actor", "event__actor_agency", "event__proposal__agency", "event__reason")
        .only("read_at", *(f"event__{name}" for name in _SHOWN))
        .order_by("-pk")
    )


def reminders(actor: Actor) -> QuerySet[Reminder]:
    """Return a person's reminders of dates of what they may see in the agency they act for now, newest first."""
    return _own_reminders(actor).select_related("proposal__agency").order_by("-pk")


def unread_count(actor: Actor, now: datetime) -> int:
    """Count the unread ones among `notices` and `reminders`, up to `MANY_UNREAD`: beyond that nobody cares how many.

    Every page asks. The few that most people have are sifted here, which is cheaper than the query of `notices`; where
    there are many, or any of an early look or a move, that query decides.
    """
    found = _unread(actor)
    asked = {Verb.MOVED} if actor.is_state else EARLY_VERBS
    if len(found) < MANY_UNREAD and all(row.verb not in asked for row in found):
        return sum(row.is_seen_by(actor) for row in found)
    told, dates = (
        rows.filter(read_at__isnull=True).values("pk") for rows in (_own_notices(actor, now), _own_reminders(actor))
    )
    return told.union(dates, all=True)[:MANY_UNREAD].count()


class _Unread(NamedTuple):
    """An unread notice, or (``verb`` is blank) a reminder, with what decides who sees it."""

    verb: str
    by: int
    agency_id: int
    status: str
    withdrawn_from: str

    def is_seen_by(self, actor: Actor) -> bool:
        """Whether it is about something that the actor may see."""
        proposal = Proposal(agency_id=self.agency_id, status=self.status, withdrawn_from=self.withdrawn_from)
        return can_view_proposal(actor, proposal) and (not self.verb or is_readable(actor, self.verb, self.by))


def _unread(actor: Actor) -> list[_Unread]:
    """Return what a person has not read in any of their agencies, up to `MANY_UNREAD`; one query."""
    mine = {"recipient": actor.user, "read_at__isnull": True}
    about = ("agency_id", "status", "withdrawn_from")
    told = Notification.objects.filter(**mine).values_list(
        "event__verb", "event__actor_agency_id", *(f"event__proposal__{name}" for name in about)
    )
    dates = Reminder.objects.filter(**mine).values_list(
        Value("", CharField()), Value(0, BigIntegerField()), *(f"proposal__{name}" for name in about)
    )
    return [_Unread(*row) for row in told.union(dates, all=True)[:MANY_UNREAD]]


def _own_reminders(actor: Actor) -> QuerySet[Reminder]:
    return Reminder.objects.filter(visible_proposals(actor, "proposal__"), recipient=actor.user)


def _own_notices(actor: Actor, now: datetime) -> QuerySet[Notification]:
    readable = readable_events(actor, "event__") & visible_proposals(actor, "event__proposal__")
    if actor.is_cms:
        readable |= _of_early_looks(actor, now)
    else:
        # An agency that no longer has a proposal still reads that it was moved away, and why.
        readable |= Q(event__verb=Verb.MOVED, event__correction__was=actor.agency.code)
    return Notification.objects.filter(readable, recipient=actor.user)


def _of_early_looks(actor: Actor, now: datetime) -> Q:
    """Notices of what is shared with the actor early; they go when it ends."""
    looks = EarlyLook.objects.filter(visible_early_looks(actor, now))
    words = EarlyWords.objects.filter(look__in=looks.values("pk"))
    return Q(event__in=looks.values("event")) | Q(event__in=words.values("event"))
