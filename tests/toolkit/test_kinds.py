"""Kinds of one value: what they read, refuse, show and compare."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.toolkit.fields import make_column, make_field
from toolkit.display import Fact, Narrative
from toolkit.errors import AnswerErrors
from toolkit.kinds import COLUMN_KINDS, KINDS
from toolkit.types import Field

READ: list[tuple[str, Any, Any]] = [
    ("text", "  Plain  ", "Plain"),
    ("text", "two\r\n lines\there", "two lines here"),
    ("text", "bell\x07 and\x85 more", "bell and more"),
    ("text", "e\u0301", "\u00e9"),
    ("text", "", None),
    ("text", None, None),
    ("text", "x" * 500, "x" * 500),
    ("rich", "One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
    ("rich", "<p>One <b>bold</b></p>", "<p>One <strong>bold</strong></p>"),
    ("rich", "<p> </p>", None),
    ("rich", None, None),
    ("choice", "red", "red"),
    ("choice", " 1945 ", "1945"),
    ("choice", "", None),
    ("multi", ["1945", "red", "red", ""], ["red", "1945"]),
    ("multi", ("red",), ["red"]),
    ("multi", [], None),
    ("multi", "", None),
    ("yesno", True, True),
    ("yesno", False, False),
    ("yesno", "true", True),
    ("yesno", "No", False),
    ("yesno", "", None),
    ("yesno", None, None),
    ("int", "60,000", 60000),
    ("int", "12.00", 12),
    ("int", 7, 7),
    ("int", 7.0, 7),
    ("int", "-5", -5),
    ("int", "\u22125", -5),
    ("int", " ", None),
    ("decimal", "2.15", 2.15),
    ("decimal", ".5", 0.5),
    ("decimal", "-.5", -0.5),
    ("decimal", -0.0, 0),
    ("money", "$1,200.50", 1200.5),
    ("money", "$ 3", 3),
    ("money", 0, 0),
    ("percent", "3.5 %", 3.5),
    ("percent", "100%", 100),
    ("percent", 60.0, 60),
    ("date", "2027-03-14", "2027-03-14"),
    ("date", "14 March 2027", "2027-03-14"),
    ("date", "14th Mar. 2027", "2027-03-14"),
    ("date", "March 14, 2027", "2027-03-14"),
    ("date", "mar 14th 2027", "2027-03-14"),
    ("date", "Sept. 3, 2027", "2027-09-03"),
    ("date", "03/14/2027", "2027-03-14"),
    ("date", "3/4/2027", "2027-03-04"),
    ("date", date(2027, 3, 14), "2027-03-14"),
    ("date", "", None),
]


@pytest.mark.parametrize(("kind", "raw", "value"), READ)
def test_a_kind_reads_what_people_write(kind: str, raw: object, value: object) -> None:
    read = KINDS[kind].clean(make_field(kind), raw)
    assert read == value
    assert type(read) is type(value)
    assert KINDS[kind].clean(make_field(kind), read) == value


REFUSED: list[tuple[str, Any, str]] = [
    ("text", "x" * 501, "“Text” has 501 characters; at most 500 fit here."),
    ("text", 5, "“Text” must be text."),
    ("text", "a\x00b", "“Text” contains characters that cannot be stored; please type it again."),
    ("text", "a\ud800b", "“Text” contains characters that cannot be stored; please type it again."),
    ("rich", "x" * 200_001, "“Rich” has 200,001 characters; at most 200,000 fit here."),
    ("rich", "&" * 100_000, "“Rich” has 500,007 characters; at most 200,000 fit here."),
    ("rich", ["x"], "“Rich” must be text."),
    ("choice", "blue", "“Choice” has no option “blue”."),
    ("choice", 1945, "“Choice” must be one of the listed options, given by its code."),
    ("choice", ["red"], "“Choice” must be one of the listed options, given by its code."),
    ("multi", "red", "“Multi” must be a list of options."),
    ("multi", ["red", "blue"], "“Multi” has no option “blue”."),
    ("multi", [{}], "“Multi” must be one of the listed options, given by its code."),
    ("yesno", "maybe", "“Yesno” must be yes or no."),
    ("yesno", 1, "“Yesno” must be yes or no."),
    ("int", "6o", "“Int” must be a whole number, such as 60,000."),
    ("int", "1.5", "“Int” must be a whole number, such as 60,000."),
    ("int", 1.5, "“Int” must be a whole number, such as 60,000."),
    ("int", True, "“Int” must be a whole number, such as 60,000."),
    ("int", "1,5", "“Int” must be a whole number, such as 60,000."),
    ("int", "٣", "“Int” must be a whole number, such as 60,000."),
    ("int", "9" * 50, "“Int” must be a whole number, such as 60,000."),
    ("int", 10**13, "“Int” is too large; numbers up to a trillion can be stored."),
    ("decimal", math.nan, "“Decimal” must be a number, such as 2.15."),
    ("decimal", -math.inf, "“Decimal” must be a number, such as 2.15."),
    ("decimal", "NaN", "“Decimal” must be a number, such as 2.15."),
    ("decimal", "1e5", "“Decimal” must be a number, such as 2.15."),
    ("money", "-1", "“Money” must be at least $0."),
    ("money", "1.005", "“Money” may have at most 2 decimal places."),
    ("money", "€5", "“Money” must be an amount in dollars, such as $1,200.50."),
    ("percent", "101", "“Percent” must be from 0% to 100%."),
    ("percent", "$5", "“Percent” must be a percentage, such as 3.5%."),
    ("date", "14/03/2027", "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", "03/14/27", "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", "30 February 2027", "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", "14 Marc 27", "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", "14 Foo 2027", "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", "next spring", "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", "1 " * 60, "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", 20270314, "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", datetime(2027, 3, 14, tzinfo=UTC), "“Date” must be a date, such as 14 March 2027 or 03/14/2027."),
    ("date", "1066-10-14", "“Date” must be a date from 1900 to 2199."),
]


@pytest.mark.parametrize(("kind", "raw", "sentence"), REFUSED)
def test_a_kind_refuses_the_rest_in_one_sentence(kind: str, raw: object, sentence: str) -> None:
    with pytest.raises(AnswerErrors) as refused:
        KINDS[kind].clean(make_field(kind), raw)
    assert refused.value.errors == (("", sentence),)
    assert refused.value.messages == (sentence,)
    assert refused.value.cells == {}


def test_a_number_of_five_thousand_digits_is_one_sentence() -> None:
    with pytest.raises(AnswerErrors) as refused:
        KINDS["decimal"].clean(make_field("decimal"), 10**5000)
    assert refused.value.messages == ("“Decimal” is too large; numbers up to a trillion can be stored.",)


@pytest.mark.parametrize(
    ("kind", "low", "high", "raw", "sentence"),
    [
        ("int", 1, 12, "13", "“Int” must be from 1 to 12."),
        ("int", 1, None, "0", "“Int” must be at least 1."),
        ("decimal", None, 2.5, "2.6", "“Decimal” must be at most 2.5."),
        ("money", 0, 20000, "20,000.01", "“Money” must be from $0 to $20,000."),
        ("percent", 0.1, 50, "0.05", "“Percent” must be from 0.1% to 50%."),
        ("percent", 50, 99.9, "99.95", "“Percent” must be from 50% to 99.9%."),
    ],
)
def test_bounds_are_named(kind: str, low: float | None, high: float | None, raw: str, sentence: str) -> None:
    with pytest.raises(AnswerErrors) as refused:
        KINDS[kind].clean(make_field(kind, min=low, max=high), raw)
    assert refused.value.messages == (sentence,)


def test_bounds_belong_to_the_range() -> None:
    field = make_field("percent", min=0.1, max=99.9)
    assert [KINDS["percent"].clean(field, raw) for raw in ("0.1", 0.1, "99.9%")] == [0.1, 0.1, 99.9]
    assert KINDS["percent"].clean(make_field("percent", min=-20, max=130), "-5%") == -5


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("text", "Plain", "Plain"),
        ("choice", "sea_green", "Green & blue"),
        ("multi", ["red", "1945"], "Red; Old"),
        ("yesno", True, "Yes"),
        ("yesno", False, "No"),
        ("int", 60000, "60,000"),
        ("decimal", 1234.5, "1,234.5"),
        ("decimal", 1e-7, "0.0000001"),
        ("decimal", 2, "2"),
        ("money", 1200.5, "$1,200.50"),
        ("money", 3, "$3.00"),
        ("percent", 3.5, "3.5%"),
        ("percent", 60, "60%"),
        ("date", "2026-03-14", "14 March 2026"),
    ],
)
def test_a_value_is_shown_with_its_unit(kind: str, value: object, text: str) -> None:
    assert KINDS[kind].text(make_field(kind), value) == text
    assert KINDS[kind].display(make_field(kind), value) == Fact(kind.capitalize(), text)


def test_a_narrative_is_shown_as_html_and_compared_as_text() -> None:
    html = "<p>One</p><ul><li>two</li></ul>"
    assert KINDS["rich"].display(make_field("rich"), html) == Narrative("Rich", html)
    assert KINDS["rich"].text(make_field("rich"), html) == "One\n- two"


@pytest.mark.parametrize(
    ("kind", "value", "typed"),
    [
        ("int", 60000, "60,000"),
        ("money", 1200.5, "1,200.50"),
        ("money", 3, "3"),
        ("percent", 3.5, "3.5"),
        ("int", "6o", "6o"),
        ("int", None, ""),
        ("date", "2027-03-14", "14 March 2027"),
        ("date", "soon", "soon"),
        ("text", "x", "x"),
        ("text", None, ""),
    ],
)
def test_a_value_is_edited_the_way_it_is_typed(kind: str, value: object, typed: str) -> None:
    assert KINDS[kind].typed(value) == typed


def test_what_is_typed_reads_as_the_value_again() -> None:
    for kind, value in (("int", -60000), ("decimal", 0.25), ("money", 99.9), ("percent", 0.5), ("date", "2027-12-01")):
        assert KINDS[kind].clean(make_field(kind), KINDS[kind].typed(value)) == value


def test_false_and_zero_are_answers_and_emptiness_is_none() -> None:
    values: list[Any] = [False, 0, None, "", []]
    assert [KINDS["yesno"].is_answered(v) for v in values] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        (make_field("rich", guide_words=(60, 220)), "About 60 to 220 words"),
        (make_field("rich"), ""),
        (make_field("date"), "For example, 14 March 2027"),
        (make_field("percent", min=50, max=90), "From 50% to 90%"),
        (make_field("int", min=0), ""),
        (make_field("text"), ""),
    ],
)
def test_a_hint_says_what_fits(field: Field, hint: str) -> None:
    assert field.kind.form_field(field).help_text == hint


def test_a_choice_without_options_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="choice has no list of options"):
        KINDS["choice"].clean(make_field("choice", options=None), "red")


def test_a_table_is_no_cell() -> None:
    with pytest.raises(TypeError, match="a table is no cell"):
        KINDS["table"].parse(make_column("text"), "x")
    assert {"table", "milestones", "rich", "multi"} == KINDS.keys() - COLUMN_KINDS
