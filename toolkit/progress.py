"""Progress: how many prompts are done. Prompts that do not apply do not count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from toolkit.answers import Disposition
from toolkit.types import Prompt, Section


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of prompts that apply. `open` are the blank ones."""

    total: int = 0
    answered: int = 0
    na: int = 0
    nyk: int = 0
    open: int = 0

    @property
    def done(self) -> int:
        """Prompts that are answered, not applicable or not yet known."""
        return self.total - self.open

    @property
    def percent(self) -> int:
        """Done of total, rounded down; 100 where nothing is asked."""
        return self.done * 100 // self.total if self.total else 100

    @property
    def is_complete(self) -> bool:
        """True if nothing is open."""
        return self.open == 0

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            self.total + other.total,
            self.answered + other.answered,
            self.na + other.na,
            self.nyk + other.nyk,
            self.open + other.open,
        )


def section_progress(section: Section, dispositions: Mapping[str, str], applies: Callable[[Prompt], bool]) -> Progress:
    """Progress of one section from the dispositions of its prompts; a missing one is blank."""
    counts = dict.fromkeys(Disposition, 0)
    for prompt in section.prompts:
        if applies(prompt):
            counts[Disposition(dispositions.get(prompt.id, Disposition.BLANK))] += 1
    return Progress(
        total=sum(counts.values()),
        answered=counts[Disposition.ANSWERED],
        na=counts[Disposition.NA],
        nyk=counts[Disposition.NYK],
        open=counts[Disposition.BLANK],
    )


def total(parts: Iterable[Progress]) -> Progress:
    """The sum of several."""
    return sum(parts, Progress())
