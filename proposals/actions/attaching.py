"""Files beside prompts: attach one, remove one, and write down what the virus scanner said."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership
from proposals import notify, policy, record
from proposals.files import kinds
from proposals.files.scanner import Verdict
from proposals.models import Attachment, Proposal
from proposals.queries import attachments
from proposals.queries.access import lock, toolkit_of
from proposals.queries.drafts import open_section_keys
from proposals.status import FileKind, ScanStatus, Verb

VIRUS_LIMIT = 120


class NotAttached(Exception):
    """The file was not taken; the message says why in a sentence or two."""


class UnknownPlace(Exception):
    """The toolkit has no such prompt."""


@dataclass(frozen=True)
class Attached:
    """A file that was taken, and a sentence about another place where the same content is attached, or ""."""

    attachment: Attachment
    note: str


@dataclass(frozen=True)
class _Upload:
    """What is known of a file before it is stored."""

    file: File[bytes]
    name: str
    kind: FileKind
    sha256: str


def attach(
    *, actor: Actor, proposal: Proposal, prompt_id: str, file: File[bytes], name: str, now: datetime
) -> Attached:
    """Attach a file to a prompt of the draft, or to the whole proposal when ``prompt_id`` is "".

    Raises `NotAttached`, `UnknownPlace`, `PermissionDenied`.
    """
    section_key = _section_of(proposal, prompt_id)
    _check_may(actor, proposal, section_key)
    upload = _looked_at(file, kinds.clean_name(name))
    stored = default_storage.save(f"attachments/{proposal.pk}/{uuid.uuid4()}", file)
    try:
        with transaction.atomic():
            locked = lock(proposal.pk)
            _check_may(actor, locked, section_key)
            note = _check_others(locked, upload, prompt_id)
            attachment = Attachment.objects.create(
                proposal=locked,
                section_key=section_key,
                prompt_id=prompt_id,
                name=upload.name,
                kind=upload.kind,
                size=file.size,
                sha256=upload.sha256,
                file=stored,
                uploaded_by=actor.user,
                uploaded_at=now,
            )
            _note(attachment, Verb.ATTACHED, actor, now)
            transaction.on_commit(lambda: notify.wake_scanner(attachment.pk), robust=True)
    except BaseException:
        default_storage.delete(stored)
        raise
    return Attached(attachment, note)


def _section_of(proposal: Proposal, prompt_id: str) -> str:
    if not prompt_id:
        return ""
    try:
        return toolkit_of(proposal).prompt(prompt_id).section_id
    except KeyError:
        raise UnknownPlace("The prompt this file is for does not exist.") from None


def _check_may(actor: Actor, proposal: Proposal, section_key: str) -> None:
    if not policy.owns(actor, proposal):
        raise PermissionDenied
    if not policy.can_attach(actor, proposal, section_key, open_section_keys(proposal, toolkit_of(proposal))):
        raise NotAttached("Nothing can be attached or removed here now: this place is not open for changes to you.")


def _looked_at(file: File[bytes], name: str) -> _Upload:
    if (file.size or 0) > settings.ATTACHMENT_BYTES:
        raise NotAttached(f"“{name}” is larger than {settings.ATTACHMENT_BYTES // 1024**2} MB.")
    try:
        kind = kinds.recognize(file, name)
    except kinds.Refused as refusal:
        raise NotAttached(str(refusal)) from refusal
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return _Upload(file, name, kind, digest.hexdigest())


def _check_others(proposal: Proposal, upload: _Upload, prompt_id: str) -> str:
    """Refuse a file too many or the same once more; return a sentence when its content is attached elsewhere."""
    if attachments.of_draft(proposal).count() >= settings.ATTACHMENTS_PER_PROPOSAL:
        raise NotAttached(
            f"“{upload.name}” was not attached: a proposal holds {settings.ATTACHMENTS_PER_PROPOSAL} files at most."
        )
    twins = attachments.same_content(proposal, upload.sha256)
    for twin in twins:
        if twin.prompt_id == prompt_id:
            raise NotAttached(f"“{upload.name}” is the same file as “{twin.name}”, which is attached here already.")
    if not twins:
        return ""
    place = toolkit_of(proposal).prompt(twins[0].prompt_id).label if twins[0].prompt_id else "the whole proposal"
    return f"The same file is attached to “{place}” as “{twins[0].name}”."


def remove(*, actor: Actor, attachment: Attachment, now: datetime) -> None:
    """Take a file out of the draft. Its bytes go too, unless a round holds it. Removed already: nothing happens.

    Raises `NotAttached`, `PermissionDenied`.
    """
    with transaction.atomic():
        proposal = lock(attachment.proposal_id)
        _check_may(actor, proposal, attachment.section_key)
        attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if attachment.removed_at:
            return
        attachment.removed_at, attachment.removed_by = now, actor.user
        attachment.save(update_fields=["removed_at", "removed_by"])
        if not attachment.sent_with.exists():
            _forget_bytes(attachment)
        attachment.proposal = proposal
        _note(attachment, Verb.ATTACHMENT_REMOVED, actor, now)


def _forget_bytes(attachment: Attachment) -> None:
    """Delete the stored bytes once the transaction holds."""
    stored = attachment.file.name
    if not stored:
        return
    Attachment.objects.filter(pk=attachment.pk).update(file="")
    transaction.on_commit(lambda: default_storage.delete(stored), robust=True)


def note_download(*, actor: Actor, attachment: Attachment, now: datetime) -> None:
    """Put a download into the record. Raises `PermissionDenied`."""
    if not policy.can_view_attachment(actor, attachment):
        raise PermissionDenied
    _note(attachment, Verb.ATTACHMENT_DOWNLOADED, actor, now)


def note_verdict(*, attachment: Attachment, verdict: Verdict, now: datetime) -> bool:
    """Write down what the scanner found; a file with a virus loses its bytes at once.

    Returns False when another worker was quicker.
    """
    status = ScanStatus.INFECTED if verdict.virus else ScanStatus.CLEAN
    with transaction.atomic():
        waiting = Attachment.objects.filter(pk=attachment.pk, scan=ScanStatus.WAITING)
        if not waiting.update(scan=status, scanned_at=now, virus=verdict.virus[:VIRUS_LIMIT]):
            return False
        if verdict.virus:
            _forget_bytes(attachment)
            _note(attachment, Verb.ATTACHMENT_REFUSED, _uploader(attachment), now)
    return True


def note_failed_scan(*, attachment: Attachment, now: datetime) -> None:
    """Count an answer of the scanner that was no verdict; after some the file is given up."""
    waiting = Attachment.objects.filter(pk=attachment.pk, scan=ScanStatus.WAITING)
    waiting.update(scan_attempts=F("scan_attempts") + 1)
    waiting.filter(scan_attempts__gte=attachments.MOST_SCANS).update(scan=ScanStatus.FAILED, scanned_at=now)


def _uploader(attachment: Attachment) -> Actor:
    """The person a scan happens for; their membership may have ended since."""
    mine = Membership.objects.filter(user=attachment.uploaded_by_id, agency=attachment.proposal.agency_id)
    membership = mine.select_related("agency", "user").latest("pk")
    return Actor(membership.user, membership)


def _note(attachment: Attachment, verb: Verb, actor: Actor, now: datetime) -> None:
    record.append(
        proposal=attachment.proposal,
        verb=verb,
        actor=actor,
        now=now,
        section_key=attachment.section_key,
        object_id=attachment.pk,
    )
