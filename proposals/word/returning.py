"""Reads back a Word file of a section that the portal gave out: its narratives by field, and what belongs nowhere."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from proposals.word.names import FACT_STYLE_ID, Origin, narratives, origin_of
from proposals.word.pieces import as_line
from proposals.word.reading import Block, Document, list_html, read_word
from proposals.word.writing import Source, lines_of, write_section
from toolkit.answers import Answers
from toolkit.richtext import sanitise
from toolkit.types import Section, Toolkit

#: A prompt's id and the key of its narrative.
Key = tuple[str, str]
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Returned:
    """What a file holds: where it came from, its narratives, and words that stand where none are read."""

    origin: Origin
    texts: Mapping[Key, str]
    leftover: str = ""
    beside: tuple[tuple[str, str], ...] = ()


@dataclass
class _Sorter:
    """Sorts blocks under the headings they stand below."""

    section: Section
    #: The lines for information that the file was given out with.
    lines: frozenset[str]
    texts: dict[Key, list[Block]] = field(default_factory=dict)
    leftover: list[Block] = field(default_factory=list)
    current: Key | None = None

    def __post_init__(self) -> None:
        self.by_name: dict[str, Key] = {}
        self.by_label: dict[str, Key | None] = {}
        for prompt in self.section.prompts:
            found = {name: (prompt.id, text.key) for name, text in narratives(prompt).items()}
            self.by_name |= found
            self.by_label[_plain(prompt.label)] = next(iter(found.values())) if len(found) == 1 else None

    def add(self, block: Block) -> None:
        """Take one block; a line for information is left out only while it reads as it was given out."""
        if _NOT_LETTERS.sub("", block.style) == FACT_STYLE_ID and _line(block.text) in self.lines:
            return
        named = next((name for name in block.bookmarks if name in self.by_name), "")
        if named:
            self._begin(self.by_name[named])
            if not block.level:  # somebody deleted the heading: its bookmark moved on to the text
                self._keep(block)
        elif block.level and not block.is_title and _plain(block.text) in self.by_label:
            self._begin(self.by_label[_plain(block.text)])
        elif block.is_title and not self.texts:
            return
        else:
            self._keep(block)

    def _keep(self, block: Block) -> None:
        line = replace(block, html=f"<strong>{block.html}</strong>", level=0) if block.level else block
        (self.leftover if self.current is None else self.texts[self.current]).append(line)

    def _begin(self, key: Key | None) -> None:
        self.current = key
        if key is not None:
            self.texts.setdefault(key, [])


def read_back(
    content: bytes, name: str, toolkit: Toolkit, source: Source, at: Callable[[int], Answers] | None = None
) -> Returned:
    """Read a file of a section; ``at`` gives the answers the section had at a revision, by default those of now.

    Raises `proposals.files.kinds.Refused` for one that cannot be read.
    """
    document = read_word(io.BytesIO(content), name)
    origin = origin_of(
        (name for block in document.blocks for name in block.bookmarks), (item.id for item in toolkit.sections)
    )
    then = replace(source, answers=at(origin.revision)) if at else source
    lines = frozenset(_line(text) for one in (source, then) for text in ("", *lines_of(one)))
    return _sorted(document, origin, _Sorter(source.section, lines))


def _sorted(document: Document, origin: Origin, sorter: _Sorter) -> Returned:
    for block in document.blocks:
        sorter.add(block)
    return Returned(
        origin=origin,
        texts={key: sanitise(list_html(blocks)) for key, blocks in sorter.texts.items()},
        leftover=sanitise(list_html(sorter.leftover)),
        beside=tuple((title, sanitise(as_line(title) + html)) for title, html in document.beside),
    )


def as_given(source: Source, toolkit: Toolkit) -> Mapping[Key, str]:
    """The narratives of a section as they look after the way through Word and back, for comparing like with like.

    All of them: what applied when a file was given out may not apply any more.
    """
    return read_back(write_section(source, whole=True), "section.docx", toolkit, source).texts


def _line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return " ".join(_NOT_LETTERS.sub(" ", text.lower()).split())
