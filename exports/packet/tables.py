"""Tables of answers as blocks with computed widths."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exports.packet.blocks import Cell, Table
from exports.packet.fonts import metrics
from exports.packet.resources import REGULAR, SEMIBOLD
from exports.packet.widths import Content, Typeface, lay_out
from toolkit.display import TableDisplay

EMPTY = "\N{EN DASH}"
_DATE = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


def numbered(display: TableDisplay, number: str) -> Table:
    """Draw a table of answers under its number."""
    return draw(display.label, display.columns, display.rows, numeric=display.numeric, number=number)


def draw(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Sequence[bool] | None = None,
    number: str = "",
    wide: bool = False,
) -> Table:
    """Lay out a table without the columns that are empty in every row; an empty cell shows a dash.

    ``rows`` are as long as ``columns``; ``numeric`` says per column whether it holds numbers; ``number`` is "Table 7", or
    another word that goes before the caption; a ``wide`` table takes the full width.
    """
    flags = numeric or [False] * len(columns)
    kept = [at for at in range(len(columns)) if any(row[at].strip() for row in rows)] or [0]
    head = [columns[at] for at in kept]
    body = [[row[at].strip() or EMPTY for at in kept] for row in rows]
    # The first column heads its rows and is set as words whatever it holds.
    numbers = [flags[at] and place > 0 for place, at in enumerate(kept)]
    dates = [place > 0 and _is_date_column([row[place] for row in body]) for place in range(len(kept))]
    faces = Typeface(metrics(REGULAR), metrics(SEMIBOLD))
    layout = lay_out(Content(head, body, numbers, dates), faces, wide=wide)
    css = ["n" if number else "d" if whole else "" for number, whole in zip(numbers, layout.whole, strict=True)]
    return Table(
        number=number,
        caption=caption,
        css=layout.css,
        widths=tuple(f"{share:.3f}" for share in layout.shares),
        head=tuple(Cell(text, name if name == "n" else "") for text, name in zip(head, css, strict=True)),
        rows=tuple(tuple(Cell(text, name) for text, name in zip(row, css, strict=True)) for row in body),
    )


def _is_date_column(cells: Sequence[str]) -> bool:
    return all(cell == EMPTY or _DATE.fullmatch(cell) for cell in cells)
