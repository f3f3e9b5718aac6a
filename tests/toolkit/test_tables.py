"""Tables and milestones: rows, their identity, and errors by cell."""

from __future__ import annotations

from typing import Any

import pytest

from tests.toolkit.fields import make_table
from toolkit.display import TableDisplay
from toolkit.errors import AnswerErrors

TABLE = make_table()
MILESTONES = make_table("milestones")
A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"


def clean(raw: object) -> Any:
    return TABLE.kind.clean(TABLE, raw)


def test_cells_are_read_by_the_kind_of_their_column() -> None:
    row = {"_row": A, "text": " x ", "choice": "red", "yesno": "no", "int": "1,000", "money": "$5", "percent": "2%"}
    assert clean([{**row, "date": "1 May 2027"}]) == [
        {
            "_row": A,
            "text": "x",
            "choice": "red",
            "yesno": False,
            "int": 1000,
            "money": 5,
            "percent": 2,
            "date": "2027-05-01",
        }
    ]


def test_empty_rows_are_dropped() -> None:
    assert clean([{"_row": A}, {"_row": B, "text": "", "int": None}, {"_row": C, "yesno": False}]) == [
        {"_row": C, "yesno": False}
    ]
    empty: list[Any] = [None, "", [], [{}], [{"text": " "}]]
    assert [clean(raw) for raw in empty] == [None] * 5


def test_rows_keep_their_identity_and_new_ones_get_one() -> None:
    first = clean([{"text": "new"}, {"_row": A, "text": "old"}])
    assert first[1] == {"_row": A, "text": "old"}
    assert len(first[0]["_row"]) == 8
    assert clean(first) == first


def test_an_identity_that_is_none_or_taken_is_replaced() -> None:
    rows = clean([{"_row": i, "text": "x"} for i in (A, A, "short", 5, "'; DROP", None)])
    assert rows[0]["_row"] == A
    assert len({row["_row"] for row in rows}) == 6
    assert all(len(row["_row"]) == 8 for row in rows)


def test_errors_name_row_and_column_and_are_keyed_by_identity() -> None:
    with pytest.raises(AnswerErrors) as refused:
        clean([{"_row": A, "text": "fine"}, {"_row": B, "int": "x", "date": "soon"}])
    number = "“Int” in row 2 of “Rows” must be a whole number, such as 60,000."
    day = "“Date” in row 2 of “Rows” must be a date, such as 14 March 2027 or 03/14/2027."
    assert refused.value.errors == (("[1].int", number), ("[1].date", day))
    assert refused.value.cells == {(B, "int"): number, (B, "date"): day}


@pytest.mark.parametrize(
    ("raw", "errors"),
    [
        ("rows", [("", "“Rows” must be a list of rows.")]),
        ({"text": "x"}, [("", "“Rows” must be a list of rows.")]),
        (["x"], [("[0]", "Row 1 of “Rows” must be an object.")]),
        ([{"text": "x"}, {"color": "x"}], [("[1].color", "“Rows” has no column “color”.")]),
        ([{}] * 501, [("", "“Rows” has 501 rows; at most 500 fit.")]),
    ],
)
def test_what_is_no_table_is_refused(raw: object, errors: list[tuple[str, str]]) -> None:
    with pytest.raises(AnswerErrors) as refused:
        clean(raw)
    assert list(refused.value.errors) == errors


def test_five_hundred_rows_fit() -> None:
    assert len(clean([{"text": "x"}] * 500)) == 500


def test_display_leaves_out_columns_without_values_and_aligns_numbers() -> None:
    rows = [{"_row": A, "text": "x", "money": 5}, {"_row": B, "money": 1200.5, "date": "2027-05-01"}]
    assert TABLE.kind.display(TABLE, rows) == TableDisplay(
        label="Rows",
        columns=("Text", "Money", "Date"),
        rows=(("x", "$5.00", ""), ("", "$1,200.50", "1 May 2027")),
        numeric=(False, True, False),
        row_ids=(A, B),
    )


def test_displayed_cells_can_be_read_with_the_label_of_their_column() -> None:
    shown = TABLE.kind.display(TABLE, [{"_row": A, "text": "x < y", "money": 5}])
    assert isinstance(shown, TableDisplay)
    assert shown.body_html == (
        '<tr><td data-label="Text">x &lt; y</td><td data-label="Money" class="right num">$5.00</td></tr>'
    )


def test_text_has_one_line_for_each_row() -> None:
    rows = [{"_row": A, "text": "x", "choice": "red"}, {"_row": B, "yesno": True}]
    assert TABLE.kind.text(TABLE, rows) == "x | Red\nYes"


def test_a_milestone_is_referred_to_by_one_name_only() -> None:
    rows = [{"_row": A, "ref": "M1", "text": "x"}, {"_row": B, "text": "y"}, {"_row": C, "ref": "m1"}]
    with pytest.raises(AnswerErrors) as refused:
        MILESTONES.kind.clean(MILESTONES, rows)
    sentence = "“m1” is used for two rows of “Rows”; give each its own."
    assert refused.value.errors == (("[2].ref", sentence),)
    assert refused.value.cells == {(C, "ref"): sentence}


def test_a_milestone_without_a_name_gets_the_next_free_one() -> None:
    rows = MILESTONES.kind.clean(MILESTONES, [{"text": "x"}, {"ref": "M1", "text": "y"}, {"text": "z"}])
    assert [row["ref"] for row in rows] == ["M2", "M1", "M3"]
    assert MILESTONES.kind.clean(MILESTONES, rows) == rows
