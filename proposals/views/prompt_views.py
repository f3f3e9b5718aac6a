"""What a page shows of one prompt and of one thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from proposals.examples import has_example
from proposals.forms.fields import FieldView
from proposals.forms.prompts import PromptForm, anchor_of, as_typed
from proposals.models import DraftComment, Thread
from proposals.queries.reading import ReadAnswer, drawn, reason_of
from proposals.status import ThreadStatus
from proposals.views.cards import PassageView
from proposals.views.files import FileView
from proposals.views.prompt_notes import PromptNotes
from proposals.views.replies import UnsavedReply, seen_mark
from toolkit.answers import Disposition
from toolkit.carrying import Offer
from toolkit.conditions import Condition
from toolkit.display import Display, Fact, TableDisplay
from toolkit.findings import Finding
from toolkit.loading import load
from toolkit.marking import IN_LIST, IN_TABLE, aside, listed
from toolkit.richtext import to_text
from toolkit.types import Prompt

SUMMARY_FACTS = 3
SUMMARY_LENGTH = 140
#: A text that begins with a digit and is shorter than this is a number, not a date.
BARE = 10
#: Stands for the control in the frame of a field; the frame is drawn before any answer is in it.
HOLE = mark_safe("\x00")


@dataclass
class PromptView:
    """One prompt on the page, editable or to read."""

    prompt: Prompt
    version: str
    form: PromptForm
    applies: bool
    mark: str
    threads: list[ThreadView]
    findings: list[Finding]
    displays: tuple[Display, ...]
    hidden_fields: frozenset[str]
    offer: Offer | None = None
    files: tuple[FileView, ...] = ()
    notes: PromptNotes | None = None

    @property
    def anchor(self) -> str:
        """The id of the prompt's element."""
        return anchor_of(self.prompt.id)

    @property
    def condition(self) -> str:
        """When the prompt applies, in words."""
        return condition_words(self.version, self.prompt.applies_when)

    @property
    def is_off(self) -> bool:
        """Whether the page does not show it for now, so that a term in it still counts as unused (`toolkit.marking`)."""
        return not (self.applies and self.starts_open)

    @property
    def has_example(self) -> bool:
        """Whether the sample shows an answer to it."""
        return has_example(self.prompt.id)

    @property
    def na_html(self) -> SafeString:
        """What "not applicable" asks for, drawn."""
        return self._details(Disposition.NA)

    @property
    def nyk_html(self) -> SafeString:
        """What "not yet known" asks for, drawn."""
        return self._details(Disposition.NYK)

    def _details(self, disposition: Disposition) -> SafeString:
        is_known = disposition in (self.answer.get("disposition"), *self.answer.get("kept", {}))
        if self.form.is_bound or is_known:
            drawn = _drawn(self.version, self.form, disposition)
            return aside(drawn) if self.is_off or self.form.disposition != disposition else drawn
        return _blank_details(self.version, self.prompt.id, disposition)

    @property
    def fields_html(self) -> SafeString:
        """The prompt's own fields, each with its condition in words. A field without errors is drawn into its frame."""
        drawn = mark_safe("".join(self._field(view) for view in self.form.field_views))  # noqa: S308 - drawn by templates
        return aside(drawn) if self.is_off or self.form.disposition == Disposition.NA else drawn

    def _field(self, field: FieldView) -> str:
        if field.bound.errors:
            return _drawn_field(self, field)
        is_off = field.ref in self.hidden_fields
        return _field_frame(self.version, self.prompt.id, field.ref, is_off).replace(HOLE, field.control)

    @property
    def answer(self) -> dict[str, Any]:
        """The stored answer, for its reason, note and plan."""
        return self.form.stored or {}

    @property
    def reason(self) -> str:
        """The reason of the disposition in words."""
        return reason_of(load(self.version), self.form.stored)

    @property
    def reading(self) -> ReadAnswer:
        """The stored answer to read."""
        return drawn(self.form.stored, self.reason, self.displays)

    @property
    def offered(self) -> ReadAnswer | None:
        """What is offered, to read."""
        return drawn({"disposition": Disposition.ANSWERED}, "", self.offer.displays) if self.offer else None

    @property
    def open_threads(self) -> list[ThreadView]:
        """Its questions that still wait for a reply."""
        return [item for item in self.threads if item.waits]

    @property
    def starts_open(self) -> bool:
        """Whether there is something to do in it (nothing said yet, a question, a finding, an error), or it is alone."""
        unsettled = self.form.disposition == Disposition.BLANK or self.form.is_bound
        alone = len(load(self.version).section(self.prompt.section_id).prompts) == 1
        return unsettled or alone or bool(self.open_threads or self.findings)

    @cached_property
    def summary(self) -> str:
        """The answer in one line."""
        if self.form.stored is None:
            return ""
        facts = [_short(item) for item in self.displays if isinstance(item, Fact)][:SUMMARY_FACTS]
        parts = [*([self.reason] if self.reason else []), *facts, *_sizes(self.displays)]
        return Truncator(". ".join(parts)).chars(SUMMARY_LENGTH, truncate="…")


def _short(fact: Fact) -> str:
    """A fact that can be read without its neighbors: a bare number or a yes needs its label."""
    bare = (fact.text[:1].isdigit() and len(fact.text) < BARE) or fact.text in {"Yes", "No"}
    return f"{fact.label}: {fact.text}" if bare else fact.text


def _sizes(displays: tuple[Display, ...]) -> list[str]:
    rows = sum(len(item.rows) for item in displays if isinstance(item, TableDisplay))
    words = sum(len(to_text(item.html).split()) for item in displays if not isinstance(item, Fact | TableDisplay))
    sizes = ((rows, "row"), (words, "word"))
    return [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in sizes if count]


@dataclass(frozen=True)
class ThreadView:
    """A released thread as the state sees it, with its own drafted reply."""

    thread: Thread
    reply: DraftComment | None
    may_reply: bool
    place: str
    url: str
    passage: PassageView | None
    unsaved: UnsavedReply | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody has drafted a reply to it."""
        return self.thread.status == ThreadStatus.OPEN and self.reply is None

    @property
    def reply_text(self) -> str:
        """What stands in the reply box."""
        if self.unsaved:
            return self.unsaved.typed
        return as_typed(self.reply.body) if self.reply else ""

    @property
    def seen(self) -> str:
        """What tells the stored words of the reply from any others."""
        return seen_mark(self.reply)


@lru_cache(maxsize=512)
def condition_words(version: str, condition: Condition) -> str:
    """Return when something applies, in words for a page without scripts; "" when it always does."""
    toolkit = load(version)
    said = []
    for test in condition.tests:
        prompt_id, _, key = test.ref.partition(":")
        spec = toolkit.prompt(prompt_id).field(key)
        values = " or ".join(
            ("Yes" if value else "No")
            if isinstance(value, bool)
            else spec.options.label(value)
            if spec.options
            else value
            for value in test.values
        )
        said.append(f"“{spec.label}” is {values}")
    return " and ".join(said)


@lru_cache(maxsize=1024)
def _blank_details(version: str, prompt_id: str, disposition: Disposition) -> SafeString:
    """Draw the empty fields of a disposition that nobody chose; they look the same on every page of the prompt."""
    return aside(_drawn(version, PromptForm(load(version).prompt(prompt_id), None), disposition))


@lru_cache(maxsize=2048)
def _field_frame(version: str, prompt_id: str, key: str, is_off: bool) -> str:  # noqa: FBT001 - a key of the cache
    """Draw what stands around the control of a field: the same on every page of the prompt."""
    prompt = load(version).prompt(prompt_id)
    form = PromptForm(prompt, None)
    off = frozenset({key} if is_off else ())
    view = PromptView(
        prompt, version, form, applies=True, mark="", threads=[], findings=[], displays=(), hidden_fields=off
    )
    [field] = [field for field in form.field_views if field.ref == key]
    drawn = _drawn_field(view, replace(field, hole=HOLE))
    return aside(drawn) if is_off else drawn


def _drawn_field(view: PromptView, field: FieldView) -> SafeString:
    condition = condition_words(view.version, view.prompt.field(field.ref).show_when)
    context = {"view": view, "field": replace(_explained(view.version, field), condition=condition)}
    return render_to_string("proposals/partials/field.html", context)


def _drawn(version: str, form: PromptForm, disposition: Disposition) -> SafeString:
    fields = [_explained(version, field) for field in form.details_of(disposition)]
    return render_to_string("proposals/partials/details.html", {"fields": fields})


def _explained(version: str, field: FieldView) -> FieldView:
    """Add what its choices mean, and the terms of art in what takes no links."""
    marker = load(version).marker
    lead = IN_TABLE if field.shape == "table" else IN_LIST
    meanings = tuple((aside(option.html), aside(marker.html(option.note))) for option in field.noted)
    return replace(field, terms=listed(marker, lead, field.listed), meanings=meanings)
