"""The pages about people: who gets them, what they do, what they cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts import actions
from icm_portal.accounts.models import AccountEvent, Invitation, Membership, Role, User
from icm_portal.accounts.tasks import deliver
from tests.accounts.people import PASSWORD, Crowd, join, make_user
from tests.accounts.test_invitations import token_in_mail

Queries = Callable[[int], AbstractContextManager[Any]]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def html(response: Any) -> str:
    text: str = response.content.decode()
    return text


def told(response: Any) -> list[str]:
    """The messages a redirect carries."""
    return [str(message) for message in response.wsgi_request._messages]


@pytest.fixture
def invitation(crowd: Crowd) -> Invitation:
    return actions.invite(
        actor=crowd.lead, agency=crowd.ohio, email="ann@example.org", role=Role.EDITOR, now=timezone.now()
    )


def pages(crowd: Crowd, invitation: Invitation) -> dict[str, str]:
    """Every page that reads, by name."""
    member = crowd.editor.membership.pk
    return {
        "people": reverse("accounts:people"),
        "invite": reverse("accounts:invite"),
        "facts": reverse("accounts:facts"),
        "membership": reverse("accounts:membership", args=[member]),
        "end": reverse("accounts:end_membership", args=[member]),
        "account": reverse("accounts:account"),
        "join": reverse("accounts:accept_invitation", args=["nonsense"]),
    }


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("lead", (200, 200, 200, 200, 200, 200, 410)),
        ("editor", (200, 403, 403, 403, 403, 200, 410)),
        ("texan", (200, 200, 200, 404, 404, 200, 410)),
        ("federal", (200, 200, 403, 404, 404, 200, 410)),
        ("administrator", (200, 200, 403, 200, 200, 200, 410)),
        ("outsider", (403, 403, 403, 403, 403, 200, 410)),
        ("nobody", (302, 302, 302, 302, 302, 302, 410)),
    ],
)
def test_who_gets_which_page(crowd: Crowd, invitation: Invitation, who: str, expected: tuple[int, ...]) -> None:
    if who == "nobody":
        client = Client()
    else:
        person = getattr(crowd, who)
        client = signed_in(getattr(person, "user", person))
    found = {name: client.get(address).status_code for name, address in pages(crowd, invitation).items()}
    assert found == dict(zip(found, expected, strict=True))


@pytest.mark.parametrize(("name", "args"), [("resend_invitation", [1]), ("withdraw_invitation", [1]), ("switch", [])])
def test_what_changes_something_takes_post(crowd: Crowd, name: str, args: list[int]) -> None:
    assert signed_in(crowd.lead.user).get(reverse(f"accounts:{name}", args=args)).status_code == 405


def test_unknown_ids_are_not_found(crowd: Crowd) -> None:
    client = signed_in(crowd.lead.user)
    assert client.get(reverse("accounts:membership", args=[10**9])).status_code == 404
    assert client.get(reverse("accounts:membership", args=[10**30])).status_code == 404
    assert client.post(reverse("accounts:withdraw_invitation", args=[10**9])).status_code == 404
    assert client.get(reverse("accounts:people") + "?agency=XX").status_code == 404
    assert client.get(reverse("accounts:people") + "?agency=TX").status_code == 404
    assert client.get(reverse("accounts:people") + "?agency=%00").status_code == 404


def test_the_people_page_costs_the_same_with_more_people(crowd: Crowd, django_assert_num_queries: Queries) -> None:
    client = signed_in(crowd.lead.user)
    address = reverse("accounts:people")
    client.get(address)
    now = timezone.now()
    actions.invite(actor=crowd.lead, agency=crowd.ohio, email="a@example.org", role=Role.EDITOR, now=now)
    with django_assert_num_queries(PEOPLE_QUERIES):
        client.get(address)
    for number in range(3):
        email = f"b{number}@example.org"
        actions.invite(actor=crowd.lead, agency=crowd.ohio, email=email, role=Role.EDITOR, now=now)
        join(make_user(f"More {number}"), crowd.ohio, Role.EDITOR, section_ids=["qs"], expires_on=date(2099, 1, 1))
    with django_assert_num_queries(PEOPLE_QUERIES):
        client.get(address)


def test_the_account_page_costs_the_same_with_more_agencies(crowd: Crowd, django_assert_num_queries: Queries) -> None:
    client = signed_in(crowd.editor.user)
    address = reverse("accounts:account")
    client.get(address)
    with django_assert_num_queries(ACCOUNT_QUERIES):
        client.get(address)
    join(crowd.editor.user, crowd.texas, Role.VIEWER, section_ids=["qs"])
    join(crowd.editor.user, crowd.cms, Role.OBSERVER, expires_on=date(2099, 1, 1))
    with django_assert_num_queries(ACCOUNT_QUERIES):
        client.get(address)


def test_members_see_colleagues_but_not_the_record(crowd: Crowd, invitation: Invitation) -> None:
    page = html(signed_in(crowd.editor.user).get(reverse("accounts:people")))
    assert "OH signatory" in page
    assert "Writes answers, signs and submits" in page
    for hidden in ("ann@example.org", "Last changes", "Invite somebody", "TX team_lead"):
        assert hidden not in page


def test_leads_see_invitations_and_the_record(crowd: Crowd, invitation: Invitation) -> None:
    page = html(signed_in(crowd.lead.user).get(reverse("accounts:people")))
    for shown in ("ann@example.org", "Being sent", "OH team_lead invited ann@example.org.", "No end date", "Never"):
        assert shown in page
    Invitation.objects.update(sent_at=timezone.now(), valid_until=timezone.now())
    assert "Ran out" in html(signed_in(crowd.lead.user).get(reverse("accounts:people")))


def test_long_lists_come_in_pages(crowd: Crowd) -> None:
    for number in range(30):
        join(make_user(f"Member {number:02}"), crowd.texas, Role.VIEWER)
        email = f"m{number}@example.org"
        actions.invite(actor=crowd.texan, agency=crowd.texas, email=email, role=Role.VIEWER, now=timezone.now())
    client = signed_in(crowd.texan.user)
    first, second = (html(client.get(f"{reverse('accounts:people')}?page={number}")) for number in ("1", "2"))
    assert ("Member 00" in first, "Member 29" in first) == (True, False)
    assert ("Member 00" in second, "Member 29" in second) == (False, True)
    assert "10 older invitations not shown" in first
    assert client.get(f"{reverse('accounts:people')}?page=nonsense").status_code == 200


def test_an_administrator_chooses_the_agency(crowd: Crowd) -> None:
    client = signed_in(crowd.administrator.user)
    page = html(client.get(reverse("accounts:people") + "?agency=TX"))
    assert "People of TX Medicaid Agency" in page
    answer = client.post(reverse("accounts:invite") + "?agency=TX", {"email": "a@example.org", "role": Role.TEAM_LEAD})
    assert answer["Location"] == reverse("accounts:people") + "?agency=TX"
    assert Invitation.objects.get().agency == crowd.texas
    assert client.get(reverse("accounts:facts") + "?agency=TX").status_code == 200
    Membership.objects.filter(agency=crowd.cms).update(ended_at=timezone.now())
    assert "Nobody belongs to this agency yet" in html(client.get(reverse("accounts:people") + "?agency=CMS"))


def test_inviting_through_the_form(crowd: Crowd) -> None:
    client = signed_in(crowd.lead.user)
    values = {"email": "Ann@Example.org", "role": "editor", "section_ids": ["qs"], "expires_on": "2099-03-14"}
    answer = client.post(reverse("accounts:invite"), values)
    assert told(answer) == ["The invitation for ann@example.org is on its way."]
    stored = Invitation.objects.get()
    assert (stored.email, stored.section_ids, stored.expires_on) == ("ann@example.org", ["qs"], date(2099, 3, 14))


def test_a_refused_invitation_keeps_what_was_typed(crowd: Crowd) -> None:
    client = signed_in(crowd.lead.user)
    page = html(client.post(reverse("accounts:invite"), {"email": crowd.editor.user.email, "role": "editor"}))
    assert "already belongs to" in page
    assert f'value="{crowd.editor.user.email}"' in page
    page = html(client.post(reverse("accounts:invite"), {"email": "no address", "role": "reviewer"}))
    assert "There are 2 problems to fix" in page
    assert Invitation.objects.count() == 0


def test_cms_has_no_section_limits(crowd: Crowd) -> None:
    page = html(signed_in(crowd.federal.user).get(reverse("accounts:invite")))
    assert "Limit to sections" not in page
    answer = signed_in(crowd.federal.user).post(
        reverse("accounts:invite"), {"email": "a@example.org", "role": "reviewer", "section_ids": ["qs"]}
    )
    assert (answer.status_code, Invitation.objects.get().section_ids) == (302, None)


def test_resending_and_withdrawing_through_the_page(crowd: Crowd, invitation: Invitation) -> None:
    client = signed_in(crowd.lead.user)
    resend = reverse("accounts:resend_invitation", args=[invitation.pk])
    withdraw = reverse("accounts:withdraw_invitation", args=[invitation.pk])
    assert "A new link" in told(client.post(resend))[0]
    assert told(client.post(withdraw))[-1:] == ["The invitation of ann@example.org is withdrawn."]
    for address in (resend, withdraw):
        assert told(client.post(address))[-1] == "The invitation of ann@example.org has been used or withdrawn already."
    assert signed_in(crowd.texan.user).post(withdraw).status_code == 404
    assert signed_in(crowd.editor.user).post(withdraw).status_code == 403


def test_changing_a_membership_through_the_page(crowd: Crowd) -> None:
    client = signed_in(crowd.lead.user)
    address = reverse("accounts:membership", args=[crowd.editor.membership.pk])
    assert "checked" in html(client.get(address))
    assert client.post(address, {"role": "signatory"}).status_code == 302
    assert Membership.objects.get(pk=crowd.editor.membership.pk).role == Role.SIGNATORY
    own = reverse("accounts:membership", args=[crowd.lead.membership.pk])
    assert "is the last team lead" in html(client.post(own, {"role": "editor"}))
    assert "Choose today or a later day" in html(client.post(address, {"role": "editor", "expires_on": "2001-01-01"}))


def test_ending_a_membership_through_the_page(crowd: Crowd) -> None:
    theirs = signed_in(crowd.editor.user)
    client = signed_in(crowd.lead.user)
    address = reverse("accounts:end_membership", args=[crowd.editor.membership.pk])
    assert theirs.get(reverse("accounts:people")).status_code == 200
    assert told(client.post(address)) == ["OH editor no longer has access to OH Medicaid Agency."]
    assert theirs.get(reverse("accounts:people")).status_code == 403
    assert client.get(address).status_code == 404
    own = reverse("accounts:end_membership", args=[crowd.lead.membership.pk])
    assert "is the last team lead" in html(client.post(own))


def test_confirming_the_facts_through_the_page(crowd: Crowd) -> None:
    client = signed_in(crowd.lead.user)
    address = reverse("accounts:facts")
    assert "No facts are on file" in html(client.get(address))
    crowd.ohio.defaults = {"tribes": True, "fmap": "64.85", "fmap_year": 2026, "note": "", "confirmed": None}
    crowd.ohio.save()
    assert "federal fiscal year 2026" in html(client.get(address))
    assert "problem" in html(client.post(address, {"tribes": "no", "fmap": "120", "fmap_year": "2027"}))
    assert client.post(address, {"tribes": "no", "fmap": "64.9", "fmap_year": "2027"}).status_code == 302
    assert "Confirmed by OH team_lead on" in html(client.get(address))


def test_the_rule_on_sign_offs_is_set_on_the_people_page(crowd: Crowd) -> None:
    client = signed_in(crowd.lead.user)
    address = reverse("accounts:clearance")
    assert client.post(address, {"required": "yes"}).status_code == 302
    crowd.ohio.refresh_from_db()
    assert crowd.ohio.needs_clearance
    assert 'value="yes" checked' in html(client.get(reverse("accounts:people")))
    assert [client.post(address, {"required": odd}).status_code for odd in ("", "maybe")] == [404, 404]
    assert signed_in(crowd.editor.user).post(address, {"required": "no"}).status_code == 403
    for reader in (crowd.editor, crowd.federal):
        assert "Sign-offs before submitting" not in html(signed_in(reader.user).get(reverse("accounts:people")))


def test_the_account_page_changes_name_and_zone(crowd: Crowd) -> None:
    client = signed_in(crowd.outsider)
    address = reverse("accounts:account")
    assert "You belong to no agency yet" in html(client.get(address))
    assert client.post(address, {"name": "New Name", "time_zone": "America/Denver"}).status_code == 302
    crowd.outsider.refresh_from_db()
    assert (crowd.outsider.name, crowd.outsider.time_zone) == ("New Name", "America/Denver")
    assert "problem" in html(client.post(address, {"name": "", "time_zone": "Mars/Base"}))


@pytest.mark.parametrize("wanted", ["", "x", "-1", "²", "9" * 40])
def test_switching_to_nonsense_is_not_found(crowd: Crowd, wanted: str) -> None:
    assert signed_in(crowd.editor.user).post(reverse("accounts:switch"), {"agency": wanted}).status_code == 404


def test_switching_lasts_for_the_session(crowd: Crowd) -> None:
    join(crowd.editor.user, crowd.texas, Role.VIEWER)
    client = signed_in(crowd.editor.user)
    assert "People of OH Medicaid Agency" in html(client.get(reverse("accounts:people")))
    answer = client.post(reverse("accounts:switch"), {"agency": crowd.texas.pk})
    assert told(answer) == ["You now act for TX Medicaid Agency."]
    assert "People of TX Medicaid Agency" in html(client.get(reverse("accounts:people")))
    assert client.post(reverse("accounts:switch"), {"agency": crowd.cms.pk}).status_code == 404
    Membership.objects.filter(user=crowd.editor.user, agency=crowd.texas).update(ended_at=timezone.now())
    assert "People of OH Medicaid Agency" in html(client.get(reverse("accounts:people")))


def test_times_are_in_the_zone_of_the_person_else_of_the_agency(crowd: Crowd) -> None:
    def footer() -> str:
        return html(signed_in(crowd.texan.user).get(reverse("accounts:account")))

    assert "Times shown in Central Time" in footer()
    User.objects.filter(pk=crowd.texan.user.pk).update(time_zone="America/Denver")
    assert "Times shown in Mountain Time" in footer()
    assert timezone.get_current_timezone_name() == "UTC"


def test_limited_sections_are_named_with_their_part(crowd: Crowd) -> None:
    Membership.objects.filter(pk=crowd.editor.membership.pk).update(section_ids=["retired", "qs", "es.overview"])
    page = html(signed_in(crowd.editor.user).get(reverse("accounts:people")))
    assert "Part 1: Overview; Part 2 II: Quality Strategy; retired" in page


def join_address(crowd: Crowd, email: str) -> str:
    made = actions.invite(actor=crowd.lead, agency=crowd.ohio, email=email, role=Role.EDITOR, now=timezone.now())
    deliver(made.pk, timezone.now())
    return reverse("accounts:accept_invitation", args=[token_in_mail()])


def test_a_new_person_opens_an_account(crowd: Crowd) -> None:
    client = Client()
    address = join_address(crowd, "ann@example.org")
    assert "Choose a password" in html(client.get(address))
    values = {"name": "Ann", "password": PASSWORD, "again": "something else entirely"}
    assert "The two passwords differ" in html(client.post(address, values))
    weak = html(client.post(address, {"name": "Ann", "password": "short", "again": "short"}))
    assert "too short" in weak
    answer = client.post(address, {"name": "Ann", "password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "Ann" in html(client.get(reverse("accounts:people")))
    assert Client().get(address).status_code == 410


def test_a_person_with_an_account_signs_in_first(crowd: Crowd) -> None:
    address = join_address(crowd, crowd.outsider.email)
    assert f"?next={address}" in html(Client().get(address))
    assert "was sent to" in html(signed_in(crowd.editor.user).post(address))
    client = signed_in(crowd.outsider)
    assert "You are signed in as" in html(client.get(address))
    assert told(client.post(address)) == ["Welcome to OH Medicaid Agency."]
    assert "People of OH Medicaid Agency" in html(client.get(reverse("accounts:people")))


def test_an_old_link_says_what_to_do(crowd: Crowd) -> None:
    address = join_address(crowd, "ann@example.org")
    Invitation.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    answer = Client().get(address)
    assert answer.status_code == 410
    assert "Ask the person who invited you" in html(answer)


def test_every_write_is_on_the_record(crowd: Crowd) -> None:
    client = signed_in(crowd.lead.user)
    client.post(reverse("accounts:invite"), {"email": "ann@example.org", "role": "editor"})
    invitation = Invitation.objects.get()
    client.post(reverse("accounts:resend_invitation", args=[invitation.pk]))
    client.post(reverse("accounts:withdraw_invitation", args=[invitation.pk]))
    client.post(reverse("accounts:membership", args=[crowd.editor.membership.pk]), {"role": "viewer"})
    client.post(reverse("accounts:end_membership", args=[crowd.editor.membership.pk]))
    client.post(reverse("accounts:facts"), {"tribes": "yes", "fmap": "60", "fmap_year": "2027"})
    client.post(reverse("accounts:account"), {"name": "Lead", "time_zone": ""})
    verbs = list(AccountEvent.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["invited", "resent", "withdrew", "changed", "ended", "facts", "profile"]
    page = html(client.get(reverse("accounts:people")))
    assert "Lead confirmed the facts of OH Medicaid Agency." in page
    assert "ended the membership of OH editor." in page


PEOPLE_QUERIES = 9
ACCOUNT_QUERIES = 4
