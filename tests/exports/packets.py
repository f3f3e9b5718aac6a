"""Contents of packets for tests, made without a database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import yaml
from django.conf import settings
from pypdfium2 import raw

from exports.packet.content import Exchange, HistoryEntry, InternalNote, Message, ReviewPacket, StatePacket
from exports.packet.render import Packet, render
from toolkit.answers import Answer, clean_answer
from toolkit.loading import load

WHEN = datetime(2027, 2, 9, 15, 4, tzinfo=UTC)
SAMPLES = settings.BASE_DIR / "proposals" / "samples" / "sample-proposals.yaml"
TOOLKIT = load()


def sample_answers(number: int) -> tuple[dict[str, Answer], dict[str, Any]]:
    """The cleaned answers of a sample (1 or 2) and what the file says about it."""
    entry = yaml.safe_load(SAMPLES.read_text())["samples"][number - 1]
    cleaned = {key: clean_answer(TOOLKIT.prompt(key), raw) for key, raw in entry["answers"].items()}
    return {key: answer for key, answer in cleaned.items() if answer}, entry["sample"]


def answers(**fields: dict[str, Any]) -> dict[str, Answer]:
    """Answers by prompt id, with `__` for the full stop: ``es__overview__model={...}``."""
    found = {}
    for name, values in fields.items():
        prompt_id = name.replace("__", ".")
        answer = clean_answer(TOOLKIT.prompt(prompt_id), values if "disposition" in values else {"fields": values})
        assert answer
        found[prompt_id] = answer
    return found


def message(body: str, *, from_cms: bool = True) -> Message:
    return Message(role="CMS" if from_cms else "Ohio (state)", at=WHEN, body=f"<p>{body}</p>", from_cms=from_cms)


def exchange(**changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "number": "Q1",
        "kind": "Question",
        "standing": "Answered",
        "round": 1,
        "section_id": "es.overview",
        "prompt_id": "es.overview.model",
        "quote": "",
        "messages": (message("Which model?"), message("A health home.", from_cms=False)),
    }
    return Exchange(**values | changes)


def note(body: str, **changes: Any) -> InternalNote:
    values: dict[str, Any] = {
        "at": WHEN,
        "author": "Robin Reviewer",
        "section_id": "",
        "prompt_id": "",
        "body": f"<p>{body}</p>",
    }
    return InternalNote(**values | changes)


def _values(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": "Buckeye Health Homes",
        "agency": "Ohio Medicaid",
        "jurisdiction": "Ohio",
        "number": "OH-ICM-0001",
        "toolkit_version": TOOLKIT.version,
        "round": 1,
        "fingerprint": "0123456789abcdef" * 4,
        "prepared_at": WHEN,
        "submitted_at": WHEN,
        "signatory": "Sam Signatory",
        "change_summary": "",
        "sample_note": "",
        "time_zone": "America/New_York",
        "answers": {},
        "exchanges": (),
        "history": (HistoryEntry(at=WHEN, what="Submitted round 1", who="Ohio"),),
    }
    return values | changes


def state_packet(**changes: Any) -> StatePacket:
    return StatePacket(**_values(**changes))


def review_packet(**changes: Any) -> ReviewPacket:
    return ReviewPacket(**_values(**{"notes": ()} | changes))


def draft_packet(**changes: Any) -> StatePacket:
    return state_packet(**{"submitted_at": None, "signatory": ""} | changes)


def sample_packet(number: int) -> StatePacket:
    """Sample 1 as submitted, sample 2 as a draft."""
    found, about = sample_answers(number)
    changes: dict[str, Any] = {"answers": found, "title": about["title"], "sample_note": about["figures"]}
    if number == 1:
        return state_packet(**changes, exchanges=(exchange(),))
    return draft_packet(**changes)


def made(content: StatePacket | ReviewPacket) -> Packet:
    return render(content, TOOLKIT)


#: Running heads and the margin are set in 7 points; nothing else is as small (pdfium counts in CSS pixels).
_MARGIN_SIZE = 7 * 4 / 3


@dataclass(frozen=True)
class Line:
    """A piece of text on a page, in points from the lower left."""

    page: int
    text: str
    size: float
    left: float
    bottom: float
    right: float
    top: float

    @property
    def is_margin(self) -> bool:
        return abs(self.size - _MARGIN_SIZE) < 0.05


def lines(pdf: bytes) -> list[Line]:
    """All text of a packet, in the order in which it is printed."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            textpage = page.get_textpage()
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=textpage):
                found.append(
                    Line(number, item.extract().replace("\x02", "-"), item.get_font_size(), *item.get_bounds())
                )
    return found


def body_text(pdf: bytes) -> str:
    """The text without running heads, page numbers and margin, and without white space."""
    return squeezed("".join(line.text for line in lines(pdf) if not line.is_margin))


def page_texts(pdf: bytes) -> list[str]:
    """All text page by page, without white space."""
    pages: dict[int, str] = {}
    for line in lines(pdf):
        pages[line.page] = pages.get(line.page, "") + squeezed(line.text)
    return [pages[number] for number in sorted(pages)]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
