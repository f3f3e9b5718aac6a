"""What a section said at an earlier revision, read off as few revisions as there are prompts, however old it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, Subquery

from proposals.models import AnswerChange, Section, SectionRevision
from toolkit.answers import Answer


def answers_at(section: Section, revision: int) -> dict[str, Answer]:
    """Return the answers of a section as they were after a revision; those of now for one that never was."""
    if not 0 <= revision < section.revision:
        return dict(section.answers)
    moved = {prompt_id: revision for prompt_id, newest in newest_changes(section).items() if newest > revision}
    answers: dict[str, Answer | None] = {**section.answers, **before_next_change(section, moved)}
    return {prompt_id: answer for prompt_id, answer in answers.items() if answer is not None}


def newest_changes(section: Section) -> dict[str, int]:
    """Return by prompt the newest revision that changed its answer, of prompts that were ever changed."""
    return {prompt_id: found["revision"] for prompt_id, found in section.touched.items()}


def before_next_change(section: Section, seen: Mapping[str, int]) -> dict[str, Answer | None]:
    """Return how answers read at a revision each, of prompts that were changed after it.

    One query, which reads at most one revision for each prompt: the first that changed it since.
    """
    if not seen:
        return {}
    first: list[Any] = [Subquery(_next_change(section, prompt_id, revision)) for prompt_id, revision in seen.items()]
    rows = SectionRevision.objects.filter(section=section, revision__in=first).order_by("revision")
    found: dict[str, Answer | None] = {}
    for row in rows.only("revision", "changes"):
        for prompt_id in row.changes.keys() & seen.keys():
            if row.revision > seen[prompt_id]:
                found.setdefault(prompt_id, row.changes[prompt_id]["before"])
    return found


def _next_change(section: Section, prompt_id: str, revision: int) -> QuerySet[AnswerChange, int]:
    later = AnswerChange.objects.filter(section=section, prompt_id=prompt_id, revision__gt=revision)
    return later.order_by("revision").values_list("revision", flat=True)[:1]
