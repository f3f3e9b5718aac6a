"""The comparison of texts: lines are aligned first, then the words inside lines that belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

#: Lines less alike than this (0 to 1) count as one removed and one added, not as one changed.
ALIKE = 0.4
#: How many old lines ahead are looked at for a partner of a new one.
LOOK_AHEAD = 50
#: Two texts of more tokens than this, multiplied, are aligned by their parts first: word alignment is quadratic.
MOST_PAIRS = 250_000
_SENTENCES = re.compile(r".+?(?:[.!?;]\s+|$)", re.DOTALL)
_CLAUSES = re.compile(r".+?(?:[,:]\s+|$)", re.DOTALL)
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


def words(before: str, after: str) -> tuple[Segment, ...]:
    """Compare two lines word by word; the segments without additions give ``before``, without removals ``after``.

    What differs in lines too long for that at once is aligned by sentences first, and in those by clauses.
    """
    return tuple(_without_islands(_compared(before, after, (_SENTENCES, _CLAUSES))))


def line(before: str, after: str) -> Block:
    """Compare two lines that belong together, "" for one that is not there."""
    if before == after:
        return Block(Op.SAME, (Segment(Op.SAME, after),))
    op = Op.ADDED if not before else Op.REMOVED if not after else Op.CHANGED
    return Block(op, words(before, after))


def _compared(before: str, after: str, parts: Sequence[re.Pattern[str]]) -> list[Segment]:
    """Compare word by word, or where that are too many part by part, between the words that begin and end both."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    start = _alike_from_start(old, new)
    end = _alike_from_start(old[start:][::-1], new[start:][::-1])
    head, tail = "".join(old[:start]), "".join(old[len(old) - end :])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) * len(new) <= MOST_PAIRS:
        inner = _by_words(old, new)
    elif parts:
        inner = _by_parts("".join(old), "".join(new), parts)
    else:
        inner = _replaced("".join(old), "".join(new))
    return [*_same(head), *inner, *_same(tail)]


def _alike_from_start(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next((place for place, (left, right) in enumerate(pairs) if left != right), min(len(old), len(new)))


def _same(text: str) -> list[Segment]:
    return [Segment(Op.SAME, text)] if text else []


def _replaced(old: str, new: str) -> list[Segment]:
    return [Segment(op, text) for op, text in ((Op.REMOVED, old), (Op.ADDED, new)) if text]


def _by_words(old: list[str], new: list[str]) -> list[Segment]:
    pieces: list[Segment] = []
    # White space begins no match: it stands everywhere, and trying each with each would take most of the time.
    for tag, i, j, k, m in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i:j]), "".join(new[k:m])
        pieces += _same(left) if tag == "equal" else _replaced(left, right)
    return pieces


def _by_parts(before: str, after: str, parts: Sequence[re.Pattern[str]]) -> list[Segment]:
    pieces: list[Segment] = []
    part, *smaller = parts
    for op, left, right in _aligned(part.findall(before), part.findall(after)):
        pieces += (
            _compared(left, right, smaller)
            if op == Op.CHANGED
            else _same(left)
            if op == Op.SAME
            else _replaced(left, right)
        )
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
    for old, new in pairs(before, after):
        if old is None:
            yield Op.ADDED, "", after[new or 0]
        elif new is None:
            yield Op.REMOVED, before[old], ""
        else:
            yield (Op.SAME if before[old] == after[new] else Op.CHANGED), before[old], after[new]


def pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Yield the places of texts that belong together, in order, with ``None`` on the side where there is none."""
    start = _alike_from_start(before, after)
    end = _alike_from_start(before[start:][::-1], after[start:][::-1])
    last, newest = len(before) - end, len(after) - end
    yield from zip(range(start), range(start), strict=True)
    opcodes = SequenceMatcher(None, before[start:last], after[start:newest], autojunk=False).get_opcodes()
    for tag, i, j, k, m in opcodes:
        if tag == "equal":
            yield from zip(range(start + i, start + j), range(start + k, start + m), strict=True)
        else:
            for old, new in _paired(before[start + i : start + j], after[start + k : start + m]):
                yield (None if old is None else start + i + old), (None if new is None else start + k + new)
    yield from zip(range(last, len(before)), range(newest, len(after)), strict=True)


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Pair each new text with the next old one that is alike; what stays alone was removed or added."""
    at = 0
    bags = [Counter(_TOKENS.findall(text)) for text in old]
    for place, text in enumerate(new):
        bag = Counter(_TOKENS.findall(text))
        partner = next((n for n in range(at, min(len(old), at + LOOK_AHEAD)) if _alike(bags[n], bag)), None)
        if partner is None:
            yield None, place
            continue
        yield from ((left, None) for left in range(at, partner))
        yield partner, place
        at = partner + 1
    yield from ((left, None) for left in range(at, len(old)))


def _alike(old: Counter[str], new: Counter[str]) -> bool:
    """Whether two texts share enough words, wherever these stand; white space does not count."""
    shared, size = (old & new), (old.total() + new.total())
    blank = sum(count for token, count in shared.items() if token.isspace())
    return size > 0 and 2 * (shared.total() - blank) / max(size - 2 * blank, 1) >= ALIKE
