"""Dates of the timeline. Days are ISO dates, which sort as text."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Final

from toolkit.readiness.reader import Reader

MILESTONES: Final = "pd.timeline.plan:milestones"
DEPENDENCIES: Final = "pd.timeline.plan:dependencies"

#: Times a year of a frequency code.
TIMES_A_YEAR: Final = {
    "realtime": 365.0, "weekly": 52.0, "monthly": 12.0, "quarterly": 4.0, "semiannual": 2.0, "annual": 1.0,
    "biennial": 0.5, "longer": 0.2, "once": 0.0,
}  # fmt: skip


def earliest(read: Reader, kind: str) -> str | None:
    """The earliest target date of the milestones of a kind."""
    return min(
        (row["date"] for row in read.rows(MILESTONES) if row.get("kind") == kind and row.get("date")), default=None
    )


def go_live(read: Reader) -> str | None:
    """The day the program starts."""
    return earliest(read, "go_live")


def milestone_date(read: Reader, ref: str | None) -> str | None:
    """The target date of one milestone, by its reference."""
    named = (row.get("date") for row in read.rows(MILESTONES) if ref and row.get("ref") == ref)
    return next(named, None)


def backwards(read: Reader, *kinds: str) -> tuple[str, ...]:
    """The kinds whose dates, where given, come before that of the kind they should follow, with that one."""
    dated = [(kind, day) for kind in kinds if (day := earliest(read, kind))]
    pairs = ((a, b) for (a, first), (b, second) in pairwise(dated) if second < first)
    return tuple(dict.fromkeys(kind for pair in pairs for kind in pair))


def days_between(first: str, second: str) -> int:
    """Days from one day to another; negative if the second is earlier."""
    return (date.fromisoformat(second) - date.fromisoformat(first)).days


def times_a_year(code: str | None) -> float:
    """How often a year something happens; 0 if nothing is said."""
    return TIMES_A_YEAR.get(code or "", 0.0)
