"""Whoever sends sees who will be told, and sends nothing that nobody would hear of."""

from __future__ import annotations

import pytest
from django.urls import reverse

from icm_portal.accounts.models import Membership, Role, Side
from proposals import workflow
from proposals.actions.deciding import draft_decision, reopen
from proposals.actions.reviewing import assign
from proposals.models import Notification, Proposal
from proposals.status import Outcome, Status
from tests.worlds import DUE, NOW, World, fresh, hand_over, make_actor, signed_in


def page(actor: object, name: str, proposal: Proposal) -> str:
    """What a page of a proposal says to somebody."""
    return signed_in(actor).get(reverse(f"proposals:{name}", args=[proposal.pk])).content.decode()  # type: ignore[arg-type]


def test_a_state_reads_how_many_hear_of_it_at_cms_and_no_name(world: World) -> None:
    make_actor(world.cms.agency, Role.LEAD, name="Second lead")
    proposal = world.complete_draft()
    text = page(world.ohio.signatory, "submit", proposal)

    assert '<strong>CMS reviewers</strong> <span class="num">(2)</span></li>' in text
    assert "Second lead" not in text
    assert "Who is told" not in page(world.ohio.editor, "submit", proposal)


def test_once_somebody_is_assigned_they_alone_are_told(world: World) -> None:
    proposal = world.questioned()
    make_actor(world.cms.agency, Role.LEAD, name="Second lead")
    assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW)

    found = workflow.recipients_of("submit", world.ohio.signatory, proposal, NOW)

    assert [(group.label, group.count, group.who) for group in found.groups] == [("CMS reviewers", 2, ())]


def test_an_approver_reads_names_of_colleagues_and_roles_of_the_state(world: World) -> None:
    proposal = world.in_review()
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome=Outcome.READY, letter="Please file.", now=NOW)
    assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.approver.user, now=NOW)

    found = workflow.recipients_of("conclude", world.cms.approver, fresh(proposal), NOW)

    assert [(group.label, group.who) for group in found.groups] == [
        ("Ohio", ("Editor (1)", "Signatory (1)", "Team lead (1)")),
        ("CMS", ("CMS lead",)),
    ]
    text = page(world.cms.approver, "announce", proposal)
    assert ("Editor (1), Signatory (1), Team lead (1)" in text, "Ohio editor" in text) == (True, False)


def test_a_round_that_nobody_at_cms_would_hear_of_is_not_submitted(world: World) -> None:
    proposal = world.complete_draft()
    Membership.objects.filter(agency__side=Side.CMS, role=Role.LEAD).update(ended_at=NOW)

    with pytest.raises(workflow.Blocked, match="Nobody at CMS would be told"):
        hand_over(proposal, world.ohio.signatory)

    text = page(world.ohio.signatory, "submit", proposal)
    assert ("Nobody at CMS would be told" in text, "Your signature" in text) == (True, False)
    assert (fresh(proposal).status, Notification.objects.count()) == (Status.DRAFT, 0)


def test_nothing_is_released_or_announced_to_a_state_without_writers(world: World) -> None:
    proposal = world.in_review()
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome=Outcome.READY, letter="Please file.", now=NOW)
    Membership.objects.filter(agency=world.ohio.agency).exclude(role=Role.VIEWER).update(ended_at=NOW)
    approver = signed_in(world.cms.approver)
    url = reverse("proposals:announce", args=[proposal.pk])
    opened = approver.get(url)

    with pytest.raises(workflow.Blocked, match="Nobody in Ohio would be told"):
        world.release(proposal, ["es.overview"])
    answer = approver.post(url, {"seen": opened.context["seen"]}, follow=True)

    assert "Announce the decision</button>" not in opened.content.decode()
    assert "Nobody in Ohio would be told" in answer.content.decode()
    assert fresh(proposal).status == Status.IN_REVIEW


def test_an_approver_sees_who_hears_of_it_before_reopening_and_reopens_for_nobody_else(world: World) -> None:
    proposal = world.concluded()
    before = page(world.cms.approver, "reopen", proposal)
    Membership.objects.filter(agency=world.ohio.agency).exclude(role=Role.VIEWER).update(ended_at=NOW)
    after = page(world.cms.approver, "reopen", proposal)

    with pytest.raises(workflow.Blocked, match="Nobody in Ohio would be told"):
        reopen(
            actor=world.cms.approver,
            proposal=proposal,
            reason="A typo.",
            section_keys=["es.overview"],
            due_on=DUE,
            now=NOW,
        )
    assert ("Editor (1), Signatory (1), Team lead (1)" in before, "Nobody in Ohio would be told" in after) == (
        True,
        True,
    )
    assert fresh(proposal).status == Status.CONCLUDED
