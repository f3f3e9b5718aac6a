"""Every transition, from every status, by every persona: the expectation is written as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import workflow
from proposals.actions.deciding import conclude, draft_decision, reopen
from proposals.actions.reviewing import assign, begin_review, request_changes
from proposals.actions.submitting import recall, restore, submit, withdraw
from proposals.actions.undoing import undo_decision, undo_release
from proposals.models import Event, Proposal
from proposals.status import Outcome, Status
from tests.worlds import DUE, NOW, World, fresh

LATER = NOW + timedelta(days=40)

#: transition -> statuses it may start from
SOURCES = {
    "submit": {"draft", "changes_requested"},
    "recall": {"submitted"},
    "begin_review": {"submitted"},
    "request_changes": {"in_review"},
    "conclude": {"in_review"},
    "undo_release": {"changes_requested"},
    "undo_decision": {"concluded"},
    "reopen": {"concluded"},
    "withdraw": {"draft", "submitted", "in_review", "changes_requested"},
    "restore": {"withdrawn"},
}
#: transition -> personas who may perform it
WHO = {
    "submit": {"ohio signatory"},
    "recall": {"ohio signatory"},
    "begin_review": {"cms lead", "cms approver", "cms reviewer"},
    "request_changes": {"cms lead"},
    "conclude": {"cms approver"},
    "undo_release": {"cms lead"},
    "undo_decision": {"cms approver"},
    "reopen": {"cms approver"},
    "withdraw": {"ohio signatory"},
    "restore": {"ohio signatory"},
}
#: CMS never sees what was never submitted
HIDDEN_FROM_CMS = {"draft", "withdrawn"}


def make(world: World, status: str) -> Proposal:
    """Make a proposal of Ohio's in a status, with the reviewer assigned as soon as CMS can see it."""
    makers: dict[str, Callable[[], Proposal]] = {
        "draft": world.complete_draft,
        "submitted": world.submitted,
        "in_review": lambda: _with_decision(world),
        "changes_requested": lambda: _ready_to_resubmit(world),
        "concluded": world.concluded,
        "withdrawn": lambda: _withdrawn(world),
    }
    proposal = makers[status]()
    if status not in HIDDEN_FROM_CMS:
        assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW)
    return fresh(proposal)


def _with_decision(world: World) -> Proposal:
    proposal = world.in_review()
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome=Outcome.READY, letter="Well done.", now=NOW)
    return proposal


def _ready_to_resubmit(world: World) -> Proposal:
    proposal = world.in_review()
    world.release(proposal, ["es.overview"])
    return proposal


def _withdrawn(world: World) -> Proposal:
    proposal = world.complete_draft()
    withdraw(actor=world.ohio.signatory, proposal=proposal, reason="Budget", now=NOW)
    return proposal


def attempt(name: str, actor: Actor, proposal: Proposal) -> object:
    """Do one transition the way a person does it."""
    common: dict[str, Any] = {"actor": actor, "proposal": proposal, "now": LATER}
    at_once: dict[str, Any] = common | {"now": proposal.status_since + timedelta(minutes=5), "reason": "A mistake"}
    next_round: dict[str, Any] = {"section_keys": ["qs"], "due_on": date(2027, 6, 1)}
    ways: dict[str, Callable[[], object]] = {
        "submit": lambda: submit(signatory_name="A", attested=True, change_summary="Some", **common),
        "recall": lambda: recall(reason="Wrong file", **common),
        "begin_review": lambda: begin_review(**common),
        "request_changes": lambda: request_changes(drafts=[], cover_text="", **next_round, **common),
        "conclude": lambda: conclude(drafted_at=NOW, **common),
        "undo_release": lambda: undo_release(**at_once),
        "undo_decision": lambda: undo_decision(**at_once),
        "reopen": lambda: reopen(reason="New law", **next_round, **common),
        "withdraw": lambda: withdraw(reason="Budget", **common),
        "restore": lambda: restore(reason="Money found", **common),
    }
    return ways[name]()


def personas(world: World) -> dict[str, Actor]:
    """Every actor under the name the tables use."""
    teams = {"ohio": world.ohio, "texas": world.texas, "cms": world.cms}
    return {f"{team} {role}": actor for team, members in teams.items() for role, actor in members.people.items()}


@pytest.mark.parametrize("status", list(Status.values))
@pytest.mark.parametrize("name", list(workflow.TABLE))
def test_a_transition_is_done_by_those_in_the_table_and_refused_for_everybody_else(
    world: World, name: str, status: str
) -> None:
    proposal = make(world, status)
    before = Event.objects.count()
    expected = WHO[name] if status in SOURCES[name] else set()
    if status in HIDDEN_FROM_CMS:
        expected = {persona for persona in expected if not persona.startswith("cms")}

    allowed = {persona for persona, actor in personas(world).items() if _may(name, actor, proposal)}

    assert allowed == expected
    assert (fresh(proposal).status, Event.objects.count()) == (status, before)


def _may(name: str, actor: Actor, proposal: Proposal) -> bool:
    """Try it and take it back."""
    before = transaction.savepoint()
    try:
        attempt(name, actor, proposal)
    except (PermissionDenied, workflow.TransitionRefused):
        return False
    else:
        return fresh(proposal).status != proposal.status
    finally:
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize("status", list(Status.values))
def test_what_is_offered_is_what_is_allowed(world: World, status: str) -> None:
    proposal = make(world, status)

    offered = {
        (offer.name, persona)
        for persona, actor in personas(world).items()
        for offer in workflow.available(actor, proposal)
    }

    assert offered == {
        (name, persona)
        for name in workflow.TABLE
        if status in SOURCES[name]
        for persona in WHO[name]
        if not (status in HIDDEN_FROM_CMS and persona.startswith("cms"))
    }


def test_rounds_rise_when_cms_asks_and_the_due_date_stands(world: World) -> None:
    proposal = world.questioned()

    assert (proposal.status, proposal.round, proposal.due_on) == (Status.CHANGES_REQUESTED, 2, DUE)


def test_a_recall_goes_back_to_where_the_round_came_from(world: World) -> None:
    first = world.submitted()
    second = world.answered(title="Second")

    recall(actor=world.ohio.signatory, proposal=first, reason="Typo", now=LATER)
    recall(actor=world.ohio.signatory, proposal=second, reason="Typo", now=LATER)

    assert (fresh(first).status, fresh(first).round, fresh(first).due_on) == ("draft", 1, None)
    assert (fresh(second).status, fresh(second).round, fresh(second).due_on) == ("changes_requested", 2, DUE)


def test_a_recalled_round_keeps_its_replies_as_drafts_and_can_be_submitted_again(world: World) -> None:
    proposal = world.answered()

    recall(actor=world.ohio.signatory, proposal=proposal, reason="Typo", now=LATER)
    drafts = list(proposal.draft_comments.values_list("body", flat=True))
    attempt("submit", world.ohio.signatory, fresh(proposal))

    assert drafts == ["<p>It is a health home.</p>"]
    assert list(proposal.submissions.order_by("round", "attempt").values_list("round", "attempt")) == [
        (1, 1),
        (2, 1),
        (2, 2),
    ]
    assert list(proposal.threads.get().comments.filter(round=2).values_list("words", flat=True)) == [
        "<p>It is a health home.</p>"
    ]


def test_a_withdrawn_proposal_is_restored_to_where_it_was(world: World) -> None:
    proposal = world.questioned()

    withdraw(actor=world.ohio.signatory, proposal=proposal, reason="Pause", now=LATER)
    restore(actor=world.ohio.signatory, proposal=fresh(proposal), reason="On again", now=LATER)

    assert (fresh(proposal).status, fresh(proposal).due_on) == ("changes_requested", DUE)


def test_a_step_back_needs_a_reason(world: World) -> None:
    proposal = world.submitted()

    with pytest.raises(workflow.ReasonMissing):
        recall(actor=world.ohio.signatory, proposal=proposal, reason="  ", now=LATER)

    assert fresh(proposal).status == "submitted"
