"""Saving a section: nothing typed is lost, and nobody overwrites anybody unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy, record
from proposals.actions.drafting import dispositions
from proposals.models import Proposal, Section, SectionRevision
from proposals.queries.access import toolkit_of
from proposals.queries.drafts import open_section_keys
from proposals.status import Status, Verb
from toolkit.answers import Answer, same
from toolkit.types import Prompt

Changes = Mapping[str, Answer | None]


@dataclass(frozen=True)
class SaveResult:
    """What a save did: the revision afterwards, the prompts written, and those a colleague had changed meanwhile."""

    revision: int
    saved: frozenset[str]
    merged: frozenset[str]


@dataclass(frozen=True)
class PromptConflict:
    """Three versions of one answer: where the writer began, what a colleague stored, what the writer wants."""

    prompt: Prompt
    base: Answer | None
    theirs: Answer | None
    yours: Answer | None
    their_name: str
    their_time: datetime


class SectionConflict(Exception):
    """Somebody else changed the same prompts since the base revision; nothing was saved."""

    def __init__(self, conflicts: tuple[PromptConflict, ...], revision: int) -> None:
        super().__init__("A colleague changed the same answer.")
        self.conflicts = conflicts
        self.revision = revision


class SectionClosed(Exception):
    """The section cannot be edited now; the message says why."""


class UnknownRevision(Exception):
    """The base revision does not exist: the form did not come from this section."""


def save_section(
    *,
    actor: Actor,
    section: Section,
    base_revision: int,
    changes: Changes,
    now: datetime,
    bases: Mapping[str, int] = MappingProxyType({}),
) -> SaveResult:
    """Store the answers that differ from what the writer saw, merging prompt by prompt.

    ``changes`` maps prompt ids of the section to cleaned answers (``None`` = blank); those equal to the base are
    ignored, so a whole form may be passed. ``bases`` names the revision of single prompts that the writer saw at
    another one than ``base_revision``. A person's own later saves never conflict. Raises `SectionClosed`,
    `SectionConflict`, `UnknownRevision`, `PermissionDenied`, and KeyError for a prompt of another section.
    """
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update(of=("self",)).select_related("agency").get(pk=section.proposal_id)
        stored = Section.objects.select_for_update().get(pk=section.pk)
        _check_open(actor, proposal, stored)
        if not all(0 <= base <= stored.revision for base in (base_revision, *bases.values())):
            raise UnknownRevision
        later = _Later(stored, base_revision, bases)
        wanted = _wanted(proposal, stored, later, changes)
        if conflicts := later.conflicts(actor, proposal, wanted):
            raise SectionConflict(conflicts, stored.revision)
        if wanted:
            _write(actor, proposal, stored, wanted, now)
    return SaveResult(stored.revision, frozenset(wanted), frozenset(later.base) - frozenset(wanted))


def _check_open(actor: Actor, proposal: Proposal, section: Section) -> None:
    if not policy.owns(actor, proposal):
        raise PermissionDenied
    open_keys = open_section_keys(proposal, toolkit_of(proposal))
    if policy.can_edit_section(actor, proposal, section.key, open_keys):
        return
    if not policy.can_write_proposal(actor, proposal):
        raise SectionClosed(
            f"The proposal is “{Status(proposal.status).label.lower()}”, or your role only reads: "
            "this section cannot be changed now."
        )
    raise SectionClosed("This section is not open for changes in this round, or your access does not include it.")


class _Later:
    """What happened to a section after the revisions a writer began from, prompt by prompt."""

    def __init__(self, section: Section, base_revision: int, bases: Mapping[str, int]) -> None:
        self.section = section
        self.base_revision, self.bases = base_revision, bases
        self.revisions: list[SectionRevision] = []
        oldest = min((base_revision, *bases.values()))
        if oldest < section.revision:
            self.revisions = list(
                SectionRevision.objects.filter(section=section, revision__gt=oldest)
                .select_related("author")
                .order_by("revision")
            )
        #: The answers as they were at the base, for the prompts touched since.
        self.base: dict[str, Answer | None] = {}
        for revision in self.revisions:
            for prompt_id in self.touched_by(revision):
                self.base.setdefault(prompt_id, revision.changes[prompt_id]["before"])

    def touched_by(self, revision: SectionRevision) -> set[str]:
        """Return the prompts a revision changed after the writer had seen them."""
        seen, page = self.bases, self.base_revision
        return {prompt_id for prompt_id in revision.changes if revision.revision > seen.get(prompt_id, page)}

    def base_of(self, prompt_id: str) -> Answer | None:
        """Return the answer the writer began from."""
        if prompt_id in self.base:
            return self.base[prompt_id]
        current: Answer | None = self.section.answers.get(prompt_id)
        return current

    def conflicts(self, actor: Actor, proposal: Proposal, wanted: Changes) -> tuple[PromptConflict, ...]:
        """Return the wanted prompts that somebody else changed since, to something other than what is wanted."""
        toolkit = toolkit_of(proposal)
        found: list[PromptConflict] = []
        for revision in reversed(self.revisions):
            for prompt_id in self.touched_by(revision) & wanted.keys() - {item.prompt.id for item in found}:
                if revision.author_id != actor.user.pk:
                    found.append(
                        PromptConflict(
                            prompt=toolkit.prompt(prompt_id),
                            base=self.base_of(prompt_id),
                            theirs=self.section.answers.get(prompt_id),
                            yours=wanted[prompt_id],
                            their_name=revision.author.name,
                            their_time=revision.at,
                        )
                    )
        return tuple(sorted(found, key=lambda item: item.prompt.number))


def _wanted(proposal: Proposal, section: Section, later: _Later, changes: Changes) -> dict[str, Answer | None]:
    """Keep the changes that differ both from where the writer began and from what is stored."""
    prompts = {prompt.id: prompt for prompt in toolkit_of(proposal).section(section.key).prompts}
    return {
        prompt_id: answer
        for prompt_id, answer in changes.items()
        if not same(prompts[prompt_id], answer, later.base_of(prompt_id))
        and not same(prompts[prompt_id], answer, section.answers.get(prompt_id))
    }


def _write(actor: Actor, proposal: Proposal, section: Section, wanted: Changes, now: datetime) -> None:
    before = {prompt_id: section.answers.get(prompt_id) for prompt_id in wanted}
    answers = {**section.answers, **wanted}
    section.answers = {prompt_id: answer for prompt_id, answer in answers.items() if answer is not None}
    written = Section.objects.filter(pk=section.pk, revision=section.revision).update(
        answers=section.answers,
        dispositions=dispositions(section.answers),
        revision=section.revision + 1,
        updated_at=now,
        updated_by=actor.user,
    )
    if written != 1:
        raise RuntimeError("The section moved on under its lock.")
    section.revision += 1
    SectionRevision.objects.create(
        section=section,
        revision=section.revision,
        author=actor.user,
        at=now,
        changes={prompt_id: {"before": before[prompt_id], "after": answer} for prompt_id, answer in wanted.items()},
    )
    Proposal.objects.filter(pk=proposal.pk).update(updated_at=now)
    record.append(
        proposal=proposal,
        verb=Verb.SECTION_SAVED,
        actor=actor,
        now=now,
        section_key=section.key,
        object_id=section.revision,
    )
