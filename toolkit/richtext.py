"""Rich text: one small vocabulary of HTML, and one function that admits nothing else.

Paragraphs, bold, italic, lists, links, line breaks and simple tables. What people paste from Word or
the web is reduced to that; scripts, styles, images and foreign links disappear.
"""

from __future__ import annotations

import html as escaping
import re
from html.parser import HTMLParser

import nh3

BLOCKS = frozenset({"p", "ul", "ol", "table"})
INLINE = frozenset({"strong", "em", "a"})
ROW_PARTS = frozenset({"thead", "tbody", "tr"})
CELLS = frozenset({"th", "td"})
TAGS = BLOCKS | INLINE | ROW_PARTS | CELLS | {"br", "li"}

_RENAMED = {"b": "strong", "i": "em", "div": "p", "blockquote": "p", "pre": "p", **{f"h{n}": "h" for n in range(1, 7)}}
_SCHEMES = {"http", "https", "mailto"}
_HREF = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)
_SPAN = re.compile(r"[1-9][0-9]?")
_DEEPEST_LIST = 6
_DEEPEST_MARKUP = 100
_MOST_TAGS = 40_000
_PASSES = 8
_TAG = re.compile(r"<[a-zA-Z/!?]")
_ANY_TAG = re.compile(r"<[^<>]*>")
_FOREIGN = re.compile(r"</?[a-zA-Z]+:[^<>]*>")
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)")
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "wbr", "base", "area", "source"})
# The parser closes these by itself, so leaving them open nests nothing.
_SELF_ENDING = frozenset({"p", "li", "tr", "td", "th", "thead", "tbody", "tfoot", "dd", "dt", "option"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_EMPTY = re.compile(r"<(p|strong|em|a|li|ul|ol|table|thead|tbody|tr)(?: [^>]*)?>(?:\s|<br>)*</\1>")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep links to the web and mail, and spans of cells up to 99."""
    if name == "href":
        return value.strip() if _HREF.fullmatch(value.strip()) else None
    return value if _SPAN.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS | _RENAMED.keys() - {"h"}),
    attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    attribute_filter=_attribute,
    url_schemes=_SCHEMES,
    link_rel="noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    strip_comments=True,
)


def sanitise(html: str) -> str:
    """Reduce text or HTML to the vocabulary; "" if nothing is left.

    Text without tags becomes paragraphs. The result is a fixed point: sanitised text stays as it is.
    """
    text = _FOREIGN.sub("", _without_comments(_CONTROL.sub("", html)))
    if is_plain(text):
        return _paragraphs(text)
    if _is_tangled(text):
        return _paragraphs(escaping.unescape(_ANY_TAG.sub(" ", text)))
    for _ in range(_PASSES):
        previous, text = text, _step(text)
        if text == previous:
            return text
    # Markup nested so oddly that it does not settle is nothing a person wrote: keep the words.
    return _paragraphs(to_text(text))


def is_plain(html: str) -> bool:
    """Whether a text holds no tags at all."""
    return not _TAG.search(html)


def to_text(html: str) -> str:
    """Plain text: one line per block, "- " before list items, " | " between cells of a row."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return "\n".join(reader.finish())


def _without_comments(html: str) -> str:
    """HTML without its comments. A search instead of a pattern, which would be slow on purpose-made text."""
    kept: list[str] = []
    start = 0
    while (comment := html.find("<!--", start)) >= 0 and (end := html.find("-->", comment)) >= 0:
        kept.append(html[start:comment])
        start = end + 3
    return "".join(kept) + html[start:]


def _is_tangled(html: str) -> bool:
    """Whether markup nests or repeats as no person's text does; parsing that would take minutes."""
    stack: list[str] = []
    count = 0
    for match in _TAG_NAME.finditer(html):
        name = match[2].lower()
        if name in _VOID:
            continue
        if match[1]:
            if stack and stack[-1] == name:
                stack.pop()
            continue
        count += 1
        if name not in _SELF_ENDING:
            stack.append(name)
        if len(stack) > _DEEPEST_MARKUP or count > _MOST_TAGS:
            return True
    return False


def _paragraphs(text: str) -> str:
    """Plain text as paragraphs: a blank line ends one, a single line end is a line break."""
    blocks = re.split(r"\n[ \t\xa0]*(?:\n[ \t\xa0]*)+", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = ([_squeezed(line).strip() for line in block.split("\n")] for block in blocks)
    filled = ([line for line in block if line] for block in lines)
    return "".join(
        "<p>" + "<br>".join(escaping.escape(line, quote=False) for line in block) + "</p>" for block in filled if block
    )


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _step(html: str) -> str:
    """One pass: sanitise, then bring into the one form that equal texts share."""
    writer = _Writer()
    writer.feed(_CONTROL.sub("", _CLEANER.clean(html)))
    writer.close()
    result = writer.finish()
    for _ in range(_PASSES):
        shorter = _EMPTY.sub("", result)
        if shorter == result:
            break
        result = shorter
    return result


_STARTS = frozenset({"<p>", "<li>", "<td>", "<th>", "<br>"})


class _Writer(HTMLParser):
    """Writes well-formed HTML again with our tag names, every text in a block, no deep nesting.

    What it leaves unbalanced on purpose (a `<li>` around stray text of a list, a paragraph inside
    bold text) the sanitiser of the next pass sets right.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[tuple[str, tuple[str, ...], str]] = []  # tag read, tags written, their end
        self._inside: list[str] = []  # tags written and still open, outermost first
        self._loose = False  # inside a paragraph of our own around text that had none

    def finish(self) -> str:
        """The HTML written."""
        self._end_loose()
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = _RENAMED.get(tag, tag)
        if name == "br":
            self._begin_text()
            self._out.append("<br>")
            return
        if name in INLINE:
            written, opening = self._inline(name, dict(attrs).get("href"))
        else:
            written, opening = self._block(name, attrs)
        if written:
            self._enter(name)
        self._out.append(opening if written or name in INLINE else " ")
        self._open.append((tag, written, "".join(f"</{part}>" for part in reversed(written))))
        self._inside.extend(written)

    def handle_endtag(self, tag: str) -> None:
        _, written, closing = self._open.pop()  # sanitised HTML is balanced
        del self._inside[len(self._inside) - len(written) :]
        if not INLINE.issuperset(written):
            self._trim()
        self._out.append(closing)

    def handle_data(self, data: str) -> None:
        text = _squeezed(data)
        between_blocks = not self._inside or self._inside[-1] in {"ul", "ol", "table"} | ROW_PARTS
        if not text.strip() and between_blocks and not self._loose:
            return
        self._begin_text()
        at_start = self._out[-1] in _STARTS
        self._out.append(escaping.escape(text.lstrip() if at_start else text, quote=False))

    def _inline(self, name: str, href: str | None) -> tuple[tuple[str, ...], str]:
        """Tags to write for bold, italic or a link; none inside the same, none for a dead link."""
        if name in self._inside or (name == "a" and not href):
            return (), ""
        if name == "a":
            return ("a",), f'<a href="{escaping.escape(href or "")}" target="_blank" rel="noopener noreferrer">'
        return (name,), f"<{name}>"

    def _block(self, name: str, attrs: list[tuple[str, str | None]]) -> tuple[tuple[str, ...], str]:
        """Tags to write for a block; none where it may not stand or would nest too deep."""
        lists = sum(tag in {"ul", "ol"} for tag in self._inside)
        in_table = "table" in self._inside
        if name == "h":
            return (("p",), "<p>") if "strong" in self._inside else (("p", "strong"), "<p><strong>")
        misplaced = (
            (name == "table" and in_table)
            or (name in {"ul", "ol"} and lists >= _DEEPEST_LIST)
            or (name in ROW_PARTS | CELLS and not in_table)
            or (name == "li" and not lists)
        )
        if misplaced:
            return (), ""
        spans = "".join(f' {key}="{value}"' for key, value in attrs if name in CELLS)
        return (name,), f"<{name}{spans}>"

    def _enter(self, name: str) -> None:
        """Make room for a tag: a block ends loose text, anything but an item in a list needs one."""
        if name in INLINE:
            self._begin_text()
        elif not self._inside:
            self._end_loose()
        elif self._inside[-1] in {"ul", "ol"} and name != "li":
            self._out.append("<li>")

    def _begin_text(self) -> None:
        if not self._inside and not self._loose:
            self._out.append("<p>")
            self._loose = True
        elif self._inside and self._inside[-1] in {"ul", "ol"}:
            self._out.append("<li>")

    def _trim(self) -> None:
        """Drop spaces and line breaks at the end of a block."""
        while self._out[-1] == "<br>" or not self._out[-1].strip():
            self._out.pop()
        self._out[-1] = self._out[-1].rstrip()

    def _end_loose(self) -> None:
        if self._loose:
            self._trim()
            self._out.append("</p>")
            self._loose = False


class _TextReader(HTMLParser):
    """Collects the lines of HTML: one for each block, item and row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._cells: list[str] = []
        self._in_cell = False

    def finish(self) -> list[str]:
        """The lines read."""
        self._end_line()
        return self._lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in CELLS:
            self._line, self._in_cell = [], True
        elif tag == "li":
            self._end_line()
            self._line.append("- ")
        elif tag == "br" or self._in_cell or self._line == ["- "]:
            self._line.append(" ")
        elif tag in BLOCKS | {"tr"}:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in CELLS:
            self._cells.append(_squeezed("".join(self._line)).strip())
            self._line, self._in_cell = [], False
        elif tag == "tr":
            self._line = [" | ".join(self._cells).rstrip(" |")] if any(self._cells) else []
            self._cells = []
            self._end_line()
        elif tag in BLOCKS | {"li"}:
            self._end_line()

    def handle_data(self, data: str) -> None:
        self._line.append(data)

    def _end_line(self) -> None:
        if self._in_cell:
            self._line.append(" ")
            return
        line = _squeezed("".join(self._line)).strip()
        if line not in {"", "-"}:
            self._lines.append(line)
        self._line = []
