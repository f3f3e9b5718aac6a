"""Reads of attached files: of the draft for the state, of a frozen round for both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from proposals.models import Attachment, Proposal, Submission, SubmittedAttachment
from proposals.queries.access import toolkit_of
from proposals.status import ScanStatus

#: A scan that waits longer than this has lost its message.
PATIENCE = timedelta(seconds=30)
#: After this many answers that are none, a file is given up.
MOST_SCANS = 5


def of_draft(proposal: Proposal) -> QuerySet[Attachment]:
    """Return the files in the state's draft, oldest first."""
    return (
        Attachment.objects.filter(proposal=proposal, removed_at__isnull=True)
        .select_related("uploaded_by")
        .order_by("uploaded_at", "pk")
    )


def of_section(proposal: Proposal, section_key: str) -> dict[str, list[Attachment]]:
    """Return the files in one section of the state's draft, by prompt."""
    return by_prompt(of_draft(proposal).filter(section_key=section_key))


def that_go_out(proposal: Proposal) -> list[Attachment]:
    """Return the files a submission freezes: all of the draft but those nobody may download."""
    refused = (ScanStatus.INFECTED, ScanStatus.FAILED)
    return list(of_draft(proposal).exclude(scan__in=refused))


def as_frozen(file: Attachment) -> dict[str, Any]:
    """Return what a frozen document says of a file."""
    return {
        "id": str(file.pk),
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "sha256": file.sha256,
        "section": file.section_key,
        "prompt": file.prompt_id,
    }


def of_round(submission: Submission) -> list[Attachment]:
    """Return the files that went out with a round, oldest first; nothing is read where its document names none."""
    if not submission.content.get("attachments"):
        return []
    sent = SubmittedAttachment.objects.filter(submission=submission).select_related("attachment")
    return [row.attachment for row in sent.order_by("attachment__uploaded_at", "attachment")]


def signed_with(proposals: Iterable[Proposal]) -> dict[tuple[UUID, str], dict[str, str]]:
    """Return by proposal and section the files that are signed with it: names by place and content; one query.

    Files of the proposal as a whole are signed with its first section, the profile.
    """
    first = {proposal.pk: toolkit_of(proposal).sections[0].id for proposal in proposals}
    rows = Attachment.objects.filter(proposal__in=first, removed_at__isnull=True).order_by("uploaded_at", "pk")
    found: dict[tuple[UUID, str], dict[str, str]] = defaultdict(dict)
    for pk, key, prompt_id, sha256, name in rows.values_list(
        "proposal_id", "section_key", "prompt_id", "sha256", "name"
    ):
        found[pk, key or first[pk]][f"{prompt_id} {sha256}"] = name
    return found


def by_prompt(files: QuerySet[Attachment] | list[Attachment]) -> dict[str, list[Attachment]]:
    """Group files by the prompt they belong to; "" for a section or proposal as a whole."""
    found: dict[str, list[Attachment]] = defaultdict(list)
    for file in files:
        found[file.prompt_id].append(file)
    return dict(found)


def same_content(proposal: Proposal, sha256: str) -> list[Attachment]:
    """Return the files of the draft with this content."""
    return list(of_draft(proposal).filter(sha256=sha256))


def unscanned(now: datetime) -> QuerySet[Attachment]:
    """Return the files whose scan was missed, oldest first; none where there is no scanner."""
    if not settings.CLAMAV_ADDRESS:
        return Attachment.objects.none()
    waiting = Attachment.objects.filter(scan=ScanStatus.WAITING, uploaded_at__lt=now - PATIENCE).exclude(file="")
    return waiting.order_by("scan_attempts", "uploaded_at")
