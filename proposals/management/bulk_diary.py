"""Keeping the rows of one proposal in bulk, without a query for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import Model

from icm_portal.accounts.models import Agency, User
from proposals import clock
from proposals.management.bulk_people import Cms, State
from proposals.models import (
    AnswerChange,
    Assignment,
    Claim,
    Comment,
    Decision,
    DraftComment,
    Event,
    Note,
    Notification,
    Proposal,
    Reason,
    Round,
    Section,
    SectionRevision,
    Submission,
    Thread,
)
from proposals.status import Status, Verb
from toolkit.loading import CURRENT_VERSION

#: The tables in the order in which their rows can be stored.
TABLES: tuple[type[Model], ...] = (
    Proposal, Section, SectionRevision, AnswerChange, Submission, Round, Thread, Comment, Claim, DraftComment, Note, Assignment,
    Decision, Event, Reason, Notification,
)  # fmt: skip

Rows = dict[type[Model], list[Any]]


@dataclass(frozen=True)
class Plan:
    """What becomes of a proposal: how often it is submitted, and where it ends."""

    number: str
    title: str
    status: Status
    rounds: int
    questions: int
    begun: datetime


class Diary:
    """The rows of one proposal so far, and the time it is in its life."""

    def __init__(self, plan: Plan, state: State, cms: Cms, random: Random) -> None:
        self.plan, self.state, self.cms, self.random = plan, state, cms, random
        self.rows: dict[type[Model], list[Any]] = {table: [] for table in TABLES}
        self.now = plan.begun
        self.threads: list[Thread] = []
        self.stored: dict[str, Section] = {}
        self.proposal = Proposal(
            number=plan.number,
            agency=state.agency,
            title=plan.title,
            model_type="aco_like",
            toolkit_version=CURRENT_VERSION,
            status=Status.DRAFT,
            status_since=self.now,
            turn_since=self.now,
            created_by=state.editor,
            created_at=self.now,
            updated_at=self.now,
        )

    def later(self, days: float) -> None:
        """Let about so many days pass."""
        self.now += timedelta(days=self.random.uniform(0.5, 1.5) * days)

    def keep(self, row: Any) -> Any:
        """Keep a row for its table and return it."""
        self.rows[type(row)].append(row)
        return row

    def event(self, verb: Verb, actor: User, agency: Agency, *, section_key: str = "", object_id: object = "") -> Event:
        """Keep an event."""
        event: Event = self.keep(
            Event(
                proposal=self.proposal,
                verb=verb,
                actor=actor,
                actor_agency=agency,
                section_key=section_key,
                round=self.proposal.round,
                object_id=str(object_id),
                at=self.now,
            )
        )
        return event

    def step(self, verb: Verb, actor: User, agency: Agency, status: Status, told: Iterable[User]) -> Event:
        """Keep the event of a transition, its notices as already sent, and the new status."""
        event = self.event(verb, actor, agency)
        for person in told:
            self.keep(Notification(event=event, recipient=person, read_at=self.now, sent_at=self.now, attempts=1))
        if clock.holder(status) not in {None, clock.holder(self.proposal.status)}:
            self.proposal.turn_since = self.now
        self.proposal.paused_at = self.now if status == Status.WITHDRAWN else None
        self.proposal.status, self.proposal.status_since = status, self.now
        return event

    def say(self, thread: Thread, author: User, agency: Agency, body: str) -> Comment:
        """Keep a released comment."""
        comment: Comment = self.keep(
            Comment(thread=thread, author=author, agency=agency, words=body, round=self.proposal.round, at=self.now)
        )
        return comment
