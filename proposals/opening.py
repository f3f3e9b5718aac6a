"""That somebody of the state has opened what CMS handed over: stored once, and then it can no longer be taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from icm_portal.accounts.actor import Actor
from proposals import policy
from proposals.models import Handover, Proposal


def note_opened(*, proposal: Proposal, actor: Actor, now: datetime) -> bool:
    """Store that the state has opened it; return ``False`` when the proposal has moved on since it was read.

    Reads and writes nothing for others than the state's people, nor once it is stored. Of an opening and a taking back
    at the same moment one finds the row as it was; the other finds nothing to do.
    """
    since = proposal.unopened_at
    if since is None or not policy.owns(actor, proposal):
        return True
    with transaction.atomic():
        if not Proposal.objects.filter(pk=proposal.pk, unopened_at=since).update(unopened_at=None):
            return False
        handed = Handover.objects.filter(proposal=proposal, at=since, opened_at__isnull=True, undone_at__isnull=True)
        handed.update(opened_at=now, opened_by=actor.user)
    proposal.unopened_at = None
    return True
