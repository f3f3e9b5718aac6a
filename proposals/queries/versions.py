"""The texts of a proposal that a reader may put side by side: submissions, and for the state its draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icm_portal.accounts.actor import Actor
from proposals import policy
from proposals.models import Proposal, Submission
from proposals.queries.access import submissions
from proposals.queries.drafts import all_answers
from proposals.snapshot import flat_answers, merged
from toolkit.answers import Answers

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


def answers_of(proposal: Proposal, version: Version) -> Answers:
    """Return the answers of a version that `versions` has handed out."""
    if version.submission is None:
        return merged(all_answers(proposal))
    return flat_answers(version.submission.content)
