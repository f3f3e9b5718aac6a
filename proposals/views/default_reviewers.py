"""CMS leads say who reviews the proposals of each state by default."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from icm_portal.accounts.models import Side
from icm_portal.accounts.policy import CMS_REVIEWERS
from icm_portal.accounts.queries import recipients
from proposals import policy
from proposals.actions.default_reviewers import set_default_reviewers
from proposals.divisions import working
from proposals.forms.assigning import ReviewersForm
from proposals.queries import default_reviewers as queries
from proposals.views.lines import posted


@actor_required
@require_safe
def default_reviewers(request: ActorRequest) -> HttpResponse:
    """List the states with their default reviewers; 404 for states."""
    if not policy.can_view_default_reviewers(request.actor):
        raise Http404
    lines = queries.state_lines(timezone.now())
    context = {
        "divisions": working(),
        "named": [line for line in lines if line.has_any],
        "others": [line for line in lines if not line.has_any],
        "may_change": policy.can_set_default_reviewers(request.actor),
    }
    return render(request, "proposals/default_reviewers.html", context)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def default_reviewers_of(request: ActorRequest, code: str) -> HttpResponse:
    """Let CMS leads choose the default reviewers of one state; 404 for states and for a code that is none."""
    agency = queries.get_state(code) if policy.can_view_default_reviewers(request.actor) else None
    if agency is None:
        raise Http404
    if not policy.can_set_default_reviewers(request.actor):
        raise PermissionDenied
    now = timezone.now()
    people = recipients(now, side=Side.CMS, roles=CMS_REVIEWERS)
    standing = queries.by_division(queries.default_reviewers(agency, now))
    form = ReviewersForm(people, standing, posted(request))
    if form.is_valid():
        set_default_reviewers(actor=request.actor, agency=agency, chosen=form.chosen, now=now)
        messages.success(request, f"The default reviewers of {agency.name} are saved.")
        return redirect("proposals:default_reviewers")
    context = {"agency": agency, "form": form}
    return render(request, "proposals/default_reviewers_of.html", context, status=422 if form.is_bound else 200)
