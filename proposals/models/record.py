"""The record of what happened, and who is told of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from icm_portal.accounts.models import Agency
from proposals.models.discussion import Thread
from proposals.models.proposal import Proposal
from proposals.status import MailWhen, Verb


class Event(models.Model):
    """One thing that happened; append-only. It holds no content: only who, what, where and when."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=24, choices=Verb.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    section_key = models.CharField(max_length=40, blank=True)
    round = models.PositiveSmallIntegerField()
    object_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["proposal", "-at"], name="event_by_proposal"),
            # Saving a section makes most events and concerns the state alone: what CMS reads of all proposals skips it.
            models.Index(fields=["-at", "-id"], condition=~models.Q(verb=Verb.SECTION_SAVED), name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class Reason(models.Model):
    """Why somebody recalled, withdrew, restored or reopened; read by whoever reads the event. Append-only."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="reason")
    text = models.TextField()

    def __str__(self) -> str:
        return f"reason of {self.event_id}"


class StandingReason(models.Model):
    """Why CMS resolved a thread or opened it again; read by CMS alone, though both sides read the event. Append-only."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="standing_reason")
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="standing_reasons")
    text = models.TextField()

    def __str__(self) -> str:
        return f"reason of {self.event_id}"


class Notification(models.Model):
    """Inbox and outbox in one row: written with its event, sent by mail after the commit, swept when missed."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notifications")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    #: When somebody had its mail sent again; attempts are counted from then on.
    again_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: What the mail server said to the last attempt, when it failed; without addresses.
    error = models.CharField(max_length=200, blank=True)
    #: When its mail goes out, as the recipient had chosen when it was written.
    when = models.CharField(max_length=5, choices=MailWhen.choices, default=MailWhen.NOW)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="told_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_by_person"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notification_unread"),
            models.Index(fields=["when", "id"], condition=Q(sent_at__isnull=True), name="notification_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.recipient_id}"
