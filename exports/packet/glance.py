"""The summary page: a few answers repeated at the front. Which ones is written in `glance.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from exports.packet import record, tables
from exports.packet.blocks import Block, Chapter, Fact, Facts, KeyNumber, KeyNumbers, Paragraph
from exports.packet.content import PacketContent
from exports.packet.prompts import Writer
from toolkit.display import Fact as FactDisplay
from toolkit.display import TableDisplay

_FILE = Path(__file__).with_name("glance.yaml")
#: Four stand in a line.
_PER_LINE = 4


@dataclass(frozen=True, slots=True)
class Pick:
    """One answer to repeat: a field, or a column of its rows, and the words that go with it."""

    prompt_id: str
    field_key: str
    words: str
    column: str
    where: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the summary page repeats."""

    numbers: tuple[Pick, ...]
    facts: tuple[Pick, ...]
    table: Pick


@cache
def plan() -> Plan:
    """Read the plan of the summary page."""
    raw = yaml.safe_load(_FILE.read_text())
    return Plan(
        numbers=tuple(_pick(row, "text") for row in raw["numbers"]),
        facts=tuple(_pick(row, "label") for row in raw["facts"]),
        table=_pick(raw["table"], "caption"),
    )


def chapter(content: PacketContent, writer: Writer) -> Chapter:
    """The summary page of a packet."""
    return Chapter("glance", "", "Summary at a glance", tuple(_blocks(content, writer)), css="glance")


def _pick(row: Mapping[str, Any], words: str) -> Pick:
    prompt_id, _, field_key = row["from"].partition(":")
    return Pick(prompt_id, field_key, row[words], row.get("column", ""), row.get("where", {}))


def _blocks(content: PacketContent, writer: Writer) -> Iterator[Block]:
    numbers = [KeyNumber(text, pick.words) for pick in plan().numbers if (text := _value(pick, writer))]
    if numbers:
        yield KeyNumbers(tuple(numbers[: len(numbers) // _PER_LINE * _PER_LINE or len(numbers)]))
    facts = [Fact(pick.words, text) for pick in plan().facts if (text := _value(pick, writer))]
    facts.append(Fact("Questions", _questions(content)))
    facts.append(Fact("State of answers", f"{record.in_words(record.standings(writer))} (Annex C)"))
    yield Facts(tuple(facts), css="wide")
    shown = _display(plan().table, writer)
    if isinstance(shown, TableDisplay):
        yield tables.draw(plan().table.words, shown.columns, shown.rows, number=shown.label, wide=True)
    if content.sample_note:
        yield Paragraph(content.sample_note, css="fig-note")


def _questions(content: PacketContent) -> str:
    total = len(content.exchanges)
    if not total:
        return "None released by CMS so far"
    still = sum(exchange.standing.lower() == "open" for exchange in content.exchanges)
    return f"{total} released by CMS, {still} open (Annex B)"


def _display(pick: Pick, writer: Writer) -> object:
    prompt = writer.toolkit.prompt(pick.prompt_id)
    shown = (item.display for item in writer.answered(prompt) if item.field.key == pick.field_key)
    return next(shown, None)


def _value(pick: Pick, writer: Writer) -> str:
    """The answer in words; empty when it is not there."""
    shown = _display(pick, writer)
    if isinstance(shown, FactDisplay):
        return shown.text
    return _cells(pick, writer) if shown else ""


def _cells(pick: Pick, writer: Writer) -> str:
    """The cells of one column, without repeats; for a date looked up by row its month, which is short enough to be large."""
    prompt = writer.toolkit.prompt(pick.prompt_id)
    column = prompt.field(pick.field_key).column(pick.column)
    rows = (writer.answer(prompt) or {})["fields"][pick.field_key]
    fitting = [row for row in rows if all(row.get(key) == value for key, value in pick.where.items())]
    values = [row[pick.column] for row in fitting if row.get(pick.column)]
    if pick.where and column.kind.name == "date":
        return f"{date.fromisoformat(values[0]):%b %Y}" if values else ""
    return "; ".join(dict.fromkeys(column.kind.text(column, value) for value in values))
