"""The packet that the benchmark builds: sample 1, frozen, for the state."""

from __future__ import annotations

from django.utils import timezone

from exports.packet.render import render
from exports.queries.assemble import packet_content
from exports.status import Audience
from proposals.models import Proposal
from toolkit.loading import load


def build() -> int:
    """Build the packet of the newest submission in the database; return its pages."""
    proposal = Proposal.objects.filter(submissions__isnull=False).select_related("agency").order_by("number")[0]
    submission = proposal.submissions.order_by("-round")[0]
    content = packet_content(proposal, submission, Audience.STATE, timezone.now())
    return render(content, load(content.toolkit_version)).pages
