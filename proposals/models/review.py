"""CMS's side of a review: who works on it and how it ends."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from icm_portal.accounts.models import Agency
from proposals.models.proposal import Proposal
from proposals.models.submission import Submission
from proposals.status import Outcome, Verdict


class Assignment(models.Model):
    """A CMS reviewer who works on a proposal for a division; with none ("") they work on it and give no verdicts."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    division = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "reviewer", "division"], name="assignment_once_per_division")
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} on {self.proposal_id}"


class DefaultReviewer(models.Model):
    """A CMS reviewer who works on the proposals of a state, for a division or for none, until a lead assigns others."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="default_reviewers")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    division = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "reviewer", "division"], name="default_once_per_division")
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} for {self.agency_id}"


class SectionReview(models.Model):
    """What a division says of a section in a round, with its reason; read by CMS and nobody else.

    ``digest`` is that of the text it was said of (`proposals.snapshot.digest_of_section`).
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="section_reviews")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="section_reviews")
    section_key = models.CharField(max_length=40)
    division = models.CharField(max_length=20)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    digest = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "section_key", "division"], name="verdict_once_per_division"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="verdict_known"),
        ]
        indexes = [models.Index(fields=["proposal", "section_key"], name="verdict_by_section")]

    def __str__(self) -> str:
        return f"{self.division} on {self.section_key} of {self.submission_id}"


class Viewed(models.Model):
    """The tick of a person at CMS on a section: which submission they read it in, and what each prompt said there.

    ``digests`` holds what `proposals.snapshot.digests_of_section` says of it. A tick is a mark for oneself, like a notice
    that was read: it makes no event.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    section_key = models.CharField(max_length=40)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    digests = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "proposal", "section_key"], name="viewed_once_per_section")
        ]

    def __str__(self) -> str:
        return f"{self.section_key} viewed by {self.person_id}"


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
