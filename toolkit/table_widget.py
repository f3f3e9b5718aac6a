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
from django.utils.safestring import SafeString

from toolkit.table_html import TableDrawing
from toolkit.types import ROW

if TYPE_CHECKING:
    from toolkit.types import Field

_ACTION = re.compile(r".+-(?:ADD|[0-9a-f]{8}-(?:UP|DOWN|DELETE))")
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

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Draw the rows; a table without any shows one to fill in."""
        given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, (list, tuple)) else []
        rows = [(str(row.get(ROW) or new_row_id()), row) for row in given or [{}]]
        return TableDrawing(self.field, name, (attrs or {}).get("id", f"id_{name}"), self.errors).html(rows)


def _moved(data: Mapping[str, Any], name: str, ids: list[str]) -> list[str]:
    """The order after the button "up" or "down" of a row, if one was pressed."""
    for index, row_id in enumerate(ids):
        other = index - 1 if f"{name}-{row_id}-UP" in data else index + 1 if f"{name}-{row_id}-DOWN" in data else index
        if other != index and 0 <= other < len(ids):
            ids[index], ids[other] = ids[other], ids[index]
            break
    return ids
