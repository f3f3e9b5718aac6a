"""Packets of a proposal: choose one, watch it being made, take it away."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from exports.actions.requesting import note_download, request_packet
from exports.forms import PacketForm
from exports.queries import packets as reads
from exports.status import Status
from icm_portal.accounts.actor import ActorRequest
from icm_portal.accounts.decorators import actor_required
from proposals.files.leaving import as_download
from proposals.queries import access
from proposals.views import opening

#: Earlier packets shown on the page.
_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@actor_required
def packets(request: ActorRequest, pk: UUID) -> HttpResponse:
    """List the packets of a proposal and take the wish for another; 404 for those who may not see the proposal."""
    proposal = access.get_proposal(request.actor, pk)
    if request.method == "POST":
        proposal = opening.opened(request, proposal)
    form = PacketForm(request.POST or None, offers=reads.offers(request.actor, proposal))
    if request.method == "POST" and form.is_valid():
        packet = request_packet(
            actor=request.actor,
            proposal=proposal,
            submission=form.offer.submission,
            audience=form.offer.audience,
            now=timezone.now(),
        )
        return redirect("exports:packet", packet.pk)
    earlier = reads.packets(request.actor, proposal)[:_SHOWN]
    context = {"proposal": proposal, "form": form, "packets": earlier}
    return render(request, "exports/packets.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
@actor_required
def packet(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show how far a packet is; 404 for those who may not hold it.

    htmx asks for the middle of the page; once the packet is ready or has failed it is told to load the whole page,
    whose new title says so.
    """
    found = reads.get_packet(request.actor, pk)
    asks_again = bool(getattr(request, "htmx", False))
    if asks_again and not found.is_pending:
        return HttpResponseClientRefresh()
    template = "exports/partials/packet.html" if asks_again else "exports/packet.html"
    return render(request, template, {"packet": found, "proposal": found.proposal})


@never_cache
@require_safe
@actor_required
def download(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Hand out the file as a download; 404 while it is not ready and for those who may not hold it."""
    found = reads.get_packet(request.actor, pk)
    if found.status != Status.DONE:
        raise Http404
    opening.opened(request, found.proposal)
    note_download(actor=request.actor, packet=found, now=timezone.now())
    return as_download(found.file.open("rb"), name=found.filename, content_type="application/pdf")
