"""Reads of who reviews a state's proposals until a lead assigns others; asked for by CMS alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from icm_portal.accounts.models import Agency, Side, User
from icm_portal.accounts.policy import CMS_REVIEWERS
from icm_portal.accounts.queries import recipients
from proposals.divisions import working
from proposals.models import DefaultReviewer


@dataclass(frozen=True)
class StateLine:
    """A state with its default reviewers: for each division its name and theirs, at last those without a division."""

    agency: Agency
    cells: tuple[tuple[str, str], ...]

    @property
    def has_any(self) -> bool:
        """Whether anybody reviews what it submits by default."""
        return any(names for _, names in self.cells)


def default_reviewers(agency: Agency, now: datetime) -> QuerySet[DefaultReviewer]:
    """Return who reviews the proposals of a state by default, of those who review for CMS now, by name."""
    reviewing = recipients(now, side=Side.CMS, roles=CMS_REVIEWERS)
    found = DefaultReviewer.objects.filter(agency=agency, reviewer__in=reviewing)
    return found.select_related("reviewer").order_by("reviewer__name", "pk")


def by_division(rows: Iterable[DefaultReviewer]) -> Mapping[str, list[User]]:
    """Return people by the key of their division; those without one under ""."""
    found: dict[str, list[User]] = {}
    for row in rows:
        found.setdefault(row.division, []).append(row.reviewer)
    return found


def state_lines(now: datetime) -> list[StateLine]:
    """Return every state with its default reviewers, by its jurisdiction, in two queries."""
    reviewing = recipients(now, side=Side.CMS, roles=CMS_REVIEWERS)
    rows = DefaultReviewer.objects.filter(reviewer__in=reviewing).select_related("reviewer")
    names: dict[tuple[int, str], list[str]] = {}
    for row in rows.order_by("reviewer__name", "pk"):
        names.setdefault((row.agency_id, row.division), []).append(row.reviewer.name)
    columns = [*((division.key, division.name) for division in working()), ("", "No division")]
    return [
        StateLine(agency, tuple((label, ", ".join(names.get((agency.pk, key), ()))) for key, label in columns))
        for agency in Agency.objects.filter(side=Side.STATE).defer("defaults").order_by("jurisdiction", "pk")
    ]


def get_state(code: str) -> Agency | None:
    """Return the state agency with a code, if there is one."""
    return Agency.objects.filter(side=Side.STATE, code=code).first()
