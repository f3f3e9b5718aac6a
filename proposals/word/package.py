"""Opens a Word file that somebody sent: only the parts that hold words, each of them measured before it is parsed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import IO, Any

from lxml import etree

from proposals.files.kinds import Refused, open_package, recognize
from proposals.status import FileKind

#: One part of XML; five hundred pages of text have about ten megabytes.
MOST_XML = 12 * 1024 * 1024
#: All parts, pictures too, though these are never unpacked.
MOST_UNPACKED = 100 * 1024 * 1024
#: Headers and footers: six for each part of a document that has its own, which makes a hundred such parts.
MOST_MARGINS = 600

Element = Any
_DOCUMENT = "word/document.xml"


@dataclass(frozen=True)
class Package:
    """The parsed parts of a Word file; those it lacks are None or empty."""

    name: str
    document: Element
    styles: Element | None = None
    numbering: Element | None = None
    footnotes: Element | None = None
    endnotes: Element | None = None
    comments: Element | None = None
    margins: tuple[Element, ...] = ()
    links: dict[str, str] = field(default_factory=dict)


def tag(element: Element) -> str:
    """The name of an element without its namespace, which differs between two versions of the standard."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str | None:
    """An attribute in the namespace of its element."""
    space, brace, _ = str(element.tag).rpartition("}")
    value: str | None = element.get(f"{space}{brace}{name}")
    return value


def child(element: Element, *path: str) -> Element | None:
    """The first descendant along a path of names; None when there is none."""
    for name in path:
        element = next((item for item in element if tag(item) == name), None)
        if element is None:
            return None
    return element


def open_word(file: IO[bytes], name: str) -> Package:
    """Open a Word file. Raises `Refused` with one sentence for whatever is wrong with it."""
    if recognize(file, name) is not FileKind.DOCX:
        raise Refused(f"“{name}” is no Word file. Choose a .docx.")
    with open_package(file, name, most=MOST_UNPACKED) as package:
        return _Reader(package, name).read()


class _Reader:
    """Reads parts one by one and refuses the first that is too large, broken or more than XML should be."""

    def __init__(self, package: zipfile.ZipFile, name: str) -> None:
        self.package, self.name = package, name
        self.names = set(package.namelist())

    def read(self) -> Package:
        """Read all parts that hold words."""
        return Package(
            name=self.name,
            document=self._needed(_DOCUMENT),
            styles=self._part("word/styles.xml"),
            numbering=self._part("word/numbering.xml"),
            footnotes=self._part("word/footnotes.xml"),
            endnotes=self._part("word/endnotes.xml"),
            comments=self._part("word/comments.xml"),
            margins=self._margins(),
            links=self._links(),
        )

    def _margins(self) -> tuple[Element, ...]:
        """All headers and footers; a file with more than are read is refused, so that none is lost unseen."""
        parts = [
            part for part in self.names if part.startswith(("word/header", "word/footer")) and part.endswith(".xml")
        ]
        if len(parts) > MOST_MARGINS:
            raise Refused(
                f"“{self.name}” has more than {MOST_MARGINS} headers and footers. Split it into several files."
            )
        return tuple(self._needed(part) for part in sorted(parts))

    def _links(self) -> dict[str, str]:
        """The targets of links by their id; targets inside the package lead nowhere and are left out."""
        found = self._part("word/_rels/document.xml.rels")
        if found is None:
            return {}
        return {
            item.get("Id", ""): item.get("Target", "")
            for item in found
            if item.get("TargetMode") == "External" and item.get("Type", "").endswith("/hyperlink")
        }

    def _needed(self, part: str) -> Element:
        parsed = self._part(part)
        if parsed is None:
            raise Refused(f"“{self.name}” is damaged: it holds no text.")
        return parsed

    def _part(self, part: str) -> Element | None:
        if part not in self.names:
            return None
        try:
            with self.package.open(part) as stream:
                content = stream.read(MOST_XML + 1)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
            raise Refused(f"“{self.name}” is damaged: a part of it cannot be unpacked.") from error
        if len(content) > MOST_XML:
            raise Refused(f"“{self.name}” holds more text than can be read at once. Split it into several files.")
        return self._parsed(content)

    def _parsed(self, content: bytes) -> Element:
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True, huge_tree=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        declares = Refused(f"“{self.name}” declares entities, which Word files never do. It was not read.")
        if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
            raise declares
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Refused(
                f"“{self.name}” is damaged: its text cannot be read. Open it in Word and save it again."
            ) from error
        if root.getroottree().docinfo.doctype:
            raise declares
        return root
