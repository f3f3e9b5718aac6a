"""What the page shows on which the lead sees sections by divisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404
from django.urls import reverse

from icm_portal.accounts.actor import ActorRequest
from proposals import policy
from proposals.models import Division, Proposal
from proposals.queries import reviews
from proposals.queries.reviews import FrozenRound
from proposals.queries.verdicts import MatrixRow, VerdictMatrix
from proposals.status import Status
from proposals.views.composer import Link


@dataclass(frozen=True)
class Column:
    """A division with who reviews for it, and how many sections it has judged."""

    division: Division
    people: str
    done: int
    total: int


@dataclass(frozen=True)
class Row:
    """A section with where the divisions stand, and the way to its verdicts."""

    row: MatrixRow
    url: str


@dataclass(frozen=True)
class Lack:
    """One thing that is missing, with the sections it is about."""

    text: str
    links: tuple[Link, ...] = ()


class MatrixPage:
    """Sections by divisions in one round."""

    def __init__(self, request: ActorRequest, proposal: Proposal) -> None:
        self.actor = request.actor
        self.proposal = proposal
        self.rounds = reviews.round_numbers(request.actor, proposal)
        wanted = request.GET.get("round") or str(self.rounds[-1])
        if wanted not in map(str, self.rounds):
            raise Http404
        self.round = int(wanted)
        self.matrix = VerdictMatrix(request.actor, FrozenRound(request.actor, proposal, self.round))

    @cached_property
    def is_open(self) -> bool:
        """Whether the round shown is under review now."""
        return self.round == self.rounds[-1] and self.proposal.status == Status.IN_REVIEW

    @cached_property
    def round_links(self) -> list[Link]:
        """The rounds there are."""
        here = reverse("proposals:verdicts", args=[self.proposal.pk])
        return [Link(f"Round {number}", f"{here}?round={number}", number == self.round) for number in self.rounds]

    @cached_property
    def may_assign(self) -> bool:
        """Whether the reader may say who reviews."""
        return policy.can_assign(self.actor, self.proposal)

    @cached_property
    def may_release(self) -> bool:
        """Whether the reader may send a round of questions."""
        return self.is_open and policy.can_release_round(self.actor, self.proposal)

    @cached_property
    def columns(self) -> list[Column]:
        """The divisions; those without anybody say so."""
        total = len(self.matrix.rows)
        return [
            Column(
                division,
                ", ".join(person.name for person in self.matrix.reviewers.get(division.key, ())),
                total - len(self.matrix.missing(division)),
                total,
            )
            for division in self.matrix.divisions
        ]

    @cached_property
    def parts(self) -> list[tuple[str, list[Row]]]:
        """The rows by part of the toolkit."""
        toolkit = self.matrix.frozen.toolkit
        found: dict[str, list[Row]] = {}
        for row in self.matrix.rows:
            found.setdefault(toolkit.part_of(row.section).name, []).append(Row(row, self._url(row)))
        return list(found.items())

    def _url(self, row: MatrixRow) -> str:
        address = reverse("proposals:review", args=[self.proposal.pk, row.section.id])
        return f"{address}#verdict" if self.round == self.rounds[-1] else f"{address}?round={self.round}#verdict"

    # --- what is missing --------------------------------------------------------------------------------------------

    @cached_property
    def before_release(self) -> list[Lack]:
        """What is missing before questions go out."""
        found = [*self._verdicts_missing, *self._conflicts]
        if unasked := self.matrix.unasked:
            found.append(Lack("Something is missing, but no question is drafted or waiting", self._links(unasked)))
        return found

    @cached_property
    def before_decision(self) -> list[Lack]:
        """What is missing before the decision is announced."""
        found = [*self._verdicts_missing, *self._conflicts]
        if self.matrix.open:
            found.append(Lack("A division holds that something is missing", self._links(self.matrix.open)))
        if waiting := sum(self.matrix.waiting.values()):
            found.append(Lack(f"{waiting} question{'s are' if waiting > 1 else ' is'} not resolved"))
        if not self.matrix.is_decided:
            found.append(Lack("No decision is drafted"))
        return found

    @cached_property
    def _conflicts(self) -> list[Lack]:
        found = self.matrix.conflicts
        return [Lack("Divisions disagree", self._links(found))] if found else []

    @cached_property
    def _verdicts_missing(self) -> list[Lack]:
        found = []
        for column in self.columns:
            if column.division.is_retired:
                continue
            if not column.people:
                found.append(Lack(f"{column.division.name}: nobody is assigned"))
            if column.done < column.total:
                left = column.total - column.done
                found.append(Lack(f"{column.division.name}: {left} of {column.total} sections without a verdict"))
        return found

    def _links(self, rows: Iterable[MatrixRow]) -> tuple[Link, ...]:
        return tuple(Link(row.section.title, self._url(row), is_current=False) for row in rows)
