"""The composer beside an answer: an internal note by default, a question to the state only when somebody chooses so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.models import Membership
from proposals import policy
from proposals.forms.review import CommentForm, NoteForm
from proposals.models import DraftComment, Note
from proposals.queries import access, discussion
from proposals.queries.colleagues import MOST_COLLEAGUES, colleagues
from proposals.views.cards import Cards, WordsCard
from proposals.views.discussing import Wording, ask_wording, note_wording
from toolkit.types import Section

NOTE, ASK = "note", "ask"
#: So many notes stand beside an answer; all of them have a page of their own.
NOTES_SHOWN = 20


@dataclass(frozen=True)
class Link:
    """A choice with an address of its own."""

    label: str
    url: str
    is_current: bool
    key: str = ""


class Composer:
    """What CMS writes about one section, or (``section`` is ``None``) about the whole proposal."""

    def __init__(self, request: ActorRequest, cards: Cards, section: Section | None, *, is_newest: bool) -> None:
        self.request = request
        self.cards = cards
        self.actor = cards.actor
        self.proposal = cards.proposal
        self.section = section
        #: Only in the round that counts can a passage or a row be pointed to.
        self.reading = cards.reading if is_newest else None
        #: Comments to the state are about the round that counts.
        self.may_ask = is_newest and cards.may_ask
        self.mode = ASK if request.GET.get("write") == ASK and self.may_ask else NOTE
        self.may_note = policy.can_write_note(self.actor, self.proposal)

    @cached_property
    def mode_links(self) -> list[Link]:
        """Internal note or ask the state; each has an address, so that the choice works without a script."""
        choices = ((NOTE, self.note_wording), (ASK, self.ask_wording)) if self.may_ask else ()
        return [
            Link(wording.title, f"?{self._query(mode)}#composer", mode == self.mode, mode) for mode, wording in choices
        ]

    def _query(self, mode: str) -> str:
        query = self.request.GET.copy()
        query["write"] = mode
        return query.urlencode()

    @cached_property
    def note_wording(self) -> Wording:
        """The words around the box for internal notes."""
        return note_wording(self.actor, self.proposal)

    @cached_property
    def ask_wording(self) -> Wording:
        """The words around the box for comments to the state."""
        return ask_wording(self.proposal)

    @cached_property
    def note_form(self) -> NoteForm:
        """The box for internal notes: what every composer begins as."""
        return NoteForm(
            self.cards.toolkit,
            self.section,
            initial=self._initial,
            auto_id="note_%s",
            reading=self.reading,
            colleagues=self._colleagues,
        )

    @cached_property
    def _colleagues(self) -> list[Membership]:
        return list(colleagues(self.actor, timezone.now())[:MOST_COLLEAGUES]) if self.may_note else []

    @cached_property
    def ask_form(self) -> CommentForm:
        """The box for comments to the state."""
        return CommentForm(
            self.cards.toolkit, self.section, initial=self._initial, auto_id="ask_%s", reading=self.reading
        )

    @cached_property
    def _initial(self) -> dict[str, str]:
        return {"about": self.request.GET.get("about") or self._key}

    @cached_property
    def _key(self) -> str:
        return self.section.id if self.section else ""

    @cached_property
    def drafted(self) -> int:
        """How many comments CMS has drafted on the proposal and not released."""
        return discussion.drafts(self.actor, self.proposal).count()

    @cached_property
    def section_drafts(self) -> list[DraftComment]:
        """What CMS has drafted on this section, or on the whole proposal, and not released."""
        return list(discussion.drafts(self.actor, self.proposal).filter(section_key=self._key))

    @cached_property
    def drafts(self) -> list[WordsCard]:
        """Cards of these drafts."""
        return [self.cards.draft(draft) for draft in self.section_drafts]

    @cached_property
    def notes(self) -> list[WordsCard]:
        """CMS's newest internal notes on this section, or on the whole proposal, oldest first."""
        return [self.cards.note(note) for note in reversed(self._newest_notes[:NOTES_SHOWN])]

    @cached_property
    def has_older_notes(self) -> bool:
        """Whether there are more notes than are shown."""
        return len(self._newest_notes) > NOTES_SHOWN

    @cached_property
    def _newest_notes(self) -> list[Note]:
        found = access.notes(self.actor, self.proposal).filter(section_key=self._key)
        return list(found.reverse()[: NOTES_SHOWN + 1])
