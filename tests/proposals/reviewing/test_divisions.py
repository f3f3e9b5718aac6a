"""Reviewers are assigned by division, told once, and told again when a round comes back."""

from __future__ import annotations

import pytest

from icm_portal.accounts.models import Role
from proposals.actions.reviewing import UnknownDivision, assign, unassign
from proposals.models import Assignment, Event, Notification, Proposal
from tests.proposals.reviewing.verdicts import another_round, url
from tests.worlds import NOW, World, fresh, make_actor, signed_in


def standing(proposal: Proposal) -> set[tuple[str, str]]:
    """Who is assigned for what."""
    rows = Assignment.objects.filter(proposal=proposal)
    return set(rows.values_list("reviewer__name", "division"))


def told(verb: str) -> dict[str, int]:
    """How often each person was told of something."""
    names = list(Notification.objects.filter(event__verb=verb).values_list("recipient__name", flat=True))
    return {name: names.count(name) for name in names}


def test_leads_assign_by_division_and_each_person_is_told_once(world: World) -> None:
    proposal = world.in_review()
    one, two = (make_actor(world.cms.agency, Role.REVIEWER, name=name) for name in ("One", "Two"))
    client, address = signed_in(world.cms.lead), url("assign", proposal)
    lead = str(world.cms.lead.user.pk)
    body = {"lead": lead, "division-quality": [one.user.pk], "division-payment": [one.user.pk, two.user.pk]}
    assert client.post(address, body).status_code == 302
    assert standing(proposal) == {("One", "quality"), ("One", "payment"), ("Two", "payment")}
    assert told("assigned") == {"One": 1, "Two": 1}
    assert client.post(address, {"lead": lead, "division-actuarial": [two.user.pk]}).status_code == 302
    assert standing(proposal) == {("Two", "actuarial")}
    assert told("assigned") == {"One": 1, "Two": 1}


def test_an_assignment_without_a_division_stays_until_there_is_one(world: World) -> None:
    proposal, lead = world.in_review(), world.cms.lead
    person = world.cms.reviewer.user
    assign(actor=lead, proposal=proposal, reviewer=person, now=NOW)
    client, address = signed_in(lead), url("assign", proposal)
    form = client.get(address).context["form"]
    assert form["reviewers"].value() == [str(person.pk)]
    both = {"lead": lead.user.pk, "reviewers": [person.pk], "division-policy": [person.pk]}
    assert client.post(address, both).status_code == 302
    assert standing(proposal) == {(person.name, "policy")}
    assign(actor=lead, proposal=proposal, reviewer=person, now=NOW)
    assert standing(proposal) == {(person.name, "policy")}
    assert told("assigned") == {person.name: 1}
    assert Event.objects.filter(verb="assigned").count() == 2
    with pytest.raises(UnknownDivision):
        assign(actor=lead, proposal=proposal, reviewer=person, now=NOW, division="legal")
    unassign(actor=lead, proposal=proposal, reviewer=person, now=NOW)
    assert standing(proposal) == set()


def test_the_page_names_divisions_without_anybody(world: World) -> None:
    proposal = world.in_review()
    assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW, division="quality")
    page = signed_in(world.cms.lead).get(url("assign", proposal)).content.decode()
    assert page.count("Nobody is assigned yet.") == 3


@pytest.mark.parametrize("field", ["lead", "reviewers", "division-quality"])
def test_only_reviewers_of_cms_are_offered(world: World, field: str) -> None:
    proposal = world.in_review()
    body = {"lead": world.cms.lead.user.pk, field: world.ohio.editor.user.pk}
    assert signed_in(world.cms.lead).post(url("assign", proposal), body).status_code == 422
    assert standing(proposal) == set()


def test_the_same_people_are_told_when_a_round_comes_back(world: World) -> None:
    proposal, lead = world.in_review(), world.cms.lead
    for person, division in (
        (world.cms.reviewer, "quality"),
        (world.cms.reviewer, "payment"),
        (world.cms.approver, "policy"),
    ):
        assign(actor=lead, proposal=proposal, reviewer=person.user, now=NOW, division=division)
    Notification.objects.all().delete()
    another_round(world, fresh(proposal), "Other words.")
    people = (lead, world.cms.reviewer, world.cms.approver)
    assert told("submitted") == {person.user.name: 1 for person in people}
