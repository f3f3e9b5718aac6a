"""The end of the sign-in in a browser: a dialog five minutes before, one for all tabs, and a page that stays as it is."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from icm_portal.accounts.models import User
from icm_portal.accounts.sessions import RENEWED_KEY
from tests.browser import WIDTHS, OpenPage, overflow, violations

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.look.urls"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def key(db: None) -> str:
    """The key of Ruth's session."""
    client = Client()
    client.force_login(User.objects.create_user("ruth@example.gov", name="Ruth Adeyemi", password="a long passphrase"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def shorten(key: str, seconds: int) -> None:
    """Let a session end in so many seconds."""
    session = SessionStore(key)
    session[RENEWED_KEY] = int(time.time()) - settings.SESSION_COOKIE_AGE + seconds
    session.save()
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=seconds))


def opened(page: Page, live_server: LiveServer, key: str, seconds: int) -> None:
    """A page that was opened long ago: its session ends in so many seconds."""
    page.goto(f"{live_server.url}/look/slow/")
    shorten(key, seconds)
    page.evaluate("icm.session.refresh()")


def give(context: BrowserContext, live_server: LiveServer, key: str) -> None:
    host = str(urlsplit(live_server.url).hostname)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "domain": host, "path": "/"}])


@pytest.fixture
def page(live_server: LiveServer, open_page: OpenPage, key: str) -> Page:
    """A browser in which Ruth is signed in."""
    found = open_page()
    give(found.context, live_server, key)
    return found


def dialog(page: Page) -> Locator:
    return page.get_by_role("alertdialog", name="Do you want to stay signed in?")


def test_a_dialog_asks_five_minutes_before_the_end_and_counts_down(
    live_server: LiveServer, page: Page, key: str
) -> None:
    opened(page, live_server, key, 303)
    expect(dialog(page)).to_have_count(0)
    expect(dialog(page)).to_be_visible(timeout=8000)
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    expect(dialog(page)).to_contain_text("You will be signed out in 5 minutes")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, violations(page), max(overflow(page), 0)) == (width, [], 0)


@pytest.mark.parametrize("press", ["Enter", "Escape"])
def test_whoever_stays_is_signed_in_for_another_span(live_server: LiveServer, page: Page, key: str, press: str) -> None:
    opened(page, live_server, key, 200)
    expect(dialog(page)).to_contain_text("4 minutes")
    page.keyboard.press(press)
    expect(dialog(page)).to_have_count(0)
    assert time.time() - SessionStore(key)[RENEWED_KEY] < 30


def test_another_tab_counts(live_server: LiveServer, page: Page, key: str) -> None:
    opened(page, live_server, key, 200)
    expect(dialog(page)).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{live_server.url}/look/slow/")
    expect(dialog(page)).to_have_count(0)


def test_signing_out_from_the_dialog(live_server: LiveServer, page: Page, key: str) -> None:
    opened(page, live_server, key, 200)
    dialog(page).get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert not Session.objects.filter(session_key=key).exists()


def test_after_the_end_the_page_stays_and_the_link_leads_back(live_server: LiveServer, page: Page, key: str) -> None:
    opened(page, live_server, key, 200)
    expect(dialog(page)).to_be_visible()
    Session.objects.all().delete()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("status").filter(has_text="You have been signed out.")).to_be_visible()
    page.get_by_label("Reason").fill("Two words")
    assert violations(page) == []
    again = page.get_by_role("link", name="Sign in and come back here")
    expect(again).to_have_attribute("href", "/accounts/login/?next=%2Flook%2Fslow%2F")


def test_a_session_that_runs_out_is_told_without_a_press(live_server: LiveServer, page: Page, key: str) -> None:
    page.goto(f"{live_server.url}/look/slow/")
    page.get_by_label("Reason").fill("Two words")
    shorten(key, 3)
    page.evaluate("icm.session.refresh()")
    expect(page.get_by_text("You have been signed out.")).to_be_visible(timeout=10_000)
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_label("Reason")).to_have_value("Two words")


def test_the_page_goes_on_when_its_person_has_signed_in_in_another_tab(
    live_server: LiveServer, page: Page, key: str
) -> None:
    page.goto(f"{live_server.url}/look/slow/")
    Session.objects.all().delete()
    page.evaluate("icm.session.finish()")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/accounts/login/")
    other.get_by_label("E-mail").fill("ruth@example.gov")
    other.get_by_label("Password").fill("a long passphrase")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    page.bring_to_front()
    expect(page.get_by_text("You have been signed out.")).to_have_count(0)
