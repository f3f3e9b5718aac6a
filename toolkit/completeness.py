"""What is missing prompt by prompt, and what of it keeps a proposal from being submitted.

Only RC-001, RC-002, RC-003 and RC-008 do: the toolkit makes no section compulsory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from toolkit.answers import Answer, Answers, Disposition, applies
from toolkit.findings import Finding, Place
from toolkit.readiness.reader import Row, Sheet
from toolkit.types import ROW, Column, Field, Prompt, Toolkit

#: The rules whose findings must be mended before a submission.
BLOCKING: Final = frozenset({"RC-001", "RC-002", "RC-003", "RC-008"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A required field that is empty; with a column, a required cell that is empty in these rows."""

    field: Field
    column: Column | None = None
    rows: tuple[Row, ...] = ()

    def places(self, prompt: Prompt) -> tuple[Place, ...]:
        """Where to fill it."""
        if not self.rows:
            return (Place(prompt.id, self.field.key),)
        return tuple(Place(prompt.id, self.field.key, row.get(ROW, "")) for row in self.rows)


def lacks_answer(sheet: Sheet, prompt: Prompt) -> bool:
    """Whether a core prompt that applies is blank."""
    return prompt.is_core and sheet.disposition(prompt.id) == Disposition.BLANK and sheet.applies(prompt)


def gaps(sheet: Sheet, prompt: Prompt) -> Iterator[Gap]:
    """Yield what is required and empty in a prompt that is answered and applies."""
    if not sheet.answered(prompt.id) or not sheet.applies(prompt):
        return
    for field in prompt.fields:
        required = [column for column in field.columns if column.required]
        if not (field.required or required) or not sheet.shows(Place(prompt.id, field.key)):
            continue
        value = sheet.value(f"{prompt.id}:{field.key}")
        if not field.kind.is_answered(value):
            if field.required:
                yield Gap(field)
            continue
        for column in required:
            if missing := tuple(row for row in value if column.key not in row):
                yield Gap(field, column, missing)


def submission_blockers(
    toolkit: Toolkit, answers: Answers, prompts: Iterable[Prompt] | None = None
) -> tuple[Finding, ...]:
    """What must be mended before submitting, in the order of the toolkit; only of these prompts if some are given.

    Each finding is about one prompt and names it. Only prompts that apply count, and only fields that are shown.
    """
    sheet = Sheet(toolkit, answers)
    wanted = toolkit.prompts if prompts is None else prompts
    return tuple(found for prompt in wanted if sheet.applies(prompt) for found in _of_prompt(sheet, prompt))


def newly_applicable(toolkit: Toolkit, before: Answers, after: Answers) -> frozenset[str]:
    """Prompts that apply with the answers of `after` and did not with those of `before`."""
    return frozenset(p.id for p in toolkit.prompts if applies(p, after) and not applies(p, before))


def _of_prompt(sheet: Sheet, prompt: Prompt) -> Iterator[Finding]:
    answer: Answer = sheet.answers.get(prompt.id) or {}
    here = (Place(prompt.id),)

    def found(rule: str, words: str, places: tuple[Place, ...] = here) -> Finding:
        said = sheet.toolkit.rule(rule)
        return Finding(rule, said.severity, f"“{prompt.label}” {words}", "", said.source, places)

    if lacks_answer(sheet, prompt):
        yield found("RC-001", "has no answer. Answer it, or mark it with a reason or a plan.")
    standing = sheet.disposition(prompt.id)
    if standing == Disposition.NA and not answer.get("reason"):
        yield found("RC-002", "is marked not applicable without a reason. Choose one.")
    if standing == Disposition.NYK and not answer.get("plan"):
        yield found("RC-003", "is marked not yet known without a plan. Say how the answer will be found.")
    for gap in gaps(sheet, prompt):
        yield found("RC-008", _lacks(gap, sheet.rows(f"{prompt.id}:{gap.field.key}")), gap.places(prompt))


def _lacks(gap: Gap, rows: list[Row]) -> str:
    if gap.column is None:
        return f"lacks the required field “{gap.field.label}”."
    numbers = [str(number) for number, row in enumerate(rows, start=1) if row in gap.rows]
    where = ("row " if len(numbers) == 1 else "rows ") + ", ".join(numbers)
    return f"lacks “{gap.column.label}” in {where} of “{gap.field.label}”."
