"""The review in a real browser: by keyboard, and without a script."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from icm_portal.accounts.actor import Actor
from proposals.actions.deciding import draft_decision
from proposals.actions.discussing import Place, draft_reply, write_note
from proposals.actions.reviewing import begin_review
from proposals.models import DraftComment, Note, Proposal, Thread
from tests.browser import OpenPage
from tests.worlds import (
    MODEL_CHANGED,
    NOW,
    World,
    answer,
    fresh,
    hand_over,
    narrative_answer,
    not_applicable,
    signed_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def proposal(transactional_db: None, world: World) -> Proposal:
    """In its second round with CMS: threads, changes, a draft, a note and a drafted decision."""
    found = world.questioned()
    thread = Thread.objects.get(proposal=found)
    draft_reply(actor=world.ohio.editor, thread=thread, body="It is a health home.", now=NOW, claimed=MODEL_CHANGED)
    answer(found, world.ohio.editor, "es.overview.model", narrative_answer("A health home for adults."))
    answer(found, world.ohio.editor, "es.overview.goals", not_applicable("Goals follow later."))
    hand_over(found, world.ohio.signatory, summary="We named the model.")
    begin_review(actor=world.cms.lead, proposal=found, now=NOW)
    found = fresh(found)
    world.ask(found, "es.overview.current", "Since when?")
    place = Place("es.overview", "es.overview.model")
    write_note(actor=world.cms.lead, proposal=found, place=place, body="Between us.", now=NOW)
    draft_decision(actor=world.cms.lead, proposal=found, outcome="ready", letter="Please file.", now=NOW)
    return found


def enter(page: Page, server: LiveServer, actor: Actor, path: str) -> None:
    """Open a page as somebody who is signed in."""
    cookie = signed_in(actor).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])
    page.goto(server.url + path)


def test_a_review_by_keyboard_from_note_to_release(
    world: World, proposal: Proposal, live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page()
    enter(page, live_server, world.cms.lead, reverse("proposals:review", args=[proposal.pk, "es.overview"]))
    page.get_by_role("link", name="Write about this prompt: The model in brief").press("Enter")
    page.keyboard.type("Only for us.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. Stays inside CMS. Ohio never sees it.")).to_be_visible()
    assert Note.objects.order_by("pk").last().prompt_id == "es.overview.model"  # type: ignore[union-attr]
    page.get_by_role("link", name="Ask Ohio").press("Enter")
    page.get_by_label("Words to Ohio").fill("Which adults?")
    page.get_by_role("button", name="Add to round 2").press("Enter")
    expect(page.get_by_text("Nothing is sent before the CMS lead releases it.")).to_be_visible()
    assert DraftComment.objects.count() == 2
    page.get_by_role("link", name="Release questions to Ohio").press("Enter")
    page.get_by_role("button", name="Preview as the state").press("Enter")
    expect(page.get_by_text("Ohio will see")).to_be_visible()
    page.get_by_role("button", name="Release round to Ohio").press("Enter")
    expect(page.get_by_text("The questions of round 2 are with Ohio.")).to_be_visible()


def test_marked_words_are_quoted_without_those_that_were_removed(
    world: World, proposal: Proposal, live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page()
    enter(page, live_server, world.cms.reviewer, reverse("proposals:review", args=[proposal.pk, "es.overview"]))
    line = page.locator("#p-es-overview-model p").filter(has_text="A health home for adults.")
    line.evaluate("line => getSelection().selectAllChildren(line)")
    page.get_by_role("button", name="Quote this").click()
    page.keyboard.type("Who are these?")
    page.get_by_role("button", name="Save internal note").click()
    expect(page.get_by_text("Saved. Stays inside CMS. Ohio never sees it.")).to_be_visible()
    note = Note.objects.get(body="<p>Who are these?</p>")
    assert (note.prompt_id, note.quote) == ("es.overview.model", "A health home for adults.")


def test_keys_lead_from_change_to_change(
    world: World, proposal: Proposal, live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page()
    enter(page, live_server, world.ohio.editor, reverse("proposals:compare", args=[proposal.pk]))
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="The model in brief")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Program goals")).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="The model in brief")).to_be_focused()
    page.get_by_role("link", name="Next change").click()
    expect(page.get_by_role("heading", name="Program goals")).to_be_focused()


def test_keys_lead_through_the_review_from_section_to_section(
    world: World, proposal: Proposal, live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page()
    enter(page, live_server, world.cms.reviewer, reverse("proposals:review_start", args=[proposal.pk]))
    page.keyboard.press("j")
    expect(page).to_have_url(live_server.url + reverse("proposals:review", args=[proposal.pk, "es.overview"]))
    for key, name in (
        ("j", "The model in brief"),
        ("q", "Q1. Question"),
        ("j", "Program goals"),
        ("k", "The model in brief"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=name)).to_be_focused()
    page.keyboard.press("c")
    expect(page.get_by_role("textbox", name="Internal note")).to_be_focused()
    assert page.locator("#note_about").input_value() == "es.overview.model"
    page.keyboard.type("jq")
    expect(page.get_by_role("textbox", name="Internal note")).to_have_value("jq")


def test_the_keys_can_be_switched_off_and_stay_off(
    world: World, proposal: Proposal, live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page()
    enter(page, live_server, world.cms.reviewer, reverse("proposals:review", args=[proposal.pk, "es.overview"]))
    page.get_by_text("Keys", exact=True).click()
    page.get_by_label("Use these keys in this browser").press("Space")
    page.reload()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="The model in brief")).not_to_be_focused()
    page.get_by_text("Keys", exact=True).click()
    expect(page.get_by_label("Use these keys in this browser")).not_to_be_checked()


def test_the_composer_works_without_a_script(
    world: World, proposal: Proposal, live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page(javascript=False)
    enter(page, live_server, world.cms.reviewer, reverse("proposals:review", args=[proposal.pk, "es.overview"]))
    expect(page.get_by_label("Words to Ohio")).to_be_hidden()
    page.get_by_role("link", name="Ask Ohio").click()
    expect(page.get_by_label("Words to Ohio")).to_be_visible()
    page.get_by_role("link", name="Write about this prompt: Program goals").click()
    assert page.locator("#ask_about").input_value() == "es.overview.goals"
    page.get_by_label("Words to Ohio").fill("Which goals?")
    page.get_by_role("button", name="Add to round 2").click()
    assert DraftComment.objects.filter(prompt_id="es.overview.goals").count() == 1
