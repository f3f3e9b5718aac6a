"""Every reusable piece is accessible and fits at every width; forms too, also with errors."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import WIDTHS, OpenPage, overflow, violations
from tests.look.samples import pieces

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.look.urls"), pytest.mark.django_db(transaction=True)]


def test_every_include_has_a_sample() -> None:
    from pathlib import Path  # noqa: PLC0415

    # What scripts draw is looked at where they do: `test_session_js.py`, `test_kept_in_the_browser.py`, `reviewing/test_browser.py`.
    frame = {"header", "footer", "messages", "session_warning", "kept_offer", "due", "keys"}
    found = {path.stem for path in Path("templates/includes").glob("*.html")} - frame
    assert found == {include for include, _ in pieces()}


def _check_at_all_widths(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize("address", ["sheet/1", "sheet/2", "sheet/3", "form", "kinds"])
def test_page_is_accessible_and_fits(address: str, live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{live_server.url}/look/{address}/")
    _check_at_all_widths(page)


def test_form_with_errors_is_accessible_and_leads_to_them(live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{live_server.url}/look/form/")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title("Error: Form | ICM Portal")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    _check_at_all_widths(page)
    page.get_by_role("link", name="One: This field is required.").click()
    expect(page.locator("#id_one_0")).to_be_focused()
    assert page.get_by_label("Name").get_attribute("aria-describedby") == "id_name_helptext id_name_error"
    assert page.get_by_label("Name").get_attribute("aria-invalid") == "true"


def test_every_target_is_large_enough(live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page(width=360)
    page.goto(f"{live_server.url}/look/sheet/1/")
    sizes = page.eval_on_selector_all(
        ".snav a, .foot a, button", "all => all.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)"
    )
    assert [size for size in sizes if size < 24] == []
