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

#: Who saved, by id, and when.
Save = tuple[int, datetime]


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
    changes = {key: {"before": section.answers.get(key), "after": answer} for key, answer in wanted.items()}
    last = None if section.updated_by_id is None else (section.updated_by_id, section.updated_at)
    goes_on = bool(section.revision) and _goes_on(proposal, last, (author.pk, now))
    section.revision += 1
    revision = SectionRevision(section=section, revision=section.revision, author=author, at=now, changes=changes)
    answers = {**section.answers, **wanted}
    section.answers = {prompt_id: answer for prompt_id, answer in answers.items() if answer is not None}
    section.dispositions = dispositions(section.answers)
    section.updated_at, section.updated_by = now, author
    return Written(revision, _registered(section, proposal, revision, goes_on=goes_on))


def register_missed(section: Section, proposal: Proposal) -> list[AnswerChange]:
    """Bring the summaries of a section up to its newest revision; return the rows its register lacks. Stores nothing.

    A server that still ran without the register, while an update was under way, wrote revisions that are not in it.
    """
    known = max((found["revision"] for found in section.touched.values()), default=0)
    if known >= section.revision:
        return []
    history = SectionRevision.objects.filter(section=section, revision__gte=known).order_by("revision")
    rows: list[AnswerChange] = []
    last: Save | None = None
    for row in history.iterator(chunk_size=50):
        save = (row.author_id, row.at)
        if row.revision > known:
            rows += _registered(section, proposal, row, goes_on=_goes_on(proposal, last, save))
        last = save
    return rows


def _registered(section: Section, proposal: Proposal, row: SectionRevision, *, goes_on: bool) -> list[AnswerChange]:
    """Put a revision into the summaries of its section; return its rows in the register."""
    if not goes_on:
        section.sitting = row.revision
    opening = {key for key in row.changes if section.touched.get(key, {}).get("revision", 0) < section.sitting}
    section.touched = {**section.touched, **_touched(section, proposal, row)}
    leader = min(row.changes, default="") if row.revision == section.sitting else ""
    return [
        AnswerChange(
            section=section, prompt_id=key, revision=row.revision, sitting=section.sitting, author_id=row.author_id,
            at=row.at, opens=key in opening, leads=key == leader, digest=digest(change["after"]),
            page=row.page, page_save=row.page_save,
        )
        for key, change in row.changes.items()
    ]  # fmt: skip


def _goes_on(proposal: Proposal, last: Save | None, save: Save) -> bool:
    """Whether a save belongs to the sitting before it: the same person, soon after, and on the same day there."""
    if last is None or last[0] != save[0]:
        return False
    zone = ZoneInfo(proposal.agency.time_zone)
    is_near = timedelta(0) <= save[1] - last[1] <= FOLD_WITHIN
    return is_near and last[1].astimezone(zone).date() == save[1].astimezone(zone).date()


def _touched(section: Section, proposal: Proposal, row: SectionRevision) -> dict[str, dict[str, object]]:
    prompts = {prompt.id: prompt for prompt in toolkit_of(proposal).section(section.key).prompts}
    return {
        key: {
            "revision": row.revision,
            "pieces": marked(
                prompts[key], section.touched.get(key, {}).get("pieces", {}),
                before=change["before"], after=change["after"], revision=row.revision, author=row.author_id,
            ),
        }
        for key, change in row.changes.items()
    }  # fmt: skip


def dispositions(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Return how each prompt on file is answered, as `Section.dispositions` keeps it."""
    return {prompt_id: str(disposition(answer)) for prompt_id, answer in as_said(answers).items()}
