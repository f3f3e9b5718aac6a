"""The next revision of a section: one row of history, its register by prompt, and the summaries that the section keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icm_portal.accounts.models import User
from proposals.merging import marked
from proposals.models import AnswerChange, Proposal, Section, SectionRevision
from proposals.queries.access import toolkit_of
from proposals.queries.history import FOLD_WITHIN
from proposals.snapshot import digest
from toolkit.answers import Answer, as_said, disposition


@dataclass(frozen=True)
class Written:
    """Rows to be stored with a section that was moved on: its revision, and one row for each answer that changed."""

    revision: SectionRevision
    changes: list[AnswerChange]

    def sent_by(self, page: UUID, number: int) -> None:
        """Note the open page that sent them by itself, and which of its saves it was."""
        self.revision.page, self.revision.page_save = page, number
        for change in self.changes:
            change.page, change.page_save = page, number


def move_on(
    section: Section, *, proposal: Proposal, wanted: Mapping[str, Answer | None], author: User, now: datetime
) -> Written:
    """Put answers into a section as its next revision; return the rows of its history. Stores nothing.

    ``wanted`` holds what really changes (``None`` = blank). Afterwards the section holds everything its own row needs.
    """
    before = {prompt_id: section.answers.get(prompt_id) for prompt_id in wanted}
    if not _goes_on(section, proposal, author, now):
        section.sitting = section.revision + 1
    opening = {key for key in wanted if section.touched.get(key, {}).get("revision", 0) < section.sitting}
    section.revision += 1
    answers = {**section.answers, **wanted}
    section.answers = {prompt_id: answer for prompt_id, answer in answers.items() if answer is not None}
    section.dispositions = dispositions(section.answers)
    section.updated_at, section.updated_by = now, author
    section.touched = {**section.touched, **_touched(section, proposal, before, author)}
    revision = SectionRevision(
        section=section,
        revision=section.revision,
        author=author,
        at=now,
        changes={key: {"before": before[key], "after": answer} for key, answer in wanted.items()},
    )
    leader = min(wanted, default="") if section.revision == section.sitting else ""
    changes = [
        AnswerChange(
            section=section, prompt_id=key, revision=section.revision, sitting=section.sitting, author=author, at=now,
            opens=key in opening, leads=key == leader, digest=digest(answer),
        )
        for key, answer in wanted.items()
    ]  # fmt: skip
    return Written(revision, changes)


def _goes_on(section: Section, proposal: Proposal, author: User, now: datetime) -> bool:
    """Whether a save belongs to the sitting before it: the same person, soon after, and on the same day there."""
    if not section.revision or section.updated_by_id != author.pk:
        return False
    zone = ZoneInfo(proposal.agency.time_zone)
    is_near = timedelta(0) <= now - section.updated_at <= FOLD_WITHIN
    return is_near and section.updated_at.astimezone(zone).date() == now.astimezone(zone).date()


def _touched(
    section: Section, proposal: Proposal, before: Mapping[str, Answer | None], author: User
) -> dict[str, dict[str, object]]:
    prompts = {prompt.id: prompt for prompt in toolkit_of(proposal).section(section.key).prompts}
    return {
        key: {
            "revision": section.revision,
            "pieces": marked(
                prompts[key], section.touched.get(key, {}).get("pieces", {}),
                before=old, after=section.answers.get(key), revision=section.revision, author=author.pk,
            ),
        }
        for key, old in before.items()
    }  # fmt: skip


def dispositions(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Return how each prompt on file is answered, as `Section.dispositions` keeps it."""
    return {prompt_id: str(disposition(answer)) for prompt_id, answer in as_said(answers).items()}
