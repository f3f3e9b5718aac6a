"""Two rounds beside each other, the response matrix, and the review's own marks of what changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from proposals.actions.discussing import draft_reply
from proposals.actions.submitting import recall
from proposals.models import Proposal, Thread
from tests.worlds import (
    MODEL_CHANGED,
    NOW,
    World,
    answer,
    fresh,
    hand_over,
    narrative_answer,
    not_applicable,
    signed_in,
)


def url(name: str, proposal: Proposal, query: str = "") -> str:
    """The address of a page of a proposal."""
    return reverse(f"proposals:{name}", args=[proposal.pk]) + query


@pytest.fixture
def answered(world: World) -> Proposal:
    """Two rounds: the answer that was asked about changed, and so did another one."""
    proposal = world.questioned()
    state = world.ohio
    thread = Thread.objects.get(proposal=proposal)
    draft_reply(actor=state.editor, thread=thread, body="It is.", now=NOW, claimed=MODEL_CHANGED)
    answer(proposal, state.editor, "es.overview.model", narrative_answer("A health home for adults."))
    answer(proposal, state.editor, "es.overview.goals", not_applicable("Goals follow later."))
    hand_over(proposal, state.signatory, summary="We named the model.")
    return fresh(proposal)


def test_both_sides_compare_the_last_two_rounds(world: World, answered: Proposal) -> None:
    for actor in (world.cms.reviewer, world.ohio.viewer):
        page = signed_in(actor).get(url("compare", answered)).context["page"]
        assert (page.before.key, page.after.key) == ("1", "2")
        found = [(card.prompt_id, card.asked) for card in page.cards]
        assert found == [("es.overview.model", "Q1"), ("es.overview.goals", "")]
        assert (page.answering, page.unasked) == (1, 1)


def test_changes_are_told_by_words_and_lines_not_by_colour_alone(world: World, answered: Proposal) -> None:
    for query in ("", "?view=side"):
        text = signed_in(world.cms.reviewer).get(url("compare", answered, query)).content.decode()
        assert '<ins><span class="usa-sr-only">added: </span>' in text
        assert '<del><span class="usa-sr-only">removed: </span>' in text


def test_whole_answers_can_be_shown(world: World, answered: Proposal) -> None:
    client = signed_in(world.cms.reviewer)
    short = client.get(url("compare", answered)).content
    whole = client.get(url("compare", answered, "?lines=all")).content
    assert len(whole) >= len(short)


def test_the_same_round_twice_is_no_change(world: World, answered: Proposal) -> None:
    text = signed_in(world.cms.reviewer).get(url("compare", answered, "?from=2&to=2")).content.decode()
    assert "read the same, word for word" in text


def test_one_round_leaves_nothing_to_compare(world: World) -> None:
    proposal = world.submitted()
    assert "only one round so far" in signed_in(world.cms.lead).get(url("compare", proposal)).content.decode()
    assert signed_in(world.cms.lead).get(url("compare", proposal, "?from=1&to=2")).status_code == 404


def test_the_draft_is_compared_by_its_state_only(world: World) -> None:
    proposal = world.questioned()
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("A draft."))
    page = signed_in(world.ohio.viewer).get(url("compare", proposal)).context["page"]
    assert [(page.before.key, page.after.key), len(page.cards)] == [("1", "draft"), 1]
    assert signed_in(world.cms.lead).get(url("compare", proposal, "?from=1&to=draft")).status_code == 404


def test_a_recalled_round_is_compared_by_its_state_only(world: World) -> None:
    proposal = world.submitted()
    recall(actor=world.ohio.signatory, proposal=proposal, reason="A mistake.", now=NOW + timedelta(hours=30))
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("Corrected."))
    hand_over(proposal, world.ohio.signatory)
    page = signed_in(world.ohio.editor).get(url("compare", proposal, "?from=1.1&to=1")).context["page"]
    assert [card.prompt_id for card in page.cards] == ["es.overview.model"]
    assert signed_in(world.cms.lead).get(url("compare", proposal, "?from=1.1&to=1")).status_code == 404


def test_the_matrix_joins_question_reply_and_change(world: World, answered: Proposal) -> None:
    for actor in (world.cms.reviewer, world.ohio.viewer):
        page = signed_in(actor).get(url("questions", answered)).context["page"]
        question = page.rows[0].question
        assert [comment.body for comment in question.asked] == ["<p>Which model is it exactly?</p>"]
        assert [comment.body for comment in question.replies] == ["<p>It is.</p>"]
        assert [change.prompt.id for change in question.changes] == ["es.overview.model"]
        assert [change.prompt.id for change in page.unasked] == ["es.overview.goals"]


def test_the_matrix_of_a_round_in_work_shows_drafts_to_the_state_only(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)
    draft_reply(actor=world.ohio.editor, thread=thread, body="Drafted reply.", now=NOW)
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("Changed in the draft."))
    state = signed_in(world.ohio.viewer).get(url("questions", proposal)).content.decode()
    cms = signed_in(world.cms.lead).get(url("questions", proposal)).content.decode()
    assert ("Drafted reply." in state, "Changed in the draft" in state) == (True, True)
    assert ("Drafted reply." in cms, "in the draft" in cms) == (False, False)
    assert "Waiting for the state" in cms


def test_before_any_question_the_matrix_says_so(world: World) -> None:
    proposal = world.in_review()
    assert "has not sent any questions" in signed_in(world.ohio.editor).get(url("questions", proposal)).content.decode()
    assert signed_in(world.ohio.editor).get(url("questions", proposal, "?round=1")).status_code == 404


def test_a_round_that_was_not_released_is_missing(world: World, answered: Proposal) -> None:
    for wanted in ("2", "x", "9" * 30):
        assert signed_in(world.cms.lead).get(url("questions", answered, f"?round={wanted}")).status_code == 404
        if wanted != "2":
            assert signed_in(world.cms.lead).get(url("review_start", answered, f"?round={wanted}")).status_code == 404


def test_the_review_marks_what_changed_and_for_which_question(world: World, answered: Proposal) -> None:
    address = reverse("proposals:review", args=[answered.pk, "es.overview"])
    client = signed_in(world.cms.reviewer)
    page = client.get(address).context["page"]
    asked = {card.prompt.id: card.asked for card in page.prompts if card.change}
    assert asked == {"es.overview.model": "Changed for Q1", "es.overview.goals": "Changed, for no question"}
    assert [card.is_open for card in page.prompts] == [True, True, False, False]
    assert page.next_section.key == "es.program"
    clean = client.get(f"{address}?view=clean").context["page"]
    assert [card.change for card in clean.prompts] == [None] * 4


def test_an_earlier_round_is_read_as_it_was_and_not_asked_about(world: World, answered: Proposal) -> None:
    address = reverse("proposals:review", args=[answered.pk, "es.overview"])
    response = signed_in(world.cms.lead).get(f"{address}?round=1")
    text = response.content.decode()
    assert "This is an earlier round." in text
    assert "A health home for adults." not in text
    assert response.context["page"].composer.may_ask is False
