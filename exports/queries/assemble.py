"""Reads everything a packet says. The state's packet is read without ever touching the table of notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from exports.packet.content import (
    AttachedFile,
    Exchange,
    HistoryEntry,
    InternalNote,
    LetterPacket,
    Message,
    PacketContent,
    ReviewPacket,
    StatePacket,
)
from exports.status import Audience
from icm_portal.accounts.models import Side
from proposals.models import Comment, Event, Note, Proposal, Round, Submission, Thread
from proposals.queries import attachments, discussion
from proposals.queries.drafts import all_answers
from proposals.queries.letters import Letter
from proposals.queries.sentences import deed, side_of
from proposals.snapshot import fingerprint, flat_answers, merged
from proposals.status import SHARED_VERBS, ThreadKind, ThreadStatus
from toolkit.richtext import sanitise


def packet_content(
    proposal: Proposal, submission: Submission | None, audience: Audience, now: datetime
) -> PacketContent:
    """Read the content of a packet.

    Args:
        proposal: with its agency.
        submission: the frozen round, or None for the draft as it is now.
        audience: CMS's copy holds its notes and everything released up to now; the state's packet of a round holds
            what was released when the round was frozen, so it never changes.
        now: the time of the request.

    Raises:
        ValueError: CMS's copy of a draft was asked for, or a letter where none went out.
    """
    if audience == Audience.LETTER:
        return _letter(proposal, submission)
    if audience == Audience.CMS:
        if submission is None:
            raise ValueError("CMS has no packet of a draft.")
        said = _said(proposal, known_in_round=None, until=now)
        return ReviewPacket(**_frozen(submission), **said, notes=_cms_notes(proposal))
    if submission is None:
        return StatePacket(**_draft(proposal, now), **_said(proposal, known_in_round=proposal.round, until=now))
    said = _said(proposal, known_in_round=submission.round, until=submission.submitted_at)
    return StatePacket(**_frozen(submission), **said)


def _letter(proposal: Proposal, submission: Submission | None) -> LetterPacket:
    """Read the letter that answered a submission; it says nothing that was said later."""
    release = Round.objects.filter(submission=submission).first() if submission else None
    if release is None:
        raise ValueError("No letter went out on this round.")
    letter = Letter(proposal, release)
    exchanges = _asked(letter)
    said = [[item.number, item.kind, item.quote, *(message.body for message in item.messages)] for item in exchanges]
    frozen = {"release": str(release.pk), "cover": release.cover_text, "due": str(release.due_on), "asked": said}
    return LetterPacket(
        title=proposal.title,
        agency=proposal.agency.name,
        jurisdiction=proposal.agency.jurisdiction,
        number=proposal.number,
        toolkit_version=proposal.toolkit_version,
        round=release.number,
        fingerprint=fingerprint(frozen),
        prepared_at=release.released_at,
        submitted_at=release.released_at,
        signatory="",
        change_summary="",
        sample_note=proposal.sample_note,
        time_zone=proposal.agency.time_zone,
        answers={},
        exchanges=exchanges,
        history=(),
        due_on=release.due_on,
        cover_text=release.cover_text,
        section_ids=tuple(section.id for section in letter.sections),
    )


def _asked(letter: Letter) -> tuple[Exchange, ...]:
    """Read the questions of a letter, each with CMS's words in it."""
    return tuple(
        Exchange(
            number=str(item.thread),
            kind=str(ThreadKind(item.thread.kind).label),
            standing="",
            round=letter.release.number,
            section_id=item.thread.section_key,
            prompt_id=item.thread.prompt_id,
            quote=_quote(item.thread),
            messages=tuple(_message(comment) for comment in item.words),
        )
        for item in letter.asked
    )


def _quote(thread: Thread) -> str:
    """The row and the words that a question is about."""
    return "; ".join(filter(None, (thread.row_words, thread.quote)))


def _frozen(submission: Submission) -> dict[str, Any]:
    frozen = submission.content
    return {
        "title": frozen["title"],
        "agency": frozen["agency"]["name"],
        "toolkit_version": submission.toolkit_version,
        "round": submission.round,
        "fingerprint": submission.fingerprint,
        "prepared_at": submission.submitted_at,
        "submitted_at": submission.submitted_at,
        "signatory": submission.signatory_name,
        "change_summary": submission.change_summary,
        "sample_note": frozen["sample_note"],
        "answers": flat_answers(frozen),
        "files": tuple(
            AttachedFile(file["name"], file["prompt"], file["size"], file["sha256"])
            for file in frozen.get("attachments", ())  # rounds of format 1 had none
        ),
    }


def _draft(proposal: Proposal, now: datetime) -> dict[str, Any]:
    answers = merged(all_answers(proposal))
    frozen = {"title": proposal.title, "toolkit": proposal.toolkit_version, "answers": answers}
    return {
        "title": proposal.title,
        "agency": proposal.agency.name,
        "toolkit_version": proposal.toolkit_version,
        "round": proposal.round,
        "fingerprint": fingerprint(frozen),
        "prepared_at": now,
        "submitted_at": None,
        "signatory": "",
        "change_summary": "",
        "sample_note": proposal.sample_note,
        "answers": answers,
        "files": tuple(
            AttachedFile(file.name, file.prompt_id, file.size, file.sha256)
            for file in attachments.that_go_out(proposal)
        ),
    }


def _said(proposal: Proposal, *, known_in_round: int | None, until: datetime) -> dict[str, Any]:
    """Who it is about, and the words and events both sides know."""
    return {
        "jurisdiction": proposal.agency.jurisdiction,
        "number": proposal.number,
        "time_zone": proposal.agency.time_zone,
        "exchanges": tuple(_exchanges(proposal, known_in_round)),
        "history": tuple(_history(proposal, until)),
    }


def _exchanges(proposal: Proposal, known_in_round: int | None) -> Iterable[Exchange]:
    for thread in discussion.threads(proposal):
        comments = sorted((c for c in thread.comments.all() if _is_known(c, known_in_round)), key=lambda c: c.pk)
        if not comments:
            continue
        yield Exchange(
            number=str(thread),
            kind=str(ThreadKind(thread.kind).label),
            standing=_standing(thread, comments, known_in_round),
            round=thread.round.number,
            section_id=thread.section_key,
            prompt_id=thread.prompt_id,
            quote=_quote(thread),
            messages=tuple(_message(comment) for comment in comments),
        )


def _is_known(comment: Comment, known_in_round: int | None) -> bool:
    """Whether a round's packet knows a comment: what CMS asked about rounds before, and every reply up to it."""
    if known_in_round is None:
        return True
    if comment.agency.side == Side.CMS:
        return comment.round < known_in_round
    return comment.round <= known_in_round


def _standing(thread: Thread, comments: list[Comment], known_in_round: int | None) -> str:
    """As it is now where everything is known; else answered when the last word is the state's.

    A frozen round keeps that, whatever CMS resolves later.
    """
    if known_in_round is None:
        return str(ThreadStatus(thread.status).label)
    replied = comments[-1].agency.side == Side.STATE
    return str((ThreadStatus.ANSWERED if replied else ThreadStatus.OPEN).label)


def _message(comment: Comment) -> Message:
    from_cms = comment.agency.side == Side.CMS
    role = "CMS" if from_cms else f"{comment.agency.short_name} (state)"
    return Message(role=role, at=comment.at, body=sanitise(comment.body), from_cms=from_cms)


def _history(proposal: Proposal, until: datetime) -> Iterable[HistoryEntry]:
    events = Event.objects.filter(proposal=proposal, verb__in=SHARED_VERBS, at__lte=until)
    for event in events.select_related("actor_agency", "proposal").order_by("at", "pk"):
        what = deed(event)
        yield HistoryEntry(at=event.at, what=what[0].upper() + what[1:], who=side_of(event))


def _cms_notes(proposal: Proposal) -> tuple[InternalNote, ...]:
    notes = Note.objects.filter(proposal=proposal, agency__side=Side.CMS).select_related("author").order_by("at", "pk")
    return tuple(
        InternalNote(
            at=note.at,
            author=note.author.name,
            section_id=note.section_key,
            prompt_id=note.prompt_id,
            body=sanitise(note.body),
        )
        for note in notes
    )
