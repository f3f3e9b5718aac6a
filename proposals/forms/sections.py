"""The form of one section: its prompts, what could be read of them, and what could not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from proposals.forms.prompts import PromptForm, revision_of
from toolkit.answers import Answer, Answers
from toolkit.table_widget import TableWidget, row_action
from toolkit.types import Section


@dataclass(frozen=True)
class RowPlace:
    """Where a row button worked: the table as `prompt:field`, the element to go to, and whether it added a row."""

    ref: str
    anchor: str
    is_addition: bool


@dataclass(frozen=True)
class Problem:
    """One thing that could not be read: the sentence, and the control it is about."""

    message: str
    target: str


class SectionForm:
    """All prompts of a section; each is read on its own, so one unreadable answer keeps no other from being saved."""

    def __init__(self, section: Section, answers: Answers, data: Any = None) -> None:
        self.section = section
        self.data: Any = {} if data is None else data
        self.forms: dict[str, PromptForm] = {}
        #: Prompts that are not to be saved now, because the person wants to edit them once more.
        self.held_back: Collection[str] = ()
        for prompt in section.prompts:
            stored = answers.get(prompt.id)
            form = PromptForm(prompt, stored, data)
            self.forms[prompt.id] = form if not form.is_bound or form.is_shown else PromptForm(prompt, stored)

    @property
    def base_revision(self) -> int:
        """The revision the page was drawn from; -1 when the browser sent none."""
        return revision_of(self.data.get("base_revision", ""))

    def bases(self) -> dict[str, int]:
        """Return the revisions of the prompts that were drawn from another one than the page."""
        posted = {key: form.posted_base for key, form in self.forms.items() if form.is_bound}
        return {key: base for key, base in posted.items() if base is not None}

    def over(self) -> dict[str, int]:
        """Return the revisions up to which the writer decided for the own version of single prompts."""
        posted = {key: form.posted_over for key, form in self.forms.items() if form.is_bound}
        return {key: revision for key, revision in posted.items() if revision is not None}

    @property
    def row_action(self) -> str:
        """The name of the row button that was pressed without scripts, or "" for a plain save."""
        return row_action(self.data)

    def changes(self) -> dict[str, Answer | None]:
        """Return the answers that could be read, by prompt id, of the prompts the page held."""
        return {
            key: form.answer
            for key, form in self.forms.items()
            if form.is_bound and key not in self.held_back and form.is_valid()
        }

    def problems(self) -> list[Problem]:
        """Return what could not be read, in the order of the page."""
        return [problem for form in self.forms.values() if form.is_bound for problem in problems_of(form)]

    @property
    def unreadable(self) -> list[PromptForm]:
        """The prompts that could not be saved."""
        return [form for form in self.forms.values() if form.is_bound and not form.is_valid()]

    @property
    def unreadable_count(self) -> int:
        """How many prompts could not be saved."""
        return len(self.unreadable)

    def fresh(self, answers: Answers, typed: Collection[str] = ()) -> SectionForm:
        """Return the form on what is stored now; unreadable prompts and those named keep what was typed in them.

        Those that keep it also keep the revision they were drawn from, and what was decided about a colleague's version:
        a newer one is still a conflict.
        """
        again = SectionForm(self.section, answers)
        kept = {form.prompt.id: form for form in self.unreadable} | {key: self.forms[key] for key in typed}
        bases, over = self.bases(), self.over()
        for key, form in kept.items():
            form.base, form.over = bases.get(key, self.base_revision), over.get(key)
        again.forms |= kept
        return again

    # --- row buttons of a browser without scripts -------------------------------------------------------------------

    def tables(self) -> Iterator[tuple[str, PromptForm, str]]:
        """Yield every table: its reference, its form and the key of its field."""
        for prompt_id, form in self.forms.items():
            for spec in form.prompt.fields:
                if spec.columns:
                    yield f"{prompt_id}:{spec.key}", form, spec.key

    def place_of(self, action: str) -> RowPlace:
        """Return where the row button of that name worked."""
        for ref, form, key in self.tables():
            if action.startswith(f"{form.add_prefix(key)}-"):
                return RowPlace(ref, f"{form[key].auto_id}-table", action.endswith("-ADD"))
        return RowPlace("", "main", False)

    def add_row(self, ref: str) -> None:
        """Show an empty row at the end of the table named by `prompt:field`; unknown names change nothing."""
        for table, form, key in self.tables():
            if table == ref:
                form.initial[key] = [*form.initial.get(key, []), {}]


def problems_of(form: PromptForm) -> Iterator[Problem]:
    """Yield what could not be read of one prompt."""
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
