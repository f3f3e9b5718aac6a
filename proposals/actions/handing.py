"""What is kept when CMS hands something to a state, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from icm_portal.accounts.models import Side
from proposals.models import Comment, Decision, DraftComment, Event, Handover, Proposal, Round

#: What a transition changes on a proposal besides its status and round.
CLOCK = ("status_since", "turn_since", "due_on", "paused_at", "paused_days")
#: What a comment does not say of the draft it was.
DRAFT = ("pk", "thread_id", "kind", "position", "updated_at", "edited_at", "from_note_id")


def clock_of(proposal: Proposal) -> dict[str, Any]:
    """Return the clock of a proposal as it stands."""
    return {name: getattr(proposal, name) for name in CLOCK}


def hand_over(
    event: Event,
    clock: Mapping[str, Any],
    *,
    release: Round | None = None,
    decision: Decision | None = None,
    made: Iterable[tuple[DraftComment, Comment]] = (),
) -> Handover:
    """Write down what CMS handed over with an event: a release, with each draft and the comment made of it, or a decision.

    ``clock`` is that of the proposal before it, see `clock_of`.
    """
    pairs = list(made)
    return Handover.objects.create(
        proposal=event.proposal,
        event=event,
        release=release,
        decision=decision,
        at=event.at,
        before={
            "clock": _as_json(clock),
            # What a lead left out of the round is left out again when it is put together anew.
            "left_out": [str(pk) for pk in _left_out(event.proposal)] if release else [],
            "threads": {str(draft.thread.pk): draft.thread.status for draft, _ in pairs if draft.thread},
            "drafts": {
                str(comment.pk): _as_json({name: getattr(draft, name) for name in DRAFT}) for draft, comment in pairs
            },
        },
    )


def _left_out(proposal: Proposal) -> Iterable[UUID]:
    return proposal.draft_comments.filter(agency__side=Side.CMS).values_list("pk", flat=True)


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = (str, int, type(None))
    return {
        name: value if isinstance(value, plain) else value.isoformat() if hasattr(value, "isoformat") else str(value)
        for name, value in values.items()
    }
