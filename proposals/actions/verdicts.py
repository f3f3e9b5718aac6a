"""What a reviewer says of a section for their division, and the ticks by which they keep their own place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy, record
from proposals.models import Proposal, SectionReview, Submission, Viewed
from proposals.queries.access import lock
from proposals.snapshot import digest_of_section, digests_of_section
from proposals.status import Verb, Verdict
from toolkit.types import Section

#: A reason is a few sentences; questions to the state have a box of their own.
LONGEST_REASON = 4_000


class VerdictRefused(Exception):
    """The verdict cannot be saved; the message says why."""


class NewerVerdict(Exception):
    """A colleague of the division saved another verdict meanwhile; it stands in ``review``."""

    def __init__(self, review: SectionReview) -> None:
        super().__init__("A colleague saved another verdict here meanwhile.")
        self.review = review


def give_verdict(  # noqa: PLR0913 - what is said of what, by whom, for whom
    *,
    actor: Actor,
    proposal: Proposal,
    submission: Submission,
    section: Section,
    division: str,
    verdict: Verdict,
    reason: str,
    seen: str,
    now: datetime,
) -> SectionReview:
    """Save what a division says of a section in the round under review; return it.

    ``seen`` is the `stamp` of the verdict that the writer had before them, "" for none. Raises `PermissionDenied`,
    `VerdictRefused`, and `NewerVerdict` when a colleague was faster: theirs stands until the writer has seen it.
    """
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise VerdictRefused(f"This reason has {len(reason):,} characters, {LONGEST_REASON:,} fit. Shorten it.")
    with transaction.atomic():
        locked = lock(proposal.pk)
        _check_open(actor, locked, submission, division)
        place: dict[str, Any] = {"submission": submission, "section_key": section.id, "division": division}
        standing = SectionReview.objects.filter(**place).select_related("by").first()
        if standing and standing.by_id != actor.user.pk and stamp(standing) != seen:
            raise NewerVerdict(standing)
        digest = digest_of_section(submission.content, section)
        said = {"proposal": locked, "verdict": verdict, "reason": reason, "digest": digest, "by": actor.user, "at": now}
        review, _ = SectionReview.objects.update_or_create(defaults=said, **place)
        record.append(
            proposal=locked, verb=Verb.VERDICT_GIVEN, actor=actor, now=now, section_key=section.id, object_id=division
        )
    return review


def _check_open(actor: Actor, proposal: Proposal, submission: Submission, division: str) -> None:
    if not policy.can_give_verdict(actor, proposal, division):
        raise PermissionDenied
    if submission.proposal_id != proposal.pk or submission.round != proposal.round:
        raise VerdictRefused("Verdicts are given on the round under review. Open the newest round.")


def stamp(review: SectionReview | None) -> str:
    """Return what tells one state of a verdict from another; "" when there is none."""
    return review.at.isoformat() if review else ""


def mark_viewed(*, actor: Actor, proposal: Proposal, submission: Submission, section: Section, now: datetime) -> None:
    """Note that the actor has read a section as it stands in a submission. Raises `PermissionDenied`."""
    if not policy.can_tick_viewed(actor, proposal):
        raise PermissionDenied
    said = {"submission": submission, "digests": digests_of_section(submission.content, section), "at": now}
    Viewed.objects.update_or_create(person=actor.user, proposal=proposal, section_key=section.id, defaults=said)


def unmark_viewed(*, actor: Actor, proposal: Proposal, section: Section) -> None:
    """Take the actor's tick back; without one, nothing happens. Raises `PermissionDenied`."""
    if not policy.can_tick_viewed(actor, proposal):
        raise PermissionDenied
    Viewed.objects.filter(person=actor.user, proposal=proposal, section_key=section.id).delete()
