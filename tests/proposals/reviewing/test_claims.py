"""What a reply says was changed for its question: proposed, confirmed or denied, private until the submission."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from proposals.actions.discussing import Claimed, Place, draft_comment, draft_reply
from proposals.actions.submitting import recall
from proposals.models import Claim, DraftClaim, Proposal, Submission, Thread
from proposals.snapshot import fingerprint
from proposals.views.cards import ClaimBox
from tests.worlds import (
    MODEL_CHANGED,
    NOT_CHANGED,
    NOW,
    World,
    answer,
    fresh,
    hand_over,
    narrative_answer,
    not_applicable,
    signed_in,
)

MODEL, GOALS = "es.overview.model", "es.overview.goals"


def url(name: str, proposal: Proposal, *more: object, query: str = "") -> str:
    """The address of a page of a proposal."""
    return reverse(f"proposals:{name}", args=[proposal.pk, *more]) + query


@pytest.fixture
def changed(world: World) -> Proposal:
    """Back with Ohio, who changed the answer that was asked about, and another one."""
    proposal = world.questioned()
    answer(proposal, world.ohio.editor, MODEL, narrative_answer("A health home for adults."))
    answer(proposal, world.ohio.editor, GOALS, not_applicable("Goals follow later."))
    return fresh(proposal)


def thread_of(proposal: Proposal) -> Thread:
    """The only question."""
    return Thread.objects.select_related("proposal__agency").get(proposal=proposal)


def box(world: World, proposal: Proposal) -> ClaimBox:
    """What the state's list shows beside the question."""
    page = signed_in(world.ohio.editor).get(url("questions", proposal)).context["page"]
    found = page.rows[0].card.reply.claim
    assert isinstance(found, ClaimBox)
    return found


def test_what_changed_under_the_prompt_is_proposed_and_the_rest_can_be_chosen(world: World, changed: Proposal) -> None:
    found = box(world, changed)

    assert [(choice.prompt_id, choice.is_ticked) for choice in found.choices] == [(MODEL, True), (GOALS, False)]
    assert found.is_proposed


def test_a_question_on_a_section_proposes_everything_that_changed_in_it(world: World) -> None:
    proposal = world.in_review()
    draft_comment(
        actor=world.cms.reviewer, proposal=proposal, place=Place("es.overview"), kind="question", body="Why?", now=NOW
    )
    world.release(proposal, ["es.overview", "qs"])
    for prompt_id in (MODEL, GOALS, "qs.goals"):
        answer(proposal, world.ohio.editor, prompt_id, not_applicable("Other words."))

    ticked = {choice.prompt_id for choice in box(world, fresh(proposal)).choices if choice.is_ticked}

    assert ticked == {MODEL, GOALS}


def test_saving_the_reply_confirms_what_is_ticked(world: World, changed: Proposal) -> None:
    client, thread = signed_in(world.ohio.editor), thread_of(changed)
    body = {"body": "See both.", "claims": "yes", "changed": [MODEL, GOALS], "no_change": ""}

    client.post(url("reply", changed, thread.pk), body)
    assert (DraftClaim.objects.get().prompt_ids, box(world, changed).is_proposed) == ([MODEL, GOALS], False)
    client.post(url("reply", changed, thread.pk), {"body": "Only words."})
    assert DraftClaim.objects.get().prompt_ids == [MODEL, GOALS]
    client.post(url("reply", changed, thread.pk), {"body": "No.", "claims": "yes", "no_change": "It said so."})
    assert (DraftClaim.objects.get().prompt_ids, DraftClaim.objects.get().no_change) == ([], "It said so.")
    client.post(url("reply", changed, thread.pk), {"body": "Open again.", "claims": "yes", "no_change": " "})
    assert DraftClaim.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"changed": [MODEL], "no_change": "None."}, "Choose the answers you changed, or say why none changed."),
        ({"changed": ["es.overview.current"]}, "One of the answers reads again as it did when CMS asked."),
        ({"changed": ["nowhere"]}, "One of the answers reads again as it did when CMS asked."),
        ({"no_change": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_claim_that_cannot_be_taken_is_said_and_the_words_stay(
    world: World, changed: Proposal, given: dict[str, str], sentence: str
) -> None:
    address = url("reply", changed, thread_of(changed).pk)

    response = signed_in(world.ohio.editor).post(address, {"body": "Typed words.", "claims": "yes", **given})

    page = response.content.decode()
    assert (response.status_code, sentence in page, "Typed words.</textarea>" in page) == (422, True, True)
    assert DraftClaim.objects.count() == 0


def submitted(world: World, proposal: Proposal, claimed: Claimed) -> Submission:
    """Reply with a claim, and submit."""
    draft_reply(actor=world.ohio.editor, thread=thread_of(proposal), body="It is.", now=NOW, claimed=claimed)
    return hand_over(proposal, world.ohio.signatory, summary="We named the model.")


def test_a_claim_goes_out_with_the_submission_and_comes_back_with_a_recall(world: World, changed: Proposal) -> None:
    submission = submitted(world, changed, MODEL_CHANGED)

    assert (Claim.objects.get().prompt_ids, DraftClaim.objects.count()) == ([MODEL], 0)
    reply = {"question": 1, "reply": "<p>It is.</p>", "changed": [MODEL], "no_change": ""}
    assert submission.content["replies"] == [reply]
    assert fingerprint(submission.content) == submission.fingerprint
    recall(actor=world.ohio.signatory, proposal=fresh(changed), reason="Typo", now=NOW + timedelta(days=2))
    assert (Claim.objects.count(), DraftClaim.objects.get().prompt_ids) == (0, [MODEL])


def test_a_dropped_reply_takes_its_claim_along(world: World, changed: Proposal) -> None:
    draft = draft_reply(
        actor=world.ohio.editor, thread=thread_of(changed), body="It is.", now=NOW, claimed=MODEL_CHANGED
    )
    signed_in(world.ohio.editor).post(url("draft_comment", changed, draft.pk), {"drop": "yes"})

    assert DraftClaim.objects.count() == 0


def test_until_then_nobody_at_cms_reads_it(world: World, changed: Proposal) -> None:
    why = Claimed(no_change="Our secret reason.")
    draft_reply(actor=world.ohio.editor, thread=thread_of(changed), body="It is.", now=NOW, claimed=why)

    pages = [signed_in(actor).get(url("questions", changed)).content.decode() for actor in world.cms.people.values()]

    assert not any("Our secret reason." in page for page in pages)
    assert "Our secret reason." in signed_in(world.ohio.viewer).get(url("questions", changed)).content.decode()


def test_the_matrix_shows_named_answers_with_their_question_and_all_others_as_also_changed(
    world: World, changed: Proposal
) -> None:
    submitted(world, changed, Claimed((GOALS,)))

    for actor in (world.cms.observer, world.ohio.viewer):
        page = signed_in(actor).get(url("questions", changed)).context["page"]
        assert [change.prompt.id for change in page.rows[0].question.changes] == [GOALS]
        assert [change.prompt.id for change in page.unasked] == [MODEL]
        cards = signed_in(actor).get(url("compare", changed)).context["page"].cards
        assert [(card.prompt_id, card.asked) for card in cards] == [(MODEL, ""), (GOALS, "Q1")]


def test_the_matrix_shows_why_nothing_was_changed(world: World, changed: Proposal) -> None:
    submitted(world, changed, NOT_CHANGED)

    response = signed_in(world.cms.observer).get(url("questions", changed))

    assert NOT_CHANGED.no_change in response.content.decode()
    assert [change.prompt.id for change in response.context["page"].unasked] == [MODEL, GOALS]


def test_the_matrix_is_narrowed_by_section_and_by_standing(world: World, changed: Proposal) -> None:
    submitted(world, changed, MODEL_CHANGED)
    client = signed_in(world.cms.lead)

    def shown(query: str) -> tuple[int, int]:
        page = client.get(url("questions", changed, query=query)).context["page"]
        return len(page.rows), len(page.unasked)

    assert shown("?section=es.overview&view=side") == (1, 1)
    assert shown("?section=qs") == (0, 0)
    assert (shown("?standing=open"), shown("?standing=resolved")) == ((1, 1), (0, 1))
    Thread.objects.update(status="resolved")
    assert (shown("?standing=open"), shown("?standing=resolved")) == ((0, 1), (1, 1))
    for query in ("?section=none", "?standing=answered", "?standing=x"):
        assert client.get(url("questions", changed, query=query)).status_code == 404
