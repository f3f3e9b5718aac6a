"""Mail about people, sent by a worker. An invitation without `sent_at` is the queue; a message only wakes a worker."""

from __future__ import annotations

import logging
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from .models import Invitation
from .tokens import new_token, token_hash

log = logging.getLogger(__name__)


def deliver(invitation_id: int, now: datetime) -> bool:
    """Mail the link of an invitation that waits; False when it was sent already, used, withdrawn or has run out.

    The token is made here and leaves only in the mail; the row keeps its hash.
    """
    with transaction.atomic():
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("agency", "invited_by")
        invitation = rows.filter(pk=invitation_id, sent_at__isnull=True).first()
        if invitation is None or not invitation.is_valid(now):
            return False
        token = new_token()
        invitation.token_hash = token_hash(token)
        invitation.sent_at = now
        invitation.save(update_fields=["token_hash", "sent_at"])
        link = settings.SITE_URL + reverse("accounts:accept_invitation", args=[token])
        body = render_to_string("accounts/mail/invitation.txt", {"invitation": invitation, "link": link})
        send_mail(f"Invitation to {invitation.agency.name}", body, None, [invitation.email])
    return True


@shared_task
def send_invitation(invitation_id: int) -> None:
    """Send one invitation, once."""
    deliver(invitation_id, timezone.now())


@shared_task
def send_waiting_invitations() -> None:
    """Send what an unreachable broker or mail server left behind; one failure does not hold up the others."""
    now = timezone.now()
    waiting = Invitation.objects.filter(
        sent_at__isnull=True, accepted_at__isnull=True, withdrawn_at__isnull=True, valid_until__gt=now
    )
    for pk in waiting.order_by("id").values_list("pk", flat=True)[:200]:
        try:
            deliver(pk, now)
        except OSError:
            log.warning("Invitation %s could not be mailed; it stays in the queue.", pk)
