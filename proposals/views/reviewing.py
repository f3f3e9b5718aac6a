"""CMS reads a frozen round, section by section, and writes beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from icm_portal.accounts.models import Side, User
from icm_portal.accounts.policy import CMS_REVIEWERS
from icm_portal.accounts.queries import recipients
from proposals import policy
from proposals.actions.reviewing import NotAReviewer, assign, set_lead, unassign
from proposals.forms.assigning import AssignForm
from proposals.models import Proposal
from proposals.queries import access
from proposals.queries.default_reviewers import default_reviewers
from proposals.queries.verdicts import reviewers_by_division
from proposals.views.criteria import criteria_html
from proposals.views.lines import posted, turn_now
from proposals.views.review_page import ReviewPage
from proposals.views.terms import marks_of


@actor_required
@require_safe
def review(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Show one section of a frozen round to CMS; 404 for states and for what CMS may not see."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    return _page(request, ReviewPage(request, proposal, access.get_definition(proposal, section)))


@actor_required
@require_safe
def review_start(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show a frozen round as a whole: its facts, its summary of changes, and the threads on the whole proposal."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    return _page(request, ReviewPage(request, proposal, None))


def _page(request: ActorRequest, page: ReviewPage) -> HttpResponse:
    context = {
        "page": page,
        "proposal": page.proposal,
        "marks": marks_of(page.frozen.toolkit),
        "criteria": _criteria(page),
    }
    return render(request, "proposals/review.html", context)


def _criteria(page: ReviewPage) -> SafeString:
    """Return what to check in the section, open for those who write about it; only what concerns prompts it shows."""
    if page.section is None:
        return SafeString("")
    shown = frozenset(card.prompt.id for card in page.prompts)
    return criteria_html(page.frozen.toolkit.version, page.section.id, shown, is_open=page.composer.may_note)


@actor_required
@require_http_methods(["GET", "POST"])
def assigning(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let CMS leads say who leads the review and who works on it."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    if not policy.can_assign(request.actor, proposal):
        raise PermissionDenied
    people = recipients(timezone.now(), side=Side.CMS, roles=CMS_REVIEWERS)
    standing = reviewers_by_division(proposal)
    form = AssignForm(people, proposal.lead_reviewer_id, standing, posted(request))
    if request.method == "POST" and form.is_valid() and _assign(request, proposal, form, standing):
        messages.success(request, "The assignments are saved.")
        return redirect(reverse("proposals:overview", args=[pk]))
    defaults = default_reviewers(proposal.agency, timezone.now())
    context = {
        "proposal": proposal,
        "form": form,
        "turn": turn_now(request.actor, proposal),
        "defaults": ", ".join(dict.fromkeys(row.reviewer.name for row in defaults)),
    }
    return render(request, "proposals/assign.html", context, status=422 if form.errors else 200)


def _assign(
    request: ActorRequest, proposal: Proposal, form: AssignForm, standing: Mapping[str, Iterable[User]]
) -> bool:
    """Carry out the differences between who works on it and who shall; say whether all went well."""
    actor, wanted, lead, now = request.actor, form.chosen, form.chosen_lead, timezone.now()
    there = {(key, str(person.pk)): person for key, people in standing.items() for person in people}
    try:
        if lead and lead.pk != proposal.lead_reviewer_id:
            set_lead(actor=actor, proposal=proposal, reviewer=lead, now=now)
        # New places first: who only changes the division was there before, and is not told again.
        for place in sorted(wanted.keys() - there.keys()):
            assign(actor=actor, proposal=proposal, reviewer=wanted[place], now=now, division=place[0])
        for place in sorted(there.keys() - wanted.keys()):
            unassign(actor=actor, proposal=proposal, reviewer=there[place], now=now, division=place[0])
    except NotAReviewer as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
