"""Filters of the crispy template pack "uswds": they give each widget the classes and links USWDS expects.

A widget may carry ``prefix`` and ``suffix`` (short texts such as "$" or "people"); the pack draws them inside the field.
A widget that draws several controls sets ``use_fieldset``, so that its label becomes a legend, and ``draws_label`` when it
shows the label itself. A field that may be left
blank for now but is asked for sets ``asked_for``, and is marked as required.
"""

from __future__ import annotations

from collections.abc import Iterator

from django import forms, template
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# The first match counts, so a subclass stands before its parent.
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.FileInput, "usa-file-input"),
    (forms.Textarea, "usa-textarea"),
    (forms.DateInput, "usa-input usa-input--date"),
    (forms.MultiWidget, ""),
    (forms.widgets.Input, "usa-input"),
    (forms.Select, "usa-select"),
)


def _class_of(widget: forms.Widget) -> str:
    return next((css for kind, css in CLASSES if isinstance(widget, kind)), "")


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw the widget of a field with its USWDS class and everything that describes it."""
    widget = field.field.widget
    names = [widget.attrs.get("class", ""), _class_of(widget)]
    if field.errors and isinstance(widget, forms.Textarea | forms.Select | forms.TextInput):
        names.append("usa-input--error")
    attrs: dict[str, str | bool] = {}
    if css := " ".join(name for name in names if name):
        attrs["class"] = css
    if (prefix_of(field) or suffix_of(field)) and not field.use_fieldset:
        attrs["aria-describedby"] = " ".join(filter(None, (field.aria_describedby, f"{field.auto_id}_unit")))
    return field.as_widget(attrs=attrs)


@register.filter
def kind(field: BoundField) -> str:
    """How the pack draws the field: "check", "radios", "checks", "group" or "single"."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    return "group" if field.use_fieldset else "single"


@register.filter
def options(field: BoundField) -> Iterator[BoundWidget]:
    """The single radios or checkboxes of a field, each with its USWDS class."""
    shape = "radio" if kind(field) == "radios" else "checkbox"
    for option in field.subwidgets:
        option.data["attrs"]["class"] = f"usa-{shape}__input"
        yield option


@register.filter
def choice(option: BoundWidget) -> SafeString:
    """One radio or checkbox of `options`: the widget's own attributes, without its template for each."""
    data = option.data
    given = {"type": data["type"], "name": data["name"], "value": str(data["value"])}
    return format_html("<input{}>", flatatt(given | data["attrs"]))


@register.filter
def prefix_of(field: BoundField) -> str:
    """The unit before the number, such as "$"."""
    return str(getattr(field.field.widget, "prefix", "") or "")


@register.filter
def suffix_of(field: BoundField) -> str:
    """The unit after the number, such as "%"."""
    return str(getattr(field.field.widget, "suffix", "") or "")


@register.filter
def marked_required(field: BoundField) -> bool:
    """Whether to write "(required)": not when every visible field is, as in a sign-in form."""
    if getattr(field.field, "asked_for", False):
        return True
    return field.field.required and not all(other.field.required for other in field.form.visible_fields())


@register.filter
def error_target(field: BoundField) -> str:
    """The id an error link leads to: the control itself, or the first one of a group."""
    if field.is_hidden:
        return ""
    if kind(field) in ("radios", "checks"):
        first = next(iter(field.subwidgets), None)
        return str(first.id_for_label) if first else f"div_{field.auto_id}"
    return field.id_for_label or f"div_{field.auto_id}"


@register.filter
def problem_count(form: forms.BaseForm) -> int:
    """How many messages the error summary will hold."""
    return sum(len(errors) for errors in form.errors.values())
