"""What a file is stands in its bytes; its name is only a claim."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from proposals.files.kinds import MOST_UNPACKED, Refused, clean_name, recognize
from proposals.status import FileKind
from tests.proposals.files.samples import jpeg, office, pdf, png

TAKEN: list[tuple[str, bytes, FileKind]] = [
    ("plan.pdf", pdf(), FileKind.PDF),
    ("PLAN.PDF", b"\n\n" + pdf(), FileKind.PDF),
    ("chart.png", png(), FileKind.PNG),
    ("photo.jpg", jpeg(), FileKind.JPEG),
    ("photo.jpeg", jpeg(), FileKind.JPEG),
    ("text.docx", office("word/document.xml"), FileKind.DOCX),
    ("sheet.xlsx", office("xl/workbook.xml"), FileKind.XLSX),
    ("slides.pptx", office("ppt/presentation.xml"), FileKind.PPTX),
    ("rates.csv", b"county,rate\nFranklin,12.5\n", FileKind.CSV),
    ("excel.csv", "Bezirk;Satz\nKöln;1 €\n".encode("cp1252"), FileKind.CSV),
    ("mark.csv", "county\nAdams\n".encode("utf-8-sig"), FileKind.CSV),
    ("wide.csv", "county,rate\nAdams,1\n".encode("utf-16"), FileKind.CSV),
]


@pytest.mark.parametrize(("name", "content", "kind"), TAKEN, ids=[name for name, _, _ in TAKEN])
def test_what_states_attach_is_recognized(name: str, content: bytes, kind: FileKind) -> None:
    assert recognize(io.BytesIO(content), name) is kind


NOT_ONE = "“{}” is called a {} but its content is not one. Open it, save it again and attach that."
REFUSED: list[tuple[str, bytes, str]] = [
    ("program.pdf", b"MZ\x90\0" * 50, NOT_ONE.format("program.pdf", "PDF")),
    ("program.csv", b"MZ\x90\0" * 50, NOT_ONE.format("program.csv", "CSV table")),
    ("page.csv", b"<html><script>alert(1)</script>", NOT_ONE.format("page.csv", "CSV table")),
    ("run.csv", b"#!/bin/sh\nrm -rf /\n", NOT_ONE.format("run.csv", "CSV table")),
    ("words.pdf", b"This was never a PDF.", NOT_ONE.format("words.pdf", "PDF")),
    ("cut.pdf", pdf()[:60], NOT_ONE.format("cut.pdf", "PDF")),
    ("drawing.png", b"<svg onload='x'/>", NOT_ONE.format("drawing.png", "PNG picture")),
    ("empty.pdf", b"", "“empty.pdf” is empty."),
    (
        "old.doc",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
        "“old.doc” is in the old Office format or locked with a password. Save it as .docx, .xlsx or .pptx.",
    ),
    (
        "macro.docm",
        office("word/document.xml", "word/vbaProject.bin"),
        "“macro.docm” holds macros. Save it without them, as .docx, .xlsx or .pptx.",
    ),
    (
        "tool.exe",
        b"MZ\x90\0",
        (
            "“tool.exe” is of a kind that cannot be attached. Attach a PDF, a Word, Excel or PowerPoint file, a CSV table, "
            "or a PNG or JPEG picture."
        ),
    ),
    (
        "picture.pdf",
        png(),
        (
            "“picture.pdf” is a PNG picture by its content, but its name does not end in .png. Rename the file and attach "
            "it again."
        ),
    ),
    (
        "sheet.docx",
        office("xl/workbook.xml"),
        (
            "“sheet.docx” is an Excel workbook by its content, but its name does not end in .xlsx. Rename the file and "
            "attach it again."
        ),
    ),
    (
        "book.docx",
        office("book/chapter.xml"),
        (
            "“book.docx” is neither a Word nor an Excel nor a PowerPoint file. Attach a PDF, a Word, Excel or PowerPoint "
            "file, a CSV table, or a PNG or JPEG picture."
        ),
    ),
    ("torn.docx", office("word/document.xml")[:40], "“torn.docx” is damaged: it cannot be opened as an Office file."),
]


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED, ids=[name for name, _, _ in REFUSED])
def test_everything_else_gets_one_sentence(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        recognize(io.BytesIO(content), name)
    assert str(refusal.value) == sentence


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("one.pdf", pdf())
    return out.getvalue()


def bomb() -> bytes:
    """Says of one part that it unpacks to four gigabytes."""
    content = bytearray(office("word/document.xml", "word/media/image1.png"))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<L", content, at + 24, MOST_UNPACKED + 1)
    return bytes(content)


def locked() -> bytes:
    content = bytearray(office("word/document.xml"))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 8, 1)
    return bytes(content)


def endless_contents() -> bytes:
    content = bytearray(office("word/document.xml"))
    at = content.rfind(b"PK\x05\x06")
    struct.pack_into("<L", content, at + 12, 2**31)
    return bytes(content)


HOSTILE: list[tuple[Callable[[], bytes], str]] = [
    (archive, "“x.docx” is a ZIP archive. Attach the files in it one by one."),
    (bomb, "“x.docx” unpacks to more than 400 MB. Make its pictures smaller."),
    (locked, "“x.docx” is locked with a password. Attach it without one."),
    (endless_contents, "“x.docx” is damaged: it cannot be opened as an Office file."),
]


@pytest.mark.parametrize(("make", "sentence"), HOSTILE)
def test_archives_that_mean_harm_are_not_unpacked(make: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        recognize(io.BytesIO(make()), "x.docx")
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\ada\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ('a"b<c>\r\nd.csv', "abcd.csv"),
        (".pdf", "file.pdf"),
        ("///", "file"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
        ("Zürich — Entwurf.pdf", "Zürich — Entwurf.pdf"),
    ],
)
def test_names_are_kept_without_what_misleads(given: str, kept: str) -> None:
    assert clean_name(given) == kept
