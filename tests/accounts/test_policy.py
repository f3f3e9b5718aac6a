"""Who may do what with people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from icm_portal.accounts import policy
from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency, Invitation, Membership, Role
from icm_portal.accounts.queries import active_memberships, active_q
from icm_portal.accounts.roles import CMS_ROLES, ROLE_MEANING, STATE_ROLES, Side, roles_of
from icm_portal.accounts.zones import days_by_zone
from tests.accounts.people import NOW, Crowd, join, make_agency, make_user


def test_managing_people_takes_a_lead_of_that_agency_or_an_administrator(crowd: Crowd) -> None:
    managers = {
        (code, role, agency.code)
        for (code, role), actor in crowd.actors.items()
        for agency in (crowd.ohio, crowd.texas, crowd.cms)
        if policy.can_manage_people(actor, agency)
    }
    assert managers == {
        ("OH", Role.TEAM_LEAD, "OH"),
        ("TX", Role.TEAM_LEAD, "TX"),
        ("CMS", Role.LEAD, "CMS"),
    }
    assert all(policy.can_manage_people(crowd.administrator, agency) for agency in Agency.objects.all())


def test_people_see_their_own_agency_only(crowd: Crowd) -> None:
    for (code, _role), actor in crowd.actors.items():
        seen = [agency.code for agency in Agency.objects.all() if policy.can_see_people(actor, agency)]
        assert seen == [code]
    assert all(policy.can_see_people(crowd.administrator, agency) for agency in Agency.objects.all())


def test_a_role_can_be_given_on_its_own_side_only(crowd: Crowd) -> None:
    def given(actor: Actor, agency: Agency) -> list[str]:
        return [role for role in Role if policy.can_give_role(actor, agency, role)]

    assert set(given(crowd.lead, crowd.ohio)) == set(STATE_ROLES)
    assert set(given(crowd.federal, crowd.cms)) == set(CMS_ROLES)
    assert given(crowd.lead, crowd.texas) == []
    assert given(crowd.editor, crowd.ohio) == []


def test_facts_are_confirmed_by_team_leads_of_states(crowd: Crowd) -> None:
    confirming = [key for key, actor in crowd.actors.items() if policy.can_confirm_facts(actor, actor.agency)]
    assert confirming == [("OH", Role.TEAM_LEAD), ("TX", Role.TEAM_LEAD)]
    assert not policy.can_confirm_facts(crowd.administrator, crowd.cms)


def test_the_rule_on_sign_offs_is_for_team_leads_of_states_alone(crowd: Crowd) -> None:
    deciding = [key for key, actor in crowd.actors.items() if policy.can_set_clearance(actor, actor.agency)]
    assert deciding == [("OH", Role.TEAM_LEAD), ("TX", Role.TEAM_LEAD)]
    assert not policy.can_set_clearance(crowd.lead, crowd.texas)
    assert not policy.can_set_clearance(crowd.administrator, crowd.ohio)


def test_every_role_has_a_side_and_a_meaning() -> None:
    assert sorted(roles_of(Side.STATE) + roles_of(Side.CMS)) == sorted(Role)
    assert sorted(ROLE_MEANING) == sorted(Role)


def test_an_invitation_is_for_its_address_while_valid(crowd: Crowd) -> None:
    invitation = Invitation(agency=crowd.ohio, email=crowd.outsider.email, valid_until=NOW + timedelta(days=1))
    assert policy.can_accept(crowd.outsider, invitation, NOW)
    assert not policy.can_accept(crowd.editor.user, invitation, NOW)
    assert not policy.can_accept(crowd.outsider, invitation, NOW + timedelta(days=1))
    invitation.withdrawn_at = NOW
    assert not policy.can_accept(crowd.outsider, invitation, NOW)
    invitation.withdrawn_at = None
    crowd.outsider.is_active = False
    assert not policy.can_accept(crowd.outsider, invitation, NOW)


def test_switching_takes_an_own_active_membership(crowd: Crowd) -> None:
    membership = crowd.editor.membership
    assert policy.can_switch_to(crowd.editor.user, membership, NOW)
    assert not policy.can_switch_to(crowd.outsider, membership, NOW)
    membership.ended_at = NOW
    assert not policy.can_switch_to(crowd.editor.user, membership, NOW)


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "America/New_York", "Pacific/Guam"])
def test_filter_and_predicate_agree_about_the_last_day(db: None, zone: str, hour: int) -> None:
    agency = make_agency("AA", time_zone=zone)
    for offset in range(-2, 3):
        user = make_user(f"Person {offset}")
        join(user, agency, Role.EDITOR, expires_on=date(2027, 1, 15) + timedelta(days=offset))
    moment = NOW.replace(hour=hour)
    by_filter = set(Membership.objects.filter(active_q(moment)).values_list("pk", flat=True))
    by_predicate = {m.pk for m in Membership.objects.select_related("agency") if m.is_active(moment)}
    assert by_filter == by_predicate
    assert 2 <= len(by_filter) <= 4


def test_the_last_day_ends_at_midnight_of_the_agency(db: None) -> None:
    person = join(
        make_user("Ann"), make_agency("HI", time_zone="Pacific/Honolulu"), Role.VIEWER, expires_on=date(2027, 1, 15)
    )
    before, after = NOW.replace(day=16, hour=9, minute=59), NOW.replace(day=16, hour=10)
    assert list(active_memberships(person.user, before)) == [person.membership]
    assert list(active_memberships(person.user, after)) == []


def test_every_zone_is_in_exactly_one_day() -> None:
    zones = [name for group in days_by_zone(NOW).values() for name in group]
    assert len(zones) == len(set(zones)) == 18


def test_what_an_actor_may_edit(crowd: Crowd) -> None:
    writers = [key for key, actor in crowd.actors.items() if actor.may_edit_section("pr")]
    assert writers == [(code, role) for code in ("OH", "TX") for role in (Role.EDITOR, Role.SIGNATORY, Role.TEAM_LEAD)]
    limited = join(make_user("Ltd"), crowd.ohio, Role.EDITOR, section_ids=["qs"])
    assert (limited.may_edit_section("qs"), limited.may_edit_section("pr")) == (True, False)


def test_an_actor_stands_on_the_side_of_the_agency(crowd: Crowd) -> None:
    assert (crowd.lead.side, crowd.federal.side) == (Side.STATE, Side.CMS)
    assert (crowd.lead.is_cms, crowd.federal.is_cms) == (False, True)
