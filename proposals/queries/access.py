"""The one door: every look-up by an id from outside goes through here.

Each function takes the actor first, filters by what the actor may see and raises `Http404` otherwise, so that a
stranger cannot tell existing from missing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from icm_portal.accounts.actor import Actor, Person
from proposals import policy
from proposals.models import (
    Attachment,
    Comment,
    DraftComment,
    EarlyLook,
    Note,
    Proposal,
    Round,
    Section,
    SectionReview,
    SignOff,
    Submission,
    Thread,
    WordImport,
)
from toolkit.loading import load
from toolkit.types import Section as SectionDefinition
from toolkit.types import Toolkit


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposals the actor may see, with their agency."""
    return Proposal.objects.filter(policy.visible_proposals(actor)).select_related("agency")


def get_proposal(actor: Actor, pk: UUID) -> Proposal:
    """Return one visible proposal or raise `Http404`."""
    return get_object_or_404(proposals(actor), pk=pk)


def get_for_correction(person: Person, pk: UUID) -> Proposal:
    """Return any proposal for a site administrator, who sees little of it; `Http404` for everybody else."""
    if not policy.can_correct(person):
        raise Http404
    return get_object_or_404(Proposal.objects.select_related("agency"), pk=pk)


def find_for_correction(person: Person, number: str) -> Proposal | None:
    """Return the proposal with a number, for a site administrator; `Http404` for everybody else."""
    if not policy.can_correct(person):
        raise Http404
    return Proposal.objects.filter(number__iexact=number).first()


def comments_of_question(person: Person, proposal: Proposal, number: int) -> QuerySet[Comment]:
    """Return the released comments of a question without their words, for a site administrator, oldest first."""
    if not policy.can_correct(person):
        raise Http404
    found = Comment.objects.filter(thread__proposal=proposal, thread__number=number)
    return found.select_related("agency", "thread").defer("words").order_by("at", "pk")


def get_comment(person: Person, proposal: Proposal, pk: int) -> Comment:
    """Return one released comment with its words, for a site administrator, or raise `Http404`."""
    if not policy.can_correct(person):
        raise Http404
    found = Comment.objects.select_related("agency", "thread")
    comment = get_object_or_404(found, thread__proposal=proposal, pk=pk)
    comment.thread.proposal = proposal
    return comment


def lock(pk: UUID) -> Proposal:
    """Return a proposal, read again under a lock that lasts for the transaction; for actions, which check who may."""
    return Proposal.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)


def get_own_proposal(actor: Actor, pk: UUID) -> Proposal:
    """Return a proposal of the actor's state agency or raise `Http404`: the door to everything being drafted."""
    proposal = get_proposal(actor, pk)
    if not policy.can_view_draft(actor, proposal):
        raise Http404
    return proposal


def get_reviewed_proposal(actor: Actor, pk: UUID) -> Proposal:
    """Return a proposal for the CMS side or raise `Http404` for anybody else."""
    proposal = get_proposal(actor, pk)
    if not actor.is_cms:
        raise Http404
    return proposal


def toolkit_of(proposal: Proposal) -> Toolkit:
    """Return the toolkit version the proposal is pinned to."""
    return load(proposal.toolkit_version)


def get_definition(proposal: Proposal, section_key: str) -> SectionDefinition:
    """Return the definition of a section of the proposal's toolkit or raise `Http404`."""
    try:
        return toolkit_of(proposal).section(section_key)
    except KeyError:
        raise Http404 from None


def get_section(actor: Actor, proposal: Proposal, section_key: str) -> Section:
    """Return the stored section that a state is writing, or raise `Http404`."""
    if not policy.can_view_draft(actor, proposal):
        raise Http404
    return get_object_or_404(Section, proposal=proposal, key=section_key)


def submissions(actor: Actor, proposal: Proposal) -> QuerySet[Submission]:
    """Return the submissions of a proposal the actor may see, newest first, without their content.

    ``has_letter`` says whether CMS released a round of questions on it.
    """
    return (
        Submission.objects.filter(policy.visible_submissions(actor), proposal=proposal)
        .select_related("recall")
        .annotate(has_letter=Exists(Round.objects.filter(submission=OuterRef("pk"))))
        .defer("content")
        .order_by("-round", "-attempt")
    )


def counting(actor: Actor, proposal: Proposal) -> list[Submission]:
    """Return the submissions that count, one a round, oldest first: number and fingerprint alone."""
    found = submissions(actor, proposal).filter(recall__isnull=True).select_related(None)
    return list(reversed(found.only("round", "fingerprint")))


def get_submission(actor: Actor, proposal: Proposal, round_number: int) -> Submission:
    """Return the submission that counts in a round (the last attempt) or raise `Http404`."""
    found = (
        Submission.objects.filter(
            policy.visible_submissions(actor), proposal=proposal, round=round_number, recall__isnull=True
        )
        .order_by("-attempt")
        .first()
    )
    if found is None:
        raise Http404
    return found


def get_documents(actor: Actor, proposal: Proposal, rounds: Collection[int]) -> dict[int, Submission]:
    """Return the submissions that count in some rounds, with their content, in one query; those there are."""
    found = Submission.objects.filter(
        policy.visible_submissions(actor), proposal=proposal, round__in=rounds, recall__isnull=True
    )
    return {submission.round: submission for submission in found.order_by("attempt")}


def get_thread(actor: Actor, proposal: Proposal, pk: UUID) -> Thread:
    """Return a released thread of a visible proposal or raise `Http404`."""
    thread = get_object_or_404(Thread, policy.visible_proposals(actor, "proposal__"), proposal=proposal, pk=pk)
    thread.proposal = proposal
    return thread


def get_draft_comment(actor: Actor, proposal: Proposal, pk: UUID) -> DraftComment:
    """Return a drafted comment of the actor's own agency or raise `Http404`."""
    draft = get_object_or_404(
        DraftComment, policy.visible_proposals(actor, "proposal__"), proposal=proposal, agency=actor.agency, pk=pk
    )
    draft.proposal = proposal
    return draft


def notes(actor: Actor, proposal: Proposal) -> QuerySet[Note]:
    """Return the notes that the actor's own agency wrote on a visible proposal, oldest first."""
    return (
        Note.objects.filter(
            policy.visible_notes(actor), policy.visible_proposals(actor, "proposal__"), proposal=proposal
        )
        .select_related("author")
        .order_by("at", "pk")
    )


def get_note(actor: Actor, proposal: Proposal, pk: int) -> Note:
    """Return a note of the actor's own agency on a visible proposal or raise `Http404`."""
    note = get_object_or_404(notes(actor, proposal), pk=pk)
    note.proposal = proposal
    return note


def section_reviews(actor: Actor, proposal: Proposal) -> QuerySet[SectionReview]:
    """Return the verdicts of CMS's divisions on a visible proposal, oldest round first; `Http404` for states."""
    if not actor.is_cms:
        raise Http404
    found = SectionReview.objects.filter(policy.visible_section_reviews(actor), proposal=proposal)
    shown = (
        "proposal",
        "section_key",
        "division",
        "verdict",
        "reason",
        "digest",
        "at",
        "submission__round",
        "by__name",
    )
    return found.select_related("submission", "by").only(*shown).order_by("submission__round", "at")


def get_attachment(actor: Actor, pk: UUID) -> Attachment:
    """Return a file the actor may see, with its proposal, or raise `Http404`."""
    found = Attachment.objects.filter(policy.visible_attachments(actor), policy.visible_proposals(actor, "proposal__"))
    return get_object_or_404(found.select_related("proposal__agency"), pk=pk)


def word_imports(actor: Actor) -> QuerySet[WordImport]:
    """Return the Word files the actor may read as they were read in, without their text, newest first."""
    found = WordImport.objects.filter(policy.visible_word_imports(actor))
    return found.select_related("proposal__agency").order_by("-uploaded_at").defer("pieces")


def get_word_import(actor: Actor, pk: UUID) -> WordImport:
    """Return one of them, or raise `Http404`."""
    return get_object_or_404(word_imports(actor).defer(None), pk=pk)


def sign_offs(actor: Actor, proposal: Proposal) -> QuerySet[SignOff]:
    """Return the sign-offs that a proposal of the actor's own state asks for, in the order in which they were set up."""
    return (
        SignOff.objects.filter(policy.visible_sign_offs(actor), proposal=proposal, ended_at__isnull=True)
        .select_related("signer")
        .order_by("asked_at", "name")
    )


def get_sign_off(actor: Actor, proposal: Proposal, pk: UUID) -> SignOff:
    """Return a sign-off of the actor's own state or raise `Http404`."""
    sign_off = get_object_or_404(sign_offs(actor, proposal), pk=pk)
    sign_off.proposal = proposal
    return sign_off


def get_history_of(actor: Actor, proposal: Proposal, section_key: str) -> Section:
    """Return a section whose history the actor may read: `Http404` for other agencies, `PermissionDenied` for a limit."""
    section = get_section(actor, proposal, section_key)
    if not policy.can_view_history(actor, proposal, section_key):
        raise PermissionDenied
    return section


def early_looks(actor: Actor, now: datetime) -> QuerySet[EarlyLook]:
    """Return the early looks the actor may read now, without the answers in them: a door of its own beside `proposals`."""
    found = EarlyLook.objects.filter(policy.visible_early_looks(actor, now))
    return found.select_related("proposal__agency").defer("content")


def get_early_look(actor: Actor, pk: UUID, now: datetime) -> EarlyLook:
    """Return one of them with its answers, or raise `Http404`."""
    return get_object_or_404(early_looks(actor, now).defer(None), pk=pk)
