"""The frozen text that CMS's remarks point into."""

from __future__ import annotations

from proposals.models import Proposal
from proposals.passages import Reading
from proposals.queries.access import toolkit_of
from proposals.queries.drafts import last_submission
from proposals.snapshot import flat_answers


def frozen_reading(proposal: Proposal) -> Reading:
    """Return the text of the round that counts now; that of nothing while there is none."""
    submission = last_submission(proposal)
    return Reading(toolkit_of(proposal), flat_answers(submission.content) if submission else {})
