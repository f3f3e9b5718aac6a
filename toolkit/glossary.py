"""The glossary: terms of art, and where they are used in a text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from toolkit.types import Segment, Term

_CURLY = "\u2019"
#: A word begins here; what follows a hyphen is no word of its own, so "non-risk contract" holds no "risk contract".
_WORD = re.compile(r"(?<![\w-])\w+")


def terms(rows: Sequence[Sequence[str]], also: Mapping[str, Sequence[str]] | None = None) -> tuple[Term, ...]:
    """Typed terms from rows of term, definition, source, in the order given; ``also`` gives other forms by term."""
    return tuple(Term(t, d, s, _slug(t), forms_of(t, (also or {}).get(t, ()))) for t, d, s in rows)


def _slug(term: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def forms_of(term: str, also: Iterable[str] = ()) -> tuple[str, ...]:
    """How a term may stand in a text, singular or plural: "RFI / RFP" is two forms, and ``also`` adds others."""
    singular = (*term.split(" / "), *also)
    return tuple(dict.fromkeys((*singular, *(f"{f[:-1]}ies" if f.endswith("y") else f"{f}s" for f in singular))))


class Marker:
    """Finds every use of a term of art in a text; a page then keeps the first one (`toolkit.marking`).

    ``never`` are phrases in which the words mean something else.
    """

    def __init__(self, glossary: Sequence[Term], never: Iterable[str] = ()) -> None:
        self.by_slug = {term.slug: term for term in glossary}
        self._by_form: dict[str, Term | None] = {}
        #: Forms by the word they begin with; a text is looked through word by word.
        self._by_word: dict[str, list[str]] = defaultdict(list)
        self._patterns: dict[str, re.Pattern[str]] = {}
        for phrase in never:
            self._put(phrase, None)
        for term in glossary:
            for form in term.forms:
                self._put(form, term)

    def _put(self, form: str, term: Term | None) -> None:
        if self._by_form.setdefault(_key(form), term) is term:
            self._by_word[_first_word(form)].append(form)

    def split(self, text: str) -> tuple[Segment, ...]:
        """Split a text at every use of a term."""
        segments: list[Segment] = []
        start = 0
        for begin, end, term in self._uses(text):
            if begin > start:
                segments.append(Segment(text[start:begin]))
            segments.append(Segment(text[begin:end], term))
            start = end
        if start < len(text):
            segments.append(Segment(text[start:]))
        return tuple(segments)

    def html(self, text: str) -> SafeString:
        """The text as HTML in which every use of a term is a candidate: `toolkit.marking.Marks` decides about it."""
        return _html(self, text)

    def found(self, texts: Iterable[str]) -> tuple[Term, ...]:
        """The terms that are used in any of the texts, in order of their first use."""
        return tuple(dict.fromkeys(s.term for text in texts for s in self.split(text) if s.term))

    def _uses(self, text: str) -> Iterable[tuple[int, int, Term]]:
        done = 0
        for word in _WORD.finditer(text):
            key = word[0].casefold()
            if word.start() < done or key not in self._by_word:
                continue
            if match := self._pattern(key).match(text, word.start()):
                done = match.end()
                if term := self._by_form[_key(match[0])]:
                    yield match.start(), match.end(), term

    def _pattern(self, word: str) -> re.Pattern[str]:
        """What matches the forms that begin with a word, longest first: "Risk corridor" goes before "Risk"."""
        if word not in self._patterns:
            forms = sorted(self._by_word[word], key=len, reverse=True)
            self._patterns[word] = re.compile(rf"(?:{'|'.join(map(_pattern, forms))})(?![\w-])")
        return self._patterns[word]


def _first_word(form: str) -> str:
    found = _WORD.search(form)
    return found[0].casefold() if found else ""


def _key(form: str) -> str:
    """What two ways to write one form have in common."""
    return re.sub(r"[\s-]+", " ", form.replace(_CURLY, "'")).casefold()


def _pattern(form: str) -> str:
    words = re.split(r"(\s|-)", form.replace(_CURLY, "'"))
    return "".join(r"[\s-]" if word in {" ", "-"} else _word_pattern(word) for word in words)


def _word_pattern(word: str) -> str:
    """An abbreviation has more than one capital and matches in case only: "act" and "hit" are no terms."""
    plain = re.escape(word).replace("'", f"['{_CURLY}]")
    return plain if sum(letter.isupper() for letter in word) > 1 else f"(?i:{plain})"


@lru_cache(maxsize=8192)
def _html(marker: Marker, text: str) -> SafeString:
    pieces = (
        f'<a data-term="{piece.term.slug}">{escape(piece.text)}</a>' if piece.term else escape(piece.text)
        for piece in marker.split(text)
    )
    return mark_safe("".join(pieces))  # noqa: S308 - every part is escaped or ours
