"""Saving a section: nothing typed is lost, and nobody overwrites anybody unseen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy, record
from proposals.actions.revising import move_on, register_missed
from proposals.merging import Piece, merge, of_others
from proposals.models import AnswerChange, Proposal, Section, SectionRevision
from proposals.queries.access import toolkit_of
from proposals.queries.at_revision import before_next_change, newest_changes
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
        stored = Section.objects.select_for_update().defer(None).get(pk=section.pk)
        _check_open(actor, proposal, stored)
        if not all(0 <= base <= stored.revision for base in (base_revision, *bases.values(), *over.values())):
            raise UnknownRevision
        _catch_up(proposal, stored)
        later = _Later(stored, base_revision, bases, changes)
        overtaken = later.overtaken(actor, page_save) if page_save else frozenset()
        found = _Outcome(toolkit_of(proposal).section(stored.key).prompts, later, actor, over)
        for prompt_id, answer in changes.items():
            if prompt_id not in overtaken:
                found.add(prompt_id, answer)
        if found.conflicts:
            raise SectionConflict(found.in_order, stored.revision)
        if found.wanted:
            _write(actor, proposal, stored, found.wanted, now, page_save)
    untouched = later.moved - frozenset(found.wanted)
    return SaveResult(stored.revision, frozenset(found.wanted), untouched, frozenset(found.blended), overtaken)


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


def _catch_up(proposal: Proposal, section: Section) -> None:
    """Enter revisions that are missing in the register: without them a colleague's words would be overwritten unseen."""
    if missed := register_missed(section, proposal):
        AnswerChange.objects.bulk_create(missed)
        Section.objects.filter(pk=section.pk).update(touched=section.touched, sitting=section.sitting)


class _Later:
    """What happened to a section after the revisions a writer began from, prompt by prompt.

    Read off the section's own summary and, for each prompt written, the first revision that changed it since: a page
    that was opened long ago costs no more than one opened a moment ago.
    """

    def __init__(self, section: Section, seen: int, bases: Mapping[str, int], wanted: Collection[str]) -> None:
        self.section, self.seen, self.bases = section, seen, bases
        newest = newest_changes(section)
        #: The prompts that were changed since.
        self.moved = frozenset(key for key, revision in newest.items() if revision > self.base_revision(key))
        #: The answers as they were at the base, of prompts that the writer sends and somebody touched since.
        self.base = before_next_change(
            section, {key: self.base_revision(key) for key in sorted(self.moved & {*wanted})}
        )

    def base_revision(self, prompt_id: str) -> int:
        """Return the revision at which the writer saw a prompt."""
        return self.bases.get(prompt_id, self.seen)

    def base_of(self, prompt_id: str) -> Answer | None:
        """Return the answer the writer began from."""
        if prompt_id in self.base:
            return self.base[prompt_id]
        current: Answer | None = self.section.answers.get(prompt_id)
        return current

    def overtaken(self, actor: Actor, page_save: PageSave) -> frozenset[str]:
        """Return the prompts that the same page of the same person has stored by a later save than this one.

        Where nobody but this page saved a prompt since, the page began from that, also when it never heard that it was
        stored: what it takes back is taken back.
        """
        sent: dict[str, set[int]] = {}
        gone = set[str]()
        for prompt_id, revision, number in self._of_page(actor, page_save):
            if number and number > page_save.number:
                gone.add(prompt_id)
            sent.setdefault(prompt_id, set()).add(revision)
        for prompt_id in self.base.keys() - gone:
            if prompt_id in sent and self._since(prompt_id) <= sent[prompt_id]:
                del self.base[prompt_id]
        return frozenset(gone)

    def _of_page(self, actor: Actor, page_save: PageSave) -> Iterable[tuple[str, int, int | None]]:
        """Yield prompt, revision and number of what a page has stored after the bases."""
        if not self.base:
            return ()
        oldest = min(self.base_revision(prompt_id) for prompt_id in self.base)
        found = AnswerChange.objects.filter(section=self.section, page=page_save.page, revision__gt=oldest)
        own = found.filter(author=actor.user, prompt_id__in=self.base)
        return own.values_list("prompt_id", "revision", "page_save")

    def _since(self, prompt_id: str) -> set[int]:
        """Return the revisions that changed a piece of a prompt last, and after its base."""
        marks = self.section.touched[prompt_id]["pieces"].values()
        return {revision for revision, _ in marks if revision > self.base_revision(prompt_id)}

    def of_others(self, actor: Actor, prompt_id: str) -> dict[Piece, int]:
        """Return the pieces of a prompt last changed by somebody else, each with the revision that did so."""
        marks = self.section.touched[prompt_id]["pieces"]
        return of_others(marks, author=actor.user.pk, since=self.base_revision(prompt_id))


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
        found, over = self.later.of_others(self.actor, prompt.id), self.over.get(prompt.id, 0)
        foreign = {piece: revision for piece, revision in found.items() if revision > over}
        overruled = found.keys() - foreign.keys()
        merged = merge(prompt, base=base, theirs=stored, yours=yours, foreign=foreign.keys(), overruled=overruled)
        if merged.clashes:
            newest = self._revision(max(foreign.values()))
            self.conflicts.append(PromptConflict(prompt, base, stored, merged.answer, newest.author.name, newest.at))
        return merged.answer

    def _revision(self, number: int) -> SectionRevision:
        found = SectionRevision.objects.select_related("author").defer("changes")
        return found.get(section=self.later.section, revision=number)


def _write(
    actor: Actor, proposal: Proposal, section: Section, wanted: Changes, now: datetime, page_save: PageSave | None
) -> None:
    stood_at = section.revision
    rows = move_on(section, proposal=proposal, wanted=wanted, author=actor.user, now=now)
    if page_save:
        rows.sent_by(page_save.page, page_save.number)
    written = Section.objects.filter(pk=section.pk, revision=stood_at).update(
        answers=section.answers,
        dispositions=section.dispositions,
        revision=section.revision,
        touched=section.touched,
        sitting=section.sitting,
        updated_at=now,
        updated_by=actor.user,
    )
    if written != 1:
        raise RuntimeError("The section moved on under its lock.")
    rows.revision.save(force_insert=True)
    AnswerChange.objects.bulk_create(rows.changes)
    Proposal.objects.filter(pk=proposal.pk).update(updated_at=now)
    record.append(
        proposal=proposal,
        verb=Verb.SECTION_SAVED,
        actor=actor,
        now=now,
        section_key=section.key,
        object_id=section.revision,
    )
