"""Sign-in, its limits, and the password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from icm_portal.accounts.models import AccountEvent, User
from tests.accounts.people import PASSWORD, Crowd
from tests.accounts.test_pages import html, signed_in, told

NEW = "another long enough password"


def sign_in(client: Client, email: str, password: str) -> bool:
    """Whether signing in works."""
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client.get(reverse("accounts:account")).status_code == 200


def test_signing_in_takes_address_in_any_capitals_and_password(crowd: Crowd) -> None:
    assert sign_in(Client(), crowd.editor.user.email.upper(), PASSWORD)
    assert not sign_in(Client(), crowd.editor.user.email, "wrong")
    assert not sign_in(Client(), "nobody@example.org", PASSWORD)


def test_a_closed_account_does_not_sign_in(crowd: Crowd) -> None:
    User.objects.filter(pk=crowd.editor.user.pk).update(is_active=False)
    assert not sign_in(Client(), crowd.editor.user.email, PASSWORD)
    assert "closed" in html(Client().get(reverse("account_inactive")))


def test_an_unknown_address_and_a_wrong_password_read_the_same(crowd: Crowd) -> None:
    def answer(email: str) -> str:
        page = html(Client().post(reverse("account_login"), {"login": email, "password": "wrong"}))
        return re.sub(r'value="[^"]*"|nonce="[^"]*"', "", page)

    assert answer(crowd.editor.user.email) == answer("nobody@example.org")


def test_guessing_is_stopped(crowd: Crowd) -> None:
    for _ in range(5):
        assert not sign_in(Client(), crowd.editor.user.email, "wrong")
    assert not sign_in(Client(), crowd.editor.user.email, PASSWORD)
    page = Client().post(reverse("account_login"), {"login": crowd.editor.user.email, "password": PASSWORD})
    assert "Too many failed attempts" in html(page)


def test_hammering_the_sign_in_page_is_stopped(db: None, settings: Any) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["login"] == "30/m/ip"
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    statuses = [Client().post(reverse("account_login"), {}).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_after_signing_in_the_wanted_page_opens(crowd: Crowd) -> None:
    client = Client()
    wanted = reverse("accounts:people")
    answer = client.get(wanted)
    assert answer["Location"] == f"{reverse('account_login')}?next={wanted}"
    assert wanted in html(client.get(answer["Location"]))
    credentials = {"login": crowd.editor.user.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), {**credentials, "next": wanted})["Location"] == wanted
    elsewhere = {**credentials, "next": "https://evil.example/"}
    assert Client().post(reverse("account_login"), elsewhere)["Location"] == "/"


def test_signing_out_takes_a_click(crowd: Crowd) -> None:
    client = signed_in(crowd.editor.user)
    assert "Do you want to sign out" in html(client.get(reverse("account_logout")))
    assert told(client.post(reverse("account_logout"))) == ["You are signed out."]
    assert client.get(reverse("accounts:account")).status_code == 302


def test_nobody_signs_up(db: None) -> None:
    values = {"email": "a@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert "by invitation" in html(Client().get(reverse("account_signup")))
    assert "by invitation" in html(Client().post(reverse("account_signup"), values))
    assert User.objects.count() == 0


def test_a_forgotten_password_is_set_by_mail(crowd: Crowd) -> None:
    client = Client()
    answer = client.post(reverse("account_reset_password"), {"email": crowd.editor.user.email.upper()}, follow=True)
    assert "Look into your mail" in html(answer)
    message = mail.outbox[0]
    assert (message.to, message.subject) == ([crowd.editor.user.email], "Set a new password for ICM Portal")
    found = re.search(r"https?://[^/]+(/\S+)", str(message.body))
    assert found
    form = client.get(found[1], follow=True)
    assert "Set a new password" in html(form)
    address = form.redirect_chain[-1][0]
    assert "too short" in html(client.post(address, {"password1": "short", "password2": "short"}))
    done = client.post(address, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your new password is set" in html(done)
    assert sign_in(Client(), crowd.editor.user.email, NEW)
    assert "This link no longer works" in html(Client().get(found[1]))


def test_a_reset_for_an_unknown_address_reads_the_same_and_sends_nothing(db: None) -> None:
    answer = Client().post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)
    assert "Look into your mail" in html(answer)
    assert mail.outbox == []


def test_changing_the_password_takes_the_current_one(crowd: Crowd) -> None:
    client = signed_in(crowd.editor.user)
    address = reverse("account_change_password")
    assert "At least 15 characters" in html(client.get(address))
    wrong = client.post(address, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert "problem" in html(wrong)
    client.post(address, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert sign_in(Client(), crowd.editor.user.email, NEW)


def test_an_account_without_password_sets_one(crowd: Crowd) -> None:
    crowd.editor.user.set_unusable_password()
    crowd.editor.user.save()
    client = signed_in(crowd.editor.user)
    answer = client.get(reverse("account_change_password"), follow=True)
    assert "Set your password" in html(answer)
    client.post(reverse("account_set_password"), {"password1": NEW, "password2": NEW})
    assert sign_in(Client(), crowd.editor.user.email, NEW)


def test_confirming_that_it_is_you(crowd: Crowd) -> None:
    client = signed_in(crowd.editor.user)
    address = reverse("account_reauthenticate")
    assert "Confirm that it is you" in html(client.get(address))
    assert "problem" in html(client.post(address, {"password": "wrong"}))
    assert client.post(address, {"password": PASSWORD}).status_code == 302


ADMIN_PAGES = ["agency", "user", "membership", "invitation", "accountevent"]


@pytest.mark.parametrize("model", ADMIN_PAGES)
def test_the_admin_site_is_for_site_administrators(crowd: Crowd, model: str) -> None:
    address = reverse(f"admin:accounts_{model}_changelist")
    assert signed_in(crowd.administrator.user).get(address).status_code == 200
    assert signed_in(crowd.lead.user).get(address).status_code in {302, 403}
    assert Client().get(address).status_code == 302
    assert signed_in(crowd.administrator.user).get(reverse("admin:index")).status_code == 200


def test_administrators_correct_people_and_it_is_on_the_record(crowd: Crowd) -> None:
    client = signed_in(crowd.administrator.user)
    address = reverse("admin:accounts_user_change", args=[crowd.editor.user.pk])
    values = {"email": "New@Example.org", "name": "New", "time_zone": "", "is_active": "on"}
    assert client.post(address, values).status_code == 302
    crowd.editor.user.refresh_from_db()
    assert crowd.editor.user.email == "new@example.org"
    event = AccountEvent.objects.get()
    assert (event.actor, event.subject) == (crowd.administrator.user, crowd.editor.user)
    assert event.detail == "Changed: email, name"
    assert sign_in(Client(), "new@example.org", PASSWORD)
    stored = {**values, "email": "new@example.org"}
    client.post(address, stored)
    client.post(address, {**stored, "name": "Newer"})
    assert list(AccountEvent.objects.order_by("id").values_list("detail", flat=True)) == [
        "Changed: email, name",
        "Changed: name",
    ]


def test_administrators_add_and_correct_agencies(crowd: Crowd) -> None:
    client = signed_in(crowd.administrator.user)
    values = {
        "code": "ZZ",
        "name": "Zed",
        "side": "state",
        "jurisdiction": "Zed",
        "time_zone": "America/Denver",
        "defaults": "{}",
        "target_days": "30",
    }
    assert client.post(reverse("admin:accounts_agency_add"), values).status_code == 302
    event = AccountEvent.objects.get()
    assert event.agency is not None
    assert event.agency.code == "ZZ"
    address = reverse("admin:accounts_agency_change", args=[event.agency.pk])
    client.post(address, {**values, "name": "Zed Health", "side": "cms", "code": "YY"})
    event.agency.refresh_from_db()
    assert (event.agency.name, event.agency.side, event.agency.code) == ("Zed Health", "state", "ZZ")


def test_memberships_and_the_record_are_read_only_there(crowd: Crowd) -> None:
    client = signed_in(crowd.administrator.user)
    membership = crowd.editor.membership.pk
    assert client.get(reverse("admin:accounts_membership_change", args=[membership])).status_code == 200
    assert client.post(reverse("admin:accounts_membership_change", args=[membership]), {}).status_code == 403
    assert client.get(reverse("admin:accounts_membership_delete", args=[membership])).status_code == 403
    assert client.get(reverse("admin:accounts_user_add")).status_code == 403
