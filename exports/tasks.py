"""Work that waits for a queue. A message only wakes a worker: what there is to do stands in the rows."""

from __future__ import annotations

import logging
import traceback
from time import monotonic
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from exports.actions import building
from exports.models import Packet
from exports.notify import BUILD_TASK, MEASURE_TASK, wake_builder
from exports.packet.progress import Report, Step
from exports.packet.render import render
from exports.packet.render import summary_length as pages_of_summary
from exports.packet.version import content_key
from exports.queries.assemble import packet_content
from exports.queries.packets import stranded
from exports.status import Audience
from proposals import summary_length
from proposals.models import Proposal
from proposals.queries.drafts import all_answers
from proposals.snapshot import merged
from toolkit.loading import load

log = logging.getLogger(__name__)

#: Progress is written at most this often, in seconds.
_EVERY = 0.4
#: The most packets one sweep wakes.
_SWEEP_LIMIT = 50


@shared_task(name=BUILD_TASK)
def build_packet(packet_id: str) -> bool:
    """Make one packet; return whether this worker made it. Called again, it does nothing."""
    packet = building.claim(packet_id=UUID(packet_id), now=timezone.now())
    if packet is None:
        return False
    try:
        _build(packet)
    except building.ClaimLost:
        log.warning("packet %s: another worker has taken over", packet.pk)
        return False
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the row must say so
        # The message of an error may quote an answer: only its type and place are logged.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error(  # noqa: TRY400
            "packet %s failed: %s in %s:%s", packet.pk, type(error).__name__, place.name, place.lineno
        )
        building.give_up(packet=packet, now=timezone.now())
        return False
    return True


@shared_task(name="exports.sweep_packets")
def sweep_packets() -> int:
    """Wake a worker for each packet whose message or worker was lost; return how many."""
    waiting = stranded(timezone.now()).order_by("created_at").values_list("pk", flat=True)[:_SWEEP_LIMIT]
    return sum(wake_builder(pk) for pk in waiting)


@shared_task(name=MEASURE_TASK)
def measure_summary(proposal_id: str) -> float:
    """Measure how many pages the executive summary of a draft takes; return them."""
    proposal = Proposal.objects.select_related("agency").get(pk=proposal_id)
    key = summary_length.key_of(proposal.title, merged(all_answers(proposal)))
    content = packet_content(proposal, None, Audience.STATE, timezone.now())
    pages = pages_of_summary(content, load(content.toolkit_version))
    summary_length.remember(key, pages)
    return pages


def _build(packet: Packet) -> None:
    content = packet_content(packet.proposal, packet.submission, Audience(packet.audience), timezone.now())
    toolkit = load(content.toolkit_version)
    made = render(content, toolkit, _reporter(packet))
    building.finish(
        packet=packet,
        made=made,
        content_key=content_key(content, toolkit),
        fingerprint=content.fingerprint,
        now=timezone.now(),
    )


def _reporter(packet: Packet) -> Report:
    """Write steps to the row, but not more often than anybody could read them."""
    last = 0.0

    def report(step: Step) -> None:
        nonlocal last
        if monotonic() - last >= _EVERY:
            building.report(packet=packet, step=step, now=timezone.now())
            last = monotonic()

    return report
