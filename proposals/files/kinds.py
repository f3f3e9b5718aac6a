"""What a file is, read off its bytes: a name is only a claim. Pure: nothing is unpacked, nothing is stored.

A file is taken when its content is one of the kinds below and its name says the same.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

from proposals.status import FileKind

#: What the browser is told, by kind.
CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}
#: What a name of each kind may end in.
ENDINGS = {kind: (f".{kind.value}",) for kind in FileKind} | {FileKind.JPEG: (".jpg", ".jpeg")}
ACCEPTED = tuple(ending for endings in ENDINGS.values() for ending in endings)
WANTED = "Attach a PDF, a Word, Excel or PowerPoint file, a CSV table, or a PNG or JPEG picture."
LONGEST_NAME = 120

_MAIN_PARTS = {
    "word/document.xml": FileKind.DOCX,
    "xl/workbook.xml": FileKind.XLSX,
    "ppt/presentation.xml": FileKind.PPTX,
}
#: A list of contents of this size names about ten thousand parts; no document has that many.
_LONGEST_CONTENTS = 1024 * 1024
#: What an Office file may unpack to.
MOST_UNPACKED = 400 * 1024 * 1024
_PDF_HEAD, _PDF_TAIL = 1024, 2048
_CHUNK = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDS_HERE, _ENDS_ELSEWHERE = b"PK\x05\x06", b"PK\x06\x07"
_END_SIZE, _LONGEST_COMMENT, _LOCATOR_SIZE = 22, 65535, 20
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*(?:<[!?a-zA-Z]|#!)")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069<>:"|?*\\/]')


class Refused(Exception):
    """The file is not taken; the message is one sentence, or two, for the person who chose it."""


def clean_name(name: str) -> str:
    """Return a name without path and without characters that mislead; "file" when nothing is left."""
    base = _NOT_IN_NAMES.sub("", name.replace("\\", "/").rpartition("/")[2]).lstrip().rstrip(" .")
    stem, dot, ending = base.rpartition(".")
    if dot and len(ending) < LONGEST_NAME // 2:
        return f"{stem[: LONGEST_NAME - len(ending) - 1].strip(' .') or 'file'}.{ending}"
    return base[:LONGEST_NAME] or "file"


def recognize(file: IO[bytes], name: str) -> FileKind:
    """Return what a file is. Raises `Refused` when it is nothing that can be attached, or its name says otherwise."""
    kind = _by_content(file, name)
    if not name.lower().endswith(ENDINGS[kind]):
        article = "an" if kind == FileKind.XLSX else "a"
        raise Refused(
            f"“{name}” is {article} {kind.label} by its content, but its name does not end in {ENDINGS[kind][0]}. "
            "Rename the file and attach it again."
        )
    return kind


def _by_content(file: IO[bytes], name: str) -> FileKind:
    file.seek(0)
    head = file.read(_PDF_HEAD)
    if not head:
        raise Refused(f"“{name}” is empty.")
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return FileKind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if head.startswith(b"PK\x03\x04"):
        return _office(file, name)
    if head.startswith(_OLE):
        raise Refused(
            f"“{name}” is in the old Office format or locked with a password. Save it as .docx, .xlsx or .pptx."
        )
    if b"%PDF-" in head and b"startxref" in _tail(file, _PDF_TAIL):
        return FileKind.PDF
    if name.lower().endswith(".csv") and _is_table_of_text(file):
        return FileKind.CSV
    raise Refused(_what_is_wrong(name))


def _what_is_wrong(name: str) -> str:
    ending = name.lower().rpartition(".")[2]
    claimed = next((kind for kind, endings in ENDINGS.items() if f".{ending}" in endings), None)
    if claimed is None:
        return f"“{name}” is of a kind that cannot be attached. {WANTED}"
    return f"“{name}” is called a {claimed.label} but its content is not one. Open it, save it again and attach that."


def _tail(file: IO[bytes], size: int) -> bytes:
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - size))
    return file.read(size)


# --- Office -----------------------------------------------------------------------------------------------------------


def open_package(file: IO[bytes], name: str, *, most: int = MOST_UNPACKED) -> zipfile.ZipFile:
    """Open an Office file to read single parts of it; the list of contents is measured before it is read.

    Raises `Refused` when it is damaged, locked or says that it unpacks to more than ``most`` bytes.
    """
    damaged = Refused(f"“{name}” is damaged: it cannot be opened as an Office file.")
    if not _has_short_contents(file):
        raise damaged
    try:
        package = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise damaged from error
    if any(part.flag_bits & 1 for part in package.infolist()):
        raise Refused(f"“{name}” is locked with a password. Attach it without one.")
    if sum(part.file_size for part in package.infolist()) > most:
        raise Refused(f"“{name}” unpacks to more than {most // 1024**2} MB. Make its pictures smaller.")
    return package


def _has_short_contents(file: IO[bytes]) -> bool:
    """Whether the list of contents at the end of a ZIP says of itself that it is short."""
    tail = _tail(file, _END_SIZE + _LONGEST_COMMENT)
    at = tail.rfind(_ENDS_HERE)
    if at < 0 or len(tail) < at + _END_SIZE or tail[max(0, at - _LOCATOR_SIZE) :].startswith(_ENDS_ELSEWHERE):
        return False
    (size,) = struct.unpack_from("<L", tail, at + 12)
    return bool(size <= _LONGEST_CONTENTS)


def _office(file: IO[bytes], name: str) -> FileKind:
    with open_package(file, name) as package:
        parts = set(package.namelist())
    if "[Content_Types].xml" not in parts:
        raise Refused(f"“{name}” is a ZIP archive. Attach the files in it one by one.")
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise Refused(f"“{name}” holds macros. Save it without them, as .docx, .xlsx or .pptx.")
    kind = next((kind for part, kind in _MAIN_PARTS.items() if part in parts), None)
    if kind is None:
        raise Refused(f"“{name}” is neither a Word nor an Excel nor a PowerPoint file. {WANTED}")
    return kind


# --- text -------------------------------------------------------------------------------------------------------------


def _is_table_of_text(file: IO[bytes]) -> bool:
    """Whether all of a file is text, and not the text of a web page or a program."""
    return any(_is_text(file, encoding) for encoding in ("utf-8-sig", *_sixteen(file), "cp1252"))


def _sixteen(file: IO[bytes]) -> tuple[str, ...]:
    file.seek(0)
    return ("utf-16",) if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else ()


def _is_text(file: IO[bytes], encoding: str) -> bool:
    try:
        return not any(
            _UNPRINTABLE.search(text) or (place == 0 and _MARKUP.match(text))
            for place, text in enumerate(_decoded(file, encoding))
        )
    except UnicodeError:
        return False


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
