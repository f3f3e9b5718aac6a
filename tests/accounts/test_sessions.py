"""How long a person stays signed in."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse

from icm_portal.accounts import sessions
from tests.accounts.people import Crowd
from tests.accounts.test_pages import signed_in


def test_a_sign_of_life_renews_the_session_after_some_minutes(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(crowd.editor.user)
    start = client.session[sessions.RENEWED_KEY]
    for later, renewed in ((60, start), (sessions.RENEW_AFTER + 60, start + sessions.RENEW_AFTER + 60)):
        monkeypatch.setattr(time, "time", lambda later=later: start + later)
        client.get(reverse("accounts:account"))
        assert client.session[sessions.RENEWED_KEY] == renewed


def test_staying_signed_in_takes_a_click(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(crowd.editor.user)
    start = client.session[sessions.RENEWED_KEY]
    monkeypatch.setattr(time, "time", lambda: start + 60)
    left = sessions.seconds_left(client.session)
    assert client.get(reverse("accounts:keepalive")).status_code == 405
    assert client.post(reverse("accounts:keepalive")).status_code == 204
    assert sessions.seconds_left(client.session) == left + 60
