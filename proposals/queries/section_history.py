"""Reads of the history of a section: who changed what and when, and how its answers read at any revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from icm_portal.accounts.models import User
from proposals import diff
from proposals.models import Section, SectionRevision
from proposals.queries.history import FOLD_WITHIN
from toolkit.answers import Answer, Answers
from toolkit.types import Prompt, Toolkit


@dataclass
class Sitting:
    """A run of saves by one person, none further than ten minutes from the next and none of anybody else between."""

    author_id: int
    since: datetime
    until: datetime
    revisions: list[int]

    @property
    def day(self) -> date:
        """The reader's day it ended on."""
        return timezone.localdate(self.until)

    def is_followed_by(self, author_id: int, at: datetime) -> bool:
        """Whether a later save belongs to it."""
        is_near = at - self.until <= FOLD_WITHIN and timezone.localdate(at) == self.day
        return is_near and author_id == self.author_id


@dataclass(frozen=True)
class Change:
    """How one answer read before and after a sitting; ``revision`` is the first save of the sitting that touched it."""

    prompt: Prompt
    revision: int
    before: Answer | None
    blocks: tuple[diff.Block, ...]

    @property
    def is_visible(self) -> bool:
        """Whether the answer reads differently at all: a choice that is not shown may be all that changed."""
        return any(block.op != diff.Op.SAME for block in self.blocks)


def _rows(section: Section, prompt_id: str = "") -> QuerySet[SectionRevision]:
    rows = SectionRevision.objects.filter(section=section)
    return rows.filter(changes__has_key=prompt_id) if prompt_id else rows


def sittings(
    section: Section, *, prompt_id: str = "", author_id: int | None = None, folds: bool = True
) -> list[Sitting]:
    """Return who wrote in a section (or on one prompt) and when, newest first, without reading what was written.

    Without ``folds`` each save is one sitting.
    """
    found: list[Sitting] = []
    for revision, who, at in _rows(section, prompt_id).order_by("revision").values_list("revision", "author_id", "at"):
        last = found[-1] if found else None
        if folds and last and last.is_followed_by(who, at):
            last.until = at
            last.revisions.append(revision)
        else:
            found.append(Sitting(who, at, at, [revision]))
    return [sitting for sitting in reversed(found) if author_id is None or sitting.author_id == author_id]


def authors(section: Section) -> list[User]:
    """Return everybody who ever wrote in a section, by name."""
    wrote = SectionRevision.objects.filter(section=section).values("author")
    return list(User.objects.filter(pk__in=wrote).order_by("name", "pk"))


def changes_of(
    section: Section, toolkit: Toolkit, found: Sequence[Sitting], *, around: Answers, prompt_id: str = ""
) -> list[list[Change]]:
    """Return for each sitting what it changed, in the order of the toolkit; one query for all of them.

    ``around`` are the answers that conditions look at.
    """
    wanted = [revision for sitting in found for revision in sitting.revisions]
    rows = _rows(section).filter(revision__in=wanted) if wanted else SectionRevision.objects.none()
    stored: dict[int, Mapping[str, Any]] = dict(rows.values_list("revision", "changes"))
    return [list(_changes(section, toolkit, sitting, stored, around, prompt_id)) for sitting in found]


def _changes(
    section: Section,
    toolkit: Toolkit,
    sitting: Sitting,
    stored: Mapping[int, Mapping[str, Any]],
    around: Answers,
    prompt_id: str,
) -> Iterator[Change]:
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for revision in sitting.revisions:
        for touched in stored[revision]:
            first.setdefault(touched, revision)
            last[touched] = revision
    for prompt in toolkit.section(section.key).prompts:
        if prompt.id in first and prompt_id in {"", prompt.id}:
            begin, end = first[prompt.id], last[prompt.id]
            before, after = stored[begin][prompt.id]["before"], stored[end][prompt.id]["after"]
            yield Change(prompt, begin, before, compared(toolkit, prompt, before, after, around))


def compared(
    toolkit: Toolkit, prompt: Prompt, before: Answer | None, after: Answer | None, around: Answers
) -> tuple[diff.Block, ...]:
    """Return the word comparison of two versions of one answer, each as a page shows it."""
    old, new = (
        diff.answer_lines(prompt, answer, {**around, prompt.id: answer}, toolkit) if answer else []
        for answer in (before, after)
    )
    return diff.blocks(old, new)


def answers_at(section: Section, revision: int) -> Answers:
    """Return the answers of a section as they stood at a revision, which is 0 before anybody wrote."""
    answers: dict[str, Answer | None] = dict(section.answers)
    for changes in _rows(section).filter(revision__gt=revision).order_by("-revision").values_list("changes", flat=True):
        answers |= {prompt_id: change["before"] for prompt_id, change in changes.items()}
    return {prompt_id: answer for prompt_id, answer in answers.items() if answer is not None}


def revision_at(section: Section, revision: int) -> SectionRevision | None:
    """Return one save of a section, with its author, if there is one."""
    return _rows(section).filter(revision=revision).select_related("author").first()
