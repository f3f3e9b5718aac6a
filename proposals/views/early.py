"""Sections of a draft that a state shares early: the state's list, the form, and the pages both sides read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from icm_portal.accounts.zones import today_in
from proposals import policy
from proposals.actions import early as actions
from proposals.actions.discussing import EmptyText, TextTooLong
from proposals.forms.early import AdviceForm, EarlyForm
from proposals.models import EarlyLook, Proposal
from proposals.queries import access
from proposals.queries import early as queries
from proposals.views.early_page import PAGE_SIZE, SectionOfLook
from proposals.views.lines import posted, turn_now

UNREADABLE = 422


@dataclass(frozen=True)
class LookLine:
    """An early look in the state's list."""

    look: EarlyLook
    is_open: bool


@actor_required
@require_safe
def early_looks(request: ActorRequest, pk: UUID) -> HttpResponse:
    """List what a state has shared early of a proposal; 404 for CMS, 403 for memberships with a limit."""
    actor, now, proposal = request.actor, timezone.now(), _own(request.actor, pk)
    page = Paginator(queries.looks_of(actor, proposal, now), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "proposal": proposal,
        "turn": turn_now(actor, proposal),
        "page": page,
        "lines": [LookLine(look, look.is_open(now)) for look in page],
        "may_share": policy.can_share_early(actor, proposal),
    }
    return render(request, "proposals/early_looks.html", context)


def _own(actor: Actor, pk: UUID) -> Proposal:
    proposal = access.get_own_proposal(actor, pk)
    if not policy.can_view_early_looks(actor, proposal):
        raise PermissionDenied
    return proposal


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def early_new(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Share sections of a draft with reviewers at CMS; 403 for those who may not."""
    actor, now, proposal = request.actor, timezone.now(), _own(request.actor, pk)
    if not policy.can_share_early(actor, proposal):
        raise PermissionDenied
    last_day = today_in(proposal.agency.time_zone, now) + timedelta(days=actions.DAYS)
    form = EarlyForm(queries.shareable(proposal), posted(request), initial=EarlyForm.preset(last_day))
    if request.method == "POST" and _attempt(
        form, lambda: actions.share_early(actor=actor, proposal=proposal, wish=form.wish, now=now)
    ):
        messages.success(request, "The sections are shared. The reviewers you named are told, without their content.")
        return redirect("proposals:early_looks", pk=pk)
    context = {"proposal": proposal, "turn": turn_now(actor, proposal), "form": form}
    return render(request, "proposals/early_new.html", context, status=UNREADABLE if form.errors else 200)


def _attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Carry out an action for a valid form; a refusal stands beside its field. Say whether it was done."""
    if not form.is_valid():
        return False
    try:
        act()
    except actions.EarlyRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    except (EmptyText, TextTooLong) as refusal:
        form.add_error("body", str(refusal))
        return False
    return True


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def early_look(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what is shared, to the state and while it is open to the reviewers named; the state renews and ends it."""
    actor, now = request.actor, timezone.now()
    look = access.get_early_look(actor, pk, now)
    if request.method == "POST":
        if "end" in request.POST:
            actions.end_early(actor=actor, look=look, now=now)
            messages.success(request, "The early look has ended. Nobody at CMS can open it any more.")
        else:
            actions.renew_early(actor=actor, look=look, now=now)
            messages.success(request, "The reviewers now read the sections as they stand in your draft.")
        return redirect("proposals:early_look", pk=pk)
    counts = queries.advice_by_section(look)
    context = {
        "look": look,
        "is_open": look.is_open(now),
        "sections": [(section, counts.get(section.id, 0)) for section in queries.EarlyCopy(look).sections],
        "readers": queries.readers_of(look) if actor.is_state else [],
        "may_change": policy.can_change_early_look(actor, look, now),
    }
    return render(request, "proposals/early_look.html", context)


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def early_section(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Show one shared section with the advice on it; reviewers advise, both sides reply."""
    actor, now = request.actor, timezone.now()
    look = access.get_early_look(actor, pk, now)
    copy = queries.EarlyCopy(look)
    definition = copy.section(section)
    if definition is None:
        raise Http404
    page = SectionOfLook(request, look, copy, definition, now)
    if request.method == "POST" and _written(request, page):
        messages.success(request, "Your words are sent. Both sides of this early look read them now.")
        return redirect("proposals:early_section", pk=pk, section=section)
    context = {"page": page, "look": look, "is_open": page.is_open}
    status = UNREADABLE if request.method == "POST" else 200
    return render(request, "proposals/early_section.html", context, status=status)


def _written(request: ActorRequest, page: SectionOfLook) -> bool:
    """Store the advice or the reply that was sent; say whether it was."""
    actor, look, now = request.actor, page.look, page.now
    if page.answered is None:
        form: AdviceForm = page.form
        return _attempt(
            form,
            lambda: actions.advise(actor=actor, look=look, place=form.place, body=form.cleaned_data["body"], now=now),
        )
    thread, reply = page.answered, page.reply_form
    return _attempt(
        reply,
        lambda: actions.reply_to_advice(actor=actor, thread=thread, body=reply.cleaned_data["body"], now=now),
    )
