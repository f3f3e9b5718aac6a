"""The page on which a CMS lead stops the clock of a review, or lets it go on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy
from proposals.actions import pausing
from proposals.forms.details import ReasonForm
from proposals.models import Proposal
from proposals.queries import access
from proposals.views.lines import posted, turn_now
from proposals.views.submitting import REFUSED, UNREADABLE, Step
from proposals.workflow import TransitionRefused

PAUSE = Step(
    "Pause the clock",
    "The days of the pause count for nobody, and the day CMS aims for moves by as many.",
    ("Both sides are told and read the reason.", "You can go on reviewing. The clock stands until a lead resumes."),
    pausing.pause,
    done="The clock stands still.",
)
RESUME = Step(
    "Resume the review",
    "The clock of CMS goes on.",
    ("Both sides are told.", "The day CMS aims for has moved by the days of the pause."),
    pausing.resume,
    needs_reason=False,
    done="The clock is running again.",
)


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask before the clock stops, with a reason, or goes on; 404 for states."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    if not policy.can_release_round(request.actor, proposal):
        raise PermissionDenied
    # What the page asked decides, not what somebody else did meanwhile.
    resuming = request.POST.get("resume") == "yes" if request.method == "POST" else bool(proposal.paused_at)
    step = RESUME if resuming else PAUSE
    form = ReasonForm(posted(request)) if step.needs_reason else None
    refusal = "" if policy.can_pause(request.actor, proposal) else pausing.NO_REVIEW
    if request.method == "POST" and not refusal and (form is None or form.is_valid()):
        refusal = _taken(request, proposal, step, form.cleaned_data if form else {})
        if not refusal:
            messages.success(request, step.done)
            return redirect("proposals:overview", pk=pk)
    context = {"proposal": proposal, "turn": turn_now(request.actor, proposal), "step": step, "form": form}
    status = REFUSED if refusal else UNREADABLE if form and form.is_bound else 200
    return render(request, "proposals/pause.html", {**context, "refusal": refusal, "resuming": resuming}, status=status)


def _taken(request: ActorRequest, proposal: Proposal, step: Step, given: dict[str, str]) -> str:
    """Stop the clock or let it go on; return "" or the sentence that says why not."""
    try:
        step.act(actor=request.actor, proposal=proposal, now=timezone.now(), **given)
    except TransitionRefused as refusal:
        return str(refusal)
    return ""
