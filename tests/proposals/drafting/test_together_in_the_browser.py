"""Two people in two browsers in one section: merged, compared, seen; and every typed character is stored or on a page."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from icm_portal.accounts.models import Role
from tests.browser import WIDTHS, overflow, violations
from tests.proposals.drafting.desks import GOALS, MODEL, Desk, Sit
from tests.worlds import World, make_actor


@pytest.fixture
def desks(sit: Sit, world_at_work: World) -> tuple[Desk, Desk]:
    """Ana and Ben of Ohio, in the same section of the same draft."""
    ohio, proposal = world_at_work.ohio.agency, world_at_work.draft()
    ana, ben = (make_actor(ohio, Role.EDITOR, name=name) for name in ("Ana Ruiz", "Ben Cole"))
    return sit(ana, proposal).open(), sit(ben, proposal).open()


def hears(desk: Desk) -> None:
    """Let a page ask now what it asks every 25 seconds."""
    desk.page.evaluate("document.dispatchEvent(new Event('icm:newer'))")


def test_two_people_in_two_prompts_lose_nothing_and_see_each_others_words(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.type(MODEL, "A health home")
    ben.type(GOALS, "Fewer stays")
    ana.saved()
    ben.saved()
    assert (ana.words(MODEL), ana.words(GOALS)) == ("<p>A health home</p>", "<p>Fewer stays</p>")
    for desk in desks:
        hears(desk)
    expect(ana.box(GOALS)).to_have_text("Fewer stays")
    expect(ben.box(MODEL)).to_have_text("A health home")
    expect(ana.page.locator("[data-prompt='es.overview.goals'] [data-changed-by]")).to_contain_text(
        "Ben Cole changed this answer at"
    )


def test_a_text_somebody_stands_in_is_not_replaced_until_they_go_on(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    ana.box(MODEL).click()
    ben.type(MODEL, "Words of Ben")
    ben.saved()
    hears(ana)
    ana.page.wait_for_timeout(500)
    expect(ana.box(MODEL)).to_have_text("")
    ana.box(GOALS).click()
    expect(ana.box(MODEL)).to_have_text("Words of Ben")
    ana.type(MODEL, " and of Ana")
    ana.saved()
    assert ana.words(MODEL) == "<p>Words of Ben and of Ana</p>"


UNREACHED = "The portal cannot be reached just now, so your words stay. Try again in a moment."


def collide(ana: Desk, ben: Desk) -> None:
    """Both write in the same prompt; Ana's words are stored, Ben's are not."""
    ana.type(MODEL, "The model of Ana is here")
    ana.saved()
    ana.box(GOALS).click()
    ben.type(MODEL, "The model of Ben is here")
    ben.line("Someone else changed this")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("Use mine", "Ben"), ("Use theirs", "Ana")],
)
def test_the_same_answer_of_both_is_compared_and_chosen_in_the_page(
    desks: tuple[Desk, Desk], choice: str, kept: str
) -> None:
    ana, ben = desks
    collide(ana, ben)
    panel = ben.page.get_by_role("region", name="Ana Ruiz changed this answer too")
    expect(panel.locator("ins")).to_contain_text("Ben")
    expect(panel.locator("del")).to_contain_text("Ana")
    expect(ben.box(MODEL)).to_have_text("The model of Ben is here")
    assert ben.words(MODEL) == "<p>The model of Ana is here</p>"
    for width in WIDTHS:
        ben.page.set_viewport_size({"width": width, "height": 900})
        assert (width, violations(ben.page), max(overflow(ben.page), 0)) == (width, [], 0)
    if choice == "Use theirs":
        ben.page.route("**/prompts/**", lambda route: route.abort())
        panel.get_by_role("button", name=choice).click()
        expect(panel.get_by_role("alert")).to_have_text(UNREACHED)
        expect(ben.box(MODEL)).to_have_text("The model of Ben is here")
        ben.page.unroute("**/prompts/**")
    panel.get_by_role("button", name=choice).click()
    ben.saved()
    expect(panel).to_have_count(0)
    assert ben.words(MODEL) == f"<p>The model of {kept} is here</p>"
    expect(ben.box(MODEL)).to_have_text(f"The model of {kept} is here")
    assert ben.copies() == 0
    hears(ana)
    expect(ana.box(MODEL)).to_have_text(f"The model of {kept} is here")
    if choice == "Use theirs":
        ben.page.locator("[data-kept-done] button").click()
        ben.saved()
        assert ben.words(MODEL) == "<p>The model of Ben is here</p>"


def test_ones_own_words_can_be_edited_beside_the_colleagues_before_they_count(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    collide(ana, ben)
    ben.page.get_by_role("button", name="Edit mine, then use it").click()
    ben.type(MODEL, ", with Ana")
    ben.page.wait_for_timeout(3000)
    assert ben.words(MODEL) == "<p>The model of Ana is here</p>"
    ben.page.get_by_role("button", name="Use mine as edited").click()
    ben.saved()
    assert ben.words(MODEL) == "<p>The model of Ben is here, with Ana</p>"


def test_a_conflict_keeps_no_other_answer_from_being_saved_and_is_offered_back_later(desks: tuple[Desk, Desk]) -> None:
    ana, ben = desks
    collide(ana, ben)
    ben.type(GOALS, "Fewer stays")
    ben.arrives(GOALS, "<p>Fewer stays</p>")
    ben.line("Someone else changed this")
    assert ben.copies() == 1
    ben.open()
    offer = ben.page.locator("[data-kept-offer]")
    expect(offer).to_contain_text("The model of Ben is here")
    offer.get_by_role("button", name="Put it back").click()
    ben.line("Someone else changed this")
    expect(ben.page.get_by_role("region", name="Ana Ruiz changed this answer too")).to_be_visible()


PLAN = "pd.timeline.plan"


def rows(desk: Desk) -> list[str]:
    """The stored titles of the milestones."""
    return [row.get("title", "") for row in (desk.stored(PLAN) or {"fields": {}})["fields"].get("milestones", [])]


def add_row(desk: Desk, title: str) -> None:
    table = desk.table("pd-timeline-plan-milestones")
    table.get_by_role("button", name="Add row").first.click()
    table.locator("[data-col=title] textarea:visible").fill(title)
    desk.page.keyboard.press("Enter")


def test_two_people_in_different_rows_of_one_table_are_merged(desks: tuple[Desk, Desk]) -> None:
    ana, ben = (desk.open("pd.timeline") for desk in desks)
    add_row(ana, "Contract")
    ana.saved()
    hears(ben)
    expect(ben.table("pd-timeline-plan-milestones").locator("[data-count]")).to_have_text("(1 row)")
    add_row(ben, "Start")
    add_row(ana, "Report")
    for desk in (ana, ben):
        desk.saved()
    assert sorted(rows(ana)) == ["Contract", "Report", "Start"]
    for desk in (ana, ben):
        hears(desk)
        expect(desk.table("pd-timeline-plan-milestones").locator("[data-count]")).to_have_text("(3 rows)")
    assert sorted(rows(ana)) == ["Contract", "Report", "Start"]


def test_the_same_cell_of_both_is_a_conflict_that_leaves_the_other_rows_alone(desks: tuple[Desk, Desk]) -> None:
    ana, ben = (desk.open("pd.timeline") for desk in desks)
    add_row(ana, "Contract")
    ana.saved()
    hears(ben)
    expect(ben.table("pd-timeline-plan-milestones").locator("[data-count]")).to_have_text("(1 row)")
    for desk, title in ((ana, "Contract signed"), (ben, "Contract in force")):
        table = desk.table("pd-timeline-plan-milestones")
        table.locator("[data-edit]").first.click()
        table.locator("[data-col=title] textarea:visible").fill(title)
        desk.page.keyboard.press("Enter")
        if desk is ana:
            add_row(ana, "Start")
            ana.saved()
    ben.line("Someone else changed this")
    ben.page.get_by_role("button", name="Use mine").click()
    ben.saved()
    assert rows(ben) == ["Contract in force", "Start"]
    expect(ben.table("pd-timeline-plan-milestones").locator("[data-count]")).to_have_text("(2 rows)")


def test_ones_own_second_tab_is_never_a_conflict(desks: tuple[Desk, Desk]) -> None:
    ana, _ = desks
    second = Desk(ana.page.context.new_page(), ana.site, ana.actor, ana.proposal).open()
    ana.type(MODEL, "First tab")
    ana.saved()
    second.type(MODEL, "Second tab")
    second.saved()
    assert ana.words(MODEL) == "<p>Second tab</p>"


# --- who is here -------------------------------------------------------------------------------------------------------


def test_people_see_who_is_editing_in_the_section_and_in_the_navigation(
    desks: tuple[Desk, Desk], sit: Sit, world_at_work: World
) -> None:
    ana, ben = desks
    hears(ana)
    expect(ana.page.get_by_text("Ben Cole is editing this section now.")).to_be_visible()
    reader = sit(world_at_work.ohio.viewer, ana.proposal)
    reader.page.goto(reader.site + reverse("proposals:section", args=[ana.proposal.pk, "qs"]))
    mark = reader.page.locator(".snav a[href$='/sections/es.overview/'] [data-editing]")
    expect(mark).to_have_attribute("title", "Ana Ruiz and Ben Cole are editing now")
    assert violations(reader.page) == []
    ben.page.goto(ben.site + reverse("proposals:home"))
    hears(ana)
    expect(ana.page.get_by_text("Ben Cole is editing this section now.")).to_be_hidden()
    expect(ana.page.locator("#answers :disabled")).to_have_count(0)
