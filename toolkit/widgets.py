"""Widgets that edit one field. The template pack adds classes and units (`prefix`, `suffix`).

Controls are drawn here and not by templates: a page shows hundreds of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from toolkit.kinds.base import Kind
    from toolkit.types import OptionSet

Attrs = dict[str, Any]
BLANK = "No answer yet"
YES_NO = (("true", "Yes"), ("false", "No"))


def _attributes(attrs: Attrs) -> str:
    """Attributes of a tag, each with a space before it; what is False or None is left out. Django's own is slower."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in sorted(attrs.items())
        if value is not False and value is not None
    )


@lru_cache(maxsize=4096)
def options_html(options: OptionSet, selected: str) -> SafeString:
    """The `<option>` elements of a list with a blank one first, one of them selected."""
    return _options([("", "Choose one"), *((o.code, o.label) for o in options.options)], selected)


def _options(choices: Iterable[tuple[str, str]], selected: str) -> SafeString:
    return mark_safe(  # noqa: S308 - every part is escaped or ours
        "".join(
            f'<option value="{escape(code)}"{" selected" if code == selected else ""}>{escape(label)}</option>'
            for code, label in choices
        )
    )


class Area(forms.Textarea):
    """A box for text of several lines."""

    def render(self, name: str, value: Any, attrs: Attrs | None = None, renderer: Any = None) -> SafeString:
        built = _attributes({"name": name, **self.build_attrs(self.attrs, attrs)})
        # The browser drops the first line end, so that a text may begin with one.
        return mark_safe(f"<textarea{built}>\n{escape(self.format_value(value) or '')}</textarea>")  # noqa: S308


class Line(forms.TextInput):
    """A box for a short text."""

    def render(self, name: str, value: Any, attrs: Attrs | None = None, renderer: Any = None) -> SafeString:
        typed = self.format_value(value)
        given = {"type": self.input_type, "name": name, **({"value": typed} if typed else {})}
        return mark_safe(f"<input{_attributes({**given, **self.build_attrs(self.attrs, attrs)})}>")  # noqa: S308


class LineInput(Area):
    """One line of text. It is often a full sentence, so the box shows two lines."""

    def __init__(self) -> None:
        super().__init__({"rows": 2, "cols": False, "class": "usa-textarea--2"})


class RichWidget(Area):
    """A narrative. The editor's script takes over textareas with `data-rich`."""

    def __init__(self, guide_words: tuple[int, int] | None = None) -> None:
        attrs: Attrs = {"rows": 8, "cols": False, "class": "usa-textarea--8", "data-rich": "true"}
        if guide_words:
            attrs["data-guide"] = f"{guide_words[0]}-{guide_words[1]}"
        super().__init__(attrs)


class NumberInput(Line):
    """A number, typed the way people write it; the browser's number field would refuse "60,000"."""

    def __init__(self, kind: Kind, *, whole: bool, prefix: str = "", suffix: str = "") -> None:
        self._kind = kind
        self.prefix = prefix
        self.suffix = suffix
        mode = "numeric" if whole else "decimal"
        super().__init__({"inputmode": mode, "autocomplete": "off", "class": "num"})

    def format_value(self, value: Any) -> str:
        return self._kind.typed(value)


class DateInput(Line):
    """A date, written out; the kind reads ISO, US and written-out dates."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        super().__init__({"autocomplete": "off", "data-date": "true"})

    def format_value(self, value: Any) -> str:
        return self._kind.typed(value)


class Choose(forms.Select):
    """One of some choices without groups, drawn without a template for each of them."""

    def render(self, name: str, value: Any, attrs: Attrs | None = None, renderer: Any = None) -> SafeString:
        built = _attributes({"name": name, **self.build_attrs(self.attrs, attrs)})
        selected = "" if value is None else str(value)
        return mark_safe(f"<select{built}>{self.options_html(selected)}</select>")  # noqa: S308

    def options_html(self, selected: str) -> SafeString:
        """The `<option>` elements, one of them selected."""
        return _options(((str(code), str(label)) for code, label in self.choices), selected)


class Select(Choose):
    """One of many options, with a blank one first."""

    def __init__(self, options: OptionSet) -> None:
        self.option_set = options
        super().__init__(choices=[(o.code, o.label) for o in options.options])

    def options_html(self, selected: str) -> SafeString:
        return options_html(self.option_set, selected)


class OptionList(forms.Widget):
    """Options with a control each: the common part of radios and checkboxes."""

    use_fieldset = True
    input_type = ""

    def __init__(self, choices: Iterable[tuple[str, str]]) -> None:
        #: A label that is HTML already keeps its candidates for marking.
        self.choices = tuple((code, conditional_escape(label)) for code, label in choices)
        super().__init__()

    def chosen(self, value: Any) -> frozenset[str]:
        """The codes whose control is checked for a stored or raw value."""
        raise NotImplementedError

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return f"{id_}_{index}" if id_ else id_

    def render(self, name: str, value: Any, attrs: Attrs | None = None, renderer: Any = None) -> SafeString:
        given = dict(attrs or {})
        base_id = given.pop("id", f"id_{name}")
        common = _attributes({k: v for k, v in given.items() if k in ("disabled", "aria-invalid", "form")})
        chosen = self.chosen(value)
        return mark_safe(  # noqa: S308 - every part is escaped or ours
            "".join(
                f'<div class="usa-{self.input_type}"><input class="usa-{self.input_type}__input" '
                f'type="{self.input_type}" id="{escape(base_id)}_{index}" name="{escape(name)}" '
                f'value="{escape(code)}"{" checked" if code in chosen else ""}{common}>'
                f'<label class="usa-{self.input_type}__label" for="{escape(base_id)}_{index}">'
                f"{label}</label></div>"
                for index, (code, label) in enumerate(self.choices)
            )
        )


class Radios(OptionList):
    """One of a few options; the last radio takes the answer back."""

    input_type = "radio"

    def __init__(self, options: OptionSet) -> None:
        super().__init__([*((o.code, o.html) for o in options.options), ("", BLANK)])

    def chosen(self, value: Any) -> frozenset[str]:
        return frozenset({value if isinstance(value, str) else ""})


class YesNoRadios(OptionList):
    """Yes, no, or no answer."""

    input_type = "radio"

    def __init__(self) -> None:
        super().__init__([*YES_NO, ("", BLANK)])

    def chosen(self, value: Any) -> frozenset[str]:
        return frozenset({yes_no_code(value)})


class Checkboxes(OptionList):
    """Any number of options."""

    input_type = "checkbox"

    def __init__(self, options: OptionSet) -> None:
        super().__init__((o.code, o.html) for o in options.options)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        getter = getattr(data, "getlist", None)
        return getter(name) if getter else data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False  # unchecked boxes are not posted

    def chosen(self, value: Any) -> frozenset[str]:
        return frozenset(v for v in value if isinstance(v, str)) if isinstance(value, (list, tuple)) else frozenset()


def yes_no_code(value: Any) -> str:
    """The form's word for a stored or raw yes/no: "true", "false" or ""."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value in ("true", "false") else ""
