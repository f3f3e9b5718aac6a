"""Two people fill one section in browsers without scripts; nothing that either typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from proposals.models import Proposal, Section, SectionRevision
from tests.browser import OpenPage
from tests.journey.people import Desk, open_proposal, open_section, said
from tests.worlds import World

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

SECTION = "es.context"
TITLE = "Facilitating Circumstances, Gaps and Barriers"
BLOCKS, GAPS = "es.context.building_blocks", "es.context.gaps"


def prompt(page: Page, prompt_id: str) -> Locator:
    """The element of a prompt."""
    return page.locator(f"#p-{prompt_id.replace('.', '-')}")


def narrative(page: Page, prompt_id: str) -> Locator:
    """The box for the narrative of a prompt."""
    return page.locator(f"[data-field='{prompt_id}:narrative']").get_by_role("textbox")


def stored(proposal: Proposal, prompt_id: str) -> dict[str, Any]:
    """The fields of a stored answer, rows without their ids."""
    fields = Section.objects.get(proposal=proposal, key=SECTION).answers[prompt_id]["fields"]
    return {key: _bare(value) for key, value in fields.items()}


def _bare(value: Any) -> Any:
    return [{k: v for k, v in row.items() if k != "_row"} for row in value] if isinstance(value, list) else value


def test_tables_and_a_conflict_without_scripts(world: World, live_site: str, open_page: OpenPage) -> None:
    proposal = world.draft()
    desk = Desk(live_site, open_page)
    first = desk.sign_in(world.ohio.editor, javascript=False)
    second = desk.sign_in(world.ohio.team_lead, javascript=False)
    for page in (first, second):
        open_proposal(page, proposal)
        open_section(page, TITLE)

    fill_the_table(first, proposal)
    meet_the_colleague(second, proposal)


def fill_the_table(page: Page, proposal: Proposal) -> None:
    """Two rows, moved, in a table whose buttons save the page; then a narrative."""
    blocks = prompt(page, BLOCKS)
    fill_row(blocks, 1, "existing_program", "Health homes", "Teams")
    blocks.get_by_role("button", name="Add row").click()
    fill_row(blocks, 2, "multi_payer", "Compact", "Measures")
    blocks.locator("tbody[data-row]").nth(1).get_by_role("button", name="Move up").click()
    expect(prompt(page, BLOCKS).get_by_label("Name, row 1")).to_have_value("Compact")
    narrative(page, BLOCKS).fill("First words.\n\nSecond paragraph & more.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    said(page, f"“{TITLE}” is saved.")
    assert stored(proposal, BLOCKS) == {
        "blocks": [
            {"kind": "multi_payer", "name": "Compact", "use": "Measures"},
            {"kind": "existing_program", "name": "Health homes", "use": "Teams"},
        ],
        "narrative": "<p>First words.</p><p>Second paragraph &amp; more.</p>",
    }


def fill_row(table: Locator, number: int, kind: str, name: str, use: str) -> None:
    """Fill one row of building blocks."""
    table.get_by_label(f"Kind, row {number}").select_option(kind)
    table.get_by_label(f"Name, row {number}").fill(name)
    table.get_by_label(f"How it will be used, row {number}").fill(use)


def meet_the_colleague(page: Page, proposal: Proposal) -> None:
    """The second person answers the same prompt and another one on a page that is old by now."""
    fill_row(prompt(page, BLOCKS), 1, "existing_homes", "Clinics", "Core")
    narrative(page, BLOCKS).fill("Words of the second person.")
    narrative(page, GAPS).fill("A gap that only the second person knows.")
    page.get_by_role("button", name="Save", exact=True).last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You and a colleague changed the same answer")
    for words in ("Second paragraph & more.", "Words of the second person.", "Health homes", "Clinics"):
        expect(page.get_by_role("main")).to_contain_text(words)
    page.locator("label").filter(has_text="Edit mine first").click()
    page.get_by_role("button", name="Save this choice").click()
    explanation = narrative(page, BLOCKS)
    expect(explanation).to_have_value("Words of the second person.")
    expect(prompt(page, BLOCKS).get_by_label("Name, row 1")).to_have_value("Clinics")
    explanation.fill("First words. Words of the second person.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    said(page, f"“{TITLE}” is saved.")

    assert stored(proposal, BLOCKS) == {
        "blocks": [
            {"kind": "multi_payer", "name": "Compact", "use": "Measures"},
            {"kind": "existing_program", "name": "Health homes", "use": "Teams"},
            {"kind": "existing_homes", "name": "Clinics", "use": "Core"},
        ],
        "narrative": "<p>First words. Words of the second person.</p>",
    }
    assert stored(proposal, GAPS) == {"narrative": "<p>A gap that only the second person knows.</p>"}
    narratives = [
        change["after"]["fields"]["narrative"]
        for revision in SectionRevision.objects.filter(section__proposal=proposal, section__key=SECTION)
        for key, change in revision.changes.items()
        if key == BLOCKS and "narrative" in change["after"]["fields"]
    ]
    assert narratives[0] == "<p>First words.</p><p>Second paragraph &amp; more.</p>"
