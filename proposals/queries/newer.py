"""Which answers of a section are newer than what a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icm_portal.accounts.actor import Actor
from proposals.models import Section, SectionRevision
from toolkit.answers import Answer, same
from toolkit.types import Prompt


@dataclass(frozen=True)
class Newer:
    """The newest change of one answer: who made it ("" for the reader), when, and in which revision."""

    name: str
    at: datetime
    revision: int


def newer_answers(actor: Actor, section: Section, revision: int, prompts: tuple[Prompt, ...]) -> dict[str, Newer]:
    """Return the prompts whose answers changed after a revision; one query, none when nothing did."""
    found: dict[str, Newer] = {}
    if revision >= section.revision:
        return found
    later = SectionRevision.objects.filter(section=section, revision__gt=revision).order_by("-revision")
    for change in later.select_related("author").iterator(chunk_size=50):
        name = "" if change.author_id == actor.user.pk else change.author.name
        for prompt_id in change.changes:
            found.setdefault(prompt_id, Newer(name, change.at, change.revision))
        if len(found) == len(prompts):
            break
    return found


def has_been_stored(actor: Actor, section: Section, prompt: Prompt, answer: Answer | None, since: int) -> bool:
    """Whether an answer is what is stored, or what this person stored after a revision."""
    if same(prompt, answer, section.answers.get(prompt.id)):
        return True
    own = SectionRevision.objects.filter(section=section, revision__gt=since, author=actor.user).order_by("-revision")
    changes = own.values_list("changes", flat=True).iterator(chunk_size=50)
    return any(prompt.id in found and same(prompt, answer, found[prompt.id]["after"]) for found in changes)
