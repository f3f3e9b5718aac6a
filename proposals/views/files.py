"""What pages show of an attached file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from icm_portal.accounts.actor import Actor
from icm_portal.addresses import reverse
from proposals.forms.prompts import anchor_of
from proposals.models import Attachment, Proposal
from proposals.policy import can_attach
from proposals.queries.access import toolkit_of
from proposals.status import FileKind


@dataclass(frozen=True)
class FileView:
    """One file: what it is, what the scanner said, and what the reader may do with it.

    ``by`` names who attached it, inside the state only.
    """

    name: str
    kind: str
    size: int
    at: datetime
    by: str
    sha256: str
    standing: str
    is_clean: bool
    url: str
    remove_url: str

    @classmethod
    def of(cls, file: Attachment, *, may_remove: bool = False, by: str = "") -> FileView:
        """Describe a file."""
        return cls(
            name=file.name,
            kind=str(FileKind(file.kind).label),
            size=file.size,
            at=file.uploaded_at,
            by=by,
            sha256=file.sha256,
            standing=file.standing,
            is_clean=file.scan == "clean",
            url=reverse("proposals:attachment_file", args=[file.pk]) if file.may_leave else "",
            remove_url=reverse("proposals:attachment_remove", args=[file.pk]) if may_remove else "",
        )


def file_views(
    proposal: Proposal,
    files: Mapping[str, Iterable[Attachment]],
    *,
    may_remove: bool = False,
    name_people: bool = False,
) -> dict[str, tuple[FileView, ...]]:
    """Describe files by prompt; people are named inside the state only."""
    return {
        prompt_id: tuple(
            FileView.of(file, may_remove=may_remove, by=file.uploaded_by.name if name_people else "") for file in found
        )
        for prompt_id, found in files.items()
    }


@dataclass(frozen=True)
class Group:
    """The files of one place: its name and, for the state, where it is."""

    title: str
    url: str
    files: tuple[FileView, ...]


def views_of(
    actor: Actor, proposal: Proposal, files: Iterable[Attachment], open_keys: Collection[str]
) -> tuple[Group, ...]:
    """Group files by place, the whole proposal first, then in the order of the toolkit."""
    grouped: dict[str, list[FileView]] = {}
    for file in files:
        may_remove = actor.is_state and can_attach(actor, proposal, file.section_key, open_keys)
        by = file.uploaded_by.name if actor.is_state else ""
        view = FileView.of(file, may_remove=may_remove, by=by)
        grouped.setdefault(file.prompt_id, []).append(view)
    order = ["", *(prompt.id for prompt in toolkit_of(proposal).prompts)]
    return tuple(_group(actor, proposal, key, grouped[key]) for key in order if key in grouped)


def _group(actor: Actor, proposal: Proposal, prompt_id: str, files: list[FileView]) -> Group:
    if not prompt_id:
        return Group("The whole proposal", "", tuple(files))
    toolkit = toolkit_of(proposal)
    prompt = toolkit.prompt(prompt_id)
    page = "proposals:section" if actor.is_state else "proposals:review"
    url = f"{reverse(page, args=[proposal.pk, prompt.section_id])}#{anchor_of(prompt_id)}"
    return Group(f"{toolkit.section(prompt.section_id).title}: {prompt.label}", url, tuple(files))
