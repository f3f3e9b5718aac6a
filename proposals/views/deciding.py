"""The decision: drafted and previewed inside CMS, announced once, read by both sides, opened again if need be."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy, workflow
from proposals.actions.deciding import (
    DRAFT_CHANGED,
    OWN_DRAFT,
    LetterMissing,
    NothingReopened,
    conclude,
    draft_decision,
    reopen,
)
from proposals.forms.prompts import as_typed
from proposals.forms.review import DecisionForm, ReopenForm
from proposals.models import Decision, Proposal
from proposals.queries import access, reviews, turns
from proposals.status import Status
from proposals.views import opening
from proposals.views.lines import is_late, posted, refuse_late, turn_now
from proposals.workflow import TransitionRefused


def _page_url(pk: UUID) -> str:
    return reverse("proposals:decision", args=[pk])


def _seen(decision: Decision | None) -> str:
    """Return what tells one version of the draft from another."""
    return decision.drafted_at.isoformat() if decision else ""


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def decision(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the announced decision to both sides, and to CMS the one being drafted."""
    actor, proposal = request.actor, opening.get_proposal(request, pk)
    context: dict[str, object] = {
        "proposal": proposal,
        "turn": turn_now(actor, proposal),
        "announced": reviews.announced_decision(proposal),
        "may_reopen": proposal.status == Status.CONCLUDED and policy.can_conclude(actor, proposal),
    }
    if actor.is_cms:
        return _cms_decision(request, proposal, context)
    if request.method == "POST":
        raise PermissionDenied
    return render(request, "proposals/decision.html", context)


def _cms_decision(request: ActorRequest, proposal: Proposal, context: dict[str, object]) -> HttpResponse:
    drafted = reviews.drafted_decision(proposal)
    may_draft = policy.can_draft_decision(request.actor, proposal)
    if request.method == "POST" and not policy.can_assign(request.actor, proposal):
        raise PermissionDenied
    initial = {"outcome": drafted.outcome, "letter": as_typed(drafted.letter)} if drafted else {}
    form = DecisionForm(posted(request), initial=initial)
    newer = _newer_draft(request, drafted)
    if request.method == "POST" and not newer and _drafted(request, proposal, form):
        messages.success(
            request, f"The decision is drafted. {proposal.agency.short_name} sees it when it is announced."
        )
        return redirect(_page_url(proposal.pk))
    late = is_late(form)
    shown = form if may_draft or form.is_bound else None
    context |= {
        "drafted": drafted,
        "form": shown,
        "newer": newer,
        "seen": _seen(drafted),
        "late": late,
        "may_draft": may_draft,
    }
    context["may_announce"] = policy.can_conclude(request.actor, proposal) and proposal.status == Status.IN_REVIEW
    status = 409 if newer or late else 422 if form.errors else 200
    return render(request, "proposals/decision.html", context, status=status)


def _newer_draft(request: ActorRequest, drafted: Decision | None) -> Decision | None:
    """Return the draft a colleague saved after the writer opened the page."""
    if request.method != "POST" or drafted is None or request.POST.get("seen", "") == _seen(drafted):
        return None
    return drafted if drafted.drafted_by_id != request.actor.user.pk else None


def _drafted(request: ActorRequest, proposal: Proposal, form: DecisionForm) -> bool:
    """Save the draft; a refusal becomes a message beside the letter."""
    if not form.is_valid():
        return False
    try:
        draft_decision(actor=request.actor, proposal=proposal, now=timezone.now(), **form.cleaned_data)
    except LetterMissing as refusal:
        form.add_error("letter", str(refusal))
        return False
    except PermissionDenied:
        refuse_late(form, request.actor, proposal)
        return False
    return True


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def announce(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the decision as the state will see it, and announce it once that is confirmed."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    if not policy.can_conclude(request.actor, proposal):
        raise PermissionDenied
    drafted = reviews.drafted_decision(proposal)
    if drafted is None or proposal.status != Status.IN_REVIEW:
        messages.error(request, "There is no drafted decision to announce.")
        return redirect(_page_url(pk))
    if request.method == "POST" and request.POST.get("seen") != _seen(drafted):
        messages.warning(request, DRAFT_CHANGED)
    elif request.method == "POST":
        # Refused, the page is read again: what is shown must be what the next press confirms.
        done = _announced(request, proposal, drafted)
        return redirect(_page_url(pk) if done else reverse("proposals:announce", args=[pk]))
    context = {
        "proposal": proposal,
        "drafted": drafted,
        "seen": _seen(drafted),
        "turn": turn_now(request.actor, proposal),
        "own_draft": OWN_DRAFT if drafted.drafted_by_id == request.actor.user.pk else "",
        "recipients": workflow.recipients_of("conclude", request.actor, proposal, timezone.now()),
    }
    return render(request, "proposals/announce.html", context)


def _announced(request: ActorRequest, proposal: Proposal, drafted: Decision) -> bool:
    try:
        conclude(actor=request.actor, proposal=proposal, drafted_at=drafted.drafted_at, now=timezone.now())
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, f"The decision is announced. {proposal.agency.short_name} can read it now.")
    return True


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def reopening(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Open a concluded proposal for another round in the sections the approver names."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    if not policy.can_conclude(request.actor, proposal):
        raise PermissionDenied
    newest = reviews.newest_round(request.actor, proposal)
    if newest is None:
        raise Http404
    sections = [item.definition for item in reviews.FrozenRound(request.actor, proposal, newest).sections]
    initial = {"due_on": turns.response_due(proposal, timezone.now())}
    form = ReopenForm(sections, posted(request), initial=initial)
    if request.method == "POST" and _reopened(request, proposal, form):
        messages.success(request, f"{proposal.agency.short_name} can write again, in the sections you named.")
        return redirect(reverse("proposals:overview", args=[pk]))
    context = {
        "proposal": proposal,
        "form": form,
        "turn": turn_now(request.actor, proposal),
        "recipients": workflow.recipients_of("reopen", request.actor, proposal, timezone.now()),
    }
    return render(request, "proposals/reopen.html", context, status=422 if form.errors else 200)


def _reopened(request: ActorRequest, proposal: Proposal, form: ReopenForm) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        reopen(
            actor=request.actor,
            proposal=proposal,
            reason=given["reason"],
            section_keys=given["sections"],
            due_on=given["due_on"],
            now=timezone.now(),
        )
    except (NothingReopened, TransitionRefused) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
