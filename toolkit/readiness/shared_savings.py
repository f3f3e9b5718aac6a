"""Shared savings: RC-140 to RC-168."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from toolkit.readiness.reader import Reader, Row
from toolkit.readiness.refs import (
    COMPONENTS,
    ENTITY_TYPES,
    GROUPS,
    POOL,
    PROTECTIONS,
    SHARED_SAVINGS,
)
from toolkit.readiness.registry import NOWHERE, Found, at, at_if, at_rows, rule
from toolkit.readiness.schedule import days_between, times_a_year
from toolkit.statistics import chance_minimum, design_factor, people_needed

TRACK: Final = "pm.overview.method:risk_track"
TARGET: Final = "pm.ss.target:target_people"
SMALLEST: Final = "pm.ss.target:minimum_per_entity"
MINIMUM: Final = "pm.ss.riskadj.protections:msr"
LEVELS: Final = "pm.ss.riskadj.protections:details"
BASE_YEARS: Final = "pm.ss.baseline.method:base_years"
SCOPE: Final = "pm.ss.scope:scope"
OUT_OF_SCOPE: Final = "pm.ss.scope:excluded"
EXCLUDES: Final = "pm.ss.baseline.exclusions:excludes"
EXCLUSIONS: Final = "pm.ss.baseline.exclusions:items"
TRACKS_EXCLUDED: Final = "pm.ss.costshift.controls:tracks_excluded"
LIMITS_CLAIMS: Final = "pm.ss.baseline.caps:limits"
SUPPLEMENTAL: Final = "pm.ss.baseline.supplemental:payments"
TIERS: Final = "pm.ss.calc.share:tiers"
GATE: Final = "pm.ss.calc.quality_gate:approach"
NETTING: Final = "pm.ss.payments:netting"
SETTLEMENTS: Final = "pm.ss.payments:settlements"
REBASING: Final = "pm.ss.rebasing.plan:after_years"
SOURCES: Final = "pm.ss.nfs:sources"

#: What a shared savings method cannot do without.
ESSENTIALS: Final = (
    "pm.ss.actuarial", "pm.ss.target", "pm.ss.baseline.method", "pm.ss.trend.method", "pm.ss.riskadj.method",
    "pm.ss.rebasing.plan", "pm.ss.costshift.controls", "pm.ss.calc.method", "pm.ss.calc.share",
)  # fmt: skip
SMALL_PROVIDERS: Final = ("fqhc", "rhc", "cmhc", "primary_care_practice", "tribal")
#: Shares and weights that should make 100%, up to rounding.
ROUNDING: Final = 0.01
FULL_YEAR: Final = 364
#: Points by which a minimum savings rate may lie below the reference.
SLACK: Final = 0.25
_SIZE: Final = re.compile(r"\b(siz|small|large)", re.IGNORECASE)


def two_sided(read: Reader) -> bool:
    """Whether providers may lose, at once, later or by their own choice of track."""
    return bool(read.value(TRACK)) and not read.chose(TRACK, "upside_only")


def one_sided_start(read: Reader) -> bool:
    """Whether the track begins without losses, at least for those who choose so."""
    return read.chose(TRACK, "upside_only", "phased", "choice_of_track")


def need_people(read: Reader) -> int | None:
    """F-15 from the inputs of the enrollment target; None if one is missing."""
    cv, saving, confidence, power = (
        read.number(f"pm.ss.target:{key}") for key in ("cv", "detectable", "confidence", "power")
    )
    factor = design_factor(read.value("pm.ss.target:design") or "", read.number("pm.ss.target:design_param"))
    if cv is None or not saving or confidence is None or power is None or factor is None:
        return None
    return people_needed(cv=cv, saving=saving, confidence=confidence, power=power, factor=factor)


def minimum_by_size(read: Reader) -> bool:
    """Whether the minimum savings rate is said to depend on the size of the entity."""
    levels = (row.get("level") or "" for row in read.rows(LEVELS) if row.get("protection") == "min_savings")
    return any(_SIZE.search(level) for level in levels)


def wrong_tiers(read: Reader) -> list[Row]:
    """The tiers, by score, that leave a gap or overlap, pass 100%, or pay less for more quality."""
    tiers = sorted((row for row in read.rows(TIERS) if "from" in row), key=lambda row: row["from"])
    wrong = [row for row in read.rows(TIERS) if _passes_whole(row) or _is_reversed(row)]
    return wrong + [after for before, after in pairwise(tiers) if _breaks(before, after) and after not in wrong]


def _passes_whole(tier: Row) -> bool:
    return any(tier.get(key, 0) > 100 for key in ("savings", "losses"))  # noqa: PLR2004 - percent


def _is_reversed(tier: Row) -> bool:
    return "from" in tier and "to" in tier and tier["from"] > tier["to"]


def _breaks(before: Row, after: Row) -> bool:
    """Whether a tier does not begin where the one below ends, shares less of savings, or more of losses."""
    apart = "to" in before and before["to"] != after["from"]
    saves_less = "savings" in before and "savings" in after and after["savings"] < before["savings"]
    loses_more = "losses" in before and "losses" in after and after["losses"] > before["losses"]
    return apart or saves_less or loses_more


@rule
def rc_140(read: Reader) -> Found:
    """Essentials of a shared savings method."""
    return at(*read.blank(*ESSENTIALS)) if read.yes(SHARED_SAVINGS) else NOWHERE


@rule
def rc_141(read: Reader) -> Found:
    """Losses, unannounced or without a way to recover them."""
    missing = (*read.empty("pm.ss.risk.awareness:methods"), *read.blank("pm.ss.risk.recoupment"))
    return at(*missing) if two_sided(read) else NOWHERE


@rule
def rc_142(read: Reader) -> Found:
    """Losses without an authority."""
    return at(*read.empty("pm.ss.risk.authority:authority")) if two_sided(read) else NOWHERE


@rule
def rc_143(read: Reader) -> Found:
    """Losses of small providers."""
    exposed = two_sided(read) and not read.has(PROTECTIONS, "loss_cap", "corridor", "catastrophic")
    return at_if(exposed and read.has(ENTITY_TYPES, *SMALL_PROVIDERS), PROTECTIONS, ENTITY_TYPES)


@rule
def rc_144(read: Reader) -> Found:
    """Fewer people than the target."""
    people, target = read.number(POOL), read.number(TARGET)
    return at_if(people and target and people < target, POOL, TARGET)


@rule
def rc_145(read: Reader) -> Found:
    """A target below what its inputs imply."""
    needed, target = need_people(read), read.number(TARGET)
    return at_if(needed and target and target < needed * 0.95, TARGET)


@rule
def rc_146(read: Reader) -> Found:
    """A minimum that chance reaches."""
    people, minimum = read.number(SMALLEST), read.number(MINIMUM)
    if not one_sided_start(read) or not people or minimum is None or minimum_by_size(read):
        return NOWHERE
    return at_if(minimum < chance_minimum(people) - SLACK, MINIMUM, LEVELS, SMALLEST)


@rule
def rc_147(read: Reader) -> Found:
    """Weights of base years."""
    return at_if(_is_not_whole(read, BASE_YEARS, "weight"), BASE_YEARS)


@rule
def rc_148(read: Reader) -> Found:
    """Base years that are no years."""
    dated = (row for row in read.rows(BASE_YEARS) if row.get("start") and row.get("end"))
    return at_rows(BASE_YEARS, (row for row in dated if days_between(row["start"], row["end"]) < FULL_YEAR))


@rule
def rc_149(read: Reader) -> Found:
    """Exclusions asked twice."""
    if not (read.answered("pm.ss.scope") and read.answered("pm.ss.baseline.exclusions")):
        return NOWHERE
    switches = read.chose(SCOPE, "excludes_some") != read.yes(EXCLUDES)
    lists = read.column(OUT_OF_SCOPE, "service") != read.column(EXCLUSIONS, "service")
    return (*at_if(switches, SCOPE, EXCLUDES), *at_if(lists, OUT_OF_SCOPE, EXCLUSIONS))


@rule
def rc_150(read: Reader) -> Found:
    """Exclusions that nobody tracks."""
    excluded = read.rows(OUT_OF_SCOPE)
    untracked = (row for row in excluded if row.get("tracked") is not True)
    return (*at_rows(OUT_OF_SCOPE, untracked), *at_if(excluded and not read.yes(TRACKS_EXCLUDED), TRACKS_EXCLUDED))


@rule
def rc_151(read: Reader) -> Found:
    """High-cost claims in full."""
    protected = read.has(PROTECTIONS, "claims_cap", "catastrophic", "corridor")
    return at_if(read.no(LIMITS_CLAIMS) and not protected, LIMITS_CLAIMS, PROTECTIONS)


@rule
def rc_152(read: Reader) -> Found:
    """Supplemental payments without treatment."""
    has = read.yes("pm.ss.baseline.supplemental:has")
    return at_rows(SUPPLEMENTAL, (row for row in read.rows(SUPPLEMENTAL) if has and not row.get("treatment")))


@rule
def rc_153(read: Reader) -> Found:
    """Lump sums in the cost of care."""

    def distorts(row: Row) -> bool:
        counted = row.get("form") == "lump_sum" and row.get("treatment") == "include_both"
        return counted and not row.get("adjustment")

    return at_rows(SUPPLEMENTAL, filter(distorts, read.rows(SUPPLEMENTAL)))


@rule
def rc_154(read: Reader) -> Found:
    """Differing trends, not given."""
    rates = "pm.ss.trend.strata:rates"
    return at_if(read.yes("pm.ss.trend.strata:differs") and not read.rows(rates), rates)


@rule
def rc_155(read: Reader) -> Found:
    """Risk scores that coding can raise."""
    method = "pm.ss.riskadj.method"
    scored = read.answered(method) and not read.chose(f"{method}:model", "none", "demographic")
    limits = (f"{method}:score_cap", f"{method}:coding_adjustment")
    unlimited = len(read.empty(*limits)) == len(limits) and not read.yes(f"{method}:normalized")
    return at_if(scored and unlimited, f"{method}:score_cap", f"{method}:normalized", f"{method}:coding_adjustment")


@rule
def rc_156(read: Reader) -> Found:
    """Tiers of sharing."""
    return at_rows(TIERS, wrong_tiers(read))


@rule
def rc_157(read: Reader) -> Found:
    """Savings whatever the quality."""
    return at_if(read.yes(SHARED_SAVINGS) and read.chose(GATE, "none"), GATE)


@rule
def rc_158(read: Reader) -> Found:
    """Coordination payments beside savings."""
    return at_if(read.has(COMPONENTS, "care_pmpm") and read.chose(NETTING, "not_netted"), NETTING, COMPONENTS)


@rule
def rc_159(read: Reader) -> Found:
    """Settled before the run-out ends."""
    rows = (row for row in read.rows(SETTLEMENTS) if "months_after" in row and "run_out_months" in row)
    return at_rows(SETTLEMENTS, (row for row in rows if row["run_out_months"] > row["months_after"]))


@rule
def rc_160(read: Reader) -> Found:
    """Rebased too late."""
    return at_if((read.number(REBASING) or 0) > read.limits.rebasing_years, REBASING)


@rule
def rc_161(read: Reader) -> Found:
    """A control group without a definition."""
    method = "pm.ss.calc.method"
    controlled = read.answered(method) and read.chose(f"{method}:method", "control_group", "hybrid")
    return at(*read.empty(f"{method}:comparison")) if controlled else NOWHERE


@rule
def rc_162(read: Reader) -> Found:
    """Sources of the non-federal share."""
    return at_if(_is_not_whole(read, SOURCES, "share"), SOURCES)


@rule
def rc_163(read: Reader) -> Found:
    """Sources that CMS examines."""
    watched = ("igt", "cpe", "provider_tax")
    return at_rows(SOURCES, (row for row in read.rows(SOURCES) if row.get("source") in watched))


@rule
def rc_164(read: Reader) -> Found:
    """No actuarial analysis."""
    status = "pm.ss.actuarial:status"
    return at_if(read.chose(status, "not_needed") and (read.number(POOL) or 0) > 0, status)


@rule
def rc_165(read: Reader) -> Found:
    """Those who expect to gain will join."""
    requirement, narratives = (
        "pm.ss.risk.participation:requirement",
        ("pm.ss.overview:narrative", "vb.benchmark:narrative"),
    )
    free = read.yes(SHARED_SAVINGS) and read.chose(requirement, "optional", "not_required")
    return at_if(free and len(read.empty(*narratives)) == len(narratives), narratives[0], requirement)


@rule
def rc_166(read: Reader) -> Found:
    """Another attribution, not described."""
    missing = read.empty("pm.ss.attribution:method", "pm.ss.attribution:tie_rule")
    return at(*missing) if read.no("pm.ss.attribution:same_as_program") else NOWHERE


@rule
def rc_167(read: Reader) -> Found:
    """Paid more than once a year, settled once."""
    often = times_a_year(read.value("pm.ss.payments:frequency")) > 1
    return at_if(often and len(read.rows(SETTLEMENTS)) < 2, SETTLEMENTS)  # noqa: PLR2004 - interim and final


@rule
def rc_168(read: Reader) -> Found:
    """Medicare spending that nobody sees."""
    services, controls = "pm.ss.baseline.method:services", "pm.ss.costshift.controls:controls"
    pooled = read.has(GROUPS, "duals_full") and read.yes(SHARED_SAVINGS)
    seen = read.has(services, "medicare_ab") or read.has(controls, "medicare_watch")
    return at_if(pooled and not seen, services, controls, GROUPS)


def _is_not_whole(read: Reader, ref: str, column: str) -> bool:
    # Rounded, since thirds of 33.33 miss 100 by a hair more than they should as floating-point numbers.
    return bool(read.rows(ref)) and round(abs(read.total(ref, column) - 100), 6) > ROUNDING
