"""Sample 1 with changes, and where a finding points, as text."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.toolkit.test_samples import raw_sample, sample
from toolkit.answers import Answers, clean_answer
from toolkit.findings import Finding, Place
from toolkit.loading import load
from toolkit.readiness.checking import DEFAULT, check
from toolkit.readiness.limits import Limits
from toolkit.types import ROW

HERE = Path(__file__).parent
AS_OF = date(2026, 12, 1)
_CELL = re.compile(r"(?P<table>[^\[]+)\[(?P<row>\d+)\]\.(?P<column>\w+)")


def vectors(name: str) -> list[dict[str, Any]]:
    """The test vectors of a file: a rule, what to set in sample 1, and for ours where it is found."""
    found: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return found


ALL_VECTORS = [*vectors("vectors.yaml"), *vectors("own_vectors.yaml")]


def changed(changes: Mapping[str, Any]) -> Answers:
    """Sample 1, cleaned, with values set by path; `@es_pages` is not an answer and is left aside."""
    answers = dict(sample("sample-1"))
    raw = {prompt_id: copy.deepcopy(raw_sample("sample-1").get(prompt_id)) for prompt_id in _touched(changes)}
    for path, value in changes.items():
        _put(raw, path, value)
    for prompt_id, answer in raw.items():
        cleaned = clean_answer(load().prompt(prompt_id), answer) if answer else None
        answers.pop(prompt_id, None)
        if cleaned:
            answers[prompt_id] = cleaned
    return answers


def findings(
    answers: Answers, *, es_pages: float | None = None, as_of: date = AS_OF, limits: Limits = DEFAULT
) -> dict[str, Finding]:
    """What the check finds, by rule."""
    found = check(load(), answers, as_of=as_of, es_pages=es_pages, limits=limits)
    return {finding.rule: finding for finding in found}


def fires(rule: str, changes: Mapping[str, Any], *, as_of: date = AS_OF, limits: Limits = DEFAULT) -> bool:
    """Whether a rule finds something in sample 1 with changes."""
    return rule in findings(changed(changes), es_pages=changes.get("@es_pages"), as_of=as_of, limits=limits)


def texts(finding: Finding, answers: Answers) -> list[str]:
    """Where a finding points: "prompt", "prompt:field" or "prompt:field[row]", rows counted from 0."""
    return [_text(place, answers) for place in finding.places]


def _text(place: Place, answers: Answers) -> str:
    ref = f"{place.prompt_id}:{place.field_key}" if place.field_key else place.prompt_id
    if not place.row:
        return ref
    ids = [row[ROW] for row in answers[place.prompt_id]["fields"][place.field_key]]
    return f"{ref}[{ids.index(place.row)}]"


def _touched(changes: Mapping[str, Any]) -> Iterator[str]:
    return (path.partition(":")[0] for path in changes if not path.startswith("@"))


def _put(raw: dict[str, Any], path: str, value: Any) -> None:
    prompt_id, _, ref = path.partition(":")
    if path.startswith("@"):
        return
    if not ref:
        raw[prompt_id] = None if value == "blank" else copy.deepcopy(value)
        return
    answer = raw[prompt_id] = raw[prompt_id] or {"disposition": "answered", "fields": {}}
    if cell := _CELL.fullmatch(ref):
        answer["fields"][cell["table"]][int(cell["row"])][cell["column"]] = value
    else:
        answer["fields"][ref] = copy.deepcopy(value)
