"""Rich text made flat and complete for print.

Input is HTML of the small vocabulary that `toolkit.richtext.sanitise` lets through. Output keeps it and adds what a
tagged PDF needs: classes instead of wrappers, header cells with scope, rows of equal length.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring

_VOID = {"br"}
_INLINE = {"a", "strong", "em", "br"}
_CELLS = {"th", "td"}
_MAX_SPAN = 50
_SPAN = re.compile("[1-9][0-9]?")


class _Tree(HTMLParser):
    """Builds an element tree of a fragment; closes what the fragment left open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._builder = TreeBuilder()
        self._open: list[str] = []
        self._start("root", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self._builder.start(tag, {})
            self._builder.end(tag)
        else:
            self._start(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open[1:]:
            while self._end() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._builder.data(data)

    def finish(self) -> Element:
        while self._open:
            self._end()
        return self._builder.close()

    def _start(self, tag: str, attrs: dict[str, str]) -> None:
        self._builder.start(tag, attrs)
        self._open.append(tag)

    def _end(self) -> str:
        self._builder.end(self._open[-1])
        return self._open.pop()


def flatten(html: str, css: str = "") -> str:
    """Prepare one narrative for print.

    Args:
        html: sanitised rich text.
        css: class for its paragraphs and lists, such as ``p1`` or ``ask``.

    Returns:
        HTML that may stand directly under ``body``.
    """
    parser = _Tree()
    parser.feed(html)
    parser.close()
    root = _gather_loose_text(parser.finish())
    for element in root:
        _dress(element, css)
    return "".join(tostring(element, encoding="unicode", method="html") for element in root)


def plain(text: str, css: str = "") -> str:
    """A plain text as one paragraph of HTML."""
    return f'<p class="{escape(css)}">{escape(text)}</p>'


def _gather_loose_text(root: Element) -> Element:
    """Put text and inline elements that stand outside a block into paragraphs of their own."""
    flat = Element("root")
    loose: Element | None = None
    if (root.text or "").strip():
        loose = SubElement(flat, "p")
        loose.text = root.text
    for child in root:
        tail, child.tail = child.tail, None
        if child.tag in _INLINE:
            loose = SubElement(flat, "p") if loose is None else loose
            loose.append(child)
            child.tail = tail
            continue
        flat.append(child)
        loose = None
        if (tail or "").strip():
            loose = SubElement(flat, "p")
            loose.text = tail
    return flat


def _dress(element: Element, css: str) -> None:
    if element.tag == "table":
        _rebuild_table(element)
        return
    kinds = {"ul": "list", "ol": "list numbers"}
    names = " ".join(name for name in (kinds.get(element.tag, ""), css) if name)
    if names:
        element.set("class", names)
    for inner in element.iter():
        if inner is not element and inner.tag in kinds:
            inner.set("class", kinds[inner.tag])


def _rebuild_table(table: Element) -> None:
    """Give the table one header section, scopes, and rows of equal length."""
    rows = [row for row in table.iter("tr") if len(row)]
    for child in list(table):
        table.remove(child)
    table.text = table.tail = None
    table.attrib.clear()
    table.set("class", "told")
    if not rows:
        table.tag = "p"
        return
    head = _take_header(rows)
    _even_out([*head, *rows], heads=len(head))
    if rows:
        _fill(SubElement(table, "thead"), head, scope="col")
        _fill(SubElement(table, "tbody"), rows, scope="row")
    else:
        _fill(SubElement(table, "tbody"), head, scope="col")


def _take_header(rows: list[Element]) -> list[Element]:
    """Take the rows that consist of header cells off the top; where there is none, the first row becomes one."""
    head = []
    while rows and all(cell.tag == "th" for cell in rows[0]):
        head.append(rows.pop(0))
    if not head:
        head.append(rows.pop(0))
        for cell in head[0]:
            cell.tag = "th"
    return head


def _span(cell: Element, name: str, limit: int) -> int:
    value = cell.get(name, "")
    return min(int(value), limit) if _SPAN.fullmatch(value) else 1


def _even_out(rows: list[Element], heads: int) -> None:
    """Cut spans that reach outside the header or the table, and fill rows that are too short."""
    covered = [0] * len(rows)
    for at, row in enumerate(rows):
        for cell in row:
            across = _span(cell, "colspan", _MAX_SPAN)
            down = _span(cell, "rowspan", (heads if at < heads else len(rows)) - at)
            for name, span in (("colspan", across), ("rowspan", down)):
                cell.attrib.pop(name, None)
                if span > 1:
                    cell.set(name, str(span))
            for below in range(at, at + down):
                covered[below] += across
    widest = max(covered)
    for row, filled in zip(rows, covered, strict=True):
        for _ in range(widest - filled):
            SubElement(row, "td")


def _fill(group: Element, rows: list[Element], scope: str) -> None:
    for row in rows:
        row.tail = row.text = None
        for cell in row:
            cell.tail = None
            cell.attrib.pop("scope", None)
            if scope == "col":
                cell.tag = "th"
            if cell.tag == "th":
                cell.set("scope", scope)
        group.append(row)
