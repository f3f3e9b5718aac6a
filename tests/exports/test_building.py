"""What a worker does with a packet."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any, NoReturn

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from exports import tasks
from exports.actions import building
from exports.actions.building import FAILED, GIVEN_UP, ClaimLost, claim, finish, report
from exports.actions.requesting import request_packet
from exports.models import Packet
from exports.packet.progress import Step
from exports.packet.render import Packet as Made
from exports.queries.packets import MOST_ATTEMPTS, PATIENCE, SILENCE
from exports.status import Audience, Status
from exports.tasks import build_packet, sweep_packets
from tests.worlds import NOW, World, answer, narrative_answer

PDF = Made(b"%PDF-1.7 not really", pages=7, summary_pages=2)


@pytest.fixture
def packet(world: World) -> Packet:
    """A packet of a draft that waits."""
    return request_packet(
        actor=world.ohio.viewer, proposal=world.draft(), submission=None, audience=Audience.STATE, now=NOW
    )


def again(packet: Packet) -> Packet:
    return Packet.objects.get(pk=packet.pk)


def claimed(packet: Packet, now: datetime = NOW) -> Packet:
    mine = claim(packet_id=packet.pk, now=now)
    assert mine
    return mine


def done(packet: Packet) -> None:
    finish(packet=packet, made=PDF, content_key=packet.content_key, fingerprint=packet.fingerprint, now=NOW)


def stored(packet: Packet) -> bytes:
    with packet.file.open() as file:
        return bytes(file.read())


def files() -> list[str]:
    return (
        [
            f"{folder}/{name}"
            for folder in default_storage.listdir("packets")[0]
            for name in default_storage.listdir(f"packets/{folder}")[1]
        ]
        if default_storage.exists("packets")
        else []
    )


def test_one_worker_claims_a_packet(packet: Packet) -> None:
    mine = claimed(packet)
    assert (mine.status, mine.attempts, mine.heartbeat_at) == (Status.RUNNING, 1, NOW)
    assert claim(packet_id=packet.pk, now=NOW) is None


def test_a_silent_worker_loses_its_packet(packet: Packet) -> None:
    first = claimed(packet)
    assert claim(packet_id=packet.pk, now=NOW + SILENCE) is None
    second = claimed(packet, NOW + SILENCE + timedelta(seconds=1))
    with pytest.raises(ClaimLost):
        report(packet=first, step=Step(50, "Laying out page 9"), now=NOW)
    report(packet=second, step=Step(51, "Laying out page 9"), now=NOW)
    assert again(packet).progress == 51


def test_a_worker_that_lost_its_packet_leaves_no_file(packet: Packet) -> None:
    first = claimed(packet)
    second = claimed(packet, NOW + SILENCE * 2)
    before = set(files())
    with pytest.raises(ClaimLost):
        done(first)
    assert set(files()) == before
    done(second)
    assert again(packet).status == Status.DONE


def test_a_packet_that_kills_workers_is_given_up(packet: Packet) -> None:
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        claimed(packet, now)
        now += SILENCE * 2
    assert claim(packet_id=packet.pk, now=now) is None
    assert (again(packet).status, again(packet).error) == (Status.FAILED, GIVEN_UP)


def test_a_finished_packet_is_stored_with_its_hash(packet: Packet) -> None:
    done(claimed(packet))
    found = again(packet)
    assert (found.status, found.progress, found.pages, found.finished_at) == (Status.DONE, 100, 7, NOW)
    assert found.sha256 == hashlib.sha256(PDF.pdf).hexdigest()
    assert stored(found) == PDF.pdf
    assert str(found.file.name).startswith(f"packets/{packet.proposal_id}/")


def test_a_file_that_the_row_cannot_take_is_removed(packet: Packet, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = claimed(packet)
    before = set(files())

    def fail(packet: Packet) -> NoReturn:
        raise RuntimeError

    monkeypatch.setattr(building, "_mine", fail)
    with pytest.raises(RuntimeError):
        done(mine)
    assert set(files()) == before


def test_a_draft_that_moved_on_is_not_used_again(packet: Packet) -> None:
    mine = claimed(packet)
    finish(packet=mine, made=PDF, content_key="another", fingerprint="cd" * 32, now=NOW)
    assert (again(packet).content_key, again(packet).fingerprint) == ("", "cd" * 32)


def test_the_task_makes_the_packet_once(packet: Packet) -> None:
    assert build_packet(str(packet.pk)) is True
    found = again(packet)
    assert found.status == Status.DONE
    assert stored(found).startswith(b"%PDF-1.7")
    assert found.pages > 10
    assert found.content_key == packet.content_key
    assert build_packet(str(packet.pk)) is False


def test_what_changes_between_asking_and_making_is_in_the_packet(world: World, packet: Packet) -> None:
    answer(packet.proposal, world.ohio.editor, "es.overview.model", narrative_answer("Now said."))
    assert build_packet(str(packet.pk)) is True
    assert again(packet).content_key == ""
    assert again(packet).fingerprint != packet.fingerprint


def test_a_failure_is_one_sentence_and_no_content_in_the_log(
    packet: Packet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object) -> NoReturn:
        raise ValueError("secret words of an answer")

    monkeypatch.setattr(tasks, "render", fail)
    with caplog.at_level(logging.INFO):
        assert build_packet(str(packet.pk)) is False
    assert (again(packet).status, again(packet).error) == (Status.FAILED, FAILED)
    assert f"packet {packet.pk} failed: ValueError in fail" in caplog.text
    assert "secret" not in caplog.text


def test_a_task_that_lost_its_packet_stops(packet: Packet, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(content: object, toolkit: object, report: Any) -> Made:
        claimed(packet, timezone.now() + SILENCE * 2)
        report(Step(20, "Laying out page 1"))
        return PDF

    monkeypatch.setattr(tasks, "render", overtaken)
    assert build_packet(str(packet.pk)) is False
    assert again(packet).status == Status.RUNNING


def test_progress_is_written_but_not_at_every_page(packet: Packet, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    mine = claimed(packet)
    monkeypatch.setattr(building, "report", lambda **values: written.append(values["step"].percent))
    tell = tasks._reporter(mine)
    for percent in range(10):
        tell(Step(percent, ""))
    assert written == [0]


def test_the_sweep_wakes_what_nobody_works_on(packet: Packet, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[object] = []
    now = timezone.now()

    def wake(pk: object) -> bool:
        woken.append(pk)
        return True

    monkeypatch.setattr(tasks, "wake_builder", wake)
    rows = Packet.objects.filter(pk=packet.pk)
    for status, created_at, heartbeat_at, is_stranded in (
        (Status.QUEUED, now, None, False),
        (Status.QUEUED, now - PATIENCE * 2, None, True),
        (Status.RUNNING, now - PATIENCE * 2, now, False),
        (Status.RUNNING, now, now - SILENCE * 2, True),
        (Status.DONE, now - PATIENCE * 2, now - SILENCE * 2, False),
        (Status.FAILED, now - PATIENCE * 2, now - SILENCE * 2, False),
    ):
        woken.clear()
        rows.update(status=status, created_at=created_at, heartbeat_at=heartbeat_at)
        assert sweep_packets() == is_stranded
        assert woken == [packet.pk] * is_stranded
