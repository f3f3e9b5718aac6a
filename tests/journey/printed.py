"""What stands in a packet that somebody downloaded."""

from __future__ import annotations

from itertools import pairwise

import pypdfium2

from exports.packet.content import StatePacket
from proposals.models import Submission
from proposals.snapshot import flat_answers
from tests.exports.packets import squeezed, state_packet

SUMMARY = "Part 1. Executive summary"


def content_of(submission: Submission) -> StatePacket:
    """The answers of a round as frozen, for the helpers that know the order of a packet."""
    return state_packet(answers=flat_answers(submission.content), title=submission.content["title"])


def all_text(pdf: bytes) -> str:
    """The text of all pages, without white space."""
    with pypdfium2.PdfDocument(pdf) as document:
        return squeezed("".join(page.get_textpage().get_text_bounded() for page in document))


def summary_pages(pdf: bytes) -> int:
    """How many pages the executive summary takes, by the bookmarks of the file."""
    with pypdfium2.PdfDocument(pdf) as document:
        marks = [mark for mark in document.get_toc() if mark.level == 1]
        places = [(mark.get_title(), mark.get_dest().get_index()) for mark in marks]
    for (title, begin), (_next, end) in pairwise(places):
        if title == SUMMARY:
            return int(end - begin)
    return 0
