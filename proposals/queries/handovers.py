"""What CMS handed to a state last: opened or not, and until when it may be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from proposals.models import Handover, Proposal
from proposals.status import Status

#: How long CMS may take back what nobody of the state has opened.
UNDO_WITHIN = timedelta(hours=1)
#: Notices that have come to somebody: read, or with a mail that went out, is just going or is sent again.
REACHED = Q(read_at__isnull=False) | Q(attempts__gt=0) | Q(again_at__isnull=False)


@dataclass(frozen=True)
class Standing:
    """How it stands with what was handed over last, for CMS; ``until`` is empty when it cannot be taken back."""

    handover: Handover
    until: datetime | None


def newest(proposal: Proposal) -> Handover | None:
    """Return what CMS handed over last, whether it was taken back or not."""
    return Handover.objects.filter(proposal=proposal).order_by("-pk").first()


def taken_back(proposal: Proposal) -> Handover | None:
    """Return the release of this round, with it, that CMS took back last; ``None`` if it has gone on since."""
    found = Handover.objects.filter(proposal=proposal).select_related("release").order_by("-pk").first()
    if found is None or found.undone_at is None or found.release is None or found.release.number != proposal.round:
        return None
    return found


def standing(proposal: Proposal, now: datetime) -> Standing | None:
    """Say how it stands with the questions or the decision that the state has now; ``None`` when it has neither."""
    if proposal.status not in {Status.CHANGES_REQUESTED, Status.CONCLUDED}:
        return None
    found = newest(proposal)
    if found is None or found.undone_at or found.at != proposal.status_since:
        return None
    return Standing(found, undo_until(proposal, now))


def undo_until(proposal: Proposal, now: datetime) -> datetime | None:
    """Return until when what the state has not opened may be taken back; ``None`` when it may not. Reads nothing."""
    if proposal.unopened_at is None or now > proposal.unopened_at + UNDO_WITHIN:
        return None
    return proposal.unopened_at + UNDO_WITHIN
