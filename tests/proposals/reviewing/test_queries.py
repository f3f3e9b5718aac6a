"""How many queries each page costs: a constant, equal for one row and for three."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from proposals.actions.discussing import Place, draft_reply, write_note
from proposals.actions.reviewing import assign, begin_review
from proposals.divisions import working
from proposals.models import Proposal, Thread
from proposals.status import Verdict
from tests.proposals.reviewing.verdicts import say as judge
from tests.proposals.reviewing.verdicts import tick
from tests.worlds import NOW, World, fresh, signed_in

SECTIONS = ("es.overview", "qs", "pd.timeline")
PROMPTS = ("es.overview.model", "es.overview.goals", "es.overview.current")


def queries(client: Client, url: str) -> int:
    """Open a page twice, so that caches of the process are warm, and count the second time."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def in_second_round(world: World) -> Proposal:
    """A proposal that CMS reviews for the second time, with one thread, one draft and one note."""
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    proposal = fresh(proposal)
    say(world, proposal, 0)
    return proposal


def say(world: World, proposal: Proposal, number: int) -> None:
    """Draft a comment and write a note on another prompt, give another division's verdict, and view another section."""
    world.ask(proposal, PROMPTS[number], "Why?")
    place = Place("es.overview", PROMPTS[number])
    write_note(actor=world.cms.reviewer, proposal=proposal, place=place, body="Compare this.", now=NOW)
    judge(world.cms.lead, proposal, working()[number].key, Verdict.CLARITY)
    for person in (world.cms.lead, world.cms.reviewer):
        tick(signed_in(person), proposal, SECTIONS[number])


PAGES = {
    "review_start": 14,
    "review": 20,
    "verdicts": 13,
    "release": 11,
    "compare": 11,
    "questions": 14,
    "note": 9,
    "activity": 8,
}


def address(proposal: Proposal, name: str) -> str:
    """The page of a proposal with this name."""
    keys = ["es.overview"] if name == "review" else []
    return reverse(f"proposals:{name}", args=[proposal.pk, *keys])


def test_pages_of_a_review_cost_the_same_for_one_row_and_for_three(world: World) -> None:
    """Drafts, notes and what they leave in the record."""
    proposal = in_second_round(world)
    client = signed_in(world.cms.lead)
    one = {name: queries(client, address(proposal, name)) for name in PAGES}
    say(world, proposal, 1)
    say(world, proposal, 2)
    three = {name: queries(client, address(proposal, name)) for name in PAGES}
    assert one == PAGES
    assert three == PAGES


def test_a_reviewer_pays_no_more_for_the_page_than_the_lead(world: World) -> None:
    proposal = in_second_round(world)
    assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW, division="quality")
    assert queries(signed_in(world.cms.reviewer), address(proposal, "review")) == PAGES["review"]


def test_the_matrix_costs_the_same_for_one_question_and_for_three(world: World) -> None:
    """Both sides; the state's page also holds its drafted replies."""
    found = {}
    for number, title in ((1, "One question"), (3, "Three questions")):
        proposal = world.in_review(title=title)
        for prompt_id in PROMPTS[:number]:
            world.ask(proposal, prompt_id, "Why?")
        world.release(proposal, ["es.overview"])
        for thread in Thread.objects.filter(proposal=proposal):
            draft_reply(actor=world.ohio.editor, thread=thread, body="Because.", now=NOW)
        url = address(proposal, "questions")
        readers = {"state": world.ohio.editor, "cms": world.cms.lead}
        found[number] = {side: queries(signed_in(actor), url) for side, actor in readers.items()}
    assert found == {1: QUESTIONS, 3: QUESTIONS}


def test_lists_of_a_person_cost_the_same_for_one_proposal_and_for_three(world: World) -> None:
    """The record over all proposals, and the notices."""
    readers = {"state": world.ohio.editor, "cms": world.cms.lead}
    world.answered()
    one = lists_of(readers)
    world.answered(title="Second")
    world.answered(title="Third")
    assert one == LISTS
    assert lists_of(readers) == LISTS


def lists_of(readers: dict[str, Actor]) -> dict[str, tuple[int, int]]:
    """Queries of the feed and of the notices, by side."""
    return {
        side: (
            queries(signed_in(actor), reverse("proposals:feed")),
            queries(signed_in(actor), reverse("proposals:notifications")),
        )
        for side, actor in readers.items()
    }


LISTS = {"state": (6, 7), "cms": (6, 7)}
QUESTIONS = {"state": 14, "cms": 11}
