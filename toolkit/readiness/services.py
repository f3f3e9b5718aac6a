"""Providers and services: RC-060 to RC-068."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.reader import Reader
from toolkit.readiness.refs import COMPONENTS, DUALS, GAPS, GROUPS, HIT, TARGETING
from toolkit.readiness.registry import Found, at_if, at_rows, rule
from toolkit.readiness.schedule import MILESTONES, earliest

DOMAINS: Final = frozenset({"infrastructure", "population", "collection", "exchange"})
LIMITS: Final = "pd.services.limits:limits"
SYSTEMS: Final = "pd.services.delivery_systems:included"
CARVED_OUT: Final = "pd.services.delivery_systems:carved_out"
GOES_BEYOND: Final = "pd.services.coordination:goes_beyond"


@rule
def rc_060(read: Reader) -> Found:
    """Domains of technology."""
    return at_if(read.answered("pd.providers.hit") and DOMAINS - read.column(HIT, "domain"), HIT)


@rule
def rc_061(read: Reader) -> Found:
    """A technology gap and federal funding for systems."""
    support = "pd.providers.hit:support"
    gaps = [row for row in read.rows(GAPS) if row.get("area") in ("it", "analytics")]
    if not gaps or read.has(support, "apd_9010"):
        return ()
    return (*at_if(gaps, support), *at_rows(GAPS, gaps))


@rule
def rc_062(read: Reader) -> Found:
    """Limits without an exception."""
    limited = read.yes("pd.services.limits:has_limits")
    return at_rows(LIMITS, (row for row in read.rows(LIMITS) if limited and not row.get("exception")))


@rule
def rc_063(read: Reader) -> Found:
    """Long-term services without person-centered planning."""
    planning = "pd.services.delivery_systems:person_centered_planning"
    return at_if(read.has(SYSTEMS, "ltss_inst", "ltss_hcbs") and not read.yes(planning), planning)


@rule
def rc_064(read: Reader) -> Found:
    """Behavioral health outside the program."""
    outside = not read.has(SYSTEMS, "behavioral")
    carved_out = not read.column(CARVED_OUT, "system").isdisjoint({"behavioral", "sud"})
    found = read.answered("pd.services.delivery_systems") and (outside or carved_out)
    return at_if(found, SYSTEMS if outside else CARVED_OUT)


@rule
def rc_065(read: Reader) -> Found:
    """Paid coordination that is not new."""
    return at_if(read.no(GOES_BEYOND) and read.has(COMPONENTS, "care_pmpm"), GOES_BEYOND, COMPONENTS)


@rule
def rc_066(read: Reader) -> Found:
    """New coordination, not compared."""
    comparison = "pd.services.coordination:comparison"
    return at_if(read.yes(GOES_BEYOND) and not read.rows(comparison), comparison)


@rule
def rc_067(read: Reader) -> Found:
    """Dually eligible people without linked data."""
    sources = "qs.goals:data_sources"
    linked = "medicare_link" in read.column(HIT, "capability") or read.has(sources, "medicare")
    return at_if(read.has(GROUPS, *DUALS) and not linked, HIT, sources)


@rule
def rc_068(read: Reader) -> Found:
    """Qualifications without a certification milestone."""
    needed = read.yes("pd.providers.targeting:targeted") and read.has(TARGETING, "qualifications")
    return at_if(needed and not earliest(read, "certification"), MILESTONES, TARGETING)
