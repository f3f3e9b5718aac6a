"""Changing and ending memberships, switching, profile and facts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import connection

from icm_portal.accounts import actions
from icm_portal.accounts.actions.memberships import LastLead
from icm_portal.accounts.actor import Actor
from icm_portal.accounts.errors import AccountError
from icm_portal.accounts.models import AccountEvent, Membership, Role, Side
from icm_portal.accounts.queries import active_memberships, members, recipients
from tests.accounts.people import NOW, Crowd, join, make_user


def change(crowd: Crowd, whom: Actor, role: str, expires_on: date | None = None) -> Membership:
    return actions.change_membership(
        actor=crowd.lead, membership=whom.membership, role=role, section_ids=None, expires_on=expires_on, now=NOW
    )


def test_a_lead_changes_role_sections_and_last_day(crowd: Crowd) -> None:
    actions.change_membership(
        actor=crowd.lead,
        membership=crowd.editor.membership,
        role=Role.SIGNATORY,
        section_ids=["qs"],
        expires_on=date(2027, 3, 14),
        now=NOW,
    )
    stored = Membership.objects.get(pk=crowd.editor.membership.pk)
    assert (stored.role, stored.section_ids, stored.expires_on) == ("signatory", ["qs"], date(2027, 3, 14))
    event = AccountEvent.objects.get()
    assert (event.subject, event.detail) == (crowd.editor.user, "Editor → Signatory, 1 section, until 14 March 2027")


def test_others_change_nothing(crowd: Crowd) -> None:
    membership = crowd.editor.membership
    for key, actor in crowd.actors.items():
        if key == ("OH", Role.TEAM_LEAD):
            continue
        with pytest.raises(PermissionDenied):
            actions.change_membership(
                actor=actor, membership=membership, role=Role.VIEWER, section_ids=None, expires_on=None, now=NOW
            )
        with pytest.raises(PermissionDenied):
            actions.end_membership(actor=actor, membership=membership, now=NOW)
    assert AccountEvent.objects.count() == 0


def test_ending_takes_the_access_at_once(crowd: Crowd) -> None:
    actions.end_membership(actor=crowd.lead, membership=crowd.editor.membership, now=NOW)
    assert list(active_memberships(crowd.editor.user, NOW)) == []
    assert crowd.editor.membership not in members(crowd.ohio, NOW)
    with pytest.raises(AccountError, match="is over"):
        actions.end_membership(actor=crowd.lead, membership=crowd.editor.membership, now=NOW)
    with pytest.raises(AccountError, match="is over"):
        change(crowd, crowd.editor, Role.VIEWER)


def test_the_last_lead_stays(crowd: Crowd) -> None:
    sentence = (
        "OH team_lead is the last team lead of OH Medicaid Agency whose access does not run out. "
        "Make somebody else team lead first."
    )
    with pytest.raises(LastLead) as caught:
        actions.end_membership(actor=crowd.lead, membership=crowd.lead.membership, now=NOW)
    assert caught.value.sentence == sentence
    with pytest.raises(LastLead):
        change(crowd, crowd.lead, Role.EDITOR)
    with pytest.raises(LastLead):
        change(crowd, crowd.lead, Role.TEAM_LEAD, date(2027, 2, 1))
    change(crowd, crowd.lead, Role.TEAM_LEAD)
    with pytest.raises(LastLead):
        actions.end_membership(actor=crowd.administrator, membership=crowd.federal.membership, now=NOW)


def test_a_lead_may_go_when_another_stays(crowd: Crowd) -> None:
    temporary = join(make_user("Temp"), crowd.ohio, Role.TEAM_LEAD, expires_on=date(2027, 2, 1))
    with pytest.raises(LastLead):
        actions.end_membership(actor=crowd.lead, membership=crowd.lead.membership, now=NOW)
    actions.end_membership(actor=crowd.lead, membership=temporary.membership, now=NOW)
    change(crowd, crowd.editor, Role.TEAM_LEAD)
    actions.end_membership(actor=crowd.lead, membership=crowd.lead.membership, now=NOW)


def test_a_lead_whose_access_runs_out_may_go_while_any_other_remains(crowd: Crowd) -> None:
    first = join(make_user("One"), crowd.texas, Role.TEAM_LEAD, expires_on=date(2027, 2, 1))
    second = join(make_user("Two"), crowd.texas, Role.TEAM_LEAD, expires_on=date(2027, 2, 1))
    Membership.objects.filter(pk=crowd.texan.membership.pk).update(ended_at=NOW)
    actions.end_membership(actor=crowd.administrator, membership=first.membership, now=NOW)
    with pytest.raises(LastLead):
        actions.end_membership(actor=crowd.administrator, membership=second.membership, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_end_each_other_leave_one() -> None:
    crowd = Crowd()
    other = join(make_user("Other"), crowd.ohio, Role.TEAM_LEAD)
    start, outcomes = Barrier(2), list[str]()

    def end(actor: Actor, whom: Actor) -> None:
        start.wait()
        try:
            actions.end_membership(actor=actor, membership=whom.membership, now=NOW)
            outcomes.append("ended")
        except LastLead:
            outcomes.append("refused")
        finally:
            connection.close()

    pairs = ((crowd.lead, other), (other, crowd.lead))
    threads = [Thread(target=end, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ended", "refused"]


def test_switching_is_for_own_active_memberships(crowd: Crowd) -> None:
    second = join(crowd.editor.user, crowd.texas, Role.VIEWER, expires_on=date(2027, 1, 15))
    session = SessionStore()

    def switch(days: int) -> Membership:
        return actions.switch_agency(
            actor=crowd.editor.user, session=session, agency_id=crowd.texas.pk, now=NOW + timedelta(days=days)
        )

    assert switch(0) == second.membership
    assert session["agency_id"] == crowd.texas.pk
    with pytest.raises(Membership.DoesNotExist):
        switch(1)
    with pytest.raises(Membership.DoesNotExist):
        actions.switch_agency(actor=crowd.editor.user, session=session, agency_id=crowd.cms.pk, now=NOW)


def test_a_person_changes_name_and_time_zone(crowd: Crowd) -> None:
    user = actions.update_profile(actor=crowd.outsider, name=" Ann ", time_zone="America/Denver", now=NOW)
    assert (user.name, user.time_zone) == ("Ann", "America/Denver")
    assert AccountEvent.objects.get().subject == crowd.outsider
    with pytest.raises(AccountError, match="your name"):
        actions.update_profile(actor=user, name="  ", time_zone="", now=NOW)
    with pytest.raises(AccountError, match="from the list"):
        actions.update_profile(actor=user, name="Ann", time_zone="Europe/Paris", now=NOW)


def test_a_team_lead_confirms_the_facts(crowd: Crowd) -> None:
    crowd.ohio.defaults = {"fmap": "50.00", "note": "kept"}
    crowd.ohio.save()
    agency = actions.confirm_facts(
        actor=crowd.lead, agency=crowd.ohio, tribes=False, fmap=Decimal("64.9"), fmap_year=2027, now=NOW
    )
    assert agency.defaults == {
        "tribes": False,
        "fmap": "64.90",
        "fmap_year": 2027,
        "note": "kept",
        "confirmed": {"by": "OH team_lead", "on": "2027-01-15"},
    }
    for actor in (crowd.editor, crowd.texan, crowd.federal):
        with pytest.raises(PermissionDenied):
            actions.confirm_facts(
                actor=actor, agency=crowd.ohio, tribes=True, fmap=Decimal(50), fmap_year=2027, now=NOW
            )


def test_a_team_lead_says_whether_sign_offs_are_needed(crowd: Crowd) -> None:
    for required in (True, True, False):
        assert (
            actions.set_clearance(actor=crowd.lead, agency=crowd.ohio, required=required, now=NOW).needs_clearance
            == required
        )
    events = AccountEvent.objects.filter(agency=crowd.ohio, verb="clearance").order_by("pk")
    assert [event.detail for event in events] == [
        "Sign-offs are needed to submit",
        "Sign-offs are not needed to submit",
    ]
    for actor in (crowd.editor, crowd.texan, crowd.federal, crowd.administrator):
        with pytest.raises(PermissionDenied):
            actions.set_clearance(actor=actor, agency=crowd.ohio, required=True, now=NOW)


def test_a_limit_reaches_its_sections_and_nothing_else(crowd: Crowd) -> None:
    person = join(make_user("Limited"), crowd.ohio, Role.EDITOR, section_ids=["qs"])
    reached = [key for key in ("qs", "pr", "") if person.reaches(key)]
    assert (reached, crowd.editor.reaches("")) == (["qs"], True)


def test_recipients_are_active_people_of_the_chosen_roles(crowd: Crowd) -> None:
    closed = crowd.actors["OH", Role.SIGNATORY].user
    closed.is_active = False
    closed.save()
    join(make_user("Gone"), crowd.ohio, Role.EDITOR, expires_on=date(2026, 1, 1))
    found = recipients(NOW, agency=crowd.ohio, roles=[Role.EDITOR, Role.SIGNATORY])
    assert list(found) == [crowd.editor.user]
    assert recipients(NOW, side=Side.CMS).count() == 4
    assert recipients(NOW).count() == 11
