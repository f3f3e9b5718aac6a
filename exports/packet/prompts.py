"""One prompt and its answer as blocks. Everything is read off the toolkit; no prompt is named here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import date
from typing import TypeVar

from exports.packet import narrative, tables
from exports.packet.blocks import Block, Fact, FactLine, Facts, Heading, Paragraph, PromptHeading, RichText
from exports.packet.content import PacketContent
from toolkit.answers import Answer, Disposition, applies, disposition, visible_fields
from toolkit.display import Display, Narrative, TableDisplay
from toolkit.display import Fact as FactDisplay
from toolkit.kinds.dates import long_date as iso_in_words
from toolkit.types import Field, Part, Prompt, Section, Toolkit

T = TypeVar("T")
#: The document whose parts and items our parts repeat: its name need not stand in the margin.
TOOLKIT_DOCUMENT = "ICM Toolkit"
#: Kinds whose value would break the line of facts of the executive summary; they go to its annex.
_ANNEX_KINDS = frozenset({"text", "date"})


@dataclass(slots=True)
class TableNumbers:
    """Counts the tables of one series."""

    prefix: str = ""
    last: int = 0

    def next(self) -> str:
        """The number of the next table."""
        self.last += 1
        return f"Table {self.prefix}{self.last}"


@dataclass(frozen=True, slots=True)
class Answered:
    """A field that shows and holds something, with how it is drawn."""

    field: Field
    display: Display


@dataclass(slots=True)
class Writer:
    """Writes prompts of one packet, counting tables as it goes."""

    toolkit: Toolkit
    content: PacketContent
    numbers: TableNumbers = attribute(default_factory=TableNumbers)
    annex_numbers: TableNumbers = attribute(default_factory=lambda: TableNumbers("A"))

    def applicable(self, section: Section) -> list[Prompt]:
        """The prompts of a section that apply to this proposal."""
        return [prompt for prompt in section.prompts if applies(prompt, self.content.answers)]

    def answer(self, prompt: Prompt) -> Answer | None:
        """The answer on file."""
        return self.content.answers.get(prompt.id)

    def answered(self, prompt: Prompt) -> list[Answered]:
        """The fields of a prompt that show and hold something, in order; none when it is blank or not applicable."""
        answer = self.answer(prompt)
        if answer is None or disposition(answer) not in {Disposition.ANSWERED, Disposition.NYK}:
            return []
        values = answer.get("fields", {})
        return [
            Answered(field, field.kind.display(field, values[field.key]))
            for field in visible_fields(prompt, self.content.answers)
            if field.key in values and field.kind.is_answered(values[field.key])
        ]

    def section(self, section: Section, part: Part) -> list[Block]:
        """A toolkit heading with its prompts in full; nothing when none applies."""
        prompts = self.applicable(section)
        # A part whose only section has the same title does not say it twice; its prompts move up a level.
        alone = len(part.sections) == 1 and part.title.casefold() == section.title.casefold()
        blocks: list[Block] = [] if alone or not prompts else [Heading(anchor(section.id), section.title)]
        for prompt in prompts:
            blocks += self.prompt(prompt, part, tag="h3" if alone else "h4")
        return blocks

    def prompt(self, prompt: Prompt, part: Part, tag: str) -> list[Block]:
        """A prompt in full: source, question, disposition, facts, narrative, tables."""
        blocks: list[Block] = [self.heading(prompt, part, tag=tag, question=prompt.question)]
        blocks += self.status(prompt)
        shown = self.answered(prompt)
        if shown and disposition(self.answer(prompt)) is Disposition.NYK:
            blocks.append(Paragraph("What is known so far", css="known"))
        facts = tuple(Fact(d.label, d.text) for d in _only(shown, FactDisplay))
        if facts:
            blocks.append(Facts(facts))
        blocks += self.narratives(shown)
        return blocks + [tables.numbered(table, self.numbers.next()) for table in _only(shown, TableDisplay)]

    def heading(
        self, prompt: Prompt, part: Part, *, tag: str = "h4", css: str = "", question: str = ""
    ) -> PromptHeading:
        """The heading of a prompt, with its place in the toolkit in the margin."""
        head, text = source_lines(prompt, part)
        return PromptHeading(
            id=anchor("prompt", prompt.id),
            title=prompt.label,
            tag=tag,
            css=css,
            margin_head=head,
            margin_text=text,
            question=question,
        )

    def status(self, prompt: Prompt) -> list[Block]:
        """The line that says how a prompt stands, if it is not simply answered."""
        answer = self.answer(prompt)
        standing = disposition(answer)
        if standing is Disposition.ANSWERED:
            return []
        if answer is None or standing is Disposition.BLANK:
            return [Paragraph("No answer yet.", css="open", word="Open.")]
        if standing is Disposition.NA:
            text = sentences(self._option("na_reason", answer), answer.get("note", ""))
            return [Paragraph(text, css="na", word="Not applicable.")]
        return [Paragraph(self._not_yet_known(answer), css="nyk", word="Not yet known.")]

    def narratives(self, shown: Sequence[Answered], css: str = "") -> list[Block]:
        """The narratives of a prompt; where there are several each carries its label."""
        blocks: list[Block] = []
        narratives = list(_only(shown, Narrative))
        for display in narratives:
            if len(narratives) > 1:
                blocks.append(Paragraph(display.label, css="known"))
            blocks.append(RichText(narrative.flatten(display.html, css)))
        return blocks

    def summary_prompt(self, prompt: Prompt, part: Part) -> list[Block]:
        """A prompt of the executive summary: one line of facts and the narrative; the rest is in its annex."""
        blocks: list[Block] = [self.heading(prompt, part, css="p1"), *self.status(prompt)]
        shown = self.answered(prompt)
        line = []
        for item in shown:
            if isinstance(item.display, TableDisplay):
                line.append(Fact(item.display.label, self.annex_numbers.next()))
            elif isinstance(item.display, FactDisplay) and item.field.kind.name not in _ANNEX_KINDS:
                line.append(Fact(item.display.label, item.display.text))
        if line:
            blocks.append(FactLine(tuple(line)))
        return blocks + self.narratives(shown, css="p1")

    def annex_prompt(self, prompt: Prompt, part: Part, numbers: TableNumbers) -> list[Block]:
        """What the executive summary leaves out of a prompt: tables, short texts and dates."""
        shown = self.answered(prompt)
        facts = tuple(
            Fact(item.display.label, item.display.text)
            for item in shown
            if isinstance(item.display, FactDisplay) and item.field.kind.name in _ANNEX_KINDS
        )
        blocks: list[Block] = [Facts(facts)] if facts else []
        blocks += [tables.numbered(table, numbers.next()) for table in _only(shown, TableDisplay)]
        if not blocks:
            return []
        heading = replace(self.heading(prompt, part, tag="h3"), id=anchor("annex", prompt.id))
        return [heading, *blocks]

    def _option(self, options: str, answer: Answer) -> str:
        code = answer.get("reason", "")
        return self.toolkit.option_sets[options].label(code) if code else ""

    def _not_yet_known(self, answer: Answer) -> str:
        owner, expected = answer.get("owner", ""), answer.get("expected", "")
        return sentences(
            self._option("nyk_reason", answer),
            f"Plan: {answer['plan']}" if answer.get("plan") else "",
            f"Owner: {owner}" if owner else "",
            f"Expected by {iso_in_words(expected)}" if expected else "",
        )


def _only(shown: Sequence[Answered], kind: type[T]) -> Iterator[T]:
    return (item.display for item in shown if isinstance(item.display, kind))


def anchor(*parts: str) -> str:
    """An id for the document from ids of the toolkit."""
    return "-".join(parts).replace(".", "-")


def source_lines(prompt: Prompt, part: Part) -> tuple[str, str]:
    """What stands in the margin: the part, and the place in the document the prompt comes from; nothing for ours."""
    source = prompt.source
    if source is None:
        return "", ""
    place = f"{source.heading}, item {source.item}" if source.item.isdecimal() else source.heading
    return part.label, place if source.doc == TOOLKIT_DOCUMENT else f"{source.doc}: {place}"


def sentences(*parts: str) -> str:
    """Join texts, each ending with a full stop."""
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part)


def long_date(day: date) -> str:
    """A day as answers write it: 14 January 2027."""
    return iso_in_words(day.isoformat())
