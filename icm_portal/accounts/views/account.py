"""One's own account, and the agency one acts for."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from icm_portal.accounts import actions
from icm_portal.accounts.actor import SignedInRequest
from icm_portal.accounts.decorators import background
from icm_portal.accounts.forms import ProfileForm
from icm_portal.accounts.kept import keys, person_mark
from icm_portal.accounts.models import Membership
from icm_portal.accounts.sessions import renew, seconds_left

ID: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SignedInRequest) -> HttpResponse:
    """Name, time zone, password and memberships of the person who is signed in."""
    user = request.user
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        actions.update_profile(actor=user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Your account is changed.")
        return redirect("accounts:account")
    return render(request, "accounts/account.html", {"form": form})


@require_POST
def switch(request: SignedInRequest) -> HttpResponse:
    """Act for another of one's own agencies; 404 for any other."""
    wanted = request.POST.get("agency", "")
    user = request.user
    if not ID.fullmatch(wanted):
        raise Http404
    try:
        chosen = actions.switch_agency(actor=user, session=request.session, agency_id=int(wanted), now=timezone.now())
    except Membership.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"You now act for {chosen.agency.name}.")
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_POST
def keepalive(request: SignedInRequest) -> HttpResponse:
    """Keep the person signed in for another span; the page asks five minutes before the end."""
    renew(request.session)
    return HttpResponse(status=204)


@background
@require_GET
def session(request: SignedInRequest) -> HttpResponse:
    """Tell a page's scripts who is signed in now, for how long, with which form token and which keys for kept copies.

    A page that outlives its sign-in asks here before it goes on: it must be the same person, and the token is new.
    """
    found = {
        "person": person_mark(request.user),
        "seconds": seconds_left(request.session),
        "token": get_token(request),
        "keys": keys(request.user, timezone.now()),
    }
    return JsonResponse(found, headers={"Cache-Control": "no-store"})
