"""Wakes a worker. A lost message costs time, never a packet: the sweep finds the row, the page asks again."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

#: The names of the tasks in `exports.tasks`, which stands above this layer.
BUILD_TASK = "exports.build_packet"
MEASURE_TASK = "exports.measure_summary"


def wake_builder(packet_id: UUID) -> bool:
    """Ask a worker to make a packet; False when the broker cannot be reached."""
    return _send(BUILD_TASK, packet_id, "packet %s waits for the sweep")


def wake_measurer(proposal_id: UUID) -> bool:
    """Ask a worker how long a draft's executive summary is; False when the broker cannot be reached."""
    return _send(MEASURE_TASK, proposal_id, "the summary of proposal %s is not measured")


def _send(task: str, pk: UUID, otherwise: str) -> bool:
    try:
        current_app.send_task(task, args=[str(pk)], retry=False)
    except (OperationalError, OSError):
        log.warning(f"broker unreachable: {otherwise}", pk)  # noqa: G004 - one of two fixed sentences
        return False
    return True
