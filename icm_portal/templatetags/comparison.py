"""Tags that draw the comparison of a table. Load with ``{% load comparison %}``; pure drawing, and everything is escaped.

Drawn here and not in a template, because a table may have hundreds of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from icm_portal.templatetags.icm import passage

register = template.Library()


@register.simple_tag
def table_rows(table: Any, only_changed: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - a template says it
    """Draw the rows of ``proposals.diff.Table`` one below the other, with a word on each that came, went or moved."""
    return _joined(_inline(table, row) for row in table.rows if row.is_changed or not only_changed)


@register.simple_tag
def table_pairs(table: Any, before: str, after: str, only_changed: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """Draw each row of ``proposals.diff.Table`` as it read before, and beside it as it reads after."""
    shown = (row for row in table.rows if row.is_changed or not only_changed)
    return _joined(
        cell
        for row in shown
        for cell in (_half(table, row, before, "before", row.was), _half(table, row, after, "after", row.now))
    )


def _joined(parts: Iterator[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _inline(table: Any, row: Any) -> SafeString:
    cells = zip(table.columns, table.numeric, row.cells, strict=True)
    drawn = [
        format_html(
            '<td data-label="{}"{}>{}{}</td>',
            name,
            SafeString(' class="right num"') if right else "",
            "" if number else _note(row),
            passage(cell),
        )
        for number, (name, right, cell) in enumerate(cells)
    ]
    css = "moved" if row.is_moved else "differs" if row.is_changed else ""
    return format_html("<tr{}>{}</tr>", format_html(' class="{}"', css) if css else "", _joined(iter(drawn)))


def _note(row: Any) -> SafeString:
    """Say what happened to the row as a whole."""
    words = ""
    if row.is_moved:
        words = f"Moved from row {row.was} to row {row.now}"
    elif row.op in ("added", "removed"):
        words = f"Row {row.op}"
    return format_html('<span class="tag tag--review">{}</span> ', words) if words else SafeString("")


def _half(table: Any, row: Any, caption: str, side: str, place: int) -> SafeString:
    said = [
        format_html('<span class="quiet">{}</span> {}', name, passage(cell, side))
        for name, cell in zip(table.columns, row.cells, strict=True)
        if any(
            segment.op in ("same", "removed" if side == "before" else "added") and segment.text
            for segment in cell.segments
        )
    ]
    moved = f"Moved to row {row.now}" if side == "before" else f"Moved from row {row.was}"
    head = format_html(
        '<span class="strong">Row {}.</span> {}',
        place,
        format_html('<span class="tag tag--review">{}</span> ', moved) if row.is_moved else "",
    )
    words = format_html("{}{}", head, format_html_join("; ", "{}", ((part,) for part in said)))
    missing = SafeString('<span class="quiet">Not there</span>')
    return format_html('<div><p class="side__who">{}</p><p>{}</p></div>', caption, words if place else missing)
