"""Where a remark points inside an answer: a passage of its text, or a row of a table; found again in later text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from toolkit.answers import DETAILS, Answer, Answers, applies, display_answer, disposition
from toolkit.display import Fact, Narrative, TableDisplay
from toolkit.richtext import to_text
from toolkit.types import Prompt, Toolkit

#: What a browser, a word processor or a keyboard writes differently for the same words; each stands for one letter.
_ALIKE = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2013\u2014", "''\"\"----")
#: Says nothing: white space, the line between cells, and marks that nobody sees.
_SILENT = re.compile("[\\s|\u00ad\u200b-\u200d\ufeff]")
#: What stands before an item of a list, in our plain text and where people copy from.
_ITEM = re.compile(r"^\s*[-\u2022*]\s+", re.MULTILINE)
#: Letters of a row's name: enough to tell rows apart in a list to choose from.
NAME_LENGTH = 60


class Standing(StrEnum):
    """What became of the place a remark points to."""

    THERE = "there"
    CHANGED = "changed"
    GONE = "gone"


class Anchored(Protocol):
    """A remark with its place: the words of a passage, and a row with what it said, are blank where there is none."""

    section_key: str
    prompt_id: str
    quote: str
    row_id: str
    row_words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as people tell it from others: its place, from 1, its first words, and all it says."""

    id: str
    number: int
    name: str
    words: str


class Reading:
    """The answers of one round or draft, read as plain text prompt by prompt; what was read once is kept."""

    def __init__(self, toolkit: Toolkit, answers: Answers) -> None:
        self.toolkit = toolkit
        self.answers = answers
        self._texts: dict[str, str] = {}

    def passage(self, section_key: str, prompt_id: str, quote: str) -> str:
        """Return the words of a quote as they stand in the text of its place; "" when they are not there."""
        texts = map(self._text, self._prompts(section_key, prompt_id))
        return next((found for text in texts if (found := find(text, quote))), "")

    def text(self, prompt_id: str) -> str:
        """Return all a page shows of a prompt; "" when it does not apply."""
        return self._text(self.toolkit.prompt(prompt_id))

    def rows(self, prompt_id: str) -> tuple[Row, ...]:
        """Return the rows of the tables of a prompt, in order."""
        prompt = self.toolkit.prompt(prompt_id)
        return tuple(rows_of(prompt, self.answers)) if applies(prompt, self.answers) else ()

    def standing(self, remark: Anchored) -> Standing | None:
        """Say what became of the passage or row of a remark; ``None`` when it points to neither."""
        if remark.row_id:
            row = next((row for row in self.rows(remark.prompt_id) if row.id == remark.row_id), None)
            if row is None:
                return Standing.GONE
            if row.words != remark.row_words:
                return Standing.CHANGED
        if remark.quote and not self.passage(remark.section_key, remark.prompt_id, remark.quote):
            return Standing.CHANGED
        return Standing.THERE if remark.row_id or remark.quote else None

    def _prompts(self, section_key: str, prompt_id: str) -> Iterable[Prompt]:
        if prompt_id:
            return (self.toolkit.prompt(prompt_id),)
        return self.toolkit.section(section_key).prompts if section_key else self.toolkit.prompts

    def _text(self, prompt: Prompt) -> str:
        if prompt.id not in self._texts:
            shown = applies(prompt, self.answers)
            self._texts[prompt.id] = "\n".join(_lines(self.toolkit, prompt, self.answers)) if shown else ""
        return self._texts[prompt.id]


def find(text: str, quote: str) -> str:
    """Return a quote as it stands in a text, its white space single; "" when it does not stand there.

    White space, marks of lists and the shapes of quotation marks and dashes do not count.
    """
    text = _ITEM.sub("", text)
    wanted = _key(_ITEM.sub("", quote))
    start = _key(text).find(wanted) if wanted else -1
    if start < 0:
        return ""
    loud = [place for place, letter in enumerate(text) if not _SILENT.match(letter)]
    return " ".join(text[loud[start] : loud[start + len(wanted) - 1] + 1].split())


def _key(text: str) -> str:
    return _SILENT.sub("", text.translate(_ALIKE))


def rows_of(prompt: Prompt, answers: Answers) -> Iterator[Row]:
    """Yield the rows of the tables of an answer that have an identity."""
    for table in display_answer(prompt, answers):
        if isinstance(table, TableDisplay):
            for number, (row_id, cells) in enumerate(zip(table.row_ids, table.rows, strict=True), 1):
                if row_id:
                    yield _row(row_id, number, table.columns, cells)


def _row(row_id: str, number: int, columns: tuple[str, ...], cells: tuple[str, ...]) -> Row:
    first = " ".join(", ".join([cell for cell in cells if cell][:2]).split())
    name = first if len(first) <= NAME_LENGTH else f"{first[: NAME_LENGTH - 1]}…"
    words = "; ".join(f"{column}: {cell}" for column, cell in zip(columns, cells, strict=True) if cell)
    return Row(row_id, number, f"Row {number}: {name}", words)


def _lines(toolkit: Toolkit, prompt: Prompt, answers: Answers) -> Iterator[str]:
    """Yield what a page shows of an answer, label by label and cell by cell."""
    yield from _details(toolkit, answers.get(prompt.id))
    for item in display_answer(prompt, answers):
        match item:
            case Fact(label=label, text=text):
                yield from (label, text)
            case Narrative(label=label, html=html):
                yield from (label, to_text(html))
            case TableDisplay(label=label, columns=columns, rows=rows):
                yield from (label, *columns, *(" ".join(row) for row in rows))


def _details(toolkit: Toolkit, answer: Answer | None) -> Iterator[str]:
    chosen = disposition(answer)
    if answer is None or chosen not in DETAILS:
        return
    for key in DETAILS[chosen]:
        said = answer.get(key, "")
        yield toolkit.option_sets[f"{chosen}_reason"].label(said) if said and key == "reason" else said
