"""What to check stands beside the section CMS reviews: for those who write about it unfolded, and never for a state."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from icm_portal.accounts.actor import Actor
from proposals.models import Proposal
from proposals.views.criteria import criteria_html
from tests.proposals.reviewing.test_leaks import addresses
from tests.worlds import World, signed_in
from toolkit.loading import CURRENT_VERSION, load

FOLD = "What to check here"


def read(actor: Actor, proposal: Proposal, section: str, query: str = "") -> html.HtmlElement:
    """The review page of a section as a tree."""
    address = reverse("proposals:review", args=[proposal.pk, section])
    return html.fromstring(signed_in(actor).get(f"{address}{query}").content.decode())


def points(page: html.HtmlElement) -> list[str]:
    """The points on a page, in order."""
    return [" ".join(words.text_content().split()) for words in page.xpath("//ul[@class='criteria__points']/li/p[1]")]


def texts(section: str) -> list[str]:
    """The points of a section, in order."""
    return [criterion.text for criterion in load().section(section).criteria]


@pytest.mark.parametrize("query", ["", "?view=clean", "?round=1"])
def test_a_reviewer_finds_each_point_with_its_source_and_a_way_to_its_prompt(world: World, query: str) -> None:
    page = read(world.cms.reviewer, world.answered(), "es.overview", query)
    [fold] = page.xpath("//details[contains(@class, 'criteria')]")
    assert (fold.get("open") is not None, fold.find("summary").text) == (True, f"{FOLD} (6)")
    assert points(page) == texts("es.overview")
    last = fold.xpath(".//li")[-1]
    assert " ".join(last.text_content().split()).endswith("Source: ICM Toolkit, Part 1, Overview, item 4")
    assert last.xpath(".//a[@data-jump]/text()") == ["4. Existing authorities touched by the model"]
    places = {link.lstrip("#") for link in fold.xpath(".//a[@data-jump]/@href")}
    cards = page.xpath("//*[@data-prompt]/@id")
    assert places == set(cards)
    assert len(cards) == 4


def test_points_on_what_does_not_apply_are_left_out_with_their_links(world: World) -> None:
    """Without a global payment and without tiers there is nothing to check about them."""
    proposal = world.in_review()
    apart = {"CR-114", "CR-115"}
    left = [criterion.text for criterion in load().section("pm.overview").criteria if criterion.id not in apart]
    assert points(read(world.cms.reviewer, proposal, "pm.overview")) == left
    assert len(left) == 6
    for section in ("pm.ss", "pr"):
        assert points(read(world.cms.reviewer, proposal, section)) == []


def test_terms_of_art_are_marked_at_their_first_use(world: World) -> None:
    page = read(world.cms.reviewer, world.in_review(), "pd.services")
    marked = page.xpath("//ul[@class='criteria__points']//a[@class='term']/@data-term")
    assert marked == ["icm", "smdl-smd", "ltss"]
    assert page.xpath("//a[@data-term='ltss' and not(@class='term')]") == []


def test_who_only_reads_finds_them_folded(world: World) -> None:
    page = read(world.cms.observer, world.in_review(), "qs")
    [fold] = page.xpath("//details[contains(@class, 'criteria')]")
    assert fold.get("open") is None
    assert points(page) == texts("qs")


def test_a_state_and_the_round_as_a_whole_show_none(world: World) -> None:
    proposal = world.answered()
    for actor, side in ((world.ohio.editor, "state"), (world.ohio.signatory, "state"), (world.cms.lead, "cms")):
        client = signed_in(actor)
        found = {url for url in addresses(proposal, side) if FOLD in client.get(url, follow=True).content.decode()}
        review = {reverse("proposals:review", args=[proposal.pk, "es.overview"])}
        assert found == (review if side == "cms" else set())


def test_the_points_of_a_section_are_drawn_once() -> None:
    shown = frozenset(prompt.id for prompt in load().section("qs").prompts)
    first = criteria_html(CURRENT_VERSION, "qs", shown, is_open=True)
    assert criteria_html(CURRENT_VERSION, "qs", frozenset(list(shown)), is_open=True) is first
    assert criteria_html(CURRENT_VERSION, "qs", frozenset(), is_open=True) == ""
