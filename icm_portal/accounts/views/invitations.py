"""Inviting people, and the page an invitation leads to."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from icm_portal.accounts import actions
from icm_portal.accounts.actor import Person, SignedInRequest
from icm_portal.accounts.decorators import person_required
from icm_portal.accounts.errors import AccountError
from icm_portal.accounts.forms import InviteForm, JoinForm, refuse
from icm_portal.accounts.middleware import AGENCY_KEY
from icm_portal.accounts.models import Invitation, Membership
from icm_portal.accounts.places import people_url
from icm_portal.accounts.policy import can_manage_people
from icm_portal.accounts.queries import get_agency, get_invitation, has_account


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def invite(request: HttpRequest, person: Person) -> HttpResponse:
    """Invite somebody by e-mail."""
    agency = get_agency(person, request.GET.get("agency", ""), can_manage_people)
    form = InviteForm(request.POST or None, agency=agency)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            actions.invite(actor=person, agency=agency, email=email, now=timezone.now(), **form.terms)
        except AccountError as error:
            refuse(form, error.sentence, error.field)
        else:
            messages.success(request, f"The invitation for {email} is on its way.")
            return redirect(people_url(agency))
    return render(request, "accounts/invite.html", {"agency": agency, "form": form})


@require_POST
@person_required
def resend(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Send a fresh link."""
    invitation = get_invitation(person, pk)
    try:
        actions.resend_invitation(actor=person, invitation=invitation, now=timezone.now())
        messages.success(request, f"A new link for {invitation.email} is on its way. The old one no longer works.")
    except AccountError as error:
        messages.error(request, error.sentence)
    return redirect(people_url(invitation.agency))


@require_POST
@person_required
def withdraw(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Make the link useless."""
    invitation = get_invitation(person, pk)
    try:
        actions.withdraw_invitation(actor=person, invitation=invitation, now=timezone.now())
        messages.success(request, f"The invitation of {invitation.email} is withdrawn.")
    except AccountError as error:
        messages.error(request, error.sentence)
    return redirect(people_url(invitation.agency))


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in the mail leads: join at once when signed in, else with a name and a password."""
    invitation = actions.find_invitation(token)
    if invitation is None or not invitation.is_valid(timezone.now()):
        return render(request, "accounts/invitation_unusable.html", status=410)
    if request.user.is_authenticated:
        return _join_signed_in(cast("SignedInRequest", request), invitation, token)
    if has_account(invitation.email):
        return render(request, "accounts/invitation_sign_in.html", {"invitation": invitation})
    return _join_as_new(request, invitation, token)


def _join_signed_in(request: SignedInRequest, invitation: Invitation, token: str) -> HttpResponse:
    refusal = ""
    if request.method == "POST":
        try:
            joined = actions.accept_invitation(actor=request.user, token=token, now=timezone.now())
        except AccountError as error:
            refusal = error.sentence
        else:
            return _welcome(request, joined)
    return render(request, "accounts/invitation_join.html", {"invitation": invitation, "refusal": refusal})


def _join_as_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = JoinForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        try:
            joined = actions.accept_as_new_person(token=token, name=name, password=password, now=timezone.now())
        except AccountError as error:
            refuse(form, error.sentence, error.field)
        else:
            login(request, joined.user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return _welcome(request, joined)
    return render(request, "accounts/invitation_new.html", {"invitation": invitation, "form": form})


def _welcome(request: HttpRequest, joined: Membership) -> HttpResponse:
    request.session[AGENCY_KEY] = joined.agency_id
    messages.success(request, f"Welcome to {joined.agency.name}.")
    return redirect(settings.LOGIN_REDIRECT_URL)
