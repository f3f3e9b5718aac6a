"""Tables of this room: fields, constraints and cheap properties. Writing happens in `proposals.actions`."""

from proposals.models.attachment import Attachment, SubmittedAttachment
from proposals.models.calendar import CalendarAddress
from proposals.models.clearance import SignOff, SignOffMark
from proposals.models.correction import Correction
from proposals.models.discussion import Claim, Comment, DraftClaim, DraftComment, Note, Thread, Wording
from proposals.models.division import Division
from proposals.models.early import EarlyLook, EarlyReader, EarlyWords
from proposals.models.handover import Handover
from proposals.models.mail import Digest, MailChoice, Reminder
from proposals.models.proposal import AnswerChange, Proposal, Section, SectionRevision
from proposals.models.record import Event, Notification, Reason, StandingReason
from proposals.models.review import Assignment, Decision, DefaultReviewer, SectionReview, Viewed
from proposals.models.submission import Recall, Round, Submission
from proposals.models.word import WordImport

__all__ = [
    "AnswerChange",
    "Assignment",
    "Attachment",
    "CalendarAddress",
    "Claim",
    "Comment",
    "Correction",
    "Decision",
    "DefaultReviewer",
    "Digest",
    "Division",
    "DraftClaim",
    "DraftComment",
    "EarlyLook",
    "EarlyReader",
    "EarlyWords",
    "Event",
    "Handover",
    "MailChoice",
    "Note",
    "Notification",
    "Proposal",
    "Reason",
    "Recall",
    "Reminder",
    "Round",
    "Section",
    "SectionReview",
    "SectionRevision",
    "SignOff",
    "SignOffMark",
    "StandingReason",
    "Submission",
    "SubmittedAttachment",
    "Thread",
    "Viewed",
    "WordImport",
    "Wording",
]
