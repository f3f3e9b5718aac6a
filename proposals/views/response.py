"""The questions of a round with their replies and the text before and after: the state's list, and the matrix of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from icm_portal.addresses import reverse
from proposals import diff
from proposals.models import Proposal, Round
from proposals.queries import access
from proposals.queries.discussion import standing_reasons
from proposals.queries.matrix import Asked, Matrix, Narrowed, Question, releases
from proposals.queries.turns import Turn
from proposals.snapshot import FileChange
from proposals.spreadsheets import spreadsheet
from proposals.status import ThreadStatus
from proposals.views import opening
from proposals.views.cards import Cards, ThreadCard
from proposals.views.comparing import INLINE, SIDE
from proposals.views.lines import turn_now
from proposals.views.response_table import table_of
from toolkit.types import Section

#: So many questions stand on a page of the matrix.
PAGE_SIZE = 20
STANDINGS = (("", "All"), (str(ThreadStatus.OPEN), "Not resolved"), (str(ThreadStatus.RESOLVED), "Resolved"))


@dataclass(frozen=True)
class QuestionRow:
    """A row of the matrix."""

    question: Question
    card: ThreadCard

    @property
    def is_claimed(self) -> bool:
        """Whether the reply itself says what was changed for it."""
        return self.question.claim is not None

    @property
    def no_change(self) -> str:
        """Why the reply says that nothing was changed, or ""."""
        return self.question.claim.no_change if self.question.claim else ""


class ResponsePage:
    """The questions of one release, for one reader; ``chosen`` is ``None`` while CMS has released nothing."""

    standings = STANDINGS

    def __init__(self, request: ActorRequest, proposal: Proposal) -> None:
        self.request, self.actor, self.proposal = request, request.actor, proposal
        self.toolkit = access.toolkit_of(proposal)
        self.releases = releases(proposal)
        self.chosen = _chosen_release(request, self.releases)
        self.view = SIDE if request.GET.get("view") == SIDE else INLINE
        standing, section = request.GET.get("standing", ""), request.GET.get("section", "")
        if standing not in dict(STANDINGS):
            raise Http404
        key = access.get_definition(proposal, section).id if section else ""
        self.narrowed = Narrowed(key, standing)

    @cached_property
    def turn(self) -> Turn | None:
        """Whose turn it is."""
        return turn_now(self.actor, self.proposal)

    @cached_property
    def matrix(self) -> Matrix:
        """The questions of the release; asked for only when there is one."""
        if self.chosen is None:
            raise Http404
        return Matrix(self.actor, self.proposal, self.chosen)

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that a question points to or that changed, in the order of the toolkit."""
        keys = {asked.section_key for asked in self.matrix.asked} | {self.narrowed.section_key}
        keys |= {change.prompt.section_id for change in self.matrix.changes.values()}
        return [section for section in self.toolkit.sections if section.id in keys]

    @cached_property
    def page(self) -> Page[Asked]:
        """One page of the questions that are wanted."""
        wanted = [asked for asked in self.matrix.asked if self.narrowed.wants(asked)]
        return Paginator(wanted, PAGE_SIZE).get_page(self.request.GET.get("page"))

    @cached_property
    def rows(self) -> list[QuestionRow]:
        """The rows of the page."""
        cards = Cards(self.actor, self.proposal, self.request.get_full_path(), self.matrix.reading)
        questions = self.matrix.questions(self.page.object_list)
        reasons = standing_reasons(self.actor, [question.thread for question in questions])
        changes = self.matrix.changes if self.matrix.is_drafting else None
        return [
            QuestionRow(
                question, cards.thread(question.thread, question.draft, changes, reasons.get(question.thread.pk, ()))
            )
            for question in questions
        ]

    @cached_property
    def unasked(self) -> list[diff.PromptChange]:
        """What changed without a question, in the section that is wanted."""
        return [change for change in self.matrix.unasked if self.narrowed.wants_change(change)]

    @cached_property
    def files(self) -> Iterable[FileChange]:
        """The files about the whole proposal that came and went, unless one section is wanted."""
        return () if self.narrowed.section_key else self.matrix.files_about_all

    @cached_property
    def name_before(self) -> str:
        """What the text that CMS asked about is called."""
        return f"Round {self.matrix.release.number}"

    @cached_property
    def name_after(self) -> str:
        """What the text that followed is called."""
        return "The draft" if self.matrix.is_drafting else f"Round {self.matrix.release.number + 1}"

    @cached_property
    def compare_url(self) -> str:
        """Where the two texts are compared as a whole."""
        after = self.matrix.next_submission
        here = reverse("proposals:compare", args=[self.proposal.pk])
        return f"{here}?from={self.matrix.release.number}&to={after.round if after else 'draft'}"


@actor_required
@require_safe
def questions(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the questions of a round with their replies and what changed for them, to both sides."""
    proposal = opening.get_proposal(request, pk)
    page = ResponsePage(request, proposal)
    return render(request, "proposals/questions.html", {"page": page, "proposal": proposal, "turn": page.turn})


@actor_required
@require_safe
def questions_csv(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the same questions as a table for a spreadsheet; 404 while CMS has released nothing."""
    proposal = opening.get_proposal(request, pk)
    page = ResponsePage(request, proposal)
    rows = table_of(Cards(request.actor, proposal, ""), page.matrix, page.narrowed)
    name = f"{proposal.number}-questions-round-{page.matrix.release.number}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(spreadsheet(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _chosen_release(request: ActorRequest, found: list[Round]) -> Round | None:
    """Return the release named in the address, by default the last one; 404 for a round that was not released."""
    wanted = request.GET.get("round")
    if not wanted:
        return found[-1] if found else None
    by_number = {str(release.number): release for release in found}
    if wanted not in by_number:
        raise Http404
    return by_number[wanted]
