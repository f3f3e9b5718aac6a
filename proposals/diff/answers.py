"""The comparison of answers, piece by piece: how it is answered, its facts, its texts, its tables, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, ClassVar

from proposals.diff.tables import Table, compare_tables
from proposals.diff.texts import Block, Op, blocks, line
from proposals.snapshot import FileChange, files_between, flat_answers
from toolkit.answers import (
    Answer,
    Answers,
    Disposition,
    applies,
    display_answer,
    display_fields,
    disposition,
    same,
    visible_fields,
)
from toolkit.display import Display, Fact, Narrative, TableDisplay
from toolkit.richtext import to_text
from toolkit.types import Field, Prompt, Toolkit


@dataclass(frozen=True)
class FactChange:
    """A short answer before and after."""

    label: str
    block: Block

    @property
    def is_changed(self) -> bool:
        """Whether it reads differently."""
        return self.block.op != Op.SAME


@dataclass(frozen=True)
class Facts:
    """A run of short answers."""

    kind: ClassVar[str] = "facts"
    facts: tuple[FactChange, ...]

    @property
    def is_changed(self) -> bool:
        """Whether any of them reads differently."""
        return any(fact.is_changed for fact in self.facts)


@dataclass(frozen=True)
class Text:
    """Paragraphs, compared line by line and word by word; without a label it says how a prompt is answered."""

    kind: ClassVar[str] = "text"
    label: str
    blocks: tuple[Block, ...]

    @cached_property
    def is_changed(self) -> bool:
        """Whether any line reads differently."""
        return any(block.op != Op.SAME for block in self.blocks)


Piece = Facts | Text | Table
#: A piece before facts are brought together in runs.
_Single = FactChange | Text | Table


@dataclass(frozen=True)
class PromptChange:
    """How one answer differs between two versions; without pieces only its files differ."""

    prompt: Prompt
    op: Op
    pieces: tuple[Piece, ...]
    files: tuple[FileChange, ...] = ()


def compare(toolkit: Toolkit, before: Answers, after: Answers) -> tuple[PromptChange, ...]:
    """Return the prompts whose printed answer differs, in the order of the toolkit.

    A prompt that does not apply counts as having no answer, as in the packet.
    """
    return tuple(change for prompt in toolkit.prompts if (change := compare_prompt(toolkit, prompt, before, after)))


def compare_documents(
    toolkit: Toolkit, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[PromptChange, ...]:
    """Return the prompts whose printed answer or whose files differ between two documents, in the order of the toolkit."""
    changes = {change.prompt.id: change for change in compare(toolkit, flat_answers(before), flat_answers(after))}
    files: dict[str, list[FileChange]] = {}
    for file in files_between(before, after):
        files.setdefault(file.prompt_id, []).append(file)
    return tuple(
        _with_files(prompt, changes.get(prompt.id), tuple(files.get(prompt.id, ())))
        for prompt in toolkit.prompts
        if prompt.id in changes or prompt.id in files
    )


def _with_files(prompt: Prompt, change: PromptChange | None, files: tuple[FileChange, ...]) -> PromptChange:
    if change is None:
        return PromptChange(prompt, Op.CHANGED, (), files)
    return PromptChange(prompt, change.op, change.pieces, files)


def compare_prompt(toolkit: Toolkit, prompt: Prompt, before: Answers, after: Answers) -> PromptChange | None:
    """Return how one answer differs, or ``None`` when it reads the same."""
    old = before.get(prompt.id) if applies(prompt, before) else None
    new = after.get(prompt.id) if applies(prompt, after) else None
    if old is None and new is None:
        return None
    if old is not None and new is not None and same(prompt, old, new):
        return None
    found = pieces(toolkit, prompt, old and before, new and after)
    if not any(piece.is_changed for piece in found):
        return None
    said = [bool(answers and _says(toolkit, prompt, answers)) for answers in (old and before, new and after)]
    op = Op.CHANGED if all(said) else Op.ADDED if said[1] else Op.REMOVED
    return PromptChange(prompt, op, found)


def _says(toolkit: Toolkit, prompt: Prompt, answers: Answers) -> bool:
    """Whether there is anything to read of an answer."""
    return any(_standing(answers.get(prompt.id), toolkit)) or bool(display_answer(prompt, answers))


def pieces(toolkit: Toolkit, prompt: Prompt, before: Answers | None, after: Answers | None) -> tuple[Piece, ...]:
    """Compare two versions of one answer, each among the answers around it; ``None`` where there is none."""
    found = _singles(toolkit, prompt, before or {}, after or {})
    return tuple(piece for _kind, run in groupby(found, key=type) for piece in _gathered(list(run)))


def _gathered(run: Sequence[_Single]) -> tuple[Piece, ...]:
    """Return the pieces of a run of one kind: facts are one piece together."""
    facts = tuple(item for item in run if isinstance(item, FactChange))
    return (Facts(facts),) if facts else tuple(item for item in run if not isinstance(item, FactChange))


def _singles(toolkit: Toolkit, prompt: Prompt, before: Answers, after: Answers) -> Iterator[_Single]:
    standing = blocks(*(list(_standing(answers.get(prompt.id), toolkit)) for answers in (before, after)))
    if standing:
        yield Text("", standing)
    old, new = _shown(prompt, before), _shown(prompt, after)
    for field in prompt.fields:
        if field.key in old or field.key in new:
            yield _compared(field, old.get(field.key), new.get(field.key))


def _shown(prompt: Prompt, answers: Answers) -> dict[str, Display]:
    """Return what is drawn of an answer, by field."""
    fields = visible_fields(prompt, answers)
    return {field.key: item for field in fields for item in display_fields(prompt, (field,), answers)}


def _compared(field: Field, before: Display | None, after: Display | None) -> _Single:
    if isinstance(before, TableDisplay) or isinstance(after, TableDisplay):
        old, new = (item if isinstance(item, TableDisplay) else None for item in (before, after))
        return compare_tables(old, new, tuple(column.label for column in field.columns))
    if isinstance(before, Narrative) or isinstance(after, Narrative):
        return Text(field.label, blocks(_lines(before), _lines(after)))
    return FactChange(field.label, line(_words(before), _words(after)))


def _lines(item: Display | None) -> list[str]:
    return [text for text in to_text(item.html).splitlines() if text.strip()] if isinstance(item, Narrative) else []


def _words(item: Display | None) -> str:
    return item.text if isinstance(item, Fact) else ""


def answer_lines(prompt: Prompt, answer: Answer | None, answers: Answers, toolkit: Toolkit) -> list[str]:
    """Return an answer as lines of plain text: how it is answered, then facts, paragraphs and table rows."""
    lines = list(_standing(answer, toolkit))
    for item in display_answer(prompt, answers):
        match item:
            case Fact(label=label, text=text):
                lines.append(f"{label}: {text}")
            case Narrative(html=html):
                lines += to_text(html).splitlines()
            case TableDisplay(label=label, columns=columns, rows=rows):
                lines += [f"{label}: {_row(columns, row)}" for row in rows]
    return [line for line in lines if line.strip()]


def _row(columns: Sequence[str], row: Sequence[str]) -> str:
    return "; ".join(f"{name} {cell}" for name, cell in zip(columns, row, strict=True) if cell)


def _standing(answer: Answer | None, toolkit: Toolkit) -> Iterator[str]:
    if answer is None:
        return
    match disposition(answer):
        case Disposition.NA:
            reason = toolkit.option_sets["na_reason"].label(answer.get("reason", "")) if answer.get("reason") else ""
            yield f"Not applicable. {reason}. {answer.get('note', '')}".rstrip()
        case Disposition.NYK:
            reason = toolkit.option_sets["nyk_reason"].label(answer.get("reason", "")) if answer.get("reason") else ""
            yield f"Not yet known. {reason}".rstrip()
            yield from (
                f"{name.capitalize()}: {answer[name]}" for name in ("plan", "owner", "expected") if answer.get(name)
            )
