"""The divisions of CMS that review."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower


class Division(models.Model):
    """One division. Rows elsewhere hold its key, which never changes; a retired one keeps its verdicts and gets no work."""

    key = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    #: What it looks at, read where people are assigned.
    looks_at = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="division_named_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_retired(self) -> bool:
        """Whether it gets no new work."""
        return self.retired_at is not None

    @property
    def label(self) -> str:
        """Its name, and that it is retired."""
        return f"{self.name} (retired)" if self.is_retired else self.name
