"""Who will be told of a step, as far as the one who takes it may know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role, Side, User
from icm_portal.accounts.queries import members
from proposals.models import Proposal

#: Names are written out as far as these many.
NAMED = 30


@dataclass(frozen=True)
class Group:
    """The people of one side who will be told: by name inside one's own agency, of a state else by role."""

    label: str
    count: int
    who: tuple[str, ...] = ()
    unnamed: int = 0


@dataclass(frozen=True)
class Recipients:
    """Everybody who will be told, by side; ``missing`` says in a sentence that those who must hear of it are nobody."""

    groups: tuple[Group, ...]
    missing: str


def group(actor: Actor, proposal: Proposal, side: Side, found: QuerySet[User], now: datetime) -> Group:
    """Count the people of a side who will be told, as far as the actor may know who; the actor is left out."""
    others = found.exclude(pk=actor.user.pk)
    if side == actor.side:
        names = tuple(others.values_list("name", flat=True))
        return Group(actor.agency.short_name, len(names), names[:NAMED], len(names[NAMED:]))
    if side == Side.CMS:
        return Group("CMS reviewers", others.count())
    people = members(proposal.agency, now).filter(user__in=others.order_by().values("pk")).order_by()
    roles = Counter(people.values_list("role", flat=True))
    words = tuple(f"{Role(role).label} ({number})" for role, number in sorted(roles.items()))
    return Group(proposal.agency.short_name, roles.total(), words)
