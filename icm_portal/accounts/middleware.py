"""What stands between a request and its view: the wall of the sign-in, the actor, the person's own time zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from .actor import Actor
from .queries import active_memberships
from .sessions import renew_if_due
from .views.unsent import holds_words, unsent
from .zones import zone

AGENCY_KEY: Final = "agency_id"


class ActorMiddleware:
    """Sets `request.actor` for the view: an `Actor`, or None for a person without any active membership.

    One query for a signed-in person, none for a stranger. Stands behind the authentication middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, and leave no time zone behind for the next one on this thread."""
        request.actor = None  # type: ignore[attr-defined]
        request.memberships = ()  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Find the actor once it is certain that a view answers."""
        if not request.user.is_authenticated:
            return
        if not getattr(view, "is_background", False):
            renew_if_due(request.session)
        user = request.user
        memberships = tuple(active_memberships(user, timezone.now()))
        chosen = request.session.get(AGENCY_KEY)
        current = next((m for m in memberships if m.agency_id == chosen), memberships[0] if memberships else None)
        request.memberships = memberships  # type: ignore[attr-defined]
        request.actor = Actor(user, current) if current else None  # type: ignore[attr-defined]
        name = user.time_zone or (current.agency.time_zone if current else "")
        if name:
            timezone.activate(zone(name))


class SignInWall(LoginRequiredMiddleware):
    """Lets nobody pass who is not signed in. Words that somebody typed before the sign-in ended come back to them."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Lead to the sign-in page; a form with words is answered with a page that keeps them."""
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        return unsent(request) if refusal and holds_words(request, view_func) else refusal
