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


def words(before: str, after: str) -> tuple[Segment, ...]:
    """Compare two lines word by word; the segments without additions give ``before``, without removals ``after``.

    Lines too long for that at once are aligned by sentences first.
    """
    pieces = _by_words(_TOKENS.findall(before), _TOKENS.findall(after))
    if pieces is None:
        pieces = _by_sentences(_SENTENCES.findall(before), _SENTENCES.findall(after))
    return tuple(_without_islands(pieces))


def line(before: str, after: str) -> Block:
    """Compare two lines that belong together, "" for one that is not there."""
    if before == after:
        return Block(Op.SAME, (Segment(Op.SAME, after),))
    op = Op.ADDED if not before else Op.REMOVED if not after else Op.CHANGED
    return Block(op, words(before, after))


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
    for old, new in pairs(before, after):
        if old is None:
            yield Op.ADDED, "", after[new or 0]
        elif new is None:
            yield Op.REMOVED, before[old], ""
        else:
            yield (Op.SAME if before[old] == after[new] else Op.CHANGED), before[old], after[new]


def pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Yield the places of texts that belong together, in order, with ``None`` on the side where there is none."""
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(range(i, j), range(k, m), strict=True)
        else:
            for old, new in _paired(before[i:j], after[k:m]):
                yield (None if old is None else i + old), (None if new is None else k + new)


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
