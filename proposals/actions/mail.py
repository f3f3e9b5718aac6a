"""Choosing when one wants which mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import AccountVerb
from icm_portal.accounts.record import record
from proposals.models import MailChoice
from proposals.status import MailKind, MailWhen


def choose_mail(*, actor: Actor, wanted: Mapping[str, str], now: datetime) -> None:
    """Store when the person wants each kind of mail; one's own turn is not chosen. It counts from the next event on."""
    with transaction.atomic():
        for kind, when in wanted.items():
            given = {"when": MailWhen(when)}
            MailChoice.objects.update_or_create(person=actor.user, kind=MailKind(kind), defaults=given)
        record(actor=actor.user, verb=AccountVerb.PROFILE, agency=None, subject=actor.user, detail="Mail", now=now)
