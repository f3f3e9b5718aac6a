"""Who plays in the journey of three rounds: four people of CMS, three of Northland, one of Texas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from unittest.mock import patch

from django.utils import timezone
from playwright.sync_api import Page

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Role, Side
from proposals.models import Proposal
from tests.journey.people import Desk, load_sample, open_proposal
from tests.worlds import World, make_actor, make_team

#: So many days Northland wrote before its first round.
DAYS_OF_WRITING = 12


@dataclass(frozen=True)
class Cast:
    """The proposal and the people around it."""

    desk: Desk
    proposal: Proposal
    #: Policy, and leads the review.
    lead: Actor
    quality: Actor
    payment: Actor
    approver: Actor
    editor: Actor
    #: Writes in the payment section alone.
    limited: Actor
    signatory: Actor
    stranger: Actor

    @property
    def of_cms(self) -> tuple[Actor, ...]:
        """The people of CMS, whose names the state never reads."""
        return (self.lead, self.quality, self.payment, self.approver)

    def at(self, actor: Actor) -> Page:
        """Somebody opens the proposal in a browser of their own."""
        page = self.desk.enter(actor)
        page.goto(self.desk.site)
        open_proposal(page, self.proposal)
        return page


def gather(world: World, desk: Desk) -> Cast:
    """Load a complete draft that Northland began some days ago, and name the people."""
    northland = make_team("NL", "Northland", Side.STATE, (Role.EDITOR, Role.SIGNATORY))
    begun = timezone.now() - timedelta(days=DAYS_OF_WRITING)
    with patch.object(timezone, "now", return_value=begun):
        proposal = load_sample(northland)
    cms = world.cms.agency
    return Cast(
        desk=desk,
        proposal=proposal,
        lead=make_actor(cms, Role.LEAD, name="Lee Harper"),
        quality=make_actor(cms, Role.REVIEWER, name="Quinn Osei"),
        payment=make_actor(cms, Role.REVIEWER, name="Pat Moreno"),
        approver=make_actor(cms, Role.APPROVER, name="Ada Brandt"),
        editor=northland.editor,
        limited=make_actor(northland.agency, Role.EDITOR, name="Sam Rivers", section_ids=["pm.overview"]),
        signatory=northland.signatory,
        stranger=world.texas.editor,
    )
