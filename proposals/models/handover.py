"""What CMS handed to a state: when it was first opened there, and whether CMS took it back before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models.proposal import Proposal
from proposals.models.record import Event
from proposals.models.review import Decision
from proposals.models.submission import Round


class Handover(models.Model):
    """One release of questions or one announced decision. It is opened once or taken back, never both.

    ``before`` holds what stood there before, without any words: the clock of the proposal, the drafts that became
    comments, those that were left out, and the standing of the threads they went into. While nobody has opened it,
    `Proposal.unopened_at` is when it was handed over.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="handovers")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="handover")
    release = models.OneToOneField(Round, null=True, on_delete=models.PROTECT, related_name="handover")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="handovers")
    at = models.DateTimeField()
    before = models.JSONField()
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(release__isnull=True, decision__isnull=False)
                | Q(release__isnull=False, decision__isnull=True),
                name="handover_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(undone_at__isnull=True), name="handover_opened_or_undone"
            ),
        ]

    def __str__(self) -> str:
        return f"handover by event {self.event_id}"
