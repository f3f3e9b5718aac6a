"""Times of day for what scripts show."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def clock(at: datetime) -> str:
    """Return a time of day in the reader's zone, as pages write it: "9:05"."""
    local = timezone.localtime(at)
    return f"{local.hour}:{local:%M}"
