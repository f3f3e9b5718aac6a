"""Executive summary: RC-020 to RC-027."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.reader import Reader
from toolkit.readiness.refs import COMPONENTS, EXISTING, GAPS, PEOPLE, POOL, SHARED_SAVINGS
from toolkit.readiness.registry import Found, at, at_if, at_rows, rule
from toolkit.readiness.schedule import MILESTONES, go_live

GOALS: Final = "es.overview.goals:goals"
SUMMARY_COMPONENTS: Final = "es.program.payment:components"
AIMS: Final = frozenset({"better_care", "better_health", "lower_cost"})
FEWEST_PAGES: Final = 2
MOST_PAGES: Final = 3


@rule
def rc_020(read: Reader) -> Found:
    """Length of the rendered summary."""
    if read.es_pages is None or FEWEST_PAGES <= read.es_pages <= MOST_PAGES:
        return ()
    return at(*(prompt.id for prompt in read.toolkit.prompts if prompt.id.startswith("es.")))


@rule
def rc_021(read: Reader) -> Found:
    """An aim without a goal."""
    return at_if(read.answered("es.overview.goals") and AIMS - read.column(GOALS, "aim"), GOALS)


@rule
def rc_022(read: Reader) -> Found:
    """Two lists of payment components."""
    both = read.answered("es.program.payment") and read.answered("pm.overview.method")
    return at_if(both and read.codes(SUMMARY_COMPONENTS) != read.codes(COMPONENTS), SUMMARY_COMPONENTS, COMPONENTS)


@rule
def rc_023(read: Reader) -> Found:
    """The pool against the program."""
    people, pool = read.number(PEOPLE), read.number(POOL)
    same = "pm.ss.population:same_as_program"
    differs = read.yes(same) and people and pool and abs(pool / people - 1) > 0.2  # noqa: PLR2004 - a fifth
    return at_if(differs, POOL, same, PEOPLE)


@rule
def rc_024(read: Reader) -> Found:
    """Gaps without remedy or owner."""
    return at_rows(GAPS, (row for row in read.rows(GAPS) if not row.get("remedy") or not row.get("owner")))


@rule
def rc_025(read: Reader) -> Found:
    """Goals without any target."""
    aimless = all(not row.get("target") for row in read.rows(GOALS))
    return at_if(read.answered("es.overview.goals") and aimless, GOALS)


@rule
def rc_026(read: Reader) -> Found:
    """Authorities that end before the start."""
    start = go_live(read)
    ending = [
        row
        for row in read.rows(EXISTING)
        if start and row.get("ends") and row["ends"] < start and row.get("relation") in ("relied_on", "amend")
    ]
    return (*at_rows(EXISTING, ending), *at_if(ending, MILESTONES))


@rule
def rc_027(read: Reader) -> Found:
    """Still exploring, with a method described."""
    certainty = "es.program.payment:certainty"
    return at_if(read.chose(certainty, "exploring") and read.yes(SHARED_SAVINGS), certainty, SHARED_SAVINGS)
