"""Reads one answer the way a person reads it: how it is answered, then its facts, narratives and tables in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from toolkit.answers import Answer, Answers, Disposition, display_answer, disposition
from toolkit.display import Display, Fact, Narrative, TableDisplay
from toolkit.types import Prompt, Toolkit


@dataclass(frozen=True)
class Piece:
    """A run of facts, one narrative or one table; the other two are empty."""

    facts: tuple[Fact, ...] = ()
    narrative: Narrative | None = None
    table: TableDisplay | None = None


@dataclass(frozen=True)
class ReadAnswer:
    """An answer ready to be shown. ``lines`` say why it is not applicable, or what is planned."""

    disposition: str
    reason: str
    lines: tuple[tuple[str, str], ...]
    pieces: tuple[Piece, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nobody has answered."""
        return self.disposition == Disposition.BLANK

    @property
    def is_answered(self) -> bool:
        """Whether it is a plain answer."""
        return self.disposition == Disposition.ANSWERED


def read_answer(toolkit: Toolkit, prompt: Prompt, answers: Answers) -> ReadAnswer:
    """Return the answer to a prompt as page and preview show it."""
    answer = answers.get(prompt.id)
    return drawn(answer, reason_of(toolkit, answer), display_answer(prompt, answers))


def drawn(answer: Answer | None, reason: str, displays: tuple[Display, ...]) -> ReadAnswer:
    """Return an answer whose fields are drawn already, as `read_answer` does."""
    return ReadAnswer(str(disposition(answer)), reason, tuple(_lines(answer)), tuple(_pieces(displays)))


def reason_of(toolkit: Toolkit, answer: Answer | None) -> str:
    """Return the words for why a prompt is not applicable or not yet known; blank otherwise."""
    if not answer or not answer.get("reason"):
        return ""
    return toolkit.option_sets[f"{answer['disposition']}_reason"].label(answer["reason"])


def _lines(answer: Answer | None) -> Iterator[tuple[str, str]]:
    labels = {"note": "Note", "plan": "Plan", "owner": "Owner", "expected": "Expected"}
    for key, label in labels.items():
        if answer and answer.get(key):
            yield label, answer[key]


def _pieces(items: tuple[Display, ...]) -> Iterator[Piece]:
    for kind, run in groupby(items, key=type):
        if kind is Fact:
            yield Piece(facts=tuple(item for item in run if isinstance(item, Fact)))
            continue
        for item in run:
            yield Piece(narrative=item) if isinstance(item, Narrative) else _table(item)


def _table(item: Display) -> Piece:
    return Piece(table=item if isinstance(item, TableDisplay) else None)
