"""Due dates for a person's calendar, found by the secret of its address."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import User
from icm_portal.accounts.queries import active_memberships
from icm_portal.accounts.tokens import token_hash
from proposals.models import CalendarAddress, Proposal
from proposals.queries.lists import dated

#: A secret has 43 characters; nothing much longer is looked up.
LONGEST_TOKEN = 100


def address_of(person: User) -> CalendarAddress | None:
    """Return the person's address, if there is one."""
    return CalendarAddress.objects.filter(person=person).first()


def actors_of(token: str, now: datetime) -> list[Actor]:
    """Return the person behind a secret, once for each agency they act for now; `Http404` when that is nobody."""
    if len(token) > LONGEST_TOKEN:
        raise Http404
    found = CalendarAddress.objects.filter(token_hash=token_hash(token), person__is_active=True).select_related(
        "person"
    )
    address = found.first()
    memberships = active_memberships(address.person, now) if address else []
    if address is None or not memberships:
        raise Http404
    return [Actor(address.person, membership) for membership in memberships]


def due_dates(actors: list[Actor]) -> list[tuple[Actor, Proposal]]:
    """Return the proposals with a date that any of these may see, each once, earliest first; the clock of none stands."""
    found = {proposal.pk: (actor, proposal) for actor in actors for proposal in dated(actor)}
    return sorted(found.values(), key=lambda pair: (pair[1].due_on, pair[1].number))
