"""Reads of what a state shares early: the copy of its sections, and the advice on them.

Each function takes an early look or a proposal that `proposals.queries.access` has found for the reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from icm_portal.accounts.actor import Actor
from proposals.models import EarlyLook, EarlyReader, EarlyWords, Proposal, Section
from proposals.queries import access
from proposals.queries.drafts import DraftState, switch_answers
from proposals.queries.reading import ReadAnswer, read_answer
from proposals.snapshot import merged
from toolkit.answers import Answer, Answers, Disposition, applies, as_said, lookup
from toolkit.conditions import Condition
from toolkit.types import Prompt, Toolkit
from toolkit.types import Section as SectionDefinition

#: So many looks stand on a page of "my work".
SHOWN = 20


def shareable(proposal: Proposal) -> tuple[SectionDefinition, ...]:
    """Return the sections of a draft in which anything is asked."""
    return tuple(item.definition for item in DraftState(proposal).sections if item.applies)


def copied(proposal: Proposal, section_keys: Collection[str]) -> dict[str, Any]:
    """Return the answers of these sections as they stand, and of other sections only what their conditions look at.

    The latter are choices and never texts; no page shows them. Nothing that is only kept for the writers is copied.
    """
    toolkit = access.toolkit_of(proposal)
    rows = Section.objects.filter(proposal=proposal, key__in=section_keys).values_list("key", "answers")
    answers = {key: as_said(stored) for key, stored in rows}
    value = lookup({**switch_answers(proposal, toolkit), **merged(answers)})
    seen_elsewhere: dict[str, Answer] = {}
    for ref in _refs(toolkit, section_keys):
        prompt_id, _, key = ref.partition(":")
        if toolkit.prompt(prompt_id).section_id not in section_keys and (found := value(ref)) is not None:
            answer = seen_elsewhere.setdefault(prompt_id, {"disposition": Disposition.ANSWERED.value, "fields": {}})
            answer["fields"][key] = found
    return {"answers": answers, "conditions": seen_elsewhere}


def _refs(toolkit: Toolkit, section_keys: Collection[str]) -> set[str]:
    """Return every field that a condition in these sections looks at."""
    found = (condition.refs for key in section_keys for condition in _conditions(toolkit.section(key)))
    return {ref for refs in found for ref in refs}


def _conditions(section: SectionDefinition) -> Iterator[Condition]:
    for prompt in section.prompts:
        yield prompt.applies_when
        yield from (field.show_when for field in prompt.fields)


class EarlyCopy:
    """The shared sections as the state copied them."""

    def __init__(self, look: EarlyLook) -> None:
        self.toolkit: Toolkit = access.toolkit_of(look.proposal)
        self.sections = tuple(self.toolkit.section(key) for key in look.section_keys)
        self.answers: Answers = {**look.content["conditions"], **merged(look.content["answers"])}

    def section(self, key: str) -> SectionDefinition | None:
        """Return a shared section; None for any other."""
        return next((section for section in self.sections if section.id == key), None)

    def prompts(self, section: SectionDefinition) -> list[tuple[Prompt, ReadAnswer]]:
        """Return what is asked in a shared section, each with its answer."""
        asked = (prompt for prompt in section.prompts if applies(prompt, self.answers))
        return [(prompt, read_answer(self.toolkit, prompt, self.answers)) for prompt in asked]


def looks_of(actor: Actor, proposal: Proposal, now: datetime) -> QuerySet[EarlyLook]:
    """Return the early looks of a proposal, newest first, with how many pieces of advice each got."""
    return _counted(access.early_looks(actor, now).filter(proposal=proposal)).order_by("-shared_at", "pk")


def shared_with(actor: Actor, now: datetime) -> QuerySet[EarlyLook]:
    """Return what states share early with the actor now: what ends first comes first."""
    found = access.early_looks(actor, now) if actor.is_cms else EarlyLook.objects.none()
    return _counted(found).order_by("ends_at", "pk")


def _counted(looks: QuerySet[EarlyLook]) -> QuerySet[EarlyLook]:
    threads = Count("words", filter=Q(words__thread__isnull=True), distinct=True)
    return looks.annotate(advice=threads)


def advice_by_section(look: EarlyLook) -> dict[str, int]:
    """Return how many pieces of advice each section got."""
    rows = look.words.filter(thread__isnull=True).values_list("section_key")
    return dict(rows.annotate(count=Count("pk")).order_by())


def threads_of(look: EarlyLook, section_key: str) -> QuerySet[EarlyWords]:
    """Return the advice on a section with its replies, newest first."""
    replies = EarlyWords.objects.select_related("author", "agency").order_by("pk")
    found = look.words.filter(section_key=section_key, thread__isnull=True)
    return (
        found.select_related("author", "agency").prefetch_related(Prefetch("replies", queryset=replies)).order_by("-pk")
    )


def readers_of(look: EarlyLook) -> list[EarlyReader]:
    """Return who was named, by the address that the state typed; for the state's pages."""
    return list(look.readers.order_by("address"))
