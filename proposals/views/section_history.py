"""The history of a section: who changed what, day by day, and bringing an earlier text back. For its state alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import diff, policy
from proposals.actions.sections import SectionClosed, SectionConflict, UnknownRevision, save_section
from proposals.forms.prompts import anchor_of
from proposals.models import Proposal, Section
from proposals.queries import access, drafts
from proposals.queries import section_history as queries
from proposals.queries.at_revision import answers_at
from proposals.queries.section_history import Item
from proposals.views import opening
from proposals.views.lines import turn_now
from toolkit.answers import Answer, Answers, reads_same
from toolkit.types import Prompt

#: So many lines stand on a page, the newest first.
PAGE_SIZE = 15
#: The digits of the largest revision that every database stores.
LONGEST_REVISION = 9
REFUSED = 409


@dataclass(frozen=True)
class PersonView:
    """What one person did on one day."""

    name: str
    items: list[Item]

    @property
    def since(self) -> datetime:
        """When they began."""
        return min(item.since for item in self.items)

    @property
    def until(self) -> datetime:
        """When they ended."""
        return max(item.until for item in self.items)

    @property
    def labels(self) -> list[str]:
        """What it was about."""
        return list(dict.fromkeys(label for item in self.items for label in item.labels))


@dataclass(frozen=True)
class DayView:
    """What happened on one day, by person."""

    day: date
    people: list[PersonView]


@dataclass(frozen=True)
class Difference:
    """How one answer reads now, against how it read at some revision."""

    prompt: Prompt
    pieces: tuple[diff.Piece, ...]


class HistoryPage:
    """The history of one section, narrowed to a prompt or a person, and the comparison with one moment of it."""

    def __init__(self, request: ActorRequest, proposal: Proposal, section: Section) -> None:
        self.actor, self.proposal, self.section = request.actor, proposal, section
        section.proposal = proposal
        self.toolkit = access.toolkit_of(proposal)
        self.definition = self.toolkit.section(section.key)
        self.prompt = _prompt_of(self.definition.prompts, request.GET.get("prompt", ""))
        self.authors = queries.authors(section)
        self.author = next((user for user in self.authors if str(user.pk) == request.GET.get("who", "")), None)
        self.since = _revision(request.GET.get("since", ""))
        #: Whether every save stands for itself.
        self.every = request.GET.get("saves") == "every"
        self._page_number = request.GET.get("page")

    @cached_property
    def around(self) -> Answers:
        """The answers that conditions look at."""
        return {**drafts.switch_answers(self.proposal, self.toolkit), **self.section.answers}

    @cached_property
    def narrowed(self) -> queries.Narrowed:
        """What the reader wants to see."""
        prompt_id = self.prompt.id if self.prompt else ""
        return queries.Narrowed(prompt_id, self.author.pk if self.author else None, folds=not self.every)

    @cached_property
    def page(self) -> Page[queries.Line]:
        """One page of what happened, not yet read."""
        return Paginator(queries.lines(self.section, self.narrowed), PAGE_SIZE).get_page(self._page_number)

    @cached_property
    def days(self) -> list[DayView]:
        """What happened, as far as it stands on this page, by day and person."""
        names = {user.pk: user.name for user in self.authors}
        found = queries.items(self.section, self.narrowed, list(self.page.object_list), self.around)
        days = []
        for day, run in groupby(found, key=lambda item: item.day):
            by_person: dict[int, list[Item]] = {}
            for item in run:
                by_person.setdefault(item.author_id, []).append(item)
            days.append(DayView(day, [PersonView(names[pk], theirs) for pk, theirs in by_person.items()]))
        return days

    @cached_property
    def may_edit(self) -> bool:
        """Whether the reader may bring a text back."""
        open_keys = drafts.open_section_keys(self.proposal, self.toolkit)
        return policy.can_edit_section(self.actor, self.proposal, self.section.key, open_keys)

    @cached_property
    def since_at(self) -> datetime | None:
        """When the revision was saved that the text is compared with; None before the first."""
        if not self.since:
            return None
        found = queries.revision_at(self.section, self.since)
        if found is None:
            raise Http404
        return found.at

    @cached_property
    def differences(self) -> list[Difference]:
        """What reads differently now than at that revision."""
        if self.since is None:
            return []
        before = answers_at(self.section, self.since)
        found = []
        for prompt in self.definition.prompts:
            old, new = before.get(prompt.id), self.section.answers.get(prompt.id)
            if not reads_same(prompt, old, new):
                found.append(Difference(prompt, queries.compared(self.toolkit, prompt, old, new, self.around)))
        return found


def _prompt_of(prompts: tuple[Prompt, ...], prompt_id: str) -> Prompt | None:
    """Return the prompt with this id; None for none. Raises `Http404` for one that is not in the section."""
    if not prompt_id:
        return None
    found = next((prompt for prompt in prompts if prompt.id == prompt_id), None)
    if found is None:
        raise Http404
    return found


def _revision(text: str) -> int | None:
    """Read a revision from an address; None for none. Raises `Http404` for anything else."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_REVISION):
        raise Http404
    return int(text)


@actor_required
@require_safe
def history(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Show who changed what in a section; 404 for everybody but the state that writes it, 403 beyond a limit."""
    proposal = opening.get_own_proposal(request, pk)
    access.get_definition(proposal, section)
    page = HistoryPage(request, proposal, access.get_history_of(request.actor, proposal, section))
    if page.since is not None and page.since > page.section.revision:
        raise Http404
    context = {"page": page, "proposal": proposal, "turn": turn_now(request.actor, proposal)}
    return render(request, "proposals/section_history.html", context)


class BringBackPage:
    """One earlier answer beside the one that stands there now."""

    def __init__(self, request: ActorRequest, proposal: Proposal, section: Section) -> None:
        self.proposal, self.section = proposal, section
        section.proposal = proposal
        self.toolkit = access.toolkit_of(proposal)
        asked = request.POST if request.method == "POST" else request.GET
        prompt = _prompt_of(self.toolkit.section(section.key).prompts, asked.get("prompt", ""))
        revision = queries.revision_at(section, _revision(asked.get("revision", "")) or 0)
        if prompt is None or revision is None or prompt.id not in revision.changes:
            raise Http404
        self.prompt, self.revision = prompt, revision
        self.answer: Answer | None = revision.changes[prompt.id]["before"]
        if self.answer is None:
            raise Http404

    @cached_property
    def who(self) -> str:
        """Who changed it then."""
        return queries.author_of(self.section, self.revision).name

    @property
    def is_back(self) -> bool:
        """Whether the answer reads like that already."""
        return reads_same(self.prompt, self.answer, self.section.answers.get(self.prompt.id))

    @property
    def pieces(self) -> tuple[diff.Piece, ...]:
        """What bringing it back changes."""
        around = {**drafts.switch_answers(self.proposal, self.toolkit), **self.section.answers}
        current = self.section.answers.get(self.prompt.id)
        return queries.compared(self.toolkit, self.prompt, current, self.answer, around)

    @property
    def place(self) -> str:
        """The address of the prompt."""
        return reverse("proposals:section", args=[self.proposal.pk, self.section.key]) + f"#{anchor_of(self.prompt.id)}"


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Ask before an earlier answer is brought back, then save it as a new edit; a colleague's newer one is told."""
    proposal = opening.get_own_proposal(request, pk)
    access.get_definition(proposal, section)
    stored = access.get_history_of(request.actor, proposal, section)
    page = BringBackPage(request, proposal, stored)
    refusal = _bring_back(request, page) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        return redirect(page.place)
    if refusal:
        stored.refresh_from_db()
    context = {
        "page": page,
        "proposal": proposal,
        "definition": page.toolkit.section(section),
        "refusal": refusal,
        "turn": turn_now(request.actor, proposal),
    }
    return render(request, "proposals/bring_back.html", context, status=REFUSED if refusal else 200)


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y}, {local.hour}:{local:%M}"


def _bring_back(request: ActorRequest, page: BringBackPage) -> str:
    """Save the earlier answer; return "" or the sentence that says why not."""
    base = request.POST.get("base_revision", "")
    try:
        result = save_section(
            actor=request.actor,
            section=page.section,
            base_revision=int(base) if base.isascii() and base.isdigit() and len(base) <= LONGEST_REVISION else -1,
            changes={page.prompt.id: page.answer},
            now=timezone.now(),
        )
    except SectionConflict as conflict:
        (found,) = conflict.conflicts
        return (
            f"{found.their_name} changed this answer at {_moment(found.their_time)}, after you opened this page. "
            "The comparison below shows it as it reads now. Decide again."
        )
    except SectionClosed as refusal:
        return str(refusal)
    except UnknownRevision:
        return "This page does not match what is stored. Look at the comparison again."
    words = f"“{page.prompt.label}” reads as it did before {_moment(page.revision.at)}."
    kept = " What a colleague changed meanwhile elsewhere in it is kept." if result.blended else ""
    messages.success(request, words + kept)
    return ""
