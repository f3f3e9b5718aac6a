"""The response matrix: each question of a round, what came back, and what changed in the text for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from icm_portal.accounts.actor import Actor
from proposals import diff, policy
from proposals.models import Comment, DraftComment, Proposal, Round, Submission, Thread
from proposals.queries import discussion
from proposals.queries.access import toolkit_of
from proposals.queries.drafts import as_document


@dataclass(frozen=True)
class Question:
    """One thread in one round: CMS's words, the replies, and the changes to what it points to.

    ``draft`` is the reply the state is writing; it is there for that state only.
    """

    thread: Thread
    asked: tuple[Comment, ...]
    replies: tuple[Comment, ...]
    draft: DraftComment | None
    changes: tuple[diff.PromptChange, ...]


def releases(proposal: Proposal) -> list[Round]:
    """Return the rounds of questions that CMS has released, oldest first."""
    return list(Round.objects.filter(proposal=proposal).order_by("number"))


class Matrix:
    """The questions of one release as one reader may see them.

    The text that was asked about is compared with the submission that followed; for a state that is still writing,
    with its draft. While CMS waits for the reply there is nothing to compare: ``after`` is ``None``.
    """

    def __init__(self, actor: Actor, proposal: Proposal, release: Round) -> None:
        self.actor = actor
        self.proposal = proposal
        self.release = release
        self.toolkit = toolkit_of(proposal)

    @cached_property
    def next_submission(self) -> Submission | None:
        """The submission that answered, unless it was recalled or is still to come."""
        found = self.proposal.submissions.filter(round=self.release.number + 1, recall__isnull=True)
        return found.order_by("-attempt").first()

    @cached_property
    def is_drafting(self) -> bool:
        """Whether the reader's own draft stands for the reply that is still to come."""
        return self.next_submission is None and policy.can_view_draft(self.actor, self.proposal)

    @cached_property
    def after(self) -> Mapping[str, Any] | None:
        """The answers and files after this round, as far as the reader may know them."""
        if self.next_submission:
            content: Mapping[str, Any] = self.next_submission.content
            return content
        return as_document(self.proposal) if self.is_drafting else None

    @cached_property
    def changes(self) -> Mapping[str, diff.PromptChange]:
        """What changed after the questions, by prompt id."""
        if self.after is None:
            return {}
        found = diff.compare_documents(self.toolkit, self.release.submission.content, self.after)
        return {change.prompt.id: change for change in found}

    @cached_property
    def asked(self) -> QuerySet[Thread]:
        """The threads in which CMS asked something in this round, by number."""
        return discussion.asked_in(self.proposal, self.release.number, self.release.number)

    def questions(self, found: Collection[Thread]) -> tuple[Question, ...]:
        """Return what belongs to some of the threads that were `asked`."""
        drafts = discussion.replies_by_thread(self.actor, self.proposal, found) if self.is_drafting else {}
        return tuple(self._question(thread, drafts.get(thread.pk)) for thread in found)

    def _question(self, thread: Thread, draft: DraftComment | None) -> Question:
        comments = list(thread.comments.all())
        number = self.release.number
        return Question(
            thread=thread,
            asked=tuple(c for c in comments if c.agency.is_cms and c.round == number),
            replies=tuple(c for c in comments if not c.agency.is_cms and c.round == number + 1),
            draft=draft,
            changes=tuple(change for change in self.changes.values() if _points_to(thread, change)),
        )

    @cached_property
    def unasked(self) -> tuple[diff.PromptChange, ...]:
        """The changes that no question of this round points to."""
        if not self.changes:
            return ()
        places = set(self.asked.values_list("section_key", "prompt_id"))
        return tuple(
            change
            for change in self.changes.values()
            if not places & {(change.prompt.section_id, change.prompt.id), (change.prompt.section_id, "")}
        )


def _points_to(thread: Thread, change: diff.PromptChange) -> bool:
    """Whether a thread asks about a prompt: by name, or by its whole section."""
    if thread.prompt_id:
        return thread.prompt_id == change.prompt.id
    return bool(thread.section_key) and thread.section_key == change.prompt.section_id
