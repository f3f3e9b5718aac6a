"""Forms of clearance: what a team lead asks for, and what a signer says of each section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField

from icm_portal.accounts.models import User
from proposals.actions.clearance import NAME_LIMIT, REASON_LIMIT, Said, Wanted
from proposals.forms.review import LONGEST_ID
from proposals.models import SignOff
from proposals.queries.clearance import Cell
from proposals.snapshot import DIGEST
from proposals.status import MarkKind
from toolkit.types import Section

#: What states usually clear; any other words will do.
USUAL = ("Program", "Finance", "Actuary", "Legal", "Tribal liaison", "Director")
LATER, SIGN, CHANGES = "", MarkKind.SIGNED.value, MarkKind.CHANGES.value
DECISIONS = ((LATER, "Leave as it is"), (SIGN, "Sign"), (CHANGES, "Ask for changes"))
#: A revision that no section has: whoever sends none has seen none.
UNSEEN = -1


class SignerField(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    """A person of the agency."""

    def label_from_instance(self, obj: User) -> str:
        """Name a person with the address, because two may share a name."""
        return f"{obj.name} ({obj.email})"

    def to_python(self, value: Any) -> User | None:
        """Refuse what is no id, or none that a column could hold, before the database is asked for it."""
        text = str(value or "0")
        if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return cast("User | None", super().to_python(value))


class SignOffForm(forms.Form):
    """A sign-off to ask for: its name, who gives it, and for which sections."""

    name = forms.CharField(
        label="What is signed off",
        max_length=NAME_LIMIT,
        widget=forms.TextInput(attrs={"list": "usual-sign-offs", "autocomplete": "off"}),
        help_text="Such as Program, Finance or Legal, or words of your own.",
        error_messages={"required": "Name the sign-off, such as “Finance”."},
    )
    signer = SignerField(
        User.objects.none(),
        label="Who signs",
        empty_label="Choose a person",
        help_text="Anybody of your agency, also those who only read. They are told.",
        error_messages={"required": "Choose who signs.", "invalid_choice": "Choose somebody of your agency."},
    )
    section_keys = forms.MultipleChoiceField(
        label="Only these sections",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leave all empty for every section.",
        error_messages={"invalid_choice": "Choose sections of this proposal."},
    )

    def __init__(self, people: QuerySet[User], sections: Iterable[Section], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(SignerField, self.fields["signer"]).queryset = people
        choices = [(section.id, section.title) for section in sections]
        cast(forms.MultipleChoiceField, self.fields["section_keys"]).choices = choices

    @staticmethod
    def preset(sign_off: SignOff) -> dict[str, Any]:
        """Return the values of a sign-off as it is."""
        return {"name": sign_off.name, "signer": sign_off.signer_id, "section_keys": sign_off.section_keys or []}

    @property
    def wanted(self) -> Wanted:
        """What is asked for."""
        data = self.cleaned_data
        return Wanted(data["name"], data["signer"], data["section_keys"] or None)


@dataclass(frozen=True)
class DecisionLine:
    """A section on the signer's page with its three controls; None where there is nothing to decide."""

    cell: Cell
    decision: BoundField | None = None
    reason: BoundField | None = None
    seen: int = UNSEEN
    files: str = ""


class DecisionsForm(forms.Form):
    """What a signer says of the sections; ``cells`` are those they may decide. Nothing has to be said of any of them."""

    def __init__(self, cells: Sequence[Cell], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Whether anybody saved the sections while they were being decided.
        self.moved = False
        self.cells = {cell.section.id: cell for cell in cells}
        for key, cell in self.cells.items():
            self.fields[f"decision-{key}"] = forms.ChoiceField(
                choices=DECISIONS, required=False, initial=LATER, widget=forms.RadioSelect, label=f"Your decision on {cell.section.title}",
                error_messages={"invalid_choice": "Choose one of the three."},
            )  # fmt: skip
            self.fields[f"reason-{key}"] = forms.CharField(
                required=False, max_length=REASON_LIMIT, label="What should change",
                widget=forms.Textarea({"rows": 3, "cols": False, "class": "usa-textarea--2"}),
            )  # fmt: skip
            self.fields[f"seen-{key}"] = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
            self.fields[f"files-{key}"] = forms.CharField(required=False, max_length=DIGEST)

    def line(self, cell: Cell) -> DecisionLine:
        """Return a section with its controls, if there is anything to decide."""
        key = cell.section.id
        if key not in self.cells:
            return DecisionLine(cell)
        content = cell.content
        return DecisionLine(cell, self[f"decision-{key}"], self[f"reason-{key}"], content.revision, content.seen)

    @property
    def said(self) -> dict[str, Said]:
        """What was said, by section; with the button for all of them, every section left out is signed."""
        said = {}
        for key, cell in self.cells.items():
            kind = self.cleaned_data.get(f"decision-{key}")
            if not kind and "all" in self.data and not cell.is_signed:
                kind = SIGN
            if kind:
                seen = self.cleaned_data.get(f"seen-{key}")
                reason = self.cleaned_data.get(f"reason-{key}", "")
                files = self.cleaned_data.get(f"files-{key}", "")
                said[key] = Said(MarkKind(kind), UNSEEN if seen is None else seen, reason, files)
        return said

    def refuse(self, sentence: str, section_keys: Iterable[str] = (), field: str = "decision") -> None:
        """Show why nothing was stored, beside the sections it is about."""
        keys = [key for key in section_keys if key in self.cells]
        if not keys:
            self.add_error(None, sentence)
        for key in keys:
            self.add_error(f"{field}-{key}", sentence)
