"""The texts of a proposal that a reader may put side by side: submissions, and for the state its draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icm_portal.accounts.actor import Actor
from proposals import policy
from proposals.models import Proposal, Submission
from proposals.queries.access import submissions
from proposals.queries.drafts import as_document

DRAFT = "draft"


@dataclass(frozen=True)
class Version:
    """A submission or the draft; ``key`` names it in an address, ``round`` is the round it belongs to."""

    key: str
    round: int
    at: datetime
    submission: Submission | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        if self.submission is None:
            return "The draft"
        return f"Round {self.round}" if "." not in self.key else f"Round {self.round}, recalled"


def versions(actor: Actor, proposal: Proposal) -> list[Version]:
    """Return what the actor may compare, oldest first; the draft of a state that is writing comes last."""
    found = [_version(submission) for submission in reversed(submissions(actor, proposal))]
    if policy.can_view_draft(actor, proposal) and proposal.is_state_turn:
        found.append(Version(DRAFT, proposal.round, proposal.updated_at))
    return found


def _version(submission: Submission) -> Version:
    recalled = hasattr(submission, "recall")
    key = f"{submission.round}.{submission.attempt}" if recalled else str(submission.round)
    return Version(key, submission.round, submission.submitted_at, submission)


def content_of(proposal: Proposal, version: Version) -> Mapping[str, Any]:
    """Return the answers and files of a version that `versions` has handed out."""
    if version.submission is None:
        return as_document(proposal)
    content: Mapping[str, Any] = version.submission.content
    return content
