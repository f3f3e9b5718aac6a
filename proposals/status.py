"""The closed vocabularies of this room. A leaf: imports nothing of ours."""

from django.db.models import TextChoices


class Status(TextChoices):
    """Where a proposal stands in the workflow (a *state* is always a US state)."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_REVIEW = "in_review", "In review"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    CONCLUDED = "concluded", "Concluded"
    WITHDRAWN = "withdrawn", "Withdrawn"


#: The state writes in these; everything else is read-only to it.
STATE_WRITES = frozenset({Status.DRAFT, Status.CHANGES_REQUESTED})
#: The ball is with CMS in these.
CMS_TURN = frozenset({Status.SUBMITTED, Status.IN_REVIEW})
#: Not concluded and not withdrawn.
OPEN = STATE_WRITES | CMS_TURN


class ThreadKind(TextChoices):
    """What CMS wants with a comment."""

    QUESTION = "question", "Question"
    CHANGE = "change", "Change needed"
    SUGGESTION = "suggestion", "Suggestion"
    REMARK = "remark", "Remark"


#: Kinds a state must reply to before it may submit again.
NEEDS_REPLY = frozenset({ThreadKind.QUESTION, ThreadKind.CHANGE})


class ThreadStatus(TextChoices):
    """Where a thread stands."""

    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    RESOLVED = "resolved", "Resolved"


class Verdict(TextChoices):
    """What a division of CMS says of a section."""

    ADDRESSES = "addresses", "Addresses it"
    CLARITY = "clarity", "Needs clarity"
    MISSING = "missing", "Not addressed"
    NA = "na", "Not applicable"


#: Verdicts that ask for nothing more. Divisions disagree when one says one of these and another does not.
SETTLED = frozenset({Verdict.ADDRESSES, Verdict.NA})


class MarkKind(TextChoices):
    """What a signer inside a state says of a section."""

    SIGNED = "signed", "Signed"
    CHANGES = "changes", "Changes asked for"


class FileKind(TextChoices):
    """What an attached file is, read off its content; the value is also the end of its name."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word document"
    XLSX = "xlsx", "Excel workbook"
    PPTX = "pptx", "PowerPoint slides"
    CSV = "csv", "CSV table"
    PNG = "png", "PNG picture"
    JPEG = "jpeg", "JPEG picture"


class ScanStatus(TextChoices):
    """What the virus scanner said of a file. Where none is configured, files wait for good and may be downloaded."""

    WAITING = "waiting", "Not scanned yet"
    CLEAN = "clean", "Clean"
    INFECTED = "infected", "Infected"
    FAILED = "failed", "Could not be scanned"


class Outcome(TextChoices):
    """How CMS concludes. Neither is an approval: that follows the state plan or waiver route."""

    READY = "ready", "Ready for state plan amendment or waiver discussion"
    NOT_FORWARD = "not_forward", "Not going forward"


class Audience(TextChoices):
    """Who may read an entry of the record."""

    BOTH = "both", "Both sides"
    OWN = "own", "The agency that acted"
    STATE = "state", "The state alone, whoever acted"


class Verb(TextChoices):
    """Everything that can happen to a proposal; the label completes a sentence that begins with who did it."""

    CREATED = "created", "started the proposal"
    SECTION_SAVED = "section_saved", "saved {section}"
    DETAILS_CHANGED = "details_changed", "changed the title or model type"
    SUBMITTED = "submitted", "submitted round {round}"
    RECALLED = "recalled", "recalled round {round}"
    REVIEW_BEGUN = "review_begun", "began the review of round {round}"
    CHANGES_REQUESTED = "changes_requested", "requested changes to round {round}"
    CONCLUDED = "concluded", "announced the decision on round {round}"
    REOPENED = "reopened", "reopened the proposal after round {round}"
    RELEASE_UNDONE = "release_undone", "took the questions on round {round} back"
    DECISION_UNDONE = "decision_undone", "took the decision on round {round} back"
    WITHDRAWN = "withdrawn", "withdrew the proposal"
    RESTORED = "restored", "restored the proposal"
    PAUSED = "paused", "paused the clock of round {round}"
    RESUMED = "resumed", "resumed the review of round {round}"
    THREAD_RESOLVED = "thread_resolved", "marked a question as resolved in {section}"
    THREAD_REOPENED = "thread_reopened", "opened a question again in {section}"
    DRAFT_COMMENT_SAVED = "draft_comment_saved", "drafted a comment in {section}"
    DRAFT_COMMENT_DROPPED = "draft_comment_dropped", "dropped a drafted comment in {section}"
    DRAFT_COMMENT_EDITED = "draft_comment_edited", "changed a colleague's drafted comment in {section}"
    DRAFT_COMMENT_MERGED = "draft_comment_merged", "merged a drafted comment in {section} into another"
    DRAFT_COMMENTS_ORDERED = "draft_comments_ordered", "put the drafted comments into another order"
    NOTE_ADDED = "note_added", "wrote an internal note in {section}"
    NOTE_CHANGED = "note_changed", "changed an internal note in {section}"
    NOTE_TOLD = "note_told", "pointed a colleague to an internal note in {section}"
    NOTE_ASKED = "note_asked", "drafted a comment from an internal note in {section}"
    NOTE_DELETED = "note_deleted", "deleted an internal note in {section}"
    SIGN_OFF_ASKED = "sign_off_asked", "asked for a sign-off"
    SIGN_OFF_CHANGED = "sign_off_changed", "changed a sign-off"
    SIGN_OFF_ENDED = "sign_off_ended", "took a sign-off away"
    SIGNED_OFF = "signed_off", "signed off {section}"
    SEVERAL_SIGNED_OFF = "several_signed_off", "signed off several sections"
    SIGN_OFF_CHANGES = "sign_off_changes", "asked for changes in {section} before signing off"
    WORD_READ = "word_read", "began the proposal from a Word file"
    WORD_GIVEN = "word_given", "downloaded {section} as a Word file"
    ATTACHED = "attached", "attached a file in {section}"
    ATTACHMENT_REMOVED = "attachment_removed", "removed a file from {section}"
    ATTACHMENT_REFUSED = "attachment_refused", "attached a file in {section} that the virus scanner refused"
    ATTACHMENT_DOWNLOADED = "attachment_downloaded", "downloaded a file of {section}"
    ASSIGNED = "assigned", "assigned a reviewer"
    UNASSIGNED = "unassigned", "ended an assignment"
    VERDICT_GIVEN = "verdict_given", "gave a verdict on {section}"
    LEAD_SET = "lead_set", "named the lead reviewer"
    DECISION_DRAFTED = "decision_drafted", "drafted the decision on round {round}"
    EARLY_SHARED = "early_shared", "shared sections of a draft early, for informal advice"
    EARLY_RENEWED = "early_renewed", "renewed what CMS sees in an early look"
    EARLY_ENDED = "early_ended", "ended an early look"
    EARLY_ADVISED = "early_advised", "wrote informal advice on {section}"
    EARLY_REPLIED = "early_replied", "replied to informal advice on {section}"
    MAILED_AGAIN = "mailed_again", "had the mail about round {round} sent again"
    COMMENT_HIDDEN = "comment_hidden", "removed a comment in {section}"
    COMMENT_SHOWN = "comment_shown", "put a removed comment back in {section}"
    MOVED = "moved", "moved the proposal to another agency"
    RECALLED_FOR = "recalled_for", "recalled round {round} in the place of the state"
    WITHDRAWN_FOR = "withdrawn_for", "withdrew the proposal in the place of the state"
    RESUMED_FOR = "resumed_for", "resumed the review of round {round} in the place of CMS"
    PACKET_REQUESTED = "packet_requested", "asked for a packet of round {round}"
    PACKET_DOWNLOADED = "packet_downloaded", "downloaded a packet"


#: Done by a site administrator, outside any agency.
CORRECTIONS = frozenset(
    {Verb.COMMENT_HIDDEN, Verb.COMMENT_SHOWN, Verb.MOVED, Verb.RECALLED_FOR, Verb.WITHDRAWN_FOR, Verb.RESUMED_FOR}
)
#: What happens to sections that a state shares early. Nobody at CMS reads it in the record, not even what CMS did: those
#: who are named read the early look itself, and for all others there is none.
EARLY_VERBS = frozenset(
    {Verb.EARLY_SHARED, Verb.EARLY_RENEWED, Verb.EARLY_ENDED, Verb.EARLY_ADVISED, Verb.EARLY_REPLIED}
)
#: With `EARLY_VERBS` the one table of audiences: verbs that both sides may read. All others are read by the agency that acted.
SHARED_VERBS = frozenset(
    {
        Verb.SUBMITTED,
        Verb.RECALLED,
        Verb.REVIEW_BEGUN,
        Verb.CHANGES_REQUESTED,
        Verb.CONCLUDED,
        Verb.REOPENED,
        Verb.RELEASE_UNDONE,
        Verb.DECISION_UNDONE,
        Verb.WITHDRAWN,
        Verb.RESTORED,
        Verb.PAUSED,
        Verb.RESUMED,
        Verb.THREAD_RESOLVED,
        Verb.THREAD_REOPENED,
        *CORRECTIONS,
    }
)
#: What is read on the page of clearance.
CLEARANCE_VERBS = frozenset(
    {
        Verb.SIGN_OFF_ASKED,
        Verb.SIGN_OFF_CHANGED,
        Verb.SIGN_OFF_ENDED,
        Verb.SIGNED_OFF,
        Verb.SEVERAL_SIGNED_OFF,
        Verb.SIGN_OFF_CHANGES,
    }
)
#: What is read on the page of a drafted comment: what a colleague did with it.
DRAFT_VERBS = frozenset({Verb.DRAFT_COMMENT_EDITED, Verb.DRAFT_COMMENT_MERGED, Verb.DRAFT_COMMENT_DROPPED})


class MailKind(TextChoices):
    """What a mail is about; people choose when they want each kind, but for their own turn."""

    TURN = "turn", "It is your turn, or you are asked for something"
    STEP = "step", "A proposal moves on, stops or is taken back"
    DECISION = "decision", "A decision is announced"
    REMINDER = "reminder", "A date comes near or has passed"
    OTHER = "other", "Anything else that concerns you"


class MailWhen(TextChoices):
    """When a mail goes out."""

    NOW = "now", "At once"
    DAILY = "daily", "Once a day"
    NEVER = "never", "Never"


class ReminderStage(TextChoices):
    """How near a date is when somebody is reminded of it."""

    WEEK = "week", "a week before"
    DAY = "day", "the day before"
    LATE = "late", "the day after"
    WEEK_LATE = "week_late", "a week after"


#: The one table of what a mail about an event is about; what is not in it is something else.
MAIL_KINDS = {
    **dict.fromkeys(
        (
            Verb.SUBMITTED, Verb.CHANGES_REQUESTED, Verb.REOPENED, Verb.ASSIGNED, Verb.LEAD_SET, Verb.SIGN_OFF_ASKED,
            Verb.SIGN_OFF_CHANGES, Verb.EARLY_SHARED, Verb.RELEASE_UNDONE, Verb.MOVED, Verb.RECALLED_FOR,
        ),
        MailKind.TURN,
    ),
    **dict.fromkeys(
        (
            Verb.REVIEW_BEGUN, Verb.RECALLED, Verb.WITHDRAWN, Verb.RESTORED, Verb.PAUSED, Verb.RESUMED,
            Verb.WITHDRAWN_FOR, Verb.RESUMED_FOR,
        ),
        MailKind.STEP,
    ),
    Verb.CONCLUDED: MailKind.DECISION,
    Verb.DECISION_UNDONE: MailKind.DECISION,
}  # fmt: skip


def mail_kind_of(verb: str) -> MailKind:
    """Say what a mail about an event with this verb is about."""
    return MAIL_KINDS.get(Verb(verb), MailKind.OTHER)


#: Steps of the workflow: what the record shows in bold.
STEP_VERBS = SHARED_VERBS - {Verb.THREAD_RESOLVED, Verb.THREAD_REOPENED}


def audience_of(verb: str) -> Audience:
    """Say who may read an event with this verb."""
    if verb in EARLY_VERBS:
        return Audience.STATE
    return Audience.BOTH if verb in SHARED_VERBS else Audience.OWN
