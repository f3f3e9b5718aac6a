"""The form of one prompt: how it is answered, and its fields.

Names begin with the prompt's id, dots as dashes: ``pm-ss-target-target_people``. What belongs to the disposition begins
with an underscore, so it never meets a field's key.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.functional import cached_property

from proposals.forms.fields import FieldView
from toolkit.answers import Answer, Disposition, clean_answer, details_of
from toolkit.errors import AnswerErrors
from toolkit.kinds import KINDS
from toolkit.richtext import is_plain, sanitise
from toolkit.types import Prompt
from toolkit.widgets import DateInput, LineInput, Select

#: Posted with every prompt that the page showed; a prompt without it is left as it is stored.
SHOWN = "_shown"
#: Posted with a prompt that was drawn from another revision than the rest of its page.
BASE = "_base"
#: Posted with a prompt whose writer has seen a colleague's version, up to that revision, and decided for the own one.
OVER = "_over"
DISPOSITION = "_disposition"
CHOICES = (
    (Disposition.ANSWERED, "Answer"),
    (Disposition.NA, "Not applicable"),
    (Disposition.NYK, "Not yet known"),
)
#: What each disposition asks for besides fields: control -> key in the stored answer.
DETAILS: dict[str, dict[str, str]] = {
    Disposition.NA: {"_na_reason": "reason", "_na_note": "note"},
    Disposition.NYK: {"_nyk_reason": "reason", "_nyk_owner": "owner", "_nyk_expected": "expected", "_nyk_plan": "plan"},
}
LABELS = {
    "_na_reason": "Why it does not apply",
    "_na_note": "Explanation",
    "_nyk_reason": "Why not yet",
    "_nyk_owner": "Owner",
    "_nyk_expected": "Expected",
    "_nyk_plan": "Plan",
}
WIDTHS = {"_na_reason": "c4", "_na_note": "c8", "_nyk_reason": "c4", "_nyk_owner": "c4", "_nyk_expected": "c4"}
_ONLY_PARAGRAPHS = re.compile(r"(?:<p>(?:[^<]|<br>)*</p>)+")


def prefix_of(prompt_id: str) -> str:
    """Return what the names of a prompt's controls begin with."""
    return prompt_id.replace(".", "-")


def anchor_of(prompt_id: str) -> str:
    """Return the id of a prompt's element on the page."""
    return f"p-{prefix_of(prompt_id)}"


def field_anchor_of(prompt_id: str, key: str) -> str:
    """Return the id of the element around a field, where it can be edited."""
    return f"f-{prefix_of(prompt_id)}-{key}"


def cell_id_of(prompt_id: str, key: str, row_id: str, column_key: str) -> str:
    """Return the id of the control of a cell in a table that can be edited."""
    return f"id_{prefix_of(prompt_id)}-{key}-{row_id}-{column_key}"


def revision_of(text: str) -> int:
    """Return a posted revision; -1, which never was one, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - an int4


def as_typed(stored: str) -> str:
    """Return a narrative as plain text with blank lines where it is nothing but paragraphs, else its HTML."""
    if not _ONLY_PARAGRAPHS.fullmatch(stored):
        return stored
    text = stored.replace("<br>", "\n").replace("</p><p>", "\n\n").removeprefix("<p>").removesuffix("</p>")
    text = html.unescape(text)
    return text if is_plain(text) and sanitise(text) == stored else stored


class PromptForm(forms.Form):
    """One prompt. After `is_valid`, ``answer`` is the cleaned answer (None = blank); a draft may leave anything out."""

    def __init__(self, prompt: Prompt, stored: Answer | None, data: Any = None) -> None:
        self.prompt = prompt
        self.stored = stored
        #: The revision it was drawn from, where that is not the revision of its page.
        self.base: int | None = None
        #: The revision up to which a colleague's version has been seen, and is to be overruled.
        self.over: int | None = None
        self.answer: Answer | None = stored
        super().__init__(data, prefix=prefix_of(prompt.id), use_required_attribute=False)
        for spec in prompt.fields:
            self.fields[spec.key] = spec.kind.form_field(spec)
        for name, widget in self._detail_widgets():
            self.fields[name] = forms.Field(required=False, label=LABELS[name], widget=widget)
        self.initial = self._initial()

    def _detail_widgets(self) -> Iterator[tuple[str, forms.Widget]]:
        yield "_na_reason", Select(self.prompt.na_reasons)
        yield "_na_note", LineInput()
        yield "_nyk_reason", Select(self.prompt.nyk_reasons)
        yield "_nyk_owner", forms.TextInput()
        yield "_nyk_expected", DateInput(KINDS["date"])
        yield "_nyk_plan", LineInput()

    def _initial(self) -> dict[str, Any]:
        if self.stored is None:
            return {}
        fields = dict(self.stored.get("fields", {}))
        for spec in self.prompt.fields:
            if spec.kind.name == "rich" and spec.key in fields:
                fields[spec.key] = as_typed(fields[spec.key])
        known = details_of(self.stored)
        return {**fields, **{name: known[of].get(key) for of in known for name, key in DETAILS[of].items()}}

    @property
    def is_shown(self) -> bool:
        """Whether the page that was posted held this prompt."""
        return f"{self.prefix}-{SHOWN}" in self.data

    @property
    def posted_base(self) -> int | None:
        """The revision that was posted for this prompt alone; None when it is that of its page."""
        return self._posted_revision(BASE)

    @property
    def posted_over(self) -> int | None:
        """The revision up to which the writer decided for the own version; None where nothing was decided."""
        return self._posted_revision(OVER)

    def _posted_revision(self, name: str) -> int | None:
        text = self.data.get(f"{self.prefix}-{name}")
        return None if text is None else revision_of(text)

    @cached_property
    def disposition(self) -> str:
        """How the prompt is answered: as chosen, else implied by fields that are filled, else blank."""
        if not self.is_bound:
            return str(self.stored["disposition"]) if self.stored else Disposition.BLANK.value
        chosen = self.data.get(f"{self.prefix}-{DISPOSITION}", "")
        if chosen:
            return str(chosen)
        filled = any(_says_something(self._posted(spec.key)) for spec in self.prompt.fields)
        return Disposition.ANSWERED.value if filled else Disposition.BLANK.value

    def _posted(self, name: str) -> Any:
        """What was posted for a control; None when it was not on the page."""
        widget = self.fields[name].widget
        return widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    def _clean_fields(self) -> None:
        """Read each field by its kind; a field that was not posted at all keeps what is stored."""
        stored = (self.stored or {}).get("fields", {})
        for spec in self.prompt.fields:
            field = self.fields[spec.key]
            if field.widget.value_omitted_from_data(self.data, self.files, self.add_prefix(spec.key)):
                self.cleaned_data[spec.key] = stored.get(spec.key)
                continue
            try:
                posted = spec.kind.known(self._posted(spec.key), stored.get(spec.key))
                self.cleaned_data[spec.key] = field.clean(posted)
            except forms.ValidationError as error:
                self.add_error(spec.key, error)

    def clean(self) -> dict[str, Any]:
        """Put the answer together. Fields that cannot be read already have their errors."""
        try:
            answer = clean_answer(self.prompt, self._assembled())
        except AnswerErrors as error:
            for path, message in error.errors:
                self.add_error(self._control_of(path), message)
        else:
            self.answer = answer if not self.errors else self.stored
        return self.cleaned_data

    def _assembled(self) -> dict[str, Any]:
        details = {of: self._details(of) for of in DETAILS}
        return {
            "disposition": self.disposition,
            "fields": {key: value for key, value in self.cleaned_data.items() if value is not None},
            **details.pop(self.disposition, {}),
            "kept": details,
        }

    def _details(self, of: str) -> dict[str, Any]:
        """What was posted of a disposition; where the page had none of its controls, what is stored."""
        names = DETAILS[of]
        if all(
            self.fields[name].widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))
            for name in names
        ):
            return details_of(self.stored).get(of, {})
        return {key: self._posted(name) for name, key in names.items()}

    def _control_of(self, path: str) -> str | None:
        """The control an error path such as `pd.timeline.plan.expected` speaks of."""
        key = path.removeprefix(f"{self.prompt.id}.")
        return next((name for name, part in DETAILS.get(self.disposition, {}).items() if part == key), None)

    # --- drawing ----------------------------------------------------------------------------------------------------

    @property
    def choices(self) -> Iterator[tuple[str, str, bool]]:
        """The dispositions: value, words, whether chosen."""
        return ((value.value, words, self.disposition == value) for value, words in CHOICES)

    def details_of(self, disposition: str) -> list[FieldView]:
        """Return what a disposition asks for besides the fields, ready to draw."""
        return [FieldView.of_detail(self[name], WIDTHS.get(name, "c12")) for name in DETAILS[disposition]]

    @property
    def field_views(self) -> list[FieldView]:
        """The prompt's own fields, ready to draw."""
        return [FieldView.of_spec(self[spec.key], spec) for spec in self.prompt.fields]


def _says_something(raw: Any) -> bool:
    """Whether a posted value holds anything: text, a choice, or a row with a cell."""
    if isinstance(raw, list):
        return any(_says_something(item) for item in raw)
    if isinstance(raw, dict):
        return any(_says_something(value) for key, value in raw.items() if key != "_row")
    return bool(raw and raw.strip())
