"""What a packet says, as plain frozen data. The types decide what a reader may see.

`StatePacket` cannot hold an internal note: it has no place for one. `ReviewPacket` has, and is a sibling, not a
subclass, so that nothing written for the state's packet ever accepts one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from toolkit.answers import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One released comment. ``role`` names an office, never a person; ``body`` is sanitised HTML."""

    role: str
    at: datetime
    body: str
    from_cms: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A released question with its replies. A blank ``prompt_id`` means the section, both blank the proposal."""

    number: str
    kind: str
    standing: str
    round: int
    section_id: str
    prompt_id: str
    quote: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One event both sides may read."""

    at: datetime
    what: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalNote:
    """A note that one agency wrote for itself."""

    at: datetime
    author: str
    section_id: str
    prompt_id: str
    body: str


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that goes with the round: its name, the place it belongs to, its size in bytes and its SHA-256."""

    name: str
    prompt_id: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketContent:
    """What every packet holds.

    ``submitted_at`` is None for a draft. ``prepared_at`` becomes the document's date: the time of submission, or of
    the request for a draft, so that the same content always makes the same bytes. ``fingerprint`` is the SHA-256 of
    the frozen content, in hex.
    """

    title: str
    agency: str
    jurisdiction: str
    number: str
    toolkit_version: str
    round: int
    fingerprint: str
    prepared_at: datetime
    submitted_at: datetime | None
    signatory: str
    change_summary: str
    sample_note: str
    time_zone: str
    answers: Mapping[str, Answer]
    exchanges: tuple[Exchange, ...]
    history: tuple[HistoryEntry, ...]
    files: tuple[AttachedFile, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether this is not a submitted round."""
        return self.submitted_at is None

    @property
    def standing(self) -> str:
        """What the cover says about the standing of this document."""
        if self.is_draft:
            return f"DRAFT of round {self.round}, not submitted"
        return f"Round {self.round}, as submitted"

    @property
    def mark(self) -> str:
        """The words in the corner of every page; empty for a submitted round."""
        return self.standing if self.is_draft else ""

    @property
    def short_fingerprint(self) -> str:
        """The first twelve characters in groups of four, as every footer prints them."""
        return grouped(self.fingerprint[:12])

    def local(self, moment: datetime) -> datetime:
        """The same moment on the agency's clock."""
        return moment.astimezone(ZoneInfo(self.time_zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePacket(PacketContent):
    """What the state sends and both sides may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPacket(PacketContent):
    """CMS's own copy, with its internal notes; never leaves CMS."""

    notes: tuple[InternalNote, ...]

    @property
    def mark(self) -> str:
        """The words in the corner of every page."""
        return "CMS review copy, not for release"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPacket(PacketContent):
    """What CMS asked on a round, as it went out. ``exchanges`` hold its own words only; it has no answers."""

    due_on: date | None
    cover_text: str
    section_ids: tuple[str, ...]

    @property
    def standing(self) -> str:
        """What the document says it is."""
        return f"Letter of CMS on round {self.round}"


def grouped(fingerprint: str) -> str:
    """A fingerprint in capitals and groups of four."""
    capitals = fingerprint.upper()
    return " ".join(capitals[at : at + 4] for at in range(0, len(capitals), 4))
