"""Answers: the one cleaner, dispositions, conditions over answers, comparison and display."""

from __future__ import annotations

from typing import Any

import pytest

from tests.toolkit.fields import make_field, make_prompt, make_table
from toolkit.answers import (
    Disposition,
    applies,
    as_said,
    clean_answer,
    display_answer,
    disposition,
    lookup,
    same,
    visible_fields,
)
from toolkit.conditions import parse
from toolkit.display import Fact
from toolkit.errors import AnswerErrors
from toolkit.loading import load

PROMPT = make_prompt(
    make_field("yesno"),
    make_field("text", show_when=parse("yesno is yes", "aa.one")),
    make_field("int"),
    make_table(),
)
ROW = {"_row": "aaaaaaaa", "text": "x"}


def test_an_answer_is_read_field_by_field_in_the_order_of_the_prompt() -> None:
    raw = {"disposition": "answered", "fields": {"rows": [ROW], "int": "1,000", "text": "  ", "yesno": "yes"}}
    answer = clean_answer(PROMPT, raw)
    assert answer == {"disposition": "answered", "fields": {"yesno": True, "int": 1000, "rows": [ROW]}}
    assert list(answer["fields"]) == ["yesno", "int", "rows"]
    assert clean_answer(PROMPT, answer) == answer


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"disposition": ""},
        {"disposition": "blank"},
        {"disposition": "answered"},
        {"disposition": "answered", "fields": None},
        {"disposition": "answered", "fields": {"text": "", "rows": [{}]}},
    ],
)
def test_an_answer_that_says_nothing_is_blank(raw: dict[str, Any]) -> None:
    assert clean_answer(PROMPT, raw) is None


def test_fields_without_a_disposition_are_an_answer() -> None:
    for raw in ({"fields": {"int": 1}}, {"disposition": "blank", "fields": {"int": 1}}):
        assert clean_answer(PROMPT, raw) == {"disposition": "answered", "fields": {"int": 1}}


def test_not_applicable_keeps_its_reason_and_the_fields() -> None:
    raw = {"disposition": "na", "reason": "other", "note": " so\r\nit is ", "plan": "left out", "fields": {"int": 1}}
    answer = {"disposition": "na", "reason": "other", "note": "so\nit is", "fields": {"int": 1}}
    assert clean_answer(PROMPT, raw) == answer
    assert clean_answer(PROMPT, answer) == answer
    assert clean_answer(PROMPT, {"disposition": "na"}) == {"disposition": "na", "reason": "", "note": "", "fields": {}}


def test_not_yet_known_keeps_its_plan_and_what_is_known() -> None:
    raw = {"disposition": "nyk", "reason": "data", "plan": "ask", "owner": "Unit\nA", "expected": "1 May 2027"}
    answer = {
        "disposition": "nyk",
        "reason": "data",
        "plan": "ask",
        "owner": "Unit A",
        "expected": "2027-05-01",
        "fields": {},
    }
    assert clean_answer(PROMPT, raw) == answer
    assert clean_answer(PROMPT, answer) == answer


def test_every_mistake_is_told_with_its_path() -> None:
    raw = {
        "disposition": "nyk",
        "reason": "nonsense",
        "plan": "x" * 2001,
        "owner": 5,
        "expected": "soon",
        "color": "red",
        "fields": {"int": "x", "rows": [{}, {"date": "soon"}], "gone": 1},
    }
    with pytest.raises(AnswerErrors) as refused:
        clean_answer(PROMPT, raw)
    assert dict(refused.value.errors) == {
        "aa.one.color": "An answer has no “color”.",
        "aa.one.reason": "“Reason” has no option “nonsense”.",
        "aa.one.plan": "“Plan” has 2,001 characters; at most 2,000 fit here.",
        "aa.one.owner": "“Owner” must be text.",
        "aa.one.expected": "“Expected date” must be a date, such as 14 March 2027 or 03/14/2027.",
        "aa.one:gone": "“One” has no field “gone”.",
        "aa.one:int": "“Int” must be a whole number, such as 60,000.",
        "aa.one:rows[1].date": "“Date” in row 2 of “Rows” must be a date, such as 14 March 2027 or 03/14/2027.",
    }
    assert str(refused.value).startswith("aa.one.color: An answer has no “color”.; ")


@pytest.mark.parametrize(
    ("raw", "errors"),
    [
        ([], [("aa.one", "An answer must be an object.")]),
        ("answered", [("aa.one", "An answer must be an object.")]),
        ({"fields": []}, [("aa.one.fields", "Fields must be an object.")]),
        (
            {"disposition": "later"},
            [("aa.one.disposition", "Choose one of “Answer”, “Not applicable” or “Not yet known”.")],
        ),
        (
            {"disposition": ["na"]},
            [("aa.one.disposition", "Choose one of “Answer”, “Not applicable” or “Not yet known”.")],
        ),
    ],
)
def test_what_is_no_answer_is_refused(raw: Any, errors: list[tuple[str, str]]) -> None:
    with pytest.raises(AnswerErrors) as refused:
        clean_answer(PROMPT, raw)
    assert list(refused.value.errors) == errors


def test_a_missing_answer_is_blank() -> None:
    assert [disposition(a) for a in (None, {"disposition": "na"})] == [Disposition.BLANK, Disposition.NA]


def test_only_answers_that_count_are_looked_up() -> None:
    fields = {"int": 1}
    found = [
        lookup({"aa.one": {"disposition": code, "fields": fields}})("aa.one:int") for code in ("answered", "nyk", "na")
    ]
    assert found == [1, 1, None]
    assert [lookup({})("aa.one:int"), lookup({"aa.one": {"disposition": "nyk"}})("aa.one:int")] == [None, None]


def test_conditions_are_decided_over_all_answers() -> None:
    toolkit = load()
    switch = {"disposition": "answered", "fields": {"shared_savings": True, "risk_track": "two_sided"}}
    off = {"disposition": "answered", "fields": {"shared_savings": False, "risk_track": "two_sided"}}
    risk = toolkit.prompt("pm.ss.risk.authority")
    assert [applies(risk, a) for a in ({}, {"pm.overview.method": switch}, {"pm.overview.method": off})] == [
        False,
        True,
        False,
    ]


def test_fields_are_visible_when_their_condition_holds() -> None:
    shown = [
        [field.key for field in visible_fields(PROMPT, answers)]
        for answers in ({}, {"aa.one": {"disposition": "answered", "fields": {"yesno": True}}})
    ]
    assert shown == [["yesno", "int", "rows"], ["yesno", "text", "int", "rows"]]


def test_display_shows_visible_answered_fields_in_order() -> None:
    hidden = {"disposition": "answered", "fields": {"yesno": False, "text": "kept", "int": 5}}
    assert display_answer(PROMPT, {"aa.one": hidden}) == (Fact("Yesno", "No"), Fact("Int", "5"))
    assert display_answer(PROMPT, {"aa.one": {**hidden, "disposition": "nyk"}})[1] == Fact("Int", "5")
    assert display_answer(PROMPT, {"aa.one": {**hidden, "disposition": "na"}}) == ()
    assert display_answer(PROMPT, {}) == ()


def test_equal_answers_may_differ_in_the_identity_of_rows() -> None:
    def answer(row_id: str, text: str = "x") -> dict[str, Any]:
        return {"disposition": "answered", "fields": {"int": 5, "rows": [{"_row": row_id, "text": text}]}}

    assert same(PROMPT, answer("aaaaaaaa"), answer("bbbbbbbb"))
    assert not same(PROMPT, answer("aaaaaaaa"), answer("aaaaaaaa", "y"))
    assert not same(PROMPT, answer("aaaaaaaa"), None)
    assert not same(PROMPT, answer("aaaaaaaa"), {"disposition": "answered", "fields": {"int": 5}})
    assert same(PROMPT, None, None)


# --- what is kept of other dispositions -----------------------------------------------------------------------------

PLAN = {"reason": "", "plan": "Ask the actuary.", "owner": "Ana", "expected": "2027-05-01"}
NOTE = {"reason": "not_in_model", "note": "Not ours."}


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ({"disposition": "answered", "fields": {"int": 1}, "kept": {"nyk": PLAN}}, "answered"),
        ({"disposition": "answered", "kept": {"nyk": PLAN}}, "blank"),
        ({"kept": {"nyk": PLAN}}, "blank"),
        ({"disposition": "na", **NOTE, "kept": {"nyk": PLAN}}, "na"),
    ],
)
def test_details_of_a_disposition_that_was_left_are_kept(raw: dict[str, Any], clean: str) -> None:
    answer = clean_answer(PROMPT, raw)
    assert answer == {**raw, "disposition": clean, "fields": raw.get("fields", {})}
    assert clean_answer(PROMPT, answer) == answer


@pytest.mark.parametrize(
    "kept",
    [None, [], "x", {"nyk": None}, {"nyk": {}}, {"nyk": {"plan": " "}}, {"na": {"note": ""}}, {"other": PLAN}],
)
def test_nothing_is_kept_that_says_nothing(kept: object) -> None:
    assert clean_answer(PROMPT, {"disposition": "answered", "fields": {"int": 1}, "kept": kept}) == {
        "disposition": "answered", "fields": {"int": 1},
    }  # fmt: skip
    assert clean_answer(PROMPT, {"disposition": "answered", "kept": kept}) is None


@pytest.mark.parametrize(
    ("kept", "problems"),
    [
        ({"nyk": {**PLAN, "expected": "31 February"}}, {"kept.nyk.expected"}),
        ({"nyk": {**PLAN, "plan": "x" * 2_001}, "na": {"reason": "odd"}}, {"kept.nyk.plan", "kept.na.reason"}),
        ({"nyk": {"owner": "x" * 501}}, {"kept.nyk.owner"}),
    ],
)
def test_what_cannot_be_read_is_said_also_of_a_disposition_that_was_left(kept: object, problems: set[str]) -> None:
    with pytest.raises(AnswerErrors) as raised:
        clean_answer(PROMPT, {"disposition": "answered", "fields": {"int": 1}, "kept": kept})
    assert {path for path, _ in raised.value.errors} == {f"{PROMPT.id}.{problem}" for problem in problems}
    assert all("Not " in text for _, text in raised.value.errors)


def test_the_details_of_the_disposition_itself_are_not_kept_twice() -> None:
    raw = {"disposition": "nyk", **PLAN, "kept": {"nyk": {"plan": "Another."}, "na": NOTE}}
    assert clean_answer(PROMPT, raw) == {"disposition": "nyk", **PLAN, "kept": {"na": NOTE}, "fields": {}}


def test_what_is_kept_is_not_handed_over_and_is_no_answer() -> None:
    kept = clean_answer(PROMPT, {"disposition": "answered", "kept": {"nyk": PLAN}})
    both = clean_answer(PROMPT, {"disposition": "answered", "fields": {"int": 1}, "kept": {"nyk": PLAN}})
    assert kept is not None
    assert both is not None
    assert disposition(kept) == Disposition.BLANK
    assert lookup({PROMPT.id: kept})(f"{PROMPT.id}:int") is None
    assert as_said({"one": kept, "two": both}) == {"two": {"disposition": "answered", "fields": {"int": 1}}}
