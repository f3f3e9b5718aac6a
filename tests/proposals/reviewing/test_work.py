"""What waits on home after questions, first ones and those asked again."""

from __future__ import annotations

from proposals.actions.discussing import draft_follow_up, draft_reply
from proposals.actions.reviewing import begin_review
from proposals.models import Proposal, Thread
from proposals.queries import work
from tests.worlds import NOW, World, fresh


def asked_again(world: World) -> Proposal:
    """Back with the state for the second time: its one question was asked again."""
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    thread = Thread.objects.select_related("proposal").get(proposal=proposal)
    draft_follow_up(actor=world.cms.reviewer, thread=thread, body="Since when?", now=NOW)
    world.release(proposal, ["es.overview"])
    return fresh(proposal)


def test_a_question_that_is_asked_again_counts_as_one_of_the_last_round(world: World) -> None:
    proposal, other = asked_again(world), world.questioned(world.texas, "Lone Star Homes")
    assert work.question_totals([proposal, other]) == {proposal.pk: (1, 0), other.pk: (1, 0)}
    thread = Thread.objects.select_related("proposal").get(proposal=proposal)
    draft_reply(actor=world.ohio.editor, thread=thread, body="Since 2024.", now=NOW)
    assert work.question_totals([proposal, other]) == {proposal.pk: (1, 1), other.pk: (1, 0)}


def test_an_older_question_that_is_left_alone_counts_no_more(world: World) -> None:
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    world.ask(fresh(proposal), "es.overview.goals", "Which goals?")
    world.release(proposal, ["es.overview"])
    assert work.question_totals([fresh(proposal)]) == {proposal.pk: (1, 0)}
