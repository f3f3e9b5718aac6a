"""The decision and the people who work on it: drafted inside CMS, announced once, opened again; and assignments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from proposals.actions.deciding import conclude, draft_decision
from proposals.models import Assignment, Decision, Event, Proposal
from proposals.status import Outcome, Status
from proposals.views import deciding
from tests.worlds import NOW, World, fresh, signed_in


def url(name: str, proposal: Proposal) -> str:
    """The address of a page of a proposal."""
    return reverse(f"proposals:{name}", args=[proposal.pk])


def test_a_decision_is_drafted_previewed_and_announced(world: World) -> None:
    proposal = world.in_review()
    lead, approver = signed_in(world.cms.lead), signed_in(world.cms.approver)
    assert lead.post(url("decision", proposal), {"outcome": "ready", "letter": "Please file."}).status_code == 302
    assert "Please file." not in signed_in(world.ohio.editor).get(url("decision", proposal)).content.decode()
    assert lead.get(url("announce", proposal)).status_code == 403
    preview = approver.get(url("announce", proposal))
    assert "Please file." in preview.content.decode()
    assert approver.post(url("announce", proposal), {"seen": preview.context["seen"]}).status_code == 302
    assert fresh(proposal).status == Status.CONCLUDED
    page = signed_in(world.ohio.viewer).get(url("decision", proposal)).content.decode()
    assert ("Please file." in page, Outcome.READY.label in page) == (True, True)


def test_a_letter_without_words_is_refused_and_the_outcome_kept(world: World) -> None:
    proposal = world.in_review()
    client = signed_in(world.cms.lead)
    for letter in ("", "<p></p>"):
        response = client.post(url("decision", proposal), {"outcome": "not_forward", "letter": letter})
        assert response.status_code == 422
        assert "Write the letter to the state." in response.content.decode()
        assert response.context["form"]["outcome"].value() == "not_forward"
    assert Decision.objects.count() == 0


def test_a_colleagues_draft_is_not_overwritten(world: World) -> None:
    proposal = world.in_review()
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome="ready", letter="Theirs.", now=NOW)
    sent = {"outcome": "ready", "letter": "Mine.", "seen": ""}
    response = signed_in(world.cms.approver).post(url("decision", proposal), sent)
    text = response.content.decode()
    assert (response.status_code, "Theirs." in text, "Mine." in text) == (409, True, True)
    assert Decision.objects.get().letter == "<p>Theirs.</p>"


def test_an_announcement_shows_again_what_changed_since(world: World) -> None:
    proposal = world.in_review()
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome="ready", letter="One.", now=NOW)
    approver = signed_in(world.cms.approver)
    seen = approver.get(url("announce", proposal)).context["seen"]
    later = NOW + timedelta(hours=1)
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome="ready", letter="Two.", now=later)
    response = approver.post(url("announce", proposal), {"seen": seen})
    assert "The draft has changed since you opened this page." in response.content.decode()
    assert fresh(proposal).status == Status.IN_REVIEW


def test_what_a_colleague_saves_while_the_announcement_is_on_its_way_is_not_announced(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal, approver = world.in_review(), signed_in(world.cms.approver)
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome="ready", letter="One.", now=NOW)
    seen = approver.get(url("announce", proposal)).context["seen"]

    def late(**given: Any) -> Proposal:
        draft_decision(
            actor=world.cms.lead, proposal=proposal, outcome="not_forward", letter="Two.", now=timezone.now()
        )
        return conclude(**given)

    monkeypatch.setattr(deciding, "conclude", late)
    response = approver.post(url("announce", proposal), {"seen": seen}, follow=True)
    page = response.content.decode()
    assert ("The draft has changed since you opened this page." in page, "Two." in page) == (True, True)
    assert response.context["seen"] != seen
    assert (fresh(proposal).status, Decision.objects.get().announced_at) == (Status.IN_REVIEW, None)


def test_who_drafted_the_decision_does_not_announce_it(world: World) -> None:
    proposal = world.in_review()
    draft_decision(actor=world.cms.approver, proposal=proposal, outcome="ready", letter="Mine.", now=NOW)
    approver = signed_in(world.cms.approver)
    page = approver.get(url("announce", proposal))
    answer = approver.post(url("announce", proposal), {"seen": page.context["seen"]}, follow=True).content.decode()
    assert ("Announce the decision</button>" in page.content.decode(), "somebody else announces it" in answer) == (
        False,
        True,
    )
    assert fresh(proposal).status == Status.IN_REVIEW
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome="ready", letter="Ours.", now=NOW)
    seen = approver.get(url("announce", proposal)).context["seen"]
    assert approver.post(url("announce", proposal), {"seen": seen}).status_code == 302
    assert fresh(proposal).status == Status.CONCLUDED


def test_nothing_drafted_is_nothing_to_announce(world: World) -> None:
    proposal = world.in_review()
    response = signed_in(world.cms.approver).post(url("announce", proposal), follow=True)
    assert "There is no drafted decision to announce." in response.content.decode()


def test_those_who_may_not_draft_read_the_draft_or_nothing(world: World) -> None:
    proposal = world.in_review()
    draft_decision(actor=world.cms.lead, proposal=proposal, outcome="ready", letter="Inside.", now=NOW)
    for actor in (world.cms.observer, world.cms.reviewer):
        client = signed_in(actor)
        assert "Inside." in client.get(url("decision", proposal)).content.decode()
        assert client.post(url("decision", proposal), {"outcome": "ready", "letter": "x"}).status_code == 403
    state = signed_in(world.ohio.signatory)
    assert "CMS has not announced a decision" in state.get(url("decision", proposal)).content.decode()
    assert state.post(url("decision", proposal), {}).status_code == 403


def test_an_approver_reopens_with_reason_sections_and_date(world: World) -> None:
    proposal = world.concluded()
    approver = signed_in(world.cms.approver)
    empty = approver.post(url("reopen", proposal), {})
    assert empty.status_code == 422
    assert "Choose at least one section that the state may change." in empty.content.decode()
    past = {"reason": "New law.", "sections": ["es.overview"], "due_on": "2020-01-01"}
    assert "Choose a due date after today." in approver.post(url("reopen", proposal), past).content.decode()
    sent = {**past, "due_on": (timezone.localdate() + timedelta(days=9)).isoformat()}
    assert approver.post(url("reopen", proposal), sent).status_code == 302
    assert (fresh(proposal).status, fresh(proposal).round) == (Status.CHANGES_REQUESTED, 2)
    assert signed_in(world.cms.lead).get(url("reopen", proposal)).status_code == 403


def test_leads_say_who_works_on_a_review(world: World) -> None:
    proposal = world.in_review()
    client = signed_in(world.cms.lead)
    people = [world.cms.reviewer.user.pk, world.cms.approver.user.pk]
    client.post(url("assign", proposal), {"lead": world.cms.approver.user.pk, "reviewers": people})
    assert set(Assignment.objects.values_list("reviewer", flat=True)) == set(people)
    assert fresh(proposal).lead_reviewer_id == world.cms.approver.user.pk
    client.post(url("assign", proposal), {"lead": world.cms.approver.user.pk, "reviewers": people[:1]})
    assert [row.reviewer_id for row in Assignment.objects.all()] == people[:1]
    assert Event.objects.filter(proposal=proposal, verb="lead_set").count() == 1


def test_only_reviewers_of_cms_can_be_named(world: World) -> None:
    proposal = world.in_review()
    lead = world.cms.lead.user.pk
    for stranger in (world.cms.observer.user.pk, world.ohio.editor.user.pk, 999):
        response = signed_in(world.cms.lead).post(url("assign", proposal), {"lead": lead, "reviewers": [stranger]})
        assert response.status_code == 422
    assert Assignment.objects.count() == 0
