"""Word files that were read in: their text until the person has matched it, and afterwards what matched nothing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from icm_portal.accounts.models import Agency
from proposals.models.proposal import Proposal


class WordImport(models.Model):
    """The pieces of one Word file (`proposals.word.pieces`), and the prompts proposed for them.

    Until ``proposal`` is set, only the person who sent the file sees it. Afterwards ``places`` says, piece by piece,
    which prompt it went to ("" = kept aside), and the state that owns the proposal may read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    toolkit_version = models.CharField(max_length=20)
    pieces = models.JSONField()
    places = models.JSONField()
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.PROTECT, related_name="word_import")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["uploaded_by", "-uploaded_at"], name="word_import_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=True, settled_at__isnull=True)
                | Q(proposal__isnull=False, settled_at__isnull=False),
                name="word_import_settled_with_proposal",
            )
        ]

    def __str__(self) -> str:
        return self.name
