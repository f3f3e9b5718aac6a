"""The state's pages for writing: the section editor, its conflicts, and starting a proposal."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.actions.discussing import TextTooLong, draft_reply, drop_draft
from proposals.actions.drafting import create_proposal
from proposals.actions.sections import SectionClosed, SectionConflict, UnknownRevision, save_section
from proposals.forms.details import NewProposalForm
from proposals.forms.prompts import as_typed
from proposals.forms.sections import Problem, SectionForm
from proposals.models import Proposal
from proposals.models import Section as StoredSection
from proposals.policy import can_create_proposal, can_reply
from proposals.queries import access, discussion
from proposals.views.conflicts import closed_page, conflict_page, settled
from proposals.views.section_page import SectionPage
from toolkit.types import Section

UNREADABLE = 422


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Show one section to write or to read, and save it; 404 for everybody but the state that owns the proposal."""
    proposal = access.get_own_proposal(request.actor, pk)
    definition = access.get_definition(proposal, section)
    stored = access.get_section(request.actor, proposal, section)
    if request.method == "POST":
        return _save(request, proposal, definition, stored)
    form = SectionForm(definition, stored.answers)
    form.add_row(request.GET.get("add", ""))
    return _page(request, SectionPage(request.actor, proposal, definition, stored, form))


def _page(request: HttpRequest, page: SectionPage, problems: list[Problem] | None = None) -> HttpResponse:
    status = UNREADABLE if problems else 200
    return render(request, "proposals/section.html", {"page": page, "problems": problems or []}, status=status)


def _save(request: ActorRequest, proposal: Proposal, definition: Section, stored: StoredSection) -> HttpResponse:
    """Save replies and every answer that can be read; show what could not be saved with all that was typed."""
    problems, typed = _save_replies(request.actor, proposal, definition, request.POST)
    form = SectionForm(definition, stored.answers, request.POST)
    to_edit = settled(form, request.POST)
    if _replies_only(form, request.POST):
        return _after_replies(request, proposal, definition, stored, problems, typed)
    try:
        result = save_section(
            actor=request.actor, section=stored, base_revision=form.base_revision, bases=form.bases(),
            changes=form.changes(), now=timezone.now(),
        )  # fmt: skip
    except SectionConflict as conflict:
        return conflict_page(request, proposal, definition, conflict)
    except (SectionClosed, UnknownRevision) as refusal:
        return closed_page(request, proposal, definition, form, refusal)
    stored.refresh_from_db()
    problems = [*form.problems(), *problems]
    if problems or to_edit:
        again = form.fresh(stored.answers, to_edit)
        return _page(request, SectionPage(request.actor, proposal, definition, stored, again, typed), problems)
    if result.merged:
        messages.info(request, "A colleague changed other answers of this section meanwhile. Both are saved.")
    return _next_page(request, proposal, definition, stored, form)


def _replies_only(form: SectionForm, data: QueryDict) -> bool:
    """Whether a post came from a page whose answers were locked and held reply boxes only."""
    return not any(item.is_bound for item in form.forms.values()) and any(name.startswith("reply-") for name in data)


def _after_replies(
    request: ActorRequest,
    proposal: Proposal,
    definition: Section,
    stored: StoredSection,
    problems: list[Problem],
    typed: dict[str, str],
) -> HttpResponse:
    """Answer a post that held replies only, from a section whose answers are locked."""
    if problems:
        form = SectionForm(definition, stored.answers)
        return _page(request, SectionPage(request.actor, proposal, definition, stored, form, typed), problems)
    messages.success(request, "Your replies are saved. They go out with the next round.")
    return redirect("proposals:section", pk=proposal.pk, section=definition.id)


def _next_page(
    request: ActorRequest, proposal: Proposal, definition: Section, stored: StoredSection, form: SectionForm
) -> HttpResponse:
    """Go on: to the table a row button worked on, to the next section, or back to this one."""
    here = redirect("proposals:section", pk=proposal.pk, section=definition.id)
    if action := form.row_action:
        place = form.place_of(action)
        here["Location"] += f"?add={place.ref}#{place.anchor}" if place.is_addition else f"#{place.anchor}"
        return here
    messages.success(request, f"“{definition.title}” is saved.")
    if request.POST.get("then") != "next":
        return here
    page = SectionPage(request.actor, proposal, definition, stored, form)
    return redirect("proposals:section", pk=proposal.pk, section=page.next_key)


def _save_replies(
    actor: Actor, proposal: Proposal, definition: Section, data: QueryDict
) -> tuple[list[Problem], dict[str, str]]:
    """Save what was typed in reply boxes; return what could not be saved, and those texts by thread."""
    if not any(name.startswith("reply-") for name in data):
        return [], {}
    problems: list[Problem] = []
    typed: dict[str, str] = {}
    drafted = discussion.replies_by_thread(actor, proposal)
    for thread in discussion.section_threads(proposal, definition.id):
        thread.proposal = proposal
        body = data.get(f"reply-{thread.pk}")
        draft = drafted.get(thread.pk)
        if body is None or not can_reply(actor, thread) or _same_words(body, as_typed(draft.body) if draft else ""):
            continue
        try:
            if body.strip():
                draft_reply(actor=actor, thread=thread, body=body.replace("\x00", ""), now=timezone.now())
            elif draft:
                draft.proposal = proposal
                drop_draft(actor=actor, draft=draft, now=timezone.now())
        except TextTooLong as error:
            problems.append(Problem(f"Reply to Q{thread.number}: {error}", f"reply-{thread.number}"))
            typed[str(thread.pk)] = body
    return problems, typed


def _same_words(posted: str, shown: str) -> bool:
    return posted.replace("\r\n", "\n").strip() == shown.strip()


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """Start a proposal, empty or as a copy of an own earlier one."""
    if not can_create_proposal(request.actor):
        raise PermissionDenied
    own = access.proposals(request.actor).order_by("-updated_at")
    form = NewProposalForm(request.POST if request.method == "POST" else None, own=own)
    if not form.is_valid():
        status = UNREADABLE if form.is_bound else 200
        return render(request, "proposals/new.html", {"form": form}, status=status)
    proposal = create_proposal(actor=request.actor, now=timezone.now(), **form.cleaned_data)
    messages.success(request, f"“{proposal.title}” has the number {proposal.number}.")
    return redirect("proposals:overview", pk=proposal.pk)
