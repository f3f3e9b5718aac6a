"""Telling people: a row per person, written with the event, mailed after the commit."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from icm_portal.accounts.models import User
from proposals.models import Event, MailChoice, Notification
from proposals.status import MailKind, MailWhen, mail_kind_of

log = logging.getLogger(__name__)

#: The name of the task in `proposals.tasks`, which stands above this layer.
SEND_TASK = "proposals.send_notifications"
SCAN_TASK = "proposals.scan_attachment"


def tell(event: Event, recipients: Iterable[User]) -> int:
    """Write a notification for each recipient but the one who acted; return how many were told."""
    people = {person.pk for person in recipients} - {event.actor_id}
    chosen = _chosen(event, people)
    Notification.objects.bulk_create(
        Notification(event=event, recipient_id=pk, when=chosen.get(pk, MailWhen.NOW)) for pk in sorted(people)
    )
    if people:
        wake_later(event)
    return len(people)


def wake_later(event: Event) -> None:
    """Ask a worker for the mails of an event as soon as they are stored for good."""

    def wake() -> None:
        # Not a partial: when it fails, Django names it in the log, and a partial has no name.
        wake_sender(event.pk)

    transaction.on_commit(wake, robust=True)


def _chosen(event: Event, people: set[int]) -> dict[int, str]:
    """Return when each person wants such a mail, where they said so; what is one's own turn always goes at once."""
    kind = mail_kind_of(event.verb)
    if kind == MailKind.TURN or not people:
        return {}
    return dict(MailChoice.objects.filter(person__in=people, kind=kind).values_list("person", "when"))


def wake_sender(event_id: int) -> None:
    """Ask a worker to mail the notifications of an event; when the broker is down the sweep does it later."""
    try:
        current_app.send_task(SEND_TASK, args=[event_id], retry=False)
    except (OperationalError, OSError):
        log.warning("broker unreachable: notifications of event %s wait for the sweep", event_id)


def wake_scanner(attachment_id: UUID) -> None:
    """Ask a worker to have a file scanned, where there is a scanner; a lost message is made up for by the sweep."""
    if not settings.CLAMAV_ADDRESS:
        return
    try:
        current_app.send_task(SCAN_TASK, args=[str(attachment_id)], retry=False)
    except (OperationalError, OSError):
        log.warning("broker unreachable: the scan of attachment %s waits for the sweep", attachment_id)
