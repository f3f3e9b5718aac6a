"""Who may do what to a proposal.

Each rule is a predicate ``can_<verb>_<thing>(actor, thing)``; where lists need it, the ``Q`` filter that says the same
stands beside it. A test proves that the two agree for every persona and row.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from icm_portal.accounts.actor import Actor, Person
from icm_portal.accounts.models import Role
from icm_portal.accounts.policy import CMS_REVIEWERS, STATE_WRITERS
from proposals.divisions import working_keys
from proposals.models import (
    Assignment,
    Attachment,
    DefaultReviewer,
    DraftComment,
    EarlyLook,
    Note,
    Proposal,
    SectionReview,
    SignOff,
    Submission,
    SubmittedAttachment,
    Thread,
    WordImport,
)
from proposals.status import CMS_TURN, OPEN, STATE_WRITES, Status, ThreadStatus

CMS_LEADS = frozenset({Role.LEAD, Role.APPROVER})


def can_correct(person: Person) -> bool:
    """Site administrators put right what the portal itself does not let anybody do; they belong to no side in this."""
    return person.user.is_active and person.user.is_staff


# --- seeing ---------------------------------------------------------------------------------------------------------


def owns(actor: Actor, proposal: Proposal) -> bool:
    """Whether the proposal belongs to the state agency the actor acts for."""
    return actor.is_state and proposal.agency_id == actor.agency.pk


def can_view_proposal(actor: Actor, proposal: Proposal) -> bool:
    """A state sees its own; CMS sees what was submitted and not recalled.

    That is everything but first drafts, withdrawn or not: a recall of the first round leads back there, and later
    rounds follow one that counts.
    """
    if actor.is_cms:
        return Status.DRAFT not in {proposal.status, proposal.withdrawn_from}
    return owns(actor, proposal)


def visible_proposals(actor: Actor, prefix: str = "") -> Q:
    """Rows for which `can_view_proposal` holds; ``prefix`` such as "proposal__" from elsewhere."""
    if actor.is_cms:
        return ~Q(**{f"{prefix}status": Status.DRAFT}) & ~Q(**{f"{prefix}withdrawn_from": Status.DRAFT})
    return Q(**{f"{prefix}agency": actor.agency})


def can_view_submission(actor: Actor, submission: Submission) -> bool:
    """A state sees all its rounds; CMS sees those that were not recalled."""
    if actor.is_cms:
        return not hasattr(submission, "recall")
    return owns(actor, submission.proposal)


def visible_submissions(actor: Actor) -> Q:
    """Rows for which `can_view_submission` holds."""
    return Q(recall__isnull=True) if actor.is_cms else Q(proposal__agency=actor.agency)


def can_view_draft(actor: Actor, proposal: Proposal) -> bool:
    """What a state is writing is seen by that state only."""
    return owns(actor, proposal)


def can_view_note(actor: Actor, note: Note) -> bool:
    """A note is read by the agency that wrote it, while that agency may see the proposal, and within a limit."""
    return note.agency_id == actor.agency.pk and actor.reaches(note.section_key)


def visible_notes(actor: Actor) -> Q:
    """Rows for which `can_view_note` holds."""
    limit = actor.membership.section_ids
    return Q(agency=actor.agency) & (Q() if limit is None else Q(section_key__in=limit))


def can_view_attachment(actor: Actor, attachment: Attachment) -> bool:
    """A state sees the files of its proposals; CMS sees those that went out with a round which was not recalled."""
    if actor.is_cms:
        return attachment.sent_with.filter(submission__recall__isnull=True).exists()
    return owns(actor, attachment.proposal)


def visible_attachments(actor: Actor) -> Q:
    """Rows for which `can_view_attachment` holds."""
    if actor.is_cms:
        sent = SubmittedAttachment.objects.filter(submission__recall__isnull=True)
        return Q(pk__in=sent.values("attachment"))
    return Q(proposal__agency=actor.agency)


def can_view_word_import(actor: Actor, found: WordImport) -> bool:
    """Its sender, and once a proposal began from it the state that owns that; limits of a membership hold here too."""
    if found.proposal is None:
        return found.agency_id == actor.agency.pk and found.uploaded_by_id == actor.user.pk
    return owns(actor, found.proposal) and actor.membership.section_ids is None


def visible_word_imports(actor: Actor) -> Q:
    """Rows for which `can_view_word_import` holds."""
    mine = Q(proposal__isnull=True, agency=actor.agency, uploaded_by=actor.user)
    if not actor.is_state or actor.membership.section_ids is not None:
        return mine
    return mine | Q(proposal__agency=actor.agency)


def can_view_history(actor: Actor, proposal: Proposal, section_key: str) -> bool:
    """Who wrote what in a section is seen by the state that writes it, within a membership's limits."""
    return owns(actor, proposal) and actor.reaches(section_key)


def can_view_sign_off(actor: Actor, sign_off: SignOff) -> bool:
    """What a state clears inside its own house is seen by that state only."""
    return actor.is_state and sign_off.agency_id == actor.agency.pk


def visible_sign_offs(actor: Actor) -> Q:
    """Rows for which `can_view_sign_off` holds."""
    return Q(agency=actor.agency) if actor.is_state else Q(pk__in=[])


# --- writing as a state ---------------------------------------------------------------------------------------------


def can_create_proposal(actor: Actor) -> bool:
    """Anyone who writes for a state may start a proposal."""
    return actor.is_state and actor.role in STATE_WRITERS


def can_write_proposal(actor: Actor, proposal: Proposal) -> bool:
    """The state's writers, while the state has the ball."""
    return owns(actor, proposal) and actor.role in STATE_WRITERS and proposal.status in STATE_WRITES


def can_change_details(actor: Actor, proposal: Proposal) -> bool:
    """Title and model type are changed in a first draft only: CMS reads them from then on, also between rounds."""
    return proposal.status == Status.DRAFT and actor.reaches("") and can_write_proposal(actor, proposal)


def can_edit_section(actor: Actor, proposal: Proposal, section_key: str, open_keys: Collection[str]) -> bool:
    """A writer, in a section that is open in this round and within the limits of the membership."""
    return can_write_proposal(actor, proposal) and section_key in open_keys and actor.may_edit_section(section_key)


def can_attach(actor: Actor, proposal: Proposal, section_key: str, open_keys: Collection[str]) -> bool:
    """Whoever may edit the section attaches to it and removes; the whole proposal takes files while the state writes."""
    if section_key:
        return can_edit_section(actor, proposal, section_key, open_keys)
    return actor.reaches("") and can_write_proposal(actor, proposal)


def can_reply(actor: Actor, thread: Thread) -> bool:
    """The state replies while it prepares the next round, within a membership's limits, until CMS has resolved it."""
    may_write = _in_reach(actor, thread.section_key) and can_write_proposal(actor, thread.proposal)
    return may_write and thread.status != ThreadStatus.RESOLVED


def _in_reach(actor: Actor, section_key: str) -> bool:
    """Whether a membership that is limited to some sections reaches this place; what has no section is open to all."""
    return not section_key or actor.may_edit_section(section_key)


def can_set_up_clearance(actor: Actor, proposal: Proposal) -> bool:
    """Team leads say which sign-offs a proposal asks for, until it is concluded or withdrawn."""
    return owns(actor, proposal) and actor.role == Role.TEAM_LEAD and proposal.status in OPEN


def can_sign_off(actor: Actor, sign_off: SignOff, section_key: str) -> bool:
    """The person who is asked, whatever their role, in the sections it is asked for, while the state writes."""
    is_asked = sign_off.signer_id == actor.user.pk and sign_off.ended_at is None and sign_off.covers(section_key)
    may_write = can_view_sign_off(actor, sign_off) and sign_off.proposal.status in STATE_WRITES
    return is_asked and may_write and actor.reaches(section_key)


def can_sign(actor: Actor, proposal: Proposal) -> bool:
    """Only a signatory hands over, takes back or withdraws."""
    return owns(actor, proposal) and actor.role == Role.SIGNATORY


# --- early looks ----------------------------------------------------------------------------------------------------


def can_view_early_looks(actor: Actor, proposal: Proposal) -> bool:
    """The state whose draft it is. A membership that is limited to some sections sees none: a look holds several."""
    return owns(actor, proposal) and actor.reaches("")


def can_view_early_look(actor: Actor, look: EarlyLook, now: datetime) -> bool:
    """The agency that shared it, for good; at CMS the reviewers whom it named, while it is open."""
    if actor.is_cms:
        named = actor.role in CMS_REVIEWERS and look.readers.filter(reviewer=actor.user).exists()
        return named and look.is_open(now)
    return can_view_early_looks(actor, look.proposal) and look.event.actor_agency_id == actor.agency.pk


def visible_early_looks(actor: Actor, now: datetime) -> Q:
    """Rows for which `can_view_early_look` holds."""
    if actor.is_cms:
        is_open = Q(ended_at__isnull=True, ends_at__gt=now, proposal__status__in=STATE_WRITES)
        # A person is named once in a look, so the join doubles no row.
        return is_open & Q(readers__reviewer=actor.user) if actor.role in CMS_REVIEWERS else Q(pk__in=[])
    shared = Q(proposal__agency=actor.agency, event__actor_agency=actor.agency)
    return shared if actor.reaches("") else Q(pk__in=[])


def can_share_early(actor: Actor, proposal: Proposal) -> bool:
    """The state's writers, while the state has the ball, within no limit."""
    return can_view_early_looks(actor, proposal) and can_write_proposal(actor, proposal)


def can_change_early_look(actor: Actor, look: EarlyLook, now: datetime) -> bool:
    """Whoever may share renews an open look and ends it."""
    return can_share_early(actor, look.proposal) and look.is_open(now)


def can_advise(actor: Actor, look: EarlyLook, now: datetime) -> bool:
    """The reviewers whom the state named."""
    return actor.is_cms and can_view_early_look(actor, look, now)


def can_reply_to_advice(actor: Actor, look: EarlyLook, now: datetime) -> bool:
    """Both sides, while the look is open."""
    return can_advise(actor, look, now) or can_change_early_look(actor, look, now)


# --- working as CMS -------------------------------------------------------------------------------------------------


def can_review_proposal(actor: Actor, proposal: Proposal) -> bool:
    """CMS staff with a reviewing role, on what CMS may see. Observers only read."""
    return actor.is_cms and actor.role in CMS_REVIEWERS and can_view_proposal(actor, proposal)


def can_begin_review(actor: Actor, proposal: Proposal) -> bool:
    """A CMS lead or approver, or a reviewer who is assigned; while nobody is, a default reviewer of the state."""
    if not can_review_proposal(actor, proposal):
        return False
    return actor.role in CMS_LEADS or Proposal.objects.filter(worked_on_by(actor), pk=proposal.pk).exists()


def worked_on_by(actor: Actor) -> Q:
    """Rows of proposals on which somebody at CMS works: as lead reviewer, assigned, or by default while nobody is."""
    mine, anybody = (
        Assignment.objects.filter(proposal=OuterRef("pk"), **who) for who in ({"reviewer": actor.user}, {})
    )
    by_default = DefaultReviewer.objects.filter(agency=OuterRef("agency"), reviewer=actor.user)
    return Q(lead_reviewer=actor.user) | Exists(mine) | (~Exists(anybody) & Exists(by_default))


def can_view_default_reviewers(actor: Actor) -> bool:
    """Everybody at CMS."""
    return actor.is_cms


def can_set_default_reviewers(actor: Actor) -> bool:
    """CMS leads and approvers, who assign on a proposal too."""
    return actor.is_cms and actor.role in CMS_LEADS


def can_view_divisions(actor: Actor) -> bool:
    """Everybody at CMS."""
    return actor.is_cms


def can_keep_divisions(actor: Actor) -> bool:
    """CMS leads and approvers say which divisions review."""
    return actor.is_cms and actor.role in CMS_LEADS


def can_draft_comment(actor: Actor, proposal: Proposal) -> bool:
    """Reviewers draft comments while a round is in review; what is in review, CMS sees."""
    return actor.is_cms and actor.role in CMS_REVIEWERS and proposal.status == Status.IN_REVIEW


def can_view_section_review(actor: Actor, review: SectionReview) -> bool:
    """Verdicts are read inside CMS, on what CMS may see."""
    return actor.is_cms and can_view_proposal(actor, review.proposal)


def visible_section_reviews(actor: Actor) -> Q:
    """Rows for which `can_view_section_review` holds. States have no business asking: access turns them away before."""
    return visible_proposals(actor, "proposal__") if actor.is_cms else Q(pk__in=[])


def verdict_divisions(actor: Actor, proposal: Proposal) -> frozenset[str]:
    """Return the divisions for which the actor may give verdicts now: their own while a round is in review, leads any."""
    if not can_draft_comment(actor, proposal):
        return frozenset()
    if actor.role in CMS_LEADS or proposal.lead_reviewer_id == actor.user.pk:
        return working_keys()
    return working_keys() & set(proposal.assignments.filter(reviewer=actor.user).values_list("division", flat=True))


def can_give_verdict(actor: Actor, proposal: Proposal, division: str) -> bool:
    """Whoever is assigned for the division, and leads."""
    return division in verdict_divisions(actor, proposal)


def can_tick_viewed(actor: Actor, proposal: Proposal) -> bool:
    """Everybody at CMS keeps their own place in what CMS may see."""
    return actor.is_cms and can_view_proposal(actor, proposal)


def can_change_draft_comment(actor: Actor, draft: DraftComment) -> bool:
    """The state's writers share one reply; at CMS the author edits, and a lead edits or drops any draft."""
    if draft.agency_id != actor.agency.pk:
        return False
    if actor.is_state:
        return _in_reach(actor, draft.section_key) and can_write_proposal(actor, draft.proposal)
    is_theirs = draft.author_id == actor.user.pk or actor.role in CMS_LEADS
    return is_theirs and can_draft_comment(actor, draft.proposal)


def can_resolve_thread(actor: Actor, thread: Thread) -> bool:
    """Reviewers close or reopen threads while they review."""
    return can_draft_comment(actor, thread.proposal)


def can_write_note(actor: Actor, proposal: Proposal) -> bool:
    """Writers of the state and reviewers of CMS, at any time, for their own agency."""
    if actor.is_cms:
        return can_review_proposal(actor, proposal)
    return owns(actor, proposal) and actor.role in STATE_WRITERS


def can_change_note(actor: Actor, note: Note) -> bool:
    """Who wrote a note changes or deletes it, as long as they may write notes and read this one."""
    is_theirs = note.author_id == actor.user.pk and can_view_note(actor, note)
    return is_theirs and can_write_note(actor, note.proposal)


def can_assign(actor: Actor, proposal: Proposal) -> bool:
    """CMS leads and approvers decide who reviews."""
    return actor.role in CMS_LEADS and can_review_proposal(actor, proposal)


def can_release_round(actor: Actor, proposal: Proposal) -> bool:
    """A CMS lead sends one round of questions."""
    return actor.role == Role.LEAD and can_review_proposal(actor, proposal)


def can_pause(actor: Actor, proposal: Proposal) -> bool:
    """A CMS lead stops the clock of CMS's own turn, and lets it go on."""
    return proposal.status in CMS_TURN and can_release_round(actor, proposal)


def can_draft_decision(actor: Actor, proposal: Proposal) -> bool:
    """CMS leads and approvers draft the outcome and letter while a round is in review."""
    return proposal.status == Status.IN_REVIEW and can_assign(actor, proposal)


def can_conclude(actor: Actor, proposal: Proposal) -> bool:
    """A CMS approver announces the outcome and may reopen afterwards."""
    return actor.role == Role.APPROVER and can_review_proposal(actor, proposal)
