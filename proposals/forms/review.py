"""Forms for words between and inside the two sides: notes, comments, replies, releases, decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from icm_portal.accounts.models import Membership
from proposals.actions.anchoring import LONGEST_QUOTE
from proposals.actions.discussing import LONGEST, LONGEST_REASON, Claimed, Place
from proposals.diff import PromptChange
from proposals.models import DraftComment
from proposals.passages import Reading
from proposals.status import Outcome, ThreadKind, ThreadStatus
from toolkit.types import Prompt, Section, Toolkit
from toolkit.widgets import Area, Choose

#: A cover text is a greeting and a few sentences.
COVER_LIMIT = 4000
#: The digits of the largest number that every database stores.
LONGEST_ID = 18
#: Between a prompt and a row of its tables, in the value of a place.
ROW_MARK = "#"


def _area(rows: int, css: str = "") -> Area:
    return Area({"rows": rows, "cols": False, "class": css})


class WordsForm(forms.Form):
    """Words, and nothing else."""

    body = forms.CharField(label="Text", widget=_area(6), error_messages={"required": "Write something first."})

    def clean_body(self) -> str:
        """Refuse what an action would refuse, beside the field."""
        body: str = self.cleaned_data["body"]
        if len(body) > LONGEST:
            raise ValidationError(
                f"This text has {len(body):,} characters, {LONGEST:,} fit. Shorten it, or split it in two."
            )
        return body


class ReplyForm(WordsForm):
    """A reply of the state, with the answers that were changed for the question, or why none was.

    ``changes`` are the answers that differ from what CMS asked about. A form without `CLAIMS` says nothing of them.
    """

    #: The name of the hidden field that says that the boxes were on the page: unticked ones are not sent.
    CLAIMS = "claims"

    changed = forms.MultipleChoiceField(
        label="Answers you changed for it", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the answers reads again as it did when CMS asked. Choose anew."},
    )  # fmt: skip
    no_change = forms.CharField(
        label="No answer changed, because", required=False, max_length=LONGEST_REASON,
        widget=_area(2, "usa-textarea--2"),
    )  # fmt: skip

    def __init__(self, changes: Iterable[PromptChange], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        changed = self.fields["changed"]
        if isinstance(changed, forms.MultipleChoiceField):
            changed.choices = [(item.prompt.id, f"{item.prompt.number}. {item.prompt.label}") for item in changes]

    def clean(self) -> None:
        """Take answers or a reason, not both."""
        super().clean()
        if self.cleaned_data.get("changed") and self.cleaned_data.get("no_change"):
            self.add_error("no_change", "Choose the answers you changed, or say why none changed. Not both.")

    @property
    def claimed(self) -> Claimed | None:
        """What the reply claims; ``None`` for a page that did not ask."""
        if self.CLAIMS not in self.data:
            return None
        return Claimed(tuple(self.cleaned_data["changed"]), self.cleaned_data["no_change"])


class PlacedForm(WordsForm):
    """Words about the whole proposal, a section, a prompt of it or a row in a table of that.

    ``section`` is the section the page shows; its prompts are offered as places, and with a ``reading`` of the frozen
    round the rows of their tables. After `is_valid`, `place` is where the words belong.
    """

    about = forms.ChoiceField(label="About", required=False, widget=Choose)

    def __init__(
        self, toolkit: Toolkit, section: Section | None, *args: Any, reading: Reading | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.toolkit = toolkit
        self.section = section
        self.reading = reading
        about = self.fields["about"]
        if isinstance(about, forms.ChoiceField):
            about.choices = self.places()

    def places(self) -> list[tuple[str, str]]:
        """Return where the words may belong."""
        whole = [("", "The whole proposal")]
        if self.section is None:
            return whole
        prompts = (place for prompt in self.section.prompts for place in self._places_of(prompt))
        return [(self.section.id, "This section"), *prompts, *whole]

    def _places_of(self, prompt: Prompt) -> Iterator[tuple[str, str]]:
        yield prompt.id, f"{prompt.number}. {prompt.label}"
        for row in self.reading.rows(prompt.id) if self.reading else ():
            yield f"{prompt.id}{ROW_MARK}{row.id}", f"{prompt.number}. {row.name}"

    @property
    def place(self) -> Place:
        """Where the words belong."""
        about, _, row_id = self.cleaned_data["about"].partition(ROW_MARK)
        if not about:
            return Place()
        try:
            return Place(self.toolkit.prompt(about).section_id, about, row_id)
        except KeyError:
            return Place(about)


def _quote_field() -> forms.CharField:
    return forms.CharField(
        label="Passage you mean (copy it here)",
        required=False,
        validators=[MaxLengthValidator(LONGEST_QUOTE)],
        widget=_area(2, "usa-textarea--2"),
    )


class NoteForm(PlacedForm):
    """A note inside one's own agency; a membership with a ``limit`` writes about its sections only.

    Only where a ``reading`` is given can a passage of it be quoted. ``colleagues`` may be pointed to the note.
    """

    quote = _quote_field()
    tell = forms.MultipleChoiceField(
        label="Tell colleagues",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Somebody you chose no longer works on notes here. Choose again."},
    )

    def __init__(
        self,
        toolkit: Toolkit,
        section: Section | None,
        *args: Any,
        limit: Collection[str] | None = None,
        colleagues: Collection[Membership] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(toolkit, section, *args, **kwargs)
        if self.reading is None:
            del self.fields["quote"]
        self._offer(colleagues)
        about = self.fields["about"]
        if limit is None or not isinstance(about, forms.ChoiceField):
            return
        about.required = True
        if section and section.id in limit:
            about.choices = [choice for choice in self.places() if choice[0]]
        else:
            about.choices = [(item.id, item.title) for item in toolkit.sections if item.id in limit]

    def _offer(self, colleagues: Collection[Membership]) -> None:
        tell = self.fields["tell"]
        if not colleagues:
            del self.fields["tell"]
        elif isinstance(tell, forms.MultipleChoiceField):
            tell.choices = [(str(member.user_id), member.user.name) for member in colleagues]


class CommentForm(PlacedForm):
    """A comment to the state, with what CMS wants and the passage it is about."""

    kind = forms.ChoiceField(
        label="Kind", choices=ThreadKind.choices, widget=forms.RadioSelect, initial=ThreadKind.QUESTION
    )
    quote = _quote_field()


class ReasonForm(forms.Form):
    """Why a thread is resolved or open again; only the latter must be said."""

    status = forms.ChoiceField(choices=[(ThreadStatus.RESOLVED, ""), (ThreadStatus.ANSWERED, "")])
    body = forms.CharField(
        label="Reason",
        required=False,
        widget=_area(3),
        validators=[
            MaxLengthValidator(LONGEST_REASON, f"This reason is longer than {LONGEST_REASON:,} characters. Shorten it.")
        ],
    )


class DropForm(forms.Form):
    """Why a colleague's drafted comment is dropped."""

    body = forms.CharField(
        label="Reason",
        widget=_area(3),
        validators=[
            MaxLengthValidator(LONGEST_REASON, f"This reason is longer than {LONGEST_REASON:,} characters. Shorten it.")
        ],
        error_messages={"required": "Say in a sentence why it is dropped."},
    )


class MergeForm(WordsForm):
    """Which drafted comments become one, and its words and kind."""

    drafts = forms.MultipleChoiceField(
        label="Comments that become one",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least two comments.",
            "invalid_choice": "A comment was dropped or already released meanwhile. Look at the list again.",
        },
    )
    kind = forms.ChoiceField(label="Kind", choices=ThreadKind.choices, widget=forms.RadioSelect)

    def __init__(self, drafts: Iterable[DraftComment], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["drafts"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(draft.pk), draft.author.name) for draft in drafts]


class DraftForm(WordsForm):
    """The words and the kind of a drafted comment."""

    kind = forms.ChoiceField(label="Kind", choices=ThreadKind.choices, widget=forms.RadioSelect)


def _due_field() -> forms.DateField:
    return forms.DateField(
        label="Due date",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Give the state a due date.", "invalid": "Enter the due date, such as 3/14/2027."},
    )


class ReleaseForm(forms.Form):
    """What one round of questions holds: which drafts, which sections reopen, until when, and the covering words."""

    include = forms.MultipleChoiceField(required=False)
    sections = forms.MultipleChoiceField(required=False)
    due_on = _due_field()
    cover_text = forms.CharField(
        label="Covering words",
        required=False,
        validators=[MaxLengthValidator(COVER_LIMIT)],
        widget=_area(4),
        help_text="Shown to the state above the questions.",
    )

    def __init__(self, drafts: Iterable[DraftComment], sections: Iterable[Section], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = "A comment was dropped or already released meanwhile. Look at the list again."
        self._choose("include", [(str(draft.pk), "") for draft in drafts], gone)
        chosen = [(section.id, section.title) for section in sections]
        self._choose("sections", chosen, "Choose a section of this round.")

    def _choose(self, name: str, choices: list[tuple[str, str]], refusal: str) -> None:
        field = self.fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = choices
            field.error_messages["invalid_choice"] = refusal

    @staticmethod
    def preset(drafts: Collection[DraftComment], sections: Iterable[str], due_on: date) -> dict[str, Any]:
        """Return the values of a release nobody has touched: everything is asked, its sections reopen."""
        return {
            "include": [str(draft.pk) for draft in drafts],
            "sections": list(sections),
            "due_on": due_on,
        }


class DecisionForm(forms.Form):
    """The outcome and the letter."""

    outcome = forms.ChoiceField(
        label="Outcome",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the outcome."},
    )
    letter = forms.CharField(
        label="Letter to the state",
        widget=_area(14, "usa-textarea--8"),
        error_messages={"required": "Write the letter to the state."},
    )


class ReopenForm(forms.Form):
    """Why a concluded proposal opens again, which sections, and until when."""

    reason = forms.CharField(
        label="Reason",
        widget=_area(4),
        validators=[MaxLengthValidator(COVER_LIMIT)],
        help_text="Both sides read it.",
        error_messages={"required": "Give a reason in a sentence or two."},
    )
    sections = forms.MultipleChoiceField(
        label="Sections that reopen",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one section that the state may change."},
    )
    due_on = _due_field()

    def __init__(self, sections: Iterable[Section], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sections"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(section.id, section.title) for section in sections]
