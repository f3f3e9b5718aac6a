"""Payment: RC-120 to RC-128."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.reader import Reader
from toolkit.readiness.refs import COMPONENTS, ENTITY_TYPES, PEOPLE, SHARED_SAVINGS, TIERED, TIERS
from toolkit.readiness.registry import NOWHERE, Found, at, at_if, rule

TRIGGERS: Final = "pm.overview.trigger:triggers"
SCHEDULE: Final = "pm.overview.method:schedule"
GLOBAL: Final = "pm.overview.global:ee_arguments"
REASSESSED: Final = "pm.overview.rates:reassessed"
REVIEW: Final = "pm.overview.rates:review_frequency"
FLOOR: Final = "pm.overview.rates:fqhc_floor"
FEWEST_TIERS: Final = 2


@rule
def rc_120(read: Reader) -> Found:
    """Components against the switch."""
    listed = read.has(COMPONENTS, "shared_savings")
    found = read.answered("pm.overview.method") and listed != read.yes(SHARED_SAVINGS)
    return at_if(found, COMPONENTS, SHARED_SAVINGS)


@rule
def rc_121(read: Reader) -> Found:
    """A global payment without its argument."""
    return at(*read.empty(GLOBAL)) if read.yes("pm.overview.method:uses_global") else NOWHERE


@rule
def rc_122(read: Reader) -> Found:
    """Tiers that are fewer than two."""
    tiered = read.yes(TIERED) and read.answered("pm.overview.tiers")
    return at_if(tiered and len(read.rows(TIERS)) < FEWEST_TIERS, TIERS)


@rule
def rc_123(read: Reader) -> Found:
    """Rates without review."""
    if read.no(REASSESSED):
        return at(REASSESSED)
    return at(*read.empty(REVIEW)) if read.yes(REASSESSED) else NOWHERE


@rule
def rc_124(read: Reader) -> Found:
    """Components without a trigger."""
    missing = read.codes(COMPONENTS) - {"shared_losses"} - read.column(TRIGGERS, "component")
    return at_if(read.answered("pm.overview.trigger") and missing, TRIGGERS, COMPONENTS)


@rule
def rc_125(read: Reader) -> Found:
    """The floor of health centers."""
    open_ = read.empty(FLOOR) or read.chose(FLOOR, "not_addressed")
    found = read.answered("pm.overview.rates") and read.has(ENTITY_TYPES, "fqhc", "rhc") and open_
    return at_if(found, FLOOR, ENTITY_TYPES)


@rule
def rc_126(read: Reader) -> Found:
    """Coordination payments not compared."""
    checked = "pm.overview.method:duplication_checked"
    return at_if(read.has(COMPONENTS, "care_pmpm") and not read.yes(checked), checked)


@rule
def rc_127(read: Reader) -> Found:
    """Components without a frequency."""
    missing = read.codes(COMPONENTS) - {"shared_losses", "ffs"} - read.column(SCHEDULE, "component")
    return at_if(read.answered("pm.overview.method") and missing, SCHEDULE)


@rule
def rc_128(read: Reader) -> Found:
    """More people in tiers than in the program."""
    people = read.number(PEOPLE)
    found = read.yes(TIERED) and people and read.total(TIERS, "people") > people
    return at_if(found, TIERS, PEOPLE)
