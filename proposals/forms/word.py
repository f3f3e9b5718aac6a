"""A Word file to read in, and the prompt that each piece of it goes to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from proposals.forms import grouped
from proposals.forms.details import DetailsForm
from proposals.word.matching import targets
from proposals.word.pieces import Piece


class WordFileForm(forms.Form):
    """One Word file."""

    file = forms.FileField(
        label="Word file",
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".docx", "class": "usa-input"}),
        error_messages={"required": "Choose a Word file first.", "invalid": "Choose a Word file first."},
    )


class MatchForm(DetailsForm):
    """Title and type of model of the new proposal, and a prompt for each piece; "" keeps it aside."""

    def __init__(
        self, *args: Any, pieces: Sequence[Piece], proposed: Sequence[str], version: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pieces, self.version = pieces, version
        self.places = list(proposed)
        self.wrong: set[int] = set()

    def clean(self) -> dict[str, Any]:
        """Read the choices; one that the page does not offer is named and keeps its proposal."""
        known = targets(self.version)
        for number, piece in enumerate(self.pieces):
            chosen = self.data.get(name_of(number), "")
            if chosen and chosen not in known:
                self.wrong.add(number)
                self.add_error(None, f"Choose a prompt from the list for “{piece.heading or 'the beginning'}”.")
            else:
                self.places[number] = chosen
        return self.cleaned_data

    @property
    def rows(self) -> list[tuple[int, Piece, SafeString, bool]]:
        """What the page draws of each piece: its number, itself, the choices, and whether it is proposed a prompt."""
        return [
            (number, piece, options(self.version, self.places[number]), bool(self.places[number]))
            for number, piece in enumerate(self.pieces)
        ]


def name_of(number: int) -> str:
    """The name of the control of a piece."""
    return f"piece-{number}"


@lru_cache(maxsize=256)
def options(version: str, chosen: str) -> SafeString:
    """Draw the prompts by section, one of them chosen. A page has a hundred of these lists, so they are kept."""
    groups = groupby(targets(version).values(), key=lambda target: target.section)
    prompts = [(section, [(target.prompt.id, target.prompt.label) for target in found]) for section, found in groups]
    return grouped.options([("", "Keep aside"), *prompts], chosen)


class PlaceForm(forms.Form):
    """A piece that was kept aside, by its number among all pieces of the file, and the prompt it is to go to."""

    piece = forms.IntegerField(min_value=0)
    place = forms.CharField(required=False, max_length=60)

    def __init__(self, *args: Any, places: Sequence[str], version: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places, self.version = places, version

    def clean_piece(self) -> int:
        """Take a piece of the file."""
        number = int(self.cleaned_data["piece"])
        if number >= len(self.places):
            raise forms.ValidationError("This file has no such piece.")
        return number

    def clean_place(self) -> str:
        """Take a prompt that the page offers."""
        place = str(self.cleaned_data["place"])
        if place not in targets(self.version):
            raise forms.ValidationError("Choose a prompt from the list first.")
        return place
