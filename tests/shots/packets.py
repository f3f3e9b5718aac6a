"""A finished packet for each side, so that their pages have something to show."""

from __future__ import annotations

from django.utils import timezone

from exports.actions.requesting import request_packet
from exports.status import Audience
from exports.tasks import build_packet
from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Membership
from proposals.models import Proposal
from proposals.status import Status
from tests.shots.pages import ANALYST, CMS_LEAD


def make_packets() -> None:
    """Ask for the packets of the proposal in review and build them here."""
    proposal = Proposal.objects.select_related("agency").get(status=Status.IN_REVIEW)
    for email, audience in ((ANALYST, Audience.STATE), (CMS_LEAD, Audience.CMS)):
        membership = Membership.objects.select_related("user", "agency").get(user__email=email)
        packet = request_packet(
            actor=Actor(membership.user, membership),
            proposal=proposal,
            submission=proposal.submissions.order_by("-round").first(),
            audience=audience,
            now=timezone.now(),
        )
        build_packet(str(packet.pk))
