"""The whole packet as HTML for print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from exports.packet import glance
from exports.packet.blocks import Fact
from exports.packet.chapters import chapters, summary_chapter
from exports.packet.content import LetterPacket, PacketContent, grouped
from exports.packet.letter import letter_html
from exports.packet.prompts import Writer, long_date
from toolkit.types import Toolkit

_LONG_TITLE = 60
_VERY_LONG_TITLE = 110


@dataclass(frozen=True, slots=True)
class Cover:
    """The words of the cover page."""

    title: str
    css: str
    jurisdiction: str
    agency: str
    mark: str
    facts: tuple[Fact, ...]
    note: str


def document_html(content: PacketContent, toolkit: Toolkit, fit: str) -> str:
    """Write the packet.

    Args:
        content: what it says.
        toolkit: the version of the toolkit the proposal is pinned to.
        fit: class that sets the executive summary tighter (see `exports.packet.fitting`).

    Returns:
        One HTML document, flat: everything stands directly under ``body``. A letter has no summary to fit.
    """
    if isinstance(content, LetterPacket):
        return letter_html(content, toolkit)
    body = chapters(content, toolkit)
    front = glance.chapter(content, Writer(toolkit, content))
    return _render("document", content, fit, cover=_cover(content), front=front, chapters=body)


def summary_html(content: PacketContent, toolkit: Toolkit, fit: str) -> str:
    """Write the executive summary alone, to measure how many pages it takes."""
    return _render("summary", content, fit, chapters=[summary_chapter(content, toolkit)])


def _render(template: str, content: PacketContent, fit: str, **context: Any) -> str:
    running = content.title + (" (sample, figures invented)" if content.sample_note else "")
    context |= {"content": content, "fit": fit, "running": running}
    return render_to_string(f"exports/packet/{template}.html", context)


def _cover(content: PacketContent) -> Cover:
    length = len(content.title)
    css = "longest" if length > _VERY_LONG_TITLE else "long" if length > _LONG_TITLE else ""
    day = long_date(content.local(content.prepared_at).date())
    facts = [Fact("Proposal", content.number), Fact("Round", str(content.round))]
    facts.append(Fact("Date" if content.is_draft else "Submitted", day))
    if content.signatory:
        facts.append(Fact("Signed by", content.signatory))
    facts.append(Fact("Toolkit", f"Version {content.toolkit_version}"))
    facts.append(Fact("Fingerprint", grouped(content.fingerprint)))
    return Cover(
        title=content.title,
        css=css,
        jurisdiction=content.jurisdiction,
        agency=content.agency,
        mark=content.mark,
        facts=tuple(facts),
        note=content.sample_note,
    )
