"""The facts of a proposal at a glance, read off its structured answers.

`ROWS` is the one place that says which answers these are; a test fills each of them and finds it in the panel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.dateparse import parse_date

from toolkit.answers import Answers, applies, lookup
from toolkit.types import Prompt, Toolkit

#: A fact before and after, as lists of words.
Reader = Callable[[Toolkit, Answers], list[str]]

POPULATION = "es.program.population"
MODEL = "es.overview.model"
PAYMENT = "pm.overview.method"
AUTHORITY = "pr.authority"
TIMELINE = "pd.timeline.plan"


@dataclass(frozen=True)
class Fact:
    """One fact: its value, a line below, and what stood there in the round before if it differs."""

    label: str
    value: str
    line: str
    old: str


@dataclass(frozen=True)
class Row:
    """What a fact is called and where its value and its line come from; an unnamed line is the rest of the value."""

    label: str
    value: Reader
    line: Reader | None = None


def fact_panel(toolkit: Toolkit, answers: Answers, before: Answers | None) -> tuple[Fact, ...]:
    """Return the facts of a round, each with its old value where it changed since the round before."""
    return tuple(_fact(row, toolkit, answers, before) for row in ROWS)


def _fact(row: Row, toolkit: Toolkit, answers: Answers, before: Answers | None) -> Fact:
    value, line = _words(row, toolkit, answers)
    old = ""
    if before is not None and (was := _words(row, toolkit, before)) != (value, line):
        old = "; ".join(part for part, now in zip(was, (value, line), strict=True) if part and part != now) or "blank"
    return Fact(row.label, value, line, old)


def _words(row: Row, toolkit: Toolkit, answers: Answers) -> tuple[str, str]:
    value = row.value(toolkit, answers)
    line = row.line(toolkit, answers) if row.line else value[1:]
    return (value[0] if value else ""), "; ".join(line)


def _labels(prompt_id: str, key: str, *, unit: str = "") -> Reader:
    """Return a reader of one field: an entry for each option chosen, or one for a single value."""

    def read(toolkit: Toolkit, answers: Answers) -> list[str]:
        prompt = _asked(toolkit, prompt_id, answers)
        value = lookup(answers)(f"{prompt_id}:{key}") if prompt else None
        if prompt is None or value in (None, "", []):
            return []
        field = prompt.field(key)
        if isinstance(value, list) and field.options:
            return [field.options.label(code) for code in value]
        words = field.kind.text(field, value)
        return [f"{words} {unit}" if unit else words]

    return read


def _asked(toolkit: Toolkit, prompt_id: str, answers: Answers) -> Prompt | None:
    """Return the prompt if this version of the toolkit has it and it applies."""
    try:
        prompt = toolkit.prompt(prompt_id)
    except KeyError:
        return None
    return prompt if applies(prompt, answers) else None


def _go_live(toolkit: Toolkit, answers: Answers) -> list[str]:
    """Return the earliest date on which the program starts, as the timeline says."""
    if _asked(toolkit, TIMELINE, answers) is None:
        return []
    rows = lookup(answers)(f"{TIMELINE}:milestones") or []
    found = [parse_date(row.get("date") or "") for row in rows if row.get("kind") == "go_live"]
    dates = sorted(day for day in found if day)
    return [f"{day.day} {day:%B} {day.year}" for day in dates[:1]]


def _milestones(toolkit: Toolkit, answers: Answers) -> list[str]:
    if _asked(toolkit, TIMELINE, answers) is None:
        return []
    number = len(lookup(answers)(f"{TIMELINE}:milestones") or [])
    return [f"{number} milestone{'' if number == 1 else 's'} planned"] if number else []


def _payment_line(toolkit: Toolkit, answers: Answers) -> list[str]:
    others = _labels(PAYMENT, "components")(toolkit, answers)[1:]
    return [*others, *_labels(PAYMENT, "risk_track")(toolkit, answers)]


ROWS = (
    Row("Model", _labels(MODEL, "model_types")),
    Row("Population", _labels(POPULATION, "estimated_people", unit="people"), _labels(POPULATION, "groups")),
    Row("Authorities sought", _labels(AUTHORITY, "sought")),
    Row("Payment", _labels(PAYMENT, "components"), _payment_line),
    Row("Program starts", _go_live, _milestones),
)
