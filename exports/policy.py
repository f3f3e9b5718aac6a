"""Who may make and hold which packet. Beside each predicate stands the filter that says the same."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from exports.models import Packet
from exports.status import Audience
from icm_portal.accounts.actor import Actor
from proposals import policy
from proposals.models import Comment, Handover, Proposal, Round, Submission
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
    """Whoever may make such a packet may hold it, while it may still be read."""
    may_make = can_make_packet(actor, packet.proposal, packet.submission, Audience(packet.audience))
    return may_make and not outdated().filter(pk=packet.pk).exists()


def outdated() -> QuerySet[Packet]:
    """Packets that hold what is no longer to be read.

    They were made before an administrator removed a comment of the proposal, or are the letter of a release that CMS
    took back: that is not the letter of a later release on the same round.
    """
    removed = Comment.objects.filter(thread__proposal=OuterRef("proposal"), hidden_at__gte=OuterRef("created_at"))
    undone = Handover.objects.filter(release__submission=OuterRef("submission"), undone_at__gte=OuterRef("created_at"))
    return Packet.objects.filter(Exists(removed) | Q(Exists(undone), audience=Audience.LETTER))


def visible_packets(actor: Actor) -> Q:
    """Rows for which `can_view_packet` holds."""
    released = Round.objects.filter(submission=OuterRef("submission"))
    unsent = (Q(audience=Audience.LETTER) & ~Exists(released)) | Q(pk__in=outdated().values("pk"))
    if actor.is_cms:
        return Q(submission__isnull=False, submission__recall__isnull=True) & ~unsent
    return ~unsent & Q(proposal__agency=actor.agency, audience__in=[Audience.STATE, Audience.LETTER])
