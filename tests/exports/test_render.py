"""The PDF itself."""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from exports.packet.document import document_html
from exports.packet.progress import Step, following
from exports.packet.render import Packet, render
from exports.packet.resources import NEEDED
from tests.exports.expected import misprints
from tests.exports.packets import (
    TOOLKIT,
    answers,
    body_text,
    draft_packet,
    lines,
    made,
    note,
    page_texts,
    review_packet,
    sample_packet,
    squeezed,
    state_packet,
)
from tests.exports.structure_check import Finding, check

LEAK = "zebra-crossing-sentinel"


@pytest.mark.parametrize("number", [1, 2])
def test_every_answer_is_printed_once_and_in_order(number: int, first_sample: Packet, second_sample: Packet) -> None:
    packet = first_sample if number == 1 else second_sample
    assert misprints(packet.pdf, sample_packet(number)) == []


def test_the_executive_summary_takes_two_to_three_pages(first_sample: Packet) -> None:
    assert first_sample.summary_pages in {2, 3}


def test_both_samples_are_tagged_as_they_should_be(first_sample_check: Finding, second_sample: Packet) -> None:
    assert first_sample_check.problems == []
    assert check(second_sample.pdf).problems == []


def test_paragraphs_headings_and_lists_are_not_broken_into_pieces(
    first_sample: Packet, first_sample_check: Finding
) -> None:
    html = document_html(sample_packet(1), TOOLKIT, "fit2")
    tags = first_sample_check.tags
    assert {f"/H{level}": html.count(f"<h{level} ") for level in (1, 2, 3, 4)} == {
        f"/H{level}": tags[f"/H{level}"] for level in (1, 2, 3, 4)
    }
    assert tags["/LI"] == html.count("<li")
    # Paragraphs of the executive summary may break across its pages, so that it fits.
    assert 0 <= tags["/P"] - html.count("<p ") - html.count("<p>") <= first_sample.summary_pages
    assert tags["/Table"] - html.count("<table") <= 10


def test_verapdf_finds_nothing(verapdf: list[str], first_sample: Packet, second_sample: Packet, tmp_path: Path) -> None:
    for number, packet in enumerate((first_sample, second_sample), start=1):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(packet.pdf)
        command = [*verapdf, "--flavour", "ua1", "--format", "text", str(path)]
        answer = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
        assert answer.stdout.startswith("PASS"), answer.stdout + answer.stderr


def test_the_same_content_gives_the_same_bytes_in_another_process(second_sample: Packet) -> None:
    code = (
        "import django, hashlib; django.setup()\n"
        "from tests.exports.packets import made, sample_packet\n"
        "print(hashlib.sha256(made(sample_packet(2)).pdf).hexdigest())"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603 - our own command
    assert answer.stdout.strip() == hashlib.sha256(second_sample.pdf).hexdigest()


def test_dates_of_the_file_are_those_of_the_submission(first_sample: Packet, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(first_sample.pdf)
    with pikepdf.open(path) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20270209150400+00'00"
        assert str(pdf.docinfo["/Title"]) == "Northland Integrated Care Partnerships"


def test_every_page_of_a_draft_says_so_and_its_fingerprint(second_sample: Packet) -> None:
    pages = page_texts(second_sample.pdf)
    assert len(pages) == second_sample.pages
    assert all("DRAFTofround1,notsubmitted" in page for page in pages)
    assert all("Fingerprint0123456789AB" in page for page in pages)


def test_no_page_of_a_submitted_round_is_marked(first_sample: Packet) -> None:
    assert not any("DRAFT" in page for page in page_texts(first_sample.pdf))


def test_notes_are_in_cms_s_packet_marked_on_every_page() -> None:
    pages = page_texts(made(review_packet(notes=(note(LEAK),))).pdf)
    assert sum(LEAK in page for page in pages) == 1
    assert all("notforrelease" in page for page in pages)


def test_the_contents_name_the_right_pages(second_sample: Packet) -> None:
    pages = page_texts(second_sample.pdf)
    contents = next(page for page in pages if "Contents" in page and "AnnexC" in page)
    number = int(contents.rpartition("Recordofthisproposal")[2].lstrip(".")[:2])
    assert "Whatthisdocumentis" in pages[number - 1]


LONG = "Rindfleischetikettierungsueberwachungsaufgabe" * 10


def test_hostile_content_stays_on_its_pages() -> None:
    rows = [{"ref": f"M{n}", "title": f"Step {n}", "phase": "development", "date": "2027-05-05"} for n in range(500)]
    cell = "quokka " * 1600
    table = f"<table><tr><th>H</th><th>I</th></tr><tr><td>{cell}</td><td rowspan='40'>{LONG}</td></tr></table>"
    given = answers(
        pr__identity={"agency": LONG, "contacts": [{"name": LONG, "role": LONG, "email": LONG}]},
        es__overview__model={"model_types": ["aco_like"], "narrative": f"<p>{'On and on. ' * 600}</p><p>{LONG}</p>"},
        pd__participants__geography={
            "reach": "statewide",
            "narrative": f"{table}<ul><li>\u0645\u0631\u062d\u0628\u0627</li></ul>",
        },
        pd__timeline__plan={"milestones": rows},
    )
    packet = made(draft_packet(title=LONG[:200], agency=LONG[:200], jurisdiction=LONG[:100], answers=given))
    assert check(packet.pdf).problems == []
    text = body_text(packet.pdf)
    assert squeezed("On and on. " * 600) in text
    assert text.count("quokka") == 1600
    assert [f"Step{n}" in text for n in range(500)] == [True] * 500
    assert words_outside(packet.pdf) == []


def words_outside(pdf: bytes) -> list[str]:
    """Pieces of text that reach over the edges: one inch left and right, the paper's edge in head and foot."""
    inside = (71, 10, 542, 782)
    return [
        f"{line.page}: {line.text}"
        for line in lines(pdf)
        if line.left < inside[0] or line.bottom < inside[1] or line.right > inside[2] or line.top > inside[3]
    ]


def test_an_empty_proposal_makes_a_packet(small_packet: Packet) -> None:
    assert small_packet.summary_pages == 1
    assert check(small_packet.pdf).problems == []


def test_steps_are_told_and_never_go_back() -> None:
    steps: list[Step] = []
    render(draft_packet(), TOOLKIT, steps.append)
    percents = [step.percent for step in steps]
    assert percents == sorted(percents)
    assert percents[0] == 5
    assert percents[-1] == 97
    assert sum(step.text.startswith("Laying out page") for step in steps) >= 10


def test_another_thread_s_pages_are_not_counted() -> None:
    steps: list[Step] = []
    logger = logging.getLogger("weasyprint.progress")
    with following(steps.append, 1000):
        record = logger.makeRecord(logger.name, logging.INFO, "", 0, "Step 6 - Creating PDF", (), None)
        record.thread = 1
        logger.handle(record)
        logger.info("Step 1 - Fetching")
        logger.info("Step 6 - Creating PDF")
    assert [step.text for step in steps] == ["Writing the pages"]


def test_a_missing_font_is_an_error_and_no_ugly_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exports.packet.render.NEEDED", (*NEEDED, "fonts/Missing.ttf"))
    with pytest.raises(FileNotFoundError, match="Missing"):
        made(state_packet())
