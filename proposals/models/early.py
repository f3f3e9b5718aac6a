"""Sections of a draft that a state shares with named reviewers at CMS before it submits, and the advice on them.

Tables of their own: nothing that reads rounds, questions or packets knows of them.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from icm_portal.accounts.models import Agency
from proposals.models.discussion import Anchor
from proposals.models.proposal import Proposal
from proposals.models.record import Event
from proposals.status import STATE_WRITES


class EarlyLook(models.Model):
    """Sections shared once, for some time.

    ``title`` and ``content`` are what the state copied at ``copied_at`` (`proposals.queries.early.copied`): CMS reads
    these and never the draft. ``ended_at`` is set when the state ends it, and when the proposal leaves the state.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="early_looks")
    section_keys = models.JSONField()
    wanted = models.TextField()
    title = models.CharField(max_length=200)
    content = models.JSONField()
    copied_at = models.DateTimeField()
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["proposal", "-shared_at"], name="early_look_by_proposal")]

    def __str__(self) -> str:
        return f"early look {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Whether those who are named may read it: decided whenever somebody asks, by no job."""
        return self.ended_at is None and now < self.ends_at and self.proposal.status in STATE_WRITES


class EarlyReader(models.Model):
    """A reviewer at CMS whom the state named. ``address`` is what the state typed: it reads no other name of them."""

    look = models.ForeignKey(EarlyLook, on_delete=models.PROTECT, related_name="readers")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    address = models.EmailField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["look", "reviewer"], name="early_reader_once")]

    def __str__(self) -> str:
        return f"{self.reviewer_id} in {self.look_id}"


class EarlyWords(Anchor):
    """Advice on a shared section or prompt, or with a ``thread`` a reply to it; both sides of the look read it at once.

    ``body`` is sanitised HTML.
    """

    look = models.ForeignKey(EarlyLook, on_delete=models.PROTECT, related_name="words")
    thread = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField()
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["look", "section_key", "id"], name="early_words_by_section")]

    def __str__(self) -> str:
        return f"early words {self.pk}"
