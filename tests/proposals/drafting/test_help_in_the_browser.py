"""Help in place in Chromium: meanings by keyboard and by touch, examples, the count of words, and axe."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser import OpenPage, overflow, violations
from tests.proposals.drafting.test_in_the_browser import opened, section_path
from tests.worlds import World

pytestmark = pytest.mark.django_db(transaction=True)

ACTIVE = "document.activeElement.id || document.activeElement.dataset.term"


def meaning(page: Page, slug: str) -> str:
    """The id of the meaning of a term."""
    return f"#term-{slug}"


def test_a_term_opens_its_meaning_by_keyboard_touch_and_mouse(live_site: str, open_page: OpenPage) -> None:
    world = World()
    page = opened(open_page, live_site, world.ohio.editor, section_path(world.draft(), "es.overview"), width=360)
    term = page.locator("a.term[data-term=icm]").first
    expect(term).to_have_attribute("aria-expanded", "false")
    term.focus()
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        expect(page.locator("#term-icm")).to_be_visible()
        expect(term).to_have_attribute("aria-expanded", "true")
        assert page.evaluate(ACTIVE) == "term-icm"
        assert (overflow(page), violations(page, colors=key == "Enter")) == (0, [])
        page.keyboard.press("Escape")
        expect(page.locator("#term-icm")).to_be_hidden()
        assert page.evaluate(ACTIVE) == "icm"
    expect(term).to_have_attribute("aria-expanded", "false")
    _tabs_on_from_the_term(page)
    _presses_again_to_close(page)
    _leaves_the_control_of_a_label_alone(page)


def _tabs_on_from_the_term(page: Page) -> None:
    """Through the link and the button of the meaning to what follows the term; back to the term itself."""
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("#term-icm")).to_be_hidden()
    assert page.evaluate(ACTIVE) == "medical-home"
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#term-medical-home")).to_be_hidden()
    assert page.evaluate(ACTIVE) == "medical-home"


def _presses_again_to_close(page: Page) -> None:
    term, note = page.locator("a.term[data-term=icm]").first, page.locator("#term-icm")
    for shown in (True, False, True):
        term.click()
        expect(note).to_be_visible(visible=shown)
    note.get_by_role("button", name="Close").click()
    expect(note).to_be_hidden()
    assert page.evaluate(ACTIVE) == "icm"
    term.click()
    page.locator("h1").click()
    expect(note).to_be_hidden()


def _leaves_the_control_of_a_label_alone(page: Page) -> None:
    box = page.get_by_role("checkbox", name="PCCM entity / enhanced PCCM")
    page.locator("label a.term[data-term=pccm-entity]").click()
    expect(page.locator("#term-pccm-entity")).to_be_visible()
    expect(box).not_to_be_checked()
    page.keyboard.press("Escape")


def test_what_is_fetched_later_repeats_no_term(live_site: str, open_page: OpenPage) -> None:
    world = World()
    page = opened(open_page, live_site, world.ohio.editor, section_path(world.draft(), "es.overview"), width=1024)
    example = page.locator("#p-es-overview-model details.example")
    example.locator("summary").click()
    expect(example.locator(".answer-read")).to_contain_text("Network-supported primary care medical homes")
    expect(example).to_contain_text("Illustrative, not a model answer")
    expect(example.locator("a.term")).to_have_count(0)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    assert violations(page) == []


def test_the_count_of_words_is_said_when_a_limit_was_crossed_and_not_at_each_key(
    live_site: str, open_page: OpenPage
) -> None:
    world = World()
    page = opened(open_page, live_site, world.ohio.editor, section_path(world.draft(), "es.overview"))
    box = page.locator("#id_es-overview-model-narrative-text")
    news, count = page.locator("#word-news"), page.locator("#id_es-overview-model-narrative-words")
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.getElementById('word-news').textContent))"
        ".observe(document.getElementById('word-news'), {childList: true})"
    )
    box.click()
    page.keyboard.insert_text("one two three")
    expect(count).to_have_text("3 words. 110 to 200 suggested.")
    page.wait_for_timeout(2500)
    expect(news).to_be_empty()
    page.keyboard.insert_text(" word" * 110)
    expect(news).to_have_text(re.compile(r"^.+: 113 words\. 110 to 200 suggested\.$"))
    assert page.evaluate("said.length") == 1
    assert "narrative-words" in (box.get_attribute("aria-describedby") or "")


def test_without_scripts_a_term_leads_to_the_glossary(live_site: str, open_page: OpenPage) -> None:
    world = World()
    proposal = world.draft()
    page = opened(
        open_page, live_site, world.ohio.editor, section_path(proposal, "es.overview"), javascript=False, width=360
    )
    page.locator("a.term[data-term=icm]").first.click()
    expect(page).to_have_url(live_site + reverse("proposals:glossary") + "#icm")
    expect(page.locator("#icm dt")).to_have_text("ICM")
    page.get_by_label("Term, or words in its meaning").fill("fee for service")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("dl.terms dt")).to_have_text(["Advanced payment", "FFS", "ICM", "MFFS"])
