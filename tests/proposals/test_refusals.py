"""Actions called by people who may not, or with what is not there: refused, whatever a page would have offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from proposals.actions import deciding, discussing, drafting, reviewing, submitting
from proposals.actions.discussing import Place
from proposals.models import Assignment, Event, Proposal
from proposals.workflow import TransitionRefused
from tests.worlds import NOW, World, fresh

pytestmark = pytest.mark.django_db

TOMORROW = NOW.date() + timedelta(days=1)
Act = Callable[[World, Proposal], Any]


def assign(world: World, proposal: Proposal, role: str = "lead") -> None:
    actor, reviewer = getattr(world.cms, role), world.cms.reviewer.user
    reviewing.assign(actor=actor, proposal=proposal, reviewer=reviewer, now=NOW)


def unassign(world: World, proposal: Proposal, role: str = "lead") -> None:
    actor, reviewer = getattr(world.cms, role), world.cms.reviewer.user
    reviewing.unassign(actor=actor, proposal=proposal, reviewer=reviewer, now=NOW)


DENIED: dict[str, Act] = {
    "start a proposal at CMS": lambda world, _: drafting.create_proposal(
        actor=world.cms.lead, title="Ours", model_type="", now=NOW
    ),
    "start a proposal from one of another state": lambda world, proposal: drafting.create_proposal(
        actor=world.texas.editor, title="Ours", model_type="", now=NOW, copy_of=proposal
    ),
    "change the title under review": lambda world, proposal: drafting.change_details(
        actor=world.ohio.editor, proposal=proposal, title="Other", model_type="", now=NOW
    ),
    "assign as an observer": lambda world, proposal: assign(world, proposal, "observer"),
    "unassign as an observer": lambda world, proposal: unassign(world, proposal, "observer"),
    "ask a question as a state": lambda world, proposal: discussing.draft_comment(
        actor=world.ohio.editor, proposal=proposal, place=Place(), kind="question", body="Why?", now=NOW
    ),
    "write a note as a viewer": lambda world, proposal: discussing.write_note(
        actor=world.ohio.viewer, proposal=proposal, place=Place(), body="Mine.", now=NOW
    ),
    "write a decision as a reviewer": lambda world, proposal: deciding.draft_decision(
        actor=world.cms.reviewer, proposal=proposal, outcome="supported", letter="Dear all.", now=NOW
    ),
}


@pytest.mark.parametrize("deed", DENIED)
def test_who_may_not_is_refused_and_nothing_is_recorded(world: World, deed: str) -> None:
    proposal = world.in_review()
    events = Event.objects.count()
    with pytest.raises(PermissionDenied):
        DENIED[deed](world, proposal)
    assert (Event.objects.count(), Proposal.objects.count(), fresh(proposal).title) == (events, 1, proposal.title)


def test_a_proposal_of_an_older_toolkit_is_no_start_for_a_new_one(world: World) -> None:
    older = world.draft()
    Proposal.objects.filter(pk=older.pk).update(toolkit_version="2020.1")
    with pytest.raises(drafting.DifferentToolkit):
        drafting.create_proposal(actor=world.ohio.editor, title="New", model_type="", now=NOW, copy_of=fresh(older))


def test_assigning_twice_and_unassigning_twice_are_recorded_once(world: World) -> None:
    proposal = world.in_review()
    Assignment.objects.all().delete()
    before = Event.objects.count()
    for act, left in ((assign, 1), (assign, 1), (unassign, 0), (unassign, 0)):
        act(world, proposal)
        assert Assignment.objects.filter(proposal=proposal).count() == left
    assert Event.objects.count() == before + 2


def test_only_people_who_review_are_assigned(world: World) -> None:
    with pytest.raises(reviewing.NotAReviewer):
        reviewing.assign(actor=world.cms.lead, proposal=world.in_review(), reviewer=world.ohio.editor.user, now=NOW)


@pytest.mark.parametrize(
    ("sections", "due", "says"),
    [
        (["no.such"], TOMORROW, "does not exist"),
        (["es.overview"], NOW.date(), "after today"),
        ([], TOMORROW, "at least one"),
    ],
)
def test_a_round_names_sections_that_exist_and_a_day_to_come(
    world: World, sections: list[str], due: Any, says: str
) -> None:
    proposal = world.in_review()
    with pytest.raises(reviewing.CannotRelease, match=says):
        reviewing.request_changes(
            actor=world.cms.lead, proposal=proposal, drafts=[], section_keys=sections, due_on=due, cover_text="",
            now=NOW,
        )  # fmt: skip
    with pytest.raises(deciding.NothingReopened):
        deciding.reopen(
            actor=world.cms.approver, proposal=world.concluded(), reason="New facts.",
            section_keys=sections if due != TOMORROW else [], due_on=due, now=NOW,
        )  # fmt: skip


def test_what_was_never_submitted_is_neither_recalled_nor_asked_about(world: World) -> None:
    """The status alone does not stand for a submission; nobody but a fault in the data brings it so far."""
    proposal = world.draft()
    Proposal.objects.filter(pk=proposal.pk).update(status="submitted")
    with pytest.raises(TransitionRefused, match="no submission"):
        submitting.recall(actor=world.ohio.signatory, proposal=fresh(proposal), reason="Too early.", now=NOW)
    Proposal.objects.filter(pk=proposal.pk).update(status="in_review")
    with pytest.raises(TransitionRefused, match="no submission"):
        reviewing.request_changes(
            actor=world.cms.lead, proposal=fresh(proposal), drafts=[], section_keys=["es.overview"],
            due_on=TOMORROW, cover_text="", now=NOW,
        )  # fmt: skip
    Proposal.objects.filter(pk=proposal.pk).update(status="concluded")
    with pytest.raises(TransitionRefused, match="no submission"):
        deciding.reopen(
            actor=world.cms.approver, proposal=fresh(proposal), reason="New facts.", section_keys=["es.overview"],
            due_on=TOMORROW, now=NOW,
        )  # fmt: skip
