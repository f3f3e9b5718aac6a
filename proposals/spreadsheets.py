"""Tables for spreadsheet programs, in which no cell is taken for a formula. A leaf: imports nothing of ours."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

#: A program that opens the file would reckon with a cell that begins so.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: The most characters that a cell holds in common programs is a little more.
LONGEST: Final = 30_000


def spreadsheet(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as CSV in UTF-8, with the mark by which programs know that."""
    written = io.StringIO()
    csv.writer(written).writerows([_cell(text) for text in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) or shown.startswith(_FORMULA) else shown
