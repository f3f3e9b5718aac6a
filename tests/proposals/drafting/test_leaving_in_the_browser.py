"""Leaving with words nobody has: the browser asks, each time anew; and a form sent too late comes back whole."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from proposals.actions.clearance import Wanted, ask_sign_off
from proposals.models import Note, Proposal, Section
from tests.browser import WIDTHS, OpenPage, overflow
from tests.journey.people import Desk, said
from tests.proposals.clearance.scenes import OVERVIEW
from tests.worlds import NOW, PASSWORD, World

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def answering(page: Page) -> tuple[list[str], list[bool]]:
    """What the browser asks on this page, and the answers to give: whether to leave. Nothing more may be asked."""
    asked, answers = list[str](), list[bool]()

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if answers.pop(0):
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    return asked, answers


def section_address(site: str, proposal: Proposal) -> str:
    return site + reverse("proposals:section", args=[proposal.pk, "es.overview"])


def test_who_stays_after_all_is_asked_again_and_can_save(world: World, live_site: str, open_page: OpenPage) -> None:
    proposal = world.draft()
    page = Desk(live_site, open_page).enter(world.ohio.editor)
    page.goto(section_address(live_site, proposal))
    asked, answers = answering(page)
    prompt = page.locator("#p-es-overview-model")
    prompt.evaluate("element => (element.open = true)")
    prompt.get_by_text("Notes inside Ohio").click()
    note = prompt.locator("textarea[form^=note]").first
    note.fill("A note that nothing saves by itself")

    answers += [False, False, True]
    for times in (1, 2):
        page.get_by_role("button", name="Save", exact=True).first.click()
        page.wait_for_timeout(800)
        assert asked == ["beforeunload"] * times
        expect(note).to_have_value("A note that nothing saves by itself")
    page.get_by_role("button", name="Save", exact=True).first.click()
    said(page, "is saved.")
    assert (len(asked), Note.objects.count()) == (3, 0)


def test_reasons_of_a_sign_off_are_not_thrown_away_unasked(world: World, live_site: str, open_page: OpenPage) -> None:
    proposal = world.complete_draft()
    ask_sign_off(
        actor=world.ohio.team_lead,
        proposal=proposal,
        wanted=Wanted("Legal", world.ohio.viewer.user, [OVERVIEW]),
        now=NOW,
    )
    page = Desk(live_site, open_page).enter(world.ohio.viewer)
    page.goto(live_site + reverse("proposals:sign_off", args=[proposal.pk, proposal.sign_offs.get().pk]))
    asked, answers = answering(page)
    page.get_by_label("Ask for changes").check()
    page.get_by_label("What should change").fill("Name the statute.")
    answers += [False]
    page.get_by_role("link", name="Back to clearance").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("What should change")).to_have_value("Name the statute.")
    page.get_by_role("button", name="Save my decisions").click()
    said(page, "Your decisions are saved.")
    page.get_by_role("link", name="Back to clearance").click()
    expect(page.get_by_role("heading", name="Clearance")).to_be_visible()
    assert asked == ["beforeunload"]


def test_words_sent_without_scripts_after_the_session_ended_are_saved_after_signing_in_in_another_tab(
    world: World, live_site: str, open_page: OpenPage
) -> None:
    proposal = world.draft()
    page = Desk(live_site, open_page).enter(world.ohio.editor, javascript=False)
    page.goto(section_address(live_site, proposal))
    prompt = page.locator("#p-es-overview-model")
    prompt.locator("[data-field='es.overview.model:narrative']").get_by_role("textbox").fill(
        "Typed until late.\n\nAll of it."
    )
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not saved yet")
    expect(page.get_by_role("region", name="What you typed")).to_contain_text("All of it.")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, max(overflow(page), 0)) == (width, 0)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    tab = opened.value
    tab.get_by_label("E-mail address").fill(world.ohio.editor.user.email)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("My work")

    page.get_by_role("button", name="Save what I typed").click()
    expect(page.get_by_role("alert")).to_contain_text("Press the button once more")
    page.get_by_role("button", name="Save what I typed").click()
    said(page, "is saved.")
    answers = Section.objects.get(proposal=proposal, key="es.overview").answers
    assert answers["es.overview.model"]["fields"]["narrative"] == "<p>Typed until late.</p><p>All of it.</p>"
