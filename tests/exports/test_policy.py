"""Who may make and hold a packet."""

from __future__ import annotations

import uuid

from exports import policy
from exports.models import Packet
from exports.queries.packets import offers
from exports.status import Audience
from icm_portal.accounts.actor import Actor
from proposals.actions.submitting import recall
from proposals.models import Proposal, Submission
from tests.worlds import NOW, World, fresh

LETTER = "Round 1: CMS's letter with its questions"


def store(proposal: Proposal, submission: Submission | None, audience: Audience) -> Packet:
    return Packet.objects.create(
        proposal=proposal,
        submission=submission,
        audience=audience,
        content_key=uuid.uuid4().hex,
        fingerprint="ab" * 32,
        requested_by=proposal.created_by,
        created_at=NOW,
    )


def every_packet(proposal: Proposal) -> list[Packet]:
    """A packet of each kind: of the draft, and of each round for either audience."""
    rounds = [store(proposal, round_, audience) for round_ in proposal.submissions.all() for audience in Audience]
    return [store(proposal, None, Audience.STATE), *rounds]


def may_hold(actor: Actor, packets: list[Packet]) -> list[bool]:
    return [policy.can_view_packet(actor, packet) for packet in packets]


def test_each_side_holds_its_own_packets(world: World) -> None:
    packets = every_packet(world.submitted())
    for actor in world.ohio.people.values():
        assert may_hold(actor, packets) == [True, True, False, False]
    for actor in world.texas.people.values():
        assert may_hold(actor, packets) == [False] * 4
    for actor in world.cms.people.values():
        assert may_hold(actor, packets) == [False, True, True, False]


def test_cms_loses_the_packets_of_a_recalled_round(world: World) -> None:
    proposal = world.submitted()
    packets = every_packet(proposal)
    recall(actor=world.ohio.signatory, proposal=proposal, reason="A mistake", now=NOW)
    packets = list(Packet.objects.filter(pk__in=[packet.pk for packet in packets]).order_by("pk"))
    assert [policy.can_view_packet(world.cms.lead, packet) for packet in packets] == [False] * 4


def test_the_filter_agrees_with_the_predicate(world: World) -> None:
    recalled = world.submitted(title="Recalled")
    every_packet(recalled)
    recall(actor=world.ohio.signatory, proposal=recalled, reason="A mistake", now=NOW)
    every_packet(world.answered(title="Two rounds"))
    every_packet(world.submitted(world.texas, title="Texas"))
    every_packet(world.draft(title="Draft"))
    for actor in world.everybody:
        visible = set(Packet.objects.filter(policy.visible_packets(actor)))
        assert visible == {packet for packet in Packet.objects.all() if policy.can_view_packet(actor, packet)}


def test_a_round_of_another_proposal_cannot_be_slipped_in(world: World) -> None:
    mine, other = world.draft(), world.submitted(title="Other")
    submission = other.submissions.get()
    assert not policy.can_make_packet(world.ohio.signatory, mine, submission, Audience.STATE)


def test_everybody_is_offered_what_they_may_have(world: World) -> None:
    proposal = world.answered()
    state = [offer.label for offer in offers(world.ohio.viewer, proposal)]
    cms = [offer.label for offer in offers(world.cms.observer, proposal)]
    assert state == ["Round 2", "Round 1", LETTER]
    assert cms == ["Round 2", "Round 2, with CMS internal notes", "Round 1", "Round 1, with CMS internal notes", LETTER]
    assert offers(world.texas.signatory, proposal) == []


def test_while_the_state_writes_its_draft_comes_first(world: World) -> None:
    labels = [offer.label for offer in offers(world.ohio.viewer, world.questioned())]
    assert labels == ["The draft as it is now", "Round 1", LETTER]


def test_a_recalled_round_is_not_offered(world: World) -> None:
    proposal = world.submitted()
    recall(actor=world.ohio.signatory, proposal=proposal, reason="A mistake", now=NOW)
    assert [offer.code for offer in offers(world.ohio.viewer, fresh(proposal))] == ["draft:state"]
