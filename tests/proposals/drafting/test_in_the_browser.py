"""The section editor in Chromium: rows, paste, rich text, conditions, unsaved words, and axe at three widths."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from icm_portal.accounts.actor import Actor
from proposals.models import Proposal, Section
from tests.browser import WIDTHS, OpenPage, overflow, violations
from tests.worlds import World, signed_in

PASTE = """([element, kind, text]) => {
  const data = new DataTransfer();
  data.setData(kind, text);
  element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
WORD = """<html><body><!--StartFragment-->
<h2>Heading</h2><p class=MsoNormal style='color:red'>A <b>bold</b> word<script>alert(1)</script></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;</span></span>One</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span>Inner</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>Two</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>First</p>
<table border=1><tr><td style='width:10px'><p>Cell</p></td></tr></table>
<a href="javascript:alert(1)">bad</a> <a href="https://example.org/">good</a><!--EndFragment--></body></html>"""


def opened(open_page: OpenPage, site: str, actor: Actor, path: str, **options: Any) -> Page:
    """A page of the portal as somebody sees it."""
    page = open_page(**options)
    session = signed_in(actor).cookies["icm_session"].value
    page.context.add_cookies([{"name": "icm_session", "value": session, "url": site}])
    page.goto(site + path)
    return page


def section_path(proposal: Proposal, key: str) -> str:
    return reverse("proposals:section", args=[proposal.pk, key])


def stored(proposal: Proposal, prompt_id: str, key: str) -> Any:
    return Section.objects.get(proposal=proposal, key=key).answers.get(prompt_id)


@pytest.fixture
def contacts(transactional_db: None, live_site: str, open_page: OpenPage) -> tuple[Page, Proposal]:
    """The table of contacts of a fresh draft, open in a browser."""
    world = World()
    proposal = world.draft()
    page = opened(open_page, live_site, world.ohio.editor, section_path(proposal, "pr"))
    page.evaluate("document.querySelectorAll('details.prompt').forEach((d) => (d.open = true))")
    return page, proposal


def saved_rows(page: Page, proposal: Proposal) -> list[dict[str, str]]:
    """Save, and return the rows of the table without their ids."""
    with page.expect_navigation():
        page.click("[data-save]")
    rows = stored(proposal, "pr.identity", "pr")["fields"].get("contacts", [])
    return [{key: value for key, value in row.items() if key != "_row"} for row in rows]


TABLE = "[data-rows][data-label=Contacts]"


def add_row(page: Page, name: str) -> None:
    page.click(f"{TABLE} >> button:has-text('Add row') >> nth=0")
    page.locator(f"{TABLE} [data-col=name] textarea:visible").fill(name)


def test_rows_are_added_moved_removed_and_brought_back_by_keyboard(contacts: tuple[Page, Proposal]) -> None:
    page, proposal = contacts
    for name in ("Ana", "Ben", "Cid"):
        add_row(page, name)
        page.keyboard.press("Enter")
    expect(page.locator(f"{TABLE} [data-count]")).to_have_text("(3 rows)")
    page.get_by_role("button", name="Edit row 3, Cid").press("Enter")
    page.get_by_role("button", name="Move up").locator("visible=true").press("Enter")
    expect(page.locator(f"{TABLE} [data-live]")).to_have_text("Moved to row 2 of 3.")
    expect(page.locator(f"{TABLE} button:focus")).to_have_attribute("data-op", "up")
    page.get_by_role("button", name="Edit row 1, Ana").press("Enter")
    page.locator(f"{TABLE} [data-op=remove]:visible").press("Enter")
    expect(page.get_by_role("button", name="Undo: bring back row 1")).to_be_focused()
    assert saved_rows(page, proposal) == [{"name": "Cid"}, {"name": "Ben"}]


def test_a_removed_row_comes_back_with_its_cells(contacts: tuple[Page, Proposal]) -> None:
    page, proposal = contacts
    add_row(page, "Ana")
    page.locator(f"{TABLE} [data-op=remove]:visible").click()
    page.get_by_role("button", name="Undo: bring back row 1").click()
    expect(page.get_by_role("button", name="Edit row 1, Ana")).to_be_focused()
    assert saved_rows(page, proposal) == [{"name": "Ana"}]


def test_cells_of_a_spreadsheet_fill_rows_from_the_cell_they_are_pasted_into(contacts: tuple[Page, Proposal]) -> None:
    page, proposal = contacts
    add_row(page, "Ana")
    role = page.locator(f"{TABLE} [data-col=role] textarea:visible").element_handle()
    page.evaluate(PASTE, [role, "text/plain", 'Lead\tana@example.org\n"Chief\nactuary"\tben@example.org\n'])
    assert saved_rows(page, proposal) == [
        {"name": "Ana", "role": "Lead", "email": "ana@example.org"},
        {"role": "Chief actuary", "email": "ben@example.org"},
    ]


def test_pasted_rows_map_labels_to_options_and_name_what_they_could_not(contacts: tuple[Page, Proposal]) -> None:
    page, proposal = contacts
    filings = "[data-rows][data-label=Filings]"
    page.click(f"{filings} [data-rows-paste]")
    label = page.evaluate(
        f"document.querySelector('{filings} template').content.querySelector('option:nth-child(2)').textContent"
    )
    text = f"Authority\tNew, amended or existing\tFiling date\n{label}\tNew\t30 June 2027\nNo such law\tAmended\t2027-07-01"
    page.locator(f"{filings} [data-paste-panel] textarea").fill(text)
    page.click(f"{filings} [data-rows-insert]")
    expect(page.locator(f"{filings} [data-paste-note]")).to_contain_text("No such law")
    with page.expect_navigation():
        page.click("[data-save]")
    rows = stored(proposal, "pr.authority", "pr")["fields"]["filings"]
    assert [(bool(row.get("authority")), row["action"], row["target_date"]) for row in rows] == [
        (True, "New", "2027-06-30"),
        (False, "Amended", "2027-07-01"),
    ]


def test_rich_text_formats_counts_words_and_saves(transactional_db: None, live_site: str, open_page: OpenPage) -> None:
    world = World()
    proposal = world.draft()
    page = opened(open_page, live_site, world.ohio.editor, section_path(proposal, "es.overview"))
    box = page.locator("#id_es-overview-model-narrative-text")
    box.click()
    page.keyboard.type("Plain ")
    page.keyboard.press("Control+b")
    page.keyboard.type("bold")
    expect(page.locator("#id_es-overview-model-narrative-words")).to_contain_text("2 words.")
    expect(page.locator(".rte:has(#id_es-overview-model-narrative-text) .rte__bold")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator("#save-state")).to_contain_text("Saving")
    expect(box).to_have_attribute("role", "textbox")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    answer = stored(proposal, "es.overview.model", "es.overview")
    assert answer == {"disposition": "answered", "fields": {"narrative": "<p>Plain <strong>bold</strong></p>"}}


def test_a_paste_from_word_keeps_lists_and_tables_and_drops_the_rest(
    transactional_db: None, live_site: str, open_page: OpenPage
) -> None:
    world = World()
    proposal = world.draft()
    page = opened(open_page, live_site, world.ohio.editor, section_path(proposal, "es.overview"))
    box = page.locator("#id_es-overview-model-narrative-text")
    box.click()
    page.evaluate(PASTE, [box.element_handle(), "text/html", WORD])
    with page.expect_navigation():
        page.click("[data-save]")
    assert stored(proposal, "es.overview.model", "es.overview")["fields"]["narrative"] == (
        "<p><strong>Heading</strong></p><p>A <strong>bold</strong> word</p>"
        "<ul><li><p>One</p><ul><li><p>Inner</p></li></ul></li><li><p>Two</p></li></ul>"
        "<ol><li><p>First</p></li></ol>"
        "<table><tbody><tr><td><p>Cell</p></td></tr></tbody></table>"
        '<p>bad <a href="https://example.org/" target="_blank" rel="noopener noreferrer">good</a></p>'
    )


def test_what_does_not_apply_is_hidden_at_once_and_comes_back(
    transactional_db: None, live_site: str, open_page: OpenPage
) -> None:
    world = World()
    proposal = world.draft()
    page = opened(open_page, live_site, world.ohio.editor, section_path(proposal, "pm.overview"))
    tiers = page.locator("[data-prompt='pm.overview.tiers']")
    kind = page.locator("[data-field='pm.overview.method:global_kind']")
    expect(tiers).to_be_hidden()
    expect(kind).to_be_hidden()
    method = page.locator("[data-prompt='pm.overview.method']")
    method.locator("[data-field$=':tiered'] label:has-text('Yes')").click()
    method.locator("[data-field$=':uses_global'] label:has-text('Yes')").click()
    expect(tiers).to_be_visible()
    expect(kind).to_be_visible()
    expect(method.locator("[data-disposition][value=answered]")).to_be_checked()
    method.locator("label:has-text('Not applicable')").first.click()
    expect(tiers).to_be_hidden()


def test_without_scripts_everything_shows_with_its_condition(
    transactional_db: None, live_site: str, open_page: OpenPage
) -> None:
    world = World()
    page = opened(open_page, live_site, world.ohio.editor, section_path(world.draft(), "pm.overview"), javascript=False)
    tiers = page.locator("[data-prompt='pm.overview.tiers']")
    expect(tiers).to_be_visible()
    expect(tiers.locator(".without-js").first).to_contain_text("Answer only if “Rates are tiered” is Yes.")
    expect(tiers.locator("textarea[data-rich]")).to_be_visible()
    expect(tiers.get_by_role("button", name="Add row")).to_be_visible()


def spoil(page: Page) -> None:
    """Type something unreadable and send it, past what the scripts would say."""
    page.locator("[data-prompt='es.overview.current'] label:has-text('Not yet known')").click()
    page.locator("[name='es-overview-current-_nyk_expected']").fill("soon")
    with page.expect_navigation():
        page.click("[data-save]")
    expect(page.locator("#problems")).to_be_focused()


def collide(page: Page, other: Page) -> None:
    """Two people mark the same prompt with different notes; the first page saves last."""
    for place, note in ((other, "Theirs"), (page, "Mine")):
        place.locator("[data-prompt='es.overview.goals'] label:has-text('Not applicable')").click()
        place.locator("[name='es-overview-goals-_na_note']").fill(note)
        with place.expect_navigation():
            place.click("[data-save]")
    expect(page.get_by_text("Which one counts?")).to_be_visible()


@pytest.mark.parametrize("state", ["error", "conflict", "read"])
def test_axe_finds_nothing_on_the_section_page(
    transactional_db: None, live_site: str, open_page: OpenPage, state: str
) -> None:
    world = World()
    path = section_path(world.draft(), "es.overview")
    actor = world.ohio.viewer if state == "read" else world.ohio.editor
    page = opened(open_page, live_site, actor, path)
    if state == "error":
        spoil(page)
    if state == "conflict":
        collide(page, opened(open_page, live_site, world.ohio.signatory, path))
    page.evaluate("document.querySelectorAll('details.prompt').forEach((d) => (d.open = true))")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, violations(page), max(overflow(page), 0)) == (width, [], 0)


def test_the_browser_asks_before_words_of_a_note_are_thrown_away(
    transactional_db: None, live_site: str, open_page: OpenPage
) -> None:
    world = World()
    page = opened(open_page, live_site, world.ohio.editor, section_path(world.draft(), "es.overview"))
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    box = page.locator("textarea[form][name=body]").first
    box.fill("Ask finance about this.")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    assert box.input_value() == "Ask finance about this."
