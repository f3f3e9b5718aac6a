"""What keeps a proposal from being submitted, as sentences: rules RC-001, RC-002, RC-003 and RC-008."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.answers import Answer, Answers, Disposition, applies, disposition, visible_fields
from toolkit.types import Field, Prompt, Toolkit


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found, with the prompt and field to go to."""

    rule: str
    severity: str
    message: str
    prompt_id: str
    field_key: str = ""


def submission_blockers(toolkit: Toolkit, answers: Answers) -> tuple[Finding, ...]:
    """What must be mended before submitting, in the order of the toolkit.

    Only prompts that apply count, and only fields that are shown.
    """
    return tuple(
        finding for prompt in toolkit.prompts if applies(prompt, answers) for finding in _of_prompt(prompt, answers)
    )


def newly_applicable(toolkit: Toolkit, before: Answers, after: Answers) -> frozenset[str]:
    """Prompts that apply with the answers of `after` and did not with those of `before`."""
    return frozenset(p.id for p in toolkit.prompts if applies(p, after) and not applies(p, before))


def _of_prompt(prompt: Prompt, answers: Answers) -> Iterator[Finding]:
    answer = answers.get(prompt.id)
    match disposition(answer):
        case Disposition.BLANK if prompt.is_core:
            yield _finding("RC-001", prompt, "has no answer. Answer it, or mark it with a reason or a plan.")
        case Disposition.NA if not _says(answer, "reason"):
            yield _finding("RC-002", prompt, "is marked not applicable without a reason. Choose one.")
        case Disposition.NYK if not _says(answer, "plan"):
            yield _finding(
                "RC-003", prompt, "is marked not yet known without a plan. Say how the answer will be found."
            )
        case Disposition.ANSWERED:
            fields = (answer or {}).get("fields", {})
            for field in visible_fields(prompt, answers):
                yield from _of_field(prompt, field, fields.get(field.key))


def _of_field(prompt: Prompt, field: Field, value: Any) -> Iterator[Finding]:
    if not field.kind.is_answered(value):
        if field.required:
            yield _finding("RC-008", prompt, f"lacks the required field “{field.label}”.", field.key)
        return
    for column in field.columns:
        missing = [number for number, row in enumerate(value, start=1) if column.key not in row]
        if column.required and missing:
            rows = ("row " if len(missing) == 1 else "rows ") + ", ".join(map(str, missing))
            message = f"lacks “{column.label}” in {rows} of “{field.label}”."
            yield _finding("RC-008", prompt, message, field.key)


def _says(answer: Answer | None, key: str) -> bool:
    return bool((answer or {}).get(key))


def _finding(rule: str, prompt: Prompt, message: str, field_key: str = "") -> Finding:
    return Finding(rule, "error", f"“{prompt.label}” {message}", prompt.id, field_key)
