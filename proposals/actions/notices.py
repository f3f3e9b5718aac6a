"""Reading one's notices."""

from __future__ import annotations

from datetime import datetime

from icm_portal.accounts.actor import Actor
from proposals.models import Notification, Reminder
from proposals.queries.history import notices, reminders


def mark_read(*, actor: Actor, now: datetime) -> int:
    """Mark the notices and reminders a person sees in the agency they act for as read; return how many were unread."""
    told = notices(actor, now).filter(read_at__isnull=True).values("pk")
    dates = reminders(actor).filter(read_at__isnull=True).values("pk")
    count = Notification.objects.filter(pk__in=told).update(read_at=now)
    return count + Reminder.objects.filter(pk__in=dates).update(read_at=now)
