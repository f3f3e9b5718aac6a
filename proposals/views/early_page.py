"""What the page of one shared section draws: its answers as the state copied them, and the advice on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404

from icm_portal.accounts.actor import ActorRequest
from proposals import policy
from proposals.actions.early import MOST_REPLIES
from proposals.forms.early import AdviceForm
from proposals.forms.prompts import anchor_of
from proposals.forms.review import LONGEST_ID, WordsForm
from proposals.models import EarlyLook, EarlyWords
from proposals.queries.early import EarlyCopy, threads_of
from proposals.queries.reading import ReadAnswer
from proposals.views.cards import name_for_others
from proposals.views.lines import posted
from toolkit.types import Prompt, Section

#: So many looks stand on a page of the list, and so many pieces of advice on the page of a section.
PAGE_SIZE = 20


@dataclass(frozen=True)
class PromptLine:
    """A prompt of a shared section with its answer."""

    prompt: Prompt
    answer: ReadAnswer

    @property
    def anchor(self) -> str:
        """The id of the prompt's element."""
        return anchor_of(self.prompt.id)


@dataclass(frozen=True)
class WordsLine:
    """Who said what, and when: inside the reader's agency by name."""

    who: str
    at: datetime
    body: str


@dataclass(frozen=True)
class ThreadLine:
    """A piece of advice with its replies, and the box for another."""

    pk: int
    place: str
    url: str
    said: tuple[WordsLine, ...]
    form: WordsForm | None


class SectionOfLook:
    """One shared section. Reads a constant number of queries."""

    def __init__(
        self, request: ActorRequest, look: EarlyLook, copy: EarlyCopy, section: Section, now: datetime
    ) -> None:
        self.request, self.actor, self.look, self.copy = request, request.actor, look, copy
        self.section, self.now = section, now
        self.is_open = look.is_open(now)
        self.may_advise = policy.can_advise(self.actor, look, now)
        self.may_reply = self.may_advise or policy.can_reply_to_advice(self.actor, look, now)

    @cached_property
    def prompts(self) -> list[PromptLine]:
        """What is asked in the section."""
        return [PromptLine(prompt, answer) for prompt, answer in self.copy.prompts(self.section)]

    @cached_property
    def answered(self) -> EarlyWords | None:
        """The advice that a sent reply is about; None for advice. Raises `Http404` for what is not there."""
        sent = self.request.POST.get("thread")
        if sent is None:
            if not self.may_advise:
                raise PermissionDenied
            return None
        known = sent.isascii() and sent.isdigit() and len(sent) <= LONGEST_ID
        found = threads_of(self.look, self.section.id).filter(pk=sent).first() if known else None
        if found is None:
            raise Http404
        return found

    @cached_property
    def form(self) -> AdviceForm:
        """The box for advice."""
        sent = posted(self.request) if "thread" not in self.request.POST else None
        return AdviceForm(self.section, [line.prompt for line in self.prompts], sent)

    @cached_property
    def reply_form(self) -> WordsForm:
        """The box for the reply that was sent."""
        return WordsForm(posted(self.request), auto_id=f"reply-{self.answered and self.answered.pk}-%s")

    @cached_property
    def threads(self) -> Page[EarlyWords]:
        """The advice on this page of the list."""
        found = threads_of(self.look, self.section.id)
        return Paginator(found, PAGE_SIZE).get_page(self.request.GET.get("page"))

    @property
    def lines(self) -> list[ThreadLine]:
        """The advice with its replies; one whose reply could not be sent stands here on every page."""
        shown = list(self.threads)
        late = self.answered if "thread" in self.request.POST else None
        if late and late not in shown:
            shown.insert(0, late)
        return [self._line(thread) for thread in shown]

    def _line(self, thread: EarlyWords) -> ThreadLine:
        prompt = next((line for line in self.prompts if line.prompt.id == thread.prompt_id), None)
        replies = list(thread.replies.all())
        place = f"{prompt.prompt.number}. {prompt.prompt.label}" if prompt else "This section"
        return ThreadLine(
            pk=thread.pk,
            place=place,
            url=f"#{prompt.anchor}" if prompt else "#main",
            said=tuple(self._words(words) for words in (thread, *replies)),
            form=self._box(thread) if self.may_reply and len(replies) < MOST_REPLIES else None,
        )

    def _box(self, thread: EarlyWords) -> WordsForm:
        if "thread" in self.request.POST and thread == self.answered:
            return self.reply_form
        return WordsForm(auto_id=f"reply-{thread.pk}-%s")

    def _words(self, words: EarlyWords) -> WordsLine:
        own = words.agency_id == self.actor.agency.pk
        return WordsLine(words.author.name if own else name_for_others(words.agency), words.at, words.body)
