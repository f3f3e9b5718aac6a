"""What the site's own script does: one submit only, menus that close."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from icm_portal.accounts.models import User
from tests.browser import OpenPage, overflow, violations
from tests.look import urls

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.look.urls"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person() -> User:
    return User.objects.create_user("ruth@example.gov", name="Ruth Adeyemi")


def sign_in(page: Page, live_server: LiveServer, person: User) -> None:
    client = Client()
    client.force_login(person)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    host = str(urlsplit(live_server.url).hostname)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "domain": host, "path": "/"}])


def test_a_second_press_sends_nothing(live_server: LiveServer, open_page: OpenPage) -> None:
    urls.posted.clear()
    page = open_page()
    page.goto(f"{live_server.url}/look/slow/")
    button = page.get_by_role("button", name="Save")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    page.wait_for_timeout(200)
    assert urls.posted == ["1"]


def test_a_page_from_the_history_can_be_sent_again(live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{live_server.url}/look/slow/")
    button = page.get_by_role("button", name="Save")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert button.get_attribute("aria-disabled") is None


def test_the_menu_closes_on_escape_and_gives_the_focus_back(
    live_server: LiveServer, open_page: OpenPage, person: User
) -> None:
    page = open_page()
    sign_in(page, live_server, person)
    page.goto(f"{live_server.url}/look/sheet/1/")
    summary = page.locator(".menu > summary")
    summary.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_menu_opens_on_a_phone_and_without_scripts(
    live_server: LiveServer, open_page: OpenPage, person: User
) -> None:
    phone, plain = open_page(width=360), open_page(width=360, javascript=False)
    for page in (phone, plain):
        sign_in(page, live_server, person)
        page.goto(f"{live_server.url}/look/sheet/1/")
    menu = phone.get_by_role("button", name="Menu")
    menu.click()
    expect(phone.get_by_role("button", name="Close")).to_be_focused()
    assert (violations(phone), overflow(phone)) == ([], 0)
    assert phone.locator("main").evaluate("main => main.closest('[inert]') !== null")
    phone.keyboard.press("Escape")
    assert phone.locator("main").evaluate("main => main.closest('[inert]') === null")
    expect(phone.get_by_role("button", name="Close")).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    phone.locator(".menu > summary").click()
    expect(phone.get_by_role("button", name="Sign out")).to_be_visible()
    plain.locator(".menu > summary").click()
    expect(plain.get_by_role("button", name="Sign out")).to_be_visible()
