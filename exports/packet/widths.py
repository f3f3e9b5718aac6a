"""Column widths of tables, worked out from the typeface instead of left to the layout engine.

Fixed widths are quicker to lay out and do not break "M10" or "10.2%". Lengths are in points.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from exports.packet.fonts import Measure

TEXT = 5.35 * 72
FULL = 6.5 * 72
BODY, DENSE, HEAD = 8.25, 7.5, 7.5
_GAP = 6.0
_NUMBER_GAP = 4.0
_LEADING = 1.38
_ROW_RULES = 6.4
_KEEP_HEIGHT = 1.9 * 72
_KEEP_ROWS = 4
_PAGE = 9 * 72 * 0.8
_WORTH_IT = 0.82
_WORTH_BROKEN_DATES = 0.92
_MANY = 6
_NOTHING = 0.01
_WORDS = re.compile(r"[^\s-]+-?|-")


@dataclass(frozen=True, slots=True)
class Typeface:
    """The two weights a table uses: its body, and its header row and first column."""

    body: Measure
    strong: Measure


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table stands on the page: classes, the share of each column in percent, and which cells stay whole."""

    css: str
    shares: tuple[float, ...]
    whole: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """The words of a table. Numbers always stay in one line; dates do unless the table is better off without."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[bool]
    dates: Sequence[bool]


@dataclass(frozen=True, slots=True)
class _Column:
    """Room of one column: at the least, in one line, and its claim on what is left."""

    least: float
    line: float
    claim: float
    cells: tuple[float, ...]
    pad: float


def lay_out(content: Content, faces: Typeface, *, wide: bool = False) -> Layout:
    """Choose measure, type size and column widths.

    Args:
        content: header and body, all rows of the same length.
        faces: the metrics to measure with.
        wide: whether the table takes the full width in any case.

    Returns:
        Classes (``wide``, ``dense``, ``keep``) and widths that add up to 100.
    """
    firm = tuple(number or day for number, day in zip(content.numbers, content.dates, strict=True))
    soft = tuple(content.numbers)
    css, columns, widths = _measure(content, firm, faces, wide=wide)
    if firm != soft:
        other = _measure(content, soft, faces, wide=wide)
        if _lines(other[1], other[2]) < _WORTH_BROKEN_DATES * _lines(columns, widths):
            firm = soft
            css, columns, widths = other
    if _fits_one_glance(columns, widths, len(content.rows)):
        css = [*css, "keep"]
    total = sum(widths)
    return Layout(" ".join(css), tuple(100 * width / total for width in widths), firm)


def _measure(
    content: Content, whole: Sequence[bool], faces: Typeface, *, wide: bool
) -> tuple[list[str], list[_Column], list[float]]:
    """Classes, columns and widths when these columns stay whole."""
    columns = _columns(content, whole, faces, BODY)
    need = sum(column.least for column in columns)
    if need > FULL:
        columns = _columns(content, whole, faces, DENSE)
        return ["wide", "dense"], columns, share_out(columns, FULL)
    if wide or need > TEXT or _gains_from_width(columns):
        return ["wide"], columns, share_out(columns, FULL)
    return [], columns, share_out(columns, TEXT)


def share_out(columns: Sequence[_Column], room: float) -> list[float]:
    """Give every column its least, then share what is left by claim, up to one line each."""
    least = [column.least for column in columns]
    if sum(least) >= room:
        return [room * width / sum(least) for width in least]
    widths = list(least)
    left = room - sum(least)
    open_ = [at for at, column in enumerate(columns) if column.line > column.least]
    while open_ and left > _NOTHING:
        claims = sum(columns[at].claim for at in open_)
        given = 0.0
        for at in open_:
            more = min(left * columns[at].claim / claims, columns[at].line - widths[at])
            widths[at] += more
            given += more
        left -= given
        open_ = [at for at in open_ if columns[at].line - widths[at] > _NOTHING]
    return [width + left / len(widths) for width in widths]


def _columns(content: Content, whole: Sequence[bool], faces: Typeface, size: float) -> list[_Column]:
    rows = content.rows
    last = len(content.head) - 1
    columns = []
    for at, title in enumerate(content.head):
        face = faces.body if at else faces.strong
        pad = (0 if at == last else _GAP) + (_NUMBER_GAP if whole[at] else 0) + 0.6
        cells = tuple(face.width(row[at], size) for row in rows)
        longest_word = max((_longest_word(row[at], face, size, whole=whole[at]) for row in rows), default=0)
        least = max(longest_word, _longest_word(title, faces.strong, HEAD, whole=False)) + pad
        line = max(*cells, faces.strong.width(title, HEAD), 0) + pad
        mean = sum(cells) / max(len(cells), 1)
        claim = (0.6 * mean + 0.4 * max(cells, default=0) + 1) ** 0.75
        columns.append(_Column(least=min(least, line), line=line, claim=claim, cells=cells, pad=pad))
    return columns


def _longest_word(text: str, face: Measure, size: float, *, whole: bool) -> float:
    if whole:
        return face.width(text, size)
    return max((face.width(word, size) for word in _WORDS.findall(text)), default=0.0)


def _gains_from_width(columns: Sequence[_Column]) -> bool:
    narrow, wide = share_out(columns, TEXT), share_out(columns, FULL)
    wraps = sum(column.line > width + 0.1 for column, width in zip(columns, narrow, strict=True))
    if len(columns) >= _MANY and wraps:
        return True
    return _lines(columns, wide) < _WORTH_IT * _lines(columns, narrow)


def _lines(columns: Sequence[_Column], widths: Sequence[float]) -> int:
    per_column = [
        [max(1, math.ceil(1.06 * cell / (width - column.pad))) for cell in column.cells]
        for column, width in zip(columns, widths, strict=True)
    ]
    return sum(max(row) for row in zip(*per_column, strict=True))


def _fits_one_glance(columns: Sequence[_Column], widths: Sequence[float], rows: int) -> bool:
    height = 40 + _lines(columns, widths) * BODY * _LEADING + rows * _ROW_RULES
    return height <= _KEEP_HEIGHT or (rows <= _KEEP_ROWS and height <= _PAGE)
