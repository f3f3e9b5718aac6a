"""A draft with sign-offs, and short words for what its people do."""

from __future__ import annotations

from datetime import datetime

from icm_portal.accounts.actor import Actor
from proposals.actions.clearance import Said, Wanted, ask_sign_off, mark_sections
from proposals.models import Proposal, Section, SignOff, SignOffMark
from proposals.queries.attachments import signed_with
from proposals.queries.clearance import Cell, clearance_of, digest_of_files
from proposals.status import MarkKind
from tests.worlds import NOW, World, fresh

OVERVIEW, PROGRAM = "es.overview", "es.program"
MODEL = "es.overview.model"


def asked(
    world: World, proposal: Proposal, signer: Actor, name: str = "Finance", keys: list[str] | None = None
) -> SignOff:
    """Ohio's team lead asks somebody for a sign-off."""
    lead = world.ohio.team_lead if proposal.agency_id == world.ohio.agency.pk else world.texas.team_lead
    return ask_sign_off(actor=lead, proposal=fresh(proposal), wanted=Wanted(name, signer.user, keys), now=NOW)


def revision_of(proposal: Proposal, key: str) -> int:
    return Section.objects.get(proposal=proposal, key=key).revision


def files_of(proposal: Proposal, key: str) -> str:
    return digest_of_files(signed_with([proposal]).get((proposal.pk, key), {}))


def say(
    actor: Actor, sign_off: SignOff, *keys: str, reason: str = "", now: datetime = NOW, revision: int | None = None
) -> list[SignOffMark]:
    """Sign sections as they stand, or (with a reason) ask for changes in them."""
    kind = MarkKind.CHANGES if reason else MarkKind.SIGNED
    proposal = fresh(sign_off.proposal)
    said = {
        key: Said(kind, revision_of(proposal, key) if revision is None else revision, reason, files_of(proposal, key))
        for key in keys
    }
    return mark_sections(actor=actor, sign_off=sign_off, said=said, now=now)


def cell(proposal: Proposal, sign_off: SignOff, key: str = OVERVIEW) -> Cell:
    """How a sign-off stands in a section now."""
    return next(item for item in clearance_of(fresh(proposal)).of(sign_off) if item.section.id == key)
