"""Files beside prompts: the list, attaching, removing, and taking one away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.actions import attaching
from proposals.files.kinds import CONTENT_TYPES
from proposals.files.leaving import as_download
from proposals.files.uploads import files_of, skipped
from proposals.forms.attaching import CHOOSER, AttachForm, places
from proposals.models import Proposal
from proposals.policy import can_attach
from proposals.queries import access, attachments, drafts, reviews
from proposals.status import FileKind
from proposals.views.files import FileView, views_of
from proposals.views.lines import turn_now

UNREADABLE = 422
HELD_BACK = 409


@dataclass(frozen=True)
class Outcome:
    """What became of one file: taken, with or without a note, or refused for a reason."""

    sentence: str
    file: FileView | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        """For the script that sends files one by one."""
        html = render_to_string("proposals/partials/file.html", {"file": self.file}) if self.file else ""
        return {"ok": self.file is not None, "sentence": self.sentence, "html": html}


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_list(request: ActorRequest, pk: UUID) -> HttpResponse:
    """List the files of a proposal, and take new ones from the state that writes it.

    CMS sees the files of the newest round it may read. A script that asks for JSON gets one outcome for each file.
    """
    proposal = access.get_proposal(request.actor, pk)
    if request.actor.is_cms:
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "proposals/attachments.html", _of_round(request, proposal))
    open_keys = drafts.open_section_keys(proposal, access.toolkit_of(proposal))
    offered = places(request.actor, proposal, open_keys)
    posted = request.POST if request.method == "POST" else None
    form = AttachForm(posted, initial={"about": request.GET.get("about", "")}, places=offered)
    outcomes = _attach_all(request, proposal, form) if form.is_bound else []
    if form.is_bound and request.headers.get("Accept") == "application/json":
        return JsonResponse({"outcomes": [item.as_json for item in outcomes]})
    if outcomes and all(item.file for item in outcomes):
        _say(request, outcomes)
        return redirect("proposals:attachments", pk=proposal.pk)
    context = {
        "proposal": proposal, "turn": turn_now(request.actor, proposal), "form": form if offered else None,
        "outcomes": outcomes, "chooser": CHOOSER,
        "began": access.word_imports(request.actor).filter(proposal=proposal).exists(),
        "groups": views_of(request.actor, proposal, list(attachments.of_draft(proposal)), open_keys),
    }  # fmt: skip
    return render(request, "proposals/attachments.html", context, status=UNREADABLE if outcomes else 200)


def _of_round(request: ActorRequest, proposal: Proposal) -> dict[str, Any]:
    number = reviews.newest_round(request.actor, proposal)
    if number is None:
        raise Http404
    submission = access.get_submission(request.actor, proposal, number)
    groups = views_of(request.actor, proposal, attachments.of_round(submission), ())
    turn = turn_now(request.actor, proposal)
    return {"proposal": proposal, "turn": turn, "submission": submission, "groups": groups, "form": None}


def _attach_all(request: ActorRequest, proposal: Proposal, form: AttachForm) -> list[Outcome]:
    """Attach each file on its own and say what became of it."""
    if not form.is_valid():
        return [Outcome(str(message)) for found in form.errors.values() for message in found]
    files = files_of(request, "files")
    outcomes = [_attach(request, proposal, form.cleaned_data["about"], file) for file in files]
    outcomes += [Outcome(sentence) for sentence in skipped(request)]
    return outcomes or [Outcome("Choose one or more files first.")]


def _attach(request: ActorRequest, proposal: Proposal, prompt_id: str, file: Any) -> Outcome:
    try:
        attached = attaching.attach(
            actor=request.actor, proposal=proposal, prompt_id=prompt_id, file=file, name=file.name, now=timezone.now()
        )
    except (attaching.NotAttached, attaching.UnknownPlace) as refusal:
        return Outcome(str(refusal))
    return Outcome(attached.note, FileView.of(attached.attachment, may_remove=True, by=request.actor.user.name))


def _say(request: HttpRequest, outcomes: list[Outcome]) -> None:
    names = ", ".join(f"“{item.file.name}”" for item in outcomes if item.file)
    messages.success(request, f"Attached: {names}.")
    for item in outcomes:
        if item.sentence:
            messages.info(request, item.sentence)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def attachment_remove(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Ask before a file is taken out of the draft, and take it out; 404 for everybody but the state that owns it."""
    attachment = access.get_attachment(request.actor, pk)
    proposal = attachment.proposal
    if not request.actor.is_state or attachment.removed_at:
        raise Http404
    open_keys = drafts.open_section_keys(proposal, access.toolkit_of(proposal))
    if not can_attach(request.actor, proposal, attachment.section_key, open_keys):
        raise PermissionDenied
    back = reverse("proposals:attachments", args=[proposal.pk])
    if request.method == "POST":
        try:
            attaching.remove(actor=request.actor, attachment=attachment, now=timezone.now())
        except attaching.NotAttached as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"“{attachment.name}” is removed.")
        return redirect(back)
    context = {"proposal": proposal, "attachment": attachment, "back": back, "sent": attachment.sent_with.exists()}
    return render(request, "proposals/attachment_remove.html", context)


@never_cache
@require_safe
@actor_required
def attachment_file(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand a file out; 404 for whoever may not see it, 409 while the scanner has not cleared it."""
    attachment = access.get_attachment(request.actor, pk)
    if not attachment.may_leave:
        if attachment.removed_at and not attachment.file:
            raise Http404
        context = {"proposal": attachment.proposal, "attachment": attachment}
        return render(request, "proposals/attachment_held.html", context, status=HELD_BACK)
    attaching.note_download(actor=request.actor, attachment=attachment, now=timezone.now())
    kind = FileKind(attachment.kind)
    return as_download(attachment.file.open("rb"), name=attachment.name, content_type=CONTENT_TYPES[kind])
