"""Words that arrive after the proposal moved on are not saved and not thrown away: the page shows them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals import policy
from proposals.actions.deciding import conclude, draft_decision
from proposals.actions.discussing import draft_reply
from proposals.actions.reviewing import begin_review
from proposals.models import Decision, DraftComment, Proposal, Thread
from proposals.status import Outcome
from tests.worlds import NOT_CHANGED, NOW, World, fresh, hand_over, make_actor, signed_in

WORDS = "Half an hour of work."
ASKED = {"section": "es.overview", "about": "es.overview", "kind": "question", "quote": "the model", "body": WORDS}


def url(name: str, proposal: Proposal, *keys: object) -> str:
    """The address of a page of a proposal."""
    return reverse(f"proposals:{name}", args=[proposal.pk, *keys])


def refused(client: Client, address: str, sent: dict[str, str]) -> str:
    """Send words that come too late; return the sentence that says why, once the words are seen on the page."""
    response = client.post(address, sent)
    text = response.content.decode()
    typed = response.context["form"]["body" if "body" in sent else "letter"].value()
    assert (response.status_code, typed, WORDS in text, "Save the" in text) == (409, WORDS, True, False)
    reason = str(response.context["form"].non_field_errors()[0])
    assert reason.replace("'", "&#x27;") in text
    return reason


def test_a_comment_while_the_lead_releases(world: World) -> None:
    proposal = world.in_review()
    world.ask(proposal, "es.overview.model", "Which?")
    world.release(proposal, ["es.overview"])
    reason = refused(signed_in(world.cms.reviewer), url("comment", proposal), ASKED)
    assert reason == "Not saved, because the proposal is now with Ohio."
    assert DraftComment.objects.count() == 0


def test_a_comment_before_the_review_has_begun(world: World) -> None:
    reason = refused(signed_in(world.cms.reviewer), url("comment", world.submitted()), ASKED)
    assert reason == "Not saved, because round 1 now waits at CMS for its review."


def test_a_comment_that_the_action_finds_late(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lead releases between the look of the page and the lock of the action."""
    proposal = world.in_review()
    monkeypatch.setattr("proposals.views.discussing.policy.can_draft_comment", released_after(world, proposal))
    refused(signed_in(world.cms.reviewer), url("comment", proposal), ASKED)
    assert DraftComment.objects.count() == 0


def released_after(world: World, proposal: Proposal) -> object:
    """Return a rule that answers once as the real one, then releases the round, as a colleague would."""
    real = policy.can_draft_comment
    asked: list[Actor] = []

    def rule(actor: Actor, seen: Proposal) -> bool:
        allowed = real(actor, seen)
        if not asked:
            asked.append(actor)
            world.release(proposal, ["es.overview"])
        return allowed

    return rule


def test_a_reply_after_the_submission(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.get(proposal=proposal)
    draft_reply(actor=world.ohio.editor, thread=thread, body="Yes.", now=NOW, claimed=NOT_CHANGED)
    hand_over(proposal, world.ohio.signatory, summary="Answered.")
    client, page = signed_in(world.ohio.editor), url("reply", proposal, thread.pk)
    waits = "Not saved, because round 2 now waits at CMS for its review."
    assert refused(client, page, {"body": WORDS, "seen": NOW.isoformat()}) == waits
    begin_review(actor=world.cms.lead, proposal=fresh(proposal), now=NOW)
    assert refused(client, page, {"body": WORDS}) == "Not saved, because round 2 is now in review at CMS."
    assert DraftComment.objects.count() == 0


def test_the_next_question_after_the_release(world: World) -> None:
    proposal = world.questioned()
    page = url("reply", proposal, Thread.objects.get(proposal=proposal).pk)
    reason = refused(signed_in(world.cms.reviewer), page, {"body": WORDS})
    assert reason == "Not saved, because the proposal is now with Ohio."


def test_a_draft_that_was_sent_meanwhile(world: World) -> None:
    proposal = world.in_review()
    draft = world.ask(proposal, "es.overview.model", "Which?")
    world.release(proposal, ["es.overview"])
    page, sent = url("draft_comment", proposal, draft.pk), {"kind": "question", "body": WORDS}
    reason = refused(signed_in(world.cms.reviewer), page, sent)
    assert reason == "Not saved, because this draft was sent or dropped meanwhile."
    for stranger in (world.ohio.editor, world.texas.editor):
        assert signed_in(stranger).post(page, sent).status_code == 404
    assert signed_in(world.cms.reviewer).get(page).status_code == 404
    assert signed_in(world.cms.observer).post(page, sent).status_code == 404


def test_a_draft_that_was_left_out_of_the_release(world: World) -> None:
    proposal = world.in_review()
    draft = world.ask(proposal, "es.overview.model", "Which?")
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome=Outcome.READY, letter="Please file.", now=NOW)
    conclude(actor=world.cms.approver, proposal=proposal, drafted_at=NOW, now=NOW + timedelta(days=30))
    page, sent = url("draft_comment", proposal, draft.pk), {"kind": "question", "body": WORDS}
    assert refused(signed_in(world.cms.reviewer), page, sent) == "Not saved, because the decision is announced."
    assert DraftComment.objects.get().body == "<p>Which?</p>"


@pytest.mark.parametrize("role", ["lead", "approver"])
def test_a_letter_after_the_decision_is_announced(world: World, role: str) -> None:
    proposal = world.concluded()
    client = signed_in(getattr(world.cms, role))
    reason = refused(client, url("decision", proposal), {"outcome": "ready", "letter": WORDS, "seen": ""})
    assert reason == "Not saved, because the decision is announced."
    assert Decision.objects.get().letter == "<p>Please file.</p>"


def test_a_letter_after_the_questions_went_out(world: World) -> None:
    proposal = world.questioned()
    sent = {"outcome": "ready", "letter": WORDS}
    reason = refused(signed_in(world.cms.lead), url("decision", proposal), sent)
    assert reason == "Not saved, because the proposal is now with Ohio."


def test_those_whose_role_never_writes_are_turned_away_as_before(world: World) -> None:
    proposal = world.questioned()
    thread = url("reply", proposal, Thread.objects.get(proposal=proposal).pk)
    letter = {"outcome": "ready", "letter": WORDS}
    colleague = make_actor(world.cms.agency, Role.OBSERVER, name="Another Observer")
    answers = [
        signed_in(colleague).post(url("comment", proposal), ASKED).status_code,
        signed_in(world.ohio.editor).post(url("comment", proposal), ASKED).status_code,
        signed_in(world.ohio.viewer).post(thread, {"body": WORDS}).status_code,
        signed_in(world.cms.observer).post(thread, {"body": WORDS}).status_code,
        signed_in(world.texas.editor).post(thread, {"body": WORDS}).status_code,
        signed_in(world.cms.reviewer).post(url("decision", proposal), letter).status_code,
        signed_in(world.ohio.signatory).post(url("decision", proposal), letter).status_code,
    ]
    assert answers == [403, 404, 403, 403, 404, 403, 403]
