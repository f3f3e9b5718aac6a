"""Choosing the place that files belong to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.conf import settings

from icm_portal.accounts.actor import Actor
from proposals.files.kinds import ACCEPTED
from proposals.forms.grouped import GroupedChoose
from proposals.models import Proposal
from proposals.policy import can_attach
from proposals.queries.access import toolkit_of

Choices = list[tuple[str, Any]]


#: What pages say of a chooser of files.
CHOOSER = {"accept": ",".join(ACCEPTED), "limit": f"{settings.ATTACHMENT_BYTES // 1024**2} MB"}


class AttachForm(forms.Form):
    """Where files go: the whole proposal, or a prompt that is open to the person. The files are read by the view."""

    about = forms.ChoiceField(
        required=False,
        label="What the files are about",
        widget=GroupedChoose({"class": "usa-select"}),
        error_messages={"invalid_choice": "Choose a place that is open for changes to you."},
    )

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["about"]).choices = places


def places(actor: Actor, proposal: Proposal, open_keys: Collection[str]) -> Choices:
    """Return where the actor may attach now, prompts grouped by section; empty when nowhere."""
    found: Choices = []
    if can_attach(actor, proposal, "", open_keys):
        found.append(("", "The whole proposal"))
    for section in toolkit_of(proposal).sections:
        if can_attach(actor, proposal, section.id, open_keys):
            prompts = [(prompt.id, f"{prompt.number}. {prompt.label}") for prompt in section.prompts]
            found.append((section.title, prompts))
    return found
