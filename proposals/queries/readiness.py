"""The readiness check of a proposal: its answers, the day where the state is, and the portal's limits."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings

from icm_portal.accounts.zones import today_in
from proposals.models import Proposal
from proposals.queries.access import toolkit_of
from toolkit.answers import Answers
from toolkit.findings import Finding
from toolkit.readiness.checking import check
from toolkit.readiness.limits import Limits


def limits() -> Limits:
    """Return the limits that whoever runs the portal has set."""
    return Limits(
        unknown_percent=settings.READINESS_UNKNOWN_PERCENT,
        demonstration_months=settings.READINESS_DEMONSTRATION_MONTHS,
        rebasing_years=settings.READINESS_REBASING_YEARS,
        settlement_months=settings.READINESS_SETTLEMENT_MONTHS,
    )


def day_of(proposal: Proposal, now: datetime) -> date:
    """Return what day it is for the state that wrote the proposal."""
    return today_in(proposal.agency.time_zone, now)


def findings(
    proposal: Proposal, answers: Answers, *, as_of: date, es_pages: float | None = None
) -> tuple[Finding, ...]:
    """Return everything the check finds in the answers, in the order of the content.

    ``answers`` are those of all sections; ``es_pages`` is the measured length of Part 1, None where nobody measured.
    """
    return check(toolkit_of(proposal), answers, as_of=as_of, es_pages=es_pages, limits=limits())
