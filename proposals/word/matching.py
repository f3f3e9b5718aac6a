"""Proposes for each piece of a Word file the prompt that its heading speaks of. The person decides.

Words are compared, rare ones counting more; nothing is learned or guessed at random, so the same file always gets the
same proposals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log

from proposals.word.names import field_of_bookmark
from proposals.word.pieces import Piece
from toolkit.loading import load
from toolkit.types import Prompt, Toolkit

#: Below this a heading speaks of no prompt, or of too many.
THRESHOLD = 0.38
#: How much counts: the label of the prompt, everything it says, and the section it stands in.
_LABEL, _REST, _SECTION = 0.6, 0.25, 0.15
#: What only some proposals are asked comes second where a heading fits both.
_ONLY_SOME = 0.8
#: A heading that is the title of a section leads to its first prompt.
_TITLE_OF_SECTION = 0.7
_WORD = re.compile(r"[^\W\d_]+")
_DULL = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "has",
        "have",
        "how",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "our",
        "part",
        "section",
        "shall",
        "than",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "under",
        "was",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "your",
        "you",
        "item",
        "prompt",
    ]
)
_SHORTEST_STEM = 4


@dataclass(frozen=True)
class Target:
    """A prompt that takes a narrative, and the field that holds it."""

    prompt: Prompt
    field: str
    section: str
    label: frozenset[str]
    rest: frozenset[str]
    home: frozenset[str]


def words(text: str) -> frozenset[str]:
    """The words of a text that mean something, without endings of number and tense."""
    found = (_stem(word.lower()) for word in _WORD.findall(text))
    return frozenset(word for word in found if word not in _DULL)


def _stem(word: str) -> str:
    for ending, put in (("ies", "y"), ("ing", ""), ("ments", "ment"), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM - 1 and not word.endswith("ss"):
            return word.removesuffix(ending) + put
    return word


@lru_cache(maxsize=4)
def targets(version: str) -> Mapping[str, Target]:
    """The prompts that take a narrative, by id, in the order of the toolkit."""
    toolkit = load(version)
    return {target.prompt.id: target for prompt in toolkit.prompts if (target := _target(toolkit, prompt))}


def _target(toolkit: Toolkit, prompt: Prompt) -> Target | None:
    """A prompt with its first narrative that is always shown; None for one without."""
    always = (field.key for field in prompt.fields if field.kind.name == "rich" and field.show_when.is_always)
    key = next(always, None)
    if key is None:
        return None
    section = toolkit.section(prompt.section_id)
    heading = prompt.source.heading if prompt.source else ""
    return Target(
        prompt=prompt,
        field=key,
        section=section.title,
        label=words(prompt.label),
        rest=words(f"{prompt.label} {prompt.question} {prompt.help}"),
        home=words(f"{section.title} {toolkit.part_of(section).title} {heading}"),
    )


@lru_cache(maxsize=4)
def _weights(version: str) -> Mapping[str, float]:
    """How rare each word is among the prompts."""
    found = targets(version).values()
    counted = Counter(word for target in found for word in target.rest | target.home)
    return {word: log(1 + len(found) / count) for word, count in counted.items()}


def propose(pieces: Iterable[Piece], version: str) -> list[str]:
    """Return for each piece the id of the prompt its heading speaks of, or "".

    A piece whose own heading speaks of nothing goes with the heading above it, and what our own files name is certain.
    """
    matcher = _Matcher(version)
    found: list[str] = []
    latest: dict[int, str] = {}
    for piece in pieces:
        own = "" if piece.beside else matcher.best(piece)
        above = max((level for level in latest if level < piece.level), default=0)
        chosen = own or ("" if piece.beside else latest.get(above, ""))
        latest = {level: prompt for level, prompt in latest.items() if level < piece.level} | {piece.level: chosen}
        found.append(chosen)
    return found


class _Matcher:
    """Compares headings with all prompts of a toolkit."""

    def __init__(self, version: str) -> None:
        self.targets, self.weights = targets(version), _weights(version)
        #: A word that no prompt uses is as rare as one that a single prompt uses.
        self.rarest = log(1 + len(self.targets))

    def best(self, piece: Piece) -> str:
        """The prompt a piece belongs to by its bookmarks or its heading; "" for none."""
        for name in piece.bookmarks:
            if (named := field_of_bookmark(name, self.targets)) is not None:
                return named
        heading = words(piece.heading)
        if not heading:
            return ""
        path = heading | words(" ".join(piece.path))
        scored = [
            (self._score(target, piece.heading, heading, path), target.prompt.id) for target in self.targets.values()
        ]
        score, prompt_id = max(scored, key=lambda item: item[0])
        return prompt_id if score >= THRESHOLD else ""

    def _score(self, target: Target, text: str, heading: frozenset[str], path: frozenset[str]) -> float:
        if _plain(text) == _plain(target.prompt.label):
            return 2 + self._covered(path, target.home)
        rarely = 1.0 if target.prompt.applies_when.is_always else _ONLY_SOME
        score = rarely * (
            _LABEL * self._alike(heading, target.label)
            + _REST * self._covered(heading, target.rest)
            + _SECTION * self._alike(path, target.home)
        )
        return max(score, _TITLE_OF_SECTION) if _plain(text) == _plain(target.section) else score

    def _weight(self, found: Collection[str]) -> float:
        return sum(self.weights.get(word, self.rarest) for word in sorted(found))

    def _alike(self, a: frozenset[str], b: frozenset[str]) -> float:
        both = self._weight(a) + self._weight(b)
        return 2 * self._weight(a & b) / both if both else 0.0

    def _covered(self, a: frozenset[str], b: frozenset[str]) -> float:
        whole = self._weight(a)
        return self._weight(a & b) / whole if whole else 0.0


def _plain(text: str) -> str:
    """A heading without its number, for comparing with a label."""
    return " ".join(_WORD.findall(text.lower()))
