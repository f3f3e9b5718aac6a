"""What a signatory does: submit, recall, withdraw, restore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from icm_portal.accounts.actor import Actor, Person
from icm_portal.accounts.models import Side
from proposals import workflow
from proposals.models import (
    Claim,
    Comment,
    DraftClaim,
    DraftComment,
    Proposal,
    Recall,
    Submission,
    SubmittedAttachment,
    Thread,
)
from proposals.queries import attachments
from proposals.queries.access import toolkit_of
from proposals.queries.claims import claim_of
from proposals.queries.drafts import all_answers, last_release, last_submission
from proposals.snapshot import fingerprint, freeze
from proposals.status import NEEDS_REPLY, Status, ThreadStatus
from toolkit.answers import Answer

#: What a signatory declares. Frozen into each submission, so a later wording changes no earlier one.
ATTESTATION = (
    "I am authorized to submit this proposal for my agency. To the best of my knowledge the answers are complete and "
    "correct as of today."
)


class NotAttested(Exception):
    """A submission needs the attestation, the signatory's name and, from round 2 on, a summary of changes."""


def submit(
    *, actor: Actor, proposal: Proposal, signatory_name: str, attested: bool, change_summary: str, now: datetime
) -> Submission:
    """Freeze the draft as a submission, release the drafted replies, and hand over to CMS; return the submission.

    Raises `NotAttested`, `workflow.TransitionRefused`, `workflow.Blocked`, `PermissionDenied`.
    """
    if not attested:
        raise NotAttested("Confirm the statement before you submit.")
    if not signatory_name.strip():
        raise NotAttested("Enter your name as signatory.")
    if proposal.round > 1 and not change_summary.strip():
        raise NotAttested("Say in a few sentences what changed since the last round.")
    made: list[Submission] = []

    def effect(locked: Proposal) -> None:
        made.append(
            _freeze(actor=actor, proposal=locked, name=signatory_name.strip(), summary=change_summary.strip(), now=now)
        )
        _release_replies(locked, now)

    workflow.perform(name="submit", proposal_id=proposal.pk, actor=actor, now=now, effect=effect)
    return made[0]


def _freeze(*, actor: Actor, proposal: Proposal, name: str, summary: str, now: datetime) -> Submission:
    toolkit = toolkit_of(proposal)
    attempt = proposal.submissions.filter(round=proposal.round).count() + 1
    files = attachments.that_go_out(proposal)
    content = freeze(
        number=proposal.number,
        title=proposal.title,
        agency={"code": proposal.agency.code, "name": proposal.agency.name},
        toolkit={"version": toolkit.version, "hash": toolkit.content_hash},
        round_number=proposal.round,
        attempt=attempt,
        answers=_in_toolkit_order(proposal),
        attachments=[attachments.as_frozen(file) for file in files],
        replies=[_as_frozen(thread, draft) for thread, draft in _replies(proposal)],
        change_summary=summary,
        signatory={"name": name, "attestation": ATTESTATION},
        submitted_at=now,
        sample_note=proposal.sample_note,
    )
    submission = Submission.objects.create(
        proposal=proposal,
        round=proposal.round,
        attempt=attempt,
        toolkit_version=toolkit.version,
        content=content,
        change_summary=summary,
        signatory=actor.user,
        signatory_name=name,
        attestation=ATTESTATION,
        submitted_at=now,
        fingerprint=fingerprint(content),
    )
    SubmittedAttachment.objects.bulk_create(
        SubmittedAttachment(submission=submission, attachment=file) for file in files
    )
    return submission


def _in_toolkit_order(proposal: Proposal) -> Mapping[str, Mapping[str, Answer]]:
    stored = all_answers(proposal)
    return {section.id: stored[section.id] for section in toolkit_of(proposal).sections}


def _as_frozen(thread: Thread, draft: DraftComment) -> dict[str, Any]:
    """Return what a frozen document says of a reply, and of the answers it names."""
    claim = claim_of(draft)
    claimed = {"changed": claim.prompt_ids, "no_change": claim.no_change} if claim else {}
    return {"question": thread.number, "reply": draft.body, **claimed}


def _replies(proposal: Proposal) -> list[tuple[Thread, DraftComment]]:
    """Return the drafted replies of the state, each with its thread, in the order of the questions."""
    drafts = DraftComment.objects.filter(proposal=proposal, agency=proposal.agency).select_related("thread", "claim")
    return [(draft.thread, draft) for draft in drafts.order_by("thread__number") if draft.thread]


def _release_replies(proposal: Proposal, now: datetime) -> None:
    replies = _replies(proposal)
    comments = Comment.objects.bulk_create(
        Comment(
            thread=thread,
            author_id=draft.author_id,
            agency_id=draft.agency_id,
            words=draft.body,
            round=proposal.round,
            at=now,
        )
        for thread, draft in replies
    )
    claims = zip(comments, (claim_of(draft) for _, draft in replies), strict=True)
    Claim.objects.bulk_create(
        Claim(comment=comment, prompt_ids=claim.prompt_ids, no_change=claim.no_change)
        for comment, claim in claims
        if claim
    )
    waiting = Thread.objects.filter(proposal=proposal, status=ThreadStatus.OPEN)
    # Suggestions and remarks ask for nothing: without a reply they are closed by the next round.
    done = Q(pk__in=[thread.pk for thread, _ in replies]) | ~Q(kind__in=NEEDS_REPLY)
    waiting.filter(done).update(status=ThreadStatus.ANSWERED)
    DraftComment.objects.filter(pk__in=[draft.pk for _, draft in replies]).delete()


def recall(*, actor: Person, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """Take a submission back before review begins. Its replies become drafts again; CMS no longer sees the round."""

    def effect(locked: Proposal) -> None:
        current = last_submission(locked)
        if current is None or current.round != locked.round:
            raise workflow.TransitionRefused("There is no submission of this round to recall.")
        Recall.objects.create(submission=current, by=actor.user, at=now)
        _take_replies_back(locked, now)

    return workflow.perform(
        name="recall",
        proposal_id=proposal.pk,
        actor=actor,
        now=now,
        effect=effect,
        due_on=due_in_round(proposal),
        reason=reason,
    )


def _take_replies_back(proposal: Proposal, now: datetime) -> None:
    """Make the replies of the round drafts of the agency that wrote them; what an administrator removed is gone."""
    released = Comment.objects.filter(thread__proposal=proposal, round=proposal.round, agency__side=Side.STATE)
    for comment in released.filter(hidden_at__isnull=True).select_related("thread", "claim"):
        draft = DraftComment.objects.create(
            proposal=proposal,
            agency_id=comment.agency_id,
            author_id=comment.author_id,
            thread=comment.thread,
            kind=comment.thread.kind,
            section_key=comment.thread.section_key,
            prompt_id=comment.thread.prompt_id,
            body=comment.words,
            updated_at=now,
        )
        if claim := claim_of(comment):
            DraftClaim.objects.create(draft=draft, prompt_ids=claim.prompt_ids, no_change=claim.no_change)
    asked_last = Thread.objects.filter(proposal=proposal, status=ThreadStatus.ANSWERED)
    asked_last.filter(comments__in=released).update(status=ThreadStatus.OPEN)
    released.delete()


def withdraw(*, actor: Person, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """Take the proposal out of the process, from wherever it is open; nothing is deleted."""
    return workflow.perform(name="withdraw", proposal_id=proposal.pk, actor=actor, now=now, reason=reason)


def restore(*, actor: Actor, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """Put a withdrawn proposal back to where it was, with the due date that round had."""
    due_on = due_in_round(proposal) if proposal.withdrawn_from == Status.CHANGES_REQUESTED else None
    return workflow.perform(name="restore", proposal_id=proposal.pk, actor=actor, now=now, due_on=due_on, reason=reason)


def due_in_round(proposal: Proposal) -> date | None:
    """Return the date that CMS's last release gave the state, if there was one."""
    release = last_release(proposal)
    return release.due_on if release else None
