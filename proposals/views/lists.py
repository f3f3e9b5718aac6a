"""My work, and the list of proposals, for both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required
from icm_portal.addresses import reverse
from proposals import policy
from proposals.forms.details import ListFilterForm, model_label
from proposals.forms.prompts import anchor_of
from proposals.models import Proposal
from proposals.queries import early, history, lists, sentences, turns, work
from proposals.status import Status
from toolkit.progress import Progress

FEED_LINES = 6


@dataclass(frozen=True)
class Line:
    """A proposal in a list: whose turn it is, and how far it has come where the reader may know."""

    proposal: Proposal
    turn: turns.Turn | None
    model: str
    done: int = 0
    total: int = 0
    noun: str = ""


@dataclass(frozen=True)
class TaskLine:
    """A task with the address where it is done."""

    task: work.Task
    url: str


@actor_required
def home(request: ActorRequest) -> HttpResponse:
    """Show what waits for the reader, then the rest."""
    actor = request.actor
    found = lists.work_of(actor)
    tasks = work.tasks(actor, found.waiting)
    lines = _lines(actor, [*found.waiting, *found.with_others, *found.ended])
    elsewhere = {item.pk for item in found.with_others}
    entries = [sentences.entry(event, actor) for event in history.folded(list(history.feed(actor)[: FEED_LINES * 3]))]
    shared = early.shared_with(actor, timezone.now())
    context = {
        "today": timezone.localdate(),
        "work": found,
        "lead": _lead(found.waiting, lines),
        "tasks": [TaskLine(task, _place(task)) for task in tasks],
        "lines": lines,
        "others": [line for line in lines if line.proposal.pk in elsewhere],
        "entries": entries[:FEED_LINES],
        "shared_early": Paginator(shared, early.SHOWN).get_page(request.GET.get("page")),
        "may_create": policy.can_create_proposal(actor),
    }
    return render(request, "proposals/home.html", context)


def _lead(waiting: list[Proposal], lines: list[Line]) -> Line | None:
    """Return the next thing to leave the desk: what is due first, else what waits longest."""
    first = min(waiting, key=lambda item: (item.due_on or date.max, item.status_since), default=None)
    return next((line for line in lines if line.proposal == first), None)


def _place(task: work.Task) -> str:
    if task.sign_off:
        return reverse("proposals:sign_off", args=[task.proposal.pk, task.sign_off])
    if not task.section_key:
        return reverse("proposals:overview", args=[task.proposal.pk])
    url = reverse("proposals:section", args=[task.proposal.pk, task.section_key])
    return f"{url}#{anchor_of(task.prompt_id)}" if task.prompt_id else url


def _lines(actor: Actor, found: list[Proposal]) -> list[Line]:
    """Return the proposals with turn and progress; CMS never learns how far a draft has come."""
    now = timezone.now()
    progress: dict[UUID, Progress] = {}
    questions: dict[UUID, tuple[int, int]] = {}
    if actor.is_state:
        progress = work.progress_of([item for item in found if item.status == Status.DRAFT])
        questions = work.question_totals([item for item in found if item.status == Status.CHANGES_REQUESTED])
    lines = []
    for item in found:
        done, total, noun = 0, 0, ""
        if item.pk in progress:
            done, total, noun = progress[item.pk].done, progress[item.pk].total, "prompts"
        elif item.pk in questions:
            (total, done), noun = questions[item.pk], "questions"
        lines.append(Line(item, turns.turn_of(actor, item, now), model_label(item), done, total, noun))
    return lines


@actor_required
def proposal_list(request: ActorRequest) -> HttpResponse:
    """List the visible proposals; search and filters stand in the address."""
    actor = request.actor
    form = ListFilterForm(request.GET, agencies=list(lists.agencies_listed(actor)))
    form.is_valid()
    chosen = form.cleaned_data
    filters = lists.Filters(
        text=chosen.get("q", ""),
        status=chosen.get("status", ""),
        agency=chosen.get("agency", ""),
        mine=chosen.get("mine", False),
    )
    page = Paginator(lists.listed(actor, filters), lists.PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "form": form,
        "page": page,
        "lines": [Line(item, turns.turn_of(actor, item, now), model_label(item)) for item in page],
        "filtered": any(chosen.values()),
        "may_create": policy.can_create_proposal(actor),
    }
    return render(request, "proposals/list.html", context)
