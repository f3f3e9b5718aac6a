"""The chapters of a packet, in order. Which annexes a packet has follows from its type."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from exports.packet import narrative, record
from exports.packet.blocks import Block, Chapter, Heading, Paragraph, PromptHeading, RichText
from exports.packet.content import Exchange, InternalNote, Message, PacketContent, ReviewPacket, StatePacket
from exports.packet.prompts import TableNumbers, Writer, anchor, long_date, source_lines
from toolkit.types import Part, Prompt, Section, Toolkit

_SUMMARY_PART = "part1"
_NO_QUESTIONS = "CMS has released no questions on this proposal."


def chapters(content: PacketContent, toolkit: Toolkit) -> list[Chapter]:
    """All parts and annexes of a packet, from Part 1 to the last annex."""
    writer = Writer(toolkit, content)
    parts = [chapter for part in toolkit.parts if (chapter := _part(writer, part))]
    return [*parts, *annexes(content, writer)]


def summary_chapter(content: PacketContent, toolkit: Toolkit) -> Chapter:
    """The executive summary alone, to measure it."""
    writer = Writer(toolkit, content)
    return _summary(writer, _summary_part(toolkit))


@singledispatch
def annexes(content: PacketContent, writer: Writer) -> list[Chapter]:
    """The annexes of a packet.

    Raises:
        TypeError: the type of packet is not known here.
    """
    raise TypeError(f"No annexes are defined for {type(content).__name__}.")


@annexes.register
def _state_annexes(content: StatePacket, writer: Writer) -> list[Chapter]:
    return _shared_annexes(content, writer)


@annexes.register
def _review_annexes(content: ReviewPacket, writer: Writer) -> list[Chapter]:
    return [*_shared_annexes(content, writer), _notes(content.notes, writer)]


def _shared_annexes(content: PacketContent, writer: Writer) -> list[Chapter]:
    return [
        _summary_tables(writer),
        _exchanges(content, writer),
        Chapter("annex-c", "Annex C", "Record of this proposal", tuple(record.blocks(content, writer))),
    ]


def _summary_part(toolkit: Toolkit) -> Part:
    return next(part for part in toolkit.parts if part.id == _SUMMARY_PART)


def _part(writer: Writer, part: Part) -> Chapter | None:
    if part.id == _SUMMARY_PART:
        return _summary(writer, part)
    blocks: list[Block] = []
    for section in part.sections:
        blocks += writer.section(section, part)
    return Chapter(part.id, part.label, part.title, tuple(blocks)) if blocks else None


def _summary(writer: Writer, part: Part) -> Chapter:
    blocks: list[Block] = []
    for section in part.sections:
        prompts = writer.applicable(section)
        if prompts:
            blocks.append(Heading(anchor(section.id), section.title, css="p1"))
        for prompt in prompts:
            blocks += writer.summary_prompt(prompt, part)
    return Chapter(part.id, part.label, part.title, tuple(blocks))


def _summary_tables(writer: Writer) -> Chapter:
    part = _summary_part(writer.toolkit)
    numbers = TableNumbers("A")
    blocks: list[Block] = []
    for section in part.sections:
        for prompt in writer.applicable(section):
            blocks += writer.annex_prompt(prompt, part, numbers)
    lead = (
        "What the executive summary refers to: its tables, dates and short texts."
        if blocks
        else "The executive summary holds no tables, dates or short texts."
    )
    return Chapter("annex-a", "Annex A", "Tables of the executive summary", (Paragraph(lead, css="lead"), *blocks))


def _exchanges(content: PacketContent, writer: Writer) -> Chapter:
    count = len(content.exchanges)
    rounds = len({exchange.round for exchange in content.exchanges})
    lead = (
        f"{_counted(count, 'released comment')} in {_counted(rounds, 'round')}, each with its replies."
        if count
        else _NO_QUESTIONS
    )
    blocks: list[Block] = [Paragraph(lead, css="lead")]
    for exchange in content.exchanges:
        blocks += _exchange(exchange, content, writer)
    return Chapter("annex-b", "Annex B", "Questions and replies", tuple(blocks))


def _exchange(exchange: Exchange, content: PacketContent, writer: Writer) -> Iterable[Block]:
    place, margin = _place(writer.toolkit, exchange.section_id, exchange.prompt_id)
    yield PromptHeading(
        id=anchor("exchange", exchange.number.lower()),
        title=f"{exchange.number}: {place}",
        tag="h3",
        margin_head=f"Round {exchange.round}",
        margin_text=margin,
    )
    yield Paragraph(f"Standing: {exchange.standing.lower()}.", css="who", word=f"{exchange.kind}.")
    if exchange.quote:
        yield Paragraph(
            f"About the words: \N{LEFT DOUBLE QUOTATION MARK}{exchange.quote}\N{RIGHT DOUBLE QUOTATION MARK}", css="who"
        )
    for message in exchange.messages:
        yield from _message(message, content)


def _message(message: Message, content: PacketContent) -> Iterable[Block]:
    day = long_date(content.local(message.at).date())
    yield Paragraph(f"{'wrote' if message.from_cms else 'replied'} on {day}.", css="who", word=message.role)
    yield RichText(narrative.flatten(message.body, "ask" if message.from_cms else "reply"))


def _notes(notes: tuple[InternalNote, ...], writer: Writer) -> Chapter:
    lead = "Written inside CMS for CMS. This annex must not leave CMS." if notes else "No internal notes were written."
    blocks: list[Block] = [Paragraph(lead, css="lead")]
    for number, note in enumerate(notes, start=1):
        place, margin = _place(writer.toolkit, note.section_id, note.prompt_id)
        day = long_date(writer.content.local(note.at).date())
        blocks += [
            PromptHeading(f"note-{number}", place, tag="h3", margin_head=f"Note {number}", margin_text=margin),
            Paragraph(f"on {day}.", css="who", word=note.author),
            RichText(narrative.flatten(note.body, "reply")),
        ]
    return Chapter("annex-d", "Annex D", "CMS internal notes", tuple(blocks))


def _place(toolkit: Toolkit, section_id: str, prompt_id: str) -> tuple[str, str]:
    """What a remark is about, and where that stands in the toolkit."""
    if prompt_id:
        prompt = toolkit.prompt(prompt_id)
        return prompt.label, ", ".join(filter(None, source_lines(prompt, _part_of(toolkit, prompt))))
    if section_id:
        section: Section = toolkit.section(section_id)
        return section.title, toolkit.part_of(section).label
    return "The proposal as a whole", ""


def _part_of(toolkit: Toolkit, prompt: Prompt) -> Part:
    return toolkit.part_of(toolkit.section(prompt.section_id))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
