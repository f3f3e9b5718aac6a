"""What page and packet draw of an answer: facts, narratives and tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A short answer in one line."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Narrative:
    """Rich text; `html` is sanitised and may be marked safe."""

    label: str
    html: str


@dataclass(frozen=True, slots=True)
class TableDisplay:
    """A table without the columns that are empty in every row.

    `numeric` says for each column whether its cells align right. `row_ids` name the rows.
    """

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    row_ids: tuple[str, ...] = ()

    @property
    def labelled_rows(self) -> tuple[tuple[tuple[str, str, bool], ...], ...]:
        """The rows, each cell with the label of its column and whether it aligns right."""
        return tuple(tuple(zip(self.columns, row, self.numeric, strict=True)) for row in self.rows)


Display = Fact | Narrative | TableDisplay
