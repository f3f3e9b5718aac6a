"""Schemas of answers: what fits, what does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.toolkit.fields import make_field, make_prompt, make_table
from tests.toolkit.json_schema import violations
from toolkit.answers import clean_answer
from toolkit.loading import load
from toolkit.schema import DIALECT, answer_schema

KINDS = ("text", "rich", "choice", "multi", "yesno", "int", "decimal", "money", "percent", "date")
PROMPT = make_prompt(*(make_field(kind) for kind in KINDS), make_table())
FULL = {
    "text": "x",
    "rich": "<p>x</p>",
    "choice": "red",
    "multi": ["red"],
    "yesno": False,
    "int": 5,
    "decimal": 2.5,
    "money": 3.25,
    "percent": 50,
    "date": "2027-03-14",
    "rows": [{"_row": "aaaaaaaa", "text": "x", "int": 1}],
}


def test_a_clean_answer_with_every_kind_fits() -> None:
    answer = clean_answer(PROMPT, {"fields": FULL})
    assert answer == {"disposition": "answered", "fields": FULL}
    assert violations(answer_schema(PROMPT), answer) == []


@pytest.mark.parametrize(
    "raw",
    [
        {"disposition": "na"},
        {"disposition": "nyk", "expected": "2027-03-14"},
        {"disposition": "na", "kept": {"nyk": {"plan": "Ask.", "expected": "2027-03-14"}}},
        {"disposition": "nyk", "expected": "2027-03-14", "kept": {"na": {"note": "No."}}},
        {"kept": {"na": {"note": "No."}, "nyk": {"owner": "Ana", "expected": "2027-03-14"}}},
    ],
)
def test_answers_without_fields_fit(raw: dict[str, Any]) -> None:
    assert violations(answer_schema(PROMPT), clean_answer(PROMPT, raw)) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"disposition": "answered", "fields": {}},
        {"disposition": "later", "fields": FULL},
        {"disposition": "na", "reason": "nonsense", "note": "", "fields": {}},
        {"disposition": "na", "fields": {}},
        *({"disposition": "answered", "fields": {kind: []}} for kind in KINDS),
        {"disposition": "answered", "fields": {"rows": [{"_row": "x"}]}},
        {"disposition": "answered", "fields": {"int": 1.5}},
        {"disposition": "answered", "fields": {"money": -1}},
        {"disposition": "answered", "fields": {"gone": 1}},
        {"disposition": "blank", "fields": {}},
        {"disposition": "answered", "fields": {"int": 1}, "kept": {}},
    ],
)
def test_other_answers_do_not_fit(answer: dict[str, Any]) -> None:
    assert violations(answer_schema(PROMPT), answer) == ["$: oneOf"]


def test_a_schema_names_its_dialect_and_the_prompt() -> None:
    schema = answer_schema(load().prompt("pm.ss.target"))
    assert schema["$schema"] == DIALECT
    assert schema["title"] == "Enrollment needed for valid results"
    properties = schema["oneOf"][0]["properties"]["fields"]["properties"]
    assert properties["detectable"] == {
        "title": "Smallest saving to detect",
        "type": "number",
        "minimum": 0.1,
        "maximum": 50,
    }
