"""The row editor of tables.

What it posts: `NAME-order` holds the row ids in order, separated by commas; `NAME-ROW-COLUMN` a cell;
`NAME-ROW-DELETE` removes a row. The buttons of a browser without scripts post `NAME-ADD`,
`NAME-ROW-UP` or `NAME-ROW-DOWN`. Rows are known by their id, never by their place, so a row that a
script added, moved or removed cannot be taken for another.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from toolkit.types import ROW
from toolkit.widgets import BLANK, YES_NO, options_html, yes_no_code

if TYPE_CHECKING:
    from toolkit.types import Column, Field

BLANK_ROW = "__row__"
_ACTION = re.compile(r".+-(?:ADD|[0-9a-f]{8}-(?:UP|DOWN|DELETE))")
_YES_NO_OPTIONS = (("", BLANK), *YES_NO)
RawRow = dict[str, Any]


def new_row_id() -> str:
    """A fresh row identity: 8 hexadecimal characters."""
    return secrets.token_hex(4)


def row_action(data: Mapping[str, Any]) -> str:
    """The name of the row button that was pressed ("x-ADD", "x-1a2b3c4d-UP", ...), or "".

    A page without scripts then shows the form again with the row added, moved or removed.
    """
    return next((name for name in data if _ACTION.fullmatch(name)), "")


class TableWidget(forms.Widget):
    """Rows of cells. `errors` holds the sentences of the last cleaning by (row id, column key)."""

    template_name = "toolkit/widgets/table.html"
    use_fieldset = True
    draws_label = True

    def __init__(self, field: Field) -> None:
        self.field = field
        self.errors: Mapping[tuple[str, str], str] = {}
        super().__init__()

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}-table" if id_ else id_

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-order" not in data

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[RawRow] | None:
        """Raw rows in the posted order, without those to be removed; None if nothing was posted."""
        if f"{name}-order" not in data:
            return None
        ids = _moved(data, name, [i.strip() for i in data[f"{name}-order"].split(",") if i.strip()])
        rows = [
            {ROW: row_id, **{c.key: data.get(f"{name}-{row_id}-{c.key}", "") for c in self.field.columns}}
            for row_id in dict.fromkeys(ids)
            if f"{name}-{row_id}-DELETE" not in data
        ]
        return [*rows, {ROW: new_row_id()}] if f"{name}-ADD" in data else rows

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template draws: `widget.columns`, `widget.rows` and `widget.blank`.

        `blank` is a row whose id reads `__row__`, for a script to copy. A table without rows shows
        one to fill in.
        """
        context = super().get_context(name, value, attrs)
        rows = value if isinstance(value, (list, tuple)) else []
        given = [row for row in rows if isinstance(row, Mapping)] or [{ROW: new_row_id()}]
        ids = [str(row.get(ROW) or new_row_id()) for row in given]
        base_id = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"] |= {
            "field": self.field,
            "columns": self.field.columns,
            "table_id": f"{base_id}-table",
            "order_name": f"{name}-order",
            "order": ",".join(ids),
            "add_name": f"{name}-ADD",
            "rows": [
                self._row(name, base_id, row_id, row, number, last=number == len(given))
                for number, (row_id, row) in enumerate(zip(ids, given, strict=True), start=1)
            ],
            "blank": self._row(name, base_id, BLANK_ROW, {}, 0, last=False),
        }
        return context

    def _row(
        self, name: str, base_id: str, row_id: str, row: Mapping[str, Any], number: int, *, last: bool
    ) -> dict[str, Any]:
        stem = f"{name}-{row_id}"
        return {
            "id": row_id,
            "number": number,
            "is_first": number == 1,
            "is_last": last,
            "delete_name": f"{stem}-DELETE",
            "up_name": f"{stem}-UP",
            "down_name": f"{stem}-DOWN",
            "cells": [
                self._cell(stem, f"{base_id}-{row_id}", row_id, c, row.get(c.key), number) for c in self.field.columns
            ],
        }

    def _cell(self, stem: str, id_stem: str, row_id: str, column: Column, value: Any, number: int) -> dict[str, Any]:
        cell = {
            "name": f"{stem}-{column.key}",
            "id": f"{id_stem}-{column.key}",
            "value": column.kind.typed(value),
            "column": column,
            "error": self.errors.get((row_id, column.key), ""),
        }
        cell["html"] = _control(cell, column, value, number)
        return cell


def _moved(data: Mapping[str, Any], name: str, ids: list[str]) -> list[str]:
    """The order after the button "up" or "down" of a row, if one was pressed."""
    for index, row_id in enumerate(ids):
        other = index - 1 if f"{name}-{row_id}-UP" in data else index + 1 if f"{name}-{row_id}-DOWN" in data else index
        if other != index and 0 <= other < len(ids):
            ids[index], ids[other] = ids[other], ids[index]
            break
    return ids


def _control(cell: Mapping[str, Any], column: Column, value: Any, number: int) -> SafeString:
    """The control of one cell, labeled by its column and row; the error stands beside it."""
    error = f' aria-invalid="true" aria-describedby="{escape(cell["id"])}-error"' if cell["error"] else ""
    label = f"{column.label}, row {number}" if number else column.label
    common = f' id="{escape(cell["id"])}" name="{escape(cell["name"])}" aria-label="{escape(label)}"{error}'
    if column.options is not None:
        selected = value if isinstance(value, str) else ""
        html = f'<select class="usa-select"{common}>{options_html(column.options, selected)}</select>'
    elif column.kind.name == "yesno":
        html = f'<select class="usa-select"{common}>{_yes_no_options(yes_no_code(value))}</select>'
    elif column.kind.name == "text":
        html = f'<textarea class="usa-textarea" rows="1"{common}>\n{escape(cell["value"])}</textarea>'
    else:
        mode = ' inputmode="decimal"' if column.kind.is_numeric else ' data-date="true"'
        html = f'<input class="usa-input" type="text" autocomplete="off"{mode}{common} value="{escape(cell["value"])}">'
    return mark_safe(html)  # noqa: S308 - every part is escaped or ours


def _yes_no_options(selected: str) -> str:
    return "".join(
        f'<option value="{code}"{" selected" if code == selected else ""}>{label}</option>'
        for code, label in _YES_NO_OPTIONS
    )
