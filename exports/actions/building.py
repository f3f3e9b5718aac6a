"""What a worker does: claim a packet, report, finish it or give it up.

Every write is conditional on the claim, so a worker that fell silent and comes back cannot undo another's work.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F, QuerySet

from exports.models import Packet
from exports.packet.progress import Step
from exports.packet.render import Packet as Made
from exports.queries.packets import MOST_ATTEMPTS, takeable
from exports.status import Status

#: What people read when a packet could not be made. The log holds the details, without content.
FAILED = "The packet could not be made. Ask for it again; if that fails too, tell the administrator of the portal."
GIVEN_UP = "The packet could not be made: the work was interrupted several times. Ask for it again."


class ClaimLost(Exception):
    """Another worker has taken the packet over."""


def claim(*, packet_id: UUID, now: datetime) -> Packet | None:
    """Take a packet that waits, or whose worker fell silent.

    Returns:
        The packet, now of this worker; None when there is nothing to take. A packet on which several workers have
        died is given up instead.
    """
    mine = uuid.uuid4()
    waiting = Packet.objects.filter(takeable(now), pk=packet_id)
    if waiting.filter(attempts__gte=MOST_ATTEMPTS).update(
        status=Status.FAILED, error=GIVEN_UP, step="", claim=None, finished_at=now
    ):
        return None
    taken = waiting.update(
        status=Status.RUNNING,
        claim=mine,
        attempts=F("attempts") + 1,
        heartbeat_at=now,
        progress=1,
        step="Reading the answers",
    )
    if not taken:
        return None
    return Packet.objects.select_related("proposal__agency", "submission").get(pk=packet_id, claim=mine)


def report(*, packet: Packet, step: Step, now: datetime) -> None:
    """Write down how far a packet is; this is also the worker's sign of life.

    Raises:
        ClaimLost: another worker has it.
    """
    if not _mine(packet).update(progress=step.percent, step=step.text, heartbeat_at=now):
        raise ClaimLost


def finish(*, packet: Packet, made: Made, content_key: str, fingerprint: str, now: datetime) -> None:
    """Store the file and mark the packet as ready.

    Args:
        packet: as claimed.
        made: the document.
        content_key: hash of what really went into it. When a draft moved on since it was asked for, the packet is
            not used again for the older content.
        fingerprint: of that content.
        now: the time.

    Raises:
        ClaimLost: another worker has it; the file is not kept.
    """
    name = default_storage.save(f"packets/{packet.proposal_id}/{packet.pk}-{packet.claim}.pdf", ContentFile(made.pdf))
    try:
        done = _mine(packet).update(
            status=Status.DONE,
            progress=100,
            step="Ready",
            error="",
            file=name,
            sha256=hashlib.sha256(made.pdf).hexdigest(),
            pages=made.pages,
            content_key=F("content_key") if content_key == packet.content_key else "",
            fingerprint=fingerprint,
            finished_at=now,
        )
    except BaseException:
        default_storage.delete(name)
        raise
    if not done:
        default_storage.delete(name)
        raise ClaimLost


def give_up(*, packet: Packet, now: datetime) -> None:
    """Mark a packet as failed, with one sentence for people."""
    _mine(packet).update(status=Status.FAILED, error=FAILED, step="", finished_at=now)


def _mine(packet: Packet) -> QuerySet[Packet]:
    return Packet.objects.filter(pk=packet.pk, claim=packet.claim, status=Status.RUNNING)
