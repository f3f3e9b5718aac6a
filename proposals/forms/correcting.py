"""What a site administrator types: a number to find, and why something is put right."""

from __future__ import annotations

from typing import Any

from django import forms

from icm_portal.accounts.models import Agency, Side
from proposals.forms.details import ReasonForm


class FindForm(forms.Form):
    """The number of a proposal."""

    number = forms.CharField(
        label="Number of the proposal",
        max_length=24,
        error_messages={
            "required": "Enter the number, for example OH-ICM-0001.",
            "max_length": "A number has at most 24 characters. Check it.",
        },
    )


class QuestionForm(forms.Form):
    """The number of a question: the 4 of "Q4"."""

    question = forms.IntegerField(
        label="Number of the question",
        min_value=1,
        max_value=99_999,
        error_messages={
            "required": "Enter the number of the question, for example 4 for Q4.",
            "invalid": "Enter the number only, for example 4 for Q4.",
            "min_value": "Questions are numbered from 1.",
            "max_value": "There are not so many questions.",
        },
    )


class MoveForm(ReasonForm):
    """The state agency that gets a proposal, and why."""

    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(),
        to_field_name="code",
        label="New agency",
        empty_label="Choose an agency",
        error_messages={
            "required": "Choose the agency that gets the proposal.",
            "invalid_choice": "Choose an agency from the list.",
        },
    )
    field_order = ("agency", "reason")

    def __init__(self, *args: Any, now_with: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = Agency.objects.filter(side=Side.STATE).exclude(pk=now_with.pk).order_by("name", "pk")
        self.fields["agency"].queryset = self.others  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Agency | None:
        """The agency that is chosen so far, sent or in the address; any other words choose none."""
        code = self["agency"].value()
        return next((agency for agency in self.others if agency.code == code), None)
