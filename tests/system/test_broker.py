"""A broker that fails in any way loses nothing: what was done stands, and the person sees it done."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from exports.actions.requesting import request_packet
from exports.models import Packet
from exports.status import Audience
from icm_portal.celery import app as celery
from proposals.models import Notification
from tests.worlds import NOW, World, hand_over


@pytest.fixture(params=[RuntimeError, ConnectionError])
def broken_broker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A broker that raises, foreseen or not; returns the tasks somebody tried to wake."""
    tried: list[str] = []

    def send_task(name: str, *_args: Any, **_kwargs: Any) -> None:
        tried.append(name)
        raise request.param("broken on purpose")

    monkeypatch.setattr(celery, "send_task", send_task)
    return tried


def test_a_submission_stands_and_its_notices_wait(
    world: World, broken_broker: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    proposal = world.complete_draft()
    with django_capture_on_commit_callbacks(execute=True):
        hand_over(proposal, world.ohio.signatory)
    assert broken_broker == ["proposals.send_notifications"]
    assert Notification.objects.filter(event__verb="submitted", sent_at__isnull=True).count() == 1


def test_a_packet_waits_for_the_sweep(
    world: World, broken_broker: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    proposal = world.draft()
    with django_capture_on_commit_callbacks(execute=True):
        request_packet(actor=world.ohio.editor, proposal=proposal, submission=None, audience=Audience.STATE, now=NOW)
    assert broken_broker == ["exports.build_packet"]
    assert Packet.objects.get().status == "queued"
