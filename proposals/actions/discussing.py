"""Words: drafted comments and replies, and internal notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import audiences, notify, policy, record
from proposals.actions.anchoring import anchored
from proposals.actions.wordings import is_same_sitting, keep_draft, keep_note
from proposals.models import DraftClaim, DraftComment, Note, Proposal, Thread
from proposals.queries.access import lock, toolkit_of
from proposals.status import DRAFT_VERBS, ThreadKind, Verb
from toolkit.richtext import sanitise, to_text

#: A comment is read on a page beside the answer; longer texts belong into the answer.
LONGEST = 20_000
#: Why nothing was changed is a sentence or two.
LONGEST_REASON = 2_000


class EmptyText(Exception):
    """There are no words in it."""


class TextTooLong(Exception):
    """More than a comment or note holds."""


class ReplyMoved(Exception):
    """A colleague has saved another reply meanwhile: `newer`."""

    def __init__(self, newer: DraftComment) -> None:
        super().__init__("A colleague has saved another reply meanwhile. Save once more to see it beside yours.")
        self.newer = newer


class AlreadyDrafted(Exception):
    """A colleague is writing the next word in this thread."""


class BothClaimed(Exception):
    """A reply names answers that were changed, and says that none was."""


class UnknownAnchor(Exception):
    """The section or prompt does not exist in this toolkit."""


@dataclass(frozen=True)
class Place:
    """Where a remark points: a prompt of a section, a section, or (both blank) the whole proposal.

    ``row_id`` names a row in the tables of the prompt.
    """

    section_key: str = ""
    prompt_id: str = ""
    row_id: str = ""


@dataclass(frozen=True)
class Claimed:
    """What a reply says was changed for its question: answers, or why none was; neither while that is still open."""

    prompt_ids: tuple[str, ...] = ()
    no_change: str = ""


def checked_words(body: str) -> str:
    """Return sanitised words. Raises `EmptyText`, `TextTooLong`."""
    if len(body) > LONGEST:
        raise TextTooLong(f"This text is longer than {LONGEST:,} characters. Shorten it, or split it in two.")
    clean = sanitise(body)
    if not to_text(clean).strip():
        raise EmptyText("Write something first.")
    return clean


def _check_place(proposal: Proposal, place: Place) -> None:
    sections = {section.id: section for section in toolkit_of(proposal).sections}
    section = sections.get(place.section_key)
    prompts = {prompt.id for prompt in section.prompts} if section else set()
    if (place.section_key and section is None) or (place.prompt_id and place.prompt_id not in prompts):
        raise UnknownAnchor("The place this points to does not exist in the toolkit.")


def _frozen_passage(proposal: Proposal, place: Place, quote: str) -> dict[str, str]:
    return anchored(proposal, place.section_key, place.prompt_id, row_id=place.row_id, quote=quote)


def draft_comment(
    *, actor: Actor, proposal: Proposal, place: Place, kind: str, body: str, now: datetime, quote: str = ""
) -> DraftComment:
    """Draft a comment to the state; only CMS sees it until a lead releases the round. Returns the draft.

    ``quote`` is a passage of the frozen answer. Raises `PermissionDenied`, `EmptyText`, `TextTooLong`, `UnknownAnchor`,
    `QuoteMissing`, `RowMissing`.
    """
    _check_place(proposal, place)
    with transaction.atomic():
        if not policy.can_draft_comment(actor, lock(proposal.pk)):
            raise PermissionDenied
        draft = DraftComment.objects.create(
            proposal=proposal,
            agency=actor.agency,
            author=actor.user,
            kind=ThreadKind(kind),
            section_key=place.section_key,
            prompt_id=place.prompt_id,
            body=checked_words(body),
            updated_at=now,
            **_frozen_passage(proposal, place, quote),
        )
        record_draft(draft, Verb.DRAFT_COMMENT_SAVED, actor, now)
    return draft


def draft_follow_up(*, actor: Actor, thread: Thread, body: str, now: datetime) -> DraftComment:
    """Draft CMS's next word in a thread; released with the round, it opens the thread again. Returns the draft.

    Raises `PermissionDenied`, `AlreadyDrafted`, `EmptyText`, `TextTooLong`.
    """
    with transaction.atomic():
        thread.proposal = lock(thread.proposal_id)
        if not policy.can_draft_comment(actor, thread.proposal):
            raise PermissionDenied
        standing = thread.drafts.filter(agency=actor.agency).select_related("proposal").first()
        if standing and not policy.can_change_draft_comment(actor, standing):
            raise AlreadyDrafted("A colleague has already drafted the next question in this thread.")
        return _draft_in_thread(actor, thread, body, now)


def draft_reply(
    *,
    actor: Actor,
    thread: Thread,
    body: str,
    now: datetime,
    over: DraftComment | None = None,
    claimed: Claimed | None = None,
) -> DraftComment:
    """Draft the state's reply to a question; it goes out with the next submission. Returns the draft.

    ``over`` is the reply the writer saw, None for none; without ``claimed`` what it claims stays as it is. Raises
    `PermissionDenied`, `EmptyText`, `TextTooLong`, `BothClaimed`, `UnknownAnchor`, and `ReplyMoved` when a colleague's
    reply stands there that the writer did not see.
    """
    with transaction.atomic():
        thread.proposal = lock(thread.proposal_id)
        thread.refresh_from_db(fields=["status"])
        if not policy.can_reply(actor, thread):
            raise PermissionDenied
        standing = DraftComment.objects.filter(thread=thread, agency=actor.agency).select_related("author").first()
        if standing and standing.author_id != actor.user.pk and (over is None or standing.body != over.body):
            raise ReplyMoved(standing)
        draft = _draft_in_thread(actor, thread, body, now)
        if claimed is not None:
            _claim(draft, claimed)
    return draft


def _claim(draft: DraftComment, claimed: Claimed) -> None:
    """Keep what a drafted reply claims, in place of what it claimed before."""
    why = claimed.no_change.strip()
    if claimed.prompt_ids and why:
        raise BothClaimed("Choose the answers you changed, or say why none changed. Not both.")
    if len(why) > LONGEST_REASON:
        raise TextTooLong(f"The reason is longer than {LONGEST_REASON:,} characters. Shorten it.")
    known = {prompt.id for prompt in toolkit_of(draft.proposal).prompts}
    if not known.issuperset(claimed.prompt_ids):
        raise UnknownAnchor("An answer that was chosen does not exist in the toolkit.")
    if not claimed.prompt_ids and not why:
        DraftClaim.objects.filter(draft=draft).delete()
        return
    given = {"prompt_ids": list(claimed.prompt_ids), "no_change": why}
    DraftClaim.objects.update_or_create(draft=draft, defaults=given)


def _draft_in_thread(actor: Actor, thread: Thread, body: str, now: datetime) -> DraftComment:
    """Write the one draft an agency has in a thread; the caller holds the lock of the proposal."""
    standing = DraftComment.objects.filter(thread=thread, agency=actor.agency).select_related("agency").first()
    written: dict[str, Any] = {"body": checked_words(body), "author": actor.user, "updated_at": now}
    is_typing = actor.is_state and standing is not None and is_same_sitting(standing, actor.user.pk, now)
    if standing and standing.body != written["body"] and not is_typing:
        keep_draft(standing)
        written["edited_at"] = now
        if actor.is_cms and standing.author_id != actor.user.pk:
            standing.proposal = thread.proposal
            record_draft(standing, Verb.DRAFT_COMMENT_EDITED, actor, now)
    place = {"kind": thread.kind, "section_key": thread.section_key, "prompt_id": thread.prompt_id}
    draft, _made = DraftComment.objects.update_or_create(
        thread=thread,
        agency=actor.agency,
        defaults=written,
        create_defaults={"proposal": thread.proposal, **place, **written},
    )
    record_draft(draft, Verb.DRAFT_COMMENT_SAVED, actor, now)
    return draft


def change_draft(*, actor: Actor, draft: DraftComment, kind: str, body: str, now: datetime) -> None:
    """Change the words or the kind of a draft; at CMS a colleague who wrote it is told. Raises `PermissionDenied`, `EmptyText`, `TextTooLong`."""
    with transaction.atomic():
        _check_change(actor, draft)
        words = checked_words(body)
        if words != draft.body:
            keep_draft(draft)
            draft.edited_at = now
        draft.kind, draft.body, draft.updated_at = ThreadKind(kind), words, now
        draft.save(update_fields=["kind", "body", "updated_at", "edited_at"])
        is_own = actor.is_state or draft.author_id == actor.user.pk
        record_draft(draft, Verb.DRAFT_COMMENT_SAVED if is_own else Verb.DRAFT_COMMENT_EDITED, actor, now)


def drop_draft(*, actor: Actor, draft: DraftComment, now: datetime, reason: str = "") -> None:
    """Throw a draft away. At CMS a colleague who wrote it is told why, and its words stay readable inside.

    Raises `PermissionDenied`, and `EmptyText` without a reason for a colleague's.
    """
    with transaction.atomic():
        _check_change(actor, draft)
        is_own = actor.is_state or draft.author_id == actor.user.pk
        if not is_own and not reason.strip():
            raise EmptyText("Say in a sentence why it is dropped.")
        if actor.is_cms:
            keep_draft(draft)
        record_draft(draft, Verb.DRAFT_COMMENT_DROPPED, actor, now, reason.strip())
        draft.delete()


def _check_change(actor: Actor, draft: DraftComment) -> None:
    draft.proposal = lock(draft.proposal_id)
    if not policy.can_change_draft_comment(actor, draft):
        raise PermissionDenied


def record_draft(draft: DraftComment, verb: Verb, actor: Actor, now: datetime, reason: str = "") -> None:
    """Put into the record what became of a draft; of what a colleague does with it, its author is told."""
    event = record.append(
        proposal=draft.proposal,
        verb=verb,
        actor=actor,
        now=now,
        section_key=draft.section_key,
        object_id=draft.pk,
        reason=reason,
    )
    if actor.is_cms and verb in DRAFT_VERBS:
        notify.tell(event, audiences.author(draft, now))


def write_note(*, actor: Actor, proposal: Proposal, place: Place, body: str, now: datetime, quote: str = "") -> Note:
    """Write a note inside the actor's agency; the other side never sees it. Returns the note.

    CMS may point to a passage or row of the frozen round. Raises `PermissionDenied`, `EmptyText`, `TextTooLong`,
    `UnknownAnchor`, `QuoteMissing`, `RowMissing`.
    """
    if not policy.can_write_note(actor, proposal) or not actor.reaches(place.section_key):
        raise PermissionDenied
    _check_place(proposal, place)
    with transaction.atomic():
        note = Note.objects.create(
            proposal=proposal,
            agency=actor.agency,
            author=actor.user,
            section_key=place.section_key,
            prompt_id=place.prompt_id,
            body=checked_words(body),
            at=now,
            **(_frozen_passage(proposal, place, quote) if actor.is_cms else {}),
        )
        _record_note(note, Verb.NOTE_ADDED, actor, now)
    return note


def change_note(*, actor: Actor, note: Note, body: str, now: datetime) -> None:
    """Change the words of one's own note. Raises `PermissionDenied`, `EmptyText`, `TextTooLong`."""
    if not policy.can_change_note(actor, note):
        raise PermissionDenied
    with transaction.atomic():
        words = checked_words(body)
        if words != note.body:
            keep_note(note)
        note.body, note.edited_at = words, now
        note.save(update_fields=["body", "edited_at"])
        _record_note(note, Verb.NOTE_CHANGED, actor, now)


def delete_note(*, actor: Actor, note: Note, now: datetime) -> None:
    """Delete one's own note for good. Raises `PermissionDenied`."""
    if not policy.can_change_note(actor, note):
        raise PermissionDenied
    with transaction.atomic():
        _record_note(note, Verb.NOTE_DELETED, actor, now)
        note.delete()


def _record_note(note: Note, verb: Verb, actor: Actor, now: datetime) -> None:
    record.append(
        proposal=note.proposal, verb=verb, actor=actor, now=now, section_key=note.section_key, object_id=note.pk
    )
