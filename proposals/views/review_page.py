"""What the review page shows: facts, navigation, answers with their changes and threads, and the composer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404

from icm_portal.accounts.actor import ActorRequest
from icm_portal.addresses import reverse
from proposals import diff, policy
from proposals.forms.prompts import anchor_of
from proposals.models import Proposal, Submission
from proposals.queries import access, attachments, discussion, facts
from proposals.queries.reading import ReadAnswer, read_answer
from proposals.queries.reviews import FrozenRound, ReviewedSection
from proposals.queries.turns import Turn
from proposals.status import Status
from proposals.views.cards import Cards, ThreadCard
from proposals.views.composer import Composer, Link
from proposals.views.files import FileView, file_views
from proposals.views.lines import turn_now
from proposals.views.review_nav import Nav, navigation, section_after, section_ahead
from proposals.views.verdict_panel import ReadingPlace, VerdictPanel
from toolkit.types import Prompt, Section

CHANGES, CLEAN = "changes", "clean"


@dataclass(frozen=True)
class PromptCard:
    """One frozen answer with what changed in it and what was said about it."""

    prompt: Prompt
    answer: ReadAnswer
    change: diff.PromptChange | None
    asked: str
    is_asked: bool
    threads: tuple[ThreadCard, ...]
    is_open: bool
    write_url: str
    files: tuple[FileView, ...] = ()
    #: What to say when it changed since the reader viewed its section.
    unseen: str = ""

    @cached_property
    def anchor(self) -> str:
        """The id of its element."""
        return anchor_of(self.prompt.id)


class ReviewPage:
    """One section of a round, or (``section`` is ``None``) the round as a whole, for one reader at CMS."""

    def __init__(self, request: ActorRequest, proposal: Proposal, section: Section | None) -> None:
        self.request = request
        self.actor = request.actor
        self.proposal = proposal
        self.section = section
        counting = access.counting(request.actor, proposal)
        self.rounds = [submission.round for submission in counting]
        self.round = self._chosen(request.GET.get("round", ""))
        self.frozen = FrozenRound(request.actor, proposal, self.round, counting)
        self.view = CLEAN if self.frozen.before is None else request.GET.get("view", CHANGES)
        self.cards = Cards(self.actor, proposal, request.get_full_path(), self.frozen.reading)
        self.composer = Composer(request, self.cards, section, is_newest=self.round == self.rounds[-1])

    def _chosen(self, wanted: str) -> int:
        """Return the round named in the address, by default the newest; `Http404` when there is none."""
        if not wanted:
            return self.rounds[-1]
        if wanted not in map(str, self.rounds):
            raise Http404
        return int(wanted)

    # --- addresses --------------------------------------------------------------------------------------------------

    def url(self, section: Section | None, **query: str | None) -> str:
        """Return the address of a section in this round and view; ``query`` changes what stands behind the ?."""
        name, keys = ("review", [section.id]) if section else ("review_start", [])
        kept = {name: self.request.GET.get(name) for name in ("round", "view")}
        given = {name: value for name, value in {**kept, **query}.items() if value}
        address = reverse(f"proposals:{name}", args=[self.proposal.pk, *keys])
        return f"{address}?{urlencode(given)}" if given else address

    @property
    def section_url(self) -> str:
        """Where this section is."""
        return self.url(self.section)

    @property
    def findings_url(self) -> str:
        """Where the findings of the check in this section are."""
        address, _, query = self.section_url.partition("?")
        return f"{address}findings/" + (f"?{query}" if query else "")

    @cached_property
    def is_newest(self) -> bool:
        """Whether this is the round that counts now."""
        return self.round == self.rounds[-1]

    @cached_property
    def round_links(self) -> list[Link]:
        """The rounds there are to read."""
        return [
            Link(f"Round {number}", self.url(self.section, round=str(number), view=None), number == self.round)
            for number in self.rounds
        ]

    @cached_property
    def view_links(self) -> list[Link]:
        """Changes or clean text."""
        if self.frozen.before is None:
            return []
        choices = ((CHANGES, f"Changes since round {self.round - 1}"), (CLEAN, "Clean text"))
        return [Link(label, self.url(self.section, view=view), view == self.view) for view, label in choices]

    # --- head -------------------------------------------------------------------------------------------------------

    @cached_property
    def submission(self) -> Submission:
        """The frozen round."""
        return self.frozen.submission

    @cached_property
    def before_round(self) -> int:
        """The number of the round before."""
        return self.round - 1

    @cached_property
    def part_name(self) -> str:
        """The part of the toolkit that the section belongs to."""
        return self.frozen.toolkit.part_of(self.section).name if self.section else ""

    @cached_property
    def turn(self) -> Turn | None:
        """Whose turn it is."""
        return turn_now(self.actor, self.proposal)

    @cached_property
    def may_begin(self) -> bool:
        """Whether the reader may begin the review now."""
        return self.proposal.status == Status.SUBMITTED and policy.can_begin_review(self.actor, self.proposal)

    @cached_property
    def may_release(self) -> bool:
        """Whether the reader may send the round of questions."""
        return self.proposal.status == Status.IN_REVIEW and policy.can_release_round(self.actor, self.proposal)

    @cached_property
    def facts(self) -> tuple[facts.Fact, ...]:
        """The facts of the round."""
        return facts.fact_panel(self.frozen.toolkit, self.frozen.answers, self.frozen.before)

    @cached_property
    def changed_facts(self) -> int:
        """How many facts changed since the round before."""
        return sum(bool(fact.old) for fact in self.facts)

    # --- navigation -------------------------------------------------------------------------------------------------

    @cached_property
    def nav(self) -> Nav:
        """The sections in which anything applies, by part, with changes, threads and the reader's ticks."""
        return navigation(self.frozen, self.section, self.place, self._unresolved, self.url)

    @cached_property
    def _unresolved(self) -> Counter[str]:
        return discussion.unresolved_counts(self.proposal)

    @cached_property
    def place(self) -> ReadingPlace:
        """How far the reader has come in this round."""
        return ReadingPlace(self.request, self.frozen, self.section, is_newest=self.is_newest)

    @cached_property
    def verdicts(self) -> VerdictPanel | None:
        """What divisions say of the section."""
        if self.section is None:
            return None
        back = self.url(self.section)
        return VerdictPanel(self.request, self.frozen, self.section, is_newest=self.is_newest, back=back)

    @cached_property
    def next_section(self) -> ReviewedSection | None:
        """The section to read after this one; from the round as a whole, the first that changed."""
        return section_after(self.frozen, self.section)

    @cached_property
    def next_changed(self) -> Link | None:
        """The next section in which anything changed since the round before."""
        return self._ahead({item.key for item in self.frozen.sections if item.changed})

    @cached_property
    def next_asked(self) -> Link | None:
        """The next section with a question that is not resolved."""
        return self._ahead(self._unresolved.keys())

    def _ahead(self, wanted: Collection[str]) -> Link | None:
        found = section_ahead(self.frozen, self.section, wanted)
        return Link(found.definition.title, self.url(found.definition), is_current=False) if found else None

    @cached_property
    def next_url(self) -> str:
        """Where the section to read next is."""
        return self.url(self.next_section.definition) if self.next_section else ""

    # --- answers ----------------------------------------------------------------------------------------------------

    @cached_property
    def _threads_by_prompt(self) -> Mapping[str, list[ThreadCard]]:
        """The threads of the section, or on the whole proposal, with CMS's own drafts, by number."""
        drafts = {draft.thread_id: draft for draft in self.composer.section_drafts if draft.thread_id}
        threads = discussion.section_threads(self.proposal, self.section.id if self.section else "")
        found = defaultdict(list)
        for card in self.cards.threads(threads, drafts):
            found[card.prompt_id].append(card)
        return found

    @cached_property
    def threads(self) -> list[ThreadCard]:
        """The threads on the section as such, or on the whole proposal."""
        return self._threads_by_prompt[""]

    @cached_property
    def prompts(self) -> tuple[PromptCard, ...]:
        """The prompts of the section that apply in this round."""
        asked = [prompt for prompt in self.section.prompts if self.frozen.is_asked(prompt)] if self.section else []
        return tuple(self._prompt_card(prompt) for prompt in asked)

    def _prompt_card(self, prompt: Prompt) -> PromptCard:
        threads = tuple(self._threads_by_prompt[prompt.id])
        change = self.frozen.changes.get(prompt.id) if self.view == CHANGES else None
        names = ", ".join(self.frozen.answering.get(prompt.id, ())) if change else ""
        unseen = self.place.unseen_words(prompt.id)
        return PromptCard(
            prompt=prompt,
            answer=read_answer(self.frozen.toolkit, prompt, self.frozen.answers),
            change=change,
            asked=f"Changed for {names}" if names else "Changed, for no question",
            is_asked=bool(names),
            threads=threads,
            is_open=self.view == CLEAN or bool(change or threads or unseen),
            write_url=self.url(self.section, about=prompt.id, write=self.composer.mode) + "#composer",
            files=self.files.get(prompt.id, ()),
            unseen=unseen,
        )

    @cached_property
    def files(self) -> Mapping[str, tuple[FileView, ...]]:
        """The files that went out with the round, by prompt; those about the whole proposal under ""."""
        return file_views(self.proposal, attachments.by_prompt(attachments.of_round(self.submission)))

    @cached_property
    def files_about_all(self) -> tuple[FileView, ...]:
        """The files about the proposal as a whole."""
        return self.files.get("", ())

    @cached_property
    def changed_prompts(self) -> int:
        """How many prompts of the section changed since the round before."""
        return sum(card.change is not None for card in self.prompts)

    @cached_property
    def unchanged_since(self) -> int:
        """The round since which the section says the same; 0 where this round says something else."""
        if self.section is None or any(prompt.id in self.frozen.changes for prompt in self.section.prompts):
            return 0
        since = self.frozen.unchanged_since[self.section.id]
        return since if since < self.round else 0

    @cached_property
    def unchanged_sections(self) -> list[Link]:
        """The sections that say the same as before, each with the round since which they do."""
        since = self.frozen.unchanged_since
        return [
            Link(f"{item.definition.title}, since round {since[item.key]}", self.url(item.definition), is_current=False)
            for item in self.frozen.sections
            if since[item.key] < self.round and not item.changed
        ]

    @cached_property
    def changed_sections(self) -> list[Link]:
        """The sections in which anything changed, with the number of changes."""
        return [
            Link(f"{item.definition.title} ({item.changed})", self.url(item.definition), is_current=False)
            for item in self.frozen.sections
            if item.changed
        ]
