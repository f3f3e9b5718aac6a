"""The letter of a round: what CMS asked with one release, as a page and as a PDF, the same for both sides."""

from __future__ import annotations

import pytest
from django.urls import reverse

from exports.packet.content import LetterPacket
from exports.packet.letter import letter_html
from exports.packet.render import render
from exports.policy import can_make_packet
from exports.queries.assemble import packet_content
from exports.queries.packets import offers
from exports.status import Audience
from proposals.actions.discussing import Claimed, draft_follow_up, draft_reply
from proposals.actions.reviewing import begin_review
from proposals.models import Proposal, Submission, Thread
from proposals.views import letters
from tests.exports.packets import TOOLKIT
from tests.exports.structure_check import check
from tests.worlds import NOW, World, fresh, hand_over, signed_in


@pytest.fixture
def proposal(world: World) -> Proposal:
    """Two rounds of questions went out; the first question was asked again in the second."""
    proposal = world.in_review()
    world.ask(proposal, "es.overview.model", "Which model?")
    world.ask(proposal, "es.overview.goals", "Which goals?")
    world.release(proposal, ["es.overview"])
    for thread in Thread.objects.filter(proposal=proposal):
        draft_reply(
            actor=world.ohio.editor, thread=thread, body="See there.", now=NOW, claimed=Claimed(no_change="It stands.")
        )
    hand_over(proposal, world.ohio.signatory, summary="Answered.")
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    thread = Thread.objects.select_related("proposal").get(proposal=proposal, number=1)
    draft_follow_up(actor=world.cms.reviewer, thread=thread, body="For how many adults?", now=NOW)
    world.release(fresh(proposal), ["qs"])
    return fresh(proposal)


def sent(proposal: Proposal, round_number: int) -> Submission:
    return proposal.submissions.get(round=round_number)


def test_each_round_has_one_letter_that_both_sides_read_alike(world: World, proposal: Proposal) -> None:
    address = reverse("proposals:letter", args=[proposal.pk, 1])
    for actor in (world.ohio.viewer, world.cms.observer):
        page = signed_in(actor).get(address).content.decode()
        assert ("Q1. Question" in page, "Which model?" in page, "Which goals?" in page) == (True, True, True)
        assert ("For how many adults?" in page, "See there." in page, world.cms.reviewer.user.name + "<" in page) == (
            False, False, False,
        )  # fmt: skip
    later = signed_in(world.ohio.viewer).get(reverse("proposals:letter", args=[proposal.pk, 2])).content.decode()
    assert ("For how many adults?" in later, "Which goals?" in later) == (True, False)
    assert signed_in(world.texas.viewer).get(address).status_code == 404
    assert signed_in(world.ohio.viewer).get(reverse("proposals:letter", args=[proposal.pk, 3])).status_code == 404


def test_the_letter_is_offered_once_it_went_out(world: World, proposal: Proposal) -> None:
    waiting = world.in_review(title="Waiting")
    for actor in (world.ohio.editor, world.cms.reviewer):
        assert [
            offer.submission.round
            for offer in offers(actor, proposal)
            if offer.submission and offer.audience == Audience.LETTER
        ] == [2, 1]
        assert Audience.LETTER not in {offer.audience for offer in offers(actor, waiting)}
    assert not can_make_packet(world.texas.editor, proposal, sent(proposal, 1), Audience.LETTER)
    with pytest.raises(ValueError, match="No letter"):
        packet_content(waiting, waiting.submissions.get(), Audience.LETTER, NOW)


def test_the_letter_in_print_holds_its_round_and_stays_as_it_is(world: World, proposal: Proposal) -> None:
    content = packet_content(proposal, sent(proposal, 1), Audience.LETTER, NOW)
    assert isinstance(content, LetterPacket)
    html = letter_html(content, TOOLKIT)
    assert ("Q1: Overview, The model in brief" in html, "Which goals?" in html, "See there." in html) == (
        True,
        True,
        False,
    )
    assert "26 February 2027" in html
    made = render(content, TOOLKIT)
    assert made.pages == 1
    assert check(made.pdf).problems == []
    assert packet_content(proposal, sent(proposal, 1), Audience.LETTER, NOW).fingerprint == content.fingerprint


def test_a_letter_with_many_questions_has_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "PAGE_SIZE", 2)
    proposal = world.in_review()
    for words in ("Why?", "Who?", "When?"):
        world.ask(proposal, "es.overview.model", words)
    world.release(proposal, ["es.overview"])
    client, url = signed_in(world.ohio.viewer), reverse("proposals:letter", args=[proposal.pk, 1])
    pages = [client.get(url, {"page": number}) for number in (1, 2)]

    assert [[row["number"] for row in page.context["rows"]] for page in pages] == [["Q1", "Q2"], ["Q3"]]
    assert all("Questions and comments (3)" in page.content.decode() for page in pages)
