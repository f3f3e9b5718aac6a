"""What a person does: ask for a packet, take it away."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from exports import policy
from exports.models import Packet
from exports.notify import wake_builder
from exports.packet.version import content_key
from exports.queries.assemble import packet_content
from exports.status import REUSABLE, Audience, Status
from icm_portal.accounts.actor import Actor
from proposals import record
from proposals.models import Proposal, Submission
from proposals.status import Verb
from toolkit.loading import load


def request_packet(
    *, actor: Actor, proposal: Proposal, submission: Submission | None, audience: Audience, now: datetime
) -> Packet:
    """Ask for a packet; a worker makes it.

    Args:
        actor: who asks.
        proposal: what it is about.
        submission: the round, or None for the draft.
        audience: for the state and everybody, or CMS's copy with its notes.
        now: the time of the request.

    Returns:
        A new packet that waits, or the one that was already made, or is being made, of exactly this content.

    Raises:
        PermissionDenied: the actor may not hold such a packet.
    """
    if not policy.can_make_packet(actor, proposal, submission, audience):
        raise PermissionDenied("You may not make this packet.")
    content = packet_content(proposal, submission, audience, now)
    key = content_key(content, load(content.toolkit_version))
    if found := _same(key):
        return found
    packet = Packet(
        proposal=proposal,
        submission=submission,
        audience=audience,
        content_key=key,
        fingerprint=content.fingerprint,
        status=Status.QUEUED,
        step="Waiting for a worker",
        requested_by=actor.user,
        created_at=now,
    )
    return _queued(packet, actor, now)


def _queued(packet: Packet, actor: Actor, now: datetime) -> Packet:
    """Store a packet that waits and wake a worker; or return the one that somebody asked for at the same moment."""

    def wake() -> None:
        # Not a partial: when it fails, Django names it in the log, and a partial has no name.
        wake_builder(packet.pk)

    try:
        with transaction.atomic():
            packet.save(force_insert=True)
            _note(packet, Verb.PACKET_REQUESTED, actor, now)
            transaction.on_commit(wake, robust=True)
    except IntegrityError:
        return Packet.objects.get(content_key=packet.content_key, status__in=REUSABLE)
    return packet


def note_download(*, actor: Actor, packet: Packet, now: datetime) -> None:
    """Put a download into the record.

    Raises:
        PermissionDenied: the actor may not hold the packet.
    """
    if not policy.can_view_packet(actor, packet):
        raise PermissionDenied("You may not download this packet.")
    _note(packet, Verb.PACKET_DOWNLOADED, actor, now)


def _same(key: str) -> Packet | None:
    """Return the packet of this content; one that nobody may hold any more gives its place to a new one."""
    found = Packet.objects.filter(content_key=key, status__in=REUSABLE).first()
    if found and policy.outdated().filter(pk=found.pk).exists():
        Packet.objects.filter(pk=found.pk).update(content_key="")
        return None
    return found


def _note(packet: Packet, verb: Verb, actor: Actor, now: datetime) -> None:
    record.append(
        proposal=packet.proposal,
        verb=verb,
        actor=actor,
        now=now,
        round_number=packet.submission.round if packet.submission else None,
        object_id=packet.pk,
    )
