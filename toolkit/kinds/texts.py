"""Text in one line, and narratives."""

from __future__ import annotations

from typing import Any

from django import forms

from toolkit import richtext
from toolkit.display import Narrative
from toolkit.errors import Invalid
from toolkit.kinds.base import Kind, Schema, one_line, plain_text
from toolkit.types import Field, Spec
from toolkit.widgets import LineInput, RichWidget

TEXT_LIMIT = 500
RICH_LIMIT = 200_000


class Text(Kind):
    """One line of up to 500 characters."""

    name = "text"

    def parse(self, spec: Spec, raw: Any) -> str | None:
        return one_line(raw, TEXT_LIMIT)

    def widget(self, field: Field) -> forms.Widget:
        return LineInput()

    def json_schema(self, field: Spec) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}


class Rich(Kind):
    """A narrative in a small vocabulary of HTML."""

    name = "rich"

    def parse(self, spec: Spec, raw: Any) -> str | None:
        text = "" if raw is None else plain_text(raw)
        html = richtext.sanitise(text) if len(text) <= RICH_LIMIT else text
        if max(len(text), len(html)) > RICH_LIMIT:
            raise Invalid(f"has {len(html):,} characters; at most {RICH_LIMIT:,} fit here")
        return html or None

    def widget(self, field: Field) -> forms.Widget:
        return RichWidget(guide_words=field.guide_words)

    def hint(self, field: Field) -> str:
        return "About {} to {} words".format(*field.guide_words) if field.guide_words else ""

    def json_schema(self, field: Spec) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": RICH_LIMIT, "contentMediaType": "text/html"}

    def text(self, field: Spec, value: Any) -> str:
        return richtext.to_text(value)

    def display(self, field: Field, value: Any) -> Narrative:
        return Narrative(field.label, value)
