"""Lists of proposals: the searchable list and what waits for one person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency, Role
from proposals import policy
from proposals.models import Proposal
from proposals.queries.access import proposals
from proposals.status import CMS_TURN, OPEN, STATE_WRITES, Status

#: Rows on one page of a list.
PAGE_SIZE = 50
#: Rows in each group of the home page.
HOME_LIMIT = 15
#: Dates in one calendar.
DATED_LIMIT = 500


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; blank means everything."""

    text: str = ""
    status: str = ""
    agency: str = ""
    mine: bool = False


def listed(actor: Actor, filters: Filters) -> QuerySet[Proposal]:
    """Return the visible proposals that pass the filters, with `changed_at`, last changed first.

    For CMS a proposal changes when its status does: when a state saves its draft is the state's own affair.
    """
    found = proposals(actor)
    if filters.text:
        found = found.filter(
            Q(title__icontains=filters.text)
            | Q(number__icontains=filters.text)
            | Q(agency__name__icontains=filters.text)
        )
    if filters.status:
        found = found.filter(status=filters.status)
    if filters.agency:
        found = found.filter(agency__code=filters.agency)
    if filters.mine:
        found = found.filter(Q(created_by=actor.user) if actor.is_state else policy.worked_on_by(actor))
    return (
        found.select_related(None)
        .select_related("agency")
        .defer("sample_note", "agency__defaults")
        .annotate(changed_at=F("updated_at" if actor.is_state else "status_since"))
        .order_by("-changed_at", "pk")
    )


def agencies_listed(actor: Actor) -> QuerySet[Agency]:
    """Return the agencies that own any proposal the actor may see, for the filter."""
    own = proposals(actor).filter(agency=OuterRef("pk"))
    return Agency.objects.filter(Exists(own)).defer("defaults").order_by("name")


@dataclass(frozen=True)
class Work:
    """The home page: what waits for the reader's side, what is with the other side, what ended lately."""

    waiting: list[Proposal]
    with_others: list[Proposal]
    ended: list[Proposal]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all."""
        return not (self.waiting or self.with_others or self.ended)


def work_of(actor: Actor) -> Work:
    """Return the home page's groups, each with a limit; earliest due date first, then longest waiting."""
    mine, others = (STATE_WRITES, CMS_TURN) if actor.is_state else (CMS_TURN, STATE_WRITES - {Status.DRAFT})
    found = proposals(actor)
    if actor.is_cms and actor.role == Role.REVIEWER:
        found = found.filter(policy.worked_on_by(actor))
    ended = _first(found, (Status.CONCLUDED, Status.WITHDRAWN), "-status_since")
    ended.sort(key=lambda item: item.status_since, reverse=True)
    return Work(_first_due(found, mine), _first_due(found, others), ended[:HOME_LIMIT])


def dated(actor: Actor) -> list[Proposal]:
    """Return the proposals with a date to keep that concern the actor, earliest first, for a calendar."""
    found = proposals(actor).filter(status__in=OPEN, due_on__isnull=False, paused_at__isnull=True)
    if actor.is_cms and actor.role == Role.REVIEWER:
        found = found.filter(policy.worked_on_by(actor))
    return list(found.order_by("due_on", "pk")[:DATED_LIMIT])


def _first_due(found: QuerySet[Proposal], statuses: Collection[Status]) -> list[Proposal]:
    """Return the first proposals in some statuses; those without a date come last."""
    first = _first(found, statuses, "due_on", "status_since")
    return sorted(first, key=lambda item: (item.due_on or date.max, item.status_since, item.number))[:HOME_LIMIT]


def _first(found: QuerySet[Proposal], statuses: Collection[Status], *order: str) -> list[Proposal]:
    """Return the first proposals in each status: a query for each, so that an index finds them among any number."""
    return [item for status in statuses for item in found.filter(status=status).order_by(*order)[:HOME_LIMIT]]
