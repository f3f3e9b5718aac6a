"""Federal authority: RC-030 to RC-047."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.reader import Reader
from toolkit.readiness.refs import (
    BASIS,
    COMPONENTS,
    DUALS,
    EXISTING,
    GROUPS,
    MODEL_TYPES,
    REACH,
    SOUGHT,
    TARGETING,
)
from toolkit.readiness.registry import NOWHERE, Found, at, at_if, rule

STRATEGY: Final = "es.program.payment:strategy"
BY_GROUP: Final = "pd.participants.enrollment:by_group"
CME_TYPES: Final = "pd.providers.cme:cme_types"
SUPPLEMENTS: Final = "pr.scope:supplements"

#: Groups that section 1932(a) keeps from being required to enroll.
PROTECTED: Final = frozenset({*DUALS, "aian", "children_shcn"})
#: What needs no filing with CMS: contracts, plan arrangements inside them, and taking part in a federal model.
WITHOUT_FILING: Final = frozenset({"1915a", "438.6b2", "438.6b3", "contract_strategy", "innovation_center"})
#: What CMS looks for in a section 1115 application.
DEMONSTRATION: Final = ("dm.why", "dm.neutrality", "dm.sustainability", "dm.monitoring", "dm.notice")
DIRECTED_TESTS: Final = 6
INCENTIVE_CEILING: Final = 105


def existing_has(read: Reader, *codes: str) -> bool:
    """Whether an existing authority of one of these codes stays: it is listed and not to be replaced."""
    return any(row.get("authority") in codes and row.get("relation") != "replace" for row in read.rows(EXISTING))


def stands_on(read: Reader, *codes: str) -> bool:
    """Whether one of these authorities is sought or exists already."""
    return read.has(SOUGHT, *codes) or existing_has(read, *codes)


def managed_care(read: Reader) -> bool:
    """Whether an authority for managed care is sought."""
    return read.has(SOUGHT, "1915a", "1932a", "1915b")


def has_filing(read: Reader) -> bool:
    """Whether an authority that must be filed with CMS is sought."""
    return bool(read.codes(SOUGHT) - WITHOUT_FILING)


def mandatory_groups(read: Reader) -> frozenset[str | None]:
    """The groups that must enroll: the program's, or all there are, where everybody must. None stands for one unnamed."""
    named = {row.get("group") for row in read.rows(BY_GROUP) if row.get("basis") == "mandatory"}
    if not read.chose(BASIS, "mandatory"):
        return frozenset(named)
    options = read.toolkit.prompt("es.program.population").field("groups").options
    return frozenset(named) | (read.codes(GROUPS) or frozenset(options.codes if options else ()))


def health_home(read: Reader) -> bool:
    """Whether the model is a health home."""
    return read.has(MODEL_TYPES, "health_home")


@rule
def rc_030(read: Reader) -> Found:
    """New benefits only in some areas."""
    limited = [
        ref
        for ref in ("pd.services.limits:new_benefits_area_limited", "ap.mech.geography:new_benefits_limited")
        if read.yes(ref)
    ]
    return at_if(limited and not read.has(SOUGHT, "1115a", "1945"), *limited, SOUGHT)


@rule
def rc_031(read: Reader) -> Found:
    """Selective contracting."""
    return at_if(read.has(TARGETING, "selective") and not stands_on(read, "1915b", "1115a"), TARGETING, SOUGHT)


@rule
def rc_032(read: Reader) -> Found:
    """Mandatory enrollment."""
    found = mandatory_groups(read) and not stands_on(read, "1932a", "1915b", "1115a")
    return at_if(found, BASIS, SOUGHT)


@rule
def rc_033(read: Reader) -> Found:
    """Mandatory enrollment of protected groups."""
    found = mandatory_groups(read) & PROTECTED and not stands_on(read, "1915b", "1115a")
    return at_if(found, BASIS, SOUGHT)


@rule
def rc_034(read: Reader) -> Found:
    """A health home without section 1945."""
    return at_if(health_home(read) and not stands_on(read, "1945"), SOUGHT, MODEL_TYPES)


@rule
def rc_035(read: Reader) -> Found:
    """A health home without dually eligible people."""
    exclusions = ("es.program.population:excluded_groups", "pd.participants.geography:excluded_groups")
    excluding = [ref for ref in exclusions if read.has(ref, *DUALS)]
    return at(*excluding) if health_home(read) else NOWHERE


@rule
def rc_036(read: Reader) -> Found:
    """A health home with dually eligible people."""
    found = health_home(read) and read.has(GROUPS, *DUALS) and not read.has(SOUGHT, "fai")
    return at_if(found, GROUPS, SOUGHT)


@rule
def rc_037(read: Reader) -> Found:
    """The enhanced match ends."""
    return at_if(read.has(SOUGHT, "1945"), "pm.overview.rates", SOUGHT)


@rule
def rc_038(read: Reader) -> Found:
    """Fee-for-service based coordination or sharing."""
    pays = read.has(STRATEGY, "ffs_architecture") and read.has(COMPONENTS, "care_pmpm", "shared_savings")
    allowed = read.has(SOUGHT, "1905t", "1945", "1115a", "1915a", "1932a", "1915b", "fai")
    found = pays and not allowed and not existing_has(read, "1905t", "1945", "1932a", "1915b")
    return at_if(found, SOUGHT, COMPONENTS, STRATEGY)


@rule
def rc_039(read: Reader) -> Found:
    """Episodes or total cost of care."""
    allowed = managed_care(read) or read.has(SOUGHT, "1905a", "1905t", "1115a") or existing_has(read, "1905a", "1905t")
    return at_if(read.has(STRATEGY, "episode", "tcoc") and not allowed, SOUGHT, STRATEGY)


@rule
def rc_040(read: Reader) -> Found:
    """A plan as care management entity."""
    allowed = managed_care(read) or existing_has(read, "1915a", "1932a", "1915b", "1115a")
    return at_if(read.has(CME_TYPES, "mco", "pihp_pahp") and not allowed, CME_TYPES, SOUGHT)


@rule
def rc_041(read: Reader) -> Found:
    """Risk or non-risk contract."""
    risk = "pd.providers.cme:contract_risk"
    open_ = read.empty(risk) or read.chose(risk, "undecided")
    return at_if(read.yes("pd.providers.cme:uses_cme") and open_, risk)


@rule
def rc_042(read: Reader) -> Found:
    """Conditions of a directed payment."""
    tests = "mc.directed:tests"
    found = read.has(SOUGHT, "438.6c") and len(read.codes(tests)) < DIRECTED_TESTS
    # The supplement that asks is hidden until its switch is on.
    return at_if(found, *(() if read.shows(*at(tests)) else (SUPPLEMENTS,)), tests)


@rule
def rc_043(read: Reader) -> Found:
    """The ceiling of plan incentives."""
    percent = "mc.incentive:max_percent"
    return at_if(read.yes("mc.incentive:used") and (read.number(percent) or 0) > INCENTIVE_CEILING, percent)


@rule
def rc_044(read: Reader) -> Found:
    """An uncertified withhold."""
    certified = "mc.withhold:certified"
    return at_if(read.yes("mc.withhold:used") and not read.yes(certified), certified)


@rule
def rc_045(read: Reader) -> Found:
    """A demonstration without its add-on."""
    return at(*read.blank(*DEMONSTRATION)) if read.has(SOUGHT, "1115a") else NOWHERE


@rule
def rc_046(read: Reader) -> Found:
    """Coordination only in some areas."""
    sought = read.has(SOUGHT, "1945", "1932a", "1915b", "1915a", "1115a")
    found = read.chose(REACH, "targeted", "phased") and not sought
    return at_if(found and not existing_has(read, "1945", "1932a", "1915b", "1115a"), REACH, SOUGHT)


@rule
def rc_047(read: Reader) -> Found:
    """No authority named."""
    return at_if(read.empty(SOUGHT), SOUGHT)
