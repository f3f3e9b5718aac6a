"""How long a person stays signed in: a span counted from the last sign of life, not from the sign-in."""

from __future__ import annotations

import time
from typing import Any, Final

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest

RENEWED_KEY: Final = "renewed_at"
# A write of the session on every request would be most of the work of a small page.
RENEW_AFTER: Final = 5 * 60


@receiver(user_logged_in)
def start(request: HttpRequest, **_: Any) -> None:
    """Count from the sign-in, in the same write that stores the new session."""
    renew(request.session)


def renew(session: SessionBase) -> None:
    """Start the span anew; the session is written at the end of the request."""
    session[RENEWED_KEY] = int(time.time())


def renew_if_due(session: SessionBase) -> None:
    """Start the span anew when the last time is some minutes ago."""
    if time.time() - int(session.get(RENEWED_KEY, 0)) >= RENEW_AFTER:
        renew(session)


def seconds_left(session: SessionBase) -> int:
    """How long the session lives from now if nothing more happens."""
    return max(session.get_expiry_age() - int(time.time() - int(session.get(RENEWED_KEY, 0))), 0)
