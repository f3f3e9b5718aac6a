"""What a lead does with the drafted comments of all divisions: drop one with a reason, make one of several."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy
from proposals.actions.discussing import drop_draft as drop
from proposals.actions.gathering import FEWEST, merge_drafts
from proposals.forms.prompts import as_typed
from proposals.forms.review import DropForm, MergeForm
from proposals.models import DraftComment, Proposal
from proposals.queries import access, discussion
from proposals.views.cards import Cards
from proposals.views.discussing import Wording, attempt, check_turn, words_page
from proposals.views.lines import is_late, posted, turn_now, way_back


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def drop_draft(request: ActorRequest, pk: UUID, draft: UUID) -> HttpResponse:
    """Drop a drafted comment of CMS with a reason for its author; 404 for states."""
    actor, proposal = request.actor, access.get_reviewed_proposal(request.actor, pk)
    found = access.get_draft_comment(actor, proposal, draft)
    check_turn(request, proposal, may_write=policy.can_change_draft_comment(actor, found))
    form, now = DropForm(posted(request)), timezone.now()
    if request.method == "POST" and attempt(
        request,
        proposal,
        form,
        lambda: drop(actor=actor, draft=found, now=now, reason=form.cleaned_data["body"]),
    ):
        messages.success(request, "The draft is dropped.")
        return redirect(way_back(request, reverse("proposals:overview", args=[pk])))
    readers = "Stays inside CMS. Its author is told, and reads the reason."
    wording = Wording("Drop a drafted comment", "note", readers, "Reason", "Drop the comment")
    return words_page(request, proposal, form, wording, dropping=Cards(actor, proposal, "").draft(found))


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def merge(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Make one of several drafted comments on the place named by ``section`` and ``prompt``."""
    actor, proposal = request.actor, access.get_reviewed_proposal(request.actor, pk)
    if not policy.can_release_round(actor, proposal):
        raise PermissionDenied
    found, back = _drafts_there(request, proposal), reverse("proposals:release", args=[pk])
    if len(found) < FEWEST and request.method == "GET":
        messages.error(request, "Fewer than two comments are drafted on this place.")
        return redirect(back)
    form = MergeForm(found, posted(request), initial=_preset(found) if found else None)
    if request.method == "POST" and attempt(request, proposal, form, lambda: _merge(request, proposal, form)):
        messages.success(request, "The comments are one now. Their authors are told.")
        return redirect(back)
    cards = Cards(actor, proposal, "")
    chosen = set(form["drafts"].value() or [])
    rows = [(cards.draft(draft), str(draft.pk) in chosen) for draft in found]
    context = {
        "proposal": proposal,
        "turn": turn_now(actor, proposal),
        "form": form,
        "rows": rows,
        "back": back,
        "place": _place(request),
    }
    status = 409 if is_late(form) else 422 if form.errors else 200
    return render(request, "proposals/merge.html", {**context, "late": is_late(form)}, status=status)


def _drafts_there(request: ActorRequest, proposal: Proposal) -> list[DraftComment]:
    """Return the new drafted comments on a place, in the order of their numbers."""
    section, prompt = _place(request)
    found = discussion.drafts(request.actor, proposal).filter(thread__isnull=True)
    there = [draft for draft in found if (draft.section_key, draft.prompt_id) == (section, prompt)]
    return discussion.release_order(proposal, there)


def _place(request: ActorRequest) -> tuple[str, str]:
    """Return the section and the prompt that the page is about, blank for none."""
    section, prompt = (request.POST.get(key, request.GET.get(key, "")) for key in ("section", "prompt"))
    return section, prompt


def _preset(found: list[DraftComment]) -> dict[str, object]:
    """Return the values of a merge nobody has touched: all become one, which says what each of them said."""
    words = [f"“{draft.quote}”\n\n{as_typed(draft.body)}" if draft.quote else as_typed(draft.body) for draft in found]
    return {"drafts": [str(draft.pk) for draft in found], "kind": found[0].kind, "body": "\n\n".join(words)}


def _merge(request: ActorRequest, proposal: Proposal, form: MergeForm) -> None:
    merge_drafts(
        actor=request.actor,
        proposal=proposal,
        draft_ids=[UUID(key) for key in form.cleaned_data["drafts"]],
        kind=form.cleaned_data["kind"],
        body=form.cleaned_data["body"],
        now=timezone.now(),
    )
