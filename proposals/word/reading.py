"""Turns a Word file into blocks of HTML in our vocabulary. Every word that a reader of the file sees comes along.

Deleted text of tracked changes does not count as seen; notes, comments, text boxes, headers and footers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import IO, NamedTuple

from proposals.files.kinds import Refused
from proposals.word.package import Element, Package, attribute, child, open_word, tag
from proposals.word.styles import Place, Styles, is_on

#: More paragraphs than any proposal has; reading them takes about two seconds.
MOST_BLOCKS = 20_000

_SILENT = frozenset(
    {
        "del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr",
        "tblGrid", "trPr", "tcPr", "sectPr", "Fallback", "bookmarkEnd", "proofErr", "annotationRef", "footnoteRef",
        "endnoteRef", "separator", "continuationSeparator",
    }
)  # fmt: skip
_SIGNS = {"tab": " ", "ptab": " ", "cr": "<br>", "noBreakHyphen": "-", "softHyphen": ""}
_ONLY_FIGURES = re.compile(r"[\W\d_]*")


@dataclass(frozen=True)
class Block:
    """A paragraph or a table. ``level`` is that of a heading; ``html`` is what stands inside, or the whole table."""

    html: str
    text: str
    level: int = 0
    is_title: bool = False
    is_table: bool = False
    is_bold: bool = False
    item: Place | None = None
    style: str = ""
    bookmarks: tuple[str, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """What a Word file says: its blocks in order, and what stands beside the text as (heading, HTML)."""

    blocks: tuple[Block, ...]
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The title of the document; "" when it has none."""
        return next((block.text for block in self.blocks if block.is_title), "")


def read_word(file: IO[bytes], name: str) -> Document:
    """Read a Word file. Raises `Refused` with one sentence for the person who sent it."""
    package = open_word(file, name)
    reader = _Body(package)
    body = child(package.document, "body")
    try:
        blocks = tuple(reader.blocks(body)) if body is not None else ()
        return Document(blocks, tuple(_beside(package, reader)))
    except _TooManyError:
        raise Refused(f"“{name}” has more than {MOST_BLOCKS:,} paragraphs. Split it into several files.") from None


def list_html(blocks: list[Block]) -> str:
    """The HTML of blocks in a row: paragraphs, nested lists, tables, and the notes that belong to them at the end."""
    written = _Lists()
    for block in blocks:
        written.add(block)
    notes = "".join(f"<p>[{number}] {html}</p>" for block in blocks for number, html in block.notes)
    return written.finish() + notes


class _Lists:
    """Writes blocks one after the other and opens and closes lists around items."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[str] = []

    def add(self, block: Block) -> None:
        """Write one block."""
        if block.item is None:
            self._close_to(0)
            self.out.append(block.html if block.is_table else f"<p>{block.html}</p>" if block.html else "")
            return
        kind = "ol" if block.item.ordered else "ul"
        depth = min(block.item.depth, len(self.open)) + 1
        if len(self.open) >= depth and self.open[depth - 1] != kind:
            self._close_to(depth - 1)
        self._close_to(depth)
        if len(self.open) == depth:
            self.out.append("</li>")
        else:
            self.open.append(kind)
            self.out.append(f"<{kind}>")
        self.out.append(f"<li>{block.html}")

    def _close_to(self, depth: int) -> None:
        while len(self.open) > depth:
            self.out.append(f"</li></{self.open.pop()}>")

    def finish(self) -> str:
        """Close what is open; return everything."""
        self._close_to(0)
        return "".join(self.out)


class _TooManyError(Exception):
    """There are more paragraphs than are read, in the text, in tables or beside."""


class _Body:
    """Reads blocks; keeps count of notes, which are numbered by where they are referred to."""

    def __init__(self, package: Package) -> None:
        self.styles = Styles(package)
        self.links = package.links
        self.notes = {"footnote": _by_id(package.footnotes), "endnote": _by_id(package.endnotes)}
        self.numbers: dict[tuple[str, str], int] = {}
        self.bookmarks: list[str] = []
        self.seen = 0

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield the blocks inside an element, in order."""
        for element in parent:
            match tag(element):
                case "p":
                    self.seen += 1
                    if self.seen > MOST_BLOCKS:
                        raise _TooManyError
                    yield from self._paragraph(element)
                case "tbl":
                    yield self._table(element)
                case "bookmarkStart":
                    # Word also sets a bookmark before the paragraph it begins in.
                    self.bookmarks.append(attribute(element, "name") or "")
                case "altChunk":
                    yield Block("[A part of the file is embedded in another format and was not read.]", "[not read]")
                case name if name not in _SILENT:
                    yield from self.blocks(element)

    def _paragraph(self, paragraph: Element) -> Iterator[Block]:
        line = _Line(self)
        line.bookmarks, self.bookmarks = self.bookmarks, []
        line.read(paragraph, _Look())
        text = line.text
        level = self.styles.heading(paragraph) if text else 0
        yield Block(
            html=line.html(plain=bool(level)),
            text=text,
            level=level,
            is_title=bool(text) and self.styles.is_title(paragraph),
            is_bold=line.all_bold,
            item=None if level or not text else self.styles.item(paragraph),
            style=self.styles.name(paragraph),
            bookmarks=tuple(line.bookmarks),
            notes=tuple(line.notes),
        )
        for box in line.boxes:
            yield from self.blocks(box)

    def _table(self, table: Element) -> Block:
        rows = list(_inside(table, "tr"))
        notes: list[tuple[int, str]] = []
        texts: list[str] = []
        written = []
        for row in rows:
            head = is_on(child(row, "trPr"), "tblHeader")
            cells = []
            for cell in _inside(row, "tc"):
                found = list(self.blocks(cell))
                notes += [note for block in found for note in block.notes]
                texts += [block.text for block in found]
                inner = _cell_html(found)
                name = "th" if head else "td"
                cells.append(f"<{name}{_span(cell)}>{inner}</{name}>")
            written.append(f"<tr>{''.join(cells)}</tr>")
        return Block(f"<table>{''.join(written)}</table>", " ".join(texts), is_table=True, notes=tuple(notes))

    def note(self, kind: str, reference: Element) -> tuple[int, str] | None:
        """The number and the HTML of a note that is referred to; None for one that does not exist.

        The words of a note come once, with the first reference: a note may be named a thousand times, or by itself.
        """
        key = (kind, attribute(reference, "id") or "")
        found = self.notes[kind].get(key[1])
        if found is None:
            return None
        if key in self.numbers:
            return self.numbers[key], ""
        number = self.numbers[key] = len(self.numbers) + 1
        return number, "<br>".join(block.html for block in self.blocks(found) if block.html)


class _Look(NamedTuple):
    """How a run is written."""

    bold: bool = False
    italic: bool = False
    link: str = ""


class _Line:
    """The text of one paragraph, run by run; text boxes anchored in it are kept for afterwards."""

    def __init__(self, body: _Body) -> None:
        self.body = body
        self.runs: list[tuple[str, _Look]] = []
        self.boxes: list[Element] = []
        self.bookmarks: list[str] = []
        self.notes: list[tuple[int, str]] = []

    def read(self, parent: Element, look: _Look) -> None:
        """Read everything inside an element."""
        for element in parent:
            name = tag(element)
            if name == "r":
                properties = child(element, "rPr")
                bold, italic = bool(is_on(properties, "b")), bool(is_on(properties, "i"))
                self.read(element, _Look(bold, italic, look.link))
            elif name == "hyperlink":
                target = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
                self.read(element, look._replace(link=self.body.links.get(target, "")))
            elif (said := _said(element, name)) is not None:
                self._add(said, look)
            elif name not in _SILENT and not self._took(element, name, look):
                self.read(element, look)

    def _took(self, element: Element, name: str, look: _Look) -> bool:
        """Take what refers to something elsewhere; return whether it was that."""
        if name in {"footnoteReference", "endnoteReference"}:
            if note := self.body.note(name.removesuffix("Reference"), element):
                if note[1]:
                    self.notes.append(note)
                self._add(f" [{note[0]}]", look)
        elif name == "txbxContent":
            self.boxes.append(element)
        elif name == "bookmarkStart":
            self.bookmarks.append(attribute(element, "name") or "")
        else:
            return False
        return True

    def _add(self, html: str, look: _Look) -> None:
        if self.runs and self.runs[-1][1] == look:
            html = self.runs.pop()[0] + html
        self.runs.append((html, look))

    @property
    def text(self) -> str:
        """The words alone."""
        return " ".join(unescape("".join(html for html, _ in self.runs).replace("<br>", " ")).split())

    @property
    def all_bold(self) -> bool:
        """Whether every word is bold."""
        said = [look.bold for html, look in self.runs if html.strip()]
        return bool(said) and all(said)

    def html(self, *, plain: bool) -> str:
        """The paragraph in our vocabulary; ``plain`` without bold and italic, for headings."""
        return "".join(html if plain else _dressed(html, look) for html, look in self.runs).strip()


def _dressed(html: str, look: _Look) -> str:
    if not html.strip():
        return html
    if look.italic:
        html = f"<em>{html}</em>"
    if look.bold:
        html = f"<strong>{html}</strong>"
    return f'<a href="{escape(look.link)}">{html}</a>' if look.link else html


def _said(element: Element, name: str) -> str | None:
    """What an element says by itself, as HTML; None for one that holds or names something else."""
    match name:
        case "t":
            return escape(element.text or "", quote=False)
        case "br":
            return " " if attribute(element, "type") == "page" else "<br>"
        case "sym":
            return _symbol(attribute(element, "char") or "")
        case "docPr":
            return escape(f"[Picture: {element.get('descr')}]", quote=False) if element.get("descr") else ""
    return _SIGNS.get(name)


def _symbol(code: str) -> str:
    """A sign from a font of signs; those in the private area mean nothing in other fonts."""
    sign = chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else ""
    return escape(sign) if sign.isprintable() else "•"


def _cell_html(blocks: list[Block]) -> str:
    """What stands in a cell; a single paragraph needs no tags of its own. Notes are written after the table."""
    said = [replace(block, notes=(), level=0) for block in blocks if block.html]
    return said[0].html if len(said) == 1 and said[0].item is None else list_html(said)


def _span(cell: Element) -> str:
    found = child(cell, "tcPr", "gridSpan")
    width = (attribute(found, "val") or "") if found is not None else ""
    return f' colspan="{width}"' if re.fullmatch(r"[1-9][0-9]?", width) and width != "1" else ""


def _inside(parent: Element, name: str) -> Iterator[Element]:
    """Elements of a name right inside another, or inside wrappers such as content controls and tracked insertions."""
    for element in parent:
        if tag(element) == name:
            yield element
        elif tag(element) in {"sdt", "sdtContent", "ins", "customXml", "moveTo"}:
            yield from _inside(element, name)


def _by_id(part: Element | None) -> dict[str, Element]:
    return (
        {} if part is None else {attribute(item, "id") or "": item for item in part if attribute(item, "type") is None}
    )


def _beside(package: Package, reader: _Body) -> Iterator[tuple[str, str]]:
    """Yield what stands outside the text: headers and footers once each, and comments with who wrote them."""
    said: dict[str, str] = {}
    for margin in package.margins:
        for block in reader.blocks(margin):
            if not _ONLY_FIGURES.fullmatch(block.text):
                said.setdefault(block.text, block.html if block.is_table else f"<p>{block.html}</p>")
    if said:
        yield "Header and footer", "".join(said.values())
    comments = []
    for comment in package.comments if package.comments is not None else ():
        who = escape(attribute(comment, "author") or "Somebody", quote=False)
        comments.append(f"<p>{who}: {'<br>'.join(block.html for block in reader.blocks(comment))}</p>")
    if comments:
        yield "Comments in the file", "".join(comments)
