"""The sign-in forms of allauth in our words: no placeholders, help where it is needed."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from django import forms

from .forms import HOW_TO_CHOOSE

LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password again",
}


class PlainFields(forms.Form):
    """Gives the fields our labels and takes the placeholders away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HOW_TO_CHOOSE if name == "password1" else ""
            field.widget.attrs.pop("placeholder", None)


class LoginForm(PlainFields, allauth.LoginForm):  # type: ignore[misc]
    """Sign in with e-mail address and password."""


class ResetPasswordForm(PlainFields, allauth.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link that sets a new password."""


class ResetPasswordKeyForm(PlainFields, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """Set a new password through that link."""


class ChangePasswordForm(PlainFields, allauth.ChangePasswordForm):  # type: ignore[misc]
    """Change one's own password."""


class SetPasswordForm(PlainFields, allauth.SetPasswordForm):  # type: ignore[misc]
    """Set a first password for an account that has none."""
