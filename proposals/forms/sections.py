"""The form of one section: its prompts, what could be read of them, and what could not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from proposals.forms.prompts import PromptForm
from toolkit.answers import Answer, Answers
from toolkit.table_widget import TableWidget, row_action
from toolkit.types import Section


@dataclass(frozen=True)
class Problem:
    """One thing that could not be read: the sentence, and the control it is about."""

    message: str
    target: str


class SectionForm:
    """All prompts of a section; each is read on its own, so one unreadable answer keeps no other from being saved."""

    def __init__(self, section: Section, answers: Answers, data: Any = None) -> None:
        self.section = section
        self.is_bound = data is not None
        self.data: Any = {} if data is None else data
        self.forms: dict[str, PromptForm] = {}
        for prompt in section.prompts:
            stored = answers.get(prompt.id)
            form = PromptForm(prompt, stored, data)
            self.forms[prompt.id] = form if not form.is_bound or form.is_shown else PromptForm(prompt, stored)

    @property
    def base_revision(self) -> int:
        """The revision the page was drawn from; -1 when the browser sent none."""
        text = self.data.get("base_revision", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - an int4

    @property
    def row_action(self) -> str:
        """The name of the row button that was pressed without scripts, or "" for a plain save."""
        return row_action(self.data)

    def changes(self) -> dict[str, Answer | None]:
        """Return the answers that could be read, by prompt id, of the prompts the page held."""
        return {key: form.answer for key, form in self.forms.items() if form.is_bound and form.is_valid()}

    def problems(self) -> list[Problem]:
        """Return what could not be read, in the order of the page."""
        return [problem for form in self.forms.values() if form.is_bound for problem in _problems(form)]

    @property
    def unreadable(self) -> list[PromptForm]:
        """The prompts that could not be saved."""
        return [form for form in self.forms.values() if form.is_bound and not form.is_valid()]

    def fresh(self, answers: Answers) -> SectionForm:
        """Return the form on what is stored now; prompts that could not be read keep what was typed in them."""
        again = SectionForm(self.section, answers)
        again.forms |= {form.prompt.id: form for form in self.unreadable}
        return again


def _problems(form: PromptForm) -> Iterator[Problem]:
    for key, messages in form.errors.items():
        if key == "__all__":
            yield from (Problem(str(message), f"p-{form.prefix}") for message in messages)
            continue
        bound = form[key]
        widget = bound.field.widget
        if isinstance(widget, TableWidget) and widget.errors:
            yield from (
                Problem(message, f"{bound.auto_id}-{row_id}-{column}")
                for (row_id, column), message in widget.errors.items()
            )
        else:
            target = bound.field.widget.id_for_label(bound.auto_id)
            yield from (Problem(str(message), target) for message in messages)


def carried_over(data: Mapping[str, Any], leave_out: set[str]) -> list[tuple[str, str]]:
    """Return everything that was posted as (name, value) pairs, but for the names left out."""
    lists = data.lists() if hasattr(data, "lists") else ((key, [value]) for key, value in data.items())
    return [(name, value) for name, values in lists if name not in leave_out for value in values]
