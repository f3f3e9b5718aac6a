"""Making and revoking the secret address of a person's calendar."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import AccountVerb
from icm_portal.accounts.record import record
from icm_portal.accounts.tokens import new_token, token_hash
from proposals.models import CalendarAddress


def make_address(*, actor: Actor, now: datetime) -> str:
    """Make the person's address and return its secret, which is stored nowhere; an earlier address ends."""
    token = new_token()
    given = {"token_hash": token_hash(token), "made_at": now}
    with transaction.atomic():
        CalendarAddress.objects.update_or_create(person=actor.user, defaults=given)
        _keep(actor, "Calendar address made", now)
    return token


def revoke_address(*, actor: Actor, now: datetime) -> bool:
    """End the person's address; return whether there was one."""
    with transaction.atomic():
        gone, _ = CalendarAddress.objects.filter(person=actor.user).delete()
        if gone:
            _keep(actor, "Calendar address revoked", now)
    return bool(gone)


def _keep(actor: Actor, detail: str, now: datetime) -> None:
    record(actor=actor.user, verb=AccountVerb.PROFILE, agency=None, subject=actor.user, detail=detail, now=now)
