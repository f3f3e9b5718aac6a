"""Words sent from a page whose sign-in had ended: they are on the answer, to be sent again by whoever typed them.

Nothing is stored for people who are not signed in. Only what came from one of our own pages is shown: a post that
passed the check against forgery, or one whose browser vouches for where it comes from.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.csrf import csrf_failure as plain_csrf_failure

from icm_portal.accounts.kept import person_mark

FORBIDDEN: Final = 403
#: What the new form says itself.
OWN: Final = {"csrfmiddlewaretoken"}
#: Choices, numbers, identities: they are carried along, and reading them would help nobody.
CODE: Final = re.compile(r"[0-9a-z_,.\-]*")


def holds_words(request: HttpRequest, view: Any) -> bool:
    """Whether a request is the form of a view marked by `carries_words`, sent by a person and not by a script."""
    is_script = request.headers.get("Accept") == "application/json"
    return request.method == "POST" and not is_script and getattr(view, "carries_words", False)


def unsent(request: HttpRequest) -> HttpResponse:
    """Show what was typed, with a form that sends it again (403); nothing of it to anybody but who typed it."""
    if is_somebody_else(request):
        return somebody_else(request)
    context = {
        "address": request.get_full_path(),
        "typed": typed(request.POST),
        "carried": [(name, value) for name, values in request.POST.lists() if name not in OWN for value in values],
    }
    return _page(request, context)


def somebody_else(request: HttpRequest) -> HttpResponse:
    """Say that another person is signed in now than the one who typed, and show none of their words (403)."""
    return _page(request, {"somebody_else": True})


def is_somebody_else(request: HttpRequest) -> bool:
    """Whether the page that sent a post was drawn for another person than who is signed in now."""
    return request.user.is_authenticated and request.POST.get("person") != person_mark(request.user)


def typed(data: QueryDict) -> list[str]:
    """Return what reads as words, in the order of the page."""
    found = (value.strip() for name, values in data.lists() if name not in OWN for value in values)
    return [value for value in found if not CODE.fullmatch(value)]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a post with an old form token: words of our own page are carried along, anything else is refused.

    The token is new after each sign-in, so a page left open over one sends an old token.
    """
    view = request.resolver_match.func if request.resolver_match else None
    if holds_words(request, view) and is_from_here(request):
        return unsent(request)
    return plain_csrf_failure(request, reason)


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent the request; no other site can make it say so."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "accounts/unsent.html", context, status=FORBIDDEN)
    response.headers["Cache-Control"] = "no-store"
    return response
