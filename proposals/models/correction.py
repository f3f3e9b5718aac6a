"""What a site administrator put right, beside the event that says so to both sides."""

from __future__ import annotations

from django.db import models

from proposals.models.record import Event


class Correction(models.Model):
    """How it stood before and after: names of agencies and of standings, never words of a person. Append-only."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="correction")
    was = models.CharField(max_length=80)
    became = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.was} to {self.became}"
