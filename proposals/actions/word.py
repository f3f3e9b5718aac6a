"""Beginning a proposal from a Word file: its text is kept, matched by a person, and only then becomes answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy, record
from proposals.actions.drafting import create_proposal
from proposals.actions.sections import save_section
from proposals.files.kinds import clean_name
from proposals.models import Proposal, Section, WordImport
from proposals.status import Verb
from proposals.word.matching import Target, propose, targets
from proposals.word.pieces import Piece, as_line, cut
from proposals.word.reading import read_word
from toolkit.answers import Answer, Disposition, clean_answer, details_of, disposition
from toolkit.errors import AnswerErrors
from toolkit.loading import CURRENT_VERSION

#: A file that nobody matched is forgotten after this time.
KEPT_FOR = timedelta(days=30)


class NothingInIt(Exception):
    """The file holds no words."""


class DoesNotFit(Exception):
    """The texts for one prompt are longer than an answer may be; ``prompt_id`` names it."""

    def __init__(self, label: str, prompt_id: str) -> None:
        super().__init__(f"What you chose for “{label}” is longer than an answer may be. Keep a part of it aside.")
        self.prompt_id = prompt_id


def read_in(*, actor: Actor, file: IO[bytes], name: str, now: datetime) -> WordImport:
    """Read a Word file, propose a prompt for each piece of it and keep both for its sender; return what is kept.

    Raises `PermissionDenied`, `NothingInIt`, and `proposals.files.kinds.Refused` for a file that cannot be read.
    """
    if not policy.can_create_proposal(actor):
        raise PermissionDenied
    name = clean_name(name)
    document = read_word(file, name)
    pieces = cut(document)
    if not pieces:
        raise NothingInIt(f"“{name}” holds no text.")
    return WordImport.objects.create(
        agency=actor.agency,
        uploaded_by=actor.user,
        uploaded_at=now,
        name=name,
        title=document.title[:200],
        toolkit_version=CURRENT_VERSION,
        pieces=[piece.as_json() for piece in pieces],
        places=propose(pieces, CURRENT_VERSION),
    )


def pieces_of(found: WordImport) -> list[Piece]:
    """Return the pieces of a file that was read in."""
    return [Piece.of_json(stored) for stored in found.pieces]


def start_from_word(
    *, actor: Actor, found: WordImport, title: str, model_type: str, places: Sequence[str], now: datetime
) -> Proposal:
    """Start a proposal with the pieces in the prompts that a person chose; return it.

    ``places`` names a prompt for each piece, "" to keep it aside. What a file began once it does not begin again: the
    same proposal is returned. Raises `PermissionDenied`, `DoesNotFit`, `SectionClosed` where a membership does not reach,
    KeyError for a prompt without a narrative.
    """
    if not policy.can_view_word_import(actor, found):
        raise PermissionDenied
    with transaction.atomic():
        found = WordImport.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if found.proposal_id:
            return Proposal.objects.select_related("agency").get(pk=found.proposal_id)
        texts = _texts(pieces_of(found), places, targets(found.toolkit_version))
        proposal = create_proposal(actor=actor, title=title, model_type=model_type, now=now)
        record.append(proposal=proposal, verb=Verb.WORD_READ, actor=actor, now=now)
        _fill(actor, proposal, texts, targets(found.toolkit_version), now)
        found.places, found.proposal, found.settled_at = list(places), proposal, now
        found.save(update_fields=["places", "proposal", "settled_at"])
    return proposal


def place_piece(*, actor: Actor, found: WordImport, number: int, prompt_id: str, now: datetime) -> Proposal:
    """Put a piece that was kept aside behind what a prompt says by now; return the proposal.

    A piece that somebody has placed meanwhile is not placed twice. Raises `PermissionDenied`, `DoesNotFit`,
    `SectionClosed`, `SectionConflict`, IndexError for a piece there is none of, KeyError for a prompt without a narrative.
    """
    if found.proposal is None or not policy.can_view_word_import(actor, found):
        raise PermissionDenied
    target = targets(found.toolkit_version)[prompt_id]
    with transaction.atomic():
        locked = WordImport.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if locked.places[number]:
            return found.proposal
        Proposal.objects.select_for_update(of=("self",)).get(
            pk=found.proposal.pk
        )  # as every save: nobody comes between
        section = Section.objects.get(proposal=found.proposal, key=target.prompt.section_id)
        stored = section.answers.get(prompt_id)
        html = str((stored or {}).get("fields", {}).get(target.field, "")) + text_of(
            pieces_of(locked)[number], target.prompt.label
        )
        changes = {prompt_id: _answer(target, stored, html)}
        save_section(actor=actor, section=section, base_revision=section.revision, changes=changes, now=now)
        locked.places[number] = prompt_id
        locked.save(update_fields=["places"])
    return found.proposal


def _texts(pieces: Sequence[Piece], places: Sequence[str], known: Mapping[str, Target]) -> dict[str, str]:
    """Put together what goes to each prompt; a heading that says more than the prompt's label comes along."""
    found: dict[str, str] = {}
    for piece, prompt_id in zip(pieces, places, strict=True):
        if prompt_id:
            found[prompt_id] = found.get(prompt_id, "") + text_of(piece, known[prompt_id].prompt.label)
    return found


def text_of(piece: Piece, label: str = "") -> str:
    """A piece as HTML with its heading, unless that is the label it stands under."""
    own = "" if piece.heading.casefold().strip() == label.casefold().strip() else as_line(piece.heading)
    return own + piece.html


def _fill(
    actor: Actor, proposal: Proposal, texts: Mapping[str, str], known: Mapping[str, Target], now: datetime
) -> None:
    sections = {section.key: section for section in Section.objects.filter(proposal=proposal)}
    changes: dict[str, dict[str, Answer | None]] = {}
    for prompt_id, html in texts.items():
        target = known[prompt_id]
        section = sections[target.prompt.section_id]
        changes.setdefault(section.key, {})[prompt_id] = _answer(target, section.answers.get(prompt_id), html)
    for key, answers in changes.items():
        section = sections[key]
        save_section(actor=actor, section=section, base_revision=section.revision, changes=answers, now=now)


def _answer(target: Target, stored: Answer | None, html: str) -> Answer | None:
    kept = stored or {}
    is_later = disposition(stored) == Disposition.NYK
    standing = kept if is_later else {"disposition": Disposition.ANSWERED.value}
    try:
        fields = {**kept.get("fields", {}), target.field: html}
        return clean_answer(target.prompt, {**standing, "kept": details_of(stored), "fields": fields})
    except AnswerErrors as error:
        raise DoesNotFit(target.prompt.label, target.prompt.id) from error


def note_given(*, actor: Actor, proposal: Proposal, section_key: str, now: datetime) -> None:
    """Put into the record that a section left the portal as a Word file. Raises `PermissionDenied`."""
    if not policy.can_view_draft(actor, proposal):
        raise PermissionDenied
    record.append(proposal=proposal, verb=Verb.WORD_GIVEN, actor=actor, now=now, section_key=section_key)


def forget_unmatched(*, now: datetime) -> int:
    """Delete files that were read in and never matched; return how many."""
    return WordImport.objects.filter(proposal__isnull=True, uploaded_at__lt=now - KEPT_FOR).delete()[0]
