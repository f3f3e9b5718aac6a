"""Which answers of a section are newer than what a page shows. What is read does not grow with the age of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icm_portal.accounts.actor import Actor
from proposals.models import AnswerChange, Section, SectionRevision
from proposals.queries.at_revision import newest_changes
from proposals.snapshot import digest
from toolkit.answers import Answer, same
from toolkit.types import Prompt


@dataclass(frozen=True)
class Newer:
    """The newest change of one answer: who made it ("" for the reader), when, and in which revision."""

    name: str
    at: datetime
    revision: int


def newer_answers(actor: Actor, section: Section, revision: int) -> dict[str, Newer]:
    """Return the prompts whose answers changed after a revision; two queries, none when nothing did."""
    if revision >= section.revision:
        return {}
    newest = {prompt_id: number for prompt_id, number in newest_changes(section).items() if number > revision}
    rows = SectionRevision.objects.filter(section=section, revision__in=set(newest.values()))
    by_number = {row.revision: row for row in rows.select_related("author").defer("changes")}
    return {prompt_id: _newer(actor, by_number[number]) for prompt_id, number in newest.items()}


def _newer(actor: Actor, row: SectionRevision) -> Newer:
    return Newer("" if row.author_id == actor.user.pk else row.author.name, row.at, row.revision)


def has_been_stored(actor: Actor, section: Section, prompt: Prompt, answer: Answer | None, since: int) -> bool:
    """Whether an answer is what is stored, or what this person stored after a revision."""
    if same(prompt, answer, section.answers.get(prompt.id)):
        return True
    like_it = AnswerChange.objects.filter(section=section, prompt_id=prompt.id, digest=digest(answer))
    return like_it.filter(author=actor.user, revision__gt=since).exists()
