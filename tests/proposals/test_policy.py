"""A predicate and its filter say the same, for every persona and every row."""

from __future__ import annotations

from datetime import timedelta

import pytest

from proposals import policy
from proposals.actions.discussing import Place, write_note
from proposals.actions.submitting import recall, withdraw
from proposals.models import Note, Proposal, Submission
from tests.worlds import NOW, World


@pytest.fixture
def busy_world(world: World) -> World:
    """Both states, at every step, with notes on each side."""
    for team in (world.ohio, world.texas):
        world.draft(team, "Draft")
        world.submitted(team, "Submitted")
        reviewed = world.in_review(team, "In review")
        world.concluded(team, "Concluded")
        second = world.answered(team, "Second round")
        recall(actor=team.signatory, proposal=second, reason="Typo", now=NOW + timedelta(days=30))
        first = world.submitted(team, "Taken back")
        recall(actor=team.signatory, proposal=first, reason="Typo", now=NOW + timedelta(days=30))
        withdraw(actor=team.signatory, proposal=world.draft(team, "Gone"), reason="No money", now=NOW)
        for actor in (team.editor, world.cms.reviewer):
            write_note(actor=actor, proposal=reviewed, place=Place(), body="Between us.", now=NOW)
    return world


def test_who_sees_a_proposal(busy_world: World) -> None:
    for actor in busy_world.everybody:
        listed = set(Proposal.objects.filter(policy.visible_proposals(actor)))
        assert listed == {row for row in Proposal.objects.all() if policy.can_view_proposal(actor, row)}


def test_cms_sees_what_was_submitted_and_not_recalled(busy_world: World) -> None:
    seen = Proposal.objects.filter(policy.visible_proposals(busy_world.cms.observer), agency=busy_world.ohio.agency)

    assert sorted(seen.values_list("title", flat=True)) == ["Concluded", "In review", "Second round", "Submitted"]


def test_who_sees_a_submission(busy_world: World) -> None:
    for actor in busy_world.everybody:
        listed = set(Submission.objects.filter(policy.visible_submissions(actor)))
        assert listed == {row for row in Submission.objects.all() if policy.can_view_submission(actor, row)}


def test_who_sees_a_note(busy_world: World) -> None:
    for actor in busy_world.everybody:
        listed = set(Note.objects.filter(policy.visible_notes(actor)))
        assert listed == {row for row in Note.objects.all() if policy.can_view_note(actor, row)}
        assert {row.agency_id for row in listed} <= {actor.agency.pk}
