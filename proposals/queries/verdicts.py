"""What CMS's divisions say of a round, section by section, and how far a reader has come in it. For CMS alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import User
from proposals.divisions import shown
from proposals.models import Assignment, Division, Proposal, SectionReview, Viewed
from proposals.queries import access, discussion
from proposals.queries.reviews import FrozenRound, ReviewedSection, drafted_decision
from proposals.snapshot import digest_of_section, digests_of_section
from proposals.status import SETTLED
from toolkit.types import Section


@dataclass(frozen=True)
class Standing:
    """The newest verdict of a division on a section up to a round, and whether it is of the text that stands there."""

    division: Division
    review: SectionReview | None
    holds: bool
    in_round: bool

    @property
    def counts(self) -> bool:
        """Whether the verdict is of this text, and of a division that still reviews: nobody could take it back else."""
        return self.holds and not self.division.is_retired

    @property
    def is_settled(self) -> bool:
        """Whether the division holds that nothing more is needed."""
        return self.counts and self.review is not None and self.review.verdict in SETTLED

    @property
    def is_open(self) -> bool:
        """Whether the division holds that something is missing."""
        return self.counts and self.review is not None and self.review.verdict not in SETTLED


def section_standings(actor: Actor, frozen: FrozenRound, section: Section) -> tuple[Standing, ...]:
    """Return where each division stands on one section of a round, in one query."""
    found = list(access.section_reviews(actor, frozen.proposal).filter(section_key=section.id))
    return _standings(frozen, section, found, shown({review.division for review in found}))


def _standings(
    frozen: FrozenRound, section: Section, found: Iterable[SectionReview], divisions: Iterable[Division]
) -> tuple[Standing, ...]:
    """Return where each division stands, of verdicts in the order of rounds; those of later rounds do not count."""
    newest = {review.division: review for review in found if review.submission.round <= frozen.submission.round}
    digest = digest_of_section(frozen.submission.content, section) if newest else ""
    return tuple(
        Standing(
            division,
            review := newest.get(division.key),
            holds=review is not None and review.digest == digest,
            in_round=review is not None and review.submission_id == frozen.submission.pk,
        )
        for division in divisions
    )


class Looked:
    """The ticks of one person on the sections of a proposal, seen against one of its rounds; one query."""

    def __init__(self, actor: Actor, frozen: FrozenRound) -> None:
        self._frozen = frozen
        found = Viewed.objects.filter(person=actor.user, proposal=frozen.proposal).select_related("submission")
        # On an earlier round, a tick on a later text says nothing.
        found = found.filter(submission__round__lte=frozen.submission.round)
        found = found.only("section_key", "digests", "submission__round")
        self._rows = {row.section_key: row for row in found}
        self._unseen: dict[str, frozenset[str]] = {}

    def last_round(self, section: Section) -> int:
        """Return the round in which the person viewed a section last; 0 when they never did."""
        row = self._rows.get(section.id)
        return row.submission.round if row else 0

    def is_viewed(self, section: Section) -> bool:
        """Whether the person has read the section as it stands in this round."""
        return bool(self.last_round(section)) and not self.unseen(section)

    def unseen(self, section: Section) -> frozenset[str]:
        """Return the prompts that say something else than when the person viewed the section; none if they never did."""
        if section.id not in self._unseen:
            self._unseen[section.id] = self._changed_since(section)
        return self._unseen[section.id]

    def _changed_since(self, section: Section) -> frozenset[str]:
        row = self._rows.get(section.id)
        if row is None or row.submission_id == self._frozen.submission.pk:
            return frozenset()
        then, now = row.digests, digests_of_section(self._frozen.submission.content, section)
        return frozenset(key for key in then.keys() | now.keys() if then.get(key) != now.get(key))


@dataclass(frozen=True)
class MatrixRow:
    """A section with the standing of each division."""

    item: ReviewedSection
    standings: tuple[Standing, ...]

    @property
    def section(self) -> Section:
        """Its definition in the toolkit."""
        return self.item.definition

    @property
    def is_open(self) -> bool:
        """Whether a division holds that something is missing."""
        return any(standing.is_open for standing in self.standings)

    @property
    def is_conflict(self) -> bool:
        """Whether the divisions disagree: one holds that nothing more is needed, another that something is missing."""
        return self.is_open and any(standing.is_settled for standing in self.standings)


class VerdictMatrix:
    """Sections by divisions for one round, and what is still missing; a constant number of queries."""

    def __init__(self, actor: Actor, frozen: FrozenRound) -> None:
        self.actor = actor
        self.frozen = frozen
        self.proposal: Proposal = frozen.proposal

    @cached_property
    def _reviews(self) -> list[SectionReview]:
        return list(access.section_reviews(self.actor, self.proposal))

    @cached_property
    def divisions(self) -> tuple[Division, ...]:
        """Those that review, and retired ones that said something of this proposal."""
        return shown({review.division for review in self._reviews})

    @cached_property
    def rows(self) -> tuple[MatrixRow, ...]:
        """The sections of the round in which anything applies, in the order of the toolkit."""
        by_section: Mapping[str, list[SectionReview]] = defaultdict(list)
        for review in self._reviews:
            by_section[review.section_key].append(review)
        return tuple(
            MatrixRow(item, _standings(self.frozen, item.definition, by_section[item.key], self.divisions))
            for item in self.frozen.sections
        )

    @cached_property
    def reviewers(self) -> Mapping[str, list[User]]:
        """Who is assigned, by division; nobody has no entry."""
        return reviewers_by_division(self.proposal)

    @cached_property
    def conflicts(self) -> list[MatrixRow]:
        """The sections on which divisions disagree."""
        return [row for row in self.rows if row.is_conflict]

    @cached_property
    def open(self) -> list[MatrixRow]:
        """The sections in which a division holds that something is missing."""
        return [row for row in self.rows if row.is_open]

    @cached_property
    def unasked(self) -> list[MatrixRow]:
        """The open sections about which nothing is drafted and no question waits."""
        asked = set(discussion.drafts(self.actor, self.proposal).values_list("section_key", flat=True))
        asked |= {key for key, number in self.waiting.items() if number}
        return [row for row in self.open if row.section.id not in asked]

    @cached_property
    def waiting(self) -> Mapping[str, int]:
        """The threads that are not resolved, by section."""
        return discussion.unresolved_counts(self.proposal)

    def missing(self, division: Division) -> list[MatrixRow]:
        """Return the sections without a verdict of a division that holds for the text of this round."""
        place = self.divisions.index(division)
        return [row for row in self.rows if not row.standings[place].holds]

    @cached_property
    def is_decided(self) -> bool:
        """Whether the decision is drafted."""
        return drafted_decision(self.proposal) is not None


def reviewers_by_division(proposal: Proposal) -> Mapping[str, list[User]]:
    """Return who reviews a proposal, by name and by the key of their division; those without one under ""."""
    found: dict[str, list[User]] = {}
    rows = Assignment.objects.filter(proposal=proposal).select_related("reviewer").order_by("reviewer__name", "pk")
    for row in rows:
        found.setdefault(row.division, []).append(row.reviewer)
    return found
