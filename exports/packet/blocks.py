"""The flat vocabulary of a packet: what stands one below the other on its pages.

Each block knows the template that draws it. Blocks follow one another directly under ``body``: wrappers would be
repeated on every page in the tag tree of the PDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the toolkit, with a rule over the full width."""

    template: ClassVar[str] = "exports/packet/blocks/heading.html"
    id: str
    title: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class PromptHeading:
    """The heading of a prompt with its source in the margin and our question below.

    ``tag`` is h4 below a toolkit heading and h3 in an annex, so that no level is skipped.
    """

    template: ClassVar[str] = "exports/packet/blocks/prompt.html"
    id: str
    title: str
    tag: str = "h4"
    css: str = ""
    margin_head: str = ""
    margin_text: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of plain text; ``css`` says which: lead, known, who, fig-note, open, na, nyk."""

    template: ClassVar[str] = "exports/packet/blocks/paragraph.html"
    text: str
    css: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts as a list of label and value."""

    template: ClassVar[str] = "exports/packet/blocks/facts.html"
    items: tuple[Fact, ...]
    css: str = ""


@dataclass(frozen=True, slots=True)
class FactLine:
    """Facts run together in one line, as the executive summary prints them."""

    template: ClassVar[str] = "exports/packet/blocks/fact_line.html"
    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """A large number and what it counts."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class KeyNumbers:
    """The numbers at the top of the summary."""

    template: ClassVar[str] = "exports/packet/blocks/key_numbers.html"
    items: tuple[KeyNumber, ...]


@dataclass(frozen=True, slots=True)
class RichText:
    """Narrative as flat, safe HTML (see `exports.packet.narrative`)."""

    template: ClassVar[str] = "exports/packet/blocks/rich_text.html"
    html: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell and the class that aligns it."""

    text: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table with computed column widths in percent. The first cell of a row is its header."""

    template: ClassVar[str] = "exports/packet/blocks/table.html"
    number: str
    caption: str
    css: str
    widths: tuple[str, ...]
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block: TypeAlias = Heading | PromptHeading | Paragraph | Facts | FactLine | KeyNumbers | RichText | Table


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part or annex: begins a page, stands in the contents and gives the running head ``run``."""

    id: str
    label: str
    title: str
    blocks: tuple[Block, ...]
    css: str = ""

    @property
    def run(self) -> str:
        """The words at the top of each of its pages and in the contents."""
        return f"{self.label}. {self.title}" if self.label else self.title

    @property
    def headings(self) -> tuple[Heading, ...]:
        """What the contents list below the chapter."""
        return tuple(block for block in self.blocks if isinstance(block, Heading))
