"""The pages on which a site administrator puts something right, with as little of a proposal as that takes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import Administrator
from icm_portal.accounts.decorators import administrator_required, carries_words
from icm_portal.accounts.models import Agency
from proposals.actions.correcting import TOLD, hide_comment, move_proposal, show_comment
from proposals.audiences import state_team
from proposals.forms.correcting import FindForm, MoveForm, QuestionForm
from proposals.forms.details import ReasonForm
from proposals.models import Comment, Proposal
from proposals.queries import access
from proposals.status import Status, ThreadStatus
from proposals.views.in_place import ways
from proposals.views.lines import posted
from proposals.workflow import TransitionRefused

#: The most comments of a question that are listed.
MOST_COMMENTS = 100


@administrator_required
@require_safe
def administration(request: HttpRequest, by: Administrator) -> HttpResponse:
    """Find a proposal by its number."""
    form = FindForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        if found := access.find_for_correction(by, form.cleaned_data["number"].strip()):
            return redirect("proposals:correcting", found.pk)
        form.add_error("number", "There is no proposal with this number. Check it.")
    return render(request, "proposals/administration/find.html", {"form": form}, status=422 if form.errors else 200)


@administrator_required
@require_safe
def correcting(request: HttpRequest, by: Administrator, pk: UUID) -> HttpResponse:
    """Show what may be put right on a proposal; of a question that is named, who said something and when."""
    proposal = access.get_for_correction(by, pk)
    form = QuestionForm(request.GET if "question" in request.GET else None)
    comments: list[Comment] = []
    if form.is_valid():
        number = form.cleaned_data["question"]
        comments = list(access.comments_of_question(by, proposal, number)[:MOST_COMMENTS])
        if not comments:
            form.add_error("question", f"There is no question Q{number} in this proposal.")
    context = {"proposal": proposal, "form": form, "comments": comments, "status": Status(proposal.status).label}
    context["ways"] = ways(proposal, timezone.now())
    return render(request, "proposals/administration/proposal.html", context, status=422 if form.errors else 200)


@carries_words
@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_comment(request: HttpRequest, by: Administrator, pk: UUID, comment: int) -> HttpResponse:
    """Show one comment, and remove it or put it back once that is confirmed."""
    proposal = access.get_for_correction(by, pk)
    found = access.get_comment(by, proposal, comment)
    act = show_comment if found.hidden_at else hide_comment
    form = ReasonForm(posted(request))
    if request.method == "POST" and ("back" in request.POST) != bool(found.hidden_at):
        messages.warning(request, "Somebody else did this meanwhile. Look at the comment again.")
    elif request.method == "POST" and _done(
        form, lambda: act(by=by, comment=found, now=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, "The comment is back." if found.hidden_at else "The comment is removed.")
        return redirect("proposals:correcting", proposal.pk)
    context = {
        "proposal": proposal,
        "comment": found,
        "standing": ThreadStatus(found.thread.status).label,
        "form": form,
        "told": _told(proposal),
    }
    return render(request, "proposals/administration/comment.html", context, status=422 if form.errors else 200)


@carries_words
@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_agency(request: HttpRequest, by: Administrator, pk: UUID) -> HttpResponse:
    """Move a proposal to another agency: chosen first, then confirmed beside what that means."""
    proposal = access.get_for_correction(by, pk)
    form = MoveForm(posted(request), initial={"agency": request.GET.get("agency", "")}, now_with=proposal.agency)
    if request.method == "POST" and _done(
        form, lambda: move_proposal(by=by, proposal=proposal, now=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, f"{proposal.number} is with {form.cleaned_data['agency'].name} now.")
        return redirect("proposals:correcting", proposal.pk)
    context = {"proposal": proposal, "form": form, "told": _told(proposal, form.chosen)}
    return render(request, "proposals/administration/agency.html", context, status=422 if form.errors else 200)


def _done(form: ReasonForm, act: Callable[[], object]) -> bool:
    """Put it right; a refusal becomes a sentence on the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _told(proposal: Proposal, new: Agency | None = None) -> list[tuple[str, int]]:
    """Return how many people of each agency will be told."""
    now = timezone.now()
    found = [(circle.side, circle.find(proposal, now).count()) for circle in TOLD]
    names = [("CMS" if side == "cms" else proposal.agency.name, count) for side, count in found]
    if new:
        names.insert(1, (new.name, state_team(Proposal(agency=new), now).count()))
    return names
