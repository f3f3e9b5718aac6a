"""Saving while people type: the same form and the same action as the page's button, answered in JSON.

The browser sends the prompts that changed, each with the revision it was drawn from. Each is saved on its own: one that
cannot be read, or that a colleague changed too, keeps no other from being saved.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.sessions import seconds_left
from icm_portal.accounts.views.unsent import is_of_this_person
from proposals.actions.sections import (
    PageSave,
    PromptConflict,
    SaveResult,
    SectionClosed,
    SectionConflict,
    UnknownRevision,
    save_section,
)
from proposals.forms.prompts import SHOWN, PromptForm, prefix_of, revision_of
from proposals.forms.sections import SectionForm, problems_of
from proposals.models import Proposal
from proposals.models import Section as StoredSection
from proposals.queries.access import toolkit_of
from proposals.queries.newer import has_been_stored
from proposals.views.conflicts import CONFLICT, STALE_PAGE, conflict_view
from proposals.views.replies import SavedReplies, arrived_replies, save_replies
from proposals.views.times import clock
from toolkit.answers import disposition
from toolkit.types import ROW, Section

JSON = "application/json"
ANOTHER_PERSON = "Somebody else is signed in in this browser now. Sign in as yourself to save what you typed."


def wants_json(request: ActorRequest) -> bool:
    """Whether a post came from the page's script."""
    return request.headers.get("Accept", "") == JSON


@dataclass
class _Saved:
    """What one request stored, and the conflicts it met."""

    result: SaveResult
    conflicts: dict[str, PromptConflict] = field(default_factory=dict)
    #: The revision up to which the writer is shown a colleague's version, by prompt.
    shown: dict[str, int] = field(default_factory=dict)


def autosave(request: ActorRequest, proposal: Proposal, definition: Section, stored: StoredSection) -> HttpResponse:
    """Save what can be saved of a post; answer with the outcome of each prompt and reply.

    With `only_compare` nothing is saved: the answer names the prompts and replies that are stored like this already, for
    copies that a browser kept. 409 with a sentence when the section is closed, the page is of no known revision, or another person
    is signed in.
    """
    if not is_of_this_person(request):
        return JsonResponse({"refused": "person", "reason": ANOTHER_PERSON}, status=CONFLICT)
    posted = tuple(item for item in definition.prompts if f"{prefix_of(item.id)}-{SHOWN}" in request.POST)
    form = SectionForm(replace(definition, prompts=posted), stored.answers, request.POST)
    if "only_compare" in request.POST:
        arrived = _arrived(request, stored, form) + arrived_replies(
            request.actor, proposal, definition.id, request.POST
        )
        return JsonResponse({"stored": arrived})
    replies = save_replies(request.actor, proposal, definition.id, request.POST)
    try:
        saved = _save_each(request, stored, form) if posted else _Saved(_nothing(stored))
    except (SectionClosed, UnknownRevision) as refusal:
        answer = {"refused": "closed", "reason": str(refusal) or STALE_PAGE, "replies": _replies(replies)}
        return JsonResponse(answer, status=CONFLICT)
    return JsonResponse(
        {
            "revision": saved.result.revision,
            "wrote": bool(saved.result.saved),
            "time": clock(timezone.now()),
            "seconds": seconds_left(request.session),
            "prompts": {key: _outcome(proposal, form, saved, key) for key in form.forms},
            "replies": _replies(replies),
        }
    )


def _nothing(stored: StoredSection) -> SaveResult:
    return SaveResult(stored.revision, frozenset(), frozenset())


def _arrived(request: ActorRequest, stored: StoredSection, form: SectionForm) -> list[str]:
    """Return the prompts of a post that are stored as they stand in it, or were by the same person since its revision."""
    return [
        key
        for key, answer in form.changes().items()
        if has_been_stored(request.actor, stored, form.forms[key].prompt, answer, form.base_revision)
    ]


def _page_save(data: QueryDict) -> PageSave | None:
    """Return which save of which open page a post says it is; None where it does not say."""
    number = revision_of(data.get("number", ""))
    try:
        return PageSave(UUID(data.get("page", "")), number) if number >= 0 else None
    except ValueError:
        return None


def _save_each(request: ActorRequest, stored: StoredSection, form: SectionForm) -> _Saved:
    """Save the answers that can be read, without those a colleague changed too."""
    changes, conflicts, shown = form.changes(), dict[str, PromptConflict](), dict[str, int]()
    while True:
        try:
            result = save_section(
                actor=request.actor, section=stored, base_revision=form.base_revision, bases=form.bases(),
                over=form.over(), changes=changes, now=timezone.now(), page_save=_page_save(request.POST),
            )  # fmt: skip
        except SectionConflict as conflict:
            conflicts |= {item.prompt.id: item for item in conflict.conflicts}
            shown |= {item.prompt.id: conflict.revision for item in conflict.conflicts}
            changes = {key: answer for key, answer in changes.items() if key not in conflicts}
        else:
            return _Saved(result, conflicts, shown)


def _outcome(proposal: Proposal, form: SectionForm, saved: _Saved, prompt_id: str) -> dict[str, Any]:
    """Say what became of one prompt.

    Stored; in conflict (with both texts, drawn); unreadable (with sentences); or overtaken by a later save of its page.
    """
    item = form.forms[prompt_id]
    if prompt_id in saved.result.overtaken:
        return {"outcome": "overtaken"}
    if conflict := saved.conflicts.get(prompt_id):
        view = conflict_view(conflict, toolkit_of(proposal))
        drawn = render_to_string("proposals/partials/conflict.html", {"item": view, "revision": saved.shown[prompt_id]})
        return {"outcome": "conflict", "name": conflict.their_name, "html": drawn}
    if not item.is_valid():
        problems = [{"message": problem.message, "target": problem.target} for problem in problems_of(item)]
        return {"outcome": "unreadable", "problems": problems}
    return {
        "outcome": "stored",
        "blended": prompt_id in saved.result.blended,
        "standing": disposition(item.answer).value,
        "given": _given(item),
    }


def _given(form: PromptForm) -> dict[str, str]:
    """Return the cells that were left empty and got a value by being saved (references of milestones), by control."""
    fields = (form.answer or {}).get("fields", {})
    return {
        name: row[column.key]
        for spec in form.prompt.fields
        for row in (fields.get(spec.key) or () if spec.columns else ())
        for column in spec.columns
        if column.key in row
        and (name := f"{form.add_prefix(spec.key)}-{row[ROW]}-{column.key}") in form.data
        and not form.data[name].strip()
    }


def _replies(replies: SavedReplies) -> dict[str, dict[str, str]]:
    """Say what became of each reply that was sent with other words than are stored."""
    return {
        **{str(key): {"outcome": "stored", "seen": seen} for key, seen in replies.seen.items()},
        **{str(item.thread.pk): {"outcome": "refused", "reason": item.reason} for item in replies.unsaved},
    }
