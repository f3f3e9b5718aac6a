"""What replies say was changed for their questions: claimed, proposed from the comparison, and no longer true."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import overload
from uuid import UUID

from django.db.models import Q

from icm_portal.accounts.actor import Actor
from proposals import diff
from proposals.models import Claim, Comment, DraftClaim, DraftComment, Proposal, Thread
from proposals.queries import discussion
from proposals.queries.access import toolkit_of
from proposals.queries.drafts import as_document, last_submission
from proposals.status import NEEDS_REPLY, ThreadStatus

#: What differs between what CMS asked about and what stands there now, by prompt id.
Changes = Mapping[str, diff.PromptChange]


@overload
def claim_of(words: Comment) -> Claim | None: ...


@overload
def claim_of(words: DraftComment) -> DraftClaim | None: ...


def claim_of(words: Comment | DraftComment) -> Claim | DraftClaim | None:
    """Return the claim of a reply, read beside it.

    ``None`` for one that claims nothing yet, from before claims, or whose words an administrator has removed.
    """
    if isinstance(words, Comment) and words.hidden_at:
        return None
    found: Claim | DraftClaim | None = getattr(words, "claim", None)
    return found


def draft_changes(proposal: Proposal) -> Changes:
    """Return what the state changed since the submission that the open questions are about."""
    before = last_submission(proposal)
    if before is None:
        return {}
    found = diff.compare_documents(toolkit_of(proposal), before.content, as_document(proposal))
    return {change.prompt.id: change for change in found}


def proposed(thread: Thread, changes: Changes) -> list[str]:
    """Return the changed answers under what a question points to: its prompt, else its section."""
    return [change.prompt.id for change in changes.values() if points_to(thread, change)]


def points_to(thread: Thread, change: diff.PromptChange) -> bool:
    """Whether a thread asks about a prompt: by name, or by its whole section."""
    if thread.prompt_id:
        return thread.prompt_id == change.prompt.id
    return bool(thread.section_key) and thread.section_key == change.prompt.section_id


def drafted_replies(proposal: Proposal) -> list[DraftComment]:
    """Return the replies that the state has drafted, with their claims, in the order of the questions."""
    found = DraftComment.objects.filter(proposal=proposal, agency=proposal.agency_id, thread__isnull=False)
    return list(found.select_related("thread", "claim").order_by("thread__number"))


def unclaimed(replies: Iterable[DraftComment]) -> list[Thread]:
    """Return the questions whose reply does not yet say what was changed for them, as far as they must be answered."""
    return [
        draft.thread
        for draft in replies
        if draft.thread and claim_of(draft) is None
        if draft.thread.kind in NEEDS_REPLY and draft.thread.status == ThreadStatus.OPEN
    ]


def untrue(proposal: Proposal, replies: Iterable[DraftComment]) -> list[tuple[Thread, str]]:
    """Return questions with an answer that their reply names although it reads as it did."""
    named = [
        (draft.thread, prompt_id)
        for draft in replies
        if draft.thread and (claim := claim_of(draft))
        for prompt_id in claim.prompt_ids
    ]
    changes = draft_changes(proposal) if named else {}
    return [(thread, prompt_id) for thread, prompt_id in named if prompt_id not in changes]


def questions_answered(
    actor: Actor,
    proposal: Proposal,
    rounds: tuple[int, int],
    changed: Iterable[diff.PromptChange],
    *,
    with_draft: bool = False,
) -> dict[str, list[str]]:
    """Return by prompt the questions ("Q4") asked from the first to the last of ``rounds`` that a change of it answers.

    A question whose replies claim nothing counts for everything it points to; "" stands for the proposal as a whole.
    Questions on sections in which nothing ``changed`` are passed over, unless a reply names answers. With
    ``with_draft``, what the state has drafted counts too; a reader at CMS has no drafted replies.
    """
    first, last = rounds
    sections = {"", *(change.prompt.section_id for change in changed)}
    claimed: dict[UUID, list[str]] = {}
    for thread_id, named in _claims(actor, proposal, (first + 1, last + 1), sections, with_draft=with_draft):
        claimed.setdefault(thread_id, []).extend(named)
    asked = discussion.asked_in(proposal, first, last).select_related(None).prefetch_related(None)
    asked = asked.filter(Q(section_key__in=sections) | Q(pk__in=claimed))
    found: dict[str, list[str]] = {}
    for thread_id, number, section_key, prompt_id in asked.values_list("pk", "number", "section_key", "prompt_id"):
        named = claimed[thread_id] if thread_id in claimed else _under(proposal, section_key, prompt_id)
        for name in dict.fromkeys(named):
            found.setdefault(name, []).append(f"Q{number}")
    return found


def _claims(
    actor: Actor, proposal: Proposal, rounds: tuple[int, int], sections: Collection[str], *, with_draft: bool
) -> Iterator[tuple[UUID, list[str]]]:
    """Yield what replies claim, by thread, without their words: on some sections, and all that name answers."""
    released = Claim.objects.filter(comment__thread__proposal=proposal, comment__round__range=rounds)
    released = released.filter(Q(comment__thread__section_key__in=sections) | ~Q(prompt_ids=[]))
    released = released.filter(comment__hidden_at__isnull=True)
    yield from released.order_by("comment__at", "pk").values_list("comment__thread_id", "prompt_ids")
    if with_draft:
        drafted = DraftClaim.objects.filter(draft__proposal=proposal, draft__agency=actor.agency)
        yield from drafted.values_list("draft__thread_id", "prompt_ids")


def _under(proposal: Proposal, section_key: str, prompt_id: str) -> list[str]:
    """Return the prompts that a thread points to; "" for one on the whole proposal."""
    if prompt_id or not section_key:
        return [prompt_id]
    return [prompt.id for prompt in toolkit_of(proposal).section(section_key).prompts]
