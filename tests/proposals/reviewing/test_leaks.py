"""What one side keeps to itself never reaches the other: no page shows it, and no query of the other side asks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from proposals.actions.deciding import draft_decision
from proposals.actions.discussing import Place, draft_follow_up, draft_reply, write_note
from proposals.actions.reviewing import begin_review
from proposals.models import Proposal, Thread
from proposals.status import Outcome
from tests.worlds import NOW, World, answer, fresh, narrative_answer, signed_in

STATE_SECRETS = ("sentinel-state-note", "sentinel-state-reply", "sentinel-state-answer")
CMS_SECRETS = ("sentinel-cms-note", "sentinel-cms-draft", "sentinel-cms-follow-up", "sentinel-cms-letter")
SHARED_PAGES = ("overview", "decision", "compare", "questions", "activity", "note")
OWN_PAGES = {"state": ("submit",), "cms": ("review_start", "release", "assign", "comment")}
PLACE = Place("es.overview", "es.overview.model")


def addresses(proposal: Proposal, side: str) -> list[str]:
    """Every page of a proposal that one side can open."""
    names = (*SHARED_PAGES, *OWN_PAGES[side])
    section = "section" if side == "state" else "review"
    pages = [reverse(f"proposals:{name}", args=[proposal.pk]) for name in names]
    pages.append(reverse(f"proposals:{section}", args=[proposal.pk, "es.overview"]))
    return [*pages, *(reverse(f"proposals:{name}") for name in ("home", "list", "feed", "notifications"))]


def everything(actor: Actor, proposal: Proposal) -> str:
    """All that a person can read about a proposal, joined."""
    client = signed_in(actor)
    side = "state" if actor.is_state else "cms"
    return "\n".join(client.get(url, follow=True).content.decode() for url in addresses(proposal, side))


def seen(text: str, secrets: tuple[str, ...]) -> set[str]:
    """Which of the secrets a text holds."""
    return {secret for secret in secrets if secret in text}


@pytest.fixture
def drafting(world: World) -> Proposal:
    """Back with the state, which has drafted a reply, changed an answer and written a note."""
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)
    state = world.ohio.editor
    draft_reply(actor=state, thread=thread, body=STATE_SECRETS[1], now=NOW)
    write_note(actor=state, proposal=proposal, place=PLACE, body=STATE_SECRETS[0], now=NOW)
    answer(proposal, state, "es.overview.model", narrative_answer(STATE_SECRETS[2]))
    return fresh(proposal)


@pytest.fixture
def deciding(world: World) -> Proposal:
    """In its second round with CMS, which has drafted a comment, a follow-up and the decision, and written a note."""
    proposal = world.answered()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    proposal, cms = fresh(proposal), world.cms.lead
    world.ask(proposal, "es.overview.goals", CMS_SECRETS[1])
    thread = Thread.objects.select_related("proposal").get(proposal=proposal)
    draft_follow_up(actor=cms, thread=thread, body=CMS_SECRETS[2], now=NOW)
    write_note(actor=cms, proposal=proposal, place=PLACE, body=CMS_SECRETS[0], now=NOW)
    draft_decision(
        actor=cms, proposal=proposal, outcome=Outcome.READY, letter=CMS_SECRETS[3], now=NOW + timedelta(days=1)
    )
    return proposal


def test_cms_reads_nothing_of_what_a_state_is_writing(world: World, drafting: Proposal) -> None:
    """Not the reply, not the changed answer, not the note: and the state itself reads all three."""
    assert seen(everything(world.cms.lead, drafting), STATE_SECRETS) == set()
    assert seen(everything(world.ohio.editor, drafting), STATE_SECRETS) == set(STATE_SECRETS)


def test_a_state_reads_nothing_of_what_cms_is_preparing(world: World, deciding: Proposal) -> None:
    """Not the drafted questions, not the letter, not the note: and CMS itself reads all four."""
    assert seen(everything(world.ohio.signatory, deciding), CMS_SECRETS) == set()
    assert seen(everything(world.cms.lead, deciding), CMS_SECRETS) == set(CMS_SECRETS)


def test_a_state_reads_no_name_of_cms(world: World, deciding: Proposal) -> None:
    """Comments, activity and notices call everybody at CMS by their side; and CMS reads no name of the state."""
    names_of_cms = tuple(actor.user.name for actor in world.cms.people.values())
    names_of_ohio = tuple(world.ohio.people[role].user.name for role in world.ohio.people)
    found = everything(world.ohio.editor, deciding).replace("CMS reviewer", "")
    assert seen(found, names_of_cms) == set()
    assert seen(everything(world.cms.lead, deciding), names_of_ohio) == set()


def test_pages_of_a_state_do_not_ask_for_the_tables_of_cms(world: World, deciding: Proposal) -> None:
    """Rows of the other agency are left out by the query, not by the template."""
    url = reverse("proposals:questions", args=[deciding.pk])
    with CaptureQueriesContext(connection) as captured:
        signed_in(world.ohio.editor).get(url)
    asked = [query["sql"] for query in captured if "draftcomment" in query["sql"] or "proposals_note" in query["sql"]]
    own = f'"agency_id" = {world.ohio.agency.pk}'
    assert [sql for sql in asked if own not in sql] == []


def test_another_state_finds_nothing(world: World, deciding: Proposal) -> None:
    """Every page of the proposal is missing for Texas, and its lists do not name it."""
    client = signed_in(world.texas.editor)
    inside = [url for url in addresses(deciding, "state") if str(deciding.pk) in url]
    assert {client.get(url).status_code for url in inside} == {404}
    lists = [client.get(reverse(f"proposals:{name}")).content.decode() for name in ("home", "list", "feed")]
    assert [page for page in lists if deciding.title in page or deciding.number in page] == []
