"""The small forms of the state's pages: a new proposal, the filters of the list, signing, and giving a reason."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from icm_portal.accounts.models import Agency
from proposals.actions.submitting import ATTESTATION
from proposals.models import Proposal
from proposals.status import Status
from toolkit.loading import CURRENT_VERSION, load
from toolkit.widgets import Choose

REASON_LIMIT = 2_000
SUMMARY_LIMIT = 20_000


def model_types() -> list[tuple[str, str]]:
    """Return the types of model in the current toolkit, for choices."""
    return [(option.code, option.label) for option in load().option_sets["model_type"].options]


def model_label(proposal: Proposal) -> str:
    """Return the type of a proposal's model in words; "" when none was chosen."""
    if not proposal.model_type:
        return ""
    return load(proposal.toolkit_version).option_sets["model_type"].label(proposal.model_type)


class CopyField(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    """An own earlier proposal to begin with."""

    def label_from_instance(self, obj: Proposal) -> str:
        """Name a proposal by its title and number."""
        return f"A copy of {obj.title} ({obj.number})"


class DetailsForm(forms.Form):
    """Title and type of model."""

    title = forms.CharField(
        max_length=200, label="Name of the program", help_text="You can change it whenever the proposal is with you."
    )
    model_type = forms.ChoiceField(
        required=False, label="Type of model", help_text="The closest one. Part 1 asks for details."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["model_type"]).choices = [("", "Not decided yet"), *model_types()]


class NewProposalForm(DetailsForm):
    """A proposal to start: empty, or with the answers of an earlier proposal of the same agency."""

    copy_of = CopyField(
        Proposal.objects.none(),
        required=False,
        label="Begin with",
        empty_label="An empty proposal",
        help_text="A copy takes over the answers. Questions, rounds and history stay with the earlier proposal.",
    )
    sections = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Sections to take over",
        help_text="Only for a copy. The others begin empty.",
    )

    def __init__(self, *args: Any, own: QuerySet[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(CopyField, self.fields["copy_of"]).queryset = own.filter(toolkit_version=CURRENT_VERSION)
        choices = [(section.id, section.title) for section in load().sections]
        cast(forms.MultipleChoiceField, self.fields["sections"]).choices = choices
        self.initial.setdefault("sections", [key for key, _ in choices])

    def clean(self) -> dict[str, Any]:
        """A copy of nothing is an empty proposal, and has to be chosen as such."""
        found = super().clean() or self.cleaned_data
        if found.get("copy_of") and "sections" in found and not found["sections"]:
            self.add_error("sections", "Choose at least one section to take over, or begin with an empty proposal.")
        return found


class ListFilterForm(forms.Form):
    """What the list of proposals is narrowed to; unreadable values are ignored one by one."""

    q = forms.CharField(required=False, max_length=200, label="Title or number")
    status = forms.ChoiceField(
        required=False, choices=[("", "Any status"), *Status.choices], label="Status", widget=Choose
    )
    agency = forms.ChoiceField(required=False, label="Agency", widget=Choose)
    mine = forms.BooleanField(required=False, label="Only mine")

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Any agency"), *((agency.code, agency.name) for agency in agencies)]
        cast(forms.ChoiceField, self.fields["agency"]).choices = choices
        if not agencies[1:]:  # one agency is no choice
            del self.fields["agency"]


class SubmitForm(forms.Form):
    """What a signatory declares; from round 2 on with a summary of what changed."""

    change_summary = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=SUMMARY_LIMIT,
        label="What changed since the last round",
        help_text="Drafted from the comparison. CMS reads it first.",
    )
    signatory_name = forms.CharField(max_length=200, label="Your name, as signatory")
    attested = forms.BooleanField(
        label=ATTESTATION, error_messages={"required": "Confirm the statement before you submit."}
    )

    def __init__(self, *args: Any, round_number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if round_number == 1:
            del self.fields["change_summary"]


class ReasonForm(forms.Form):
    """Why a step back is taken; both sides read it."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=REASON_LIMIT,
        label="Reason",
        help_text="Both sides can read it in the record.",
        error_messages={"required": "Give a reason in a sentence or two."},
    )
