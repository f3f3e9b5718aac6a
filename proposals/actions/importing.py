"""Loading a whole proposal at once: the same steps a person takes, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals.actions.drafting import create_proposal
from proposals.actions.sections import save_section
from proposals.models import Proposal
from toolkit.answers import Answer, clean_answer
from toolkit.errors import AnswerErrors
from toolkit.loading import CURRENT_VERSION, load
from toolkit.types import Toolkit


def load_proposal(
    *,
    actor: Actor,
    title: str,
    model_type: str,
    answers: Mapping[str, Mapping[str, Answer]],
    now: datetime,
    sample_note: str = "",
) -> Proposal:
    """Start a proposal and save the answers section by section, all or nothing; return it.

    ``answers`` comes from `clean_all`. Raises what `create_proposal` and `save_section` raise.
    """
    with transaction.atomic():
        proposal = create_proposal(actor=actor, title=title, model_type=model_type, now=now, sample_note=sample_note)
        for section in proposal.sections.order_by("pk"):
            if changes := answers.get(section.key):
                save_section(actor=actor, section=section, base_revision=0, changes=changes, now=now)
    return proposal


def clean_all(answers: Mapping[str, Any], version: str = CURRENT_VERSION) -> dict[str, dict[str, Answer]]:
    """Read the answers of a whole proposal and return them by section; blank ones are left out.

    Raises `AnswerErrors` with everything that cannot be read, each with its path.
    """
    toolkit = load(version)
    cleaned: dict[str, dict[str, Answer]] = {}
    problems: list[tuple[str, str]] = []
    for prompt_id, raw in answers.items():
        try:
            answer = _clean(toolkit, prompt_id, raw)
        except AnswerErrors as error:
            problems += error.errors
            continue
        if answer is not None:
            cleaned.setdefault(toolkit.prompt(prompt_id).section_id, {})[prompt_id] = answer
    if problems:
        raise AnswerErrors(problems)
    return cleaned


def _clean(toolkit: Toolkit, prompt_id: str, raw: Any) -> Answer | None:
    try:
        prompt = toolkit.prompt(prompt_id)
    except KeyError:
        raise AnswerErrors([(prompt_id, f"Toolkit {toolkit.version} has no prompt of this name.")]) from None
    if not isinstance(raw, Mapping):
        raise AnswerErrors([(prompt_id, "An answer is an object with a disposition and fields.")])
    return clean_answer(prompt, raw)
