"""What the text of a packet must hold: every answer once and in the order of the packet."""

from __future__ import annotations

from collections.abc import Iterator

from exports.packet.content import PacketContent
from exports.packet.prompts import Writer
from tests.exports.packets import TOOLKIT, body_text, squeezed
from toolkit.display import Display, Fact, Narrative, TableDisplay
from toolkit.richtext import to_text

#: Pieces shorter than this stand in other answers too, or in the words of the portal.
LONG = 120


def pieces(display: Display) -> Iterator[str]:
    """The words of one field, in the order they are printed."""
    if isinstance(display, Fact):
        yield display.text
    elif isinstance(display, Narrative):
        yield from to_text(display.html).split("\n")
    else:
        for row in display.rows:
            yield from row


def in_print_order(fields: list[Display]) -> Iterator[str]:
    """The words of the fields of a prompt: facts, narratives, tables."""
    for kind in (Fact, Narrative, TableDisplay):
        for display in fields:
            if isinstance(display, kind):
                yield from pieces(display)


def expected(content: PacketContent) -> Iterator[str]:
    """Every answered field in the order of the packet: Part 1 leaves some for its annex."""
    writer = Writer(TOOLKIT, content)
    annex: list[str] = []
    for part in TOOLKIT.parts:
        for section in part.sections:
            for prompt in writer.applicable(section):
                shown = writer.answered(prompt)
                if part.id == "part1":
                    later = [
                        i for i in shown if isinstance(i.display, TableDisplay) or i.field.kind.name in {"text", "date"}
                    ]
                    annex += in_print_order([item.display for item in later])
                    shown = [item for item in shown if item not in later]
                yield from in_print_order([item.display for item in shown])
    yield from annex


def misprints(pdf: bytes, content: PacketContent) -> list[str]:
    """The pieces of the answers that are missing, out of order, or printed more or less often than they were given."""
    text = body_text(pdf)
    place = text.index(squeezed("Annex C. Record of this proposal"))  # the last line of the contents
    body = text[place:]
    wanted = [words for words in map(squeezed, expected(content)) if words]
    wrong = []
    for words in wanted:
        found = text.find(words, place)
        if found < 0 or (len(words) > LONG and body.count(words) != wanted.count(words)):
            wrong.append(words)
        else:
            place = found + len(words)
    return wrong
