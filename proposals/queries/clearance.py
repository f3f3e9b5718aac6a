"""Reads of clearance: where each sign-off of a state stands in each section of a draft. Never for CMS."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from django.db.models import Max, QuerySet

from icm_portal.accounts.actor import Actor
from proposals.models import Proposal, Section, SignOff, SignOffMark
from proposals.queries.access import toolkit_of
from proposals.queries.attachments import signed_with
from proposals.snapshot import DIGEST, digests, merged
from proposals.status import MarkKind
from toolkit.answers import Answers, applies
from toolkit.types import Prompt
from toolkit.types import Section as SectionDefinition

Place = tuple[UUID, str]
#: So many earlier proposals are offered to take sign-offs from.
MOST_SOURCES = 20


class Standing(StrEnum):
    """Where a sign-off stands in a section."""

    WAITING = "waiting"
    SIGNED = "signed"
    STALE = "stale"
    CHANGES = "changes"


@dataclass(frozen=True)
class Content:
    """What there is to sign in one section: its revision, the digests of its answers, and its files by place."""

    revision: int
    digests: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def seen(self) -> str:
        """What tells these files from any others, for a page to post."""
        return digest_of_files(self.files)


def digest_of_files(files: Mapping[str, str]) -> str:
    """Return a digest of files by place and content; "" for none."""
    return hashlib.sha256(" ".join(sorted(files)).encode()).hexdigest()[:DIGEST] if files else ""


@dataclass(frozen=True)
class Cell:
    """One sign-off in one section; ``changed`` names the answers that read differently since its ``mark``.

    ``came`` and ``went`` name the files that were attached and removed since.
    """

    sign_off: SignOff
    section: SectionDefinition
    content: Content
    mark: SignOffMark | None = None
    changed: tuple[Prompt, ...] = ()
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()

    @property
    def revision(self) -> int:
        """The revision of the section as it stands."""
        return self.content.revision

    @property
    def is_changed(self) -> bool:
        """Whether anything is different from what was marked."""
        return bool(self.changed or self.came or self.went)

    @property
    def standing(self) -> Standing:
        """Whether it is signed as it reads now."""
        if self.mark is None:
            return Standing.WAITING
        if self.mark.kind == MarkKind.CHANGES:
            return Standing.CHANGES
        return Standing.STALE if self.is_changed else Standing.SIGNED

    @property
    def is_signed(self) -> bool:
        """Whether nothing is left to do here."""
        return self.standing == Standing.SIGNED


@dataclass(frozen=True)
class Row:
    """A section with its cells, one for each sign-off of the proposal; ``None`` where it is not asked for."""

    section: SectionDefinition
    cells: tuple[Cell | None, ...]

    @property
    def asked(self) -> tuple[Cell, ...]:
        """The cells there are."""
        return tuple(cell for cell in self.cells if cell)


@dataclass(frozen=True)
class Clearance:
    """The sign-offs of one draft against the sections that apply in it."""

    proposal: Proposal
    sign_offs: tuple[SignOff, ...]
    rows: tuple[Row, ...]

    def of(self, sign_off: SignOff) -> tuple[Cell, ...]:
        """Return the cells of one sign-off, in the order of the toolkit."""
        return tuple(cell for row in self.rows for cell in row.asked if cell.sign_off.pk == sign_off.pk)

    def in_reach(self, actor: Actor) -> tuple[Row, ...]:
        """Return the rows within the limits of a membership."""
        return tuple(row for row in self.rows if actor.reaches(row.section.id))

    @cached_property
    def missing(self) -> dict[UUID, int]:
        """In how many sections each sign-off is not given for what stands there now; only those that miss any."""
        counts: dict[UUID, int] = defaultdict(int)
        for row in self.rows:
            for cell in row.asked:
                if not cell.is_signed:
                    counts[cell.sign_off.pk] += 1
        return dict(counts)

    @property
    def counts(self) -> list[tuple[SignOff, int]]:
        """Every sign-off with the number of sections in which it is missing."""
        return [(sign_off, self.missing.get(sign_off.pk, 0)) for sign_off in self.sign_offs]

    @property
    def is_complete(self) -> bool:
        """Whether every sign-off is given for everything."""
        return not self.missing


def clearance_of(proposal: Proposal) -> Clearance:
    """Return the clearance of one draft that the caller may see."""
    asked = SignOff.objects.filter(proposal=proposal, agency_id=proposal.agency_id)
    found = _clearances([proposal], asked)
    return found.get(proposal.pk) or Clearance(proposal, (), ())


def cells_in(proposal: Proposal, stored: Section, definition: SectionDefinition) -> tuple[Cell, ...]:
    """Return where each sign-off stands in one section, whose answers the caller has read; at most three queries."""
    asked = SignOff.objects.filter(proposal=proposal, agency_id=proposal.agency_id, ended_at__isnull=True)
    sign_offs = [
        item for item in asked.select_related("signer").order_by("asked_at", "name") if item.covers(stored.key)
    ]
    if not sign_offs:
        return ()
    marks, files = _newest_marks(sign_offs), signed_with([proposal])
    now = Content(stored.revision, digests(stored.answers), files.get((proposal.pk, stored.key), {}))
    return tuple(_cell(item, definition, marks.get((item.pk, stored.key)), now) for item in sign_offs)


def _cell(sign_off: SignOff, section: SectionDefinition, mark: SignOffMark | None, now: Content) -> Cell:
    """Compare what was signed with what stands there now."""
    if mark is None:
        return Cell(sign_off, section, now)
    then: Mapping[str, str] = now.files if mark.files is None else mark.files
    changed = (
        ()
        if mark.revision == now.revision
        else tuple(p for p in section.prompts if mark.digests.get(p.id) != now.digests.get(p.id))
    )
    came = tuple(name for place, name in now.files.items() if place not in then)
    went = tuple(name for place, name in then.items() if place not in now.files)
    return Cell(sign_off, section, now, mark, changed, came, went)


def with_sign_offs(proposal: Proposal) -> list[Proposal]:
    """Return the newest other proposals of the agency that ask for sign-offs: what they ask for can be taken over."""
    asking = SignOff.objects.filter(agency_id=proposal.agency_id, ended_at__isnull=True).values("proposal")
    others = Proposal.objects.filter(agency_id=proposal.agency_id, pk__in=asking).exclude(pk=proposal.pk)
    return list(others.order_by("-created_at", "pk")[:MOST_SOURCES])


def asked_of(actor: Actor, proposals: Iterable[Proposal]) -> list[Clearance]:
    """Return, of proposals the actor may see, the clearance of what the actor is asked to sign."""
    mine = SignOff.objects.filter(signer=actor.user, agency=actor.agency)
    return list(_clearances(proposals, mine).values())


def _clearances(proposals: Iterable[Proposal], wanted: QuerySet[SignOff]) -> dict[UUID, Clearance]:
    """Read the clearance of several drafts in a constant number of queries; one, when nothing is asked for."""
    by_id = {proposal.pk: proposal for proposal in proposals}
    if not by_id:
        return {}
    asked: dict[UUID, list[SignOff]] = defaultdict(list)
    current = wanted.filter(proposal__in=by_id, ended_at__isnull=True).select_related("signer")
    for sign_off in current.order_by("asked_at", "name"):
        sign_off.proposal = by_id[sign_off.proposal_id]
        asked[sign_off.proposal_id].append(sign_off)
    if not asked:
        return {}
    drafts = _Drafts({pk: by_id[pk] for pk in asked}, _newest_marks([s for many in asked.values() for s in many]))
    return {pk: Clearance(by_id[pk], tuple(many), tuple(drafts.rows(pk, many))) for pk, many in asked.items()}


def _newest_marks(sign_offs: list[SignOff]) -> dict[Place, SignOffMark]:
    """Return what each signer said last of each section."""
    by_place = SignOffMark.objects.filter(sign_off__in=sign_offs).values("sign_off", "section_key")
    newest = by_place.annotate(newest=Max("pk")).values("newest")
    marks = SignOffMark.objects.filter(pk__in=newest).select_related("by")
    return {(mark.sign_off_id, mark.section_key): mark for mark in marks}


class _Drafts:
    """The sections of several drafts, and the answers of those in which anything was saved after a mark."""

    def __init__(self, proposals: Mapping[UUID, Proposal], marks: Mapping[Place, SignOffMark]) -> None:
        self.proposals, self.marks = proposals, marks
        self.revisions: dict[UUID, dict[str, int]] = {pk: {} for pk in proposals}
        rows = Section.objects.filter(proposal__in=proposals)
        for pk, key, revision in rows.values_list("proposal_id", "key", "revision"):
            self.revisions[pk][key] = revision

    @cached_property
    def switches(self) -> dict[UUID, Answers]:
        """The answers that conditions look at."""
        found: dict[UUID, dict[str, Answers]] = {pk: {} for pk in self.proposals}
        keys = {key for proposal in self.proposals.values() for key in toolkit_of(proposal).switch_section_ids}
        rows = Section.objects.filter(proposal__in=self.proposals, key__in=keys)
        for pk, key, answers in rows.values_list("proposal_id", "key", "answers"):
            found[pk][key] = answers
        return {pk: merged(answers) for pk, answers in found.items()}

    @cached_property
    def files(self) -> dict[Place, dict[str, str]]:
        """The files that stand in each section."""
        return signed_with(self.proposals.values())

    @cached_property
    def digests(self) -> dict[tuple[UUID, str], dict[str, str]]:
        """Digests of the answers of sections that were saved since somebody marked them in any of the drafts."""
        oldest: dict[str, int] = {}
        for mark in self.marks.values():
            oldest[mark.section_key] = min(mark.revision, oldest.get(mark.section_key, mark.revision))
        moved = {
            key for revisions in self.revisions.values() for key, now in revisions.items() if oldest.get(key, now) < now
        }
        if not moved:
            return {}
        rows = Section.objects.filter(proposal__in=self.proposals, key__in=moved)
        return {(pk, key): digests(answers) for pk, key, answers in rows.values_list("proposal_id", "key", "answers")}

    def rows(self, pk: UUID, sign_offs: list[SignOff]) -> Iterator[Row]:
        """Yield the sections of a draft in which anything applies and any of the sign-offs is asked for."""
        for section in toolkit_of(self.proposals[pk]).sections:
            if not any(applies(prompt, self.switches[pk]) for prompt in section.prompts):
                continue
            cells = tuple(self._cell(pk, section, item) if item.covers(section.id) else None for item in sign_offs)
            if any(cells):
                yield Row(section, cells)

    def _cell(self, pk: UUID, section: SectionDefinition, sign_off: SignOff) -> Cell:
        mark = self.marks.get((sign_off.pk, section.id))
        place = (pk, section.id)
        now = Content(self.revisions[pk][section.id], self.digests.get(place, {}), self.files.get(place, {}))
        return _cell(sign_off, section, mark, now)
