"""Saving a section: nothing typed is lost, and nobody overwrites anybody unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy, record
from proposals.actions.drafting import dispositions
from proposals.merging import Piece, changed, merge
from proposals.models import Proposal, Section, SectionRevision
from proposals.queries.access import toolkit_of
from proposals.queries.drafts import open_section_keys
from proposals.status import Status, Verb
from toolkit.answers import Answer, same
from toolkit.types import Prompt

Changes = Mapping[str, Answer | None]


@dataclass(frozen=True)
class SaveResult:
    """What a save did: the revision afterwards, the prompts written, and those a colleague had changed meanwhile.

    ``blended`` are the prompts passed that now hold something else, because a colleague's pieces are in them too;
    ``overtaken`` those left alone, because a later save of the same page was here first.
    """

    revision: int
    saved: frozenset[str]
    merged: frozenset[str]
    blended: frozenset[str] = frozenset()
    overtaken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PageSave:
    """Which save of which open page this is. Numbers grow, so a request that arrives late is known as the older one."""

    page: UUID
    number: int


@dataclass(frozen=True)
class PromptConflict:
    """Three versions of one answer: where the writer began, what a colleague stored, what the writer wants.

    ``yours`` already holds what the colleague changed beside it, so the two differ only where they clash.
    """

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
    over: Mapping[str, int] = MappingProxyType({}),
    page_save: PageSave | None = None,
) -> SaveResult:
    """Store the answers that differ from what the writer saw, merging prompt by prompt and piece by piece.

    ``changes`` maps prompt ids of the section to cleaned answers (``None`` = blank); those equal to the base are
    ignored, so a whole form may be passed. ``bases`` names the revision of single prompts that the writer saw at
    another one than ``base_revision``; ``over`` the revision up to which the writer knows a colleague's version of a
    prompt and decided for the own one. A person's own later saves never conflict; but with ``page_save`` an answer that
    a later save of the same page has stored already stays. Raises `SectionClosed`,
    `SectionConflict`, `UnknownRevision`, `PermissionDenied`, and KeyError for a prompt of another section.
    """
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update(of=("self",)).select_related("agency").get(pk=section.proposal_id)
        stored = Section.objects.select_for_update().get(pk=section.pk)
        _check_open(actor, proposal, stored)
        if not all(0 <= base <= stored.revision for base in (base_revision, *bases.values(), *over.values())):
            raise UnknownRevision
        later = _Later(stored, base_revision, bases)
        overtaken = later.overtaken(actor, page_save)
        found = _Outcome(toolkit_of(proposal).section(stored.key).prompts, later, actor, over)
        for prompt_id, answer in changes.items():
            if prompt_id not in overtaken:
                found.add(prompt_id, answer)
        if found.conflicts:
            raise SectionConflict(found.in_order, stored.revision)
        if found.wanted:
            _write(actor, proposal, stored, found.wanted, now, page_save)
    untouched = frozenset(later.base) - frozenset(found.wanted)
    return SaveResult(
        stored.revision, frozenset(found.wanted), untouched, frozenset(found.blended), overtaken & changes.keys()
    )


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

    def overtaken(self, actor: Actor, page_save: PageSave | None) -> frozenset[str]:
        """Return the prompts that the same page of the same person has stored by a later save than this one."""
        if page_save is None:
            return frozenset()
        return frozenset(
            prompt_id
            for revision in self.revisions
            if revision.page == page_save.page and revision.author_id == actor.user.pk
            if revision.page_save is not None and revision.page_save > page_save.number
            for prompt_id in revision.changes
        )

    def of_others(self, actor: Actor, prompt: Prompt, over: int) -> tuple[set[Piece], SectionRevision | None]:
        """Return the pieces of a prompt last changed by somebody else, and the newest revision that did so.

        What the writer decided to overrule, up to the revision ``over``, is left out.
        """
        pieces: set[Piece] = set()
        newest = None
        for revision in self.revisions:
            if prompt.id not in self.touched_by(revision):
                continue
            change = revision.changes[prompt.id]
            moved = changed(prompt, change["before"], change["after"])
            if revision.author_id == actor.user.pk or revision.revision <= over:
                pieces -= moved
            else:
                pieces |= moved
                newest = revision
        return pieces, newest


class _Outcome:
    """What becomes of the answers a writer sends: those to be written, and those that clash with a colleague's."""

    def __init__(self, prompts: Iterable[Prompt], later: _Later, actor: Actor, over: Mapping[str, int]) -> None:
        self.prompts = {prompt.id: prompt for prompt in prompts}
        self.later, self.actor, self.over = later, actor, over
        self.wanted: dict[str, Answer | None] = {}
        self.blended: set[str] = set()
        self.conflicts: list[PromptConflict] = []

    @property
    def in_order(self) -> tuple[PromptConflict, ...]:
        """The conflicts in the order of the toolkit."""
        return tuple(sorted(self.conflicts, key=lambda item: item.prompt.number))

    def add(self, prompt_id: str, yours: Answer | None) -> None:
        """Decide about one answer; one that says what the writer began from is left as it is stored."""
        prompt, base = self.prompts[prompt_id], self.later.base_of(prompt_id)
        stored = result = self.later.section.answers.get(prompt_id)
        if not same(prompt, yours, base):
            result = yours if prompt_id not in self.later.base else self._merged(prompt, base, stored, yours)
        if not same(prompt, result, stored):
            self.wanted[prompt_id] = result
        if not same(prompt, result, yours):
            self.blended.add(prompt_id)

    def _merged(
        self, prompt: Prompt, base: Answer | None, stored: Answer | None, yours: Answer | None
    ) -> Answer | None:
        if same(prompt, yours, stored):
            return stored
        foreign, newest = self.later.of_others(self.actor, prompt, self.over.get(prompt.id, 0))
        merged = merge(prompt, base=base, theirs=stored, yours=yours, foreign=foreign)
        if newest and merged.clashes:
            self.conflicts.append(PromptConflict(prompt, base, stored, merged.answer, newest.author.name, newest.at))
        return merged.answer


def _write(
    actor: Actor, proposal: Proposal, section: Section, wanted: Changes, now: datetime, page_save: PageSave | None
) -> None:
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
        page=page_save.page if page_save else None,
        page_save=page_save.number if page_save else None,
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
