"""Form fields over the kinds. They are never required: a draft may leave anything out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from toolkit.errors import AnswerErrors
from toolkit.table_widget import TableWidget

if TYPE_CHECKING:
    from toolkit.types import Field


class FormField(forms.Field):
    """One field of a prompt. `asked_for` marks it as required for an answered prompt."""

    def __init__(self, spec: Field, widget: forms.Widget, help_text: str = "") -> None:
        self.spec = spec
        self.asked_for = spec.required
        super().__init__(required=False, label=spec.label, widget=widget, help_text=help_text)

    def clean(self, value: Any) -> Any:
        """The stored form of a raw value, or None if empty. Raises ValidationError."""
        try:
            return self.spec.kind.clean(self.spec, value)
        except AnswerErrors as error:
            self.note(error)
            raise ValidationError(list(error.messages)) from error

    def note(self, error: AnswerErrors) -> None:
        """Keep what the widget shows beside its parts; nothing for a widget of one part."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the posted value says something else than the stored one."""
        try:
            return bool(self.spec.kind.clean(self.spec, data) != initial)
        except AnswerErrors:
            return True


class TableField(FormField):
    """A table; errors of cells go to the widget, which shows them beside the cell."""

    widget: TableWidget

    def note(self, error: AnswerErrors) -> None:
        self.widget.errors = error.cells
