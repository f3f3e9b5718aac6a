"""How the row editor is drawn.

A section may show hundreds of cells. What is the same in all rows of a table is therefore drawn once and kept as a
frame; a row is that frame with its id, its number and its values put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from toolkit.widgets import BLANK, YES_NO, options_html, yes_no_code

if TYPE_CHECKING:
    from toolkit.types import Column, Field

#: Stands for the id of a row in a frame, and in the row that a script copies.
BLANK_ROW = "__row__"
_NUMBER = "__number__"
#: Where a frame leaves room. A frame is cut at its holes before values are put in, so no value is taken for one.
_HOLE = mark_safe("\x00")
_HALF_WIDE = {"text", "choice"}
_YES_NO_OPTIONS = (("", BLANK), *YES_NO)
Cells = Mapping[str, Any]
Errors = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class TableDrawing:
    """One table to edit: the field, what names and ids of its controls begin with, and sentences by row and column."""

    field: Field
    name: str
    base_id: str
    errors: Errors

    def html(self, rows: Sequence[tuple[str, Cells]]) -> SafeString:
        """Draw the table with these rows: the id and the cells of each, in order."""
        frame = _row_frame(self.field, self.name, self.base_id)
        drawn = [
            self._row(_numbered(frame, row_id, number), row_id, cells, (number == 1, number == len(rows)))
            for number, (row_id, cells) in enumerate(rows, start=1)
        ]
        blank = self._row(frame.replace(f", row {_NUMBER}", ""), BLANK_ROW, {}, (False, False))
        order = escape(",".join(row_id for row_id, _ in rows))
        html = _filled(_table_frame(self.field, self.name, self.base_id), (order, "".join(drawn), blank))
        return mark_safe(html)  # noqa: S308 - every part is escaped or ours

    def _row(self, frame: str, row_id: str, cells: Cells, is_end: tuple[bool, bool]) -> str:
        values: list[str] = []
        for column in self.field.columns:
            error = self.errors.get((row_id, column.key), "")
            values += _marks(error, escape(f"{self.base_id}-{row_id}-{column.key}-error")) if error else ("", "")
            values.append(_value(column, cells.get(column.key)))
        return _filled(frame, [*values, *(" disabled" if end else "" for end in is_end)])


def _numbered(frame: str, row_id: str, number: int) -> str:
    # What a browser posted as the id of a row is anything, and must not open another hole.
    return frame.replace(BLANK_ROW, escape(row_id.replace(_HOLE, ""))).replace(_NUMBER, str(number))


def _marks(error: str, error_id: str) -> tuple[str, str]:
    """The sentence over a control, and the attributes of the control that point to it."""
    sentence = f'<span class="usa-error-message" id="{error_id}">{escape(error)}</span>'
    return sentence, f' aria-invalid="true" aria-describedby="{error_id}"'


def _value(column: Column, value: Any) -> str:
    if column.options is not None:
        return options_html(column.options, value if isinstance(value, str) else "")
    if column.kind.name == "yesno":
        return _yes_no_options(yes_no_code(value))
    return escape(column.kind.typed(value))


def _filled(frame: str, values: Iterable[str]) -> str:
    """Put values into the holes of a frame."""
    return "".join(part for pair in zip(frame.split(_HOLE), [*values, ""], strict=True) for part in pair)


@lru_cache(maxsize=1024)
def _table_frame(field: Field, name: str, base_id: str) -> str:
    table = {"field": field, "name": name, "id": f"{base_id}-table"}
    return render_to_string("toolkit/widgets/table.html", {"table": table, "hole": _HOLE})


@lru_cache(maxsize=1024)
def _row_frame(field: Field, name: str, base_id: str) -> str:
    stem = f"{name}-{BLANK_ROW}"
    cells = "".join(_cell_frame(c, f"{stem}-{c.key}", f"{base_id}-{BLANK_ROW}-{c.key}") for c in field.columns)
    row = {
        "id": BLANK_ROW,
        "number": _NUMBER,
        "stem": stem,
        "width": len(field.columns) + 1,
        "cells": mark_safe(cells),  # noqa: S308 - every part is escaped or ours
    }
    return render_to_string("toolkit/widgets/row.html", {"row": row, "hole": _HOLE})


def _cell_frame(column: Column, name: str, control_id: str) -> str:
    """One cell on the 12-column grid: its label, room for an error, and its control, labeled by column and row."""
    label = escape(column.label)
    common = f' id="{escape(control_id)}" name="{escape(name)}" aria-label="{label}, row {_NUMBER}"{_HOLE}'
    if column.options is not None or column.kind.name == "yesno":
        control = f'<select class="usa-select"{common}>{_HOLE}</select>'
    elif column.kind.name == "text":
        # The browser drops the first line end, so that a text may begin with one.
        control = f'<textarea class="usa-textarea" rows="1"{common}>\n{_HOLE}</textarea>'
    else:
        mode = ' inputmode="decimal"' if column.kind.is_numeric else ' data-date="true"'
        control = f'<input class="usa-input" type="text" autocomplete="off"{mode}{common} value="{_HOLE}">'
    return (
        f'<div class="{"c6" if column.kind.name in _HALF_WIDE else "c3"}" data-col="{column.key}" '
        f'data-kind="{column.kind.name}"><span class="f-label" aria-hidden="true">{label}</span>{_HOLE}{control}</div>'
    )


@lru_cache(maxsize=3)
def _yes_no_options(selected: str) -> str:
    return "".join(
        f'<option value="{code}"{" selected" if code == selected else ""}>{label}</option>'
        for code, label in _YES_NO_OPTIONS
    )
