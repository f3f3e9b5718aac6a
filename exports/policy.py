"""Who may make and hold which packet. Beside each predicate stands the filter that says the same."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from exports.models import Packet
from exports.status import Audience
from icm_portal.accounts.actor import Actor
from proposals import policy
from proposals.models import Handover, Proposal, Round, Submission
from proposals.queries.letters import has_letter


def can_make_packet(actor: Actor, proposal: Proposal, submission: Submission | None, audience: Audience) -> bool:
    """A state: its drafts and rounds. CMS: what was submitted and not recalled, also with its notes.

    Both: the letter on a round, once it went out.
    """
    if audience == Audience.CMS and not actor.is_cms:
        return False
    if audience == Audience.LETTER and (submission is None or not has_letter(submission)):
        return False
    if submission is None:
        return audience == Audience.STATE and policy.can_view_draft(actor, proposal)
    return submission.proposal_id == proposal.pk and policy.can_view_submission(actor, submission)


def can_view_packet(actor: Actor, packet: Packet) -> bool:
    """Whoever may make such a packet may hold it, but for letters that were taken back."""
    may_make = can_make_packet(actor, packet.proposal, packet.submission, Audience(packet.audience))
    return may_make and not (packet.audience == Audience.LETTER and _taken_back().filter(pk=packet.pk).exists())


def _taken_back() -> QuerySet[Packet]:
    """Letters made before CMS took the release back: they are not those of a later release on the same round."""
    undone = Handover.objects.filter(release__submission=OuterRef("submission"), undone_at__gte=OuterRef("created_at"))
    return Packet.objects.filter(Exists(undone), audience=Audience.LETTER)


def visible_packets(actor: Actor) -> Q:
    """Rows for which `can_view_packet` holds."""
    released = Round.objects.filter(submission=OuterRef("submission"))
    unsent = Q(audience=Audience.LETTER) & (~Exists(released) | Q(pk__in=_taken_back().values("pk")))
    if actor.is_cms:
        return Q(submission__isnull=False, submission__recall__isnull=True) & ~unsent
    return ~unsent & Q(proposal__agency=actor.agency, audience__in=[Audience.STATE, Audience.LETTER])
