"""The CMS lead puts one round of questions together, sees it as the state will, and sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy
from proposals.actions.gathering import move_draft
from proposals.actions.reviewing import CannotRelease, request_changes
from proposals.models import Proposal
from proposals.queries import access
from proposals.status import Status
from proposals.views.release_page import Plan, ReleasePage
from proposals.views.release_preview import ReleasePreview
from proposals.workflow import TransitionRefused

#: Which way a draft moves in the round.
STEPS = {"up": -1, "down": 1}
#: Leads to the page on which a draft and others on its place become one.
MERGE = "merge"


def _key(proposal: Proposal) -> str:
    """Where the lead's unfinished release is kept between its pages: the session of the one who makes it."""
    return f"release:{proposal.pk}:{proposal.round}"


def _releasable(request: ActorRequest, pk: UUID) -> Proposal | None:
    """Return the proposal, or ``None`` when it is not in review (any more); 404 and 403 as everywhere."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    if not policy.can_release_round(request.actor, proposal):
        raise PermissionDenied
    return proposal if proposal.status == Status.IN_REVIEW else None


def _elsewhere(request: ActorRequest, pk: UUID) -> HttpResponse:
    messages.error(request, "There is no round to release: the proposal is not in review now.")
    return redirect(reverse("proposals:overview", args=[pk]))


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def release(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show and take the contents of the round; what is chosen is kept until the round is sent."""
    proposal = _releasable(request, pk)
    if proposal is None:
        return _elsewhere(request, pk)
    if request.method == "POST":
        earlier = request.session.get(_key(proposal))
        request.session[_key(proposal)] = Plan.of(request.POST, earlier).as_json()
        if target := request.POST.get("go"):
            return redirect(_target(request, proposal, target))
    page = ReleasePage(request.actor, proposal, _plan(request, proposal), request.GET.get("page", ""))
    if request.method == "POST" and page.is_ready:
        return redirect(reverse("proposals:release_preview", args=[pk]))
    status = 422 if page.form.errors else 200
    return render(request, "proposals/release.html", {"page": page, "proposal": proposal}, status=status)


def _plan(request: ActorRequest, proposal: Proposal) -> Mapping[str, Any] | None:
    """What the lead has chosen so far."""
    plan: Mapping[str, Any] | None = request.session.get(_key(proposal))
    return plan


def _target(request: ActorRequest, proposal: Proposal, wanted: str) -> str:
    """Return another page of the drafts ("page-2"), or that of one draft, which may move before ("up-…", "down-…"), or become one with others ("merge-…").

    404 for what is no draft of CMS.
    """
    back = reverse("proposals:release", args=[proposal.pk])
    name, _, rest = wanted.partition("-")
    if name == "page" and rest.isdecimal():
        return f"{back}?page={rest}"
    try:
        draft = access.get_draft_comment(request.actor, proposal, UUID(rest if name in {*STEPS, MERGE} else wanted))
    except ValueError:
        return back
    if name == MERGE:
        place = urlencode({"section": draft.section_key, "prompt": draft.prompt_id})
        return f"{reverse('proposals:merge_drafts', args=[proposal.pk])}?{place}"
    if name in STEPS:
        move_draft(actor=request.actor, proposal=proposal, draft=draft, step=STEPS[name], now=timezone.now())
        page = request.GET.get("page", "")
        return f"{back}?page={page}#draft-{draft.pk}" if page.isdecimal() else f"{back}#draft-{draft.pk}"
    return f"{reverse('proposals:draft_comment', args=[proposal.pk, draft.pk])}?next={back}"


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def release_preview(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the round exactly as the state will see it; sending it is confirmed here and checked once more."""
    proposal = _releasable(request, pk)
    if proposal is None:
        return _elsewhere(request, pk)
    page = ReleasePreview(request.actor, proposal, _plan(request, proposal), request.GET.get("page", ""))
    if not page.is_ready:
        return redirect(reverse("proposals:release", args=[pk]))
    if request.method == "POST" and request.POST.get("seen") != page.fingerprint:
        messages.warning(request, "Something in this round has changed since you opened the preview. Read it again.")
    elif request.method == "POST":
        # Refused, the preview is read again: what is shown must be what the next press confirms.
        sent = _send(request, proposal, page)
        return redirect(reverse("proposals:overview" if sent else "proposals:release_preview", args=[pk]))
    return render(request, "proposals/release_preview.html", {"page": page, "proposal": proposal})


def _send(request: ActorRequest, proposal: Proposal, page: ReleasePage) -> bool:
    """Release the round; say whether it went out."""
    given = page.form.cleaned_data
    try:
        release = request_changes(
            actor=request.actor,
            proposal=proposal,
            drafts=page.included,
            section_keys=given["sections"],
            due_on=given["due_on"],
            cover_text=given["cover_text"],
            now=timezone.now(),
        )
    except (CannotRelease, TransitionRefused) as refusal:
        messages.error(request, str(refusal))
        return False
    request.session.pop(_key(proposal), None)
    name = proposal.agency.short_name
    people = "1 person is" if page.people == 1 else f"{page.people} people are"
    messages.success(request, f"The questions of round {release.number} are with {name}. {people} told.")
    return True
