"""Reading one's notices."""

from __future__ import annotations

from datetime import datetime

from icm_portal.accounts.actor import Actor
from proposals.models import Notification
from proposals.queries.history import notices


def mark_read(*, actor: Actor, now: datetime) -> int:
    """Mark the notices a person sees in the agency they act for as read; return how many were unread."""
    unread = notices(actor, now).filter(read_at__isnull=True).values("pk")
    return Notification.objects.filter(pk__in=unread).update(read_at=now)
