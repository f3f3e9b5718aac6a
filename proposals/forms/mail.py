"""When a person wants which mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from proposals.status import MailKind, MailWhen

#: What people choose; their own turn always goes at once.
CHOSEN = tuple(kind for kind in MailKind if kind != MailKind.TURN)


class MailForm(forms.Form):
    """One choice for each kind of mail."""

    def __init__(self, *args: Any, chosen: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in CHOSEN:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=MailWhen.choices,
                initial=chosen.get(kind, MailWhen.NOW),
                widget=forms.RadioSelect,
                error_messages={"required": "Choose when.", "invalid_choice": "Choose one of the three."},
            )
