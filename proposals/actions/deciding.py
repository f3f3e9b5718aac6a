"""How CMS ends a review: the decision drafted, announced, and opened again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from proposals import policy, record, workflow
from proposals.actions.handing import clock_of, hand_over
from proposals.blockers import Blocker
from proposals.models import Decision, Proposal, Round
from proposals.queries.access import lock, toolkit_of
from proposals.queries.drafts import last_submission
from proposals.status import Outcome, Verb
from toolkit.richtext import sanitise, to_text

#: A second pair of eyes reads every letter.
OWN_DRAFT = (
    "You saved this draft last, so somebody else announces it: another approver, or you after a lead has saved it."
)
#: The approver confirms what they read, whoever saved it again in the same minute.
DRAFT_CHANGED = "The draft has changed since you opened this page. Read it again."


class LetterMissing(Exception):
    """A decision needs a letter to the state."""


class NothingReopened(Exception):
    """Reopening needs sections that the state may edit, and a due date to come."""


def draft_decision(*, actor: Actor, proposal: Proposal, outcome: str, letter: str, now: datetime) -> Decision:
    """Write or rewrite the outcome and the letter on the submission under review; CMS only. Returns the decision.

    Raises `PermissionDenied`, `LetterMissing`.
    """
    clean = sanitise(letter)
    if not to_text(clean).strip():
        raise LetterMissing("Write the letter to the state.")
    with transaction.atomic():
        locked = lock(proposal.pk)
        current = last_submission(locked)
        if current is None or not policy.can_draft_decision(actor, locked):
            raise PermissionDenied
        decision, _made = Decision.objects.update_or_create(
            submission=current,
            defaults={
                "proposal": proposal,
                "outcome": Outcome(outcome),
                "letter": clean,
                "drafted_by": actor.user,
                "drafted_at": now,
            },
        )
        record.append(proposal=proposal, verb=Verb.DECISION_DRAFTED, actor=actor, now=now, object_id=decision.pk)
    return decision


def conclude(*, actor: Actor, proposal: Proposal, drafted_at: datetime, now: datetime) -> Proposal:
    """Announce the drafted decision to the state, if it is the one of ``drafted_at``, which the approver has read.

    Raises `workflow.TransitionRefused` when it was saved again since, `workflow.Blocked` while no other person has
    drafted one.
    """
    before: dict[str, Any] = {}

    def effect(locked: Proposal) -> None:
        drafted = Decision.objects.get(submission=last_submission(locked), announced_at__isnull=True)
        if drafted.drafted_at != drafted_at:
            raise workflow.TransitionRefused(DRAFT_CHANGED)
        if drafted.drafted_by_id == actor.user.pk:
            raise workflow.Blocked((Blocker(OWN_DRAFT),))
        drafted.announced_at, drafted.announced_by = now, actor.user
        drafted.save(update_fields=["announced_at", "announced_by"])
        before.update(clock=clock_of(locked), decision=drafted)

    return workflow.perform(
        name="conclude",
        proposal_id=proposal.pk,
        actor=actor,
        now=now,
        effect=effect,
        afterword=lambda event: hand_over(event, **before),
    )


def reopen(
    *, actor: Actor, proposal: Proposal, reason: str, section_keys: Collection[str], due_on: date, now: datetime
) -> Proposal:
    """Open a concluded proposal for another round in the named sections.

    Raises `NothingReopened`, `workflow.TransitionRefused`, `PermissionDenied`.
    """
    known = {section.id for section in toolkit_of(proposal).sections}
    if not section_keys or not set(section_keys) <= known:
        raise NothingReopened("Choose at least one section that the state may change.")
    if due_on <= timezone.localdate(now):
        raise NothingReopened("Choose a due date after today.")

    def effect(locked: Proposal) -> None:
        current = last_submission(locked)
        if current is None:
            raise workflow.TransitionRefused("There is no submission to reopen.")
        Round.objects.create(
            proposal=locked,
            submission=current,
            number=locked.round,
            attempt=locked.handovers.filter(release__number=locked.round).count() + 1,
            due_on=due_on,
            section_keys=sorted(section_keys),
            cover_text="",
            released_by=actor.user,
            released_at=now,
        )

    return workflow.perform(
        name="reopen", proposal_id=proposal.pk, actor=actor, now=now, effect=effect, due_on=due_on, reason=reason
    )
