"""Work that waits for a queue. A message only wakes a worker: what there is to do stands in the rows."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Side
from proposals import clock, policy
from proposals.actions.attaching import note_failed_scan, note_verdict
from proposals.actions.reminding import write_reminders
from proposals.actions.word import forget_unmatched
from proposals.delivery import said_by_server
from proposals.files.scanner import NotScanned, ScannerDown, scan
from proposals.models import Attachment, Digest, Notification, Proposal, Reminder
from proposals.notify import SCAN_TASK, SEND_TASK
from proposals.queries.attachments import unscanned
from proposals.queries.digest import Waiting, actors_of, digest_of, people_waiting, still_due
from proposals.queries.history import notices
from proposals.queries.sentences import told
from proposals.status import EARLY_VERBS, MailWhen, Verb

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
    waiting = Notification.objects.filter(event_id=event_id, when=MailWhen.NOW, sent_at__isnull=True)
    return sum(_send(notification) for notification in _with_words(waiting))


@shared_task(name="proposals.sweep_notifications")
def sweep_notifications() -> int:
    """Mail what was missed while the broker or the mail server was down; return how many went out."""
    since = Notification.objects.annotate(since=Coalesce("again_at", "event__at"))
    waiting = since.filter(_to_try("since", timezone.now()), when=MailWhen.NOW, sent_at__isnull=True)
    return sum(_send(notification) for notification in _with_words(waiting.order_by("attempts", "pk")[:SWEEP_LIMIT]))


def _to_try(field: str, now: datetime, first: int = 0) -> Q:
    """Return the filter for mails whose next attempt has come; ``first`` is the attempt that waits at all."""
    due = Q(attempts__lt=first)
    for attempts in range(first, MOST_ATTEMPTS + 1):
        due |= Q(attempts=attempts, **{f"{field}__lt": now - GRACE * 2**attempts})
    return due


@shared_task(name="proposals.remind")
def remind() -> int:
    """Write the reminders that are due, once each, and mail those that go at once; return how many went out."""
    now = timezone.now()
    write_reminders(now=now)
    waiting = Reminder.objects.filter(_to_try("made_at", now, 1), when=MailWhen.NOW, sent_at__isnull=True)
    # Whoever has handed over meanwhile, or got another date, is not reminded of the old one.
    rows = still_due(waiting).select_related("recipient", "proposal__agency").order_by("attempts", "pk")[:SWEEP_LIMIT]
    return sum(_send_reminder(reminder, now) for reminder in rows)


@shared_task(name="proposals.send_digests")
def send_digests() -> int:
    """Mail what people want once a day, in the morning of their own day; return how many mails went out."""
    now = timezone.now()
    return sum(_send_digest(found) for person in people_waiting(now) if (found := digest_of(person, now)))


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
    if not _may_know(notification):
        return _never(notification)
    return _mail(notification, _subject(notification), _body(notification))


def _may_know(notification: Notification) -> bool:
    """Whether the recipient still has access to what happened; of a move the agency before is told too."""
    event, person, now = notification.event, notification.recipient, timezone.now()
    actors = actors_of(person, now)
    if event.verb in EARLY_VERBS:
        return any(notices(actor, now).filter(pk=notification.pk).exists() for actor in actors)
    return any(event.verb == Verb.MOVED or _has(actor, event.proposal) for actor in actors)


def _has(actor: Actor, proposal: Proposal) -> bool:
    """Whether somebody belongs to a side of a proposal; CMS hears also of what it no longer sees, such as a recall."""
    return actor.is_cms or policy.owns(actor, proposal)


def _never(row: Notification | Reminder) -> bool:
    """Keep a mail from being tried again: its recipient's access has ended since it was written."""
    type(row).objects.filter(pk=row.pk).update(when=MailWhen.NEVER)
    return False


def _mail(row: Notification | Reminder, subject: str, body: str) -> bool:
    """Mail one row. The attempt is claimed first, so two workers do not send it at the same time."""
    rows: QuerySet[Any] = Notification.objects.all() if isinstance(row, Notification) else Reminder.objects.all()
    unsent = rows.filter(pk=row.pk, sent_at__isnull=True)
    if not unsent.filter(attempts=row.attempts).update(attempts=F("attempts") + 1, error=""):
        return False
    try:
        send_mail(subject, body, None, [row.recipient.email])
    except OSError as error:
        unsent.update(error=said_by_server(error))
        log.warning("mail server unreachable: %s %s waits for the sweep", type(row).__name__.lower(), row.pk)
        return False
    return bool(unsent.update(sent_at=timezone.now()))


def _send_reminder(reminder: Reminder, now: datetime) -> bool:
    proposal = reminder.proposal
    side = clock.holder(proposal.status)
    if side is None:
        return False
    actors = actors_of(reminder.recipient, now)
    if not any(_has(actor, proposal) and actor.agency.side == side for actor in actors):
        return _never(reminder)
    late = reminder.due_on < clock.today_of(side, proposal.agency.time_zone, now)
    word = {Side.CMS: "target was" if late else "target is"}.get(side, "was due on" if late else "is due on")
    context = {"reminder": reminder, "word": word, "site_url": settings.SITE_URL}
    subject = render_to_string("proposals/mail/reminder_subject.txt", context).strip()
    return _mail(reminder, subject, render_to_string("proposals/mail/reminder.txt", {**context, "subject": subject}))


def _send_digest(waiting: Waiting) -> bool:
    """Mail what waits for one person. The day is claimed in the same transaction, so nobody gets two."""
    things = "1 notice" if waiting.count == 1 else f"{waiting.count} notices"
    body = render_to_string("proposals/mail/digest.txt", {"waiting": waiting, "site_url": settings.SITE_URL})
    try:
        with transaction.atomic():
            Digest.objects.create(person=waiting.person, day=waiting.day)
            _tried(waiting, sent_at=timezone.now(), error="")
            send_mail(f"ICM Portal: {things}", body, None, [waiting.person.email])
    except (OSError, IntegrityError) as error:
        if isinstance(error, OSError):
            _tried(waiting, error=said_by_server(error))
        log.warning("the mail of the day for person %s waits for the next run", waiting.person.pk)
        return False
    return True


def _tried(waiting: Waiting, **outcome: object) -> None:
    """Keep how an attempt to mail what waits for a person ended."""
    Notification.objects.filter(pk__in=waiting.notices).update(attempts=F("attempts") + 1, **outcome)
    Reminder.objects.filter(pk__in=waiting.reminders).update(attempts=F("attempts") + 1, **outcome)


def _subject(notification: Notification) -> str:
    return f"{notification.event.proposal.number}: {told(notification)}"


def _body(notification: Notification) -> str:
    event = notification.event
    early = event.verb in EARLY_VERBS
    if early:
        place = reverse("proposals:early_look", args=[event.object_id])
    elif any(_has(actor, event.proposal) for actor in actors_of(notification.recipient, timezone.now())):
        place = reverse("proposals:overview", args=[event.proposal_id])
    else:
        place = reverse("proposals:notifications")
    context = {"place": place, "sentence": told(notification), "site_url": settings.SITE_URL}
    return render_to_string("proposals/mail/notice.txt", context)
