"""Keys for the copies of unsaved words that a browser keeps, and the mark that tells one person from another there.

A key is derived, never stored: from the secret key of the portal, the person and the week. Only the signed-in person is
given it, and the browser holds it in memory only, so what stays behind in a browser can be read by nobody but the person
who typed it, once signed in again. See decision 20.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final

from django.utils.crypto import salted_hmac

from .models import User

WEEK_SECONDS: Final = 7 * 24 * 3600
#: Keys given out beside that of this week: browsers keep copies for two weeks, however late in its week one was made.
EARLIER_WEEKS: Final = 2
MARK_LENGTH: Final = 20


def person_mark(user: User) -> str:
    """Return a text that is the same for this person everywhere and tells nothing about them."""
    return salted_hmac("icm_portal.accounts.kept.mark", str(user.pk), algorithm="sha256").hexdigest()[:MARK_LENGTH]


def keys(user: User, now: datetime) -> dict[str, str]:
    """Return the key of this week, first, and those of the weeks before, by their names; 256 bits in base64 each.

    A copy made with the first of them can be read for two weeks at least.
    """
    week = int(now.timestamp()) // WEEK_SECONDS
    return {str(number): _key(user, number) for number in range(week, week - EARLIER_WEEKS - 1, -1)}


def _key(user: User, week: int) -> str:
    digest = salted_hmac("icm_portal.accounts.kept.key", f"{user.pk}:{week}", algorithm="sha256").digest()
    return base64.b64encode(digest).decode()
