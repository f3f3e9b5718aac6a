"""Oversight and timeline: RC-080 to RC-091."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.authority import has_filing, managed_care
from toolkit.readiness.reader import Reader
from toolkit.readiness.refs import COMPONENTS, MODEL_TYPES, SHARED_SAVINGS, SOUGHT
from toolkit.readiness.registry import NOWHERE, Found, at_if, at_rows, rule
from toolkit.readiness.schedule import (
    DEPENDENCIES,
    MILESTONES,
    backwards,
    days_between,
    earliest,
    go_live,
    milestone_date,
)

PLAN: Final = "pd.timeline.plan"
FUNCTIONS: Final = "pd.oversight.functions:functions"
QUESTIONS: Final = "pd.oversight.evaluation:questions"
ORDER: Final = ("concept", "cms_submission", "cms_approval", "go_live", "first_payment", "first_settlement")
STATE_PLAN: Final = ("1905a", "1905t", "1945", "1932a", "1915i", "1915j", "1915k")
REVIEW_DAYS: Final = 90
DAYS_A_MONTH: Final = 30


def risk_bearing(read: Reader) -> bool:
    """Whether providers may gain or lose by the cost of care."""
    components = ("global", "partial_cap", "bundle", "advanced", "shared_losses")
    return read.yes(SHARED_SAVINGS) or read.has(COMPONENTS, *components)


def _days_to_start(read: Reader) -> int | None:
    """Days from the submission to the start; None where one is missing."""
    submission, start = earliest(read, "cms_submission"), go_live(read)
    return days_between(submission, start) if submission and start else None


def _waits_for(read: Reader, kind: str) -> bool:
    return kind in read.column(DEPENDENCIES, "kind")


@rule
def rc_080(read: Reader) -> Found:
    """Dates that go backwards."""
    wrong = backwards(read, *ORDER)
    dated = (row for row in read.rows(MILESTONES) if row.get("kind") in wrong and row.get("date"))
    return at_rows(MILESTONES, dated) if wrong else NOWHERE


@rule
def rc_081(read: Reader) -> Found:
    """Less than one review period."""
    days = _days_to_start(read)
    return at_if(days is not None and days < REVIEW_DAYS and read.has(SOUGHT, *STATE_PLAN), MILESTONES)


@rule
def rc_082(read: Reader) -> Found:
    """Too little time for a demonstration."""
    days, needed = _days_to_start(read), read.limits.demonstration_months * DAYS_A_MONTH
    return at_if(days is not None and days < needed and read.has(SOUGHT, "1115a", "fai"), MILESTONES)


@rule
def rc_083(read: Reader) -> Found:
    """A filing that nothing waits for."""
    return at_if(read.answered(PLAN) and has_filing(read) and not _waits_for(read, "cms_review"), DEPENDENCIES)


@rule
def rc_084(read: Reader) -> Found:
    """Dependencies after what they feed."""

    def late(expected: str | None, affects: str | None) -> bool:
        needed = milestone_date(read, affects)
        return bool(expected and needed and expected > needed)

    rows = (row for row in read.rows(DEPENDENCIES) if late(row.get("expected"), row.get("affects")))
    return at_rows(DEPENDENCIES, rows)


@rule
def rc_085(read: Reader) -> Found:
    """Managed care without the plan cycle."""
    return at_if(managed_care(read) and read.answered(PLAN) and not _waits_for(read, "plan_cycle"), DEPENDENCIES)


@rule
def rc_086(read: Reader) -> Found:
    """D-SNPs without the Medicare calendar."""
    touched = read.has("es.overview.current:current_systems", "dsnp") and read.has(MODEL_TYPES, "mffs_duals", "other")
    return at_if(touched and read.answered(PLAN) and not _waits_for(read, "medicare_calendar"), DEPENDENCIES)


@rule
def rc_087(read: Reader) -> Found:
    """Phases without a milestone."""
    missing = {"development", "implementation", "operations"} - read.column(MILESTONES, "phase")
    return at_if(read.answered(PLAN) and missing, MILESTONES)


@rule
def rc_088(read: Reader) -> Found:
    """Aims that nobody oversees."""
    missing = {"care_coordination", "practice_transformation", "quality"} - read.column(FUNCTIONS, "aim")
    return at_if(read.answered("pd.oversight.functions") and missing, FUNCTIONS)


@rule
def rc_089(read: Reader) -> Found:
    """Risk without watching access."""
    unwatched = read.answered("pd.oversight.functions") and "access" not in read.column(FUNCTIONS, "aim")
    return at_if(unwatched and risk_bearing(read), FUNCTIONS)


@rule
def rc_090(read: Reader) -> Found:
    """Evaluation questions without a comparison."""
    answered = read.answered("pd.oversight.evaluation")
    return at_rows(QUESTIONS, (row for row in read.rows(QUESTIONS) if answered and not row.get("comparison")))


@rule
def rc_091(read: Reader) -> Found:
    """Sharing without settlement or rebasing."""
    planned = earliest(read, "rebasing") or earliest(read, "first_settlement")
    return at_if(read.yes(SHARED_SAVINGS) and read.answered(PLAN) and not planned, MILESTONES)
