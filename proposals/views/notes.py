"""A note inside the agency: other words for one's own, or none; and the comment to the state that begins as its copy."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy
from proposals.actions import discussing as actions
from proposals.actions.noting import ask_from_note
from proposals.forms.prompts import as_typed
from proposals.forms.review import DraftForm, WordsForm
from proposals.queries import access
from proposals.status import ThreadKind
from proposals.views.cards import Cards
from proposals.views.discussing import ask_wording, attempt, check_turn, note_wording, words_page
from proposals.views.lines import posted, turn_now, way_back

UNREADABLE = 422


@carries_words
@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def note_change(request: ActorRequest, pk: UUID, note: int) -> HttpResponse:
    """Change or delete a note; 404 for notes of others' agencies, 403 for those of colleagues."""
    actor, proposal = request.actor, access.get_proposal(request.actor, pk)
    found = access.get_note(actor, proposal, note)
    if not policy.can_change_note(actor, found):
        raise PermissionDenied
    card = Cards(actor, proposal, "").note(found)
    back, now = way_back(request, card.place_url), timezone.now()
    if "delete" in request.POST:
        actions.delete_note(actor=actor, note=found, now=now)
        messages.success(request, "The note is deleted.")
        return redirect(back)
    form = WordsForm(posted(request), initial={"body": as_typed(found.body)})
    if request.method == "POST" and attempt(
        request,
        proposal,
        form,
        lambda: actions.change_note(actor=actor, note=found, body=form.cleaned_data["body"], now=now),
    ):
        messages.success(request, "The note is changed.")
        return redirect(back)
    context = {"proposal": proposal, "turn": turn_now(actor, proposal), "form": form, "card": card, "back": back,
               "wording": note_wording(actor, proposal)}  # fmt: skip
    return render(request, "proposals/note_change.html", context, status=UNREADABLE if form.errors else 200)


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def note_ask(request: ActorRequest, pk: UUID, note: int) -> HttpResponse:
    """Draft a comment to the state from a note of CMS; 404 for states, 403 for those who may not draft now."""
    actor, proposal = request.actor, access.get_reviewed_proposal(request.actor, pk)
    found = access.get_note(actor, proposal, note)
    check_turn(request, proposal, may_write=policy.can_draft_comment(actor, proposal))
    card = Cards(actor, proposal, "").note(found)
    form = DraftForm(posted(request), initial={"kind": ThreadKind.QUESTION, "body": as_typed(found.body)})
    if request.method == "POST" and attempt(
        request,
        proposal,
        form,
        lambda: ask_from_note(
            actor=actor,
            note=found,
            kind=form.cleaned_data["kind"],
            body=form.cleaned_data["body"],
            now=timezone.now(),
        ),
    ):
        messages.success(request, f"Added to round {proposal.round}. The note stays as it is, inside CMS.")
        return redirect(way_back(request, card.place_url))
    return words_page(request, proposal, form, ask_wording(proposal), source=card)
