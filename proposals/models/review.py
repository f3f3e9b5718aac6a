"""CMS's side of a review: who works on it and how it ends."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.proposal import Proposal
from proposals.models.submission import Submission
from proposals.status import Outcome


class Assignment(models.Model):
    """A CMS reviewer who works on a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "reviewer"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.reviewer_id} on {self.proposal_id}"


class Decision(models.Model):
    """The outcome and letter on a submission: drafted inside CMS, then announced once by the conclude transition."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="decisions")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    letter = models.TextField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decision_outcome_known"),
            models.CheckConstraint(
                condition=Q(announced_by__isnull=True, announced_at__isnull=True)
                | Q(announced_by__isnull=False, announced_at__isnull=False),
                name="decision_announced_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"decision on {self.submission_id}"
