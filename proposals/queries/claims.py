"""What replies say was changed for their questions: claimed, proposed from the comparison, and no longer true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import overload

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
    """Return the claim of a reply, read beside it; ``None`` for one that claims nothing yet, or from before claims."""
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
    actor: Actor, proposal: Proposal, first: int, last: int, *, with_draft: bool = False
) -> dict[str, list[str]]:
    """Return by prompt the questions ("Q4") of the rounds from ``first`` to ``last`` that a change of it answers.

    A question whose replies claim nothing counts for everything it points to; "" stands for the proposal as a whole.
    With ``with_draft``, what the state has drafted counts too; a reader at CMS has no drafted replies.
    """
    threads = list(discussion.asked_in(proposal, first, last))
    for thread in threads:
        thread.proposal = proposal
    drafted = discussion.replies_by_thread(actor, proposal, threads) if with_draft else {}
    found: dict[str, list[str]] = {}
    for thread in threads:
        draft = drafted.get(thread.pk)
        said = [claim_of(comment) for comment in thread.comments.all() if first < comment.round <= last + 1]
        claims = [claim for claim in (*said, claim_of(draft) if draft else None) if claim]
        named = [prompt_id for claim in claims for prompt_id in claim.prompt_ids] if claims else _under(thread)
        for prompt_id in dict.fromkeys(named):
            found.setdefault(prompt_id, []).append(str(thread))
    return found


def _under(thread: Thread) -> list[str]:
    """Return the prompts that a thread points to; "" for one on the whole proposal."""
    if thread.prompt_id or not thread.section_key:
        return [thread.prompt_id]
    return [prompt.id for prompt in toolkit_of(thread.proposal).section(thread.section_key).prompts]
