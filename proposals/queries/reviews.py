"""Reads of a frozen round as reviewers see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.http import Http404

from icm_portal.accounts.actor import Actor
from proposals import diff
from proposals.models import Assignment, Decision, Proposal, Submission
from proposals.passages import Reading
from proposals.queries.access import counting, get_documents, submissions, toolkit_of
from proposals.queries.claims import questions_answered
from proposals.queries.unchanged import unchanged_since
from proposals.snapshot import FileChange, files_between, flat_answers
from toolkit.answers import Answers, applies, disposition
from toolkit.progress import Progress, section_progress
from toolkit.types import Prompt, Section, Toolkit

#: Comparisons of two rounds that a process remembers; a few hundred kilobytes each at most.
COMPARISONS_KEPT = 32


class FrozenRound:
    """A submission with its answers, and beside it the round before, if there is one.

    Whoever has read the rounds that count already hands them in.
    """

    def __init__(
        self, actor: Actor, proposal: Proposal, round_number: int, rounds: Sequence[Submission] | None = None
    ) -> None:
        self._rounds = rounds
        self.actor = actor
        self.proposal = proposal
        self.toolkit: Toolkit = toolkit_of(proposal)
        documents = get_documents(actor, proposal, (round_number - 1, round_number))
        if round_number not in documents:
            raise Http404
        self.submission: Submission = documents[round_number]
        self._before = documents.get(round_number - 1)

    @property
    def name(self) -> str:
        """What a comparison calls it."""
        return f"Round {self.submission.round}"

    @property
    def name_before(self) -> str:
        """What a comparison calls the round before."""
        return f"Round {self.submission.round - 1}"

    @cached_property
    def answers(self) -> Answers:
        """The frozen answers by prompt id."""
        return flat_answers(self.submission.content)

    @cached_property
    def reading(self) -> Reading:
        """The frozen answers as plain text."""
        return Reading(self.toolkit, self.answers)

    @cached_property
    def before(self) -> Answers | None:
        """The answers of the round before, if there was one."""
        return flat_answers(self._before.content) if self._before else None

    @cached_property
    def answering(self) -> Mapping[str, list[str]]:
        """By prompt, the questions of the round before that a change of it answers."""
        if self._before is None:
            return {}
        number = self.submission.round - 1
        return questions_answered(self.actor, self.proposal, (number, number), self.changes.values())

    @cached_property
    def unchanged_since(self) -> Mapping[str, int]:
        """By section, the first of the rounds up to this one that say the same in it."""
        rounds = counting(self.actor, self.proposal) if self._rounds is None else self._rounds
        return unchanged_since(self.toolkit, rounds, self.submission.round)

    @cached_property
    def changed_files(self) -> tuple[FileChange, ...]:
        """The files that came and went since the round before."""
        return files_between(self._before.content, self.submission.content) if self._before else ()

    @cached_property
    def changes(self) -> Mapping[str, diff.PromptChange]:
        """What differs from the round before, by prompt id."""
        if self._before is None:
            return {}
        kept = _compared(self._before.fingerprint, self.submission.fingerprint, self.toolkit.version)
        if kept.found is None:
            changes = diff.compare_documents(self.toolkit, self._before.content, self.submission.content)
            kept.found = {change.prompt.id: change for change in changes}
        return kept.found

    def is_asked(self, prompt: Prompt) -> bool:
        """Whether the prompt applies in this round."""
        return applies(prompt, self.answers)

    def progress(self, section: Section) -> Progress:
        """How a section is answered in this round."""
        found = {prompt.id: str(disposition(self.answers.get(prompt.id))) for prompt in section.prompts}
        return section_progress(section, found, self.is_asked)

    @cached_property
    def sections(self) -> tuple[ReviewedSection, ...]:
        """The sections in which anything applies, in the order of the toolkit."""
        return tuple(
            ReviewedSection(section, progress, sum(prompt.id in self.changes for prompt in section.prompts))
            for section in self.toolkit.sections
            if (progress := self.progress(section)).total
        )


@dataclass
class _Compared:
    """What two documents differ in, once they have been compared."""

    found: Mapping[str, diff.PromptChange] | None = None


@lru_cache(maxsize=COMPARISONS_KEPT)
def _compared(_before: str, _after: str, _version: str) -> _Compared:
    """Return the place where a comparison is kept: a reviewer turns page after page of the same two documents."""
    return _Compared()


@dataclass(frozen=True)
class ReviewedSection:
    """A section of a frozen round in the reviewer's navigation."""

    definition: Section
    progress: Progress
    changed: int

    @property
    def key(self) -> str:
        """The section's id in the toolkit."""
        return self.definition.id


def newest_round(actor: Actor, proposal: Proposal) -> int | None:
    """Return the number of the newest round the actor may read, or ``None`` when there is none."""
    return submissions(actor, proposal).filter(recall__isnull=True).values_list("round", flat=True).first()


def round_numbers(actor: Actor, proposal: Proposal) -> list[int]:
    """Return the rounds that count, oldest first."""
    return [submission.round for submission in counting(actor, proposal)]


def assignments(proposal: Proposal) -> list[Assignment]:
    """Return who reviews a proposal, by name."""
    return list(Assignment.objects.filter(proposal=proposal).select_related("reviewer").order_by("reviewer__name"))


def announced_decision(proposal: Proposal) -> Decision | None:
    """Return the newest decision that both sides know."""
    found = Decision.objects.filter(proposal=proposal, announced_at__isnull=False)
    return (
        found.select_related("submission", "announced_by")
        .defer("submission__content")
        .order_by("-announced_at")
        .first()
    )


def drafted_decision(proposal: Proposal) -> Decision | None:
    """Return the decision that CMS has drafted for the round under review; for CMS pages only."""
    found = Decision.objects.filter(proposal=proposal, announced_at__isnull=True, submission__round=proposal.round)
    return found.select_related("submission", "drafted_by").defer("submission__content").first()
