"""The record annex and the counts of the summary: how far the answers go, what is open, what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat

from exports.packet import narrative, tables
from exports.packet.blocks import Block, Fact, Facts, Paragraph, RichText
from exports.packet.content import PacketContent, grouped
from exports.packet.prompts import Writer, long_date
from toolkit.answers import Disposition, disposition
from toolkit.types import Part, Prompt

_WORDS = {
    Disposition.ANSWERED: "answered",
    Disposition.NYK: "not yet known",
    Disposition.NA: "not applicable",
    Disposition.BLANK: "open",
}
_TITLES = {standing: word.capitalize() for standing, word in _WORDS.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """A prompt that applies, where it belongs and how it is answered."""

    part: Part
    prompt: Prompt
    disposition: Disposition


def standings(writer: Writer) -> list[Standing]:
    """Every prompt that applies, in the order of the toolkit."""
    return [
        Standing(part, prompt, disposition(writer.answer(prompt)))
        for part in writer.toolkit.parts
        for section in part.sections
        for prompt in writer.applicable(section)
    ]


def in_words(all_standings: list[Standing]) -> str:
    """How far the answers go, as one line: "61 of 63 prompts answered, 1 not yet known, ..."."""
    counts = Counter(item.disposition for item in all_standings)
    rest = ", ".join(f"{counts[key]} {word}" for key, word in _WORDS.items() if key is not Disposition.ANSWERED)
    return f"{counts[Disposition.ANSWERED]} of {len(all_standings)} prompts answered, {rest}"


def blocks(content: PacketContent, writer: Writer) -> Iterator[Block]:
    """The record annex, without its heading."""
    yield Paragraph("What this document is, how far its answers go, and what happened so far.", css="lead")
    yield Facts(tuple(_identity(content)))
    if content.change_summary:
        yield Paragraph("What changed since the round before", css="known")
        yield RichText(narrative.plain(content.change_summary))
    found = standings(writer)
    yield _counts(found)
    yield from _open_points(found)
    yield from _files(content, writer)
    yield from _history(content)
    if content.sample_note:
        yield Paragraph(content.sample_note, css="fig-note")


def _identity(content: PacketContent) -> Iterator[Fact]:
    yield Fact("Proposal", content.number)
    yield Fact("Standing", content.standing)
    if content.submitted_at:
        local = content.local(content.submitted_at)
        yield Fact("Submitted", f"{long_date(local.date())}, {local:%H:%M %Z}, by {content.signatory}")
    yield Fact("Toolkit version", content.toolkit_version)
    yield Fact("Fingerprint (SHA-256)", grouped(content.fingerprint))


def _counts(found: list[Standing]) -> Block:
    per_part: dict[str, Counter[Disposition]] = {}
    for item in found:
        per_part.setdefault(item.part.name, Counter())[item.disposition] += 1
    rows = [
        [name, *(str(counts[key]) for key in _WORDS), str(sum(counts.values()))] for name, counts in per_part.items()
    ]
    columns = ["Part", *_TITLES.values(), "All"]
    numeric = [False] + [True] * (len(columns) - 1)
    return tables.draw("Prompts that apply, by how they are answered", columns, rows, numeric=numeric, number="Answers")


def _open_points(found: list[Standing]) -> Iterator[Block]:
    rows = [
        [item.prompt.label, item.part.label, _TITLES[item.disposition]]
        for item in found
        if item.disposition is not Disposition.ANSWERED
    ]
    if not rows:
        yield Paragraph("Every prompt that applies is answered in full.", css="reply")
        return
    columns = ["Prompt", "Part", "Standing"]
    yield tables.draw("Prompts without a full answer", columns, rows, number="Open points")


def _files(content: PacketContent, writer: Writer) -> Iterator[Block]:
    """The files that go with the round; their hashes tell whether a copy is the one that went."""
    if not content.files:
        return
    rows = [
        [
            file.name,
            writer.toolkit.prompt(file.prompt_id).label if file.prompt_id else "The whole proposal",
            filesizeformat(file.size),
            grouped(file.sha256),
        ]
        for file in content.files
    ]
    columns = ["File", "Belongs to", "Size", "SHA-256"]
    yield tables.draw("Files that go with this document", columns, rows, number="Attachments")


def _history(content: PacketContent) -> Iterator[Block]:
    if not content.history:
        return
    rows = [[long_date(content.local(entry.at).date()), entry.what, entry.who] for entry in content.history]
    yield tables.draw("What both sides can see of the record", ["Date", "What", "Who"], rows, number="History")
