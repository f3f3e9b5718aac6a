"""Files that a state puts beside a prompt or beside the whole proposal, and which of them went out with a round."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.discussion import Anchor
from proposals.models.proposal import Proposal
from proposals.models.submission import Submission
from proposals.status import FileKind, ScanStatus


class Attachment(Anchor):
    """One file. ``kind`` is what its content says it is; ``file`` is empty once its bytes are gone.

    A file that went out with a round keeps its bytes for good; removing it only takes it out of the draft.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=FileKind.choices)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=200, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    scan = models.CharField(max_length=10, choices=ScanStatus.choices, default=ScanStatus.WAITING)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True)
    virus = models.CharField(max_length=120, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["proposal", "uploaded_at"], name="attachment_by_proposal"),
            models.Index(fields=["uploaded_at"], condition=Q(scan=ScanStatus.WAITING), name="attachment_unscanned"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "section_key", "prompt_id", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="attachment_once_per_place",
            ),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="attachment_kind_known"),
            models.CheckConstraint(condition=Q(scan__in=ScanStatus.values), name="attachment_scan_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def awaits_scan(self) -> bool:
        """Whether no scanner has looked at it yet; where none is configured, that stays so."""
        return self.scan == ScanStatus.WAITING

    @property
    def may_leave(self) -> bool:
        """Whether it may be handed out: found clean, or nobody could have looked because there is no scanner."""
        unwatched = self.awaits_scan and not settings.CLAMAV_ADDRESS
        return bool(self.file) and (self.scan == ScanStatus.CLEAN or unwatched)

    @property
    def standing(self) -> str:
        """What people read about the scan."""
        match self.scan:
            case ScanStatus.CLEAN:
                return "No virus found"
            case ScanStatus.INFECTED:
                return f"Carries a virus ({self.virus}) and cannot be downloaded"
            case ScanStatus.FAILED:
                return "The virus scanner could not read it; it cannot be downloaded"
        return "Waits for the virus scanner" if settings.CLAMAV_ADDRESS else "Not scanned: no virus scanner is set up"


class SubmittedAttachment(models.Model):
    """That a file went out with a round, and where it stood; append-only."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attached")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="sent_with")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "attachment"], name="attachment_once_per_round")]

    def __str__(self) -> str:
        return f"{self.attachment_id} with {self.submission_id}"
