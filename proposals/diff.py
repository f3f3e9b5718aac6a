"""The one comparison of texts: lines are aligned first, then the words inside lines that belong together. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

from toolkit.answers import Answer, Answers, Disposition, applies, display_answer, disposition, same
from toolkit.display import Fact, Narrative, TableDisplay
from toolkit.richtext import to_text
from toolkit.types import Prompt, Toolkit

#: Lines less alike than this (0 to 1) count as one removed and one added, not as one changed.
ALIKE = 0.4
#: How many old lines ahead are looked at for a partner of a new one.
LOOK_AHEAD = 50
#: Two texts of more tokens than this, multiplied, are aligned by sentences first: word alignment is quadratic.
MOST_PAIRS = 60_000
_SENTENCES = re.compile(r".+?(?:[.!?;]\s+|$)", re.DOTALL)
#: Answers whose comparison a process remembers; each holds a few kilobytes.
COMPARISONS_KEPT = 512
#: A number with its separators is one word, so that 60,000 and 61,500 differ as a whole.
_TOKENS = re.compile(r"\d[\d,.]*\d|\w+|\s+|[^\w\s]")


class Op(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Segment:
    """A run of text within a line; never ``CHANGED``."""

    op: Op
    text: str


@dataclass(frozen=True)
class Block:
    """One line of the comparison; a ``CHANGED`` line mixes segments of all kinds."""

    op: Op
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class PromptChange:
    """How one answer differs between two rounds."""

    prompt: Prompt
    op: Op
    blocks: tuple[Block, ...]


def words(before: str, after: str) -> tuple[Segment, ...]:
    """Compare two lines word by word; the segments without additions give ``before``, without removals ``after``.

    Lines too long for that at once are aligned by sentences first.
    """
    pieces = _by_words(_TOKENS.findall(before), _TOKENS.findall(after))
    if pieces is None:
        pieces = _by_sentences(_SENTENCES.findall(before), _SENTENCES.findall(after))
    return tuple(_without_islands(pieces))


def _by_words(old: list[str], new: list[str]) -> list[Segment] | None:
    if len(old) * len(new) > MOST_PAIRS:
        return None
    pieces: list[Segment] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Segment(Op.SAME, "".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Segment(Op.REMOVED, "".join(old[i:j])))
        if k < m:
            pieces.append(Segment(Op.ADDED, "".join(new[k:m])))
    return pieces


def _by_sentences(old: list[str], new: list[str]) -> list[Segment]:
    pieces: list[Segment] = []
    for op, left, right in _aligned(old, new):
        found = _by_words(_TOKENS.findall(left), _TOKENS.findall(right)) if op == Op.CHANGED else None
        if op == Op.SAME:
            pieces.append(Segment(Op.SAME, left))
        elif found is not None:
            pieces += found
        else:
            pieces += [Segment(kind, text) for kind, text in ((Op.REMOVED, left), (Op.ADDED, right)) if text]
    return pieces


def _without_islands(pieces: list[Segment]) -> Iterator[Segment]:
    """Join changes that only white space keeps apart, so that a rewritten phrase reads as one change."""
    loose = [
        piece.op == Op.SAME and piece.text.isspace() and 0 < place < len(pieces) - 1
        for place, piece in enumerate(pieces)
    ]
    spread = [
        part
        for piece, island in zip(pieces, loose, strict=True)
        for part in ((Segment(Op.REMOVED, piece.text), Segment(Op.ADDED, piece.text)) if island else (piece,))
    ]
    for same_run, run in groupby(spread, key=lambda piece: piece.op == Op.SAME):
        found = list(run)
        for op in (Op.SAME,) if same_run else (Op.REMOVED, Op.ADDED):
            if text := "".join(piece.text for piece in found if piece.op == op):
                yield Segment(op, text)


def blocks(before: Sequence[str], after: Sequence[str]) -> tuple[Block, ...]:
    """Compare two lists of lines (paragraphs, facts, table rows)."""
    return _blocks(tuple(before), tuple(after))


@lru_cache(maxsize=COMPARISONS_KEPT)
def _blocks(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Block, ...]:
    """Compare, and keep the result: the same two rounds are read many times, and a frozen text never changes."""
    return tuple(
        Block(op, words(old, new)) if op == Op.CHANGED else Block(op, (Segment(op, old or new),))
        for op, old, new in _aligned(before, after)
    )


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Op, str, str]]:
    """Yield pairs of texts that belong together, with "" on the side where there is none."""
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from ((Op.SAME, text, text) for text in before[i:j])
        else:
            yield from _paired(before[i:j], after[k:m])


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Op, str, str]]:
    """Pair each new text with the next old one that is alike; what stays alone was removed or added."""
    at = 0
    bags = [Counter(_TOKENS.findall(text)) for text in old]
    for text in new:
        bag = Counter(_TOKENS.findall(text))
        partner = next((n for n in range(at, min(len(old), at + LOOK_AHEAD)) if _alike(bags[n], bag)), None)
        if partner is None:
            yield Op.ADDED, "", text
            continue
        yield from ((Op.REMOVED, left, "") for left in old[at:partner])
        yield Op.CHANGED, old[partner], text
        at = partner + 1
    yield from ((Op.REMOVED, left, "") for left in old[at:])


def _alike(old: Counter[str], new: Counter[str]) -> bool:
    """Whether two texts share enough words, wherever these stand; white space does not count."""
    shared, size = (old & new), (old.total() + new.total())
    blank = sum(count for token, count in shared.items() if token.isspace())
    return size > 0 and 2 * (shared.total() - blank) / max(size - 2 * blank, 1) >= ALIKE


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


def compare(toolkit: Toolkit, before: Answers, after: Answers) -> tuple[PromptChange, ...]:
    """Return the prompts whose printed answer differs, in the order of the toolkit.

    A prompt that does not apply counts as having no answer, as in the packet.
    """
    return tuple(change for prompt in toolkit.prompts if (change := compare_prompt(toolkit, prompt, before, after)))


def compare_prompt(toolkit: Toolkit, prompt: Prompt, before: Answers, after: Answers) -> PromptChange | None:
    """Return how one answer differs, or ``None`` when it reads the same."""
    old = before.get(prompt.id) if applies(prompt, before) else None
    new = after.get(prompt.id) if applies(prompt, after) else None
    if old is None and new is None:
        return None
    if old is not None and new is not None and same(prompt, old, new):
        return None
    old_lines = answer_lines(prompt, old, before, toolkit) if old else []
    new_lines = answer_lines(prompt, new, after, toolkit) if new else []
    if old_lines == new_lines:
        return None
    op = Op.ADDED if not old_lines else Op.REMOVED if not new_lines else Op.CHANGED
    return PromptChange(prompt, op, blocks(old_lines, new_lines))
