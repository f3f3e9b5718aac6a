"""When a state has opened what CMS handed over: by which pages, and by which requests not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exports.actions.requesting import request_packet
from exports.models import Packet
from exports.policy import can_view_packet, visible_packets
from exports.status import Audience
from proposals.actions.reviewing import request_changes
from proposals.actions.undoing import undo_release
from proposals.models import Handover, Proposal
from proposals.queries.drafts import last_submission
from tests.system.permissions import PLAIN
from tests.system.permissions_of_proposals import OF_A_PROPOSAL
from tests.system.test_addresses import address_of
from tests.worlds import DUE, NOW, World, fresh, signed_in

WORDS = "Which model is it exactly?"


def released(world: World, title: str = "Buckeye Health Homes") -> Proposal:
    """A question sent to the state this minute."""
    proposal = world.in_review(title=title)
    asked = world.ask(proposal, "es.overview.model", WORDS)
    request_changes(
        actor=world.cms.lead, proposal=proposal, drafts=[asked], section_keys=["es.overview"],
        due_on=DUE, cover_text="", now=timezone.now(),
    )  # fmt: skip
    return fresh(proposal)


def is_opened(proposal: Proposal) -> bool:
    return Handover.objects.get(proposal=proposal).opened_at is not None


def at(name: str, proposal: Proposal, *more: object) -> str:
    return reverse(f"proposals:{name}", args=[proposal.pk, *more])


PAGES: dict[str, Callable[[Proposal], str]] = {
    "overview": lambda proposal: at("overview", proposal),
    "letter": lambda proposal: at("letter", proposal, 1),
    "questions": lambda proposal: at("questions", proposal),
    "questions_csv": lambda proposal: at("questions_csv", proposal),
    "section": lambda proposal: at("section", proposal, "es.overview"),
    "another section": lambda proposal: at("section", proposal, "ap.recon"),
    "prompts": lambda proposal: at("prompts", proposal, "es.overview") + "?id=es.overview.model",
    "history": lambda proposal: at("history", proposal, "es.overview"),
    "compare": lambda proposal: at("compare", proposal),
    "readiness": lambda proposal: at("readiness", proposal),
    "findings": lambda proposal: at("findings", proposal, "es.overview"),
    "submit": lambda proposal: at("submit", proposal),
    "decision": lambda proposal: at("decision", proposal),
    "reply": lambda proposal: at("reply", proposal, proposal.threads.get().pk),
}
#: Pages that say no word of what was handed over.
SILENT: dict[str, Callable[[Proposal], str]] = {
    "home": lambda _: reverse("proposals:home"),
    "list": lambda _: reverse("proposals:list"),
    "notices": lambda _: reverse("proposals:notifications"),
    "feed": lambda _: reverse("proposals:feed"),
    "activity": lambda proposal: at("activity", proposal),
    "receipt": lambda proposal: at("receipt", proposal, 1),
    "attachments": lambda proposal: at("attachments", proposal),
    "clearance": lambda proposal: at("clearance", proposal),
    "note": lambda proposal: at("note", proposal),
    "details": lambda proposal: at("details", proposal),
    "packets": lambda proposal: reverse("exports:packets", args=[proposal.pk]),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_shows_what_was_handed_over_opens_it(world: World, page: str) -> None:
    proposal, other = released(world), world.questioned(world.texas, "Lone Star Homes")
    assert not is_opened(proposal)
    assert signed_in(world.ohio.editor).get(PAGES[page](proposal)).status_code == 200
    handover = Handover.objects.get(proposal=proposal)
    assert (handover.opened_by, fresh(proposal).unopened_at) == (world.ohio.editor.user, None)
    assert not is_opened(other)


def test_no_other_page_opens_it_and_none_of_them_says_a_word_of_it(world: World) -> None:
    proposal = released(world)
    client = signed_in(world.ohio.editor)
    for name, address in SILENT.items():
        response = client.get(address(proposal))
        assert response.status_code in {200, 403}, name
        assert WORDS not in response.content.decode(), name
    assert not is_opened(proposal)


@pytest.mark.once
@pytest.mark.parametrize("made", [released, World.concluded])
def test_no_address_of_all_says_a_word_of_it_and_leaves_it_unopened(
    world: World, made: Callable[[World], Proposal]
) -> None:
    proposal, client = made(world), signed_in(world.ohio.signatory)
    since = proposal.unopened_at
    told = set()
    for address in [*(address_of(row, proposal) for row in OF_A_PROPOSAL), *(reverse(name) for name in PLAIN)]:
        Handover.objects.filter(proposal=proposal).update(opened_at=None, opened_by=None)
        Proposal.objects.filter(pk=proposal.pk).update(unopened_at=since)
        shown = b"".join(client.get(address)).decode(errors="replace")
        if any(word in shown for word in (WORDS, "Please file.")):
            told.add(address)
            assert is_opened(proposal), address
    assert told, "the walk meets the words"


def test_home_shows_the_questions_once_they_are_opened(world: World) -> None:
    proposal = released(world)
    client = signed_in(world.ohio.editor)
    assert "Nobody in your agency has opened it yet" in client.get(reverse("proposals:home")).content.decode()
    client.get(at("overview", proposal))
    shown = client.get(reverse("proposals:home")).content.decode()
    assert WORDS in shown
    assert "has opened it yet" not in shown


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_page_fetched_ahead_is_refused_while_it_would_be_the_first_opening(world: World, header: str) -> None:
    proposal = released(world)
    client = signed_in(world.ohio.viewer)
    assert client.get(at("letter", proposal, 1), headers={header: "prefetch"}).status_code == 403
    assert not is_opened(proposal)
    client.get(at("letter", proposal, 1))
    assert client.get(at("letter", proposal, 1), headers={header: "prefetch"}).status_code == 200


def test_asking_for_the_head_of_a_page_opens_nothing(world: World) -> None:
    proposal = released(world)
    assert signed_in(world.ohio.viewer).head(at("letter", proposal, 1)).status_code == 200
    assert not is_opened(proposal)


def test_cms_and_other_states_open_nothing(world: World) -> None:
    proposal = released(world)
    for actor in (world.cms.lead, world.cms.observer, world.texas.editor):
        for address in PAGES.values():
            signed_in(actor).get(address(proposal))
    assert not is_opened(proposal)


def test_asking_for_a_packet_of_it_opens_it(world: World) -> None:
    proposal = released(world)
    submission = last_submission(proposal)
    assert submission
    client = signed_in(world.ohio.viewer)
    assert (
        client.post(reverse("exports:packets", args=[proposal.pk]), {"what": f"{submission.pk}:letter"}).status_code
        == 302
    )
    assert is_opened(proposal)


def test_a_letter_that_was_taken_back_is_nobodys_packet_any_more(world: World) -> None:
    proposal = released(world)
    now = timezone.now()
    lead, submission = world.cms.lead, last_submission(proposal)
    packet = request_packet(actor=lead, proposal=proposal, submission=submission, audience=Audience.LETTER, now=now)
    assert can_view_packet(lead, packet)
    undo_release(actor=lead, proposal=proposal, reason="Wrong.", now=now + timedelta(minutes=1))
    packet = Packet.objects.get(pk=packet.pk)
    assert not can_view_packet(lead, packet)
    world.release(fresh(proposal), ["es.overview"])
    packet = Packet.objects.get(pk=packet.pk)
    for actor in world.everybody:
        assert not can_view_packet(actor, packet)
        assert packet not in Packet.objects.filter(visible_packets(actor))


def test_cms_reads_whether_it_was_opened_and_until_when_it_may_take_it_back(world: World) -> None:
    proposal = released(world)
    lead, observer = signed_in(world.cms.lead), signed_in(world.cms.observer)
    undo = at("transition", proposal, "undo_release")
    assert shown(lead, proposal, undo) == (True, True)
    assert shown(observer, proposal, undo) == (True, False)
    signed_in(world.ohio.viewer).get(at("overview", proposal))
    assert shown(lead, proposal, undo) == (False, False)
    page = lead.get(at("overview", proposal)).content.decode()
    assert "Opened by Ohio on" in page
    assert "They can no longer be taken back. Put right what is wrong in the next round." in page
    assert world.ohio.viewer.user.name not in page


def shown(client: Client, proposal: Proposal, undo: str) -> tuple[bool, bool]:
    page = client.get(at("overview", proposal)).content.decode()
    return "Nobody in Ohio has opened the questions yet." in page, undo in page


def test_taking_it_back_on_the_page(world: World) -> None:
    proposal = released(world)
    lead, undo = signed_in(world.cms.lead), at("transition", proposal, "undo_release")
    assert "Take the questions back" in lead.get(undo).content.decode()
    assert lead.post(undo, {"reason": ""}).status_code == 422
    assert lead.post(undo, {"reason": "The wrong list."}).status_code == 302
    assert fresh(proposal).status == "in_review"
    state = signed_in(world.ohio.editor)
    assert state.get(at("letter", proposal, 1)).status_code == 404
    assert WORDS not in state.get(at("overview", proposal)).content.decode()
    assert lead.post(undo, {"reason": "Again."}).status_code == 409


def test_the_page_says_why_it_can_no_longer_be_taken_back(world: World) -> None:
    proposal = released(world)
    signed_in(world.ohio.viewer).get(at("overview", proposal))
    lead = signed_in(world.cms.lead)
    answer = lead.post(at("transition", proposal, "undo_release"), {"reason": "The wrong list."})
    assert answer.status_code == 409
    assert "somebody in Ohio has opened it" in answer.content.decode()
    assert fresh(proposal).status == "changes_requested"


def test_an_hour_later_nothing_offers_it(world: World) -> None:
    proposal = released(world)
    earlier = timezone.now() - timedelta(hours=2)
    Proposal.objects.filter(pk=proposal.pk).update(unopened_at=earlier, status_since=earlier)
    Handover.objects.filter(proposal=proposal).update(at=earlier)
    lead, undo = signed_in(world.cms.lead), at("transition", proposal, "undo_release")
    assert shown(lead, proposal, undo) == (True, False)
    for answer in (lead.get(undo), lead.post(undo, {"reason": "Late."})):
        page = answer.content.decode()
        assert (answer.status_code, 'name="reason"' in page) == (409, False)
        assert "The hour in which this could be taken back is over." in page


def test_a_decision_offers_it_too(world: World) -> None:
    proposal = world.concluded()
    approver, undo = signed_in(world.cms.approver), at("transition", proposal, "undo_decision")
    assert undo in approver.get(at("overview", proposal)).content.decode()
    assert approver.post(undo, {"reason": "Wrong letter."}).status_code == 302
    assert "Please file." not in signed_in(world.ohio.editor).get(at("decision", proposal)).content.decode()
    assert fresh(proposal).turn_since > NOW
