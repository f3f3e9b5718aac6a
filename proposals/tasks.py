"""Work that waits for a queue. A message only wakes a worker: what there is to do stands in the rows."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from proposals.actions.attaching import note_failed_scan, note_verdict
from proposals.actions.word import forget_unmatched
from proposals.files.scanner import NotScanned, ScannerDown, scan
from proposals.models import Attachment, Notification
from proposals.notify import SCAN_TASK, SEND_TASK
from proposals.queries.attachments import unscanned
from proposals.queries.sentences import told

log = logging.getLogger(__name__)

#: A sweep leaves alone what a worker may be sending right now, and waits twice as long after each failure.
GRACE = timedelta(minutes=2)
#: After this many failures, nearly six days, a mail is given up; the notice stays in the portal.
MOST_ATTEMPTS = 12
#: The most mails one sweep sends.
SWEEP_LIMIT = 200
#: The most files one sweep has scanned.
SCAN_LIMIT = 20


@shared_task(name=SEND_TASK)
def send_notifications(event_id: int) -> int:
    """Mail what is unsent of one event; return how many went out."""
    waiting = Notification.objects.filter(event_id=event_id, sent_at__isnull=True)
    return sum(_send(notification) for notification in _with_words(waiting))


@shared_task(name="proposals.sweep_notifications")
def sweep_notifications() -> int:
    """Mail what was missed while the broker or the mail server was down; return how many went out."""
    now = timezone.now()
    due = Q()
    for attempts in range(MOST_ATTEMPTS + 1):
        due |= Q(attempts=attempts, event__at__lt=now - GRACE * 2**attempts)
    waiting = Notification.objects.filter(due, sent_at__isnull=True).order_by("attempts", "pk")[:SWEEP_LIMIT]
    return sum(_send(notification) for notification in _with_words(waiting))


@shared_task(name="proposals.forget_word_files")
def forget_word_files() -> int:
    """Delete Word files that were read in long ago and never matched; return how many."""
    return forget_unmatched(now=timezone.now())


@shared_task(name=SCAN_TASK)
def scan_attachment(attachment_id: str) -> bool:
    """Have one file scanned; return whether there is a verdict. While the scanner is down, the file waits."""
    found = (
        Attachment.objects.select_related("proposal__agency").filter(pk=UUID(attachment_id)).exclude(file="").first()
    )
    if found is None or not found.awaits_scan or not settings.CLAMAV_ADDRESS:
        return False
    try:
        return _scan(found)
    except ScannerDown as error:
        log.warning("virus scanner unreachable (%s): attachment %s waits for the sweep", error, found.pk)
        return False


@shared_task(name="proposals.sweep_scans")
def sweep_scans() -> int:
    """Have the files scanned that were missed while the broker or the scanner was down; return how many were."""
    done = 0
    for found in unscanned(timezone.now()).select_related("proposal__agency")[:SCAN_LIMIT]:
        try:
            done += _scan(found)
        except ScannerDown as error:
            log.warning("virus scanner unreachable (%s): attachments wait", error)
            break
    return done


def _scan(attachment: Attachment) -> bool:
    try:
        with attachment.file.open("rb") as file:
            verdict = scan(file, settings.CLAMAV_ADDRESS)
    except (NotScanned, OSError) as error:
        log.warning("attachment %s could not be scanned: %s", attachment.pk, error)
        note_failed_scan(attachment=attachment, now=timezone.now())
        return False
    return note_verdict(attachment=attachment, verdict=verdict, now=timezone.now())


def _with_words(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    return rows.select_related("recipient", "event__proposal__agency", "event__actor_agency")


def _send(notification: Notification) -> bool:
    """Mail one notification. The attempt is claimed first, so two workers do not send it at the same time."""
    unsent = Notification.objects.filter(pk=notification.pk, sent_at__isnull=True)
    if not unsent.filter(attempts=notification.attempts).update(attempts=F("attempts") + 1):
        return False
    try:
        send_mail(_subject(notification), _body(notification), None, [notification.recipient.email])
    except OSError:
        log.warning("mail server unreachable: notification %s waits for the sweep", notification.pk)
        return False
    return bool(unsent.update(sent_at=timezone.now()))


def _subject(notification: Notification) -> str:
    return f"{notification.event.proposal.number}: {told(notification)}"


def _body(notification: Notification) -> str:
    context = {"notification": notification, "sentence": told(notification), "site_url": settings.SITE_URL}
    return render_to_string("proposals/mail/notice.txt", context)
