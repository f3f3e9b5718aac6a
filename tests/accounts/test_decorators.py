"""What stands before a view."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from icm_portal.accounts.actor import Actor, ActorRequest, Administrator
from icm_portal.accounts.decorators import actor_required, person_of
from icm_portal.accounts.models import User
from tests.accounts.people import Crowd


@actor_required
def greet(request: ActorRequest, word: str) -> HttpResponse:
    """A view of another room."""
    return HttpResponse(f"{word}, {request.actor.user}")


def request_of(user: User, actor: Actor | None) -> ActorRequest:
    request = RequestFactory().get("/")
    request.user = user
    request.actor = actor  # type: ignore[attr-defined]
    request.resolver_match = None
    request.session = SessionStore()
    return request  # type: ignore[return-value]


def test_a_view_gets_its_actor(crowd: Crowd) -> None:
    answer = greet(request_of(crowd.editor.user, crowd.editor), "Hello")
    assert (answer.status_code, answer.content) == (200, b"Hello, OH editor")


def test_without_an_agency_there_is_a_page_that_says_so(crowd: Crowd) -> None:
    for user in (crowd.outsider, crowd.administrator.user):
        answer = greet(request_of(user, None), "Hello")
        assert answer.status_code == 403
        assert "You belong to no agency yet" in answer.content.decode()


def test_only_administrators_act_without_an_agency(crowd: Crowd) -> None:
    assert person_of(request_of(crowd.outsider, None)) is None
    assert person_of(request_of(crowd.administrator.user, None)) == Administrator(crowd.administrator.user)
    assert person_of(request_of(crowd.editor.user, crowd.editor)) == crowd.editor
