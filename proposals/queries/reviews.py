"""Reads of a frozen round as reviewers see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from icm_portal.accounts.actor import Actor
from proposals import diff
from proposals.models import Assignment, Decision, Proposal, Submission
from proposals.passages import Reading
from proposals.queries.access import get_submission, submissions, toolkit_of
from proposals.queries.claims import questions_answered
from proposals.queries.unchanged import unchanged_since
from proposals.snapshot import FileChange, files_between, flat_answers
from toolkit.answers import Answers, applies, disposition
from toolkit.progress import Progress, section_progress
from toolkit.types import Prompt, Section, Toolkit


class FrozenRound:
    """A submission with its answers, and beside it the round before, if there is one."""

    def __init__(self, actor: Actor, proposal: Proposal, round_number: int) -> None:
        self.actor = actor
        self.proposal = proposal
        self.toolkit: Toolkit = toolkit_of(proposal)
        self.submission: Submission = get_submission(actor, proposal, round_number)

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
    def _content_before(self) -> Mapping[str, Any] | None:
        if self.submission.round == 1:
            return None
        content: Mapping[str, Any] = get_submission(self.actor, self.proposal, self.submission.round - 1).content
        return content

    @cached_property
    def before(self) -> Answers | None:
        """The answers of the round before, if there was one."""
        return None if self._content_before is None else flat_answers(self._content_before)

    @cached_property
    def answering(self) -> Mapping[str, list[str]]:
        """By prompt, the questions of the round before that a change of it answers."""
        if self.before is None:
            return {}
        number = self.submission.round - 1
        return questions_answered(self.actor, self.proposal, number, number)

    @cached_property
    def unchanged_since(self) -> Mapping[str, int]:
        """By section, the first of the rounds up to this one that say the same in it."""
        return unchanged_since(self.actor, self.proposal, self.submission.round)

    @cached_property
    def changed_files(self) -> tuple[FileChange, ...]:
        """The files that came and went since the round before."""
        return () if self._content_before is None else files_between(self._content_before, self.submission.content)

    @cached_property
    def changes(self) -> Mapping[str, diff.PromptChange]:
        """What differs from the round before, by prompt id."""
        if self._content_before is None:
            return {}
        found = diff.compare_documents(self.toolkit, self._content_before, self.submission.content)
        return {change.prompt.id: change for change in found}

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
    return sorted(submissions(actor, proposal).filter(recall__isnull=True).values_list("round", flat=True))


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
