"""A list to choose from, in groups, drawn without a template for each option."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from toolkit.widgets import Choose

Choices = Iterable[tuple[str, Any]]


class GroupedChoose(Choose):
    """One of some choices; those of a group come as (title of the group, choices)."""

    def options_html(self, selected: str) -> SafeString:
        return options(self.choices, selected)


def options(choices: Choices, selected: str) -> SafeString:
    """Draw choices and groups of choices, one of them selected."""
    return format_html_join("", "{}", ((_group(key, label, selected),) for key, label in choices))


def _group(key: str, label: Any, selected: str) -> SafeString:
    if isinstance(label, list | tuple):
        return format_html('<optgroup label="{}">{}</optgroup>', key, options(label, selected))
    chosen = mark_safe(" selected") if str(key) == selected else ""
    return format_html('<option value="{}"{}>{}</option>', key, chosen, label)
