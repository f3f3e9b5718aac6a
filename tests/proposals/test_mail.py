"""Mail: a link and who did what, sent once, tried again for days while a server is down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from pytest_django import Settings

from icm_portal.accounts.models import Membership, User
from proposals.actions.early import end_early
from proposals.actions.submitting import recall
from proposals.models import Event, Notification
from proposals.tasks import GRACE, MOST_ATTEMPTS, send_notifications, sweep_notifications
from tests.proposals.early.scenes import share
from tests.worlds import NOW, World


class DeadServer(EmailBackend):
    """A mail server that nobody reaches."""

    def send_messages(self, messages: Any) -> int:
        """Fail as a refused connection does."""
        raise ConnectionRefusedError


@pytest.fixture
def event(world: World) -> Event:
    """A submission of which one CMS lead is told."""
    world.submitted()
    return Event.objects.get(verb="submitted")


def test_a_notice_says_what_happened_and_where_and_nothing_that_was_said(event: Event) -> None:
    assert send_notifications(event.pk) == 1

    [message] = mail.outbox
    assert message.subject == "OH-ICM-0001: Ohio submitted round 1"
    assert message.to == ["lead@cms.example"]
    assert f"/proposals/{event.proposal_id}/" in message.body
    assert "Buckeye" not in message.body + message.subject


def test_it_is_sent_once(event: Event) -> None:
    assert (send_notifications(event.pk), send_notifications(event.pk)) == (1, 0)
    assert len(mail.outbox) == 1


def test_a_sweep_waits_longer_after_each_failure_and_gives_up_after_days(
    event: Event, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    tries = []
    for minutes in (3, 4, 5, 9, 60 * 24 * 30):
        monkeypatch.setattr(timezone, "now", lambda later=event.at + timedelta(minutes=minutes): later)
        sweep_notifications()
        tries.append(Notification.objects.get().attempts)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sent = sweep_notifications()
    Notification.objects.update(sent_at=None, attempts=MOST_ATTEMPTS + 1)

    assert tries == [1, 1, 2, 3, 4]
    assert (sent, sweep_notifications()) == (1, 0)
    assert timedelta(days=5) < GRACE * 2**MOST_ATTEMPTS < timedelta(days=7)


def test_whose_access_has_ended_since_gets_no_mail_also_not_from_a_sweep(world: World) -> None:
    world.questioned()
    event = Event.objects.get(verb="changes_requested")
    User.objects.filter(pk=world.ohio.editor.user.pk).update(is_active=False)
    Membership.objects.filter(pk=world.ohio.team_lead.membership.pk).update(ended_at=NOW)
    assert send_notifications(event.pk) == 1
    assert [message.to for message in mail.outbox] == [["signatory@oh.example"]]
    assert sorted(event.notifications.values_list("recipient__email", "when", "attempts")) == [
        ("editor@oh.example", "never", 0), ("signatory@oh.example", "now", 1), ("team_lead@oh.example", "never", 0),
    ]  # fmt: skip


def test_of_an_early_look_that_has_ended_nobody_is_mailed(world: World) -> None:
    open_look, ended = (share(world, world.draft(title=title)) for title in ("Open", "Ended"))
    end_early(actor=world.ohio.editor, look=ended, now=timezone.now())
    assert [send_notifications(look.event_id) for look in (open_look, ended)] == [1, 0]
    assert [message.to for message in mail.outbox] == [["reviewer@cms.example"]]


def test_cms_is_mailed_of_a_recall_after_which_it_sees_nothing_any_more(world: World) -> None:
    proposal = world.submitted()
    recall(actor=world.ohio.signatory, proposal=proposal, reason="Wrong.", now=NOW)
    send_notifications(Event.objects.get(verb="recalled").pk)
    assert [message.to for message in mail.outbox if message.to[0].endswith("cms.example")] == [["lead@cms.example"]]
