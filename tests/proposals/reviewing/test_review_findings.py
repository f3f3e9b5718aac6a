"""Reviewers read what the check finds in the frozen answers of a section, never in what the state writes now."""

from __future__ import annotations

import re

from django.urls import reverse

from proposals.models import Proposal
from tests.worlds import World, answer, fresh, narrative_answer, signed_in


def address(proposal: Proposal, query: str = "") -> str:
    """Where the findings in the overview of the model are."""
    return reverse("proposals:review_findings", args=[proposal.pk, "es.overview"]) + query


def rules(page: str) -> set[str]:
    """The rules whose findings are listed."""
    return set(re.findall(r"RC-\d{3}", page))


def test_the_findings_are_those_of_the_round_and_not_of_the_draft(world: World) -> None:
    proposal, client = world.questioned(), signed_in(world.cms.reviewer)
    before = rules(client.get(address(proposal)).content.decode())
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("A health home for adults."))
    state = reverse("proposals:findings", args=[proposal.pk, "es.overview"])
    now = rules(signed_in(world.ohio.editor).get(state).content.decode())
    assert now - before == {"RC-034"}
    assert rules(client.get(address(fresh(proposal))).content.decode()) == before


def test_each_round_has_its_own_and_links_lead_into_it(world: World) -> None:
    proposal, client = world.answered(), signed_in(world.cms.reviewer)
    first, second = (client.get(address(proposal, f"?round={number}")).content.decode() for number in (1, 2))
    assert "What the check finds in round 1" in first
    assert "What the check finds in round 2" in second
    review = reverse("proposals:review", args=[proposal.pk, "es.overview"])
    assert f'href="{review}?round=2#' in second
    assert "/sections/" not in second


def test_the_review_leads_to_them_without_a_script(world: World) -> None:
    proposal = world.in_review()
    page = signed_in(world.cms.reviewer).get(reverse("proposals:review", args=[proposal.pk, "es.overview"]))
    assert (
        f'data-findings="{address(proposal)}"><a class="usa-link" href="{address(proposal)}">' in page.content.decode()
    )


def test_its_own_page_and_the_letter_say_whose_turn_it_is(world: World) -> None:
    proposal, client = world.questioned(), signed_in(world.cms.reviewer)
    for page in (address(proposal), reverse("proposals:letter", args=[proposal.pk, 1])):
        assert "With Ohio" in client.get(page).content.decode()
