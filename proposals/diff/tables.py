"""The comparison of tables: rows are told by their identity, so a row that stands elsewhere has moved and nothing more."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar

from proposals.diff.texts import COMPARISONS_KEPT, Block, Op, line, pairs
from toolkit.display import TableDisplay

Cells = tuple[str, ...]


@dataclass(frozen=True)
class RowChange:
    """One row; ``was`` and ``now`` are its places before and after, counted from 1, and 0 where it does not stand."""

    was: int
    now: int
    is_moved: bool
    cells: tuple[Block, ...]

    @cached_property
    def op(self) -> Op:
        """What happened to its words."""
        if not self.was or not self.now:
            return Op.REMOVED if self.was else Op.ADDED
        return Op.SAME if all(cell.op == Op.SAME for cell in self.cells) else Op.CHANGED

    @property
    def is_changed(self) -> bool:
        """Whether its words or its place differ."""
        return self.is_moved or self.op != Op.SAME


@dataclass(frozen=True)
class Table:
    """A table before and after, in the order of after; what was removed stands where it stood."""

    kind: ClassVar[str] = "table"
    label: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[RowChange, ...]

    @cached_property
    def is_changed(self) -> bool:
        """Whether any row differs."""
        return any(row.is_changed for row in self.rows)

    @cached_property
    def unchanged(self) -> int:
        """How many rows stayed as they were, where they were."""
        return sum(not row.is_changed for row in self.rows)


@lru_cache(maxsize=COMPARISONS_KEPT)
def compare_tables(before: TableDisplay | None, after: TableDisplay | None, order: tuple[str, ...]) -> Table:
    """Compare two tables, ``None`` for one that is not there; ``order`` names all columns the table may have.

    The result is kept: the same two rounds are read many times, and a frozen table never changes.
    """
    used = tuple(name for name in order if any(table and name in table.columns for table in (before, after)))
    old, new = _cells(before, used), _cells(after, used)
    matches = _matches(before.row_ids if before else (), after.row_ids if after else (), old, new)
    shown = after or before
    numeric = {
        name: right
        for table in (before, after)
        if table
        for name, right in zip(table.columns, table.numeric, strict=True)
    }
    return Table(
        label=shown.label if shown else "",
        columns=used,
        numeric=tuple(numeric[name] for name in used),
        rows=tuple(_rows(old, new, matches)),
    )


def _cells(table: TableDisplay | None, used: Sequence[str]) -> list[Cells]:
    if table is None:
        return []
    place = {name: number for number, name in enumerate(table.columns)}
    return [tuple(row[place[name]] if name in place else "" for name in used) for row in table.rows]


def _matches(
    old_ids: Sequence[str], new_ids: Sequence[str], old: Sequence[Cells], new: Sequence[Cells]
) -> Mapping[int, int]:
    """Return the old place of each new row that was there before.

    Rows without a partner of their identity were typed anew or loaded from a file: those that say the same are the
    same. Where no identity is known at all, rows that are alike belong together too.
    """
    by_id = {row_id: place for place, row_id in enumerate(old_ids) if row_id}
    found = {place: by_id[row_id] for place, row_id in enumerate(new_ids) if row_id in by_id}
    known = bool(found)
    alone: dict[Cells, list[int]] = {}
    for place in sorted(set(range(len(old))) - set(found.values()), reverse=True):
        alone.setdefault(old[place], []).append(place)
    for place, cells in enumerate(new):
        if place not in found and alone.get(cells):
            found[place] = alone[cells].pop()
    return found if known else {**found, **_alike(old, new, found)}


def _alike(old: Sequence[Cells], new: Sequence[Cells], found: Mapping[int, int]) -> dict[int, int]:
    left = sorted(set(range(len(old))) - set(found.values()))
    right = [place for place in range(len(new)) if place not in found]
    joined = pairs([" ".join(old[place]) for place in left], [" ".join(new[place]) for place in right])
    return {right[after]: left[before] for before, after in joined if before is not None and after is not None}


def _rows(old: Sequence[Cells], new: Sequence[Cells], matches: Mapping[int, int]) -> Iterator[RowChange]:
    staying = _in_order(sorted(matches.items()))
    gone = sorted(set(range(len(old))) - set(matches.values()))
    for place, cells in enumerate(new):
        was = matches.get(place)
        if was is None:
            yield RowChange(0, place + 1, is_moved=False, cells=tuple(line("", cell) for cell in cells))
            continue
        while place in staying and gone and gone[0] < was:
            yield _removed(gone.pop(0), old)
        compared = tuple(line(*pair) for pair in zip(old[was], cells, strict=True))
        yield RowChange(was + 1, place + 1, is_moved=place not in staying, cells=compared)
    yield from (_removed(place, old) for place in gone)


def _removed(place: int, old: Sequence[Cells]) -> RowChange:
    return RowChange(place + 1, 0, is_moved=False, cells=tuple(line(cell, "") for cell in old[place]))


def _in_order(matches: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Return the new places of the most rows that kept their order among each other: all other rows have moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number, (_new, was) in enumerate(matches):
        place = bisect_left(tails, was)
        tails[place : place + 1] = [was]
        ends[place : place + 1] = [number]
        before[number] = ends[place - 1] if place else None
    at = ends[-1] if ends else None
    found = set()
    while at is not None:
        found.add(matches[at][0])
        at = before[at]
    return frozenset(found)
