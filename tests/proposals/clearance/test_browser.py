"""Two people of a state in two browsers: one signs, the other edits, the first reads what changed and signs again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from proposals.actions.clearance import Wanted, ask_sign_off
from proposals.models import SectionRevision, SignOffMark
from tests.browser import OpenPage
from tests.journey.people import Desk, load_sample, open_proposal, open_section, said
from tests.proposals.clearance.scenes import OVERVIEW
from tests.worlds import NOW, World

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

GOALS = "Program goals under the three aims"


@pytest.mark.parametrize("scripts", ["with scripts", "without"])
def test_sign_edit_stale_and_sign_again(world: World, live_site: str, open_page: OpenPage, scripts: str) -> None:
    proposal = load_sample(world.ohio, "sample-2")
    wanted = Wanted("Legal", world.ohio.viewer.user, [OVERVIEW])
    ask_sign_off(actor=world.ohio.team_lead, proposal=proposal, wanted=wanted, now=NOW)
    desk = Desk(live_site, open_page)

    signer = desk.sign_in(world.ohio.viewer, javascript=scripts == "with scripts")
    signer.get_by_role("link", name="Sign-off “Legal”").click()
    signer.get_by_label("Ask for changes").check()
    signer.get_by_label("What should change").fill("Name the statute.")
    signer.get_by_role("button", name="Save my decisions").click()
    said(signer, "Your decisions are saved.")

    editor = desk.sign_in(world.ohio.editor, javascript=scripts == "with scripts")
    open_proposal(editor, proposal)
    editor.get_by_role("link", name="Clearance").click()
    expect(editor.get_by_text("Name the statute.")).to_be_visible()

    signer.get_by_label("Sign", exact=True).check()
    signer.get_by_role("button", name="Save my decisions").click()
    expect(signer.get_by_text("Signed by Ohio viewer,")).to_be_visible()

    editor.get_by_role("link", name=proposal.title).click()
    open_section(editor, "Overview")
    prompt = editor.locator("#p-es-overview-goals")
    if not prompt.evaluate("element => element.open"):
        prompt.locator("> summary").click()
    prompt.locator("label:has-text('Not applicable')").first.click()
    prompt.locator("textarea[name$='_na_note']").fill("Written by statute alone.")
    editor.get_by_role("button", name="Save", exact=True).first.click()
    expect(editor.get_by_text("Written by statute alone.").first).to_be_attached()

    signer.reload()
    expect(signer.get_by_text(f"Changed since then: {GOALS}")).to_be_visible()
    signer.get_by_role("link", name="Compare").click()
    expect(signer.get_by_text("Written by statute alone.").first).to_be_visible()
    signer.go_back()
    signer.get_by_role("button", name="Sign the section that waits").click()
    said(signer, "Your decisions are saved.")
    expect(signer.get_by_text("Changed since then")).to_have_count(0)
    assert [mark.kind for mark in SignOffMark.objects.order_by("pk")] == ["changes", "signed", "signed"]


def test_a_note_is_written_and_an_earlier_text_brought_back_in_the_browser(
    world: World, live_site: str, open_page: OpenPage
) -> None:
    proposal = load_sample(world.ohio, "sample-2")
    page = Desk(live_site, open_page).sign_in(world.ohio.editor)
    open_proposal(page, proposal)
    open_section(page, "Overview")
    prompt = page.locator("#p-es-overview-goals")
    prompt.locator("> summary").click()
    prompt.locator(".notes > summary").click()
    prompt.get_by_label("New note").fill("Ask finance about the second aim.")
    prompt.get_by_role("button", name="Save the note").click()
    said(page, "CMS never sees it.")
    expect(page.locator("#p-es-overview-goals .notes > summary")).to_contain_text("(1)")

    prompt.locator("label:has-text('Not applicable')").first.click()
    prompt.locator("textarea[name$='_na_note']").fill("Gone by mistake.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Gone by mistake.").first).to_be_attached()
    prompt.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Show every save").click()
    # The choice and its note were saved one after the other; before the choice the prompt was answered.
    page.get_by_role("link", name="Bring back the text from before this change").nth(1).click()
    page.get_by_role("button", name="Bring this text back").click()
    said(page, "reads as it did before")
    stored = SectionRevision.objects.filter(section__proposal=proposal, section__key=OVERVIEW).latest("revision")
    assert stored.changes["es.overview.goals"]["after"]["disposition"] == "answered"
