"""The questions of a round as a table for spreadsheets: what the page shows each side, and no cell that reckons."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from proposals.actions.discussing import draft_reply
from proposals.models import Proposal, Thread
from proposals.spreadsheets import LONGEST, spreadsheet
from proposals.views.response_table import HEAD
from tests.worlds import MODEL_CHANGED, NOW, World, answer, narrative_answer, signed_in

PLACE = ("Q1", "Overview of the Model")


def table(actor: Actor, proposal: Proposal, query: str = "") -> list[list[str]]:
    """What somebody downloads, without the head."""
    response = signed_in(actor).get(reverse("proposals:questions_csv", args=[proposal.pk]) + query)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="OH-ICM-0001-questions-round-1.csv"'
    head, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert tuple(head) == HEAD
    return rows


def test_both_sides_get_questions_replies_and_texts(world: World) -> None:
    proposal = world.answered()
    rows = table(world.ohio.viewer, proposal)
    (row,) = rows

    assert rows == table(world.cms.observer, proposal)
    assert (row[0], row[3:8]) == (
        "Q1", ["Question", "Answered", "Which model is it exactly?", "It is a health home.", ""],
    )  # fmt: skip
    assert row[2] == row[8]
    assert ("Not part of this model." in row[9], "A health home for adults." in row[10]) == (True, True)


def test_a_draft_is_for_the_state_alone(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)
    draft_reply(actor=world.ohio.editor, thread=thread, body="Soon.", now=NOW, claimed=MODEL_CHANGED)
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("New words."))
    answer(proposal, world.ohio.editor, "es.overview.goals", None)
    ours, theirs = table(world.ohio.editor, proposal), table(world.cms.lead, proposal)

    assert ours[0][6] == "Draft: Soon."
    assert "New words." in ours[0][10]
    assert [row[3] for row in ours] == ["Question", "Changed without a question"]
    assert [row[6:] for row in theirs] == [["", "", "", "", ""]]


def test_it_is_narrowed_like_the_page(world: World) -> None:
    proposal = world.answered()
    found = [len(table(world.ohio.editor, proposal, query)) for query in ("", "?standing=resolved", "?section=qs")]
    assert found == [1, 0, 0]


def test_without_questions_and_for_another_state_there_is_none(world: World) -> None:
    answers = [
        signed_in(actor).get(reverse("proposals:questions_csv", args=[proposal.pk])).status_code
        for actor, proposal in ((world.ohio.editor, world.in_review()), (world.texas.editor, world.questioned(title="B")))
    ]  # fmt: skip
    assert answers == [404, 404]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1"])
def test_no_cell_begins_a_formula(text: str) -> None:
    (row,) = csv.reader(io.StringIO(spreadsheet([[text, "plain"]]).decode("utf-8-sig"), newline=""))
    assert row == [f"'{text}", "plain"]


def test_a_long_cell_is_cut() -> None:
    (row,) = csv.reader(io.StringIO(spreadsheet([["x" * (LONGEST + 5)]]).decode("utf-8-sig")))
    assert row == ["x" * LONGEST + "…"]
