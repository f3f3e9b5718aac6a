"""What happened, and who was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required
from icm_portal.addresses import reverse
from proposals import policy
from proposals.actions.notices import mark_read
from proposals.models import Event, Notification, Proposal, Reminder
from proposals.queries import access, history, sentences, turns
from proposals.status import CLEARANCE_VERBS, DRAFT_VERBS, EARLY_VERBS, Verb
from proposals.views.lines import turn_now

PAGE_SIZE = 50
#: So many reminders stand above the notices: older dates have lost their meaning.
DATES = 10
#: Older entries than these are not paged through.
MOST = 1000


# A type argument would be right for the stubs and wrong when it runs.
class Recent(Paginator):  # type: ignore[type-arg]
    """Pages of the newest entries: counting the record of years would cost more than showing a page of it."""

    @cached_property
    def count(self) -> int:
        """The number of entries, as far as they are shown."""
        return cast("QuerySet[Any]", self.object_list).order_by()[:MOST].count()


@dataclass(frozen=True)
class LogLine:
    """One line of the record, with the place it leads to."""

    at: datetime
    text: str
    is_step: bool
    reason: str
    url: str
    proposal: Proposal


def log_line(event: Event, actor: Actor) -> LogLine:
    """Word an event for a reader and find its place."""
    entry = sentences.entry(event, actor)
    return LogLine(entry.at, entry.text, entry.is_step, entry.reason, place_of(event, actor), event.proposal)


def place_of(event: Event, actor: Actor) -> str:
    """Return the page an event is about, as the reader's side sees it."""
    pk = event.proposal_id
    if event.verb in CLEARANCE_VERBS:
        return reverse("proposals:clearance", args=[pk])
    if event.verb == Verb.NOTE_TOLD:
        return f"{reverse('proposals:note', args=[pk])}#note-{event.object_id}"
    if event.verb in DRAFT_VERBS and actor.is_cms:
        return reverse("proposals:draft_wordings", args=[pk, event.object_id])
    if event.verb in EARLY_VERBS:
        page, more = ("early_section", [event.section_key]) if event.section_key else ("early_look", [])
        return reverse(f"proposals:{page}", args=[event.object_id, *more])
    if event.section_key and event.verb != Verb.DRAFT_COMMENTS_ORDERED:
        page = "section" if actor.is_state else "review"
        return reverse(f"proposals:{page}", args=[pk, event.section_key])
    pages = {
        Verb.CONCLUDED: "decision",
        Verb.DECISION_DRAFTED: "decision",
        Verb.CHANGES_REQUESTED: "questions",
        Verb.DRAFT_COMMENT_SAVED: "overview",
        Verb.MAILED_AGAIN: "sent_mail",
    }
    return reverse(f"proposals:{pages.get(Verb(event.verb), 'overview')}", args=[pk])


def _page(request: ActorRequest, found: QuerySet[Event]) -> tuple[Page[Event], list[LogLine]]:
    """Return one page of the record and its lines, a person's saves folded into one."""
    page = Recent(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return page, [log_line(event, request.actor) for event in history.folded(list(page.object_list))]


@actor_required
@require_safe
def activity(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show what happened to one proposal, as far as the reader's side may know."""
    proposal = access.get_proposal(request.actor, pk)
    found = history.events(request.actor, proposal)
    page, entries = _page(request, found)
    context = {
        "proposal": proposal,
        "turn": turn_now(request.actor, proposal),
        "page": page,
        "entries": entries,
        "spans": turns.spans(request.actor, proposal, timezone.now()),
    }
    return render(request, "proposals/activity.html", context)


@actor_required
@require_safe
def feed(request: ActorRequest) -> HttpResponse:
    """Show what happened to all proposals the reader may see, by day."""
    page, entries = _page(request, history.feed(request.actor))
    days = [(day, list(run)) for day, run in groupby(entries, key=lambda line: timezone.localdate(line.at))]
    return render(request, "proposals/feed.html", {"page": page, "days": days})


@dataclass(frozen=True)
class NoticeLine:
    """One notice of the reader; without ``url`` for a proposal that was moved away from the reader's agency."""

    notice: Notification
    text: str
    about: str
    url: str
    reason: str = ""


def _notice_line(notice: Notification, actor: Actor) -> NoticeLine:
    """Word a notice; of what is shared early CMS knows the title that the state copied, not the one of today."""
    event, entry = notice.event, sentences.entry(notice.event, actor)
    if actor.is_state and not policy.owns(actor, event.proposal):
        return NoticeLine(notice, entry.text, event.proposal.number, "", entry.reason)
    hidden = actor.is_cms and event.verb in EARLY_VERBS
    about = event.proposal.number if hidden else event.proposal.title
    return NoticeLine(notice, entry.text, f"{about}, {event.proposal.agency.short_name}", place_of(event, actor))


@dataclass(frozen=True)
class DateLine:
    """A reminder of the reader; ``holds`` says whether the date still counts."""

    reminder: Reminder
    word: str
    holds: bool


def _dates(actor: Actor) -> list[DateLine]:
    """Return the newest reminders, worded for the reader's side."""
    word = "target" if actor.is_cms else "due"
    found = history.reminders(actor)[:DATES]
    return [DateLine(row, word, row.due_on == row.proposal.due_on and not row.proposal.paused_at) for row in found]


@actor_required
@require_http_methods(["GET", "POST"])
def notifications(request: ActorRequest) -> HttpResponse:
    """Show a person's notices, and mark them as read on request."""
    if request.method == "POST":
        mark_read(actor=request.actor, now=timezone.now())
        messages.success(request, "All notices are marked as read.")
        return redirect(reverse("proposals:notifications"))
    found = history.notices(request.actor, timezone.now())
    page = Recent(found, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [_notice_line(notice, request.actor) for notice in page.object_list]
    context = {"page": page, "lines": lines, "dates": _dates(request.actor)}
    return render(request, "proposals/notices.html", context)
