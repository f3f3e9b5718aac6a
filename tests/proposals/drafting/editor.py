"""The section editor as a browser without scripts sees it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from proposals.models import Proposal, Section
from tests.proposals.forms.pages import posted

MODEL = "es-overview-model"


def address(proposal: Proposal, section: str = "es.overview") -> str:
    return reverse("proposals:section", args=[proposal.pk, section])


def fields_of(client: Client, url: str) -> dict[str, list[str]]:
    """The form as the browser would send it, untouched."""
    return posted(client.get(url).content.decode())


def stored(proposal: Proposal, prompt_id: str = "es.overview.model", section: str = "es.overview") -> Any:
    return Section.objects.get(proposal=proposal, key=section).answers.get(prompt_id)
