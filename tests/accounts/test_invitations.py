"""Inviting, accepting, sending again and withdrawing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from icm_portal.accounts import actions
from icm_portal.accounts.errors import AccountError
from icm_portal.accounts.models import AccountEvent, AccountVerb, Invitation, Membership, Role, User
from icm_portal.accounts.tasks import deliver, send_invitation, send_waiting_invitations
from tests.accounts.people import NOW, PASSWORD, Crowd, join

LATER = NOW + timedelta(days=1)


def token_in_mail() -> str:
    """The token of the last mail."""
    found = re.search(r"/people/join/([\w-]+)/", str(mail.outbox[-1].body))
    assert found
    return found[1]


def invited(crowd: Crowd, email: str = "ann@example.org", role: str = Role.EDITOR) -> str:
    """Invite to Ohio, let the worker send the mail, and read the token."""
    invitation = actions.invite(actor=crowd.lead, agency=crowd.ohio, email=email, role=role, now=NOW)
    assert deliver(invitation.pk, NOW)
    return token_in_mail()


def sentence_of(work: Callable[[], object]) -> tuple[str, str]:
    """The refusal: field and sentence."""
    with pytest.raises(AccountError) as caught:
        work()
    return caught.value.field, caught.value.sentence


def test_inviting_sends_a_link_and_nothing_else(
    crowd: Crowd, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks() as waiting:  # type: ignore[attr-defined]
        invitation = actions.invite(
            actor=crowd.lead, agency=crowd.ohio, email=" Ann@Example.ORG ", role=Role.EDITOR, now=NOW
        )
    assert len(waiting) == 1
    assert (invitation.email, invitation.token_hash, invitation.sent_at) == ("ann@example.org", None, None)
    assert deliver(invitation.pk, NOW)
    message = mail.outbox[0]
    assert (message.to, message.subject) == (["ann@example.org"], "Invitation to OH Medicaid Agency")
    found = actions.find_invitation(token_in_mail())
    assert found is not None
    assert found == invitation
    assert str(found.token_hash) not in str(message.body)


def test_a_mail_is_sent_once(crowd: Crowd) -> None:
    invited(crowd)
    invitation = Invitation.objects.get()
    assert not deliver(invitation.pk, NOW)
    send_invitation(invitation.pk)
    send_waiting_invitations()
    assert len(mail.outbox) == 1


def test_what_was_left_behind_is_sent_by_the_sweep(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ann", "bob"):
        actions.invite(
            actor=crowd.lead, agency=crowd.ohio, email=f"{name}@example.org", role=Role.EDITOR, now=timezone.now()
        )

    real = EmailBackend.send_messages

    def broken(backend: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["ann@example.org"]:
            raise ConnectionRefusedError
        return real(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", broken)
    send_waiting_invitations()
    assert [message.to for message in mail.outbox] == [["bob@example.org"]]
    assert Invitation.objects.get(email="ann@example.org").sent_at is None
    monkeypatch.setattr(EmailBackend, "send_messages", real)
    send_waiting_invitations()
    assert [message.to for message in mail.outbox] == [["bob@example.org"], ["ann@example.org"]]


def test_a_broker_that_is_down_does_not_undo_an_invitation(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    def unreachable(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(send_invitation, "delay", unreachable)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        actions.invite(actor=crowd.lead, agency=crowd.ohio, email="a@example.org", role=Role.EDITOR, now=NOW)
    assert Invitation.objects.get().sent_at is None


def test_only_those_who_manage_the_agency_invite(crowd: Crowd) -> None:
    for actor in crowd.actors.values():
        if actor in (crowd.lead, crowd.federal):
            continue
        with pytest.raises(PermissionDenied):
            actions.invite(actor=actor, agency=crowd.ohio, email="a@example.org", role=Role.VIEWER, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.invite(actor=crowd.federal, agency=crowd.ohio, email="a@example.org", role=Role.VIEWER, now=NOW)
    actions.invite(actor=crowd.administrator, agency=crowd.ohio, email="a@example.org", role=Role.VIEWER, now=NOW)


def test_terms_of_an_invitation_are_checked(crowd: Crowd) -> None:
    def invite(**terms: object) -> object:
        wanted = {"email": "a@example.org", "role": Role.EDITOR, **terms}
        return actions.invite(actor=crowd.lead, agency=crowd.ohio, now=NOW, **wanted)  # type: ignore[arg-type]

    assert sentence_of(lambda: invite(role=Role.REVIEWER))[0] == "role"
    assert sentence_of(lambda: invite(section_ids=["qs", "nowhere"])) == (
        "section_ids",
        "There is no section “nowhere” in the toolkit.",
    )
    assert sentence_of(lambda: invite(expires_on=date(2027, 1, 14)))[0] == "expires_on"
    assert sentence_of(lambda: invite(email=crowd.editor.user.email.upper()))[0] == "email"
    assert Invitation.objects.count() == 0


def test_sections_are_kept_for_writers_in_the_order_of_the_toolkit(crowd: Crowd) -> None:
    def sections(role: Role, email: str) -> list[str] | None:
        made = actions.invite(
            actor=crowd.lead, agency=crowd.ohio, email=email, role=role, section_ids=["qs", "pr"], now=NOW
        )
        return made.section_ids

    assert sections(Role.EDITOR, "a@example.org") == ["pr", "qs"]
    assert sections(Role.VIEWER, "b@example.org") is None


def test_a_waiting_invitation_blocks_a_second_until_it_runs_out(crowd: Crowd) -> None:
    invited(crowd)

    def again(days: int) -> object:
        return actions.invite(
            actor=crowd.lead,
            agency=crowd.ohio,
            email="ann@example.org",
            role=Role.VIEWER,
            now=NOW + timedelta(days=days),
        )

    assert sentence_of(lambda: again(13))[0] == "email"
    again(14)
    assert list(Invitation.objects.order_by("id").values_list("role", "withdrawn_at")) == [
        ("editor", NOW + timedelta(days=14)),
        ("viewer", None),
    ]


def test_a_new_person_joins_with_name_and_password(crowd: Crowd) -> None:
    joined = actions.accept_as_new_person(token=invited(crowd), name=" Ann Lee ", password=PASSWORD, now=LATER)
    user = joined.user
    assert (user.email, user.name, user.check_password(PASSWORD)) == ("ann@example.org", "Ann Lee", True)
    assert (joined.agency, joined.role) == (crowd.ohio, Role.EDITOR)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("ann@example.org", True, True)]
    assert list(AccountEvent.objects.values_list("verb", "actor__name", "subject__name", "email", "detail")) == [
        (AccountVerb.JOINED, "Ann Lee", "Ann Lee", "", "Editor"),
        (AccountVerb.INVITED, "OH team_lead", None, "ann@example.org", "Editor"),
    ]


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        (" ", PASSWORD, "name"),
        ("Ann", "tooshort", "password"),
        ("Ann", "123456789987654321", "password"),
        ("Ann", "ann@example.org", "password"),
        ("Annabel Leverson", "annabel leverson1", "password"),
    ],
)
def test_name_and_password_must_do(crowd: Crowd, name: str, password: str, field: str) -> None:
    token = invited(crowd)
    refusal = sentence_of(lambda: actions.accept_as_new_person(token=token, name=name, password=password, now=LATER))
    assert refusal[0] == field
    assert not User.objects.filter(email="ann@example.org").exists()


def test_a_person_with_an_account_joins_signed_in(crowd: Crowd) -> None:
    token = invited(crowd, crowd.texan.user.email.upper())
    assert (
        "already"
        in sentence_of(lambda: actions.accept_as_new_person(token=token, name="Tex", password=PASSWORD, now=LATER))[1]
    )
    joined = actions.accept_invitation(actor=crowd.texan.user, token=token, now=LATER)
    assert joined.agency == crowd.ohio
    assert crowd.texan.user.memberships.count() == 2


def test_an_invitation_is_for_its_address_only(crowd: Crowd) -> None:
    token = invited(crowd)
    assert (
        "ann@example.org"
        in sentence_of(lambda: actions.accept_invitation(actor=crowd.outsider, token=token, now=LATER))[1]
    )


def test_an_invitation_works_once_and_for_fourteen_days(crowd: Crowd) -> None:
    token = invited(crowd, crowd.outsider.email)

    def accept(days: int) -> object:
        return actions.accept_invitation(actor=crowd.outsider, token=token, now=NOW + timedelta(days=days))

    assert "run out" in sentence_of(lambda: accept(14))[1]
    accept(13)
    assert "has been used" in sentence_of(lambda: accept(13))[1]
    assert (
        "has been used"
        in sentence_of(lambda: actions.accept_invitation(actor=crowd.outsider, token="nonsense", now=NOW))[1]
    )


def test_who_is_a_member_already_cannot_join_again(crowd: Crowd) -> None:
    token = invited(crowd, crowd.outsider.email)
    join(crowd.outsider, crowd.ohio, Role.VIEWER)
    assert (
        "already belong"
        in sentence_of(lambda: actions.accept_invitation(actor=crowd.outsider, token=token, now=LATER))[1]
    )


def test_an_expired_membership_makes_way_for_a_new_one(crowd: Crowd) -> None:
    join(crowd.outsider, crowd.ohio, Role.VIEWER, expires_on=date(2027, 1, 1))
    token = invited(crowd, crowd.outsider.email)
    actions.accept_invitation(actor=crowd.outsider, token=token, now=LATER)
    assert list(Membership.objects.filter(user=crowd.outsider).order_by("id").values_list("role", "ended_at")) == [
        ("viewer", LATER),
        ("editor", None),
    ]


def test_sending_again_makes_a_new_link_and_kills_the_old(crowd: Crowd) -> None:
    old = invited(crowd, crowd.outsider.email)
    invitation = Invitation.objects.get()
    later = NOW + timedelta(days=20)
    actions.resend_invitation(actor=crowd.lead, invitation=invitation, now=later)
    assert actions.find_invitation(old) is None
    assert deliver(invitation.pk, later)
    actions.accept_invitation(actor=crowd.outsider, token=token_in_mail(), now=later + timedelta(days=13))
    assert (
        "used or withdrawn"
        in sentence_of(lambda: actions.resend_invitation(actor=crowd.lead, invitation=invitation, now=later))[1]
    )


def test_a_withdrawn_invitation_is_dead(crowd: Crowd) -> None:
    token = invited(crowd, crowd.outsider.email)
    invitation = Invitation.objects.get()
    for actor in (crowd.texan, crowd.editor, crowd.federal):
        with pytest.raises(PermissionDenied):
            actions.withdraw_invitation(actor=actor, invitation=invitation, now=LATER)
    actions.withdraw_invitation(actor=crowd.lead, invitation=invitation, now=LATER)
    assert sentence_of(lambda: actions.accept_invitation(actor=crowd.outsider, token=token, now=LATER))
    assert (
        "used or withdrawn"
        in sentence_of(lambda: actions.withdraw_invitation(actor=crowd.lead, invitation=invitation, now=LATER))[1]
    )
    assert list(AccountEvent.objects.values_list("verb", flat=True)) == ["withdrew", "invited"]


@pytest.mark.django_db(transaction=True)
def test_accepting_at_the_same_time_makes_one_membership() -> None:
    crowd = Crowd()
    token = invited(crowd, crowd.outsider.email)
    start, outcomes = Barrier(6), list[str]()

    def accept() -> None:
        start.wait()
        try:
            actions.accept_invitation(actor=crowd.outsider, token=token, now=LATER)
            outcomes.append("joined")
        except AccountError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=accept) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["joined"] + ["refused"] * 5
    assert Membership.objects.filter(user=crowd.outsider).count() == 1
