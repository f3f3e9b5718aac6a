"""Typing in Chromium: saved by itself, kept when it cannot be, and offered back: every typed character is somewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Request, expect

from deploy.processes import free_port
from proposals.models import DraftComment
from tests.browser import WIDTHS, overflow, violations
from tests.proposals.drafting.desks import CURRENT, GOALS, MODEL, Desk, Sit
from tests.services.live import site
from tests.services.wire import wired
from tests.worlds import World


@pytest.fixture
def desk(sit: Sit, world_at_work: World) -> Desk:
    """Ohio's editor in the first section of a fresh draft."""
    return sit(world_at_work.ohio.editor, world_at_work.draft()).open()


def saves(desk: Desk) -> list[dict[str, list[str]]]:
    """The autosaves this page sends from now on."""
    sent: list[dict[str, list[str]]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and "/sections/es.overview/" in request.url and "/here/" not in request.url:
            sent.append(parse_qs(request.post_data or "", keep_blank_values=True))

    desk.page.on("request", note)
    return sent


def test_what_is_typed_is_saved_by_itself_and_no_copy_stays(desk: Desk) -> None:
    desk.type(MODEL, "A health home")
    desk.line("Saving")
    desk.saved()
    assert desk.words(MODEL) == "<p>A health home</p>"
    assert desk.copies() == 0
    expect(desk.page.locator(".snav a[href='#p-es-overview-model']")).to_contain_text("Answered")


def test_only_the_prompt_that_changed_is_sent(desk: Desk) -> None:
    sent = saves(desk)
    desk.type(GOALS, "Fewer stays")
    desk.saved()
    assert [sorted(name for name in data if name.endswith("-_shown")) for data in sent] == [
        ["es-overview-goals-_shown"]
    ]


def test_leaving_a_field_saves_at_once(desk: Desk) -> None:
    desk.page.clock.install()
    desk.page.reload()
    desk.unfold()
    desk.type(MODEL, "Words")
    desk.page.keyboard.press("Shift+Tab")
    desk.page.clock.run_for(200)
    expect(desk.page.locator("#save-state")).to_contain_text("Saved")
    assert desk.words(MODEL) == "<p>Words</p>"


def test_one_request_is_under_way_at_a_time_and_what_comes_later_waits(desk: Desk) -> None:
    under_way, most = [0], [0]

    def slow(route: object) -> None:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        desk.page.wait_for_timeout(700)
        under_way[0] -= 1
        route.continue_()  # type: ignore[attr-defined]

    desk.page.route("**/sections/es.overview/", slow)
    for prompt_id, words in ((MODEL, "One"), (GOALS, "Two"), (CURRENT, "Three"), (MODEL, " and more")):
        desk.type(prompt_id, words)
    desk.saved()
    assert most == [1]
    assert [desk.words(prompt_id) for prompt_id in (MODEL, GOALS, CURRENT)] == [
        "<p>One and more</p>", "<p>Two</p>", "<p>Three</p>",
    ]  # fmt: skip


def test_leaving_the_page_saves_what_was_typed_a_moment_ago(desk: Desk) -> None:
    desk.type(MODEL, "Last words")
    desk.page.goto(desk.site + reverse("proposals:overview", args=[desk.proposal.pk]))
    desk.page.wait_for_timeout(500)
    assert desk.words(MODEL) == "<p>Last words</p>"
    desk.open()
    desk.page.wait_for_timeout(500)
    expect(desk.page.locator("[data-kept-offer]")).to_have_count(0)
    assert desk.copies() == 0


def test_a_table_is_saved_row_by_row(sit: Sit, world_at_work: World) -> None:
    desk = sit(world_at_work.ohio.editor, world_at_work.draft()).open("pd.timeline")
    table = desk.table("pd-timeline-plan-milestones")
    for title in ("Contract", "Start"):
        table.get_by_role("button", name="Add row").click()
        table.locator("[data-col=title] :is(textarea, input):visible").fill(title)
        desk.page.keyboard.press("Enter")
    desk.saved()
    expect(table.locator(".read-row:visible")).to_contain_text(["M1", "M2"])  # given by the portal, shown at once
    table.locator("[data-edit]").first.click()
    table.locator("[data-op=remove]:visible").click()
    desk.saved()
    rows = desk.stored("pd.timeline.plan")["fields"]["milestones"]
    assert [row["title"] for row in rows] == ["Start"]


def test_what_cannot_be_read_is_named_and_kept_and_the_rest_is_saved(desk: Desk) -> None:
    prompt = desk.page.locator("[data-prompt='es.overview.current']")
    prompt.locator("label:has-text('Not yet known')").click()
    expected = prompt.locator("[name='es-overview-current-_nyk_expected']")
    expected.fill("soon")
    desk.type(MODEL, "A health home")
    desk.arrives(MODEL, "<p>A health home</p>")
    desk.line("Could not save because one entry cannot be read")
    expect(expected).to_have_attribute("aria-invalid", "true")
    expect(expected).to_have_value("soon")
    assert violations(desk.page) == []
    expected.fill("2027-02-19")
    desk.saved()
    assert desk.stored(CURRENT)["expected"] == "2027-02-19"
    expect(prompt.locator("[data-unread]")).to_have_count(0)


def test_a_reply_is_saved_as_it_is_typed(sit: Sit, world_at_work: World) -> None:
    desk = sit(world_at_work.ohio.editor, world_at_work.questioned()).open()
    box = desk.page.locator("#reply-1")
    box.fill("It is a health")
    with desk.page.expect_request("**/sections/es.overview/"):
        box.blur()
    box.fill("It is a health home.")
    desk.page.evaluate("window.dispatchEvent(new Event('pagehide'))")  # left while the first words are under way
    desk.saved()
    assert DraftComment.objects.get(thread__isnull=False).body == "<p>It is a health home.</p>"
    expect(desk.page.locator("[data-reply] [data-unread]")).to_have_count(0)


def test_screen_readers_hear_of_the_first_save_and_of_trouble_only(desk: Desk) -> None:
    desk.page.evaluate(
        """() => { window.heard = []; const news = document.getElementById("save-news");
        new MutationObserver(() => window.heard.push(news.textContent)).observe(news, {childList: true}); }"""
    )
    for words in ("One", " two", " three"):
        desk.type(MODEL, words)
        desk.saved()
    desk.page.context.set_offline(True)
    desk.type(MODEL, " four")
    desk.line("Offline, kept in this browser")
    desk.page.context.set_offline(False)
    desk.saved()
    heard = [words.split(" ")[0] for words in desk.page.evaluate("window.heard") if words]
    assert heard == ["Saved", "Offline,", "Saved"]


# --- when saving is not possible ---------------------------------------------------------------------------------------


def test_offline_it_is_kept_and_saved_when_the_network_is_back(desk: Desk) -> None:
    desk.page.context.set_offline(True)
    desk.type(MODEL, "Typed on a train")
    desk.line("Offline, kept in this browser")
    assert desk.copies() == 1
    desk.type(GOALS, "And more")
    desk.page.keyboard.press("Control+s")
    desk.line("Offline, kept in this browser")
    assert violations(desk.page) == []
    desk.page.context.set_offline(False)
    desk.saved()
    assert (desk.words(MODEL), desk.words(GOALS)) == ("<p>Typed on a train</p>", "<p>And more</p>")
    assert desk.copies() == 0

    # The network goes and comes while nothing waits for it.
    desk.page.context.set_offline(True)
    desk.line("Offline")
    desk.page.context.set_offline(False)
    desk.line("Saved")
    desk.page.keyboard.press("Control+s")
    expect(desk.page.get_by_text("” is saved.")).to_be_visible()


@pytest.mark.parametrize("choice", ["Put it back", "Throw it away"])
def test_after_a_crash_what_was_kept_is_offered_back(sit: Sit, world_at_work: World, choice: str) -> None:
    desk = sit(world_at_work.ohio.editor, world_at_work.draft()).open()
    desk.page.route("**/sections/**", lambda route: route.abort())  # this page's saves reach nothing
    desk.type(MODEL, "Before the crash")
    desk.line("Offline, kept in this browser")
    desk.crash()
    desk.open()
    offer = desk.page.locator("[data-kept-offer]")
    expect(offer).to_contain_text("You typed this at")
    expect(offer).to_contain_text("Before the crash")
    for width in WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 900})
        assert (width, violations(desk.page), max(overflow(desk.page), 0)) == (width, [], 0)
    offer.get_by_role("button", name=choice).click()
    expect(offer).to_have_count(0)
    if choice == "Put it back":
        desk.saved()
        assert desk.words(MODEL) == "<p>Before the crash</p>"
    desk.page.wait_for_timeout(300)
    assert desk.copies() == 0
    desk.page.locator("[data-kept-done] button").click()
    expect(offer).to_contain_text("Before the crash")
    expect(desk.box(MODEL)).to_have_text("")
    desk.page.wait_for_timeout(300)
    assert desk.copies() == 1
    assert violations(desk.page) == []
    if choice == "Put it back":
        desk.saved()
        assert desk.words(MODEL) == ""


def test_a_server_that_restarts_while_somebody_types_costs_no_character(
    sit: Sit, world_at_work: World, redis_url: str, tmp_path: Path
) -> None:
    port = free_port(0)
    with site(connection.settings_dict, redis_url, tmp_path, port) as address:
        desk = sit(world_at_work.ohio.editor, world_at_work.draft(), address).open()
        desk.type(MODEL, "Before")
        desk.saved()
    desk.type(MODEL, ", during")
    desk.line("Offline, kept in this browser")
    with site(connection.settings_dict, redis_url, tmp_path, port):
        desk.type(MODEL, " and after")
        desk.saved()
    assert desk.words(MODEL) == "<p>Before, during and after</p>"


def test_a_database_that_restarts_while_somebody_types_costs_no_character(
    sit: Sit, world_at_work: World, redis_url: str, tmp_path: Path
) -> None:
    with wired(connection.settings_dict) as (wire, database), site(database, redis_url, tmp_path) as address:
        desk = sit(world_at_work.ohio.editor, world_at_work.draft(), address).open()
        desk.type(MODEL, "Before")
        desk.saved()
        desk.type(MODEL, ", while")
        desk.page.keyboard.press("Shift+Tab")  # saves at once: the wire is cut while that is under way
        wire.cut()
        desk.type(MODEL, " it is gone")
        desk.line("Offline, kept in this browser")
        assert desk.copies() == 1
        wire.mend()
        desk.type(MODEL, " and after")
        desk.saved()
        assert desk.copies() == 0
    assert desk.words(MODEL) == "<p>Before, while it is gone and after</p>"


def end_sessions(desk: Desk) -> None:
    """The session is over, as after hours without a sign of life."""
    Session.objects.all().delete()
    expect(desk.page.locator("[data-again]")).to_have_count(0)


def test_a_session_that_ends_while_somebody_types_costs_no_character(desk: Desk) -> None:
    desk.type(MODEL, "Before")
    desk.saved()
    end_sessions(desk)
    desk.type(MODEL, " and after the end")
    desk.line("Could not save because you have been signed out")
    expect(desk.box(MODEL)).to_have_text("Before and after the end")
    desk.type(MODEL, ", and more")
    desk.page.wait_for_timeout(500)
    desk.page.get_by_role("link", name="Sign in and come back here").click()
    desk.sign_in()
    desk.unfold()
    expect(desk.page.locator("[data-kept-offer]")).to_contain_text("Before and after the end, and more")
    desk.page.get_by_role("button", name="Put it back").click()
    desk.saved()
    assert desk.words(MODEL) == "<p>Before and after the end, and more</p>"
    assert desk.copies() == 0


def test_the_page_goes_on_by_itself_when_its_person_signs_in_in_another_tab(desk: Desk) -> None:
    end_sessions(desk)
    desk.type(MODEL, "Still here")
    desk.line("Could not save because you have been signed out")
    other = Desk(desk.page.context.new_page(), desk.site, desk.actor, desk.proposal)
    other.page.goto(desk.site + reverse("account_login"))
    other.sign_in()
    expect(other.page.get_by_role("heading", level=1)).to_be_visible()
    desk.page.bring_to_front()
    desk.saved()
    expect(desk.page.locator("[data-again]")).to_have_count(0)
    assert desk.words(MODEL) == "<p>Still here</p>"


def test_what_a_browser_keeps_cannot_be_read_without_the_key(desk: Desk) -> None:
    desk.page.context.set_offline(True)
    desk.type(MODEL, "Secret plan")
    desk.line("Offline, kept in this browser")
    kept = desk.page.evaluate(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open("icm-kept", 1);
          asked.onsuccess = () => {
            const all = asked.result.transaction("copies").objectStore("copies").getAll();
            all.onsuccess = () => resolve(all.result.map((copy) => [JSON.stringify(copy), new TextDecoder().decode(copy.data)]));
          };
        })"""
    )
    everything = str(kept) + str(desk.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
    assert len(kept) == 1
    for word in ("Secret", "overview", str(desk.proposal.pk), desk.actor.user.email):
        assert word not in everything
