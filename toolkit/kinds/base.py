"""What every kind of field can do. A kind has no state: all it needs comes with the call."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import Any

from django import forms

from toolkit.display import Display, Fact
from toolkit.errors import AnswerErrors, Invalid
from toolkit.forms import FormField
from toolkit.types import Field, Spec

Schema = dict[str, Any]

# Control characters, soft noncharacters and line separators that no text of ours needs.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Kind(ABC):
    """One kind of field or column."""

    name: str
    is_numeric = False

    @abstractmethod
    def parse(self, spec: Spec, raw: Any) -> Any:
        """Read one value: stored form, or None if empty.

        Takes what a form, a JSON document or a YAML file gives. Raises Invalid with the end of a
        sentence that begins with the label.
        """

    @abstractmethod
    def widget(self, field: Field) -> forms.Widget:
        """The widget that edits a field of this kind."""

    @abstractmethod
    def json_schema(self, field: Spec) -> Schema:
        """JSON Schema of a stored value."""

    def clean(self, field: Field, raw: Any) -> Any:
        """Read the value of a field: stored form, or None if empty. Raises AnswerErrors."""
        try:
            return self.parse(field, raw)
        except Invalid as error:
            raise AnswerErrors([("", f"“{field.label}” {error}.")]) from error

    def known(self, raw: Any, stored: Any) -> Any:
        """A posted value with what the stored one knows and the page may have left out."""
        return raw

    def settled(self, rows: list[dict[str, Any]], firm: Collection[str]) -> list[dict[str, Any]]:
        """Rows brought together from two people, with what must hold between them; those named in ``firm`` stay."""
        return rows

    def is_answered(self, value: Any) -> bool:
        """Whether a stored value says anything. False is an answer, an empty list is none."""
        return value not in (None, "", [])

    def text(self, field: Spec, value: Any) -> str:
        """Plain text of a stored value: for comparison, search and cells of tables."""
        return str(value)

    def display(self, field: Field, value: Any) -> Display:
        """What page and packet draw of a stored value."""
        return Fact(field.label, self.text(field, value))

    def form_field(self, field: Field) -> FormField:
        """The form field, never required: a draft may leave anything out."""
        return FormField(field, self.widget(field), self.hint(field))

    def hint(self, field: Field) -> str:
        """A short hint under the label, or ""."""
        return ""

    def typed(self, value: Any) -> str:
        """A stored value the way a person would type it; raw text and None as they are."""
        return "" if value is None else str(value)


def plain_text(raw: Any) -> str:
    """Text that can be stored: NFC, line ends as one character, no control characters.

    Raises Invalid for anything but text, and for text with NUL or broken UTF-8.
    """
    if not isinstance(raw, str):
        raise Invalid("must be text")
    if _UNSTORABLE.search(raw):
        raise Invalid("contains characters that cannot be stored; please type it again")
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def one_line(raw: Any, limit: int) -> str | None:
    """Text in one line of at most `limit` characters, or None if empty. Raises Invalid."""
    text = re.sub(r"\s*[\n\t\u2028\u2029]\s*", " ", plain_text(raw)).strip() if raw is not None else ""
    if len(text) > limit:
        raise Invalid(f"has {len(text):,} characters; at most {limit:,} fit here")
    return text or None


def lines(raw: Any, limit: int) -> str | None:
    """Text of several lines and at most `limit` characters, or None if empty. Raises Invalid."""
    text = plain_text(raw).strip() if raw is not None else ""
    if len(text) > limit:
        raise Invalid(f"has {len(text):,} characters; at most {limit:,} fit here")
    return text or None


def is_empty(raw: Any) -> bool:
    """Whether a raw value means "nothing entered"."""
    return raw is None or (isinstance(raw, str) and not raw.strip())
