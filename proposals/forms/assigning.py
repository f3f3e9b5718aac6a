"""The forms that say who works for which division: on one proposal, with its lead, or on all of a state by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms

from icm_portal.accounts.models import User
from proposals.divisions import shown

#: Who works on a proposal for no division has this key, as in the rows.
NONE = ""


class ReviewersForm(forms.Form):
    """Who reviews: a group of people for each division, empty ones too."""

    def __init__(
        self, people: Iterable[User], standing: Mapping[str, Iterable[User]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.divisions = shown(standing.keys())
        for division in self.divisions:
            self._add(division.key, division.label, division.looks_at, standing)
            if division.is_retired:
                # Nobody new works for it; whoever does may be taken off.
                there = set(self.initial[field_name(division.key)])
                field = cast(forms.MultipleChoiceField, self.fields[field_name(division.key)])
                field.choices = [name for name in self._names if name[0] in there]
        self._add(NONE, "No division", "They work on the proposal and give no verdicts.", standing)

    @property
    def _names(self) -> list[tuple[str, str]]:
        return [(key, person.name) for key, person in self.people.items()]

    def _add(self, key: str, label: str, words: str, standing: Mapping[str, Iterable[User]]) -> None:
        names = self._names
        there = [str(person.pk) for person in standing.get(key, ())]
        self.initial[field_name(key)] = there
        self.fields[field_name(key)] = forms.MultipleChoiceField(
            label=label,
            required=False,
            choices=names,
            widget=forms.CheckboxSelectMultiple,
            help_text=words if there or key == NONE else f"{words} Nobody is assigned yet.",
            error_messages={
                "invalid_choice": "Choose people from the list.",
                "invalid_list": "Choose people from the list.",
            },
        )

    @property
    def chosen(self) -> dict[tuple[str, str], User]:
        """Who shall work on it: the person by the key of the division and their own."""
        keys = [division.key for division in self.divisions]
        found = {
            (key, person): self.people[person] for key in [*keys, NONE] for person in self.cleaned_data[field_name(key)]
        }
        divided = {person for key, person in found if key != NONE}
        # Whoever works for a division is not also there without one.
        return {place: person for place, person in found.items() if place[0] != NONE or place[1] not in divided}


class AssignForm(ReviewersForm):
    """Who leads the review of a proposal, and who works on it."""

    def __init__(
        self,
        people: Iterable[User],
        lead: int | None,
        standing: Mapping[str, Iterable[User]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(people, standing, *args, **kwargs)
        self.initial["lead"] = str(lead or "")
        # A review that has a lead keeps one: another person may be named, but not nobody.
        self.fields["lead"] = forms.ChoiceField(
            label="Lead reviewer",
            required=lead is not None,
            choices=self._names if lead is not None else [("", "Nobody yet"), *self._names],
            error_messages={"invalid_choice": "Choose a person from the list."},
        )
        self.order_fields(["lead"])

    @property
    def chosen_lead(self) -> User | None:
        """Who shall lead, if anybody."""
        return self.people.get(self.cleaned_data["lead"])


def field_name(key: str) -> str:
    """Return the name of the field for a division; those without one keep the name the field always had."""
    return f"division-{key}" if key else "reviewers"
