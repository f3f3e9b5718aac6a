"""What a state keeps inside its house about a section, as the editor shows it: notes, sign-offs, the way to the history."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from icm_portal.accounts.actor import Actor
from proposals import policy
from proposals.forms.prompts import anchor_of
from proposals.models import Note, Proposal
from proposals.models import Section as StoredSection
from proposals.queries import access
from proposals.queries.clearance import Cell, cells_in
from proposals.views.cards import Cards, WordsCard
from toolkit.types import Section


@dataclass(frozen=True)
class PromptNotes:
    """The notes on one prompt (or, without one, on the whole section), and where a new one is posted.

    The box belongs to a form of its own, ``form_id``, that stands behind the answers: forms cannot hold forms.
    """

    prompt_id: str
    section_key: str
    cards: tuple[WordsCard, ...]
    form_id: str
    action: str


class SectionNotes:
    """The notes of the reader's agency in one section, read in one query; none beyond the limits of a membership."""

    def __init__(self, actor: Actor, proposal: Proposal, definition: Section) -> None:
        self.actor, self.proposal, self.definition = actor, proposal, definition
        #: Whether notes and history of this section are the reader's to see.
        self.in_reach = policy.can_view_history(actor, proposal, definition.id)
        self.may_write = self.in_reach and policy.can_write_note(actor, proposal)
        self._section_url = reverse("proposals:section", args=[proposal.pk, definition.id])
        self._notes_url = reverse("proposals:note", args=[proposal.pk])

    @cached_property
    def _by_prompt(self) -> dict[str, list[Note]]:
        found: dict[str, list[Note]] = defaultdict(list)
        if self.in_reach:
            for note in access.notes(self.actor, self.proposal).filter(section_key=self.definition.id):
                found[note.prompt_id].append(note)
        return found

    def of(self, prompt_id: str = "") -> PromptNotes:
        """Return the notes on a prompt, or on the section as a whole."""
        anchor = anchor_of(prompt_id) if prompt_id else "section-notes"
        back = f"{self._section_url}#{anchor}"
        found = self._by_prompt.get(prompt_id, [])
        cards = Cards(self.actor, self.proposal, back) if found else None
        query = {"section": self.definition.id, "about": prompt_id or self.definition.id, "next": back}
        return PromptNotes(
            prompt_id=prompt_id,
            section_key=self.definition.id,
            cards=tuple(cards.note(note) for note in found) if cards else (),
            form_id=f"note-{anchor}",
            action=f"{self._notes_url}?{urlencode(query)}",
        )

    @cached_property
    def whole(self) -> PromptNotes:
        """The notes on the section as a whole."""
        return self.of()

    def sign_offs(self, stored: StoredSection) -> tuple[Cell, ...]:
        """Where each sign-off stands in the section."""
        return cells_in(self.proposal, stored, self.definition) if self.in_reach else ()

    @property
    def history(self) -> str:
        """The address of the section's history."""
        return reverse("proposals:history", args=[self.proposal.pk, self.definition.id])
