"""Reads of the history of a section: who changed what and when, in answers, files and replies. Page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from icm_portal.accounts.models import Membership, Side, User
from proposals import diff
from proposals.models import AnswerChange, Attachment, Comment, DraftComment, Section, SectionRevision
from proposals.queries.access import toolkit_of
from toolkit.answers import Answer, Answers
from toolkit.types import Prompt, Toolkit

#: What happened, as the list of a history holds it.
SAVED, CAME, WENT, SENT, DRAFTED = "saved", "came", "went", "sent", "drafted"
#: One line of it: when, what, the revision (of a sitting: its first), and the id of the file or the words.
Line = tuple[datetime, str, int, str]


@dataclass(frozen=True)
class Narrowed:
    """What a reader wants to see of a section: one prompt, one person, each save by itself."""

    prompt_id: str = ""
    author_id: int | None = None
    folds: bool = True


@dataclass(frozen=True)
class Change:
    """How one answer read before and after a sitting; ``revision`` is the first save of the sitting that touched it."""

    prompt: Prompt
    revision: int
    before: Answer | None
    pieces: tuple[diff.Piece, ...]

    @property
    def is_visible(self) -> bool:
        """Whether the answer reads differently at all: a choice that is not shown may be all that changed."""
        return any(piece.is_changed for piece in self.pieces)


@dataclass(frozen=True)
class Item:
    """Something one person did: a sitting with its changes, a file that came or went, or a reply."""

    kind: str
    author_id: int
    since: datetime
    until: datetime
    changes: tuple[Change, ...] = ()
    file: Attachment | None = None
    words: Comment | DraftComment | None = None
    about: str = ""

    @property
    def day(self) -> date:
        """The reader's day it began on."""
        return timezone.localdate(self.since)

    @property
    def labels(self) -> list[str]:
        """What it was about, in a few words."""
        return [change.prompt.label for change in self.changes] or [self.about]


def lines(section: Section, wanted: Narrowed) -> QuerySet[Any, Line]:
    """Return what happened in a section, newest first, as lines to be cut into pages and read by `items`.

    Nothing that was written is read, and of a run of saves only the first.
    """
    found: list[QuerySet[Any, Line]] = [
        _lines(_saves(section, wanted), SAVED, "at", F("sitting" if wanted.folds else "revision")),
        _lines(_files(section, wanted, "uploaded_by"), CAME, "uploaded_at"),
        _lines(_files(section, wanted, "removed_by").filter(removed_at__isnull=False), WENT, "removed_at"),
        _lines(_replies(Comment.objects.all(), section, wanted), SENT, "at"),
        _lines(_replies(DraftComment.objects.all(), section, wanted), DRAFTED, "updated_at"),
    ]
    everything = found[0].union(*found[1:], all=True)
    return everything.order_by("-when", "-number", "what", "ref")


def _lines(rows: QuerySet[Any], what: str, when: str, number: Any = None) -> QuerySet[Any, Line]:
    """Bring rows into the form of lines; those of saves are known by a revision, all others by their id."""
    ref = Cast("pk", CharField()) if number is None else Value("", CharField())
    named = rows.order_by().annotate(when=F(when), what=Value(what, CharField()), ref=ref)
    numbered = named.annotate(number=number or Value(0, IntegerField()))
    return cast("QuerySet[Any, Line]", numbered.values_list("when", "what", "number", "ref"))


def _saves(section: Section, wanted: Narrowed) -> QuerySet[Any]:
    if not wanted.folds and not wanted.prompt_id:
        rows: QuerySet[Any] = SectionRevision.objects.filter(section=section)
    else:
        rows = AnswerChange.objects.filter(section=section)
        if wanted.prompt_id:
            rows = rows.filter(prompt_id=wanted.prompt_id)
        if wanted.folds:
            rows = rows.filter(opens=True) if wanted.prompt_id else rows.filter(leads=True)
    return rows if wanted.author_id is None else rows.filter(author=wanted.author_id)


def _files(section: Section, wanted: Narrowed, person: str) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(proposal=section.proposal_id, section_key=section.key)
    return _narrowed(rows, wanted, "prompt_id", person)


def _replies(said: QuerySet[Any], section: Section, wanted: Narrowed) -> QuerySet[Any]:
    """What the state itself said in threads of the section."""
    rows = said.filter(
        thread__proposal=section.proposal_id, thread__section_key=section.key, agency=section.proposal.agency_id
    )
    return _narrowed(rows, wanted, "thread__prompt_id", "author")


def _narrowed(rows: QuerySet[Any], wanted: Narrowed, prompt: str, person: str) -> QuerySet[Any]:
    asked: dict[str, Any] = {prompt: wanted.prompt_id} if wanted.prompt_id else {}
    return rows.filter(**asked, **({} if wanted.author_id is None else {person: wanted.author_id}))


class Author(NamedTuple):
    """Somebody who did anything in a section, named as the agency that has it now may know them."""

    pk: int
    name: str


def authors(section: Section) -> list[Author]:
    """Return everybody who ever did anything in a section, by name."""
    everything = Narrowed()
    files = _files(section, everything, "")
    wrote = [
        _saves(section, everything).values("author"),
        files.values("uploaded_by"),
        files.filter(removed_at__isnull=False).values("removed_by"),
        _replies(Comment.objects.all(), section, everything).values("author"),
        _replies(DraftComment.objects.all(), section, everything).values("author"),
    ]
    anybody = Q()
    for rows in wrote:
        anybody |= Q(pk__in=rows)
    return _named(section, anybody)


def author_of(section: Section, revision: SectionRevision) -> Author:
    """Return who made a save of a section."""
    (found,) = _named(section, Q(pk=revision.author_id))
    return found


def _named(section: Section, wanted: Q) -> list[Author]:
    """Return people by name; those who never belonged to the agency, from before a move, by the name of theirs."""
    memberships = Membership.objects.filter(user=OuterRef("pk"))
    before = memberships.filter(agency__side=Side.STATE).order_by("pk").values("agency__jurisdiction")[:1]
    ours = When(Exists(memberships.filter(agency=section.proposal.agency_id)), then=F("name"))
    shown = Case(ours, default=Coalesce(Subquery(before), Value("Another agency")), output_field=CharField())
    rows = User.objects.filter(wanted).annotate(shown=shown).order_by("shown", "pk")
    return [Author(*row) for row in rows.values_list("pk", "shown")]


def items(section: Section, wanted: Narrowed, found: Sequence[Line], around: Answers) -> list[Item]:
    """Read what stands behind the lines of one page, each kind of thing at once; in the order of the lines.

    Of a sitting, only its first and last version of each answer are read. ``around`` are the answers that conditions
    look at.
    """
    known = {
        **_sittings(section, wanted, [number for _, what, number, _ in found if what == SAVED], around),
        **_moved_files(section, found),
        **_said(section, found),
    }
    return [known[what, ref or number] for _, what, number, ref in found]


Known = dict[tuple[str, int | str], Item]


def _sittings(section: Section, wanted: Narrowed, numbers: Collection[int], around: Answers) -> Known:
    """Return the sittings, or the saves, that carry these numbers."""
    if not numbers:
        return {}
    key = "sitting" if wanted.folds else "revision"
    rows = AnswerChange.objects.filter(section=section, **{f"{key}__in": numbers})
    if wanted.prompt_id:
        rows = rows.filter(prompt_id=wanted.prompt_id)
    ends = rows.order_by().values(key, "prompt_id", "author_id")
    by_number: dict[int, list[Any]] = defaultdict(list)
    for row in ends.annotate(first=Min("revision"), last=Max("revision"), since=Min("at"), until=Max("at")):
        by_number[row[key]].append(row)
    read = {row[end] for many in by_number.values() for row in many for end in ("first", "last")}
    stored = dict(SectionRevision.objects.filter(section=section, revision__in=read).values_list("revision", "changes"))
    compare = _Compare(section, stored, around)
    return {(SAVED, number): compare.item(many) for number, many in by_number.items()}


class _Compare:
    """Puts the first and the last version of each answer of a sitting side by side."""

    def __init__(self, section: Section, stored: Mapping[int, Mapping[str, Any]], around: Answers) -> None:
        self.toolkit = toolkit_of(section.proposal)
        self.prompts = self.toolkit.section(section.key).prompts
        self.stored, self.around = stored, around

    def item(self, rows: Sequence[Mapping[str, Any]]) -> Item:
        """Return a sitting from its rows, one for each answer it changed."""
        by_prompt = {row["prompt_id"]: row for row in rows}
        return Item(
            kind=SAVED,
            author_id=rows[0]["author_id"],
            since=min(row["since"] for row in rows),
            until=max(row["until"] for row in rows),
            changes=tuple(
                self._change(prompt, by_prompt[prompt.id]) for prompt in self.prompts if prompt.id in by_prompt
            ),
        )

    def _change(self, prompt: Prompt, row: Mapping[str, Any]) -> Change:
        before = self.stored[row["first"]][prompt.id]["before"]
        after = self.stored[row["last"]][prompt.id]["after"]
        return Change(prompt, row["first"], before, compared(self.toolkit, prompt, before, after, self.around))


def _moved_files(section: Section, found: Sequence[Line]) -> Known:
    refs = {(what, ref) for _, what, _, ref in found if what in {CAME, WENT}}
    if not refs:
        return {}
    files = {file.pk: file for file in Attachment.objects.filter(pk__in={UUID(ref) for _, ref in refs})}
    return {(what, ref): _moved_file(section, what, files[UUID(ref)]) for what, ref in refs}


def _moved_file(section: Section, what: str, file: Attachment) -> Item:
    at, who = (file.uploaded_at, file.uploaded_by_id) if what == CAME else (file.removed_at, file.removed_by_id)
    label = toolkit_of(section.proposal).prompt(file.prompt_id).label
    return Item(what, cast(int, who), cast(datetime, at), cast(datetime, at), file=file, about=label)


def _said(section: Section, found: Sequence[Line]) -> Known:
    """Return the replies, those sent with a round and those still drafted."""
    sent = [ref for _, what, _, ref in found if what == SENT]
    drafted = {UUID(ref): ref for _, what, _, ref in found if what == DRAFTED}
    known: Known = {}
    for comment in Comment.objects.filter(pk__in=sent).select_related("thread") if sent else ():
        known[SENT, str(comment.pk)] = _reply(SENT, comment, comment.at)
    own = DraftComment.objects.filter(agency=section.proposal.agency_id, pk__in=drafted)
    for draft in own.select_related("thread") if drafted else ():
        known[DRAFTED, drafted[draft.pk]] = _reply(DRAFTED, draft, draft.updated_at)
    return known


def _reply(what: str, words: Comment | DraftComment, at: datetime) -> Item:
    return Item(what, words.author_id, at, at, words=words, about=f"Reply to {words.thread}")


def compared(
    toolkit: Toolkit, prompt: Prompt, before: Answer | None, after: Answer | None, around: Answers
) -> tuple[diff.Piece, ...]:
    """Return the comparison of two versions of one answer, each as a page shows it."""
    old, new = ({**around, prompt.id: answer} if answer else None for answer in (before, after))
    return diff.pieces(toolkit, prompt, old, new)


def revision_at(section: Section, revision: int) -> SectionRevision | None:
    """Return one save of a section, if there is one."""
    return SectionRevision.objects.filter(section=section, revision=revision).first()
