"""What page and packet draw of an answer: facts, narratives and tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString, mark_safe

_RIGHT = ' class="right num"'


@dataclass(frozen=True, slots=True)
class Fact:
    """A short answer in one line; `is_ours` where its words are those of a list of the toolkit."""

    label: str
    text: str
    is_ours: bool = field(default=False, compare=False)


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
    def body_html(self) -> SafeString:
        """The rows as HTML; each cell names its column, for narrow screens. Drawn here: there may be thousands."""
        heads = [
            f'<td data-label="{escape(label)}"{_RIGHT if numeric else ""}>'
            for label, numeric in zip(self.columns, self.numeric, strict=True)
        ]
        rows = (
            "".join(f"{head}{escape(cell)}</td>" for head, cell in zip(heads, row, strict=True)) for row in self.rows
        )
        return mark_safe("".join(f"<tr>{cells}</tr>" for cells in rows))  # noqa: S308 - every part is escaped or ours


Display = Fact | Narrative | TableDisplay
