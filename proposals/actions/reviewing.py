"""CMS's work on a proposal: who reviews it, the beginning of a review, and the release of a round of questions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Side, User
from icm_portal.accounts.policy import CMS_REVIEWERS
from icm_portal.accounts.queries import recipients
from proposals import divisions, notify, policy, record, workflow
from proposals.actions.handing import clock_of, hand_over
from proposals.models import Assignment, Comment, DraftComment, Proposal, Round, Thread
from proposals.queries.access import lock, toolkit_of
from proposals.queries.default_reviewers import default_reviewers
from proposals.queries.discussion import release_order
from proposals.queries.drafts import last_submission
from proposals.status import ThreadStatus, Verb


class CannotRelease(Exception):
    """The release is not complete; the message says what is missing."""


class NotAReviewer(Exception):
    """The person does not review for CMS."""


class UnknownDivision(Exception):
    """CMS has no such division."""


def begin_review(*, actor: Actor, proposal: Proposal, now: datetime) -> Proposal:
    """Start the review; the state can no longer recall. The first lead who begins becomes the lead reviewer.

    While nobody is assigned, the default reviewers of the state are.
    """

    def effect(locked: Proposal) -> None:
        if not locked.assignments.exists():
            for default in default_reviewers(locked.agency, now):
                _put(actor, locked, default.reviewer, default.division, now)
        if locked.lead_reviewer_id is None and actor.role in policy.CMS_LEADS:
            locked.lead_reviewer = actor.user

    return workflow.perform(name="begin_review", proposal_id=proposal.pk, actor=actor, now=now, effect=effect)


def assign(*, actor: Actor, proposal: Proposal, reviewer: User, now: datetime, division: str = "") -> None:
    """Put a reviewer on a proposal for a division, or for none; doing it twice changes nothing.

    They are told of their first assignment, and not again of another division. Whoever works for a division is no longer
    on the proposal without one. Raises `PermissionDenied`, `NotAReviewer`, `UnknownDivision`.
    """
    _check_assigning(actor, proposal, reviewer, now)
    if division and division not in divisions.working_keys():
        raise UnknownDivision("Choose a division from the list.")
    with transaction.atomic():
        lock(proposal.pk)
        standing = Assignment.objects.filter(proposal=proposal, reviewer=reviewer)
        had = set(standing.values_list("division", flat=True))
        if division in had or (had and not division):
            return
        _put(actor, proposal, reviewer, division, now)
        standing.filter(division="").exclude(division=division).delete()


def _put(actor: Actor, proposal: Proposal, reviewer: User, division: str, now: datetime) -> None:
    """Write an assignment; only whoever had none is told."""
    is_new = not Assignment.objects.filter(proposal=proposal, reviewer=reviewer).exists()
    Assignment.objects.create(proposal=proposal, reviewer=reviewer, division=division, at=now)
    event = record.append(proposal=proposal, verb=Verb.ASSIGNED, actor=actor, now=now, object_id=reviewer.pk)
    if is_new:
        notify.tell(event, [reviewer])


def unassign(*, actor: Actor, proposal: Proposal, reviewer: User, now: datetime, division: str | None = None) -> None:
    """Take a reviewer off a division, or with ``None`` off the whole proposal. Raises `PermissionDenied`."""
    if not policy.can_assign(actor, proposal):
        raise PermissionDenied
    with transaction.atomic():
        standing = Assignment.objects.filter(proposal=proposal, reviewer=reviewer)
        gone, _ = (standing if division is None else standing.filter(division=division)).delete()
        if gone:
            record.append(proposal=proposal, verb=Verb.UNASSIGNED, actor=actor, now=now, object_id=reviewer.pk)


def set_lead(*, actor: Actor, proposal: Proposal, reviewer: User, now: datetime) -> None:
    """Name the lead reviewer and tell them. Raises `PermissionDenied`, `NotAReviewer`."""
    _check_assigning(actor, proposal, reviewer, now)
    with transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(lead_reviewer=reviewer)
        event = record.append(proposal=proposal, verb=Verb.LEAD_SET, actor=actor, now=now, object_id=reviewer.pk)
        notify.tell(event, [reviewer])


def _check_assigning(actor: Actor, proposal: Proposal, reviewer: User, now: datetime) -> None:
    if not policy.can_assign(actor, proposal):
        raise PermissionDenied
    if not recipients(now, side=Side.CMS, roles=CMS_REVIEWERS).filter(pk=reviewer.pk).exists():
        raise NotAReviewer(f"{reviewer.name} does not review for CMS.")


def request_changes(
    *,
    actor: Actor,
    proposal: Proposal,
    drafts: Collection[DraftComment],
    section_keys: Collection[str],
    due_on: date,
    cover_text: str,
    now: datetime,
) -> Round:
    """Release the chosen drafted comments to the state as one round and reopen sections; return the round.

    ``drafts`` are given as the lead has read them: nothing goes out that anybody has changed since. Drafts that are not
    chosen stay drafts. Raises `CannotRelease`, `workflow.TransitionRefused`, `PermissionDenied`.
    """
    known = {section.id for section in toolkit_of(proposal).sections}
    if not set(section_keys) <= known:
        raise CannotRelease("A section to reopen does not exist in the toolkit.")
    if due_on <= timezone.localdate(now):
        raise CannotRelease("Choose a due date after today.")
    if not section_keys and not drafts:
        raise CannotRelease("Choose at least one question to ask or one section to reopen.")
    made: list[Round] = []
    before: dict[str, Any] = {}

    def effect(locked: Proposal) -> None:
        before["clock"] = clock_of(locked)
        made.append(_open_round(actor, locked, sorted(section_keys), due_on, cover_text.strip(), now))
        before["made"] = _release(made[0], drafts, now)

    workflow.perform(
        name="request_changes",
        proposal_id=proposal.pk,
        actor=actor,
        now=now,
        effect=effect,
        afterword=lambda event: hand_over(event, release=made[0], **before),
        due_on=due_on,
    )
    return made[0]


def _open_round(
    actor: Actor, proposal: Proposal, section_keys: list[str], due_on: date, cover_text: str, now: datetime
) -> Round:
    current = last_submission(proposal)
    if current is None:
        raise workflow.TransitionRefused("There is no submission to ask about.")
    return Round.objects.create(
        proposal=proposal,
        submission=current,
        number=proposal.round,
        attempt=proposal.handovers.filter(release__number=proposal.round).count() + 1,
        due_on=due_on,
        section_keys=section_keys,
        cover_text=cover_text,
        released_by=actor.user,
        released_at=now,
    )


def _release(release: Round, read: Collection[DraftComment], now: datetime) -> list[tuple[DraftComment, Comment]]:
    """Copy the drafts into shared threads, numbered in the order of the toolkit, and delete the drafts.

    The caller holds the lock that every change of a draft needs: what is compared here is what goes out. Return each draft with the comment made of it.
    """
    proposal = release.proposal
    found = DraftComment.objects.filter(pk__in=[draft.pk for draft in read], proposal=proposal).exclude(
        agency=proposal.agency
    )
    drafts = release_order(proposal, found.select_related("thread"))
    if len(drafts) != len(read):
        raise CannotRelease("A comment was dropped or already released meanwhile. Look at the list again.")
    if set(map(_as_read, drafts)) != set(map(_as_read, read)):
        raise CannotRelease("A comment has changed since you read it. Read the preview again.")
    number = proposal.threads.aggregate(highest=Max("number"))["highest"] or 0
    made = []
    for draft in drafts:
        if draft.thread is None:
            number += 1
        made.append((draft, _publish(release, draft, number, now)))
    found.delete()
    return made


def _as_read(draft: DraftComment) -> tuple[object, ...]:
    """Return what whoever confirms a release has read of a draft: its words, its kind and its place in the round."""
    return (draft.pk, draft.kind, draft.body, draft.position, draft.updated_at)


def _publish(release: Round, draft: DraftComment, number: int, now: datetime) -> Comment:
    thread = draft.thread
    if thread is None:
        thread = Thread.objects.create(
            proposal=release.proposal,
            round=release,
            number=number,
            kind=draft.kind,
            section_key=draft.section_key,
            prompt_id=draft.prompt_id,
            quote=draft.quote,
            row_id=draft.row_id,
            row_words=draft.row_words,
        )
    else:
        Thread.objects.filter(pk=thread.pk).update(status=ThreadStatus.OPEN)
    return Comment.objects.create(
        thread=thread,
        author_id=draft.author_id,
        agency_id=draft.agency_id,
        words=draft.body,
        round=release.number,
        at=now,
    )
