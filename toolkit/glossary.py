"""The glossary: terms of art, and where they are first used in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.types import Segment, Term


def terms(rows: Sequence[Sequence[str]]) -> tuple[Term, ...]:
    """Typed terms from rows of term, definition, source, in the order given."""
    return tuple(Term(t, d, s, re.sub(r"[^a-z0-9]+", "-", t.lower()).strip("-")) for t, d, s in rows)


class Marker:
    """Finds terms of art in texts, singular or plural. Acronyms must match in case."""

    def __init__(self, glossary: Sequence[Term]) -> None:
        self._by_form: dict[str, Term] = {}
        for term in glossary:
            for form in _forms(term.term):
                self._by_form.setdefault(form.casefold(), term)
        # Longest first, so that "Risk corridor" is found before "Risk".
        forms = sorted({form for term in glossary for form in _forms(term.term)}, key=len, reverse=True)
        alternatives = "|".join(_pattern(form) for form in forms) or r"(?!)"
        self._pattern = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])")

    def mark(self, *texts: str) -> tuple[tuple[Segment, ...], ...]:
        """Split texts that are read one after the other; a term is marked at its first use only."""
        seen: set[str] = set()
        return tuple(self._split(text, seen) for text in texts)

    def _split(self, text: str, seen: set[str]) -> tuple[Segment, ...]:
        segments: list[Segment] = []
        start = 0
        for match in self._pattern.finditer(text):
            term = self._by_form[match[0].casefold()]
            if term.term in seen:
                continue
            seen.add(term.term)
            if match.start() > start:
                segments.append(Segment(text[start : match.start()]))
            segments.append(Segment(match[0], term))
            start = match.end()
        if start < len(text):
            segments.append(Segment(text[start:]))
        return tuple(segments)


def _forms(term: str) -> tuple[str, ...]:
    """How a term may stand in a text: "RFI / RFP" is two, "MLR (plan)" is none of its own."""
    if "(" in term:
        return ()
    plurals = (f"{form[:-1]}ies" if form.endswith("y") else f"{form}s" for form in term.split(" / "))
    return (*term.split(" / "), *plurals)


def _pattern(form: str) -> str:
    first_word = re.split(r"\s", form)[0]
    is_acronym = sum(letter.isupper() for letter in first_word) > 1
    return re.escape(form) if is_acronym else f"(?i:{re.escape(form)})"
