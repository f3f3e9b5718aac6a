"""A session lives on from the last sign of life, and is written rarely."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse

from icm_portal.accounts import sessions
from icm_portal.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("ruth@example.gov", name="Ruth Adeyemi"))
    return client


def shift(client: Client, seconds: int) -> None:
    session = client.session
    session[sessions.RENEWED_KEY] -= seconds
    session.save()


def test_the_span_counts_from_the_sign_in(client: Client) -> None:
    assert settings.SESSION_COOKIE_AGE - 2 <= sessions.seconds_left(client.session) <= settings.SESSION_COOKIE_AGE


@pytest.mark.parametrize(("idle", "renewed"), [(sessions.RENEW_AFTER - 60, False), (sessions.RENEW_AFTER + 60, True)])
def test_a_page_renews_the_span_after_some_minutes(client: Client, idle: int, *, renewed: bool) -> None:
    shift(client, idle)
    client.get(reverse("accounts:account"))
    assert (time.time() - client.session[sessions.RENEWED_KEY] < 60) is renewed


def test_staying_renews_at_once(client: Client) -> None:
    shift(client, 60)
    answer = client.post(reverse("accounts:keepalive"))
    assert (answer.status_code, answer.content) == (204, b"")
    assert time.time() - client.session[sessions.RENEWED_KEY] < 10


def test_staying_needs_a_press_and_a_person(client: Client) -> None:
    address = reverse("accounts:keepalive")
    assert client.get(address).status_code == 405
    assert Client().post(address).status_code == 302


def test_a_session_that_was_never_renewed_has_nothing_left() -> None:
    assert sessions.seconds_left(SessionStore()) == 0
