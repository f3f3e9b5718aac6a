"""What a site administrator puts right: a comment released by mistake, a proposal begun under the wrong agency or stuck.

Nothing that is frozen changes; each act says why, how it stood before and after, and tells those concerned.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Administrator
from icm_portal.accounts.models import Agency, Membership, Side
from proposals import notify, policy, record
from proposals.actions import pausing, submitting
from proposals.audiences import CMS_ONCE_SUBMITTED, STATE_TEAM, Circle, state_team
from proposals.models import Comment, EarlyLook, Event, Notification, Proposal, Reminder, SignOff, Thread
from proposals.queries.access import lock
from proposals.status import NEEDS_REPLY, MailWhen, Status, ThreadStatus, Verb
from proposals.workflow import TABLE, ReasonMissing, TransitionRefused, told_in_place

#: Who hears of a correction: both sides, CMS as soon as it knows of the proposal.
TOLD = (STATE_TEAM, CMS_ONCE_SUBMITTED)


class CorrectionRefused(TransitionRefused):
    """It is not, or no longer, as the correction takes it to be; the message says so."""


def _begin(by: Administrator, proposal: Proposal, reason: str) -> Proposal:
    if not policy.can_correct(by):
        raise PermissionDenied
    if not reason.strip():
        raise ReasonMissing("Give a reason in a sentence or two.")
    return lock(proposal.pk)


def _tell(event: Event, now: datetime) -> None:
    notify.tell(event, chain.from_iterable(circle.find(event.proposal, now) for circle in TOLD))


# --- comments -------------------------------------------------------------------------------------------------------


def hide_comment(*, by: Administrator, comment: Comment, reason: str, now: datetime) -> None:
    """Put a notice in the place of a released comment's words, everywhere; a question without words needs no reply.

    Raises `PermissionDenied`, `ReasonMissing`, `CorrectionRefused`.
    """
    with transaction.atomic():
        proposal = _begin(by, comment.thread.proposal, reason)
        if not Comment.objects.filter(pk=comment.pk, hidden_at__isnull=True).update(hidden_at=now):
            raise CorrectionRefused("This comment is removed already.")
        thread = Thread.objects.get(pk=comment.thread_id)
        was, thread.status = thread.status, _without(thread)
        thread.save(update_fields=["status"])
        _record(Verb.COMMENT_HIDDEN, by, proposal, comment.pk, (was, thread), reason, now)


def show_comment(*, by: Administrator, comment: Comment, reason: str, now: datetime) -> None:
    """Put a comment's words back. Its thread stands again as it stood, unless it has moved on. Raises as `hide_comment`."""
    with transaction.atomic():
        proposal = _begin(by, comment.thread.proposal, reason)
        if not Comment.objects.filter(pk=comment.pk, hidden_at__isnull=False).update(hidden_at=None):
            raise CorrectionRefused("This comment is not removed.")
        thread = Thread.objects.get(pk=comment.thread_id)
        was, thread.status = thread.status, _as_before(proposal, comment, thread)
        thread.save(update_fields=["status"])
        _record(Verb.COMMENT_SHOWN, by, proposal, comment.pk, (was, thread), reason, now)


def _without(thread: Thread) -> str:
    """Return how a thread stands without the words that are hidden in it."""
    said = list(thread.comments.filter(hidden_at__isnull=True).select_related("agency").order_by("at", "pk"))
    if not any(comment.agency.is_cms for comment in said):
        return ThreadStatus.RESOLVED
    waits = thread.status == ThreadStatus.OPEN and not said[-1].agency.is_cms
    return ThreadStatus.ANSWERED if waits else thread.status


def _as_before(proposal: Proposal, comment: Comment, thread: Thread) -> str:
    """Return how a thread stood with the words that are back; what needs a reply and got none still waits for it."""
    hidden = Event.objects.filter(proposal=proposal, verb=Verb.COMMENT_HIDDEN, object_id=str(comment.pk))
    newest = hidden.select_related("correction").latest("pk").correction
    if thread.status != newest.became:
        return thread.status
    if thread.kind in NEEDS_REPLY:
        is_done = thread.comments.filter(agency__side=Side.STATE, round__gt=comment.round).exists()
    else:
        is_done = proposal.status != Status.CHANGES_REQUESTED
    return ThreadStatus.ANSWERED if newest.was == ThreadStatus.OPEN and is_done else newest.was


def _record(
    verb: Verb,
    by: Administrator,
    proposal: Proposal,
    comment_id: int,
    standing: tuple[str, Thread],
    reason: str,
    now: datetime,
) -> None:
    """Record the act with how the thread stood before and stands now, and tell both sides."""
    was, thread = standing
    event = record.append_correction(
        proposal=proposal,
        verb=verb,
        by=by,
        now=now,
        reason=reason.strip(),
        change=(was, thread.status),
        section_key=thread.section_key,
        object_id=comment_id,
    )
    _tell(event, now)


# --- the agency -----------------------------------------------------------------------------------------------------


def move_proposal(*, by: Administrator, proposal: Proposal, agency: Agency, reason: str, now: datetime) -> Proposal:
    """Give a proposal to another state agency. It keeps its number, answers, files, rounds and record.

    Raises `PermissionDenied`, `ReasonMissing`, `CorrectionRefused`.
    """
    with transaction.atomic():
        moved = _begin(by, proposal, reason)
        before = moved.agency
        if agency.side != Side.STATE or agency.pk == before.pk:
            raise CorrectionRefused("Choose another state agency.")
        had_it = list(state_team(moved, now))
        moved.agency, moved.updated_at = agency, now
        if not state_team(moved, now).exists():
            raise CorrectionRefused(f"Nobody writes for {agency.name} now. Invite its people first.")
        moved.save(update_fields=["agency", "updated_at"])
        _end_for(before, moved, now)
        event = record.append_correction(
            proposal=moved,
            verb=Verb.MOVED,
            by=by,
            now=now,
            reason=reason.strip(),
            change=(before.code, agency.code),
        )
        people = chain.from_iterable(circle.find(moved, now) for circle in TOLD)
        notify.tell(event, chain(had_it, people))
    return moved


def _end_for(agency: Agency, proposal: Proposal, now: datetime) -> None:
    """End what waits for people of an agency that no longer has the proposal, and what it shared early."""
    SignOff.objects.filter(proposal=proposal, agency=agency, ended_at__isnull=True).update(ended_at=now)
    EarlyLook.objects.filter(proposal=proposal, ended_at__isnull=True).update(ended_at=now)
    people = Membership.objects.filter(agency=agency).values("user")
    # That they were told stays: only the mails that have not gone out never go.
    waiting = {"recipient__in": people, "sent_at__isnull": True}
    Notification.objects.filter(event__proposal=proposal, **waiting).update(when=MailWhen.NEVER)
    Reminder.objects.filter(proposal=proposal, **waiting).update(when=MailWhen.NEVER)


# --- a step that nobody is left to take -----------------------------------------------------------------------------

#: What only gives a proposal back, ends it or lets its clock go on. Nobody signs, asks or decides for another.
IN_PLACE: dict[str, Callable[..., Proposal]] = {
    "recall": submitting.recall,
    "withdraw": submitting.withdraw,
    "resume": pausing.resume,
}


def step_in_place(
    *, by: Administrator, proposal: Proposal, name: str, seen: str, reason: str, now: datetime
) -> Proposal:
    """Take a step in the place of a side of which nobody can; ``seen`` is the status that was shown before.

    Raises `PermissionDenied`, `ReasonMissing`, `TransitionRefused`.
    """
    with transaction.atomic():
        locked = _begin(by, proposal, reason)
        if locked.status != seen:
            raise CorrectionRefused("The proposal has moved on meanwhile. Look at how it stands now.")
        return IN_PLACE[name](actor=by, proposal=locked, reason=reason, now=now)


def told_of_step(name: str) -> tuple[Circle, ...]:
    """Return who hears of a step that an administrator takes in the place of a side."""
    return told_in_place(TABLE[name]) if name in TABLE else pausing.TOLD
