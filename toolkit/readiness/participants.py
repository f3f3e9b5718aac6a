"""Participants: RC-050 to RC-059."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.reader import Reader
from toolkit.readiness.refs import BASIS, DUALS, GROUPS, PROTECTIONS, REACH, RISK_MODEL, SHARED_SAVINGS
from toolkit.readiness.registry import NOWHERE, Found, at, at_if, at_rows, rule
from toolkit.readiness.schedule import go_live

AREAS: Final = "pd.participants.geography:areas"
NOTICE: Final = "pd.participants.notice:contents"
ATTRIBUTION: Final = "pd.participants.attribution"
OTHER_PROGRAMS: Final = "pd.participants.federal_programs:any"


@rule
def rc_050(read: Reader) -> Found:
    """Limited by area, without areas."""
    return at_if(read.chose(REACH, "targeted", "phased") and not read.rows(AREAS), AREAS)


@rule
def rc_051(read: Reader) -> Found:
    """Areas that start before the program."""
    start = go_live(read)
    return at_rows(AREAS, (row for row in read.rows(AREAS) if start and row.get("start") and row["start"] < start))


@rule
def rc_052(read: Reader) -> Found:
    """Left out, but who or why."""
    who, why = "pd.participants.geography:excluded_groups", "pd.participants.geography:exclusion_reason"
    return at(*read.empty(who, why)) if read.no("pd.participants.geography:open_to_all") else NOWHERE


@rule
def rc_053(read: Reader) -> Found:
    """Enrolled by the state, without a way out in the notice."""
    enrolled = read.chose(BASIS, "mandatory", "voluntary_opt_out", "mixed")
    return at_if(enrolled and not read.has(NOTICE, "opt_out", "complaints"), NOTICE)


@rule
def rc_054(read: Reader) -> Found:
    """Choice of provider in the notice."""
    told = read.has(NOTICE, "free_choice") or read.chose(BASIS, "mandatory")
    return at_if(read.answered("pd.participants.notice") and not told, NOTICE)


@rule
def rc_055(read: Reader) -> Found:
    """One person, two entities."""
    return at(*read.empty(f"{ATTRIBUTION}:tie_rule")) if read.answered(ATTRIBUTION) else NOWHERE


@rule
def rc_056(read: Reader) -> Found:
    """Attribution from claims without a look-back."""
    from_claims = read.answered(ATTRIBUTION) and read.has(f"{ATTRIBUTION}:method", "plurality", "most_recent")
    return at(*read.empty(f"{ATTRIBUTION}:lookback_months")) if from_claims else NOWHERE


@rule
def rc_057(read: Reader) -> Found:
    """Adverse selection."""
    chosen = read.chose(BASIS, "voluntary_opt_in") and read.yes(SHARED_SAVINGS)
    uncorrected = not read.has(PROTECTIONS, "score_limits") and read.chose(RISK_MODEL, "none", "demographic")
    return at_if(chosen and uncorrected, RISK_MODEL, PROTECTIONS, BASIS)


@rule
def rc_058(read: Reader) -> Found:
    """Other programs, without a list."""
    programs = "pd.participants.federal_programs:programs"
    return at_if(read.yes(OTHER_PROGRAMS) and not read.rows(programs), programs)


@rule
def rc_059(read: Reader) -> Found:
    """No other program, which is rare for these groups."""
    found = read.has(GROUPS, *DUALS, "ltss") and read.no(OTHER_PROGRAMS)
    return at_if(found, OTHER_PROGRAMS, GROUPS)
