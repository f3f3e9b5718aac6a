"""What a state agency clears inside its own house before it submits. CMS reads none of it, for good."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from icm_portal.accounts.models import Agency
from proposals.models.proposal import Proposal
from proposals.status import MarkKind


class SignOff(models.Model):
    """One sign-off that a proposal asks for: what it is called, who gives it, and for which sections.

    ``section_keys`` null means every section. A sign-off is taken away by ``ended_at``: what was signed stays on file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="sign_offs")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    section_keys = models.JSONField(null=True, default=None)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["signer", "agency"], name="sign_off_by_signer")]
        constraints = [
            models.UniqueConstraint(
                "proposal", Lower("name"), condition=Q(ended_at__isnull=True), name="sign_off_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def covers(self, section_key: str) -> bool:
        """Whether it is asked for this section."""
        return self.section_keys is None or section_key in self.section_keys


class SignOffMark(models.Model):
    """What a signer said of one section; append-only, so that the newest one counts and all others stay to be read.

    ``revision`` is the section's revision that was read, ``digests`` one digest for each answer it held: they tell
    which answers read differently now without storing any of them again. ``files`` names the files that stood there, by
    place and content; null in marks from before files were signed with their section.
    """

    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="marks")
    section_key = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=MarkKind.choices)
    reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField()
    digests = models.JSONField()
    files = models.JSONField(null=True, default=None)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sign_off", "section_key", "-id"], name="sign_off_mark_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MarkKind.values), name="sign_off_mark_kind_known"),
            models.CheckConstraint(
                condition=(Q(kind=MarkKind.CHANGES) & ~Q(reason="")) | Q(kind=MarkKind.SIGNED, reason=""),
                name="sign_off_mark_reason_when_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.section_key} r{self.revision}"
