"""What a note leads to: a colleague who is pointed to it, or a comment to the state that begins as a copy of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import notify, policy, record
from proposals.actions.discussing import Place, draft_comment, write_note
from proposals.models import DraftComment, Note, Proposal
from proposals.passages import Standing
from proposals.queries.colleagues import colleagues, reads_note
from proposals.queries.passages import frozen_reading
from proposals.status import Verb


class CannotBeTold(Exception):
    """Somebody chosen cannot read the note; the message says who."""


def write_note_for(
    *, actor: Actor, proposal: Proposal, place: Place, body: str, quote: str, tell: Collection[str], now: datetime
) -> Note:
    """Write a note and point colleagues to it, named by the ids of their accounts. Returns the note.

    Raises `CannotBeTold`, and what `write_note` raises.
    """
    with transaction.atomic():
        note = write_note(actor=actor, proposal=proposal, place=place, body=body, quote=quote, now=now)
        wanted = set(tell)
        if wanted:
            _tell(actor, note, wanted, now)
    return note


def _tell(actor: Actor, note: Note, wanted: set[str], now: datetime) -> None:
    found = [member for member in colleagues(actor, now) if str(member.user_id) in wanted]
    if len(found) != len(wanted):
        raise CannotBeTold("Somebody you chose no longer works on notes here. Choose again.")
    for member in found:
        if not reads_note(member, note.section_key):
            raise CannotBeTold(
                f"{member.user.name} is limited to other sections and cannot read this note. Leave them out, or change what it is about."
            )
    event = record.append(
        proposal=note.proposal,
        verb=Verb.NOTE_TOLD,
        actor=actor,
        now=now,
        section_key=note.section_key,
        object_id=note.pk,
    )
    notify.tell(event, [member.user for member in found])


def ask_from_note(*, actor: Actor, note: Note, kind: str, body: str, now: datetime) -> DraftComment:
    """Draft a comment to the state that begins as a copy of an internal note; the note stays. Returns the draft.

    ``body`` is what the writer made of the note's words. A passage or row that no longer stands in the round under
    review is left behind. Raises what `draft_comment` raises.
    """
    if not policy.can_view_note(actor, note):
        raise PermissionDenied
    holds = bool(note.quote or note.row_id) and frozen_reading(note.proposal).standing(note) == Standing.THERE
    place = Place(note.section_key, note.prompt_id, note.row_id if holds else "")
    with transaction.atomic():
        draft = draft_comment(
            actor=actor,
            proposal=note.proposal,
            place=place,
            kind=kind,
            body=body,
            quote=note.quote if holds else "",
            now=now,
        )
        draft.from_note = note
        draft.save(update_fields=["from_note"])
        record.append(
            proposal=note.proposal,
            verb=Verb.NOTE_ASKED,
            actor=actor,
            now=now,
            section_key=note.section_key,
            object_id=draft.pk,
        )
    return draft
