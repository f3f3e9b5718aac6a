"""Who is told of what. Recipients come from here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Q, QuerySet, Subquery

from icm_portal.accounts.models import Role, Side, User
from icm_portal.accounts.policy import CMS_REVIEWERS as REVIEWING_ROLES
from icm_portal.accounts.policy import STATE_WRITERS
from icm_portal.accounts.queries import recipients
from proposals.models import DraftComment, EarlyLook, Handover, Notification, Proposal, SignOff
from proposals.queries.default_reviewers import default_reviewers
from proposals.queries.handovers import REACHED
from proposals.status import Verb


@dataclass(frozen=True)
class Circle:
    """People of one side who are told of something; ``words`` names them on the page of who gets which mail."""

    side: Side
    words: str
    find: Callable[[Proposal, datetime], QuerySet[User]]


def state_team(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Everybody who writes for the state agency."""
    return recipients(now, agency=proposal.agency, roles=STATE_WRITERS)


def state_reached(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Those of the state who may know of what CMS handed over last: a mail went to them, or they read the notice.

    Since a move, that is the mail or notice of the move: it gave them the proposal as it then stood.
    """
    newest = Handover.objects.filter(proposal=proposal).order_by("-pk").values("event")[:1]
    since = Q(event__verb=Verb.MOVED, event__proposal=proposal, event__gt=Subquery(newest))
    told = Notification.objects.filter(REACHED, Q(event__in=newest) | since)
    return recipients(now, agency=proposal.agency).filter(pk__in=told.values("recipient"))


def team_leads(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """Those who manage the state's team, and set up its sign-offs."""
    return recipients(now, agency=proposal.agency, roles=[Role.TEAM_LEAD])


def author(draft: DraftComment, now: datetime) -> QuerySet[User]:
    """Who wrote a draft, as long as they belong to the agency."""
    return recipients(now, agency=draft.agency).filter(pk=draft.author_id)


def signer(sign_off: SignOff, now: datetime) -> QuerySet[User]:
    """The person asked for a sign-off, as long as they belong to the agency."""
    return recipients(now, agency=sign_off.agency).filter(pk=sign_off.signer_id)


def at_cms_reviewing(now: datetime) -> QuerySet[User]:
    """Everybody at CMS with a reviewing role."""
    return recipients(now, side=Side.CMS, roles=REVIEWING_ROLES)


def early_readers(look: EarlyLook, now: datetime) -> QuerySet[User]:
    """The reviewers a state named for an early look, as long as they review at CMS."""
    return at_cms_reviewing(now).filter(pk__in=look.readers.values("reviewer"))


def early_sharer(look: EarlyLook, now: datetime) -> QuerySet[User]:
    """Who shared an early look; once they write for the state no more, its team leads."""
    found = state_team(look.proposal, now).filter(pk=look.shared_by_id)
    return found if found.exists() else team_leads(look.proposal, now)


def cms_reviewers(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """The lead reviewer and those assigned, as long as they work for CMS.

    While there is nobody, the default reviewers of the state and all CMS leads.
    """
    at_cms = recipients(now, side=Side.CMS)
    assigned = Q(pk__in=proposal.assignments.values("reviewer")) | Q(pk=proposal.lead_reviewer_id)
    leads = recipients(now, side=Side.CMS, roles=[Role.LEAD]).order_by().values("pk")
    by_default = default_reviewers(proposal.agency, now).order_by().values("reviewer")
    others = Q(pk__in=leads) | Q(pk__in=by_default)
    return at_cms.filter(assigned | (~Exists(at_cms.order_by().filter(assigned)) & others))


def cms_once_submitted(proposal: Proposal, now: datetime) -> QuerySet[User]:
    """CMS's reviewers once anything was submitted to them, nobody before."""
    found = cms_reviewers(proposal, now)
    return found if proposal.submissions.filter(recall__isnull=True).exists() else found.none()


STATE_TEAM = Circle(Side.STATE, "everybody who writes for the state agency", state_team)
STATE_REACHED = Circle(
    Side.STATE,
    "everybody of the state agency to whom a mail of what is taken back, or of a move since, went, or who read the notice",
    state_reached,
)
CMS_REVIEWERS = Circle(
    Side.CMS,
    "the lead reviewer and the assigned reviewers; while there are none, the default reviewers of the state and all leads of CMS",
    cms_reviewers,
)
CMS_ONCE_SUBMITTED = Circle(Side.CMS, f"once a round was submitted, {CMS_REVIEWERS.words}", cms_once_submitted)

_CHOSEN = "the colleagues who are chosen"
_AUTHOR = "the author of the comment"
_SHARER = "who shared the sections"
#: Told of what is about them, by side: the actions know who they are.
TOLD_ALONE: dict[Verb, dict[Side, str]] = {
    Verb.ASSIGNED: {Side.CMS: "the reviewer who is assigned, the first time"},
    Verb.LEAD_SET: {Side.CMS: "the new lead reviewer"},
    Verb.DRAFT_COMMENT_EDITED: {Side.CMS: _AUTHOR},
    Verb.DRAFT_COMMENT_MERGED: {Side.CMS: _AUTHOR},
    Verb.DRAFT_COMMENT_DROPPED: {Side.CMS: _AUTHOR},
    Verb.NOTE_TOLD: {Side.CMS: _CHOSEN, Side.STATE: _CHOSEN},
    Verb.SIGN_OFF_ASKED: {Side.STATE: "the person who is asked"},
    Verb.SIGN_OFF_CHANGES: {Side.STATE: "the team leads of the state"},
    Verb.EARLY_SHARED: {Side.CMS: "the reviewers whom the state names"},
    Verb.EARLY_ADVISED: {Side.STATE: _SHARER},
    Verb.EARLY_REPLIED: {Side.STATE: _SHARER, Side.CMS: "the reviewers who wrote in the thread"},
}
