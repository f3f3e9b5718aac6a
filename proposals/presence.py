"""Who is writing in which section now: told by open pages every few seconds, forgotten a minute later. Never a lock.

It lives in the cache only: one entry for each person and proposal, so that nobody overwrites anybody. The entry holds
sections and times; names are read from the agency's own members, so no other agency can come across them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.core.cache import cache

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.queries import members
from proposals.models import Proposal

#: A page that has not told for so long is gone.
SECONDS: Final = 60


def _key(proposal: Proposal, agency_id: int, user_id: int) -> str:
    return f"presence:{proposal.pk}:{agency_id}:{user_id}"


def _of(actor: Actor, proposal: Proposal) -> str:
    return _key(proposal, actor.agency.pk, actor.user.pk)


def arrive(actor: Actor, proposal: Proposal, section_key: str, now: datetime) -> None:
    """Note that the actor writes in a section; another section, open in another tab, stays noted too."""
    seen = {**_still_here(cache.get(_of(actor, proposal), {}), now), section_key: now.timestamp()}
    cache.set(_of(actor, proposal), seen, SECONDS)


def leave(actor: Actor, proposal: Proposal, section_key: str, now: datetime) -> None:
    """Forget that the actor writes in a section."""
    seen = _still_here(cache.get(_of(actor, proposal), {}), now)
    seen.pop(section_key, None)
    cache.set(_of(actor, proposal), seen, SECONDS)


def others(actor: Actor, proposal: Proposal, now: datetime) -> dict[str, list[str]]:
    """Return the names of the actor's colleagues by the section they write in now; one query whatever their number."""
    people = {
        _key(proposal, actor.agency.pk, member.user_id): member.user.name
        for member in members(actor.agency, now)
        if member.user_id != actor.user.pk
    }
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, seen in cache.get_many(people).items():
        for section_key in _still_here(seen, now):
            found[section_key].append(people[key])
    return {section_key: sorted(names) for section_key, names in found.items()}


def _still_here(seen: Mapping[str, float], now: datetime) -> dict[str, float]:
    return {key: at for key, at in seen.items() if now.timestamp() - at < SECONDS}
