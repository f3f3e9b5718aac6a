"""Who may take a step of a proposal now: the people for whom the rule of that step holds, so that they can be counted."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, Q, QuerySet

from icm_portal.accounts.models import Role, Side, User
from icm_portal.accounts.policy import CMS_REVIEWERS
from icm_portal.accounts.queries import recipients
from proposals.models import Assignment, DefaultReviewer, Proposal
from proposals.policy import CMS_LEADS


def signatories(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Those for whom `can_sign` holds."""
    return recipients(now, agency=proposal.agency, roles=[Role.SIGNATORY])


def cms_leads(_proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Those for whom `can_release_round` holds, on what CMS may see."""
    return recipients(now, side=Side.CMS, roles=[Role.LEAD])


def cms_approvers(_proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Those for whom `can_conclude` holds, on what CMS may see."""
    return recipients(now, side=Side.CMS, roles=[Role.APPROVER])


def beginners(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Those for whom `can_begin_review` holds, on what CMS may see."""
    leads = recipients(now, side=Side.CMS, roles=CMS_LEADS).order_by().values("pk")
    assigned = Assignment.objects.filter(proposal=proposal)
    by_default = DefaultReviewer.objects.filter(agency=proposal.agency).values("reviewer")
    named = Q(pk__in=assigned.values("reviewer")) | Q(pk=proposal.lead_reviewer_id)
    named |= ~Exists(assigned) & Q(pk__in=by_default)
    return recipients(now, side=Side.CMS, roles=CMS_REVIEWERS).filter(Q(pk__in=leads) | named)
