"""Due dates in a person's own calendar: the page of its secret address, and the feed behind it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required, background
from icm_portal.accounts.tokens import token_hash
from proposals import ical
from proposals.actions.calendar import make_address, revoke_address
from proposals.models import Proposal
from proposals.queries import calendar, turns

#: Requests for one address in a minute.
MOST_A_MINUTE = 60


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: ActorRequest) -> HttpResponse:
    """Show whether there is an address; make one, which is shown this once, or revoke it."""
    wanted, link = request.POST.get("do", ""), ""
    if request.method == "POST" and wanted == "revoke":
        revoke_address(actor=request.actor, now=timezone.now())
        messages.success(request, "The address is revoked. Calendars that use it get nothing any more.")
        return redirect("proposals:calendar")
    if request.method == "POST":
        if wanted != "make":
            raise Http404
        token = make_address(actor=request.actor, now=timezone.now())
        link = settings.SITE_URL + reverse("proposals:calendar_feed", args=[token])
    context = {"address": calendar.address_of(request.user), "link": link}
    response = render(request, "proposals/calendar.html", context, status=201 if link else 200)
    response["Cache-Control"] = "no-store"
    return response


@background
@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the due dates of whoever the secret belongs to, as long as they have access; nobody signs in here."""
    now = timezone.now()
    if _asks_too_often(token, now):
        return HttpResponse("Too many requests. Try again in a minute.", status=429, content_type="text/plain")
    days = [_day(actor, proposal) for actor, proposal in calendar.due_dates(calendar.actors_of(token, now))]
    text = ical.calendar("ICM Portal", days, now)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})


def _asks_too_often(token: str, now: datetime) -> bool:
    """Count the requests for one address in this minute; calendar programs ask a few times a day."""
    key = f"calendar:{token_hash(token)}:{now:%H%M}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) > MOST_A_MINUTE


def _day(actor: Actor, proposal: Proposal) -> ical.Day:
    turn = turns.turn_of(actor, proposal, timezone.now())
    if turn is None or turn.due_on is None:
        raise ValueError(f"{proposal.pk} has no date to keep")
    host = urlsplit(settings.SITE_URL).hostname
    word = "target" if turn.is_cms else "due"
    return ical.Day(
        uid=f"{proposal.pk}-{proposal.round}-{'cms' if turn.is_cms else 'state'}@{host}",
        on=turn.due_on,
        summary=f"{proposal.number} {proposal.title}: {word}, {turn.next}",
        url=settings.SITE_URL + reverse("proposals:overview", args=[proposal.pk]),
    )
