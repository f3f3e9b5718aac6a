"""The way through a frozen round: its sections by part, how each is marked, and which comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from proposals.queries.reviews import FrozenRound, ReviewedSection
from proposals.views.verdict_panel import ReadingPlace
from toolkit.types import Section


@dataclass(frozen=True)
class NavSection:
    """A section in the navigation."""

    title: str
    url: str
    status: str
    questions: int
    note: str
    current: bool


@dataclass(frozen=True)
class NavPart:
    """A part of the toolkit in the navigation."""

    title: str
    sections: tuple[NavSection, ...]


@dataclass(frozen=True)
class Nav:
    """The navigation of the review."""

    label: str
    link_url: str
    link_text: str
    parts: tuple[NavPart, ...]
    note: str


def navigation(
    frozen: FrozenRound,
    current: Section | None,
    place: ReadingPlace,
    waiting: Counter[str],
    url: Callable[[Section | None], str],
) -> Nav:
    """Return the sections in which anything applies; ``waiting`` counts the threads that are not resolved."""

    def link(item: ReviewedSection) -> NavSection:
        return NavSection(
            title=item.definition.title,
            url=url(item.definition),
            status=place.mark(item.definition) or _mark(item, frozen.submission.round),
            questions=waiting[item.key],
            note=f"{item.changed} changed" if item.changed else "",
            current=current is not None and item.key == current.id,
        )

    by_key = {item.key: link(item) for item in frozen.sections}
    parts = (
        NavPart(part.name, tuple(by_key[section.id] for section in part.sections if section.id in by_key))
        for part in frozen.toolkit.parts
    )
    return Nav("Sections", url(None), "Round as a whole", tuple(part for part in parts if part.sections), place.words)


def section_after(frozen: FrozenRound, current: Section | None) -> ReviewedSection | None:
    """Return the section to read after this one; from the round as a whole, the first that changed."""
    found = frozen.sections
    if current is None:
        return next((item for item in found if item.changed), found[0] if found else None)
    keys = [item.key for item in found]
    place = keys.index(current.id) + 1 if current.id in keys else 0
    return found[place] if place < len(keys) else None


def section_ahead(frozen: FrozenRound, current: Section | None, wanted: Collection[str]) -> ReviewedSection | None:
    """Return the first of the wanted sections after this one, or ``None`` behind the last."""
    keys = [section.id for section in frozen.toolkit.sections]
    here = keys.index(current.id) if current else -1
    return next((item for item in frozen.sections if item.key in wanted and keys.index(item.key) > here), None)


def _mark(item: ReviewedSection, round_number: int) -> str:
    """How a section is marked that the reader has not viewed: by its changes, in a first round by its answers."""
    if round_number > 1:
        return "changed" if item.changed else "unchanged"
    return "in_progress" if item.progress.open else "nyk" if item.progress.nyk else "answered"
