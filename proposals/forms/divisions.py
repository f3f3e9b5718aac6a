"""The forms for one division of CMS."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from proposals.models import Division


class DivisionForm(forms.Form):
    """A division to add: its name, and what it looks at."""

    name = forms.CharField(
        max_length=40,
        label="Name",
        help_text="As in “Verdict of quality”.",
        error_messages={"required": "Give the division a name."},
    )
    looks_at = forms.CharField(
        max_length=200,
        required=False,
        label="What it looks at",
        help_text="One sentence, read where reviewers are assigned.",
    )


class ChangeDivisionForm(DivisionForm):
    """A division as it stands, with its place among those that review; a retired one has none."""

    def __init__(self, division: Division, at_work: list[Division], data: QueryDict | None) -> None:
        given = {"name": division.name, "looks_at": division.looks_at}
        places = [(str(number), str(number)) for number in range(1, len(at_work) + 1)]
        if division in at_work:
            given["place"] = str(at_work.index(division) + 1)
        super().__init__(data, initial=given)
        if division in at_work:
            self.fields["place"] = forms.ChoiceField(
                label="Place in lists",
                choices=places,
                error_messages={"invalid_choice": "Choose a place from the list."},
            )

    @property
    def place(self) -> int:
        """The place that was chosen."""
        return int(self.cleaned_data.get("place", 1))
