"""Words: notes inside an agency, drafted comments and replies, and the standing of threads.

Each page takes one text. It is also where a text that could not be saved is shown again, with the sentence that says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from icm_portal.accounts.actor import Actor, ActorRequest
from icm_portal.accounts.decorators import actor_required, carries_words
from proposals import policy
from proposals.actions import discussing as actions
from proposals.actions.anchoring import QuoteMissing, RowMissing
from proposals.actions.gathering import CannotMerge
from proposals.actions.noting import CannotBeTold, write_note_for
from proposals.forms.prompts import as_typed
from proposals.forms.review import CommentForm, DraftForm, NoteForm, PlacedForm, ReplyForm, WordsForm
from proposals.models import DraftComment, Proposal, Thread
from proposals.queries import access, claims, discussion
from proposals.queries.colleagues import MOST_COLLEAGUES, colleagues
from proposals.queries.passages import frozen_reading
from proposals.views import opening
from proposals.views.cards import Cards, stamp
from proposals.views.lines import TOO_LATE, is_late, posted, refuse_late, turn_now, way_back
from toolkit.types import Section

#: So many notes stand on a page, the newest first.
PAGE_SIZE = 50
Placed = TypeVar("Placed", bound=PlacedForm)

#: What an action may refuse, each in one sentence.
REFUSALS = (
    actions.EmptyText, actions.TextTooLong, actions.UnknownAnchor, actions.AlreadyDrafted, actions.ReplyMoved,
    actions.BothClaimed,
)  # fmt: skip
#: What it may refuse that is not about the words, and the field that it is about.
FIELD_REFUSALS = {QuoteMissing: "quote", RowMissing: "about", CannotBeTold: "tell", CannotMerge: "drafts"}


@dataclass(frozen=True)
class Wording:
    """What the page for one text says about who will read it. ``mode`` is "note" or "ask"."""

    title: str
    mode: str
    readers: str
    label: str
    action: str


def note_wording(actor: Actor, proposal: Proposal) -> Wording:
    """Return the words around a note inside the actor's agency."""
    name = actor.agency.short_name
    others = proposal.agency.short_name if actor.is_cms else "CMS"
    title = "Internal note" if actor.is_cms else f"Note inside {name}"
    return Wording(title, "note", f"Stays inside {name}. {others} never sees it.", title, f"Save {_lower(title)}")


def ask_wording(proposal: Proposal) -> Wording:
    """Return the words around a comment to the state."""
    name = proposal.agency.short_name
    readers = f"Draft for round {proposal.round}. {name} sees it when the CMS lead releases the round."
    return Wording(f"Ask {name}", "ask", readers, f"Words to {name}", f"Add to round {proposal.round}")


def reply_wording(actor: Actor, thread: Thread) -> Wording:
    """Return the words around a reply, or around the next question in a thread."""
    proposal = thread.proposal
    if actor.is_cms:
        asking = ask_wording(proposal)
        return Wording(f"Ask again in {thread}", "ask", asking.readers, asking.label, asking.action)
    return Wording(
        f"Reply to {thread}", "ask", "Draft. CMS reads it with your next submission.", "Reply", "Save the reply"
    )


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def attempt(request: ActorRequest, proposal: Proposal, form: forms.Form, act: Callable[[], object]) -> bool:
    """Carry out an action for a valid form; a refusal becomes a message beside the text. Say whether it was done."""
    if not form.is_valid():
        return False
    try:
        act()
    except REFUSALS as refusal:
        form.add_error("body", str(refusal))
        return False
    except tuple(FIELD_REFUSALS) as refusal:
        form.add_error(FIELD_REFUSALS[type(refusal)], str(refusal))
        return False
    except PermissionDenied:
        refuse_late(form, request.actor, proposal)
        return False
    return True


def check_turn(request: ActorRequest, proposal: Proposal, *, may_write: bool) -> None:
    """Turn away those who may not write now, but let words through that may be late: they are not thrown away.

    Who may write notes may write to the other side on their own turn; the action decides whether this is it.
    Raises `PermissionDenied`.
    """
    if not may_write and not (request.method == "POST" and policy.can_write_note(request.actor, proposal)):
        raise PermissionDenied


def words_page(
    request: ActorRequest, proposal: Proposal, form: forms.Form, wording: Wording, **more: object
) -> HttpResponse:
    """Draw the page for one text; 422 with a refusal in it, 409 when somebody or something was faster."""
    context = {
        "proposal": proposal,
        "turn": turn_now(request.actor, proposal),
        "form": form,
        "wording": wording,
        "back": way_back(request, _home_of(proposal)),
        **more,
    }
    context["late"] = is_late(form)
    status = 409 if more.get("newer") or context["late"] else 422 if form.errors else 200
    return render(request, "proposals/write.html", context, status=status)


def _home_of(proposal: Proposal) -> str:
    return reverse("proposals:overview", args=[proposal.pk])


def _section_of(request: ActorRequest, proposal: Proposal) -> Section | None:
    """Return the section that the composer was about, if it names one."""
    key = request.POST.get("section") or request.GET.get("section")
    return access.get_definition(proposal, key) if key else None


def _placed(kind: type[Placed], request: ActorRequest, proposal: Proposal, **more: Any) -> Placed:
    section = _section_of(request, proposal)
    initial = {"about": request.GET.get("about", section.id if section else ""), "quote": request.GET.get("quote", "")}
    reading = frozen_reading(proposal) if request.actor.is_cms else None
    return kind(access.toolkit_of(proposal), section, posted(request), initial=initial, reading=reading, **more)


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def note(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show the notes of the reader's own agency, and take a new one from those who may write."""
    actor, proposal = request.actor, access.get_proposal(request.actor, pk)
    may_write = policy.can_write_note(actor, proposal)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    found = colleagues(actor, timezone.now())[:MOST_COLLEAGUES] if may_write else ()
    form = _placed(NoteForm, request, proposal, limit=actor.membership.section_ids, colleagues=list(found))
    # The box beside a prompt has no room for colleagues: they are chosen here, and nothing is saved yet.
    pick = "pick" in request.POST
    sent = request.method == "POST" and not pick
    if sent and attempt(request, proposal, form, lambda: _write_note(request, proposal, form)):
        messages.success(request, f"Saved. {note_wording(actor, proposal).readers}")
        return redirect(way_back(request, request.get_full_path()))
    cards = Cards(actor, proposal, request.get_full_path(), form.reading)
    page = Paginator(access.notes(actor, proposal).reverse(), PAGE_SIZE).get_page(request.GET.get("page"))
    notes = [cards.note(item) for item in page.object_list]
    wording = note_wording(actor, proposal)
    return words_page(request, proposal, form, wording, notes=notes, page=page, reads_only=not may_write, pick=pick)


def _write_note(request: ActorRequest, proposal: Proposal, form: NoteForm) -> None:
    write_note_for(
        actor=request.actor,
        proposal=proposal,
        place=form.place,
        body=form.cleaned_data["body"],
        quote=form.cleaned_data.get("quote", ""),
        tell=form.cleaned_data.get("tell", ()),
        now=timezone.now(),
    )


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def comment(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Draft a comment to the state; 404 for states, 403 for those who may not draft now."""
    proposal = access.get_reviewed_proposal(request.actor, pk)
    check_turn(request, proposal, may_write=policy.can_draft_comment(request.actor, proposal))
    form = _placed(CommentForm, request, proposal)
    if request.method == "POST" and attempt(request, proposal, form, lambda: _draft_comment(request, proposal, form)):
        messages.success(request, f"Added to round {proposal.round}. Nothing is sent before the CMS lead releases it.")
        return redirect(way_back(request, _home_of(proposal)))
    return words_page(request, proposal, form, ask_wording(proposal))


def _draft_comment(request: ActorRequest, proposal: Proposal, form: CommentForm) -> None:
    actions.draft_comment(
        actor=request.actor,
        proposal=proposal,
        place=form.place,
        kind=form.cleaned_data["kind"],
        body=form.cleaned_data["body"],
        quote=form.cleaned_data["quote"],
        now=timezone.now(),
    )


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def reply(request: ActorRequest, pk: UUID, thread: UUID) -> HttpResponse:
    """Draft the state's reply to a question, or CMS's next question in the thread."""
    actor, proposal = request.actor, opening.get_proposal(request, pk)
    found = access.get_thread(actor, proposal, thread)
    may_write = policy.can_reply(actor, found) or policy.can_draft_comment(actor, proposal)
    check_turn(request, proposal, may_write=may_write)
    standing = discussion.replies_by_thread(actor, proposal, [found]).get(found.pk)
    form = _reply_form(request, found, standing)
    newer = _newer_words(request, standing)
    tries = request.method == "POST" and not newer
    if tries and attempt(request, proposal, form, lambda: _draft_reply(request, found, form, standing)):
        messages.success(request, f"Your words on {found} are saved. {reply_wording(actor, found).readers}")
        return redirect(way_back(request, _home_of(proposal)))
    card = Cards(actor, proposal, "").thread(found, None)
    return words_page(
        request, proposal, form, reply_wording(actor, found), thread=card, newer=newer, seen=stamp(standing)
    )


def _reply_form(request: ActorRequest, thread: Thread, standing: DraftComment | None) -> WordsForm:
    """Return the form of a reply; the state also says what it changed for the question."""
    words = {"body": as_typed(standing.body) if standing else ""}
    if request.actor.is_cms:
        return WordsForm(posted(request), initial=words)
    changes = claims.draft_changes(thread.proposal)
    claim = claims.claim_of(standing) if standing else None
    initial: dict[str, Any] = {"changed": claims.proposed(thread, changes)}
    if claim:
        initial = {"changed": claim.prompt_ids, "no_change": claim.no_change}
    return ReplyForm(changes.values(), posted(request), initial={**words, **initial})


def _newer_words(request: ActorRequest, standing: DraftComment | None) -> DraftComment | None:
    """Return a colleague's words that were saved after the writer opened the page."""
    seen = request.POST.get("seen", request.GET.get("seen"))
    if request.method != "POST" or standing is None or seen is None or seen == stamp(standing):
        return None
    return standing if standing.author_id != request.actor.user.pk else None


def _draft_reply(request: ActorRequest, thread: Thread, form: WordsForm, standing: DraftComment | None) -> None:
    actor, body, now = request.actor, form.cleaned_data["body"], timezone.now()
    if actor.is_cms:
        actions.draft_follow_up(actor=actor, thread=thread, body=body, now=now)
    else:
        claimed = form.claimed if isinstance(form, ReplyForm) else None
        actions.draft_reply(actor=actor, thread=thread, body=body, now=now, over=standing, claimed=claimed)


@carries_words
@actor_required
@require_http_methods(["GET", "POST"])
def draft_comment(request: ActorRequest, pk: UUID, draft: UUID) -> HttpResponse:
    """Edit or drop a drafted comment or reply of the reader's own agency."""
    actor, proposal = request.actor, opening.get_proposal(request, pk)
    if "body" in request.POST and policy.can_write_note(actor, proposal) and discussion.is_gone(actor, proposal, draft):
        return _gone(request, proposal)
    found = access.get_draft_comment(actor, proposal, draft)
    check_turn(request, proposal, may_write=policy.can_change_draft_comment(actor, found))
    back = way_back(request, _home_of(proposal))
    if "drop" in request.POST and actor.is_cms and found.author_id != actor.user.pk:
        return redirect(f"{reverse('proposals:drop_draft', args=[pk, draft])}?{urlencode({'next': back})}")
    if "drop" in request.POST:
        actions.drop_draft(actor=actor, draft=found, now=timezone.now())
        messages.success(request, "The draft is dropped.")
        return redirect(back)
    form = DraftForm(posted(request), initial={"kind": found.kind, "body": as_typed(found.body)})
    if request.method == "POST" and attempt(request, proposal, form, lambda: _change_draft(request, found, form)):
        messages.success(request, "The draft is saved.")
        return redirect(back)
    wording = reply_wording(actor, found.thread) if found.thread else ask_wording(proposal)
    return words_page(request, proposal, form, wording, draft=Cards(actor, proposal, "").draft(found))


def _gone(request: ActorRequest, proposal: Proposal) -> HttpResponse:
    """Show the words that were meant for a draft which a colleague has sent or dropped meanwhile."""
    form = DraftForm(posted(request))
    form.add_error(None, ValidationError("Not saved, because this draft was sent or dropped meanwhile.", code=TOO_LATE))
    return words_page(request, proposal, form, ask_wording(proposal))


def _change_draft(request: ActorRequest, draft: DraftComment, form: DraftForm) -> None:
    actions.change_draft(
        actor=request.actor,
        draft=draft,
        kind=form.cleaned_data["kind"],
        body=form.cleaned_data["body"],
        now=timezone.now(),
    )
