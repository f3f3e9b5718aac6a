"""Resolving a thread and opening it again, each with a reason that CMS alone reads."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy
from proposals.actions.standing import reopen_thread, resolve_thread
from proposals.forms.review import ReasonForm
from proposals.models import Thread
from proposals.queries import access
from proposals.status import ThreadStatus
from proposals.views.cards import Cards
from proposals.views.discussing import Wording, attempt, check_turn, words_page
from proposals.views.lines import posted, way_back

#: What a person may set; an open thread becomes answered by the state's reply.
SETTABLE = {ThreadStatus.RESOLVED, ThreadStatus.ANSWERED}


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def thread_status(request: ActorRequest, pk: UUID, thread: UUID) -> HttpResponse:
    """Resolve a thread, or take the resolution back; 403 for states, 404 for any other standing."""
    actor, proposal = request.actor, access.get_proposal(request.actor, pk)
    found = access.get_thread(actor, proposal, thread)
    if not actor.is_cms:
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("status") not in SETTABLE:
        raise Http404
    check_turn(request, proposal, may_write=policy.can_resolve_thread(actor, found))
    wanted = ThreadStatus.ANSWERED if found.status == ThreadStatus.RESOLVED else ThreadStatus.RESOLVED
    form = ReasonForm(posted(request), initial={"status": wanted})
    if request.method == "POST" and attempt(request, proposal, form, lambda: _set(request, found, form)):
        resolved = form.cleaned_data["status"] == ThreadStatus.RESOLVED
        messages.success(request, f"{found} is {'resolved' if resolved else 'open for another look'}.")
        return redirect(way_back(request, reverse("proposals:overview", args=[pk])))
    card = Cards(actor, proposal, "").thread(found, None)
    return words_page(request, proposal, form, _wording(found, form), thread=card)


def _set(request: ActorRequest, thread: Thread, form: ReasonForm) -> None:
    act = resolve_thread if form.cleaned_data["status"] == ThreadStatus.RESOLVED else reopen_thread
    act(actor=request.actor, thread=thread, reason=form.cleaned_data["body"], now=timezone.now())


def _wording(thread: Thread, form: ReasonForm) -> Wording:
    if form["status"].value() == ThreadStatus.RESOLVED:
        title, label = f"Resolve {thread}", "Reason (you may leave it out)"
    else:
        title, label = f"Open {thread} again", "Reason"
    return Wording(title, "note", "Both sides see that you did. The reason stays inside CMS.", label, title)
