"""Asking for a packet."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from exports.actions import requesting
from exports.actions.requesting import note_download, request_packet
from exports.models import Packet
from exports.status import Audience, Status
from icm_portal.accounts.actor import Actor
from proposals.actions.discussing import Place, write_note
from proposals.models import Event, Proposal
from proposals.status import Verb
from tests.worlds import NOW, World, answer, narrative_answer


def ask(actor: Actor, proposal: Proposal, audience: Audience = Audience.STATE, *, draft: bool = False) -> Packet:
    submission = None if draft else proposal.submissions.order_by("-round")[0]
    return request_packet(actor=actor, proposal=proposal, submission=submission, audience=audience, now=NOW)


def test_a_request_waits_and_stands_in_the_record(world: World) -> None:
    proposal = world.submitted()
    packet = ask(world.ohio.viewer, proposal)
    assert (packet.status, packet.requested_by, packet.created_at) == (Status.QUEUED, world.ohio.viewer.user, NOW)
    event = Event.objects.get(verb=Verb.PACKET_REQUESTED)
    assert (event.object_id, event.round, event.actor) == (str(packet.pk), 1, world.ohio.viewer.user)


def test_the_same_packet_is_made_once_for_both_sides(world: World) -> None:
    proposal = world.submitted()
    assert ask(world.ohio.viewer, proposal) == ask(world.cms.lead, proposal)
    assert Packet.objects.count() == 1


def test_a_failed_packet_is_made_anew(world: World) -> None:
    proposal = world.submitted()
    first = ask(world.ohio.viewer, proposal)
    Packet.objects.update(status=Status.FAILED)
    assert ask(world.ohio.viewer, proposal) != first


def test_a_draft_that_changed_is_another_packet(world: World) -> None:
    proposal = world.draft()
    first = ask(world.ohio.viewer, proposal, draft=True)
    assert ask(world.ohio.viewer, proposal, draft=True) == first
    answer(proposal, world.ohio.editor, "es.overview.model", narrative_answer("Now said."))
    assert ask(world.ohio.viewer, proposal, draft=True) != first


def test_a_new_note_makes_another_review_copy(world: World) -> None:
    proposal = world.in_review()
    first = ask(world.cms.lead, proposal, Audience.CMS)
    write_note(actor=world.cms.reviewer, proposal=proposal, place=Place(), body="New.", now=NOW)
    assert ask(world.cms.lead, proposal, Audience.CMS) != first


def test_nobody_gets_what_is_not_theirs(world: World) -> None:
    proposal = world.submitted()
    for actor, audience, draft in (
        (world.texas.signatory, Audience.STATE, False),
        (world.ohio.signatory, Audience.CMS, False),
        (world.cms.approver, Audience.STATE, True),
        (world.cms.approver, Audience.CMS, True),
    ):
        with pytest.raises(PermissionDenied):
            ask(actor, proposal, audience, draft=draft)
    assert not Packet.objects.exists()


def test_two_who_ask_at_once_share_one_packet(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = world.submitted()
    first = ask(world.ohio.viewer, proposal)
    monkeypatch.setattr(requesting, "_same", lambda key: None)
    assert ask(world.ohio.editor, proposal) == first
    assert Event.objects.filter(verb=Verb.PACKET_REQUESTED).count() == 1


def test_the_database_refuses_a_review_copy_of_a_draft(world: World) -> None:
    packet = ask(world.ohio.viewer, world.draft(), draft=True)
    packet.audience = Audience.CMS
    with pytest.raises(IntegrityError), transaction.atomic():
        packet.save()


def test_a_worker_is_woken_after_the_commit(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("exports.notify.current_app.send_task", lambda *args, **kwargs: sent.append((args, kwargs)))
    proposal = world.submitted()
    with django_capture_on_commit_callbacks(execute=True):
        packet = ask(world.ohio.viewer, proposal)
        assert sent == []
    assert sent == [(("exports.build_packet",), {"args": [str(packet.pk)], "retry": False})]


def test_a_broker_that_is_down_costs_nothing_but_time(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr("exports.notify.current_app.send_task", down)
    proposal = world.submitted()
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        packet = ask(world.ohio.viewer, proposal)
    assert Packet.objects.get().status == Status.QUEUED
    assert f"broker unreachable: packet {packet.pk} waits for the sweep" in caplog.text


def test_a_download_stands_in_the_record(world: World) -> None:
    packet = ask(world.ohio.viewer, world.draft(), draft=True)
    note_download(actor=world.ohio.editor, packet=packet, now=NOW + timedelta(hours=1))
    event = Event.objects.get(verb=Verb.PACKET_DOWNLOADED)
    assert (event.object_id, event.round) == (str(packet.pk), 1)
    with pytest.raises(PermissionDenied):
        note_download(actor=world.texas.editor, packet=packet, now=NOW)
