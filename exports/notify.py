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
    try:
        current_app.send_task(BUILD_TASK, args=[str(packet_id)], retry=False)
    except (OperationalError, OSError):
        log.warning("broker unreachable: packet %s waits for the sweep", packet_id)
        return False
    return True


def wake_measurer(proposal_id: UUID) -> bool:
    """Ask a worker how long a draft's executive summary is; False when the broker cannot be reached."""
    try:
        current_app.send_task(MEASURE_TASK, args=[str(proposal_id)], retry=False)
    except (OperationalError, OSError):
        log.warning("broker unreachable: the summary of proposal %s is not measured", proposal_id)
        return False
    return True
