"""Scenes for verdicts: who is assigned for a division, what is said, and what a page shows of it."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role
from proposals.actions.discussing import draft_reply
from proposals.actions.reviewing import assign, begin_review
from proposals.actions.verdicts import give_verdict, stamp
from proposals.models import Proposal, SectionReview, Submission, Thread
from proposals.status import Verdict
from tests.worlds import NOT_CHANGED, NOW, World, answer, fresh, hand_over, make_actor, narrative_answer
from toolkit.loading import load

KEY = "es.overview"


def url(name: str, proposal: Proposal, *keys: object, query: str = "") -> str:
    """The address of a page of a proposal."""
    return reverse(f"proposals:{name}", args=[proposal.pk, *keys]) + (f"?{query}" if query else "")


def newest(proposal: Proposal) -> Submission:
    """The last submission."""
    return Submission.objects.filter(proposal=proposal).latest("submitted_at", "round")


def reviewer_for(world: World, proposal: Proposal, division: str, name: str = "") -> Actor:
    """A person who reviews a proposal for a division."""
    person = make_actor(world.cms.agency, Role.REVIEWER, name=name or f"{division.title()} reviewer")
    assign(actor=world.cms.lead, proposal=proposal, reviewer=person.user, now=NOW, division=division)
    return person


def say(
    actor: Actor, proposal: Proposal, division: str, verdict: Verdict, reason: str = "", key: str = KEY
) -> SectionReview:
    """Give a verdict on the newest round, having seen what stands there."""
    proposal, submission = fresh(proposal), newest(proposal)
    there = SectionReview.objects.filter(submission=submission, section_key=key, division=division).first()
    return give_verdict(
        actor=actor, proposal=proposal, submission=submission, section=load().section(key), division=division,
        verdict=verdict, reason=reason, seen=stamp(there), now=NOW + timedelta(days=3),
    )  # fmt: skip


def sent(proposal: Proposal, verdict: str = "clarity", reason: str = "", seen: str = "") -> dict[str, str]:
    """What the form sends."""
    return {"verdict": verdict, "reason": reason, "seen": seen, "fingerprint": newest(proposal).fingerprint}


def tick(client: Client, proposal: Proposal, key: str = KEY, **more: str) -> None:
    """Tick a section of the newest round as viewed."""
    body = {"fingerprint": newest(proposal).fingerprint, **more}
    assert client.post(url("viewed", proposal, key), body).status_code == 302


def another_round(world: World, proposal: Proposal, words: str) -> Proposal:
    """CMS reopens a section, Ohio replies and changes an answer in it, and CMS begins the next review."""
    world.release(fresh(proposal), [KEY])
    for thread in Thread.objects.filter(proposal=proposal, status="open").select_related("proposal__agency"):
        when = NOW + timedelta(days=3)
        draft_reply(actor=world.ohio.editor, thread=thread, body="Because.", now=when, claimed=NOT_CHANGED)
    if words:
        answer(fresh(proposal), world.ohio.editor, "es.overview.model", narrative_answer(words))
    hand_over(proposal, world.ohio.signatory, summary="As asked.")
    begin_review(actor=world.cms.lead, proposal=fresh(proposal), now=NOW + timedelta(days=4))
    return fresh(proposal)
