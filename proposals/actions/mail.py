"""Choosing when one wants which mail, and having mail about what one's side did sent again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import AccountVerb, Side
from icm_portal.accounts.queries import recipients
from icm_portal.accounts.record import record as record_account
from proposals import notify, policy, record
from proposals.models import Event, MailChoice, Notification, Proposal
from proposals.queries.access import lock
from proposals.queries.mails import AGAIN_AFTER, FAILED, SENT, TAKEN, newest_step, sent_again_at
from proposals.status import MailKind, MailWhen, Verb
from proposals.workflow import TABLE

#: Who may take a step may have its mail sent again.
_MAY = {row.verb: row.who for row in TABLE.values()} | dict.fromkeys(
    (Verb.PAUSED, Verb.RESUMED), policy.can_release_round
)


class NotSentAgain(Exception):
    """The mail of a step is not sent once more now; the message says why in one sentence."""


def choose_mail(*, actor: Actor, wanted: Mapping[str, str], now: datetime) -> None:
    """Store when the person wants each kind of mail; one's own turn is not chosen. It counts from the next event on."""
    with transaction.atomic():
        for kind, when in wanted.items():
            given = {"when": MailWhen(when)}
            MailChoice.objects.update_or_create(person=actor.user, kind=MailKind(kind), defaults=given)
        record_account(
            actor=actor.user, verb=AccountVerb.PROFILE, agency=None, subject=actor.user, detail="Mail", now=now
        )


def may_send_again(actor: Actor, proposal: Proposal, event: Event) -> bool:
    """Those of the side that took a step who may take it; of all else, whoever did it."""
    if event.actor_agency_id != actor.agency.pk:
        return False
    may = _MAY.get(Verb(event.verb))
    return may(actor, proposal) if may else event.actor_id == actor.user.pk


def send_again(*, actor: Actor, proposal: Proposal, event: Event, only_failed: bool, now: datetime) -> int:
    """Have the mail of the last step, or of anything else, sent again; return to how many.

    To all, or to those whom it did not reach.

    Only those who still have access get it, and only if their mail goes at once. Raises `PermissionDenied`, `NotSentAgain`.
    """
    with transaction.atomic():
        locked = lock(proposal.pk)
        if not may_send_again(actor, locked, event):
            raise PermissionDenied
        _check(locked, event, now)
        here = Q(recipient__in=recipients(now, agency=locked.agency).order_by())
        here |= Q(recipient__in=recipients(now, side=Side.CMS).order_by())
        wanted = Notification.objects.filter(here, FAILED if only_failed else FAILED | SENT, event=event)
        chosen = list(wanted.filter(when=MailWhen.NOW).values_list("pk", flat=True))
        if not chosen:
            raise NotSentAgain("There is no mail of this step to send again now.")
        rows = Notification.objects.filter(pk__in=chosen)
        count = rows.update(sent_at=None, attempts=0, error="", again_at=now)
        record.append(
            proposal=locked, verb=Verb.MAILED_AGAIN, actor=actor, now=now, round_number=event.round, object_id=event.pk
        )
        notify.wake_later(event)
    return count


def _check(proposal: Proposal, event: Event, now: datetime) -> None:
    if event.verb in TAKEN and newest_step(proposal) != event:
        raise NotSentAgain("The proposal has moved on since. Only the mail of the last step is sent again.")
    last = sent_again_at(event)
    if last and now - last < AGAIN_AFTER:
        minutes = AGAIN_AFTER.seconds // 60
        raise NotSentAgain(f"It was sent again less than {minutes} minutes ago. Wait a little.")
