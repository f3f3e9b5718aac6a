"""What a paragraph is by its style: a heading of some level, an item of a list, or plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from proposals.word.package import Element, Package, attribute, child, tag

_HEADING = re.compile(r"heading ?([1-9])$", re.IGNORECASE)
#: Word's own styles for the second and third level of a list.
_DEEPER = re.compile(r"List(?:Bullet|Number)([2-9])$")
_DEEPEST_CHAIN = 12
_TITLE = "title"
_OFF = {"0", "false", "off", "none"}


@dataclass(frozen=True)
class Place:
    """An item of a list: how deep, and whether its list counts."""

    depth: int
    ordered: bool


def is_on(properties: Element | None, name: str) -> bool | None:
    """Whether a property such as bold is switched on; None when it says nothing."""
    found = child(properties, name) if properties is not None else None
    if found is None:
        return None
    return (attribute(found, "val") or "on").lower() not in _OFF


class Styles:
    """The styles and lists of a document, looked up through the styles they are based on."""

    def __init__(self, package: Package) -> None:
        self._styles = package.styles
        self._numbering = package.numbering

    @cached_property
    def _by_id(self) -> dict[str, Element]:
        found = self._styles if self._styles is not None else ()
        return {attribute(item, "styleId") or "": item for item in found if tag(item) == "style"}

    def _chain(self, style_id: str) -> list[Element]:
        """The style and those it is based on, nearest first."""
        found: list[Element] = []
        style = self._by_id.get(style_id)
        while style is not None and len(found) < _DEEPEST_CHAIN:
            found.append(style)
            based_on = child(style, "basedOn")
            style = self._by_id.get(attribute(based_on, "val") or "") if based_on is not None else None
        return found

    def name(self, paragraph: Element) -> str:
        """The id of a paragraph's style; "" for none."""
        found = child(paragraph, "pPr", "pStyle")
        return (attribute(found, "val") or "") if found is not None else ""

    def heading(self, paragraph: Element) -> int:
        """The level of a heading, from 1; 0 for other paragraphs. The title of a document counts as level 1."""
        own = child(paragraph, "pPr", "outlineLvl")
        if own is not None:
            return _level(own)
        style_id = self.name(paragraph)
        for style in self._chain(style_id):
            name = child(style, "name")
            called = (attribute(name, "val") or "") if name is not None else ""
            if match := _HEADING.search(called) or _HEADING.search(attribute(style, "styleId") or ""):
                return int(match[1])
            if called.lower() == _TITLE:
                return 1
            outline = child(style, "pPr", "outlineLvl")
            if outline is not None:
                return _level(outline)
        match = _HEADING.search(style_id)
        return int(match[1]) if match else 0

    def is_title(self, paragraph: Element) -> bool:
        """Whether it is the title of the document."""
        return self.name(paragraph).lower() == _TITLE

    def item(self, paragraph: Element) -> Place | None:
        """Where the paragraph stands in a list; None outside lists."""
        numbered = child(paragraph, "pPr", "numPr")
        for style in self._chain(self.name(paragraph)):
            if numbered is not None:
                break
            numbered = child(style, "pPr", "numPr")
        if numbered is None:
            return None
        number, level = child(numbered, "numId"), child(numbered, "ilvl")
        key = (attribute(number, "val") or "0") if number is not None else "0"
        depth = _number(attribute(level, "val") if level is not None else None)
        if key == "0":
            return None
        deeper = _DEEPER.match(self.name(paragraph))
        return Place(depth or (int(deeper[1]) - 1 if deeper else 0), self._counts(key, depth))

    def _counts(self, number: str, depth: int) -> bool:
        formats = self._formats.get(self._abstract.get(number, ""), {})
        return formats.get(depth, "bullet") not in {"bullet", "none"}

    @cached_property
    def _abstract(self) -> dict[str, str]:
        found = self._numbering if self._numbering is not None else ()
        numbers = ((item, child(item, "abstractNumId")) for item in found if tag(item) == "num")
        return {attribute(item, "numId") or "": attribute(of, "val") or "" for item, of in numbers if of is not None}

    @cached_property
    def _formats(self) -> dict[str, dict[int, str]]:
        found = self._numbering if self._numbering is not None else ()
        return {
            attribute(item, "abstractNumId") or "": {
                _number(attribute(level, "ilvl")): _format(level) for level in item if tag(level) == "lvl"
            }
            for item in found
            if tag(item) == "abstractNum"
        }


def _format(level: Element) -> str:
    found = child(level, "numFmt")
    return (attribute(found, "val") or "") if found is not None else "bullet"


def _level(outline: Element) -> int:
    """Outline levels count from 0; 9 means body text."""
    level = _number(attribute(outline, "val"), 9)
    return level + 1 if level < 9 else 0  # noqa: PLR2004 - Word's nine levels


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default  # noqa: PLR2004
