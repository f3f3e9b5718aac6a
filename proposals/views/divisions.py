"""The list of CMS's divisions, kept by its leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy
from proposals.actions.divisions import (
    MOST,
    DivisionRefused,
    add_division,
    bring_division_back,
    change_division,
    retire_division,
)
from proposals.divisions import every, named, working
from proposals.forms.divisions import ChangeDivisionForm, DivisionForm
from proposals.models import Division
from proposals.views.lines import posted


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def divisions(request: ActorRequest) -> HttpResponse:
    """List the divisions, and let CMS leads add one; 404 for states."""
    if not policy.can_view_divisions(request.actor):
        raise Http404
    may_change = policy.can_keep_divisions(request.actor)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = DivisionForm(posted(request))
    if form.is_valid() and _done(request, form, add_division):
        messages.success(request, f"{form.cleaned_data['name']} is added. Reviewers can be assigned for it now.")
        return redirect("proposals:divisions")
    context = {"divisions": every(), "form": form if may_change else None, "most": MOST}
    return render(request, "proposals/divisions.html", context, status=422 if form.errors else 200)


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def division(request: ActorRequest, key: str) -> HttpResponse:
    """Let CMS leads change one division, retire it or take it back; 404 for states and for a key that is none."""
    found = _visible(request, key)
    if not policy.can_keep_divisions(request.actor):
        raise PermissionDenied
    step = request.POST.get("do", "")
    form = ChangeDivisionForm(found, list(working()), None if step else posted(request))
    if step and _stepped(request, found, step):
        return redirect("proposals:divisions")
    if form.is_valid() and _changed(request, form, found):
        messages.success(request, f"{form.cleaned_data['name']} is saved.")
        return redirect("proposals:divisions")
    context = {"division": found, "form": form}
    status = 409 if step else 422 if form.errors else 200
    return render(request, "proposals/division.html", context, status=status)


def _visible(request: ActorRequest, key: str) -> Division:
    if not policy.can_view_divisions(request.actor):
        raise Http404
    try:
        return named(key)
    except KeyError:
        raise Http404 from None


def _changed(request: ActorRequest, form: ChangeDivisionForm, found: Division) -> bool:
    return _done(request, form, change_division, key=found.key, place=form.place)


def _done(request: ActorRequest, form: forms.Form, act: Callable[..., object], **more: Any) -> bool:
    """Carry out what the form says; a refusal becomes a sentence beside the name."""
    given = {name: form.cleaned_data[name] for name in ("name", "looks_at")}
    try:
        act(actor=request.actor, now=timezone.now(), **given, **more)
    except DivisionRefused as refusal:
        form.add_error("name", str(refusal))
        return False
    return True


def _stepped(request: ActorRequest, found: Division, step: str) -> bool:
    """Retire the division or take it back; a refusal becomes a message. 404 for another step."""
    steps = {
        "retire": (retire_division, f"{found.name} is retired. What it said stays."),
        "return": (bring_division_back, f"{found.name} reviews again."),
    }
    if step not in steps:
        raise Http404
    act, done = steps[step]
    try:
        act(actor=request.actor, key=found.key, now=timezone.now())
    except DivisionRefused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True
