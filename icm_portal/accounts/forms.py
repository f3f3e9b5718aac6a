"""Forms about people. They read what was typed; the actions decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms

from .models import MOST_TARGET_DAYS, Agency, Invitation, Membership, User, normalized_email
from .roles import ROLE_MEANING, roles_of
from .sections import section_labels
from .zones import ZONES

HOW_TO_CHOOSE = "At least 15 characters, not a common password, and nothing like your name or e-mail address."


class TermsForm(forms.Form):
    """Role, sections and last day of a membership in `agency`."""

    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect, choices=())
    section_ids = forms.MultipleChoiceField(
        label="Limit to sections",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Who writes may write only these, and sees notes, sign-offs and history of these only. Leave all empty "
        "for every section. Everybody reads all answers.",
    )
    expires_on = forms.DateField(
        label="Last day with access",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave empty for access without an end.",
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        roles = [(role.value, f"{role.label}. {ROLE_MEANING[role]}") for role in roles_of(agency.side)]
        cast("forms.ChoiceField", self.fields["role"]).choices = roles
        if agency.is_cms:
            del self.fields["section_ids"]
        else:
            cast("forms.ChoiceField", self.fields["section_ids"]).choices = list(section_labels().items())

    @property
    def terms(self) -> dict[str, Any]:
        """Keyword arguments for the actions."""
        data = self.cleaned_data
        return {
            "role": data["role"],
            "section_ids": data.get("section_ids") or None,
            "expires_on": data["expires_on"],
        }


class InviteForm(TermsForm):
    """An invitation: the address, then the terms."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ("email", "role", "section_ids", "expires_on")

    def clean_email(self) -> str:
        """One spelling for one address."""
        return normalized_email(self.cleaned_data["email"])


class MembershipForm(TermsForm):
    """The terms of a membership as they are, to be changed."""

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        initial = {
            "role": membership.role,
            "section_ids": membership.section_ids or [],
            "expires_on": membership.expires_on,
        }
        super().__init__(*args, agency=membership.agency, initial=initial, **kwargs)


class JoinForm(forms.Form):
    """Name and password of a person who follows an invitation for the first time."""

    name = forms.CharField(
        label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}), strip=True
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=1000,
        help_text=HOW_TO_CHOOSE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Password again",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        """Both passwords must be the same."""
        data = super().clean() or self.cleaned_data
        if "password" in data and "again" in data and data["password"] != data["again"]:
            self.add_error("again", "The two passwords differ.")
        return data


class ProfileForm(forms.Form):
    """One's own name and time zone."""

    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = forms.ChoiceField(
        label="Time zone", required=False, choices=[("", "The time zone of my agency"), *ZONES]
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"name": user.name, "time_zone": user.time_zone}})


class FactsForm(forms.Form):
    """What checks and modelling use as defaults for a state."""

    tribes = forms.TypedChoiceField(
        label="Is a federally recognized tribe located in the state?",
        choices=(("yes", "Yes"), ("no", "No")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="“No” does not end the duty to consult Indian health programs and urban Indian organizations.",
    )
    fmap = forms.DecimalField(
        label="Federal matching rate (FMAP), percent",
        min_value=Decimal(50),
        max_value=Decimal(90),
        max_digits=4,
        decimal_places=2,
        help_text="The regular rate, without temporary or expansion rates, such as 64.85.",
    )
    fmap_year = forms.IntegerField(
        label="Federal fiscal year of the rate", min_value=2020, max_value=2100, help_text="It begins on October 1."
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        facts = agency.defaults
        tribes = {True: "yes", False: "no"}.get(facts.get("tribes"))
        initial = {"tribes": tribes, "fmap": facts.get("fmap"), "fmap_year": facts.get("fmap_year")}
        super().__init__(*args, **{**kwargs, "initial": initial})


class TargetForm(forms.Form):
    """How many days CMS aims for in a review, or a state gets for a response."""

    days = forms.IntegerField(
        label="Days",
        min_value=1,
        max_value=MOST_TARGET_DAYS,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Enter a number of days from 1 to {MOST_TARGET_DAYS}."
        ),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"days": agency.target_days}})
        field = self.fields["days"]
        field.label = "Days CMS aims for in a review" if agency.is_cms else "Days for a response"
        field.help_text = (
            "Calendar days from the day a round arrives. Pauses do not count."
            if agency.is_cms
            else "CMS starts from this when it sets a due date, and may choose another."
        )


def refuse(form: forms.Form, sentence: str, field: str) -> None:
    """Show the refusal of an action where it belongs: at its field, else above the form."""
    form.add_error(field if field in form.fields else None, sentence)
