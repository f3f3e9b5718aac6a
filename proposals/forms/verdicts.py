"""The form for what a division says of a section. It is drawn by hand: the review page has no time for widgets."""

from __future__ import annotations

from django import forms

from proposals.actions.verdicts import LONGEST_REASON
from proposals.status import Verdict


class VerdictForm(forms.Form):
    """A verdict and its private reason."""

    verdict = forms.ChoiceField(
        choices=Verdict.choices,
        error_messages={"required": "Choose a verdict.", "invalid_choice": "Choose a verdict from the list."},
    )
    reason = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        error_messages={"max_length": "This reason has %(show_value)d characters, %(limit_value)d fit. Shorten it."},
    )

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Value, words and whether it is chosen, for each verdict."""
        chosen = self["verdict"].value()
        return [(value, str(label), value == chosen) for value, label in Verdict.choices]
