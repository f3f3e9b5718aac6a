"""Reading one's notices."""

from __future__ import annotations

from datetime import datetime

from icm_portal.accounts.models import User
from proposals.models import Notification


def mark_read(*, person: User, now: datetime) -> int:
    """Mark all of a person's notices as read; return how many were unread."""
    return Notification.objects.filter(recipient=person, read_at__isnull=True).update(read_at=now)
