"""A look that Ohio's editor shares with CMS's reviewer, and short words for what people do with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.zones import today_in
from proposals.actions.discussing import Place
from proposals.actions.early import EarlyWish, advise, reply_to_advice, share_early
from proposals.models import EarlyLook, EarlyWords, Proposal
from tests.worlds import World, fresh
from toolkit.loading import load

OVERVIEW, MODEL = "es.overview", "es.overview.model"


def share(
    world: World,
    proposal: Proposal,
    *readers: Actor,
    keys: tuple[str, ...] = (OVERVIEW,),
    days: int = 14,
    wanted: str = "Is this the right authority?",
    now: datetime | None = None,
) -> EarlyLook:
    """Share sections, with CMS's reviewer unless others are named."""
    team = world.ohio if proposal.agency_id == world.ohio.agency.pk else world.texas
    moment = now or timezone.now()
    wish = EarlyWish(
        section_keys=keys,
        addresses=[reader.user.email for reader in readers or (world.cms.reviewer,)],
        ends_on=today_in(team.agency.time_zone, moment) + timedelta(days=days),
        words=wanted,
    )
    return share_early(actor=team.editor, proposal=fresh(proposal), wish=wish, now=moment)


def advice(actor: Actor, look: EarlyLook, body: str, prompt_id: str = MODEL) -> EarlyWords:
    """Advise on a prompt of the overview."""
    section = load().prompt(prompt_id).section_id
    place = Place(section, prompt_id)
    return advise(actor=actor, look=look, place=place, body=body, now=timezone.now())


def reply(actor: Actor, thread: EarlyWords, body: str) -> EarlyWords:
    """Reply to a piece of advice."""
    return reply_to_advice(actor=actor, thread=thread, body=body, now=timezone.now())
