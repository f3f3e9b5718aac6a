"""Forms of early looks: what a state shares with whom, and advice on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from proposals.actions.discussing import Place
from proposals.actions.early import LONGEST_WISH, MOST_DAYS, MOST_READERS, MOST_SECTIONS, EarlyWish
from proposals.forms.review import WordsForm
from toolkit.types import Prompt, Section
from toolkit.widgets import Area, Choose

#: Ten addresses of the greatest length.
LONGEST_LIST = 2_600
SHOWN_WRONG = 80


class EarlyForm(forms.Form):
    """Which sections are shared, who at CMS may read them, until when, and what the state wants to hear."""

    sections = forms.MultipleChoiceField(
        label="Sections to share",
        widget=forms.CheckboxSelectMultiple,
        help_text=f"Up to {MOST_SECTIONS}. Only their answers are shared: no files, no notes, no sign-offs, no history.",
        error_messages={
            "required": "Choose at least one section.",
            "invalid_choice": "Choose sections of this proposal in which something is asked.",
        },
    )
    reviewers = forms.CharField(
        label="Reviewers at CMS",
        widget=Area({"rows": 3, "cols": False, "class": "usa-textarea--2"}),
        validators=[MaxLengthValidator(LONGEST_LIST)],
        help_text=f"Their work e-mail addresses, one in a line, up to {MOST_READERS}. Agree with them first.",
        error_messages={"required": "Name at least one reviewer at CMS."},
    )
    ends_on = forms.DateField(
        label="Last day",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=f"Up to {MOST_DAYS} days ahead. You can end it earlier at any time.",
        error_messages={"required": "Say until when.", "invalid": "Enter the last day, such as 3/14/2027."},
    )
    wanted = forms.CharField(
        label="What advice you want",
        widget=Area({"rows": 4, "cols": False}),
        validators=[
            MaxLengthValidator(LONGEST_WISH, f"This text is longer than {LONGEST_WISH:,} characters. Shorten it.")
        ],
        error_messages={"required": "Say in a few words what you want to hear."},
    )

    def __init__(self, sections: Iterable[Section], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sections"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(section.id, section.title) for section in sections]

    def clean_reviewers(self) -> list[str]:
        """Return the addresses; people also put commas between them."""
        found = self.cleaned_data["reviewers"].replace(",", " ").replace(";", " ").split()
        for address in found:
            if "@" not in address.strip("@"):
                raise ValidationError(f"“{address[:SHOWN_WRONG]}” is not an e-mail address.")
        return list(found)

    @staticmethod
    def preset(ends_on: date) -> dict[str, Any]:
        """Return the values of a form nobody has touched."""
        return {"ends_on": ends_on}

    @property
    def wish(self) -> EarlyWish:
        """What the state wants."""
        data = self.cleaned_data
        return EarlyWish(data["sections"], data["reviewers"], data["ends_on"], data["wanted"])


class AdviceForm(WordsForm):
    """Advice on a shared section, or on a prompt that stands in it."""

    about = forms.ChoiceField(
        label="About", widget=Choose, error_messages={"invalid_choice": "Choose something that is shared with you."}
    )

    def __init__(self, section: Section, prompts: Iterable[Prompt], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        about = self.fields["about"]
        if isinstance(about, forms.ChoiceField):
            shown = [(prompt.id, f"{prompt.number}. {prompt.label}") for prompt in prompts]
            about.choices = [(section.id, "This section"), *shown]

    @property
    def place(self) -> Place:
        """Where the advice belongs."""
        about = self.cleaned_data["about"]
        return Place(self.section.id, "" if about == self.section.id else about)
