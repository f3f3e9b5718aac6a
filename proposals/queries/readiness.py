"""The readiness check of a proposal: its answers, the day where the state is, and the portal's limits."""

from __future__ import annotations

from datetime import date, datetime
from math import ceil

from django.conf import settings

from icm_portal.accounts.zones import today_in
from proposals import summary_length
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


def findings(proposal: Proposal, answers: Answers, *, as_of: date) -> tuple[Finding, ...]:
    """Return everything the check finds in the answers of all sections, in the order of the content.

    The length of the executive summary counts where these words have been measured.
    """
    measured = summary_length.measured(summary_length.key_of(proposal.title, answers))
    es_pages = None if measured is None else ceil(measured)
    return check(toolkit_of(proposal), answers, as_of=as_of, es_pages=es_pages, limits=limits())
