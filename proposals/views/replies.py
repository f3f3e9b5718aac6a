"""The reply boxes of the section page: saved with the answers, each on its own, and never over a colleague's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from proposals.actions.discussing import EmptyText, ReplyMoved, TextTooLong, draft_reply, drop_draft
from proposals.forms.prompts import as_typed
from proposals.forms.sections import Problem
from proposals.models import DraftComment, Proposal, Thread
from proposals.policy import can_reply
from proposals.queries import discussion

CLOSED = "It cannot be changed now, so it is not saved. Copy what you want to keep."


@dataclass(frozen=True)
class UnsavedReply:
    """A reply that was not saved: what was typed, why, and the colleague's newer words it met, if it did."""

    thread: Thread
    typed: str
    reason: str
    newer: DraftComment | None = None
    #: Whether the words themselves are fine, and the reply moved on meanwhile.
    moved: bool = False

    @property
    def problem(self) -> Problem:
        """The reason as the page lists it, with the element that shows the words."""
        return Problem(f"Reply to Q{self.thread.number}: {self.reason}", f"reply-{self.thread.number}")


@dataclass
class SavedReplies:
    """What became of the reply boxes of one post."""

    saved: int = 0
    unsaved: list[UnsavedReply] = field(default_factory=list)
    #: What tells the words now stored from any others, by the thread they answer; of the boxes whose words are stored.
    seen: dict[object, str] = field(default_factory=dict)

    @property
    def moved(self) -> bool:
        """Whether anything stayed unsaved because it moved on meanwhile."""
        return any(item.moved for item in self.unsaved)

    @property
    def problems(self) -> list[Problem]:
        """What the page lists of them."""
        return [item.problem for item in self.unsaved]

    @property
    def by_thread(self) -> dict[object, UnsavedReply]:
        """The unsaved ones by the thread they answer."""
        return {item.thread.pk: item for item in self.unsaved}


class _Refused(Exception):
    """One reply cannot be saved; the message says why."""


class _Moved(_Refused):
    """It could have been saved when the page was opened: somebody wrote other words, or the door has closed."""

    def __init__(self, reason: str = CLOSED, newer: DraftComment | None = None) -> None:
        super().__init__(reason)
        self.newer = newer

    @classmethod
    def over(cls, newer: DraftComment) -> _Moved:
        """A colleague's newer words stand there."""
        return cls(f"{newer.author.name} saved other words meanwhile. Bring the two together, then save.", newer)


def seen_mark(draft: DraftComment | None) -> str:
    """Return what tells the words a box was drawn with from any others; posted as `seen-THREAD`."""
    return _mark(as_typed(draft.body) if draft else "")


def _mark(words: str) -> str:
    return sha256(words.replace("\r\n", "\n").strip().encode(errors="replace")).hexdigest()


def save_replies(actor: Actor, proposal: Proposal, section_key: str, data: QueryDict) -> SavedReplies:
    """Save every reply box that was changed; nothing that cannot be saved keeps anything else from being saved."""
    result = SavedReplies()
    if not any(name.startswith("reply-") for name in data):
        return result
    drafted = discussion.replies_by_thread(actor, proposal)
    for thread in discussion.section_threads(proposal, section_key):
        thread.proposal = proposal
        body, standing = data.get(f"reply-{thread.pk}"), drafted.get(thread.pk)
        if body is None or _mark(body) in {data.get(f"seen-{thread.pk}"), seen_mark(standing)}:
            continue
        try:
            result.seen[thread.pk] = seen_mark(_save(actor, thread, standing, body, data.get(f"seen-{thread.pk}")))
        except _Moved as refusal:
            result.unsaved.append(UnsavedReply(thread, body, str(refusal), refusal.newer, moved=True))
        except _Refused as refusal:
            result.unsaved.append(UnsavedReply(thread, body, str(refusal)))
        else:
            result.saved += 1
    return result


def arrived_replies(actor: Actor, proposal: Proposal, section_key: str, data: QueryDict) -> list[str]:
    """Return the threads whose posted reply is the one that stands drafted, or went out already."""
    if not any(name.startswith("reply-") for name in data):
        return []
    drafted = discussion.replies_by_thread(actor, proposal)
    return [
        str(thread.pk)
        for thread in discussion.section_threads(proposal, section_key)
        if (body := data.get(f"reply-{thread.pk}")) is not None and _mark(body) in _marks(actor, thread, drafted)
    ]


def _marks(actor: Actor, thread: Thread, drafted: Mapping[object, DraftComment]) -> set[str]:
    """What tells a thread's words of this side: those drafted now, and those that went out."""
    sent = (item.body for item in thread.comments.all() if item.agency_id == actor.agency.pk)
    return {seen_mark(drafted.get(thread.pk)), *(_mark(as_typed(body)) for body in sent)}


def _check(actor: Actor, thread: Thread, standing: DraftComment | None, seen: str | None) -> None:
    """Refuse words over others that the page did not show, also over the person's own from another tab."""
    if not can_reply(actor, thread):
        raise _Moved
    if standing and seen != seen_mark(standing):
        raise _Moved.over(standing)


def _save(
    actor: Actor, thread: Thread, standing: DraftComment | None, body: str, seen: str | None
) -> DraftComment | None:
    """Save one reply; return it as it is stored now, None when there is none left."""
    _check(actor, thread, standing, seen)
    colleague = standing.author.name if standing and standing.author_id != actor.user.pk else ""
    try:
        if body.strip():
            words = body.replace("\x00", "")
            return draft_reply(actor=actor, thread=thread, body=words, now=timezone.now(), over=standing)
        if colleague:
            raise _Moved(f"Only {colleague} can drop this reply. You can change its words.", standing)
        if standing:
            drop_draft(actor=actor, draft=standing, now=timezone.now())
    except ReplyMoved as error:
        raise _Moved.over(error.newer) from error
    except (EmptyText, TextTooLong) as error:
        raise _Refused(str(error)) from error
    except PermissionDenied as error:
        raise _Moved from error
    return None
