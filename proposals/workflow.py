"""The life of a proposal: one table of transitions, and the one function that performs them.

Pages draw their buttons from `available`, so a button and a rule cannot disagree; `docs/workflow.md` is printed from
`TABLE` and a test fails when it is stale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from icm_portal.accounts.actor import Actor, Administrator, Person
from icm_portal.accounts.models import Side, User
from proposals import blockers, clock, notify, policy, record
from proposals.audiences import CMS_ONCE_SUBMITTED, CMS_REVIEWERS, STATE_REACHED, STATE_TEAM, Circle
from proposals.blockers import Blocker
from proposals.models import EarlyLook, Event, Proposal
from proposals.queries import doers
from proposals.queries.access import lock
from proposals.queries.recipients import Recipients, group
from proposals.queries.turns import review_days
from proposals.status import OPEN, STATE_WRITES, Status, Verb

Effect = Callable[[Proposal], object]
Afterword = Callable[[Event], object]

#: Why an administrator is refused who would act in the place of a side.
SOMEBODY = "Somebody of that side can do this now, so an administrator cannot do it in their place."


class TransitionRefused(Exception):
    """The proposal is not, or no longer, where the transition starts; the message says so in one sentence."""


class ReasonMissing(TransitionRefused):
    """A step back needs a reason."""


class Blocked(TransitionRefused):
    """Something must be done first; ``blockers`` says what."""

    def __init__(self, found: tuple[Blocker, ...]) -> None:
        super().__init__(" ".join(blocker.message for blocker in found))
        self.blockers = found


@dataclass(frozen=True)
class Transition:
    """One row of the table.

    ``target`` gives the next status, ``who`` decides who may and ``doers`` finds these people, ``hinders`` yields what
    must be done first, ``told`` names the people who hear of it, ``must_hear`` the side of which somebody must,
    ``begins_round`` says whether the round number rises, ``ends_round`` whether it falls again, ``needs_reason`` whether
    the one who acts must say why, ``hands_over`` whether the state now has something that nobody there has opened.
    ``in_place`` is what the record says when a site administrator takes the step because no doer is left; a row without
    it is never taken for anybody.
    """

    name: str
    label: str
    sources: frozenset[Status]
    target: Callable[[Proposal], Status]
    who: Callable[[Actor, Proposal], bool]
    who_words: str
    doers: Callable[[Proposal, datetime], QuerySet[User]]
    verb: Verb
    told: tuple[Circle, ...]
    must_hear: Side | None = None
    hinders: Callable[[Proposal], Iterator[Blocker]] = blockers.none
    begins_round: bool = False
    ends_round: bool = False
    hands_over: bool = False
    needs_reason: bool = False
    in_place: Verb | None = None


def _to(status: Status) -> Callable[[Proposal], Status]:
    return lambda _proposal: status


def _where_it_came_from(proposal: Proposal) -> Status:
    return Status.DRAFT if proposal.round == 1 else Status.CHANGES_REQUESTED


def _before_withdrawal(proposal: Proposal) -> Status:
    return Status(proposal.withdrawn_from)


_ROWS = (
    Transition(
        name="submit",
        label="Sign and submit",
        sources=frozenset({Status.DRAFT, Status.CHANGES_REQUESTED}),
        target=_to(Status.SUBMITTED),
        who=policy.can_sign,
        who_words="state signatory",
        doers=doers.signatories,
        verb=Verb.SUBMITTED,
        told=(CMS_REVIEWERS,),
        must_hear=Side.CMS,
        hinders=blockers.of_submission,
    ),
    Transition(
        name="recall",
        label="Recall the submission",
        sources=frozenset({Status.SUBMITTED}),
        target=_where_it_came_from,
        who=policy.can_sign,
        who_words="state signatory",
        doers=doers.signatories,
        verb=Verb.RECALLED,
        told=(CMS_REVIEWERS,),
        needs_reason=True,
        in_place=Verb.RECALLED_FOR,
    ),
    Transition(
        name="begin_review",
        label="Begin the review",
        sources=frozenset({Status.SUBMITTED}),
        target=_to(Status.IN_REVIEW),
        who=policy.can_begin_review,
        who_words="CMS lead, approver or assigned reviewer",
        doers=doers.beginners,
        verb=Verb.REVIEW_BEGUN,
        told=(STATE_TEAM,),
    ),
    Transition(
        name="request_changes",
        label="Release questions to the state",
        sources=frozenset({Status.IN_REVIEW}),
        target=_to(Status.CHANGES_REQUESTED),
        who=policy.can_release_round,
        who_words="CMS lead",
        doers=doers.cms_leads,
        verb=Verb.CHANGES_REQUESTED,
        told=(STATE_TEAM,),
        must_hear=Side.STATE,
        begins_round=True,
        hands_over=True,
    ),
    Transition(
        name="undo_release",
        label="Take the questions back",
        sources=frozenset({Status.CHANGES_REQUESTED}),
        target=_to(Status.IN_REVIEW),
        who=policy.can_release_round,
        who_words="CMS lead",
        doers=doers.cms_leads,
        verb=Verb.RELEASE_UNDONE,
        told=(STATE_REACHED, CMS_REVIEWERS),
        hinders=blockers.of_undoing,
        ends_round=True,
        needs_reason=True,
    ),
    Transition(
        name="conclude",
        label="Announce the decision",
        sources=frozenset({Status.IN_REVIEW}),
        target=_to(Status.CONCLUDED),
        who=policy.can_conclude,
        who_words="CMS approver",
        doers=doers.cms_approvers,
        verb=Verb.CONCLUDED,
        told=(STATE_TEAM, CMS_REVIEWERS),
        must_hear=Side.STATE,
        hinders=blockers.of_conclusion,
        hands_over=True,
    ),
    Transition(
        name="undo_decision",
        label="Take the decision back",
        sources=frozenset({Status.CONCLUDED}),
        target=_to(Status.IN_REVIEW),
        who=policy.can_conclude,
        who_words="CMS approver",
        doers=doers.cms_approvers,
        verb=Verb.DECISION_UNDONE,
        told=(STATE_REACHED, CMS_REVIEWERS),
        hinders=blockers.of_undoing,
        needs_reason=True,
    ),
    Transition(
        name="reopen",
        label="Reopen the proposal",
        sources=frozenset({Status.CONCLUDED}),
        target=_to(Status.CHANGES_REQUESTED),
        who=policy.can_conclude,
        who_words="CMS approver",
        doers=doers.cms_approvers,
        verb=Verb.REOPENED,
        told=(STATE_TEAM, CMS_REVIEWERS),
        must_hear=Side.STATE,
        begins_round=True,
        needs_reason=True,
    ),
    Transition(
        name="withdraw",
        label="Withdraw the proposal",
        sources=frozenset(OPEN),
        target=_to(Status.WITHDRAWN),
        who=policy.can_sign,
        who_words="state signatory",
        doers=doers.signatories,
        verb=Verb.WITHDRAWN,
        told=(STATE_TEAM, CMS_ONCE_SUBMITTED),
        needs_reason=True,
        in_place=Verb.WITHDRAWN_FOR,
    ),
    Transition(
        name="restore",
        label="Restore the proposal",
        sources=frozenset({Status.WITHDRAWN}),
        target=_before_withdrawal,
        who=policy.can_sign,
        who_words="state signatory",
        doers=doers.signatories,
        verb=Verb.RESTORED,
        told=(STATE_TEAM, CMS_ONCE_SUBMITTED),
        needs_reason=True,
    ),
)

#: Every transition there is, by name.
TABLE: dict[str, Transition] = {row.name: row for row in _ROWS}


@dataclass(frozen=True)
class Offer:
    """A transition the actor may start now; ``blockers`` says what must be done first."""

    transition: Transition
    proposal: Proposal

    @property
    def name(self) -> str:
        """The transition's name in the table."""
        return self.transition.name

    @property
    def label(self) -> str:
        """The words on the button."""
        return self.transition.label

    def blockers(self) -> tuple[Blocker, ...]:
        """Return what stands in the way; reads the whole draft, so ask only where it is shown."""
        return tuple(self.transition.hinders(self.proposal))


def available(actor: Actor, proposal: Proposal) -> tuple[Offer, ...]:
    """Return the transitions that the actor may start from where the proposal stands, in the order of the table."""
    return tuple(Offer(row, proposal) for row in _ROWS if proposal.status in row.sources and row.who(actor, proposal))


def recipients_of(name: str, actor: Actor, proposal: Proposal, now: datetime) -> Recipients:
    """Return who will be told when the actor takes this step now."""
    row = TABLE[name]
    groups = [(circle, group(actor, proposal, circle.side, circle.find(proposal, now), now)) for circle in row.told]
    heard = any(found.count for circle, found in groups if circle.side == row.must_hear)
    missing = "" if heard or row.must_hear is None else _unheard(row.must_hear, proposal)
    return Recipients(tuple(found for _, found in groups if found.count), missing)


def _unheard(side: Side, proposal: Proposal) -> str:
    if side == Side.CMS:
        return "Nobody at CMS would be told: no lead or reviewer has access now. Ask your contact at CMS first."
    name = proposal.agency.short_name
    return f"Nobody in {name} would be told: no writer has access now. Ask the state to name its people first."


def perform(
    *,
    name: str,
    proposal_id: UUID,
    actor: Person,
    now: datetime,
    effect: Effect | None = None,
    afterword: Afterword | None = None,
    due_on: date | None = None,
    reason: str = "",
) -> Proposal:
    """Carry out one transition in one transaction and return the proposal as it is afterwards.

    The row is locked and read again, so the stored status decides, never what a browser sent. ``effect`` writes what
    belongs to the transition (a submission, a release) before the status changes, ``afterword`` what points to its
    event; ``due_on`` is the state's next date; ``reason`` is read by whoever reads the event. An administrator takes it
    in the place of a side of which nobody can. Raises `TransitionRefused` when the proposal is elsewhere,
    `PermissionDenied` when the actor may not, and `Blocked`.
    """
    row = TABLE[name]
    with transaction.atomic():
        proposal = lock(proposal_id)
        _check(row, actor, proposal, now)
        if row.needs_reason and not reason.strip():
            raise ReasonMissing("Give a reason in a sentence or two.")
        proposal.round -= row.ends_round
        if effect:
            effect(proposal)
        event = _record(row, actor, proposal, now, reason.strip())
        circles = row.told if isinstance(actor, Actor) else told_in_place(row)
        told = {circle.side: list(circle.find(proposal, now)) for circle in circles}
        if row.must_hear and not told[row.must_hear]:
            raise Blocked((Blocker(_unheard(row.must_hear, proposal)),))
        _advance(row, proposal, now, due_on)
        if afterword:
            afterword(event)
        notify.tell(event, chain.from_iterable(told.values()))
    return proposal


def told_in_place(row: Transition) -> tuple[Circle, ...]:
    """Return who hears of a step that an administrator takes in the place of a side: both sides."""
    return tuple({circle.side: circle for circle in (STATE_TEAM, CMS_ONCE_SUBMITTED, *row.told)}.values())


def check_in_place(by: Administrator, somebody: QuerySet[User]) -> None:
    """Refuse an administrator who would act in the place of a side while one of its people can."""
    if not policy.can_correct(by):
        raise PermissionDenied
    if somebody.exists():
        raise TransitionRefused(SOMEBODY)


def _record(row: Transition, person: Person, proposal: Proposal, now: datetime, reason: str) -> Event:
    if isinstance(person, Actor):
        return record.append(proposal=proposal, verb=row.verb, actor=person, now=now, reason=reason)
    change, verb = (proposal.status, row.target(proposal)), cast(Verb, row.in_place)
    return record.append_correction(proposal=proposal, verb=verb, by=person, now=now, reason=reason, change=change)


def _check(row: Transition, person: Person, proposal: Proposal, now: datetime) -> None:
    if not (row.who(person, proposal) if isinstance(person, Actor) else row.in_place):
        raise PermissionDenied
    if proposal.status not in row.sources:
        raise TransitionRefused(
            f"This can no longer be done: the proposal is now “{Status(proposal.status).label.lower()}”."
        )
    if isinstance(person, Administrator):
        check_in_place(person, row.doers(proposal, now))
    if found := tuple(row.hinders(proposal)):
        raise Blocked(found)


def _advance(row: Transition, proposal: Proposal, now: datetime, due_on: date | None) -> None:
    before = Status(proposal.status)
    proposal.status = row.target(proposal)
    proposal.withdrawn_from = before if proposal.status == Status.WITHDRAWN else ""
    proposal.round += row.begins_round
    proposal.unopened_at = now if row.hands_over else None
    proposal.status_since = proposal.updated_at = now
    _move_clock(proposal, before, now, due_on)
    if before in STATE_WRITES:
        # What was shared early ends here and stays ended, also when the proposal comes back.
        EarlyLook.objects.filter(proposal=proposal, ended_at__isnull=True).update(ended_at=now)
    proposal.save(
        update_fields=[
            "status", "withdrawn_from", "round", "due_on", "status_since", "updated_at", "lead_reviewer", "unopened_at",
            "turn_since", "paused_at", "paused_days",
        ]
    )  # fmt: skip


def _move_clock(proposal: Proposal, before: Status, now: datetime, due_on: date | None) -> None:
    """Begin the turn of the side that has the proposal now, or stop its clock and let it go on after a withdrawal."""
    side = clock.holder(proposal.status)
    if proposal.status == Status.WITHDRAWN:
        proposal.paused_at = proposal.paused_at or now
    elif before == Status.WITHDRAWN:
        resume_clock(proposal, now)
    elif side and side != clock.holder(before):
        proposal.turn_since, proposal.paused_at, proposal.paused_days = now, None, 0
    elif side:
        return
    proposal.due_on = _target(proposal) if side == Side.CMS else due_on


def resume_clock(proposal: Proposal, now: datetime) -> None:
    """End a pause: its days count for nobody. Stores nothing."""
    if proposal.paused_at and (side := clock.holder(proposal.status)):
        zone = clock.zone_of(side, proposal.agency.time_zone)
        proposal.paused_days += clock.days_between(proposal.paused_at, now, zone)
    proposal.paused_at = None


def _target(proposal: Proposal) -> date:
    """Return the day on which CMS aims to be done."""
    days = review_days() + proposal.paused_days
    return clock.target(proposal.turn_since, days, clock.CMS_ZONE)
