"""Readiness in Chromium: the panel fills in after the page and after a save, and links land on fields and rows."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from proposals.models import Proposal
from tests.browser import WIDTHS, OpenPage, overflow, violations
from tests.proposals.drafting.test_in_the_browser import opened, section_path
from tests.proposals.drafting.test_readiness import written
from tests.toolkit.readiness.samples import changed
from tests.toolkit.test_samples import sample
from tests.worlds import World, answer, signed_in

#: A gap without owner, an attribution without its look-back, and a pool smaller than its target and the program.
MISTAKES = {
    "es.context.gaps:gaps[1].owner": None,
    "pd.participants.attribution:lookback_months": None,
    "pm.ss.population:people": 40000,
}
PANEL = "#findings"


def editor_of(world: World, open_page: OpenPage, site: str, proposal: Proposal, section: str) -> Page:
    return opened(open_page, site, world.ohio.editor, section_path(proposal, section))


def focused(page: Page) -> str:
    """The id of the control with the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_the_panel_fills_in_and_follows_what_is_saved(
    transactional_db: None, live_site: str, open_page: OpenPage
) -> None:
    world = World()
    proposal = written(world, changed(MISTAKES))
    page = editor_of(world, open_page, live_site, proposal, "pm.ss")
    panel = page.locator(PANEL)
    expect(panel).to_contain_text("Expected enrollment is below the state's own target")
    expect(panel.locator(".finding")).to_have_count(2)
    # A colleague widens the pool; then something of one's own is saved without leaving the page.
    answer(proposal, world.ohio.signatory, "pm.ss.population", sample("sample-1")["pm.ss.population"])
    page.evaluate("document.dispatchEvent(new CustomEvent('icm:saved'))")
    expect(panel.locator(".finding")).to_have_count(0)
    expect(panel).to_contain_text("Nothing in this section keeps you from submitting.")


def test_a_link_lands_on_the_field_with_the_focus_in_it(
    transactional_db: None, live_site: str, open_page: OpenPage
) -> None:
    world = World()
    proposal = written(world, changed(MISTAKES))
    page = opened(open_page, live_site, world.ohio.editor, reverse("proposals:readiness", args=[proposal.pk]))
    page.get_by_role("link", name="Linking people to providers: Look-back, months").click()
    page.wait_for_url("**/sections/pd.participants/#f-pd-participants-attribution-lookback_months")
    control = page.locator("#id_pd-participants-attribution-lookback_months")
    expect(control).to_be_visible()
    expect(control).to_be_focused()
    expect(control).to_be_in_viewport()
    # From the panel the same place is reached again, with the prompt closed meanwhile.
    page.evaluate("document.querySelectorAll('details.prompt').forEach((d) => (d.open = false))")
    page.locator(PANEL).get_by_role("link", name="Linking people to providers: Look-back, months").click()
    expect(control).to_be_focused()
    expect(control).to_be_in_viewport()


def test_a_link_opens_the_row_of_a_table(transactional_db: None, live_site: str, open_page: OpenPage) -> None:
    world = World()
    proposal = written(world, changed(MISTAKES))
    page = editor_of(world, open_page, live_site, proposal, "es.context")
    link = page.locator(PANEL).get_by_role("link", name="row 2")
    link.click()
    row = page.locator("[data-rows][data-label=Gaps] tbody[data-row] >> nth=1")
    expect(row.locator("[data-col=owner] textarea")).to_be_visible()
    assert focused(page).startswith("id_es-context-gaps-gaps-")
    assert focused(page).endswith("-area")


def test_when_the_session_has_ended_what_stops_a_submission_stays(
    transactional_db: None, live_site: str, open_page: OpenPage
) -> None:
    world = World()
    proposal = written(world, sample("sample-2"))
    page = open_page()
    asked: list[str] = []

    def to_sign_in(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=302, headers={"Location": "/accounts/login/"})

    page.route("**/findings/", to_sign_in)
    session = signed_in(world.ohio.editor).cookies["icm_session"].value
    page.context.add_cookies([{"name": "icm_session", "value": session, "url": live_site}])
    page.goto(live_site + section_path(proposal, "qs"))
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1
    expect(page.locator(f"{PANEL} .finding")).to_have_count(3)


def test_panel_and_page_are_accessible_and_fit(transactional_db: None, live_site: str, open_page: OpenPage) -> None:
    world = World()
    proposal = written(world, sample("sample-2"))
    page = editor_of(world, open_page, live_site, proposal, "pd.timeline")
    for path in (section_path(proposal, "pd.timeline"), reverse("proposals:readiness", args=[proposal.pk])):
        page.goto(live_site + path)
        expect(page.get_by_text("RC-084").first).to_be_visible()
        page.evaluate("document.querySelectorAll('.fold').forEach((d) => (d.open = true))")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) <= 0, (path, width)
            assert violations(page, colors=width == WIDTHS[-1]) == [], (path, width)
