"""Tables: rows of typed cells. A row keeps its identity (`_row`) when rows around it change."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from toolkit.display import TableDisplay
from toolkit.errors import AnswerErrors, Invalid
from toolkit.forms import TableField
from toolkit.kinds.base import Kind, Schema
from toolkit.table_widget import TableWidget, new_row_id
from toolkit.types import ROW, Column, Field, Spec

ROW_LIMIT = 500
_ROW_ID = re.compile(r"[0-9a-f]{8}")
Row = dict[str, Any]


class Table(Kind):
    """Rows with typed columns. Empty rows are dropped."""

    name = "table"

    def parse(self, spec: Spec, raw: Any) -> Any:
        raise TypeError("a table is no cell")

    def clean(self, field: Field, raw: Any) -> list[Row] | None:
        if raw is None or raw == "":
            return None
        if not isinstance(raw, (list, tuple)):
            raise AnswerErrors([("", f"“{field.label}” must be a list of rows.")])
        if len(raw) > ROW_LIMIT:
            raise AnswerErrors([("", f"“{field.label}” has {len(raw):,} rows; at most {ROW_LIMIT} fit.")])
        reader = _Reader(field)
        rows = [row for index, item in enumerate(raw) if (row := reader.read(index, item))]
        self.check(field, rows, reader)
        if reader.errors:
            raise AnswerErrors(reader.errors, reader.cells)
        return rows or None

    def check(self, field: Field, rows: list[Row], reader: _Reader) -> None:
        """What holds between rows; problems go to the reader."""

    def widget(self, field: Field) -> TableWidget:
        return TableWidget(field)

    def form_field(self, field: Field) -> TableField:
        return TableField(field, self.widget(field), self.hint(field))

    def text(self, field: Spec, value: Any) -> str:
        columns = _columns(field)
        return "\n".join(" | ".join(c.kind.text(c, row[c.key]) for c in columns if c.key in row) for row in value)

    def display(self, field: Field, value: Any) -> TableDisplay:
        used = [c for c in field.columns if any(c.key in row for row in value)]
        return TableDisplay(
            label=field.label,
            columns=tuple(c.label for c in used),
            rows=tuple(tuple(c.kind.text(c, row[c.key]) if c.key in row else "" for c in used) for row in value),
            numeric=tuple(c.kind.is_numeric for c in used),
            row_ids=tuple(row.get(ROW, "") for row in value),
        )

    def json_schema(self, field: Spec) -> Schema:
        properties = {c.key: c.kind.json_schema(c) for c in _columns(field)}
        row = {
            "type": "object",
            "properties": {ROW: {"type": "string", "pattern": f"^{_ROW_ID.pattern}$"}, **properties},
            "additionalProperties": False,
        }
        return {"type": "array", "items": row, "minItems": 1, "maxItems": ROW_LIMIT}


class Milestones(Table):
    """A table whose rows can be referred to: each has a `ref` of its own."""

    name = "milestones"

    def check(self, field: Field, rows: list[Row], reader: _Reader) -> None:
        taken: set[str] = set()
        for row in rows:
            ref = row.get("ref", "").casefold()
            if ref and ref in taken:
                message = f"“{row['ref']}” is used for two rows of “{field.label}”; give each its own."
                reader.add(reader.index_of(row), row[ROW], "ref", message)
            taken.add(ref)
        self._number(rows, taken)

    def known(self, raw: Any, stored: Any) -> Any:
        """Posted rows; one without a ref keeps the ref that the stored row of the same identity has."""
        if not isinstance(raw, (list, tuple)):
            return raw
        refs = {row.get(ROW): row.get("ref") for row in stored or ()}
        return [
            {**row, "ref": refs[row.get(ROW)]}
            if isinstance(row, Mapping) and not row.get("ref") and refs.get(row.get(ROW))
            else row
            for row in raw
        ]

    def settled(self, rows: list[Row], firm: Collection[str]) -> list[Row]:
        """Rows brought together from two people; a ref used twice stays with the rows named in ``firm``."""
        taken = {row["ref"].casefold() for row in rows if row[ROW] in firm and "ref" in row}
        doubled = []
        for row in rows:
            if row[ROW] not in firm and row.get("ref", "").casefold() in taken:
                del row["ref"]
                doubled.append(row)
            elif "ref" in row:
                taken.add(row["ref"].casefold())
        self._number(doubled, taken)
        return rows

    @staticmethod
    def _number(rows: list[Row], taken: set[str]) -> None:
        """Give rows without a ref the next free one, so that dependencies can name them."""
        number = 1
        for row in rows:
            if "ref" not in row:
                while f"m{number}" in taken:
                    number += 1
                row["ref"] = f"M{number}"
                taken.add(f"m{number}")


class _Reader:
    """Reads the rows of one table and collects what is wrong with them."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.errors: list[tuple[str, str]] = []
        self.cells: dict[tuple[str, str], str] = {}
        self._columns = {column.key: column for column in field.columns}
        self._indexes: dict[str, int] = {}

    def read(self, index: int, raw: Any) -> Row | None:
        """One row in stored form, or None if it holds nothing readable."""
        if not isinstance(raw, Mapping):
            self.errors.append((f"[{index}]", f"Row {index + 1} of “{self.field.label}” must be an object."))
            return None
        row_id = self._identity(raw.get(ROW), index)
        row: Row = {}
        for key in raw:
            if key not in self._columns and key != ROW:
                message = f"“{self.field.label}” has no column “{str(key)[:60]}”."
                self.errors.append((f"[{index}].{str(key)[:60]}", message))
        for key, column in self._columns.items():
            if key in raw and (value := self._cell(index, row_id, column, raw[key])) is not None:
                row[key] = value
        return {ROW: row_id, **row} if row else None

    def add(self, index: int, row_id: str, key: str, message: str) -> None:
        """Record a problem of one cell."""
        self.errors.append((f"[{index}].{key}", message))
        self.cells[row_id, key] = message

    def index_of(self, row: Row) -> int:
        """Place of a row in the list as given."""
        return self._indexes[row[ROW]]

    def _cell(self, index: int, row_id: str, column: Column, raw: Any) -> Any:
        try:
            return column.kind.parse(column, raw)
        except Invalid as error:
            message = f"“{column.label}” in row {index + 1} of “{self.field.label}” {error}."
            self.add(index, row_id, column.key, message)
            return None

    def _identity(self, raw: Any, index: int) -> str:
        row_id = raw if isinstance(raw, str) and _ROW_ID.fullmatch(raw) else new_row_id()
        while row_id in self._indexes:
            row_id = new_row_id()
        self._indexes[row_id] = index
        return row_id


def _columns(spec: Spec) -> tuple[Column, ...]:
    return spec.columns if isinstance(spec, Field) else ()
