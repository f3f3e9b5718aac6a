"""Making and revoking the secret address of a person's calendar."""

from __future__ import annotations

from datetime import datetime

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.tokens import new_token, token_hash
from proposals.models import CalendarAddress


def make_address(*, actor: Actor, now: datetime) -> str:
    """Make the person's address and return its secret, which is stored nowhere; an earlier address ends."""
    token = new_token()
    given = {"token_hash": token_hash(token), "made_at": now}
    CalendarAddress.objects.update_or_create(person=actor.user, defaults=given)
    return token


def revoke_address(*, actor: Actor) -> bool:
    """End the person's address; return whether there was one."""
    gone, _ = CalendarAddress.objects.filter(person=actor.user).delete()
    return bool(gone)
