"""Which answers of a section are newer than what a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icm_portal.accounts.actor import Actor
from proposals.models import Section, SectionRevision
from toolkit.types import Prompt


@dataclass(frozen=True)
class Newer:
    """The newest change of one answer: who made it ("" for the reader), and when."""

    name: str
    at: datetime


def newer_answers(actor: Actor, section: Section, revision: int, prompts: tuple[Prompt, ...]) -> dict[str, Newer]:
    """Return the prompts whose answers changed after a revision; one query, none when nothing did."""
    found: dict[str, Newer] = {}
    if revision >= section.revision:
        return found
    later = SectionRevision.objects.filter(section=section, revision__gt=revision).order_by("-revision")
    for change in later.select_related("author").iterator(chunk_size=50):
        name = "" if change.author_id == actor.user.pk else change.author.name
        for prompt_id in change.changes:
            found.setdefault(prompt_id, Newer(name, change.at))
        if len(found) == len(prompts):
            break
    return found
