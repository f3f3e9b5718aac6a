"""Handing over: what must be there first, what is frozen, and what the fingerprint proves."""

from __future__ import annotations

import pytest

from proposals import workflow
from proposals.actions.discussing import draft_reply
from proposals.actions.submitting import ATTESTATION, NotAttested, submit
from proposals.models import DraftComment, Notification, Submission, Thread
from proposals.snapshot import canonical, fingerprint
from proposals.status import Status
from tests.worlds import MODEL_CHANGED, NOT_CHANGED, NOW, World, answer, fresh, hand_over, narrative_answer


def test_an_empty_draft_is_blocked_with_a_sentence_for_each_core_prompt(world: World) -> None:
    proposal = world.draft()

    with pytest.raises(workflow.Blocked) as raised:
        hand_over(proposal, world.ohio.signatory)

    rules = {blocker.rule for blocker in raised.value.blockers}
    assert rules == {"RC-001"}
    assert all(blocker.message.endswith(".") and blocker.section_key for blocker in raised.value.blockers)
    assert (fresh(proposal).status, Submission.objects.count()) == (Status.DRAFT, 0)


def test_each_rule_that_blocks_names_its_prompt(world: World) -> None:
    proposal = world.complete_draft()
    editor = world.ohio.editor
    answer(proposal, editor, "es.overview.goals", {"disposition": "na", "reason": "", "note": "Because."})
    answer(
        proposal, editor, "qs.goals", {"disposition": "nyk", "reason": "data", "plan": "", "owner": "", "expected": ""}
    )
    answer(proposal, editor, "es.overview.model", {"disposition": "answered", "fields": {"features": ["continuous"]}})

    with pytest.raises(workflow.Blocked) as raised:
        hand_over(proposal, world.ohio.signatory)

    found = {(blocker.rule, blocker.prompt_id) for blocker in raised.value.blockers}
    assert found == {
        ("RC-002", "es.overview.goals"),
        ("RC-003", "qs.goals"),
        ("RC-008", "es.overview.model"),
    }


def test_a_submission_freezes_every_answer_under_a_fingerprint(world: World) -> None:
    proposal = world.complete_draft()
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("Homes for adults."))

    submission = hand_over(proposal, world.ohio.signatory)

    stored = Submission.objects.get(pk=submission.pk)
    assert stored.content["answers"]["es.overview"]["es.overview.model"] == narrative_answer("Homes for adults.")
    assert sum(len(answers) for answers in stored.content["answers"].values()) == 125
    assert stored.fingerprint == fingerprint(stored.content) == submission.fingerprint
    assert stored.content["signatory"] == {"name": world.ohio.signatory.user.name, "attestation": ATTESTATION}


def test_the_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": [1.5, "ü"], "a": None}) == '{"a":null,"b":[1.5,"ü"]}'.encode()
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


@pytest.mark.parametrize(("name", "attested", "summary"), [("Ann", False, "x"), ("  ", True, "x"), ("Ann", True, "  ")])
def test_a_second_round_needs_attestation_name_and_summary(
    world: World, *, name: str, attested: bool, summary: str
) -> None:
    proposal = world.questioned()

    with pytest.raises(NotAttested):
        submit(
            actor=world.ohio.signatory,
            proposal=proposal,
            signatory_name=name,
            attested=attested,
            change_summary=summary,
            now=NOW,
        )

    assert fresh(proposal).status == Status.CHANGES_REQUESTED


def test_a_question_without_a_reply_blocks_the_next_round(world: World) -> None:
    proposal = world.questioned()

    with pytest.raises(workflow.Blocked, match="Q1 has no reply yet"):
        hand_over(proposal, world.ohio.signatory, summary="Nothing")
    thread = Thread.objects.get()
    draft_reply(actor=world.ohio.editor, thread=thread, body="Here.", now=NOW)
    with pytest.raises(workflow.Blocked, match="Q1: choose the answers you changed for it, or say why none changed"):
        hand_over(proposal, world.ohio.signatory, summary="A reply")
    draft_reply(actor=world.ohio.editor, thread=thread, body="Here.", now=NOW, claimed=MODEL_CHANGED)
    with pytest.raises(workflow.Blocked, match="Q1 names “The model in brief”, which reads as it did when CMS asked"):
        hand_over(proposal, world.ohio.signatory, summary="A reply")
    draft_reply(actor=world.ohio.editor, thread=thread, body="Here.", now=NOW, claimed=NOT_CHANGED)
    hand_over(proposal, world.ohio.signatory, summary="A reply")

    assert (fresh(proposal).status, Thread.objects.get().status) == (Status.SUBMITTED, "answered")
    assert DraftComment.objects.count() == 0


def test_the_right_people_are_told_and_nobody_else(world: World) -> None:
    proposal = world.answered()

    told = Notification.objects.filter(event__proposal=proposal).order_by("event__pk", "recipient__email")

    assert list(told.values_list("event__verb", "recipient__email")) == [
        ("submitted", "lead@cms.example"),
        ("review_begun", "editor@oh.example"),
        ("review_begun", "signatory@oh.example"),
        ("review_begun", "team_lead@oh.example"),
        ("changes_requested", "editor@oh.example"),
        ("changes_requested", "signatory@oh.example"),
        ("changes_requested", "team_lead@oh.example"),
        ("submitted", "lead@cms.example"),
    ]
