"""Where a thread stands: resolved by CMS, or open for another look, each with a reason that CMS alone reads."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy, record
from proposals.actions.discussing import LONGEST_REASON, EmptyText, TextTooLong
from proposals.models import StandingReason, Thread
from proposals.queries.access import lock
from proposals.status import ThreadStatus, Verb


def resolve_thread(*, actor: Actor, thread: Thread, now: datetime, reason: str = "") -> None:
    """Close a thread: CMS is content with the reply. Raises `PermissionDenied`, `TextTooLong`."""
    standing = (ThreadStatus.OPEN, ThreadStatus.ANSWERED)
    _set_standing(actor, thread, standing, ThreadStatus.RESOLVED, Verb.THREAD_RESOLVED, reason, now)


def reopen_thread(*, actor: Actor, thread: Thread, reason: str, now: datetime) -> None:
    """Take a resolution back: the thread counts as answered again. Any other stays.

    Raises `PermissionDenied`, `EmptyText` without a reason, `TextTooLong`.
    """
    if not reason.strip():
        raise EmptyText("Say in a sentence why it is open again.")
    _set_standing(actor, thread, (ThreadStatus.RESOLVED,), ThreadStatus.ANSWERED, Verb.THREAD_REOPENED, reason, now)


def _set_standing(
    actor: Actor,
    thread: Thread,
    before: tuple[ThreadStatus, ...],
    status: ThreadStatus,
    verb: Verb,
    reason: str,
    now: datetime,
) -> None:
    text = reason.strip()
    if len(text) > LONGEST_REASON:
        raise TextTooLong(f"This reason has {len(text):,} characters, {LONGEST_REASON:,} fit. Shorten it.")
    with transaction.atomic():
        thread.proposal = lock(thread.proposal_id)
        if not policy.can_resolve_thread(actor, thread):
            raise PermissionDenied
        if not Thread.objects.filter(pk=thread.pk, status__in=before).update(status=status):
            return
        event = record.append(
            proposal=thread.proposal,
            verb=verb,
            actor=actor,
            now=now,
            section_key=thread.section_key,
            object_id=thread.pk,
        )
        if text:
            StandingReason.objects.create(event=event, thread=thread, text=text)
