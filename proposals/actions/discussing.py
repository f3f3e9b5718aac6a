"""Words: drafted comments and replies, internal notes, and the standing of threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy, record
from proposals.models import DraftClaim, DraftComment, Note, Proposal, Thread
from proposals.queries.access import lock, toolkit_of
from proposals.status import ThreadKind, ThreadStatus, Verb
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
    """Where a remark points: a prompt of a section, a section, or (both blank) the whole proposal."""

    section_key: str = ""
    prompt_id: str = ""


@dataclass(frozen=True)
class Claimed:
    """What a reply says was changed for its question: answers, or why none was; neither while that is still open."""

    prompt_ids: tuple[str, ...] = ()
    no_change: str = ""


def _words(body: str) -> str:
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


def draft_comment(
    *, actor: Actor, proposal: Proposal, place: Place, kind: str, body: str, now: datetime, quote: str = ""
) -> DraftComment:
    """Draft a comment to the state; only CMS sees it until a lead releases the round. Returns the draft.

    Raises `PermissionDenied`, `EmptyText`, `TextTooLong`, `UnknownAnchor`.
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
            quote=quote[:2000],
            body=_words(body),
            updated_at=now,
        )
        _record(draft, Verb.DRAFT_COMMENT_SAVED, actor, now)
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
    written = {"body": _words(body), "author": actor.user, "updated_at": now}
    place = {"kind": thread.kind, "section_key": thread.section_key, "prompt_id": thread.prompt_id}
    draft, _made = DraftComment.objects.update_or_create(
        thread=thread,
        agency=actor.agency,
        defaults=written,
        create_defaults={"proposal": thread.proposal, **place, **written},
    )
    _record(draft, Verb.DRAFT_COMMENT_SAVED, actor, now)
    return draft


def change_draft(*, actor: Actor, draft: DraftComment, kind: str, body: str, now: datetime) -> None:
    """Change the words or the kind of a draft. Raises `PermissionDenied`, `EmptyText`, `TextTooLong`."""
    with transaction.atomic():
        _check_change(actor, draft)
        draft.kind, draft.body, draft.updated_at = ThreadKind(kind), _words(body), now
        draft.save(update_fields=["kind", "body", "updated_at"])
        _record(draft, Verb.DRAFT_COMMENT_SAVED, actor, now)


def drop_draft(*, actor: Actor, draft: DraftComment, now: datetime) -> None:
    """Throw a draft away. Raises `PermissionDenied`."""
    with transaction.atomic():
        _check_change(actor, draft)
        _record(draft, Verb.DRAFT_COMMENT_DROPPED, actor, now)
        draft.delete()


def _check_change(actor: Actor, draft: DraftComment) -> None:
    draft.proposal = lock(draft.proposal_id)
    if not policy.can_change_draft_comment(actor, draft):
        raise PermissionDenied


def _record(draft: DraftComment, verb: Verb, actor: Actor, now: datetime) -> None:
    record.append(
        proposal=draft.proposal, verb=verb, actor=actor, now=now, section_key=draft.section_key, object_id=draft.pk
    )


def write_note(*, actor: Actor, proposal: Proposal, place: Place, body: str, now: datetime) -> Note:
    """Write a note inside the actor's agency; the other side never sees it. Returns the note.

    Raises `PermissionDenied`, `EmptyText`, `TextTooLong`, `UnknownAnchor`.
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
            body=_words(body),
            at=now,
        )
        _record_note(note, Verb.NOTE_ADDED, actor, now)
    return note


def change_note(*, actor: Actor, note: Note, body: str, now: datetime) -> None:
    """Change the words of one's own note. Raises `PermissionDenied`, `EmptyText`, `TextTooLong`."""
    if not policy.can_change_note(actor, note):
        raise PermissionDenied
    with transaction.atomic():
        note.body, note.edited_at = _words(body), now
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


def resolve_thread(*, actor: Actor, thread: Thread, now: datetime) -> None:
    """Close a thread: CMS is content with the reply. Raises `PermissionDenied`."""
    standing = (ThreadStatus.OPEN, ThreadStatus.ANSWERED)
    _set_standing(actor, thread, standing, ThreadStatus.RESOLVED, Verb.THREAD_RESOLVED, now)


def reopen_thread(*, actor: Actor, thread: Thread, now: datetime) -> None:
    """Take a resolution back: the thread counts as answered again. Any other stays. Raises `PermissionDenied`."""
    _set_standing(actor, thread, (ThreadStatus.RESOLVED,), ThreadStatus.ANSWERED, Verb.THREAD_REOPENED, now)


def _set_standing(
    actor: Actor, thread: Thread, before: tuple[ThreadStatus, ...], status: ThreadStatus, verb: Verb, now: datetime
) -> None:
    with transaction.atomic():
        thread.proposal = lock(thread.proposal_id)
        if not policy.can_resolve_thread(actor, thread):
            raise PermissionDenied
        changed = Thread.objects.filter(pk=thread.pk, status__in=before).update(status=status)
        if changed:
            record.append(
                proposal=thread.proposal,
                verb=verb,
                actor=actor,
                now=now,
                section_key=thread.section_key,
                object_id=thread.pk,
            )
