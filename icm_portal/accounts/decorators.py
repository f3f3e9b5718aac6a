"""What stands before a view: who is asking must be known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .actor import Actor, ActorRequest, Administrator, Person

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., HttpResponse])


def background(view: View) -> View:
    """Mark a view that pages call by themselves: it is no sign of life and lengthens no session."""
    view.is_background = True  # type: ignore[attr-defined]
    return view


def carries_words(view: View) -> View:
    """Mark a view whose posts hold words of a person: they are not dropped when the sign-in has ended meanwhile.

    Its form posts `person` (the mark of whom the page was drawn for), so that nobody sends them in another's name.
    """
    view.carries_words = True  # type: ignore[attr-defined]
    return view


def person_of(request: HttpRequest) -> Person | None:
    """The actor; for a site administrator outside any agency an `Administrator`; for anybody else None."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None and request.user.is_authenticated and request.user.is_staff:
        return Administrator(request.user)
    return actor


def no_agency(request: HttpRequest) -> HttpResponse:
    """The page for people without any active membership (status 403)."""
    return render(request, "accounts/no_agency.html", status=403)


def actor_required(
    view: Callable[Concatenate[ActorRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in people who act for an agency; the others see that they belong to none (403)."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            return no_agency(request)
        return view(cast(ActorRequest, request), *args, **kwargs)

    return wrapped


def person_required(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Like `actor_required`, but site administrators without an agency come in too; hands the person to the view."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = person_of(request)
        if person is None:
            return no_agency(request)
        return view(request, person, *args, **kwargs)

    return wrapped
