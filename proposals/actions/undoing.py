"""CMS takes back what it handed to a state by mistake: within an hour, and only if nobody there has opened it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership
from proposals import workflow
from proposals.actions.handing import CLOCK
from proposals.models import Comment, Decision, DraftComment, Handover, Note, Notification, Proposal, Thread
from proposals.queries.handovers import REACHED, newest, undo_until

TOO_LATE = "The hour in which this could be taken back is over."


def undo_release(*, actor: Actor, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """Take the released questions back: they are drafts again, and the round is in review as if nothing had been.

    Raises `workflow.TransitionRefused`, `PermissionDenied`.
    """
    return _undo("undo_release", _redraft, actor=actor, proposal=proposal, reason=reason, now=now)


def undo_decision(*, actor: Actor, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """Take the announced decision back: it is a draft again. Raises as `undo_release`."""
    return _undo("undo_decision", _unannounce, actor=actor, proposal=proposal, reason=reason, now=now)


def _undo(
    name: str,
    take_back: Callable[[Handover], object],
    *,
    actor: Actor,
    proposal: Proposal,
    reason: str,
    now: datetime,
) -> Proposal:
    def effect(locked: Proposal) -> None:
        handed = newest(locked)
        if handed is None or undo_until(locked, now) is None:
            raise workflow.TransitionRefused(TOO_LATE)
        _withdraw_notices(handed, now)
        take_back(handed)
        handed.undone_at, handed.undone_by = now, actor.user
        handed.save(update_fields=["undone_at", "undone_by"])

    with transaction.atomic():
        moved = workflow.perform(name=name, proposal_id=proposal.pk, actor=actor, now=now, effect=effect, reason=reason)
        _put_clock_back(moved)
    return moved


def _withdraw_notices(handed: Handover, now: datetime) -> None:
    """Delete the notices that have reached nobody of the state; those with a mail on its way need no reading any more."""
    theirs = Membership.objects.filter(agency=handed.proposal.agency).values("user")
    notices = Notification.objects.filter(event=handed.event_id, recipient__in=theirs)
    notices.exclude(REACHED).delete()
    notices.filter(read_at__isnull=True).update(read_at=now)


def _put_clock_back(proposal: Proposal) -> None:
    handed = newest(proposal)
    clock: dict[str, Any] = handed.before["clock"] if handed else {}
    for name in CLOCK:
        value = clock[name]
        read = date.fromisoformat if name == "due_on" else datetime.fromisoformat
        setattr(proposal, name, read(value) if isinstance(value, str) else value)
    proposal.save(update_fields=list(CLOCK))


def _redraft(handed: Handover) -> None:
    """Make the released comments drafts again, each under its own id, by its author and in its place."""
    before = handed.before
    comments = Comment.objects.filter(pk__in=before["drafts"]).select_related("thread").order_by("pk")
    for comment in comments:
        # What an administrator has removed does not come back with the next release.
        if comment.hidden_at is None:
            _redraft_one(comment, before["drafts"][str(comment.pk)])
    touched = {comment.thread_id for comment in comments}
    comments.delete()
    Thread.objects.filter(pk__in=touched, comments__isnull=True).delete()
    for thread, status in before["threads"].items():
        Thread.objects.filter(pk=thread).update(status=status)


def _redraft_one(comment: Comment, draft: dict[str, Any]) -> None:
    thread, follows_up = comment.thread, bool(draft["thread_id"])
    passage = {} if follows_up else {"quote": thread.quote, "row_id": thread.row_id, "row_words": thread.row_words}
    at = {name: draft[name] and datetime.fromisoformat(draft[name]) for name in ("updated_at", "edited_at")}
    DraftComment.objects.create(
        pk=draft["pk"],
        proposal_id=thread.proposal_id,
        agency_id=comment.agency_id,
        author_id=comment.author_id,
        thread=thread if follows_up else None,
        kind=draft["kind"],
        section_key=thread.section_key,
        prompt_id=thread.prompt_id,
        body=comment.words,
        position=draft["position"],
        from_note=Note.objects.filter(pk=draft["from_note_id"]).first(),
        **at,
        **passage,
    )


def _unannounce(handed: Handover) -> None:
    Decision.objects.filter(handovers=handed).update(announced_at=None, announced_by=None)
