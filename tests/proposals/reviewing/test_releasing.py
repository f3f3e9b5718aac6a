"""The round of questions: put together, previewed, confirmed, and checked once more when it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.models import Membership, Role
from proposals.actions.discussing import change_draft, drop_draft
from proposals.actions.gathering import move_draft
from proposals.actions.reviewing import request_changes
from proposals.actions.undoing import undo_release
from proposals.models import Comment, DraftComment, Notification, Proposal, Round, Thread
from proposals.queries.turns import response_due
from proposals.status import Status
from proposals.views import releasing
from tests.worlds import World, fresh, make_actor, signed_in


@pytest.fixture
def proposal(world: World) -> Proposal:
    """In review, with two drafted questions."""
    proposal = world.in_review()
    world.ask(proposal, "es.overview.goals", "Which goals?")
    world.ask(proposal, "es.overview.model", "Which model?")
    return proposal


@pytest.fixture
def lead(world: World) -> Client:
    """The CMS lead's browser."""
    return signed_in(world.cms.lead)


def plan(proposal: Proposal, **changes: object) -> dict[str, object]:
    """What the form sends when everything is included."""
    drafts = [str(pk) for pk in DraftComment.objects.filter(proposal=proposal).values_list("pk", flat=True)]
    due = (timezone.localdate() + timedelta(days=20)).isoformat()
    sent = {"include": drafts, "known": drafts, "sections": ["es.overview"], "due_on": due, "cover_text": "Thank you."}
    return {**sent, **changes}


def release_url(proposal: Proposal) -> str:
    return reverse("proposals:release", args=[proposal.pk])


def preview_url(proposal: Proposal) -> str:
    return reverse("proposals:release_preview", args=[proposal.pk])


def fingerprint(client: Client, proposal: Proposal) -> str:
    """What the preview says it shows."""
    page = client.get(preview_url(proposal)).context["page"]
    return str(page.fingerprint)


def test_the_page_includes_all_drafts_and_opens_their_sections(lead: Client, proposal: Proposal) -> None:
    page = lead.get(release_url(proposal)).context["page"]
    assert [draft.prompt_id for draft in page.included] == ["es.overview.model", "es.overview.goals"]
    assert [section.id for section in page.reopened_sections] == ["es.overview"]
    assert (page.days, page.people) == (30, 3)


def test_the_round_goes_out_as_previewed(lead: Client, proposal: Proposal) -> None:
    assert lead.post(release_url(proposal), plan(proposal)).headers["Location"] == preview_url(proposal)
    preview = lead.get(preview_url(proposal))
    text = preview.content.decode()
    assert [card.number for card in preview.context["page"].as_the_state] == ["Q1", "Q2"]
    assert ("Thank you." in text, "CMS reviewer" in text) == (True, True)
    sent = lead.post(preview_url(proposal), {"seen": preview.context["page"].fingerprint}, follow=True)
    assert "The questions of round 1 are with Ohio. 3 people are told." in sent.content.decode()
    assert fresh(proposal).status == Status.CHANGES_REQUESTED
    found = Thread.objects.order_by("number").values_list("number", "prompt_id")
    assert list(found) == [(1, "es.overview.model"), (2, "es.overview.goals")]
    release = Round.objects.get()
    assert (release.section_keys, release.cover_text) == (["es.overview"], "Thank you.")
    assert Notification.objects.filter(event__verb="changes_requested").count() == 3


def test_what_is_left_out_stays_a_draft(lead: Client, proposal: Proposal) -> None:
    goals = str(DraftComment.objects.get(prompt_id="es.overview.goals").pk)
    lead.post(release_url(proposal), plan(proposal, include=[goals]))
    lead.post(preview_url(proposal), {"seen": fingerprint(lead, proposal)})
    assert Comment.objects.get().body == "<p>Which goals?</p>"
    assert DraftComment.objects.get().prompt_id == "es.overview.model"


def test_what_was_typed_is_kept_while_a_draft_is_edited(lead: Client, proposal: Proposal) -> None:
    draft = DraftComment.objects.get(prompt_id="es.overview.goals")
    sent = plan(proposal, cover_text="Half a sentence", include=[], go=str(draft.pk))
    response = lead.post(release_url(proposal), sent)
    assert response.headers["Location"] == (
        f"{reverse('proposals:draft_comment', args=[proposal.pk, draft.pk])}?next={release_url(proposal)}"
    )
    page = lead.get(release_url(proposal))
    assert "Half a sentence" in page.content.decode()
    assert page.context["page"].included == []


def test_a_draft_that_came_meanwhile_is_included(world: World, lead: Client, proposal: Proposal) -> None:
    lead.post(release_url(proposal), plan(proposal, include=[]))
    world.ask(proposal, "es.overview.current", "Since when?")
    page = lead.get(release_url(proposal)).context["page"]
    assert [draft.prompt_id for draft in page.included] == ["es.overview.current"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"due_on": ""}, "Give the state a due date."),
        ({"due_on": "soon"}, "Enter the due date, such as 3/14/2027."),
        ({"due_on": "2020-01-01"}, "Choose a due date after today."),
        ({"include": [], "sections": []}, "Choose at least one question to ask or one section to reopen."),
        ({"sections": ["nowhere"]}, "Choose a section of this round."),
        ({"cover_text": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_a_round_that_cannot_go_says_why(
    lead: Client, proposal: Proposal, changes: dict[str, object], sentence: str
) -> None:
    response = lead.post(release_url(proposal), plan(proposal, **changes))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert lead.get(preview_url(proposal)).status_code == 302


def test_nobody_to_tell_is_an_error_that_is_seen(world: World, lead: Client, proposal: Proposal) -> None:
    Membership.objects.filter(agency=world.ohio.agency).update(ended_at=timezone.now())
    assert "so nobody would be told" in lead.get(release_url(proposal)).content.decode()
    assert lead.post(release_url(proposal), plan(proposal)).status_code == 422


def test_a_preview_that_is_out_of_date_sends_nothing(world: World, lead: Client, proposal: Proposal) -> None:
    lead.post(release_url(proposal), plan(proposal))
    seen = fingerprint(lead, proposal)
    draft = DraftComment.objects.get(prompt_id="es.overview.goals")
    change_draft(actor=world.cms.reviewer, draft=draft, kind="change", body="Which aims?", now=timezone.now())
    response = lead.post(preview_url(proposal), {"seen": seen})
    assert "has changed since you opened the preview" in response.content.decode()
    assert fresh(proposal).status == Status.IN_REVIEW
    drop_draft(actor=world.cms.reviewer, draft=draft, now=timezone.now())
    lead.post(preview_url(proposal), {"seen": fingerprint(lead, proposal)})
    assert [comment.body for comment in Comment.objects.all()] == ["<p>Which model?</p>"]


@pytest.mark.parametrize("change", ["words", "kind", "place"])
def test_what_a_colleague_changes_while_the_release_is_on_its_way_does_not_go_out(
    world: World, lead: Client, proposal: Proposal, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    lead.post(release_url(proposal), plan(proposal))
    seen = fingerprint(lead, proposal)
    draft = DraftComment.objects.get(prompt_id="es.overview.goals")
    changes = {"words": {"kind": draft.kind, "body": "Half a tho"}, "kind": {"kind": "change", "body": draft.body}}

    def late(**given: Any) -> Round:
        now = timezone.now()
        if change == "place":
            move_draft(actor=world.cms.lead, proposal=proposal, draft=draft, step=-1, now=now)
        else:
            change_draft(actor=world.cms.reviewer, draft=draft, now=now, **changes[change])
        return request_changes(**given)

    monkeypatch.setattr(releasing, "request_changes", late)
    response = lead.post(preview_url(proposal), {"seen": seen}, follow=True)
    assert "A comment has changed since you read it. Read the preview again." in response.content.decode()
    assert response.context["page"].is_ready
    assert (fresh(proposal).status, Comment.objects.count(), DraftComment.objects.count()) == ("in_review", 0, 2)


def test_taken_back_the_release_is_put_together_again_as_it_was_sent(
    world: World, lead: Client, proposal: Proposal
) -> None:
    goals = DraftComment.objects.get(prompt_id="es.overview.goals")
    due = timezone.localdate() + timedelta(days=41)
    sent = {"include": [str(goals.pk)], "sections": ["es.program"], "due_on": due.isoformat()}
    lead.post(release_url(proposal), plan(proposal, cover_text="Long words of greeting.", **sent))
    lead.post(preview_url(proposal), {"seen": fingerprint(lead, proposal)})
    undo_release(actor=world.cms.lead, proposal=fresh(proposal), reason="The wrong list.", now=timezone.now())
    since = world.ask(fresh(proposal), "es.overview.current", "Since when?")
    for client in (lead, signed_in(make_actor(world.cms.agency, Role.LEAD, name="Second Lead"))):
        page = client.get(release_url(proposal)).context["page"]
        assert page.form["cover_text"].value() == "Long words of greeting."
        assert (set(page.included), page.left_out, page.due) == ({goals, since}, 1, due)
        assert [section.id for section in page.reopened_sections] == ["es.program"]


def test_a_due_date_of_a_release_taken_back_that_has_passed_is_counted_anew(
    world: World, lead: Client, proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead.post(release_url(proposal), plan(proposal))
    lead.post(preview_url(proposal), {"seen": fingerprint(lead, proposal)})
    undo_release(actor=world.cms.lead, proposal=fresh(proposal), reason="The wrong list.", now=timezone.now())
    weeks_later = timezone.localdate() + timedelta(days=20)
    monkeypatch.setattr(timezone, "localdate", lambda *_: weeks_later)
    page = lead.get(release_url(proposal)).context["page"]
    assert page.due == response_due(fresh(proposal), timezone.now())
    assert (page.left_out, page.form["cover_text"].value()) == (0, "Thank you.")


def test_a_second_release_finds_the_proposal_gone(lead: Client, proposal: Proposal) -> None:
    lead.post(release_url(proposal), plan(proposal))
    seen = fingerprint(lead, proposal)
    lead.post(preview_url(proposal), {"seen": seen})
    response = lead.post(preview_url(proposal), {"seen": seen}, follow=True)
    assert "the proposal is not in review now" in response.content.decode()
    assert Round.objects.count() == 1


def test_only_the_lead_releases(world: World, proposal: Proposal) -> None:
    for actor in (world.cms.reviewer, world.cms.approver, world.cms.observer):
        assert signed_in(actor).post(release_url(proposal), plan(proposal)).status_code == 403
    assert signed_in(world.ohio.signatory).post(release_url(proposal), plan(proposal)).status_code == 404


def test_internal_notes_are_counted_and_stay(world: World, lead: Client, proposal: Proposal) -> None:
    lead.post(reverse("proposals:note", args=[proposal.pk]), {"body": "Between us."})
    page = lead.get(release_url(proposal)).content.decode()
    assert "1 internal note stays inside CMS" in " ".join(page.split())
    assert "Between us." not in page
