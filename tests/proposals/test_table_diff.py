"""Tables compared by the identity of their rows: nothing is lost, and a row that stands elsewhere is one move."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proposals.diff import Block, Op, Table, compare_tables
from toolkit.display import TableDisplay

COLUMNS = ("Name", "Value")
CELLS = st.tuples(st.sampled_from(["", "a", "b b", "c"]), st.sampled_from(["", "1", "2"]))
TABLES = st.dictionaries(st.sampled_from("klmnop"), CELLS, max_size=6).flatmap(
    lambda rows: st.permutations(sorted(rows.items()))
)


def table(rows: list[tuple[str, tuple[str, str]]]) -> TableDisplay:
    """A table of rows with their identity."""
    return TableDisplay(
        "Rows", COLUMNS, tuple(cells for _, cells in rows), (False, True), tuple(key for key, _ in rows)
    )


def sides(found: Table) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Read both tables off the comparison."""
    before = sorted((row.was, tuple(_read(cell, Op.ADDED) for cell in row.cells)) for row in found.rows if row.was)
    after = [tuple(_read(cell, Op.REMOVED) for cell in row.cells) for row in found.rows if row.now]
    return [cells for _, cells in before], after


def _read(block: Block, left_out: Op) -> str:
    return "".join(piece.text for piece in block.segments if piece.op != left_out)


@given(TABLES, TABLES)
def test_both_tables_can_be_read_off_the_comparison(
    before: list[tuple[str, tuple[str, str]]], after: list[tuple[str, tuple[str, str]]]
) -> None:
    found = compare_tables(table(before), table(after), COLUMNS)

    assert sides(found) == ([cells for _, cells in before], [cells for _, cells in after])
    assert [row.now for row in found.rows if row.now] == list(range(1, len(after) + 1))


@given(st.integers(2, 9), st.data())
def test_a_row_that_stands_elsewhere_is_one_move_and_nothing_else(size: int, data: st.DataObject) -> None:
    rows = [(f"{number:08x}", (f"Row {number}", "")) for number in range(size)]
    was, now = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    moved = [*rows]
    moved.insert(now, moved.pop(was))

    found = compare_tables(table(rows), table(moved), COLUMNS)

    assert sum(row.is_moved for row in found.rows) == (was != now)
    assert all(row.op == Op.SAME for row in found.rows)


def test_a_moved_row_says_where_it_stood_and_what_changed_in_it() -> None:
    before = [("a", ("First", "1")), ("b", ("Second", "2")), ("c", ("Third", "3"))]
    after = [("c", ("Third", "4")), ("a", ("First", "1")), ("d", ("Fourth", "5"))]

    found = compare_tables(table(before), table(after), COLUMNS)

    assert [(row.was, row.now, row.is_moved, row.op) for row in found.rows] == [
        (3, 1, True, Op.CHANGED),
        (1, 2, False, Op.SAME),
        (0, 3, False, Op.ADDED),
        (2, 0, False, Op.REMOVED),
    ]


def test_rows_typed_anew_with_the_same_words_are_no_change() -> None:
    before = [("a", ("First", "1")), ("b", ("Second", "2"))]
    after = [("c", ("First", "1")), ("b", ("Second", "2"))]

    assert not compare_tables(table(before), table(after), COLUMNS).is_changed


def test_rows_loaded_from_a_file_belong_together_when_they_are_alike() -> None:
    before = [("a", ("The first of all rows", "1")), ("b", ("Second", "2"))]
    after = [("x", ("The first of all rows", "7")), ("y", ("Second", "2"))]

    found = compare_tables(table(before), table(after), COLUMNS)

    assert [row.op for row in found.rows] == [Op.CHANGED, Op.SAME]


def test_a_column_that_only_one_version_fills_is_shown_for_both() -> None:
    before = TableDisplay("Rows", ("Name",), (("First",),), (False,), ("a",))

    found = compare_tables(before, table([("a", ("First", "1"))]), COLUMNS)

    assert found.columns == COLUMNS
    assert [cell.op for cell in found.rows[0].cells] == [Op.SAME, Op.ADDED]
