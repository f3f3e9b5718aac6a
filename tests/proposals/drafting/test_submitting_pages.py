"""Sign and submit, the receipt, and the steps that ask first."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from proposals.actions.discussing import draft_reply
from proposals.models import DraftComment, Proposal, Recall, Submission, Thread
from tests.worlds import MODEL_CHANGED, NOW, World, answer, narrative_answer, signed_in

SIGNED = {"signatory_name": "Sam Signer", "attested": "on"}


def submit_url(proposal: Proposal) -> str:
    return reverse("proposals:submit", args=[proposal.pk])


def step_url(proposal: Proposal, name: str) -> str:
    return reverse("proposals:transition", args=[proposal.pk, name])


def test_a_signatory_submits_and_gets_a_receipt_for_good(world: World) -> None:
    proposal = world.complete_draft()
    client = signed_in(world.ohio.signatory)
    assert "Your signature" in client.get(submit_url(proposal)).content.decode()
    response = client.post(submit_url(proposal), SIGNED)
    receipt = reverse("proposals:receipt", args=[proposal.pk, 1])
    assert response["Location"] == receipt
    submission = Submission.objects.get(proposal=proposal)
    for actor in (world.ohio.viewer, world.cms.observer):
        page = signed_in(actor).get(receipt).content.decode()
        assert submission.fingerprint in page
        assert "Sam Signer" in page
    assert signed_in(world.texas.signatory).get(receipt).status_code == 404


def test_submitting_twice_makes_one_submission(world: World) -> None:
    proposal = world.complete_draft()
    client = signed_in(world.ohio.signatory)
    client.post(submit_url(proposal), SIGNED)
    again = client.post(submit_url(proposal), SIGNED)
    assert again["Location"] == reverse("proposals:overview", args=[proposal.pk])
    assert Submission.objects.filter(proposal=proposal).count() == 1


@pytest.mark.parametrize(
    "data", [{}, {"signatory_name": "Sam"}, {"attested": "on"}, {"signatory_name": " ", "attested": "on"}]
)
def test_a_missing_statement_or_name_submits_nothing(world: World, data: dict[str, str]) -> None:
    proposal = world.complete_draft()
    response = signed_in(world.ohio.signatory).post(submit_url(proposal), data)
    assert response.status_code == 422
    assert not Submission.objects.filter(proposal=proposal).exists()


def test_what_is_missing_stands_there_with_links_and_blocks(world: World) -> None:
    proposal = world.draft()
    client = signed_in(world.ohio.signatory)
    page = client.get(submit_url(proposal)).content.decode()
    section = reverse("proposals:section", args=[proposal.pk, "es.overview"])
    assert f'href="{section}#p-es-overview-model"' in page
    assert "Your signature" not in page
    response = client.post(submit_url(proposal), SIGNED)
    assert response.status_code == 409
    assert "Not submitted" in response.content.decode()
    assert not Submission.objects.filter(proposal=proposal).exists()


def test_others_read_the_page_and_cannot_sign(world: World) -> None:
    proposal = world.complete_draft()
    for actor in (world.ohio.editor, world.ohio.viewer, world.ohio.team_lead):
        client = signed_in(actor)
        assert "A signatory of Ohio Medicaid can submit it." in client.get(submit_url(proposal)).content.decode()
        assert client.post(submit_url(proposal), SIGNED).status_code == 403
    for actor in (world.texas.signatory, world.cms.lead):
        assert signed_in(actor).get(submit_url(proposal)).status_code == 404


def test_the_second_round_proposes_a_summary_and_lists_the_replies(world: World) -> None:
    proposal = world.questioned()
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("A health home."))
    client = signed_in(world.ohio.signatory)
    page = client.get(submit_url(proposal)).content.decode()
    assert "No reply yet" in page
    assert "Q1 has no reply yet." in page
    thread = Thread.objects.get(proposal=proposal)
    draft_reply(actor=world.ohio.editor, thread=thread, body="A health home.", now=NOW)
    page = client.get(submit_url(proposal)).content.decode()
    assert "Q1: choose the answers you changed for it, or say why none changed." in page
    draft = DraftComment.objects.get(thread=thread)
    body, editor = "A health home.", world.ohio.editor
    draft_reply(actor=editor, thread=thread, body=body, now=NOW, over=draft, claimed=MODEL_CHANGED)
    page = client.get(submit_url(proposal)).content.decode()
    assert "Changed for it: The model in brief" in page
    assert "Overview, The model in brief: changed." in page
    assert "<p>A health home.</p>" in page
    response = client.post(submit_url(proposal), SIGNED | {"change_summary": "We named the model."})
    assert response["Location"] == reverse("proposals:receipt", args=[proposal.pk, 2])
    assert "We named the model." in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(("statement", "status"), [({"attested": "on"}, 409), ({}, 422)])
def test_a_summary_is_kept_when_something_came_between(world: World, statement: dict[str, str], status: int) -> None:
    proposal = world.questioned()
    answer(proposal, world.ohio.editor, "es.overview.model", None)
    data = {"change_summary": "An hour of typing.", "signatory_name": "Sam Signer", **statement}
    response = signed_in(world.ohio.signatory).post(submit_url(proposal), data)
    page = response.content.decode()
    assert response.status_code == status
    assert "An hour of typing.</textarea>" in page
    assert ">Not submitted<" in page or status == 422
    assert "to do first" in page
    assert Submission.objects.filter(proposal=proposal).count() == 1


@pytest.mark.parametrize(
    ("stage", "team", "role", "name", "status"),
    [
        ("submitted", "ohio", "signatory", "recall", "draft"),
        ("draft", "ohio", "signatory", "withdraw", "withdrawn"),
        ("submitted", "cms", "lead", "begin_review", "in_review"),
    ],
)
def test_a_step_asks_first_and_then_is_taken(
    world: World, stage: str, team: str, role: str, name: str, status: str
) -> None:
    proposal = getattr(world, stage)()
    client = signed_in(getattr(getattr(world, team), role))
    assert client.get(step_url(proposal, name)).status_code == 200
    proposal.refresh_from_db()
    assert proposal.status != status
    response = client.post(step_url(proposal, name), {"reason": "We found an error."})
    assert response["Location"] == reverse("proposals:overview", args=[proposal.pk])
    proposal.refresh_from_db()
    assert proposal.status == status


def test_a_withdrawn_proposal_is_restored_to_where_it_was(world: World) -> None:
    proposal = world.questioned()
    client = signed_in(world.ohio.signatory)
    client.post(step_url(proposal, "withdraw"), {"reason": "Budget."})
    client.post(step_url(proposal, "restore"), {"reason": "Budget found."})
    proposal.refresh_from_db()
    assert (proposal.status, proposal.round) == ("changes_requested", 2)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_step_back_needs_a_reason_of_readable_length(world: World, reason: str) -> None:
    proposal = world.submitted()
    response = signed_in(world.ohio.signatory).post(step_url(proposal, "recall"), {"reason": reason})
    assert response.status_code == 422
    assert not Recall.objects.exists()


def test_a_step_that_no_longer_starts_here_says_so(world: World) -> None:
    proposal = world.in_review()
    response = signed_in(world.ohio.signatory).post(step_url(proposal, "recall"), {"reason": "Late."})
    assert response.status_code == 409
    assert "the proposal is “in review”" in response.content.decode()


def test_steps_of_others_do_not_exist(world: World) -> None:
    proposal = world.submitted()
    refused = [
        (world.ohio.editor, "recall"), (world.ohio.signatory, "begin_review"), (world.cms.reviewer, "begin_review"),
        (world.cms.lead, "recall"), (world.ohio.signatory, "nonsense"), (world.texas.signatory, "recall"),
    ]  # fmt: skip
    for actor, name in refused:
        assert signed_in(actor).get(step_url(proposal, name)).status_code == 404
        assert signed_in(actor).post(step_url(proposal, name), {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_submit_page_takes_the_same_queries_whatever_it_holds(
    world: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    proposal = world.in_review()
    for number in range(rows):
        world.ask(proposal, "es.overview.model", f"Question {number}?")
    world.release(proposal, ["es.overview"])
    client = signed_in(world.ohio.signatory)
    client.get(submit_url(proposal))
    with django_assert_num_queries(16):
        client.get(submit_url(proposal))
