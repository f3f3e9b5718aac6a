"""The example beside a prompt: real, and only where there is one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from proposals.examples import example, example_answers, has_example
from tests.proposals.drafting.editor import address
from tests.worlds import World, signed_in
from toolkit.loading import load

pytestmark = pytest.mark.django_db


def test_an_example_shows_how_the_sample_answers_the_prompt(world: World) -> None:
    page = signed_in(world.ohio.viewer).get(reverse("proposals:example", args=["es.overview.goals"])).content.decode()
    narrative = example_answers()["es.overview.goals"]["fields"]["narrative"]
    assert narrative in page
    assert "Illustrative, not a model answer" in page
    assert example().note in page


def test_an_example_may_say_that_a_prompt_does_not_apply(world: World) -> None:
    page = signed_in(world.ohio.viewer).get(reverse("proposals:example", args=["pm.overview.global"])).content.decode()
    assert "Not applicable</span>" in page
    assert example_answers()["pm.overview.global"]["note"] in page


def test_a_prompt_the_sample_leaves_out_says_so(world: World) -> None:
    without = [prompt for prompt in load().prompts if not has_example(prompt.id)]
    assert (len(load().prompts), len(without)) == (125, 51)
    assert {prompt.id.partition(".")[0] for prompt in without} == {"ap", "dm", "mc"}
    page = signed_in(world.ohio.editor).get(address(world.draft(), "mc")).content.decode()
    assert page.count("No example: the sample program has no answer here.") == len(load().section("mc").prompts)
    assert "/examples/" not in page


def test_every_prompt_with_an_example_offers_it_in_the_editor(world: World) -> None:
    proposal = world.draft()
    page = signed_in(world.ohio.editor).get(address(proposal, "qs")).content.decode()
    offered = [prompt.id for prompt in load().section("qs").prompts if f"/examples/{prompt.id}/" in page]
    assert offered == [prompt.id for prompt in load().section("qs").prompts if has_example(prompt.id)] != []


@pytest.mark.parametrize("prompt", ["no.such", "<script>", "ap.data"])
def test_what_has_no_example_has_no_page(world: World, prompt: str) -> None:
    assert signed_in(world.ohio.editor).get(reverse("proposals:example", args=[prompt])).status_code == 404
