"""Packets made by a real worker on Redis, also when one is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from deploy.processes import Child
from exports.actions.requesting import request_packet
from exports.models import Packet
from exports.queries.packets import SILENCE
from exports.status import Audience, Status
from exports.tasks import sweep_packets
from proposals.models import Event
from proposals.status import Verb
from tests.services.live import environment
from tests.worlds import World

PATIENCE = 90


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


def ask(world: World) -> Packet:
    proposal = world.submitted()
    return request_packet(
        actor=world.ohio.viewer,
        proposal=proposal,
        submission=proposal.submissions.get(),
        audience=Audience.STATE,
        now=timezone.now(),
    )


def status(packet: Packet) -> str:
    return Packet.objects.values_list("status", flat=True).get(pk=packet.pk)


@pytest.mark.django_db(transaction=True)
def test_a_worker_makes_what_was_asked_for(celery_worker_process: Child, world: World) -> None:
    packet = ask(world)
    wait_until(lambda: status(packet) == Status.DONE)
    assert Packet.objects.get().file.size > 10_000


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_costs_time_and_nothing_else(
    celery_worker_process: Child, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exports.notify.current_app.send_task", lambda *args, **kwargs: None)
    packet = ask(world)
    code = f"import django; django.setup(); from exports.tasks import build_packet; build_packet('{packet.pk}')"
    doomed = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", code],
        env=environment(connection.settings_dict, DJANGO_SETTINGS_MODULE="icm_portal.settings"),
    )
    try:
        wait_until(lambda: Packet.objects.get().progress > 5)
    finally:
        os.kill(doomed.pid, signal.SIGKILL)
        doomed.wait()
    assert status(packet) == Status.RUNNING
    monkeypatch.undo()
    Packet.objects.update(heartbeat_at=timezone.now() - SILENCE - timedelta(seconds=1))
    assert sweep_packets() == 1
    wait_until(lambda: status(packet) == Status.DONE)
    found = Packet.objects.get()
    assert found.attempts == 2
    assert Event.objects.filter(verb=Verb.PACKET_REQUESTED).count() == 1
