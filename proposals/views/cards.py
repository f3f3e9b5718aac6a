"""Threads, drafts and notes as pages draw them: who is named how, what may be done, and where it is posted.

People are named to their own agency only; to the other side a comment comes from "CMS reviewer" or from the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency
from icm_portal.addresses import reverse
from proposals import policy
from proposals.forms.prompts import anchor_of, as_typed
from proposals.models import Comment, DraftComment, Note, Proposal, StandingReason, Thread
from proposals.passages import Anchored, Reading
from proposals.queries.access import toolkit_of
from proposals.queries.claims import Changes, claim_of, points_to, proposed
from proposals.queries.discussion import standing_reasons
from proposals.status import ThreadKind, ThreadStatus


@dataclass(frozen=True)
class PassageView:
    """The passage or row a remark points to, and what became of it (`proposals.passages.Standing`, "" where unknown)."""

    quote: str
    row: str
    standing: str


def passage_view(remark: Anchored, reading: Reading | None) -> PassageView | None:
    """Return the passage of a remark as seen against a text; ``None`` when it points to none."""
    if not (remark.quote or remark.row_id):
        return None
    return PassageView(remark.quote, remark.row_words, str(reading.standing(remark) or "") if reading else "")


@dataclass(frozen=True)
class CommentCard:
    """One comment or drafted reply in a thread."""

    who: str
    at: datetime
    body: str
    is_draft: bool = False


@dataclass(frozen=True)
class EditChoice:
    """An answer that was changed since CMS asked, and whether it is ticked as changed for the question."""

    prompt_id: str
    label: str
    is_ticked: bool


@dataclass(frozen=True)
class ClaimBox:
    """What a reply says was changed for its question; ``is_proposed`` while nobody has confirmed what is ticked."""

    choices: tuple[EditChoice, ...]
    no_change: str
    is_proposed: bool


@dataclass(frozen=True)
class ReplyBox:
    """The box in which a state drafts its reply."""

    url: str
    label: str
    hint: str
    text: str
    action: str
    claim: ClaimBox | None = None


@dataclass(frozen=True)
class Act:
    """A button that posts, or (with ``is_link``) a link."""

    url: str
    label: str
    name: str = ""
    value: str = ""
    is_link: bool = False
    #: What to say about the reason it asks for; "" when it asks for none.
    reason: str = ""


@dataclass(frozen=True)
class ThreadCard:
    """A thread for `includes/thread.html`."""

    number: str
    kind: str
    status: str
    anchor: str
    anchor_url: str
    passage: PassageView | None
    comments: tuple[CommentCard, ...]
    reply: ReplyBox | None
    actions: tuple[Act, ...]
    section_key: str
    prompt_id: str
    #: Why CMS resolved it or opened it again, oldest first; empty for states.
    reasons: tuple[StandingReason, ...] = ()


@dataclass(frozen=True)
class WordsCard:
    """A drafted comment or a note of the reader's own agency."""

    key: str
    kind: str
    who: str
    at: datetime
    body: str
    place: str
    place_url: str
    url: str = ""
    may_change: bool = False
    passage: PassageView | None = None
    thread: str = ""
    edited_at: datetime | None = None
    wordings_url: str = ""
    #: Where a comment to the state can be drafted from it.
    ask_url: str = ""
    #: Whether it began as a copy of an internal note.
    is_from_note: bool = False


class Cards:
    """Makes cards of one proposal for one reader; ``back`` is the page to return to after a button.

    Passages are looked up in the text of ``reading``; without one, nothing is said of what became of them.
    """

    def __init__(self, actor: Actor, proposal: Proposal, back: str, reading: Reading | None = None) -> None:
        self.reading = reading
        self.actor = actor
        self.proposal = proposal
        self.back = back
        self.toolkit = toolkit_of(proposal)
        self.may_reply = policy.can_write_proposal(actor, proposal)
        self.may_ask = policy.can_draft_comment(actor, proposal)

    def threads(self, found: Iterable[Thread], drafts: Mapping[Any, DraftComment]) -> list[ThreadCard]:
        """Return cards of threads that come with their comments; ``drafts`` are the reader's own, by thread."""
        threads = list(found)
        reasons = standing_reasons(self.actor, threads)
        return [self.thread(thread, drafts.get(thread.pk), None, reasons.get(thread.pk, ())) for thread in threads]

    def thread(
        self,
        thread: Thread,
        draft: DraftComment | None,
        changes: Changes | None = None,
        reasons: Iterable[StandingReason] = (),
    ) -> ThreadCard:
        """Return the card of one thread; with ``changes``, its reply may name those that were made for it."""
        reply = self._reply_box(thread, draft, changes)
        comments = [self._comment(comment) for comment in thread.comments.all()]
        if draft and reply is None:
            comments.append(CommentCard(draft.author.name, draft.updated_at, draft.body, is_draft=True))
        return ThreadCard(
            number=str(thread),
            kind=ThreadKind(thread.kind).label,
            status=thread.status,
            anchor=self.place(thread.section_key, thread.prompt_id),
            anchor_url=self.place_url(thread.section_key, thread.prompt_id),
            passage=passage_view(thread, self.reading),
            comments=tuple(comments),
            reply=reply,
            actions=self._actions(thread, draft),
            section_key=thread.section_key,
            prompt_id=thread.prompt_id,
            reasons=tuple(reasons),
        )

    def _comment(self, comment: Comment) -> CommentCard:
        return CommentCard(self._who(comment), comment.at, comment.body)

    def _who(self, words: Comment | DraftComment | Note) -> str:
        return words.author.name if words.agency_id == self.actor.agency.pk else name_for_others(words.agency)

    def _url(self, name: str, key: object, **query: str) -> str:
        query = {"next": self.back, **query} if self.back else query
        address = reverse(f"proposals:{name}", args=[self.proposal.pk, key])
        return f"{address}?{urlencode(query)}" if query else address

    def _reply_box(self, thread: Thread, draft: DraftComment | None, changes: Changes | None) -> ReplyBox | None:
        if not self.may_reply or thread.status == ThreadStatus.RESOLVED:
            return None
        return ReplyBox(
            url=self._url("reply", thread.pk, seen=stamp(draft)),
            label=f"Reply to {thread}",
            hint="CMS reads it with your next submission",
            text=as_typed(draft.body) if draft else "",
            action="Save the reply" if draft is None else "Save the reply again",
            claim=None if changes is None else _claim_box(thread, draft, changes),
        )

    def _actions(self, thread: Thread, draft: DraftComment | None) -> tuple[Act, ...]:
        if not self.may_ask:
            return ()
        url = self._url("thread_status", thread.pk)
        if thread.status == ThreadStatus.RESOLVED:
            return (Act(url, f"Open {thread} again", "status", ThreadStatus.ANSWERED, reason="only CMS reads it"),)
        ask = "Edit the drafted question" if draft else f"Ask again in round {self.proposal.round}"
        return (
            Act(url, f"Resolve {thread}", "status", ThreadStatus.RESOLVED, reason="optional; only CMS reads it"),
            Act(self._url("reply", thread.pk), ask, is_link=True),
        )

    def draft(self, draft: DraftComment) -> WordsCard:
        """Return the card of a drafted comment or reply."""
        return WordsCard(
            key=str(draft.pk),
            kind=ThreadKind(draft.kind).label,
            who=self._who(draft),
            at=draft.updated_at,
            body=draft.body,
            place=self.place(draft.section_key, draft.prompt_id),
            place_url=self.place_url(draft.section_key, draft.prompt_id),
            url=self._url("draft_comment", draft.pk),
            may_change=policy.can_change_draft_comment(self.actor, draft),
            passage=passage_view(draft, self.reading),
            thread=str(draft.thread or ""),
            edited_at=draft.edited_at,
            wordings_url=self._url("draft_wordings", draft.pk),
            is_from_note=draft.from_note_id is not None,
        )

    def note(self, note: Note) -> WordsCard:
        """Return the card of a note."""
        note.proposal = self.proposal
        return WordsCard(
            key=str(note.pk),
            kind="Note",
            who=self._who(note),
            at=note.at,
            body=note.body,
            place=self.place(note.section_key, note.prompt_id),
            place_url=self.place_url(note.section_key, note.prompt_id),
            url=self._url("note_change", note.pk),
            may_change=policy.can_change_note(self.actor, note),
            passage=passage_view(note, self.reading),
            edited_at=note.edited_at,
            wordings_url=self._url("note_wordings", note.pk),
            ask_url=self._url("note_ask", note.pk) if self.may_ask else "",
        )

    def place(self, section_key: str, prompt_id: str) -> str:
        """Say in words where a remark points."""
        if prompt_id:
            prompt = self.toolkit.prompt(prompt_id)
            return f"{prompt.number}. {prompt.label}"
        return self.toolkit.section(section_key).title if section_key else "The whole proposal"

    def place_url(self, section_key: str, prompt_id: str) -> str:
        """Return the address where the reader's side sees that place."""
        if not section_key:
            page = "overview" if self.actor.is_state else "review_start"
            return reverse(f"proposals:{page}", args=[self.proposal.pk])
        page = "section" if self.actor.is_state else "review"
        address = reverse(f"proposals:{page}", args=[self.proposal.pk, section_key])
        return f"{address}#{anchor_of(prompt_id)}" if prompt_id else address


def _claim_box(thread: Thread, draft: DraftComment | None, changes: Changes) -> ClaimBox:
    """Return what is ticked: what the reply claims already, else what is proposed."""
    claim = claim_of(draft) if draft else None
    ticked = claim.prompt_ids if claim else proposed(thread, changes)
    # What changed where the question points comes first.
    near = sorted(changes.values(), key=lambda change: not points_to(thread, change))
    choices = tuple(
        EditChoice(item.prompt.id, f"{item.prompt.number}. {item.prompt.label}", item.prompt.id in ticked)
        for item in near
    )
    return ClaimBox(choices, claim.no_change if claim else "", is_proposed=claim is None and bool(ticked))


def name_for_others(agency: Agency) -> str:
    """How somebody of an agency is called on the other side."""
    return "CMS reviewer" if agency.is_cms else agency.short_name


def stamp(draft: DraftComment | None) -> str:
    """Return what tells one version of a draft from another; blank when there is none."""
    return draft.updated_at.isoformat() if draft else ""
