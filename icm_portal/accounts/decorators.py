"""What stands before a view: who is asking must be known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from .actor import Actor, ActorRequest, Administrator, Person
from .views.unsent import FORBIDDEN, NOT_FOUND, has_words, is_form, is_somebody_else, not_open, somebody_else

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., HttpResponse])


def background(view: View) -> View:
    """Mark a view that pages call by themselves: it is no sign of life and lengthens no session."""
    view.is_background = True  # type: ignore[attr-defined]
    return view


def carries_words(view: View) -> View:
    """Mark a view whose forms hold words of a person: they come back whenever the view cannot take them.

    That is so when the sign-in has ended meanwhile (the marked view is found by `SignInWall` and by the check against
    forgery), and when the address is not, or no longer, open to its sender. Its forms hold `{% person_field %}`, so
    that nobody sends them in another's name. Stands outermost.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_form(request):
            return view(request, *args, **kwargs)
        if is_somebody_else(request):
            return somebody_else(request)
        if not has_words(request.POST):
            return view(request, *args, **kwargs)
        known = person_of(request) if getattr(view, "takes_administrators", False) else getattr(request, "actor", None)
        if known is None:
            return not_open(request, FORBIDDEN)
        try:
            return view(request, *args, **kwargs)
        except (Http404, PermissionDenied) as refusal:
            return not_open(request, NOT_FOUND if isinstance(refusal, Http404) else FORBIDDEN)

    wrapped.carries_words = True  # type: ignore[attr-defined]
    return cast(View, wrapped)


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


def administrator_required(
    view: Callable[Concatenate[HttpRequest, Administrator, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in site administrators, whatever agency they act for; nobody else learns that there is such a page (404)."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if person_of(request) is None:
            return no_agency(request)
        if not request.user.is_staff:
            raise Http404
        return view(request, Administrator(request.user), *args, **kwargs)

    wrapped.takes_administrators = True  # type: ignore[attr-defined]
    return wrapped
