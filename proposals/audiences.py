"""Who is told of what. Recipients come from here and nowhere else."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from icm_portal.accounts.models import Role, Side, User
from icm_portal.accounts.policy import STATE_WRITERS
from icm_portal.accounts.queries import recipients
from proposals.models import Proposal, SignOff


def state_team(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Everybody who writes for the state agency."""
    return recipients(now, agency=proposal.agency, roles=STATE_WRITERS)


def team_leads(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Those who manage the state's team, and set up its sign-offs."""
    return recipients(now, agency=proposal.agency, roles=[Role.TEAM_LEAD])


def signer(sign_off: SignOff, now: datetime) -> QuerySet[User]:
    """The person asked for a sign-off, as long as they belong to the agency."""
    return recipients(now, agency=sign_off.agency).filter(pk=sign_off.signer_id)


def cms_reviewers(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """The lead reviewer and those assigned, as long as they work for CMS; while there is nobody, all CMS leads."""
    at_cms = recipients(now, side=Side.CMS)
    assigned = Q(pk__in=proposal.assignments.values("reviewer")) | Q(pk=proposal.lead_reviewer_id)
    named = at_cms.filter(assigned)
    return named if named.exists() else recipients(now, side=Side.CMS, roles=[Role.LEAD])


def both_sides(proposal: Proposal, now: datetime) -> list[User]:
    """The state's team, and CMS's reviewers once anything was submitted to them."""
    people = list(state_team(proposal, now))
    if proposal.submissions.filter(recall__isnull=True).exists():
        people += cms_reviewers(proposal, now)
    return people


def everybody_concerned(proposal: Proposal, now: datetime) -> list[User]:
    """The state's team and CMS's reviewers."""
    return [*state_team(proposal, now), *cms_reviewers(proposal, now)]
