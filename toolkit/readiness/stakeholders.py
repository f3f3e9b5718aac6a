"""Stakeholders and tribes: RC-070 to RC-075."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.reader import Reader
from toolkit.readiness.refs import TRIBES
from toolkit.readiness.registry import NOWHERE, Found, at, at_if, rule
from toolkit.readiness.schedule import MILESTONES, earliest

INPUT: Final = "pd.stakeholders.input"
ENGAGEMENT: Final = "pd.stakeholders.input:engagement"
PROVIDERS: Final = frozenset({"professionals", "hospitals", "clinics", "bh_providers", "ltss_providers"})


@rule
def rc_070(read: Reader) -> Found:
    """Tribal consultation not described."""
    status, details = f"{INPUT}:tribal_status", f"{INPUT}:tribal_details"
    if not read.yes(TRIBES):
        return NOWHERE
    denied = read.chose(status, "not_present")
    return at(*((status,) if denied else ()), *read.empty(status, details))


@rule
def rc_071(read: Reader) -> Found:
    """Tribal consultation after the submission."""
    submission, consultation = earliest(read, "cms_submission"), earliest(read, "tribal_consultation")
    late = submission and (not consultation or consultation > submission)
    return at_if(read.yes(TRIBES) and late, MILESTONES)


@rule
def rc_072(read: Reader) -> Found:
    """Neither beneficiaries nor advocates."""
    return _unheard(read, frozenset({"beneficiaries", "advocates"}))


@rule
def rc_073(read: Reader) -> Found:
    """No standing body."""
    return at(*read.empty(f"{INPUT}:ongoing_body")) if read.answered(INPUT) else NOWHERE


@rule
def rc_074(read: Reader) -> Found:
    """No provider group."""
    return _unheard(read, PROVIDERS)


@rule
def rc_075(read: Reader) -> Found:
    """No results of being heard."""
    rows = read.rows(ENGAGEMENT)
    found = read.answered(INPUT) and rows and all(not row.get("result") for row in rows)
    return at_if(found, ENGAGEMENT)


def _unheard(read: Reader, groups: frozenset[str]) -> Found:
    return at_if(read.answered(INPUT) and groups.isdisjoint(read.column(ENGAGEMENT, "group")), ENGAGEMENT)
