"""What the database itself refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from icm_portal.accounts.append_only import protect
from icm_portal.accounts.models import AccountEvent, AccountVerb, Agency, Invitation, Membership, Role, User
from icm_portal.accounts.record import record
from tests.accounts.people import NOW, Crowd, join, make_agency


def refused(work: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        work()


def test_an_address_is_the_same_in_any_capitals(db: None) -> None:
    User.objects.create_user("Ann@Example.org", name="Ann")
    assert User.objects.get_by_natural_key("ANN@example.ORG").name == "Ann"
    refused(lambda: User.objects.create_user("ann@example.org", name="Other"))
    refused(lambda: User.objects.create(email="ANN@example.org", name="Other"))


def test_a_person_needs_an_address(db: None) -> None:
    with pytest.raises(ValueError, match="needs an e-mail address"):
        User.objects.create_user("", name="Nobody")


def test_names_of_people(db: None) -> None:
    root = User.objects.create_superuser("root@example.org", "secret", name="Root")
    assert (root.is_staff, root.is_superuser, str(root)) == (True, True, "Root")
    assert (root.get_full_name(), root.get_short_name()) == ("Root", "Root")
    unnamed = User(email=" Ann@Example.org ")
    unnamed.clean()
    assert str(unnamed) == "ann@example.org"


def test_one_membership_at_a_time_in_an_agency(crowd: Crowd) -> None:
    refused(lambda: join(crowd.editor.user, crowd.ohio, Role.VIEWER))
    Membership.objects.filter(pk=crowd.editor.membership.pk).update(ended_at=NOW)
    join(crowd.editor.user, crowd.ohio, Role.VIEWER)
    join(crowd.editor.user, crowd.texas, Role.VIEWER)


@pytest.mark.parametrize(
    ("field", "value"), [("side", "both"), ("code", "oh"), ("code", "O1"), ("time_zone", "Europe/Paris")]
)
def test_agencies_keep_to_known_words(db: None, field: str, value: str) -> None:
    refused(lambda: make_agency(**{"code": "ZZ", field: value}))


def test_unknown_roles_are_refused(crowd: Crowd) -> None:
    refused(lambda: join(crowd.outsider, crowd.ohio, "king"))


def test_one_open_invitation_for_an_address(crowd: Crowd) -> None:
    def invitation(**fields: Any) -> Invitation:
        return Invitation.objects.create(
            agency=crowd.ohio,
            email="ann@example.org",
            role=Role.EDITOR,
            invited_by=crowd.lead.user,
            created_at=NOW,
            valid_until=NOW + timedelta(days=14),
            **fields,
        )

    first = invitation()
    refused(invitation)
    refused(lambda: Invitation.objects.filter(pk=first.pk).update(withdrawn_at=NOW, accepted_at=NOW))
    refused(lambda: Invitation.objects.filter(pk=first.pk).update(email="ANN@example.org"))
    Invitation.objects.filter(pk=first.pk).update(withdrawn_at=NOW)
    assert str(invitation()) == "ann@example.org to OH Medicaid Agency"


def test_the_record_cannot_be_changed(crowd: Crowd) -> None:
    event = record(actor=crowd.lead.user, verb=AccountVerb.ENDED, agency=crowd.ohio, subject=crowd.editor.user, now=NOW)
    refused(lambda: AccountEvent.objects.filter(pk=event.pk).update(detail="nothing"))
    refused(event.delete)
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute("UPDATE accounts_accountevent SET verb = 'joined'"))
        refused(lambda: cursor.execute("DELETE FROM accounts_accountevent"))
    assert AccountEvent.objects.get().verb == AccountVerb.ENDED
    assert str(event) == "OH team_lead ended the membership of OH editor"


def test_names_of_agencies_and_memberships(crowd: Crowd) -> None:
    assert str(crowd.ohio) == "OH Medicaid Agency"
    assert [agency.short_name for agency in Agency.objects.order_by("code")] == ["CMS", "State of OH", "State of TX"]
    assert str(crowd.editor.membership) == "OH editor, Editor of OH Medicaid Agency"


def test_people_with_a_history_cannot_be_deleted(crowd: Crowd) -> None:
    with pytest.raises(IntegrityError):
        crowd.editor.user.delete()


def test_the_protection_can_be_taken_off_and_put_back_by_a_migration(crowd: Crowd) -> None:
    operation: Any = protect("accounts_accountevent")
    event = record(actor=crowd.lead.user, verb=AccountVerb.ENDED, agency=crowd.ohio, now=NOW)
    editor = connection.SchemaEditorClass(connection)
    operation.reverse_code(apps, editor)
    AccountEvent.objects.filter(pk=event.pk).update(detail="changed")
    operation.code(apps, editor)
    refused(lambda: AccountEvent.objects.filter(pk=event.pk).update(detail="again"))
    assert AccountEvent.objects.get().detail == "changed"
