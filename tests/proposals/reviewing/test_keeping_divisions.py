"""Divisions are rows that CMS leads keep: added, renamed, ordered and retired, without a verdict being lost."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.models import AccountEvent
from proposals import policy
from proposals.actions.default_reviewers import set_default_reviewers
from proposals.actions.divisions import (
    EVER,
    MOST,
    DivisionRefused,
    add_division,
    bring_division_back,
    change_division,
    retire_division,
)
from proposals.actions.reviewing import UnknownDivision, assign
from proposals.divisions import named, remembered, shown, working
from proposals.models import Assignment, DefaultReviewer, Division, SectionReview
from proposals.status import Verdict
from tests.proposals.reviewing.verdicts import KEY, reviewer_for
from tests.proposals.reviewing.verdicts import say as judge
from tests.worlds import NOW, World, fresh, make_actor, signed_in

LIST = "proposals:divisions"


def one(key: str) -> str:
    """The page of a division."""
    return reverse("proposals:division", args=[key])


def names() -> list[str]:
    """The divisions that review, in their order."""
    return [division.name for division in working()]


def test_it_begins_with_four(world: World) -> None:
    assert [(row.key, row.name) for row in working()] == [
        ("policy", "Policy"), ("quality", "Quality"), ("payment", "Payment"), ("actuarial", "Actuarial"),
    ]  # fmt: skip


def test_a_lead_adds_one_renames_it_and_puts_it_first(world: World) -> None:
    client = signed_in(world.cms.lead)
    added = client.post(reverse(LIST), {"name": " Legal & privacy ", "looks_at": "Waivers."})
    changed = client.post(one("legal-privacy"), {"name": "Counsel", "looks_at": "", "place": "1"})

    assert (added.status_code, changed.status_code) == (302, 302)
    assert names() == ["Counsel", "Policy", "Quality", "Payment", "Actuarial"]
    assert named("legal-privacy").looks_at == ""
    assert [event.detail for event in AccountEvent.objects.filter(verb="divisions")] == [
        "Legal & privacy is called Counsel now", "Legal & privacy added",
    ]  # fmt: skip


def test_what_changes_nothing_is_no_event(world: World) -> None:
    row = named("quality")
    given = {"key": row.key, "name": row.name, "looks_at": row.looks_at}
    found = [change_division(actor=world.cms.lead, place=place, now=NOW, **given) for place in (2, 4)]

    assert (found, names()) == ([False, True], ["Policy", "Payment", "Actuarial", "Quality"])
    assert AccountEvent.objects.filter(verb="divisions").count() == 1


def test_a_new_division_gets_reviewers_and_a_column(world: World) -> None:
    add_division(actor=world.cms.lead, name="Legal", looks_at="", now=NOW)
    proposal = world.in_review()
    reviewer_for(world, proposal, "legal")
    page = signed_in(world.cms.lead).get(reverse("proposals:verdicts", args=[proposal.pk])).context["page"]

    assert [(column.division.name, column.people) for column in page.columns][-2:] == [
        ("Actuarial", ""), ("Legal", "Legal reviewer"),
    ]  # fmt: skip


def test_a_retired_division_keeps_what_it_said_and_gets_no_more_work(world: World) -> None:
    proposal = world.in_review()
    quality = reviewer_for(world, proposal, "quality")
    judge(quality, proposal, "quality", Verdict.MISSING)
    judge(world.cms.lead, proposal, "payment", Verdict.ADDRESSES)
    answer = signed_in(world.cms.lead).post(one("quality"), {"do": "retire"})
    page = signed_in(world.cms.lead).get(reverse("proposals:verdicts", args=[proposal.pk])).context["page"]
    panel = signed_in(quality).get(reverse("proposals:review", args=[proposal.pk, KEY])).content.decode()

    assert (answer.status_code, names()) == (302, ["Policy", "Payment", "Actuarial"])
    assert [column.division.label for column in page.columns] == ["Policy", "Payment", "Actuarial", "Quality (retired)"]
    assert (page.matrix.conflicts, page.matrix.open) == ([], [])
    assert not any("Quality" in lack.text for lack in page.before_decision)
    assert ("Quality (retired)" in panel, "Save verdict of quality" in panel) == (True, False)
    assert policy.verdict_divisions(quality, fresh(proposal)) == set()
    assert SectionReview.objects.get(division="quality").verdict == Verdict.MISSING
    with pytest.raises(UnknownDivision):
        assign(actor=world.cms.lead, proposal=proposal, reviewer=world.cms.reviewer.user, now=NOW, division="quality")


def test_whoever_works_for_a_retired_division_stays_until_they_are_taken_off(world: World) -> None:
    proposal = world.in_review()
    quality, other = (
        reviewer_for(world, proposal, "quality"),
        make_actor(world.cms.agency, world.cms.reviewer.role, name="Other"),
    )
    retire_division(actor=world.cms.lead, key="quality", now=NOW)
    client, address = signed_in(world.cms.lead), reverse("proposals:assign", args=[proposal.pk])
    form = client.get(address).context["form"]
    lead = {"lead": str(world.cms.lead.user.pk)}
    kept = client.post(address, {**lead, "division-quality": [quality.user.pk]}).status_code
    still = set(Assignment.objects.filter(proposal=proposal).values_list("reviewer", "division"))
    refused = client.post(address, {**lead, "division-quality": [other.user.pk]}).status_code
    client.post(address, lead)

    assert form.fields["division-quality"].choices == [(str(quality.user.pk), "Quality reviewer")]
    assert (kept, still, refused) == (302, {(quality.user.pk, "quality")}, 422)
    assert not Assignment.objects.filter(proposal=proposal).exists()
    assert "division-quality" not in client.get(address).context["form"].fields


def test_default_reviewers_of_a_retired_division_stay_without_one(world: World) -> None:
    one_, two = world.cms.reviewer.user, world.cms.approver.user
    chosen = {("quality", str(one_.pk)): one_, ("quality", str(two.pk)): two, ("payment", str(two.pk)): two}
    set_default_reviewers(actor=world.cms.lead, agency=world.ohio.agency, chosen=chosen, now=NOW)
    retire_division(actor=world.cms.lead, key="quality", now=NOW)

    found = DefaultReviewer.objects.values_list("reviewer", "division")
    assert set(found) == {(one_.pk, ""), (two.pk, "payment")}


def test_one_that_is_taken_back_stands_last_and_counts_again(world: World) -> None:
    proposal = world.in_review()
    judge(world.cms.lead, proposal, "policy", Verdict.MISSING)
    client = signed_in(world.cms.lead)
    steps = [client.post(one("policy"), {"do": step}).status_code for step in ("retire", "retire", "return", "return")]
    page = client.get(reverse("proposals:verdicts", args=[proposal.pk])).context["page"]

    assert steps == [302, 409, 302, 409]
    assert names() == ["Quality", "Payment", "Actuarial", "Policy"]
    assert len(page.matrix.open) == 1


def test_only_leads_change_the_list_and_states_see_none(world: World) -> None:
    add = {"name": "Legal", "looks_at": ""}
    found = {
        actor.user.name: (signed_in(actor).get(reverse(LIST)).status_code, signed_in(actor).post(reverse(LIST), add).status_code)
        for actor in (world.ohio.team_lead, world.cms.observer, world.cms.reviewer, world.cms.approver)
    }  # fmt: skip

    assert found == {
        "Ohio team lead": (404, 404), "CMS observer": (200, 403), "CMS reviewer": (200, 403), "CMS approver": (200, 302),
    }  # fmt: skip
    with pytest.raises(PermissionDenied):
        retire_division(actor=world.cms.reviewer, key="quality", now=NOW)
    assert signed_in(world.cms.lead).post(one("none"), add).status_code == 404
    assert signed_in(world.cms.lead).post(one("quality"), {"do": "burn"}).status_code == 404


@pytest.mark.parametrize("name", ["", "  ", "QUALITY", "x" * 41])
def test_a_name_that_is_missing_taken_or_too_long_is_refused_and_stays_typed(world: World, name: str) -> None:
    client = signed_in(world.cms.lead)
    answers = [
        client.post(reverse(LIST), {"name": name, "looks_at": "Kept."}),
        client.post(one("policy"), {"name": name, "looks_at": "Kept.", "place": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("Kept." in answer.content.decode() for answer in answers)
    assert names() == ["Policy", "Quality", "Payment", "Actuarial"]


def test_the_number_of_divisions_is_bounded_and_one_must_stay(world: World) -> None:
    lead = world.cms.lead
    for number in range(MOST - 4):
        add_division(actor=lead, name=f"Division {number}", looks_at="", now=NOW)
    with pytest.raises(DivisionRefused, match="12 divisions review already"):
        add_division(actor=lead, name="Another", looks_at="", now=NOW)
    retire_division(actor=lead, key="policy", now=NOW)
    add_division(actor=lead, name="Another", looks_at="", now=NOW)
    with pytest.raises(DivisionRefused, match="12 divisions review already"):
        bring_division_back(actor=lead, key="policy", now=NOW)
    for row in working()[1:]:
        retire_division(actor=lead, key=row.key, now=NOW)
    with pytest.raises(DivisionRefused, match="One division must stay"):
        retire_division(actor=lead, key=working()[0].key, now=NOW)
    for number in range(EVER - Division.objects.count()):
        Division.objects.create(key=f"old-{number}", name=f"Old {number}", order=99, retired_at=timezone.now())
    with pytest.raises(DivisionRefused, match="There were 40 divisions already"):
        add_division(actor=lead, name="Too many", looks_at="", now=NOW)


def test_names_without_latin_letters_get_a_key_of_their_own(world: World) -> None:
    keys = [
        add_division(actor=world.cms.lead, name=name, looks_at="", now=NOW).key for name in ("法律", "予算", "Policy!")
    ]
    assert keys == ["division", "division-2", "policy-2"]


def test_a_request_reads_them_once_and_every_other_look_sees_changes(world: World) -> None:
    with CaptureQueriesContext(connection) as captured, remembered():
        working()
        shown({"policy"})
        named("quality")
    assert len(captured) == 1

    with remembered():
        before = names()
        add_division(actor=world.cms.lead, name="Legal", looks_at="", now=NOW)
        after = names()
    Division.objects.filter(key="legal").update(name="Counsel")
    assert (len(before), after[-1], names()[-1]) == (4, "Legal", "Counsel")
