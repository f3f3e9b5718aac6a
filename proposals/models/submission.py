"""What was handed over: submissions, recalls, and the rounds of questions CMS released."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from proposals.models.proposal import Proposal


class Submission(models.Model):
    """A frozen round, written once by the submit transition; append-only.

    ``content`` is the canonical document behind ``fingerprint`` (see `proposals.snapshot`). ``attempt`` counts from 1
    within a round: it rises only after a recall.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="submissions")
    round = models.PositiveSmallIntegerField()
    attempt = models.PositiveSmallIntegerField(default=1)
    toolkit_version = models.CharField(max_length=20)
    content = models.JSONField()
    change_summary = models.TextField(blank=True)
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signatory_name = models.CharField(max_length=200)
    attestation = models.TextField()
    submitted_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "round", "attempt"], name="submission_once_per_round")
        ]
        indexes = [models.Index(fields=["fingerprint"], name="submission_by_fingerprint")]

    def __str__(self) -> str:
        return f"{self.proposal_id} round {self.round}"


class Recall(models.Model):
    """A submission the state took back before review began. CMS no longer sees it; append-only."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="recall")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"recall of {self.submission_id}"


class RoundManager(models.Manager["Round"]):
    """Leaves out the releases that CMS took back: what reads rounds never meets one."""

    def get_queryset(self) -> models.QuerySet[Round]:
        """Return the releases that stand."""
        return super().get_queryset().filter(handover__undone_at__isnull=True)


class Round(models.Model):
    """One release by CMS on one submission: what reopens and by when; append-only.

    ``attempt`` counts from 1 within a number: it rises only after CMS took a release back.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="rounds")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField()
    attempt = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField(null=True)
    section_keys = models.JSONField()
    cover_text = models.TextField(blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()

    objects = RoundManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number", "attempt"], name="round_once_per_proposal")
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} release {self.number}"
