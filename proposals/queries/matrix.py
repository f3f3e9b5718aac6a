"""The response matrix: each question of a round, what came back, and what changed in the text for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from icm_portal.accounts.actor import Actor
from proposals import diff, policy
from proposals.models import Claim, Comment, DraftClaim, DraftComment, Proposal, Round, Submission, Thread
from proposals.passages import Reading
from proposals.queries import discussion
from proposals.queries.access import toolkit_of
from proposals.queries.claims import claim_of, proposed, questions_answered
from proposals.queries.drafts import as_document
from proposals.snapshot import FileChange, files_between, flat_answers
from proposals.status import ThreadStatus


@dataclass(frozen=True)
class Question:
    """One thread in one round: CMS's words, the replies, and the answers that were changed for it.

    ``draft`` is the reply the state is writing; it is there for that state only. ``claim`` is what the reply says was
    changed; without one, ``changes`` are those under what the question points to.
    """

    thread: Thread
    asked: tuple[Comment, ...]
    replies: tuple[Comment, ...]
    draft: DraftComment | None
    claim: Claim | DraftClaim | None
    changes: tuple[diff.PromptChange, ...]


class Asked(NamedTuple):
    """What a page of questions is chosen by: there may be hundreds, and each comes with long words."""

    pk: UUID
    section_key: str
    status: str


@dataclass(frozen=True)
class Narrowed:
    """Which questions a reader wants to see: those of one section, those that wait or those that are resolved."""

    section_key: str = ""
    standing: str = ""

    def wants(self, asked: Asked) -> bool:
        """Whether a question is one of them."""
        is_resolved = asked.status == ThreadStatus.RESOLVED
        fits = not self.standing or is_resolved == (self.standing == ThreadStatus.RESOLVED)
        return fits and self.section_key in ("", asked.section_key)

    def wants_change(self, change: diff.PromptChange) -> bool:
        """Whether a change stands in the section."""
        return self.section_key in ("", change.prompt.section_id)


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
    def reading(self) -> Reading | None:
        """The answers after this round as plain text."""
        return None if self.after is None else Reading(self.toolkit, flat_answers(self.after))

    @cached_property
    def changes(self) -> Mapping[str, diff.PromptChange]:
        """What changed after the questions, by prompt id."""
        if self.after is None:
            return {}
        found = diff.compare_documents(self.toolkit, self.release.submission.content, self.after)
        return {change.prompt.id: change for change in found}

    @property
    def _threads(self) -> QuerySet[Thread]:
        return discussion.asked_in(self.proposal, self.release.number, self.release.number)

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """What CMS asked in this round, by number."""
        found = self._threads.select_related(None).prefetch_related(None)
        return tuple(Asked(*row) for row in found.values_list("pk", "section_key", "status"))

    def questions(self, wanted: Iterable[Asked]) -> list[Question]:
        """Return some of these questions with what became of them, by number."""
        found = list(self._threads.filter(pk__in=[asked.pk for asked in wanted]))
        drafts = discussion.replies_by_thread(self.actor, self.proposal, found) if self.is_drafting else {}
        return [self._question(thread, drafts.get(thread.pk)) for thread in found]

    def _question(self, thread: Thread, draft: DraftComment | None) -> Question:
        comments, number = list(thread.comments.all()), self.release.number
        replies = tuple(c for c in comments if not c.agency.is_cms and c.round == number + 1)
        claim = claim_of(draft) if draft else next(filter(None, map(claim_of, reversed(replies))), None)
        named = claim.prompt_ids if claim else proposed(thread, self.changes)
        return Question(
            thread=thread,
            asked=tuple(c for c in comments if c.agency.is_cms and c.round == number),
            replies=replies,
            draft=draft,
            claim=claim,
            changes=tuple(self.changes[prompt_id] for prompt_id in named if prompt_id in self.changes),
        )

    @cached_property
    def unasked(self) -> tuple[diff.PromptChange, ...]:
        """The changes that no reply of this round names, and where replies name nothing, that no question points to."""
        if not self.changes:
            return ()
        rounds = (self.release.number, self.release.number)
        named = questions_answered(
            self.actor, self.proposal, rounds, self.changes.values(), with_draft=self.is_drafting
        )
        return tuple(change for prompt_id, change in self.changes.items() if prompt_id not in named)

    @cached_property
    def files_about_all(self) -> tuple[FileChange, ...]:
        """The files about the whole proposal that came and went."""
        if self.after is None:
            return ()
        found = files_between(self.release.submission.content, self.after)
        return tuple(file for file in found if not file.prompt_id)
