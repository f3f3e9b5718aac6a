"""The cells of the row editor, drawn here and not by a template: a section may show hundreds of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

HALF = {"text", "choice"}


@register.simple_tag
def cells(row: Mapping[str, Any]) -> SafeString:
    """Draw the cells of one row of `toolkit.table_widget`, each with its label and its error, on the 12-column grid."""
    return mark_safe("".join(_cell(cell) for cell in row["cells"]))  # noqa: S308 - every part is escaped or ours


def _cell(cell: Mapping[str, Any]) -> str:
    column = cell["column"]
    error = f'<span class="usa-error-message" id="{escape(cell["id"])}-error">{escape(cell["error"])}</span>'
    return (
        f'<div class="{"c6" if column.kind.name in HALF else "c3"}" data-col="{column.key}" '
        f'data-kind="{column.kind.name}"><span class="f-label" aria-hidden="true">{escape(column.label)}</span>'
        f"{error if cell['error'] else ''}{cell['html']}</div>"
    )
