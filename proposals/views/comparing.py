"""Any two texts of a proposal, compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals import diff
from proposals.models import Proposal
from proposals.queries import access
from proposals.queries.claims import questions_answered
from proposals.queries.turns import Turn
from proposals.queries.unchanged import unchanged_since
from proposals.queries.versions import Version, content_of, versions
from proposals.snapshot import FileChange, files_between, flat_answers
from proposals.views import opening
from proposals.views.lines import turn_now
from toolkit.answers import applies
from toolkit.types import Prompt, Section

INLINE, SIDE = "inline", "side"


@dataclass(frozen=True)
class ChangeCard:
    """One changed answer: its place in the list, what differs in it, and the questions that asked about it."""

    number: int
    heading: str
    pieces: tuple[diff.Piece, ...]
    files: tuple[FileChange, ...]
    asked: str
    #: The section it stands in, and the prompt; both "" for files about the whole proposal.
    section_key: str = ""
    prompt_id: str = ""

    @cached_property
    def anchor(self) -> str:
        """The id of its element."""
        return f"change-{self.number}"


@dataclass(frozen=True)
class SectionChanges:
    """The changed answers of one section; without a key, what is about the whole proposal."""

    key: str
    title: str
    part: str
    cards: tuple[ChangeCard, ...]

    @cached_property
    def asked(self) -> str:
        """The questions on this section, without repeats."""
        names = (name for card in self.cards for name in card.asked.split(", ") if name)
        return ", ".join(dict.fromkeys(names))


class ComparePage:
    """Two versions of a proposal and everything that differs between them."""

    def __init__(self, request: ActorRequest, proposal: Proposal) -> None:
        self.request = request
        self.proposal = proposal
        self.toolkit = access.toolkit_of(proposal)
        self.versions = versions(request.actor, proposal)
        self.before, self.after = self._chosen()
        self._read: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None
        self.view = SIDE if request.GET.get("view") == SIDE else INLINE
        self.only_changed = request.GET.get("lines") != "all"

    def _chosen(self) -> tuple[Version | None, Version | None]:
        """Return the two versions named in the address; by default the last two that count."""
        by_key = {version.key: version for version in self.versions}
        counting = [version for version in self.versions if "." not in version.key]
        keys = (self.request.GET.get("from"), self.request.GET.get("to"))
        default = counting[-2:] if len(counting) > 1 else [None, None]
        if any(key and key not in by_key for key in keys):
            raise Http404
        before, after = (by_key[key] if key else other for key, other in zip(keys, default, strict=True))
        return (before, after) if before and after else (None, None)

    @cached_property
    def heading(self) -> str:
        """The title of the page."""
        if self.before is None or self.after is None:
            return "Compare rounds"
        return f"What changed between {_lower(self.before.name)} and {_lower(self.after.name)}"

    @cached_property
    def turn(self) -> Turn | None:
        """Whose turn it is."""
        return turn_now(self.request.actor, self.proposal)

    @cached_property
    def _wanted(self) -> str:
        """The section named in the address, "" for all; `Http404` for one the toolkit does not have."""
        key = self.request.GET.get("section", "")
        return access.get_definition(self.proposal, key).id if key else ""

    @cached_property
    def changed(self) -> list[SectionChanges]:
        """The sections in which anything differs, wanted or not."""
        return [
            SectionChanges(key, *self._named(key), tuple(run))
            for key, run in groupby(self._all_cards, key=lambda card: card.section_key)
        ]

    @cached_property
    def sections(self) -> list[SectionChanges]:
        """The sections that are shown."""
        return [item for item in self.changed if self._wanted in ("", item.key)]

    @cached_property
    def chosen(self) -> Section | None:
        """The only section to be shown, if one was named."""
        return self.toolkit.section(self._wanted) if self._wanted else None

    def _named(self, key: str) -> tuple[str, str]:
        """Return the title and the part of a section."""
        if not key:
            return "The proposal as a whole", ""
        section = self.toolkit.section(key)
        return section.title, self.toolkit.part_of(section).name

    @cached_property
    def _all_cards(self) -> list[ChangeCard]:
        """Everything that differs, numbered through: files about the whole proposal, then the answers."""
        if self.before is None or self.after is None:
            return []
        old, new = self._contents(self.before, self.after)
        changes = diff.compare_documents(self.toolkit, old, new)
        asked = self._asked(self.before, self.after, changes)
        about_all = tuple(file for file in files_between(old, new) if not file.prompt_id)
        found: list[tuple[Prompt | None, tuple[diff.Piece, ...], tuple[FileChange, ...]]] = []
        if about_all:
            found.append((None, (), about_all))
        found += [(item.prompt, item.pieces, item.files) for item in changes]
        return [_card(number, *item, asked) for number, item in enumerate(found, 1)]

    def _asked(self, before: Version, after: Version, changes: Iterable[diff.PromptChange]) -> dict[str, list[str]]:
        """Return the questions asked between the two versions, by the prompt that was changed for them."""
        rounds, is_draft = (before.round, after.round - 1), after.submission is None
        return questions_answered(self.request.actor, self.proposal, rounds, changes, with_draft=is_draft)

    @cached_property
    def unchanged(self) -> list[tuple[Section, int]]:
        """The sections that say the same in both, each with the round since which they do.

        Told for texts that count: a recalled round stands beside them, not among them.
        """
        before, after = self.before, self.after
        if before is None or after is None or "." in before.key + after.key or before.round > after.round:
            return []
        _old, new = self._contents(before, after)
        is_draft, answers = after.submission is None, flat_answers(new)
        last = after.round - is_draft
        rounds = access.counting(self.request.actor, self.proposal)
        since = unchanged_since(self.toolkit, rounds, last, new if is_draft else None)
        differs = {item.key for item in self.changed}
        return [
            (section, since[section.id])
            for section in self.toolkit.sections
            if since[section.id] <= before.round and section.id not in differs
            if any(applies(prompt, answers) for prompt in section.prompts)
        ]

    def _contents(self, before: Version, after: Version) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return what is compared, read once."""
        if not self._read:
            self._read = (content_of(self.proposal, before), content_of(self.proposal, after))
        return self._read

    @cached_property
    def cards(self) -> list[ChangeCard]:
        """The changes that are shown."""
        return [card for section in self.sections for card in section.cards]

    @cached_property
    def answering(self) -> int:
        """How many changes a question had asked for."""
        return sum(bool(card.asked) for card in self.cards)

    @cached_property
    def unasked(self) -> int:
        """How many changes nobody had asked for."""
        return len(self.cards) - self.answering

    @cached_property
    def were_asked(self) -> bool:
        """Whether there was a round of questions between the two, so that it matters what a change answers."""
        return self.before is not None and self.after is not None and self.before.round < self.after.round


def _card(
    number: int,
    prompt: Prompt | None,
    pieces: tuple[diff.Piece, ...],
    files: tuple[FileChange, ...],
    asked: Mapping[str, list[str]],
) -> ChangeCard:
    if prompt is None:
        return ChangeCard(number, "Files about the whole proposal", pieces, files, ", ".join(asked.get("", [])))
    heading, names = f"{prompt.number}. {prompt.label}", ", ".join(asked.get(prompt.id, []))
    return ChangeCard(number, heading, pieces, files, names, prompt.section_id, prompt.id)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


@actor_required
@require_safe
def compare(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what differs between two versions the reader may see; 404 for others."""
    proposal = opening.get_proposal(request, pk)
    page = ComparePage(request, proposal)
    return render(request, "proposals/compare.html", {"page": page, "proposal": proposal})
