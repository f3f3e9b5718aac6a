"""What a lead does with the drafted comments of all divisions before they go out as one round: merge and order them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy, record
from proposals.actions.discussing import checked_words, record_draft
from proposals.actions.wordings import keep_draft
from proposals.models import DraftComment, Proposal
from proposals.queries.access import lock
from proposals.queries.discussion import drafts, release_order
from proposals.status import Status, ThreadKind, Verb

FEWEST = 2


class CannotMerge(Exception):
    """The comments cannot become one; the message says why."""


def merge_drafts(
    *, actor: Actor, proposal: Proposal, draft_ids: Collection[UUID], kind: str, body: str, now: datetime
) -> DraftComment:
    """Make one drafted comment of several on the same place, with words that a lead has written from theirs; return it.

    The first of them stays, with its author; the others go, and their words stay readable inside CMS. Authors are told.
    Raises `PermissionDenied`, `CannotMerge`, `EmptyText`, `TextTooLong`.
    """
    with transaction.atomic():
        proposal = _locked(actor, proposal)
        found = release_order(proposal, drafts(actor, proposal).filter(pk__in=draft_ids).select_related("agency"))
        _check(found, draft_ids)
        kept, *others = found
        for draft in found:
            draft.proposal = proposal
            keep_draft(draft)
        _take_passage(kept, others)
        kept.kind, kept.body = ThreadKind(kind), checked_words(body)
        kept.updated_at = kept.edited_at = now
        kept.save()
        is_own = kept.author_id == actor.user.pk
        record_draft(kept, Verb.DRAFT_COMMENT_SAVED if is_own else Verb.DRAFT_COMMENT_EDITED, actor, now)
        for draft in others:
            record_draft(draft, Verb.DRAFT_COMMENT_MERGED, actor, now)
            draft.delete()
    return kept


def _check(found: list[DraftComment], draft_ids: Collection[UUID]) -> None:
    if len(found) != len(set(draft_ids)):
        raise CannotMerge("A comment was dropped or already released meanwhile. Look at the list again.")
    if len(found) < FEWEST:
        raise CannotMerge("Choose at least two comments.")
    if len({(draft.section_key, draft.prompt_id) for draft in found}) > 1 or any(draft.thread_id for draft in found):
        raise CannotMerge("Only new comments on the same place can become one.")


def _take_passage(kept: DraftComment, others: list[DraftComment]) -> None:
    """Let the comment that stays point to the first passage that any of them pointed to."""
    source = next((draft for draft in (kept, *others) if draft.quote or draft.row_id), kept)
    kept.quote, kept.row_id, kept.row_words = source.quote, source.row_id, source.row_words


def move_draft(*, actor: Actor, proposal: Proposal, draft: DraftComment, step: int, now: datetime) -> None:
    """Let a drafted comment change places with its neighbor: ``step`` is -1 for up, 1 for down. At the end it stays.

    The order decides the numbers of the questions. Raises `PermissionDenied`.
    """
    with transaction.atomic():
        proposal = _locked(actor, proposal)
        order = release_order(proposal, drafts(actor, proposal))
        place = next((place for place, item in enumerate(order) if item.pk == draft.pk), None)
        if place is None or not 0 <= place + step < len(order):
            return
        order[place], order[place + step] = order[place + step], order[place]
        for position, item in enumerate(order):
            item.position = position
        DraftComment.objects.bulk_update(order, ["position"])
        record.append(
            proposal=proposal, verb=Verb.DRAFT_COMMENTS_ORDERED, actor=actor, now=now, section_key=draft.section_key
        )


def _locked(actor: Actor, proposal: Proposal) -> Proposal:
    locked = lock(proposal.pk)
    if not policy.can_release_round(actor, locked) or locked.status != Status.IN_REVIEW:
        raise PermissionDenied
    return locked
