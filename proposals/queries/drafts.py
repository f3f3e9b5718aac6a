"""Reads of what a state is writing: answers, progress, what is open, what the last round said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proposals.models import Attachment, Proposal, Round, Section, Submission
from proposals.queries import attachments
from proposals.queries.access import toolkit_of
from proposals.snapshot import SectionAnswers, flat_answers, merged
from proposals.status import Status
from toolkit.answers import Answer, Answers, applies, as_said
from toolkit.completeness import newly_applicable
from toolkit.progress import Progress, section_progress, total
from toolkit.types import Part, Prompt, Toolkit
from toolkit.types import Section as SectionDefinition


@dataclass(frozen=True)
class SectionState:
    """One section as navigation and overview show it; ``stored`` carries no narratives unless it is a switch."""

    definition: SectionDefinition
    stored: Section
    progress: Progress
    is_open: bool

    @property
    def key(self) -> str:
        """The section's id in the toolkit."""
        return self.definition.id

    @property
    def applies(self) -> bool:
        """Whether any prompt of the section applies."""
        return self.progress.total > 0

    @property
    def mark(self) -> str:
        """One word for the navigation: locked, hidden, ready, started or empty."""
        if not self.applies:
            return "hidden"
        if not self.is_open:
            return "locked"
        if self.progress.open == 0:
            return "ready"
        return "started" if self.progress.done else "empty"


@dataclass(frozen=True)
class PartState:
    """A part of the toolkit with the state of its sections."""

    definition: Part
    sections: tuple[SectionState, ...]


class DraftState:
    """Where a draft stands, read in two queries without loading its narratives."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.toolkit: Toolkit = toolkit_of(proposal)

    @cached_property
    def _rows(self) -> dict[str, Section]:
        rows = Section.objects.filter(proposal=self.proposal).defer("answers", "touched").order_by("pk")
        return {row.key: row for row in rows}

    @cached_property
    def switches(self) -> Answers:
        """The answers that conditions of other sections look at."""
        return switch_answers(self.proposal, self.toolkit)

    @cached_property
    def open_keys(self) -> frozenset[str]:
        """The sections the state may edit now."""
        return open_section_keys(self.proposal, self.toolkit)

    @cached_property
    def sections(self) -> tuple[SectionState, ...]:
        """All sections of the toolkit, in its order."""
        return tuple(self._state(section) for section in self.toolkit.sections)

    def _state(self, section: SectionDefinition) -> SectionState:
        stored = self._rows[section.id]
        progress = section_progress(section, stored.dispositions, self.is_asked)
        return SectionState(section, stored, progress, section.id in self.open_keys)

    def is_asked(self, prompt: Prompt) -> bool:
        """Whether the prompt applies with the answers on file."""
        return applies(prompt, self.switches)

    @cached_property
    def parts(self) -> tuple[PartState, ...]:
        """The sections grouped by part; a part in which nothing applies is left out."""
        by_key = {state.key: state for state in self.sections}
        parts = (PartState(part, tuple(by_key[section.id] for section in part.sections)) for part in self.toolkit.parts)
        return tuple(part for part in parts if any(section.applies for section in part.sections))

    @cached_property
    def progress(self) -> Progress:
        """The sum over all sections."""
        return total(state.progress for state in self.sections)


def switch_answers(proposal: Proposal, toolkit: Toolkit) -> Answers:
    """Return the answers of the sections that conditions look at, and no others."""
    rows = Section.objects.filter(proposal=proposal, key__in=toolkit.switch_section_ids)
    return merged(dict(rows.values_list("key", "answers")))


def all_answers(proposal: Proposal) -> dict[str, Mapping[str, Answer]]:
    """Return every answer of a draft by section, as the submission would freeze it."""
    found = Section.objects.filter(proposal=proposal).values_list("key", "answers")
    return {key: as_said(answers) for key, answers in found}


def as_document(proposal: Proposal) -> dict[str, Any]:
    """Return the answers and files of a draft in the form in which a submission would freeze them, to be compared."""
    return document_of(all_answers(proposal), attachments.that_go_out(proposal))


def document_of(answers: SectionAnswers, files: Iterable[Attachment]) -> dict[str, Any]:
    """Return answers and files that were read already in that form."""
    return {"answers": answers, "attachments": [attachments.as_frozen(file) for file in files]}


def last_release(proposal: Proposal) -> Round | None:
    """Return the last round CMS released on the proposal, if any."""
    return proposal.rounds.order_by("-number").first()


def last_submission(proposal: Proposal) -> Submission | None:
    """Return the submission that counts now: the newest that was not recalled, with its content."""
    return proposal.submissions.filter(recall__isnull=True).order_by("-round", "-attempt").first()


def open_section_keys(proposal: Proposal, toolkit: Toolkit) -> frozenset[str]:
    """Return the sections the state may edit.

    All of them in a first draft. In later rounds those that CMS reopened, and those in which a changed answer has made
    prompts apply that did not apply in the round before: nobody could answer these otherwise.
    """
    if proposal.status == Status.DRAFT:
        return frozenset(section.id for section in toolkit.sections)
    if proposal.status != Status.CHANGES_REQUESTED:
        return frozenset()
    release = last_release(proposal)
    if release is None:
        return frozenset()
    return frozenset(release.section_keys) | _newly_asked(proposal, toolkit, release.section_keys)


def _newly_asked(proposal: Proposal, toolkit: Toolkit, reopened: Collection[str]) -> frozenset[str]:
    if toolkit.switch_section_ids.isdisjoint(reopened):
        return frozenset()
    before = last_submission(proposal)
    if before is None:
        return frozenset()
    now_asked = newly_applicable(toolkit, flat_answers(before.content), switch_answers(proposal, toolkit))
    return frozenset(toolkit.prompt(prompt_id).section_id for prompt_id in now_asked)
