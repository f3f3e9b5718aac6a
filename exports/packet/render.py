"""From content to PDF."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from math import ceil
from threading import Lock

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration

from exports.packet.content import LetterPacket, PacketContent
from exports.packet.document import document_html, summary_html
from exports.packet.fetcher import PacketFetcher
from exports.packet.fitting import choose
from exports.packet.postpass import finish
from exports.packet.progress import Report, Step, following, quiet
from exports.packet.resources import DRAFT_SHEET, NEEDED, SHEET, static_file
from toolkit.types import Toolkit

#: The collector is one per process: two packets in two threads must not switch it under each other.
_COLLECTOR = Lock()


@dataclass(frozen=True, slots=True)
class Packet:
    """A finished packet. ``summary_pages`` counts the pages of the executive summary."""

    pdf: bytes
    pages: int
    summary_pages: int


def render(content: PacketContent, toolkit: Toolkit, report: Report = quiet) -> Packet:
    """Make the PDF of a packet.

    Args:
        content: what it says; its type decides which annexes it has.
        toolkit: the version of the toolkit the proposal is pinned to.
        report: told of each step.

    Returns:
        The packet. The same content, code and fonts give the same bytes.

    Raises:
        FileNotFoundError: a font or stylesheet is missing from the static files.
    """
    for name in NEEDED:
        static_file(name)
    with _collector_off():
        return _render(content, toolkit, report)


def summary_length(content: PacketContent, toolkit: Toolkit) -> float:
    """Return how many pages the executive summary fills as the packet prints it, the last one in part, such as 2.4."""
    filled: dict[str, float] = {}

    def pages(fit: str) -> int:
        laid_out = _lay_out(summary_html(content, toolkit, fit), draft=content.is_draft).pages
        # WeasyPrint says how far a page is filled in no other way: the height of its root element.
        last = laid_out[-1]._page_box  # noqa: SLF001
        filled[fit] = len(laid_out) - 1 + last.children[0].height / last.height
        return len(laid_out)

    with _collector_off():
        fit = choose(pages)
        if fit not in filled:
            pages(fit)
    return ceil(filled[fit] * 10) / 10  # never down: 3.04 pages print on four


def _render(content: PacketContent, toolkit: Toolkit, report: Report) -> Packet:
    if isinstance(content, LetterPacket):
        report(Step(12, "Writing the letter"))
        pdf, count = finish(
            _lay_out(document_html(content, toolkit, ""), draft=False).write_pdf(pdf_variant="pdf/ua-1")
        )
        return Packet(pdf, count, 0)
    report(Step(5, "Fitting the executive summary"))
    pages_at: dict[str, int] = {}

    def pages(fit: str) -> int:
        pages_at[fit] = len(_lay_out(summary_html(content, toolkit, fit), draft=content.is_draft).pages)
        return pages_at[fit]

    fit = choose(pages)
    summary_pages = pages_at[fit] if fit in pages_at else pages(fit)
    report(Step(12, "Writing the chapters"))
    html = document_html(content, toolkit, fit)
    with following(report, len(html)):
        raw = _lay_out(html, draft=content.is_draft).write_pdf(pdf_variant="pdf/ua-1")
    report(Step(97, "Checking headers of tables"))
    pdf, count = finish(raw)
    return Packet(pdf, count, summary_pages)


def _lay_out(html: str, *, draft: bool) -> Document:
    fonts, sheets = _sheets(draft)
    return HTML(string=html, url_fetcher=PacketFetcher()).render(
        font_config=fonts, stylesheets=sheets, pdf_variant="pdf/ua-1"
    )


@cache
def _sheets(draft: bool) -> tuple[FontConfiguration, list[CSS]]:  # noqa: FBT001 - a key of the cache
    """Read the stylesheets and their fonts once in a process: packets are laid out several times, and one at a time."""
    fonts = FontConfiguration()
    names = [SHEET, DRAFT_SHEET] if draft else [SHEET]
    return fonts, [
        CSS(string=static_file(n).read_text(), url_fetcher=PacketFetcher(), font_config=fonts) for n in names
    ]


@contextmanager
def _collector_off() -> Iterator[None]:
    """Lay out without the garbage collector, which costs a fifth of the time, and collect once at the end."""
    with _COLLECTOR:
        was_on = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if was_on:
                gc.enable()
            gc.collect()
