"""Drafted words: who may change them, what a moved status means for them, and what a late hand cannot undo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership, Role
from proposals.actions.deciding import conclude, draft_decision
from proposals.actions.discussing import Place, ReplyMoved, change_draft, draft_comment, draft_reply, drop_draft
from proposals.actions.submitting import recall
from proposals.models import Decision, DraftComment, Thread
from proposals.status import Outcome, ThreadKind
from tests.worlds import NOT_CHANGED, NOW, World, fresh, hand_over, make_actor


def test_a_reviewer_who_became_an_observer_changes_no_draft(world: World) -> None:
    draft = world.ask(world.in_review(), "es.overview.model", "Why?")
    Membership.objects.filter(pk=world.cms.reviewer.membership.pk).update(role=Role.OBSERVER)
    observer = Actor(world.cms.reviewer.user, Membership.objects.get(pk=world.cms.reviewer.membership.pk))

    with pytest.raises(PermissionDenied):
        change_draft(actor=observer, draft=draft, kind=ThreadKind.REMARK, body="Changed.", now=NOW)

    assert DraftComment.objects.get().body == "<p>Why?</p>"


def test_a_membership_limited_to_sections_replies_only_there(world: World) -> None:
    world.questioned()
    thread = Thread.objects.get(section_key="es.overview")
    actuary = make_actor(world.ohio.agency, Role.EDITOR, name="Actuary", section_ids=["pm.ss"])
    author = make_actor(world.ohio.agency, Role.EDITOR, name="Author", section_ids=["es.overview"])

    with pytest.raises(PermissionDenied):
        draft_reply(actor=actuary, thread=thread, body="From far away.", now=NOW)
    draft_reply(actor=author, thread=thread, body="From here.", now=NOW)

    assert DraftComment.objects.get().body == "<p>From here.</p>"


def test_writers_of_a_state_share_one_reply(world: World) -> None:
    world.questioned()
    thread = Thread.objects.get()
    draft = draft_reply(actor=world.ohio.editor, thread=thread, body="First words.", now=NOW)

    draft_reply(actor=world.ohio.team_lead, thread=thread, body="Better words.", now=NOW, over=draft)
    shared = DraftComment.objects.get()
    assert (shared.pk, shared.body) == (draft.pk, "<p>Better words.</p>")
    with pytest.raises(ReplyMoved) as moved:
        draft_reply(actor=world.ohio.signatory, thread=thread, body="Not seen yours.", now=NOW, over=draft)
    assert moved.value.newer.body == "<p>Better words.</p>"
    drop_draft(actor=world.ohio.signatory, draft=shared, now=NOW)

    assert DraftComment.objects.count() == 0


def test_a_reply_that_comes_after_the_submission_is_refused_and_the_recall_still_works(world: World) -> None:
    proposal = world.questioned()
    thread = Thread.objects.select_related("proposal").get()
    draft_reply(actor=world.ohio.editor, thread=thread, body="In time.", now=NOW, claimed=NOT_CHANGED)
    hand_over(proposal, world.ohio.signatory, summary="A reply")

    with pytest.raises(PermissionDenied):
        draft_reply(actor=world.ohio.editor, thread=thread, body="Too late.", now=NOW)
    recall(actor=world.ohio.signatory, proposal=fresh(proposal), reason="Typo", now=NOW)

    back = DraftComment.objects.get()
    assert (back.body, back.claim.no_change) == ("<p>In time.</p>", NOT_CHANGED.no_change)


def test_a_comment_that_comes_after_the_release_is_refused(world: World) -> None:
    proposal = world.in_review()
    world.ask(proposal, "es.overview.model", "Why?")
    stale = fresh(proposal)
    world.release(proposal, ["es.overview"])

    with pytest.raises(PermissionDenied):
        draft_comment(
            actor=world.cms.reviewer,
            proposal=stale,
            place=Place(),
            kind=ThreadKind.QUESTION,
            body="One more.",
            now=NOW,
        )

    assert DraftComment.objects.count() == 0


def test_an_announced_decision_cannot_be_rewritten_by_a_late_page(world: World) -> None:
    proposal = world.in_review()
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome=Outcome.READY, letter="Go ahead.", now=NOW)
    conclude(actor=world.cms.approver, proposal=proposal, drafted_at=NOW, now=NOW + timedelta(days=1))

    with pytest.raises(PermissionDenied):
        draft_decision(actor=world.cms.lead, proposal=proposal, outcome=Outcome.NOT_FORWARD, letter="Stop.", now=NOW)

    decision = Decision.objects.get()
    assert (decision.outcome, decision.letter) == (Outcome.READY, "<p>Go ahead.</p>")
