"""CMS says once who reviews what a state submits; a proposal keeps its own reviewers once it has any."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import AccountEvent, Role
from proposals.actions.default_reviewers import set_default_reviewers
from proposals.actions.reviewing import assign, begin_review
from proposals.models import Assignment, DefaultReviewer, Event, Notification, Proposal
from proposals.policy import can_begin_review, can_give_verdict
from proposals.queries import lists
from tests.worlds import NOW, World, make_actor, signed_in


def by_default(world: World, *places: tuple[str, Actor]) -> None:
    """Let a lead say who reviews what Ohio submits: divisions with people."""
    chosen = {(division, str(actor.user.pk)): actor.user for division, actor in places}
    set_default_reviewers(actor=world.cms.lead, agency=world.ohio.agency, chosen=chosen, now=NOW)


def told(verb: str) -> list[str]:
    """Who was told of something, by name."""
    found = Notification.objects.filter(event__verb=verb).values_list("recipient__name", flat=True)
    return sorted(found)


def assigned(proposal: Proposal) -> set[tuple[str, str]]:
    """Who is assigned for what."""
    return set(Assignment.objects.filter(proposal=proposal).values_list("reviewer__name", "division"))


def page_of(world: World, code: str = "OH") -> str:
    return reverse("proposals:default_reviewers_of", args=[code])


def test_a_lead_chooses_them_for_a_state_and_the_list_says_so(world: World) -> None:
    one = make_actor(world.cms.agency, Role.REVIEWER, name="One")
    client, listed = signed_in(world.cms.lead), reverse("proposals:default_reviewers")
    body = {"division-quality": [one.user.pk], "division-payment": [one.user.pk], "reviewers": [one.user.pk]}
    assert client.post(page_of(world), body).headers["Location"] == listed
    rows = DefaultReviewer.objects.values_list("agency__code", "reviewer__name", "division")
    assert set(rows) == {("OH", "One", "quality"), ("OH", "One", "payment")}
    page = client.get(listed).context
    [ohio], [texas] = page["named"], page["others"]
    assert (ohio.agency.code, texas.agency.code) == ("OH", "TX")
    assert [label for label, _ in ohio.cells] == ["Policy", "Quality", "Payment", "Actuarial", "No division"]
    assert [names for _, names in ohio.cells] == ["", "One", "One", "", ""]
    [entry] = AccountEvent.objects.filter(agency=world.cms.agency)
    assert (entry.verb, entry.detail) == ("reviews", "Ohio Medicaid: One (Payment), One (Quality)")
    assert client.post(page_of(world), body).status_code == 302
    assert AccountEvent.objects.filter(verb="reviews").count() == 1
    assert client.post(page_of(world), {}).status_code == 302
    assert (DefaultReviewer.objects.count(), AccountEvent.objects.filter(verb="reviews").count()) == (0, 2)


def test_a_person_who_does_not_review_is_refused_and_nothing_is_stored(world: World) -> None:
    response = signed_in(world.cms.lead).post(page_of(world), {"division-quality": [world.cms.observer.user.pk]})
    assert response.status_code == 422
    assert "Choose people from the list." in response.content.decode()
    assert not DefaultReviewer.objects.exists()


def test_only_leads_and_approvers_of_cms_choose_them(world: World) -> None:
    for actor in world.everybody:
        may = actor.is_cms and actor.role in {Role.LEAD, Role.APPROVER}
        if may:
            assert set_default_reviewers(actor=actor, agency=world.texas.agency, chosen={}, now=NOW) is False
            continue
        with pytest.raises(PermissionDenied):
            set_default_reviewers(actor=actor, agency=world.texas.agency, chosen={}, now=NOW)
    with pytest.raises(PermissionDenied):
        set_default_reviewers(actor=world.cms.lead, agency=world.cms.agency, chosen={}, now=NOW)


def test_they_hear_of_a_submission_with_the_leads_and_may_begin_its_review(world: World) -> None:
    by_default(world, ("quality", world.cms.reviewer))
    other = make_actor(world.cms.agency, Role.REVIEWER, name="Other")
    ohio, texas = world.submitted(), world.submitted(world.texas, "Lone Star")
    names = Notification.objects.filter(event__verb="submitted").values_list("event__proposal", "recipient__name")
    reviewer, lead = world.cms.reviewer.user.name, world.cms.lead.user.name
    assert set(names) == {(ohio.pk, reviewer), (ohio.pk, lead), (texas.pk, lead)}
    assert [can_begin_review(actor, ohio) for actor in (world.cms.reviewer, other)] == [True, False]
    assert not can_begin_review(world.cms.reviewer, texas)
    assert lists.work_of(world.cms.reviewer).waiting == [ohio]
    assert lists.work_of(other).waiting == []


def test_they_are_assigned_when_the_review_begins_and_told_once(world: World) -> None:
    other = make_actor(world.cms.agency, Role.REVIEWER, name="Other")
    by_default(world, ("quality", world.cms.reviewer), ("payment", other), ("policy", other))
    proposal = world.submitted()
    begin_review(actor=world.cms.reviewer, proposal=proposal, now=NOW)
    reviewer = world.cms.reviewer.user.name
    assert assigned(proposal) == {(reviewer, "quality"), ("Other", "payment"), ("Other", "policy")}
    assert told("assigned") == ["Other"]
    assert can_give_verdict(world.cms.reviewer, Proposal.objects.get(pk=proposal.pk), "quality")
    assert {event.actor_agency.code for event in Event.objects.filter(verb="assigned")} == {"CMS"}


def test_whom_a_lead_assigned_before_stays_alone(world: World) -> None:
    other = make_actor(world.cms.agency, Role.REVIEWER, name="Other")
    by_default(world, ("quality", world.cms.reviewer))
    proposal = world.submitted()
    assign(actor=world.cms.lead, proposal=proposal, reviewer=other.user, now=NOW, division="policy")
    assert not can_begin_review(world.cms.reviewer, proposal)
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    assert assigned(proposal) == {("Other", "policy")}


def test_whoever_no_longer_reviews_is_nobody_by_default(world: World) -> None:
    by_default(world, ("quality", world.cms.reviewer))
    world.cms.reviewer.membership.ended_at = NOW
    world.cms.reviewer.membership.save()
    proposal = world.submitted()
    begin_review(actor=world.cms.lead, proposal=proposal, now=NOW)
    assert assigned(proposal) == set()
    assert told("submitted") == [world.cms.lead.user.name]


def test_the_page_of_assignments_names_them(world: World) -> None:
    address = reverse("proposals:assign", args=[world.submitted().pk])
    client = signed_in(world.cms.lead)
    assert "Ohio Medicaid has no default reviewers." in client.get(address).content.decode()
    by_default(world, ("quality", world.cms.reviewer), ("policy", world.cms.reviewer))
    name = world.cms.reviewer.user.name
    assert f"Default reviewers of Ohio Medicaid: {name}." in client.get(address).content.decode()
