"""One way through the portal with nothing but a keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from proposals.models import Section, Submission
from tests.browser import OpenPage
from tests.journey.people import Desk, said
from tests.worlds import PASSWORD, World, answer

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PROMPT = "es.context.building_blocks"
#: No place of a page is further away than this.
MOST_STEPS = 150


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached by Tab")


def follow(page: Page, target: Locator) -> None:
    """Go to a link or button and press Enter."""
    target.wait_for()
    tab_to(page, target)
    page.keyboard.press("Enter")


def test_sign_in_answer_save_and_submit(world: World, live_site: str, open_page: OpenPage) -> None:
    proposal = world.complete_draft()
    answer(proposal, world.ohio.editor, PROMPT, None)
    page = Desk(live_site, open_page).enter(None)
    page.goto(live_site)

    sign_in(page, world.ohio.signatory.user.email)
    follow(page, page.get_by_role("main").get_by_role("link", name=proposal.title).first)
    follow(page, page.get_by_role("link", name="Facilitating Circumstances, Gaps and Barriers"))
    give_an_answer(page)
    stored = Section.objects.get(proposal=proposal, key="es.context").answers[PROMPT]["fields"]
    assert [(row["kind"], row["name"], row["use"]) for row in stored["blocks"]] == [
        ("existing_program", "Health homes", "Teams that know the members")
    ]
    assert stored["narrative"] == "<p>We build on what works.</p>"

    follow(page, page.get_by_role("link", name="Overview", exact=True).first)
    follow(page, page.get_by_role("link", name="Sign and submit").first)
    sign(page)
    shown = page.locator(".fingerprint").inner_text()
    assert shown == Submission.objects.get(proposal=proposal).fingerprint


def sign_in(page: Page, email: str) -> None:
    """Type address and password; Enter sends them."""
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type(email)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")


def give_an_answer(page: Page) -> None:
    """Skip to the prompts, add a row, write a narrative, and save."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Facilitating Circumstances, Gaps and Barriers")
    skip = page.get_by_role("link", name="Skip to main content")
    follow(page, skip)
    expect(page.locator("#main")).to_be_focused()
    tab_to(page, page.locator(f"[name={PROMPT.replace('.', '-')}-_disposition]").first)
    page.keyboard.press("Space")
    table = page.get_by_role("group", name="Building blocks")
    follow(page, table.get_by_role("button", name="Add row", exact=True))
    expect(table.get_by_label("Kind, row 1")).to_be_focused()
    choose(page, table.get_by_label("Kind, row 1"), "existing_program")
    page.keyboard.press("Tab")
    page.keyboard.type("Health homes")
    page.keyboard.press("Tab")
    page.keyboard.type("Teams that know the members")
    page.keyboard.press("Enter")
    expect(table.get_by_role("button", name="Edit row 1", exact=False)).to_be_focused()
    text = page.locator("details.prompt").first.get_by_role("textbox", name="Explanation")
    tab_to(page, text)
    page.keyboard.type("We build on what works.")
    page.keyboard.press("Control+s")
    said(page, "is saved.")


def choose(page: Page, select: Locator, value: str) -> None:
    """Go down the options of a list until the wanted one is chosen."""
    for _ in range(MOST_STEPS):
        if select.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is no option")


def sign(page: Page) -> None:
    """Declare and submit; the name of the signatory stands there already."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign and submit round 1")
    statement = page.get_by_role("checkbox", name=re.compile("I am authorized"))
    tab_to(page, statement)
    page.keyboard.press("Space")
    expect(statement).to_be_checked()
    follow(page, page.get_by_role("button", name="Submit round 1 to CMS"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Round 1 is submitted")
