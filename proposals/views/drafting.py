"""The state's pages for writing: the section editor, its conflicts, and starting a proposal."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals.actions.drafting import change_details, create_proposal
from proposals.actions.sections import SectionClosed, SectionConflict, UnknownRevision, save_section
from proposals.forms.details import DetailsForm, NewProposalForm
from proposals.forms.sections import SectionForm
from proposals.models import Proposal
from proposals.models import Section as StoredSection
from proposals.policy import can_change_details, can_create_proposal
from proposals.queries import access
from proposals.views import opening
from proposals.views.autosave import autosave, wants_json
from proposals.views.conflicts import CONFLICT, closed_page, conflict_page, settled
from proposals.views.replies import SavedReplies, save_replies
from proposals.views.section_page import SectionPage
from proposals.views.terms import marks_of
from toolkit.types import Section

UNREADABLE = 422


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: ActorRequest, pk: UUID, section: str) -> HttpResponse:
    """Show one section to write or to read, and save it; 404 for everybody but the state that owns the proposal."""
    proposal = opening.get_own_proposal(request, pk)
    definition = access.get_definition(proposal, section)
    stored = access.get_section(request.actor, proposal, section)
    if request.method == "POST":
        return (autosave if wants_json(request) else _save)(request, proposal, definition, stored)
    form = SectionForm(definition, stored.answers)
    form.add_row(request.GET.get("add", ""))
    return _page(request, SectionPage(request.actor, proposal, definition, stored, form))


def _page(request: ActorRequest, page: SectionPage) -> HttpResponse:
    problems = [*page.form.problems(), *page.replies.problems]
    status = CONFLICT if page.replies.moved else UNREADABLE if problems else 200
    context = {"page": page, "problems": problems, "marks": marks_of(page.state.toolkit)}
    return render(request, "proposals/section.html", context, status=status)


def _save(request: ActorRequest, proposal: Proposal, definition: Section, stored: StoredSection) -> HttpResponse:
    """Save replies and every answer that can be read; show what could not be saved with all that was typed."""
    replies = save_replies(request.actor, proposal, definition.id, request.POST)
    form = SectionForm(definition, stored.answers, request.POST)
    to_edit = settled(form, request.POST)
    if _replies_only(form, request.POST):
        return _after_replies(request, proposal, definition, stored, replies)
    try:
        result = save_section(
            actor=request.actor, section=stored, base_revision=form.base_revision, bases=form.bases(),
            over=form.over(), changes=form.changes(), now=timezone.now(),
        )  # fmt: skip
    except SectionConflict as conflict:
        return conflict_page(request, proposal, definition, conflict)
    except (SectionClosed, UnknownRevision) as refusal:
        return closed_page(request, proposal, definition, form, refusal, replies)
    stored.refresh_from_db()
    if form.unreadable or replies.unsaved or to_edit:
        again = form.fresh(stored.answers, to_edit)
        return _page(request, SectionPage(request.actor, proposal, definition, stored, again, replies))
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
    replies: SavedReplies,
) -> HttpResponse:
    """Answer a post that held replies only, from a section whose answers are locked."""
    if replies.unsaved:
        form = SectionForm(definition, stored.answers)
        return _page(request, SectionPage(request.actor, proposal, definition, stored, form, replies))
    if replies.saved:
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


@carries_words
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


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Change the title or the type of model; 403 for those who may not write the proposal now."""
    proposal = access.get_own_proposal(request.actor, pk)
    if not can_change_details(request.actor, proposal):
        raise PermissionDenied
    stored = {"title": proposal.title, "model_type": proposal.model_type}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=stored)
    if not form.is_valid():
        status = UNREADABLE if form.is_bound else 200
        return render(request, "proposals/details.html", {"proposal": proposal, "form": form}, status=status)
    if form.has_changed():
        change_details(actor=request.actor, proposal=proposal, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Title and type of model are saved.")
    return redirect("proposals:overview", pk=proposal.pk)
