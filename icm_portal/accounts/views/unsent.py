"""Words sent from a page that cannot be taken any more: they are on the answer, to be sent again by whoever typed them.

The sign-in had ended, or what the page belongs to is not open to its sender now. Nothing is stored for people who are
not signed in. Only what came from one of our own pages is shown: a post that passed the check against forgery, or one
whose browser vouches for where it comes from.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.csrf import csrf_failure as plain_csrf_failure

from icm_portal.accounts.kept import person_mark

FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
#: What the new form says itself.
OWN: Final = {"csrfmiddlewaretoken"}
#: Choices, numbers, identities: they are carried along, and reading them would help nobody.
CODE: Final = re.compile(r"[0-9a-z_,.\-]*")
#: Characters of a form that are drawn to be read, and that are carried for somebody who is not signed in. Each field
#: counts for more than its words: it is drawn with a tag around it.
MOST: Final = 200_000
FIELD: Final = 50


def is_form(request: HttpRequest) -> bool:
    """Whether a request is a form sent by a person, and not by a script."""
    return request.method == "POST" and request.headers.get("Accept") != "application/json"


def holds_words(request: HttpRequest, view: Any) -> bool:
    """Whether a request is the form of a view marked by `carries_words`."""
    return is_form(request) and getattr(view, "carries_words", False)


def unsent(request: HttpRequest) -> HttpResponse:
    """Show what was typed, with a form that sends it again (403); nothing of it to anybody but who typed it."""
    if is_somebody_else(request):
        return somebody_else(request)
    why = "signed_in_again" if request.user.is_authenticated else "signed_out"
    if why == "signed_in_again" and "person" not in request.POST:
        why = "unnamed"
    return _page(request, why, FORBIDDEN)


def somebody_else(request: HttpRequest) -> HttpResponse:
    """Say that another person is signed in now than the one who typed, and show none of their words (403)."""
    return _page(request, "somebody_else", FORBIDDEN)


def not_open(request: HttpRequest, status: int) -> HttpResponse:
    """Give back what was typed for an address that is not open to its sender; says no more than that (403 or 404)."""
    return _page(request, "not_open", status)


def is_somebody_else(request: HttpRequest) -> bool:
    """Whether the page that sent a post was drawn for another person than who is signed in now.

    A page that names nobody says nothing about that: its words are shown, to be sent by whoever says they are theirs.
    """
    return "person" in request.POST and request.user.is_authenticated and not is_of_this_person(request)


def is_of_this_person(request: HttpRequest) -> bool:
    """Whether a post names the person who is signed in as the one its page was drawn for."""
    return request.user.is_authenticated and request.POST.get("person") == person_mark(request.user)


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


def _page(request: HttpRequest, why: str, status: int) -> HttpResponse:
    context: dict[str, Any] = {"why": why, "status": status, "address": request.get_full_path()}
    is_long = _size(request.POST) > MOST
    if why == "signed_out" and is_long:
        context["why"] = "too_much"
    elif why != "somebody_else":
        context |= _fields(request.POST, readable=why == "not_open" or not is_long)
    response = render(request, "accounts/unsent.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def has_words(data: QueryDict) -> bool:
    """Whether anything in a form reads as words."""
    return any(name not in OWN and not _are_codes(values) for name, values in data.lists())


def _are_codes(values: list[Any]) -> bool:
    return all(CODE.fullmatch(value.strip()) for value in values)


def _size(data: QueryDict) -> int:
    return sum(len(name) + len(value) + FIELD for name, values in data.lists() for value in values)


def _fields(data: QueryDict, *, readable: bool) -> dict[str, list[tuple[str, str]]]:
    """Everything as (name, value) once: what reads as words in ``typed``, in the order of the page, the rest ``carried``."""
    found: dict[str, list[tuple[str, str]]] = {"typed": [], "carried": []}
    for name, values in data.lists():
        is_words = readable and not _are_codes(values)
        if name not in OWN:
            found["typed" if is_words else "carried"] += [(name, value) for value in values]
    return found
