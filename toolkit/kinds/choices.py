"""One or more entries of a list, and yes or no."""

from __future__ import annotations

from typing import Any

from django import forms

from toolkit.display import Fact
from toolkit.errors import Invalid
from toolkit.kinds.base import Kind, Schema, is_empty
from toolkit.types import Field, OptionSet, Spec
from toolkit.widgets import Checkboxes, Radios, Select, YesNoRadios

RADIO_LIMIT = 5
_YES_NO = {"true": True, "yes": True, "false": False, "no": False}


class Choice(Kind):
    """One option, stored as its code."""

    name = "choice"

    def parse(self, spec: Spec, raw: Any) -> str | None:
        return read_code(_options(spec), raw)

    def widget(self, field: Field) -> forms.Widget:
        options = _options(field)
        return Radios(options) if len(options.options) <= RADIO_LIMIT else Select(options)

    def json_schema(self, field: Spec) -> Schema:
        return {"enum": list(_options(field).codes)}

    def text(self, field: Spec, value: Any) -> str:
        return _options(field).label(value)

    def display(self, field: Field, value: Any) -> Fact:
        return Fact(field.label, self.text(field, value), is_ours=True)


class Multi(Kind):
    """Several options, stored as their codes in the order of the list."""

    name = "multi"

    def parse(self, spec: Spec, raw: Any) -> list[str] | None:
        if is_empty(raw):
            return None
        if not isinstance(raw, (list, tuple)):
            raise Invalid("must be a list of options")
        options = _options(spec)
        codes = {code for item in raw if (code := read_code(options, item))}
        return sorted(codes, key=options.position) or None

    def widget(self, field: Field) -> forms.Widget:
        return Checkboxes(_options(field))

    def json_schema(self, field: Spec) -> Schema:
        codes = list(_options(field).codes)
        return {"type": "array", "items": {"enum": codes}, "uniqueItems": True, "minItems": 1}

    def text(self, field: Spec, value: Any) -> str:
        return "; ".join(_options(field).label(code) for code in value)

    def display(self, field: Field, value: Any) -> Fact:
        return Fact(field.label, self.text(field, value), is_ours=True)


class YesNo(Kind):
    """True, false or empty; empty is not "no"."""

    name = "yesno"

    def parse(self, spec: Spec, raw: Any) -> bool | None:
        if is_empty(raw) or isinstance(raw, bool):
            return raw if isinstance(raw, bool) else None
        value = _YES_NO.get(raw.strip().lower()) if isinstance(raw, str) else None
        if value is None:
            raise Invalid("must be yes or no")
        return value

    def widget(self, field: Field) -> forms.Widget:
        return YesNoRadios()

    def json_schema(self, field: Spec) -> Schema:
        return {"type": "boolean"}

    def text(self, field: Spec, value: Any) -> str:
        return "Yes" if value else "No"


def _options(spec: Spec) -> OptionSet:
    if spec.options is None:
        raise TypeError(f"{spec.key} has no list of options")
    return spec.options


def read_code(options: OptionSet, raw: Any) -> str | None:
    """The code of an option, or None if nothing is entered. Raises Invalid."""
    if is_empty(raw):
        return None
    if not isinstance(raw, str):
        raise Invalid("must be one of the listed options, given by its code")
    code = raw.strip()
    if code not in options:
        raise Invalid(f"has no option “{code[:60]}”")
    return code
