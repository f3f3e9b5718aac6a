"""How one field of a prompt is laid out: its place on the grid, its label, its unit, its errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

from toolkit.types import Field, Option
from toolkit.widgets import RichWidget, Select, YesNoRadios

WIDE = {"rich", "multi", "table", "milestones"}
HALF = {"text", "choice", "yesno"}
CLASSES = {"line": "usa-input", "select": "usa-select", "area": "usa-textarea"}


@dataclass(frozen=True)
class FieldView:
    """A field as the page draws it. ``shape`` is line, area, select, radios, checks or table."""

    bound: BoundField
    css: str
    shape: str
    ref: str = ""
    required: bool = True
    advice: str = ""
    condition: str = ""
    #: The field of the toolkit; none for what a disposition asks for.
    spec: Field | None = None
    #: Drawn in place of the control, where a frame is made that any control fits into.
    hole: SafeString | None = None
    #: The line that lists the terms of what takes no links; a candidate for marking.
    terms: str = ""
    #: What the choices mean, with their terms as candidates for marking.
    meanings: tuple[tuple[SafeString, SafeString], ...] = ()

    @classmethod
    def of_spec(cls, bound: BoundField, spec: Field) -> FieldView:
        """Lay out a field of the toolkit."""
        kind = spec.kind.name
        return cls(
            bound=bound,
            css="c12" if kind in WIDE else "c6" if kind in HALF else "c4",
            shape="table" if spec.columns else _shape(bound.field.widget),
            ref=spec.key,
            required=spec.required,
            advice=_advice(spec.guide_words),
            spec=spec,
        )

    @classmethod
    def of_detail(cls, bound: BoundField, css: str) -> FieldView:
        """Lay out what a disposition asks for."""
        return cls(bound, css, _shape(bound.field.widget))

    @property
    def label(self) -> str:
        """Its label; where the toolkit asks for it, with candidates for marking."""
        return self.spec.html if self.spec else str(self.bound.label)

    @property
    def listed(self) -> tuple[str, ...]:
        """The words of the toolkit in it that take no links: entries of a list that drops down, heads of columns."""
        columns = self.spec.columns if self.spec else ()
        widget = self.bound.field.widget
        lists = [*(c.options for c in columns), widget.option_set if isinstance(widget, Select) else None]
        return (*(column.label for column in columns), *(o.label for found in lists if found for o in found.options))

    @property
    def noted(self) -> tuple[Option, ...]:
        """The choices in it of which the toolkit says what they mean."""
        lists = [self.spec.options, *(column.options for column in self.spec.columns)] if self.spec else []
        return tuple(option for found in lists if found for option in found.options if option.note)

    @property
    def is_rich(self) -> bool:
        """Whether it is a narrative."""
        return isinstance(self.bound.field.widget, RichWidget)

    @property
    def is_yes_no(self) -> bool:
        """Whether its radios fit on one line."""
        return isinstance(self.bound.field.widget, YesNoRadios)

    @property
    def control(self) -> SafeString:
        """The control with its class; errors are linked by the bound field, the unit here."""
        if self.hole is not None:
            return self.hole
        widget = self.bound.field.widget
        wrong = "usa-input--error" if self.bound.errors and self.shape in CLASSES else ""
        names = " ".join(filter(None, (CLASSES.get(self.shape), widget.attrs.get("class"), wrong)))
        attrs: dict[str, str | bool] = {"class": names} if names else {}
        if described := " ".join(self._described):
            attrs["aria-describedby"] = described
        return self.bound.as_widget(attrs=attrs)

    @property
    def hint(self) -> str:
        """How it may be filled in; the usual length of a narrative stands beside its label."""
        return "" if self.is_rich else str(self.bound.help_text)

    @property
    def _described(self) -> Iterator[str]:
        """The ids of what says more about it: what is wrong, its unit, a hint, the length that is usual."""
        if self.bound.errors:
            yield f"{self.bound.auto_id}_error"
        if self.prefix or self.suffix:
            yield f"{self.bound.auto_id}_unit"
        if self.hint:
            yield f"{self.bound.auto_id}_helptext"
        if self.advice:
            yield f"{self.bound.auto_id}-words"

    @property
    def prefix(self) -> str:
        """The unit before a number, such as "$"."""
        return str(getattr(self.bound.field.widget, "prefix", ""))

    @property
    def suffix(self) -> str:
        """The unit behind a number, such as "%"."""
        return str(getattr(self.bound.field.widget, "suffix", ""))


def _advice(words: tuple[int, int] | None) -> str:
    if words is None:
        return ""
    return f"{words[0]} to {words[1]}" if words[0] else f"Up to {words[1]}"


def _shape(widget: forms.Widget) -> str:
    kind = getattr(widget, "input_type", "")
    if kind in {"radio", "checkbox"}:
        return "radios" if kind == "radio" else "checks"
    if isinstance(widget, forms.Textarea):
        return "area"
    return "select" if isinstance(widget, forms.Select) else "line"
