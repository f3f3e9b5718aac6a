"""The table of packets: a row is both the job and its result."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from exports.packet.content import grouped
from exports.status import PENDING, REUSABLE, Audience, Status
from proposals.models import Proposal, Submission


class Packet(models.Model):
    """A packet asked for, in work, ready or failed.

    ``submission`` is empty for a draft. ``content_key`` is the hash of everything that goes into the file, so that the
    same packet is made once; ``claim`` names the worker that has it now, and changes when another takes over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="packets")
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="packets")
    audience = models.CharField(max_length=6, choices=Audience.choices)
    content_key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_key"],
                condition=Q(status__in=sorted(REUSABLE)) & ~Q(content_key=""),
                name="packet_made_once",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="packet_status_known"),
            models.CheckConstraint(
                condition=Q(audience=Audience.STATE)
                | Q(audience__in=[Audience.CMS, Audience.LETTER], submission__isnull=False),
                name="packet_is_of_a_submission",
            ),
        ]
        indexes = [
            models.Index(fields=["proposal", "-created_at"], name="packet_by_proposal"),
            models.Index(fields=["created_at"], condition=Q(status__in=sorted(PENDING)), name="packet_pending"),
        ]

    @property
    def is_pending(self) -> bool:
        """Whether the packet is still to come."""
        return self.status in PENDING

    @property
    def what(self) -> str:
        """What it is, in a few words: "Packet of round 2"."""
        if self.submission and self.audience == Audience.LETTER:
            return f"Letter of CMS on round {self.submission.round}"
        of = f"Packet of round {self.submission.round}" if self.submission else "Packet of the draft"
        return f"{of}, CMS review copy" if self.audience == Audience.CMS else of

    @property
    def short_fingerprint(self) -> str:
        """The fingerprint as every footer of the packet prints it."""
        return grouped(self.fingerprint[:12])

    @property
    def filename(self) -> str:
        """The name under which the file is saved: the proposal's number, the round, and what it is."""
        what = f"round-{self.submission.round}" if self.submission else "draft"
        copy = {Audience.CMS: "-cms-review-copy", Audience.LETTER: "-cms-letter"}.get(Audience(self.audience), "")
        return f"{self.proposal.number}-{what}{copy}.pdf"
