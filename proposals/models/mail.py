"""What a person wants to be mailed and when, and mails that no event makes: reminders and daily digests."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.proposal import Proposal
from proposals.status import MailKind, MailWhen, ReminderStage


class MailChoice(models.Model):
    """When a person wants mails of a kind; without a row, at once. What is one's own turn is never chosen."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=MailKind.choices)
    when = models.CharField(max_length=5, choices=MailWhen.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="mail_chosen_once"),
            models.CheckConstraint(condition=Q(when__in=MailWhen.values), name="mail_when_known"),
            models.CheckConstraint(
                condition=Q(kind__in=MailKind.values) & ~Q(kind=MailKind.TURN), name="mail_kind_to_choose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} {self.when}"


class Reminder(models.Model):
    """A notice and mail about a date that comes near or has passed: one for each person, date and stage, however often it is tried."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    stage = models.CharField(max_length=10, choices=ReminderStage.choices)
    when = models.CharField(max_length=5, choices=MailWhen.choices)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: What the mail server said to the last attempt, when it failed; without addresses.
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "recipient", "due_on", "stage"], name="reminded_once"),
            models.CheckConstraint(condition=Q(stage__in=ReminderStage.values), name="reminder_stage_known"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="reminder_by_person"),
            models.Index(fields=["when", "id"], condition=Q(sent_at__isnull=True), name="reminder_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} of {self.due_on} to {self.recipient_id}"


class Digest(models.Model):
    """That a person got the mail of a day; nobody gets a second one on the same day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} to {self.person_id}"
