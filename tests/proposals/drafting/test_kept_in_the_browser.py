"""Words kept in a browser come back, whatever became of the section, the right or the other tabs meanwhile."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Request, Route, expect

from icm_portal.accounts.models import Membership, Role
from proposals.models import Section
from tests.browser import WIDTHS, overflow, violations
from tests.proposals.drafting.desks import GOALS, MODEL, PATIENCE, Desk, Sit
from tests.worlds import World, answer

SAVES = "**/sections/es.overview/"
#: A prompt of this section that applies only where another is answered like this.
FINANCE, GLOBAL = "pm.overview", "pm.overview.global"
SWITCH, APPLIES = "pm.overview.method", {"disposition": "answered", "fields": {"uses_global": True}}
LONG = "Words that must stay readable to the last one. " * 40 + "The last one."


@pytest.fixture
def desk(sit: Sit, world_at_work: World) -> Desk:
    """Ohio's editor in the first section of a fresh draft."""
    return sit(world_at_work.ohio.editor, world_at_work.draft()).open()


def leave_unsaved(desk: Desk, prompt_id: str, words: str) -> None:
    """Type words that no save takes along, and lose the page."""
    desk.page.route("**/sections/**", lambda route: route.abort())
    desk.box(prompt_id).click()
    desk.page.keyboard.insert_text(words)
    desk.line("Offline, kept in this browser")
    desk.crash()


def shelf(desk: Desk) -> None:
    """Wait until the page has looked for kept words."""
    desk.looked()
    desk.page.wait_for_timeout(1000)


def looks_well(desk: Desk) -> None:
    for width in WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 900})
        assert (width, violations(desk.page), max(overflow(desk.page), 0)) == (width, [], 0)


def test_what_was_kept_is_offered_whole_where_the_section_is_only_to_read(desk: Desk) -> None:
    leave_unsaved(desk, MODEL, LONG)
    mine = Membership.objects.filter(user=desk.actor.user)
    mine.update(role=Role.VIEWER)
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.page.goto(desk.site + reverse("proposals:section", args=[desk.proposal.pk, "es.overview"]))
    offer = desk.page.locator("[data-prompt='es.overview.model'] [data-kept-offer]")
    expect(offer.locator("blockquote")).to_have_text(LONG)
    expect(offer.get_by_role("button", name="Put it back")).to_have_count(0)
    looks_well(desk)
    offer.get_by_role("button", name="Copy").click()
    expect(offer).to_contain_text("Copied.")
    assert desk.page.evaluate("navigator.clipboard.readText()") == LONG

    # Without any right to the section, or to any other: under one's own account.
    mine.update(ended_at=timezone.now())
    desk.page.goto(desk.site + reverse("accounts:account"))
    offer = desk.page.get_by_role("region", name="Words kept in this browser").locator("[data-kept-offer]")
    expect(offer.locator("blockquote")).to_have_text(LONG)
    expect(offer.locator("[data-place]")).to_have_text(f"1. The model in brief in Overview, {desk.proposal.title}")
    expect(offer.get_by_role("link")).to_have_attribute("href", f"/proposals/{desk.proposal.pk}/sections/es.overview/")
    looks_well(desk)
    offer.get_by_role("button", name="Throw it away").click()
    expect(offer).to_have_count(0)
    desk.page.get_by_role("button", name="Undo").click()
    expect(offer.locator("blockquote")).to_have_text(LONG)


def test_what_was_kept_for_a_prompt_that_is_hidden_now_is_offered_at_the_top(desk: Desk, world_at_work: World) -> None:
    answer(desk.proposal, world_at_work.ohio.editor, SWITCH, APPLIES)
    desk.open(FINANCE)
    leave_unsaved(desk, GLOBAL, "Words under a condition")
    answer(desk.proposal, world_at_work.ohio.editor, SWITCH, None)
    desk.open(FINANCE)
    offer = desk.page.locator("[data-kept-shelf] > [data-kept-offer]")
    expect(offer).to_contain_text("Words under a condition")
    expect(offer.locator("[data-title]")).not_to_be_empty()
    offer.get_by_role("button", name="Put it back").click()
    desk.saved()
    assert desk.words(GLOBAL) == "<p>Words under a condition</p>"


def test_what_stands_in_a_tab_that_is_still_open_is_not_offered_in_another_before_that_is_gone(desk: Desk) -> None:
    context = desk.page.context
    desk.page.route(SAVES, lambda route: route.abort())
    desk.type(MODEL, "Still on a page")
    desk.line("Offline, kept in this browser")
    second = Desk(context.new_page(), desk.site, desk.actor, desk.proposal).open()
    shelf(second)
    expect(second.page.locator("[data-kept-offer]")).to_have_count(0)
    desk.crash()
    expect(second.page.locator("[data-kept-offer]")).to_contain_text("Still on a page", timeout=PATIENCE)


def test_putting_back_gives_what_stood_there_before_a_way_back(desk: Desk) -> None:
    desk.type(MODEL, "First")
    desk.saved()
    leave_unsaved(desk, MODEL, " and kept")
    desk.open()
    expect(desk.page.locator("[data-kept-offer]")).to_contain_text("First and kept")
    desk.type(MODEL, " and typed since")
    desk.page.get_by_role("button", name="Put it back").click()
    desk.saved()
    assert desk.words(MODEL) == "<p>First and kept</p>"
    desk.page.locator("[data-kept-done] button").click()
    expect(desk.box(MODEL)).to_have_text("First and typed since")
    expect(desk.page.locator("[data-kept-offer]")).to_contain_text("First and kept")
    desk.saved()
    assert desk.words(MODEL) == "<p>First and typed since</p>"


# --- requests that cross --------------------------------------------------------------------------------------------


def test_the_last_words_of_a_page_count_though_an_older_request_arrives_after_them(desk: Desk) -> None:
    held: list[Route] = []
    passed: list[Request] = []

    def cross(route: Route, request: Request) -> None:
        if request.method != "POST" or held:
            passed.append(request)
            route.continue_()
        else:
            held.append(route)

    desk.page.route(SAVES, cross)
    desk.type(MODEL, "Half a")
    desk.line("Saving")
    while not held:
        desk.page.wait_for_timeout(100)
    desk.type(MODEL, " sentence")
    with desk.page.expect_response(SAVES):
        desk.page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert len(passed) == 1
    assert desk.words(MODEL) == "<p>Half a sentence</p>"
    with desk.page.expect_response(SAVES) as late:
        held[0].continue_()
    assert late.value.json()["prompts"][MODEL] == {"outcome": "overtaken"}
    desk.saved()
    assert desk.words(MODEL) == "<p>Half a sentence</p>"
    expect(desk.box(MODEL)).to_have_text("Half a sentence")
    assert desk.copies() == 0


def test_what_is_taken_back_while_nobody_knows_whether_it_was_stored_is_taken_back(desk: Desk) -> None:
    desk.type(MODEL, "As before")
    desk.saved()

    def unheard(route: Route, request: Request) -> None:
        if request.method != "POST":
            return route.continue_()
        route.fetch()
        return route.abort()

    desk.page.route(SAVES, unheard)
    desk.type(MODEL, " and more")
    desk.line("Offline, kept in this browser")
    assert desk.words(MODEL) == "<p>As before and more</p>"
    desk.page.route(SAVES, lambda route: route.abort())
    for _ in range(len(" and more")):
        desk.page.keyboard.press("Backspace")
    desk.line("Offline, kept in this browser")
    desk.page.unroute(SAVES)
    desk.saved()
    assert desk.words(MODEL) == "<p>As before</p>"
    expect(desk.box(MODEL)).to_have_text("As before")
    assert desk.copies() == 0


def test_keys_that_did_not_come_are_asked_for_again_now_and_then_and_not_at_each_key(desk: Desk) -> None:
    asked: list[Route] = []

    def refuse(route: Route) -> None:
        asked.append(route)
        route.abort()

    desk.page.route("**/account/session/", refuse)
    desk.page.route(SAVES, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    desk.open()
    desk.type(MODEL, "Forty characters typed one after another")
    assert len(asked) <= 3
    desk.page.unroute("**/account/session/")
    desk.page.wait_for_timeout(5500)
    desk.type(MODEL, ".")
    desk.line("Offline, kept in this browser")
    assert desk.copies() == 1
    held = desk.page.evaluate(
        "async () => (await navigator.locks.query()).held.filter((l) => l.name.startsWith('icm-page-')).length"
    )
    assert held == 1


# --- what the portal answers ----------------------------------------------------------------------------------------


def test_a_busy_portal_is_asked_again_and_what_is_too_much_keeps_nothing_else_from_being_saved(desk: Desk) -> None:
    answers = [429, 408]

    def busy(route: Route, request: Request) -> None:
        if request.method == "POST" and answers:
            route.fulfill(status=answers.pop())
        elif request.method == "POST" and "Too+much" in (request.post_data or ""):
            route.fulfill(status=413)
        else:
            route.continue_()

    desk.page.route(SAVES, busy)
    desk.type(MODEL, "Patience")
    desk.line("Offline, kept in this browser")
    desk.saved()
    assert (desk.words(MODEL), answers) == ("<p>Patience</p>", [])
    desk.type(MODEL, " pays")
    desk.type(GOALS, "Too much")
    desk.line("Could not save because it is more than the portal can take at once")
    desk.arrives(MODEL, "<p>Patience pays</p>")
    assert desk.words(GOALS) == ""
    assert desk.copies() == 1


def test_whoever_has_lost_the_right_is_told_so_and_saves_once_it_is_back(desk: Desk) -> None:
    mine = Membership.objects.filter(user=desk.actor.user)
    mine.update(ended_at=timezone.now())
    desk.type(MODEL, "Typed after the end")
    desk.line("Could not save because you may not change this proposal any more")
    expect(desk.page.locator("[data-again]")).to_have_count(0)
    mine.update(ended_at=None, role=Role.VIEWER)
    desk.type(MODEL, " of the access")
    desk.line("or your role only reads")
    mine.update(role=Role.EDITOR)
    desk.page.evaluate("document.dispatchEvent(new Event('icm:newer'))")  # what it asks every 25 seconds
    desk.saved()
    assert desk.words(MODEL) == "<p>Typed after the end of the access</p>"


def test_another_person_in_the_same_browser_is_offered_nothing_and_the_first_goes_on_after_them(
    desk: Desk, world_at_work: World
) -> None:
    Session.objects.all().delete()
    desk.type(MODEL, "Words of the editor")
    desk.line("Could not save because you have been signed out")
    tab = desk.page.context.new_page()

    def enters(actor: Desk) -> None:
        tab.context.clear_cookies()
        tab.goto(desk.site + reverse("account_login"))
        actor.sign_in()
        expect(tab.get_by_role("heading", level=1)).to_be_visible()

    other = Desk(tab, desk.site, world_at_work.ohio.signatory, desk.proposal)
    enters(other)
    other.open()
    shelf(other)
    expect(tab.locator("[data-kept-offer]")).to_have_count(0)
    desk.page.bring_to_front()
    desk.type(MODEL, ", typed on")
    desk.page.wait_for_timeout(3000)
    assert Section.objects.get(proposal=desk.proposal, key="es.overview").revision == 0
    expect(desk.box(MODEL)).to_have_text("Words of the editor, typed on")
    desk.line("Could not save because somebody else is signed in")

    enters(Desk(tab, desk.site, desk.actor, desk.proposal))
    desk.page.bring_to_front()
    desk.saved()
    assert desk.words(MODEL) == "<p>Words of the editor, typed on</p>"
