"""Cuts a Word file at its headings. A piece is a heading with the text up to the next one; nothing is left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.text import Truncator

from proposals.word.reading import Block, Document, list_html
from toolkit.richtext import sanitise, to_text

#: More pieces than a person matches by hand: then only the higher headings cut.
MOST_PIECES = 120
_DEEPEST = 9
#: In a file without heading styles, a line in bold of up to so many words is taken for a heading.
_SHORT = 14
_FIRST_WORDS = 18


@dataclass(frozen=True)
class Piece:
    """``heading`` is "" for what stands before the first one; ``path`` names the headings above.

    ``beside`` marks what stood outside the text: header, footer, comments. ``bookmarks`` are those at the heading.
    """

    heading: str
    level: int
    path: tuple[str, ...]
    html: str
    bookmarks: tuple[str, ...] = ()
    beside: bool = False

    @property
    def words(self) -> int:
        """The words of its text, without the heading."""
        return len(to_text(self.html).split())

    @property
    def start(self) -> str:
        """Its first words, to know it by."""
        return Truncator(" ".join(to_text(self.html).split())).words(_FIRST_WORDS, truncate=" …")

    def as_json(self) -> dict[str, Any]:
        """As it is stored until the person has matched it."""
        return asdict(self)

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> Piece:
        """Read back what `as_json` gave."""
        return cls(**{**stored, "path": tuple(stored["path"]), "bookmarks": tuple(stored["bookmarks"])})


def cut(document: Document) -> list[Piece]:
    """Cut a document into pieces, in its order; what stands beside the text comes last."""
    blocks = _with_headings(document.blocks)
    depth = _depth(blocks)
    found = list(_pieces(blocks, depth))
    beside = [Piece(title, 1, (), sanitise(html), beside=True) for title, html in document.beside]
    return [*_few_enough(found), *beside]


def _with_headings(blocks: tuple[Block, ...]) -> list[Block]:
    """The blocks, with short bold lines as headings where the writer used no heading styles."""
    if any(block.level and not block.is_title for block in blocks):
        return list(blocks)
    return [replace(block, level=block.level or 1) if _looks_like_heading(block) else block for block in blocks]


def _looks_like_heading(block: Block) -> bool:
    is_line = not block.is_table and block.item is None and block.is_bold
    return is_line and len(block.text.split()) <= _SHORT and not block.text.endswith((".", ";", ","))


def _depth(blocks: list[Block]) -> int:
    """The deepest level of headings that cuts into few enough pieces."""
    levels = [block.level for block in blocks if block.level]
    fitting = (depth for depth in range(_DEEPEST, 1, -1) if sum(level <= depth for level in levels) < MOST_PIECES)
    return next(fitting, 1)


def _pieces(blocks: list[Block], depth: int) -> Iterator[Piece]:
    head: Block | None = None
    above: list[Block] = []
    inside: list[Block] = []
    for block in blocks:
        if not 0 < block.level <= depth:
            inside.append(_demoted(block))
            continue
        if head or any(item.text for item in inside):
            yield _piece(head, above, inside)
        above = [item for item in [*above, *([head] if head else [])] if item.level < block.level]
        head, inside = block, []
    if head or any(item.text for item in inside):
        yield _piece(head, above, inside)


def _demoted(block: Block) -> Block:
    """A heading too deep to cut is a line in bold."""
    return replace(block, html=f"<strong>{block.html}</strong>", level=0) if block.level else block


def _piece(head: Block | None, above: list[Block], inside: list[Block]) -> Piece:
    notes = [replace(head, html="", text="")] if head and head.notes else []
    html = sanitise(list_html([*inside, *notes]))
    path = tuple(block.text for block in above)
    if head is None:
        return Piece("", 0, path, html)
    return Piece(head.text, head.level, path, html, head.bookmarks)


def _few_enough(pieces: list[Piece]) -> list[Piece]:
    """The first pieces, and in the last of them everything that follows."""
    if len(pieces) <= MOST_PIECES:
        return pieces
    last, rest = pieces[MOST_PIECES - 1], pieces[MOST_PIECES:]
    html = last.html + "".join(f"{as_line(piece.heading)}{piece.html}" for piece in rest)
    return [*pieces[: MOST_PIECES - 1], replace(last, html=sanitise(html))]


def as_line(heading: str) -> str:
    """A heading as a paragraph in bold; "" for none."""
    words = sanitise(heading.replace("<", "&lt;")).removeprefix("<p>").removesuffix("</p>")
    return f"<p><strong>{words}</strong></p>" if words else ""
