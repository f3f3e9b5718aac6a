"""The people of an agency, their memberships, and the facts of the agency."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from icm_portal.accounts import actions
from icm_portal.accounts.actor import Person
from icm_portal.accounts.decorators import person_required
from icm_portal.accounts.errors import AccountError
from icm_portal.accounts.forms import FactsForm, MembershipForm, TargetForm, refuse
from icm_portal.accounts.places import people_url
from icm_portal.accounts.policy import can_confirm_facts, can_manage_people, can_set_clearance, can_set_target
from icm_portal.accounts.queries import (
    all_agencies,
    get_agency,
    get_membership,
    members,
    open_invitations,
    recent_events,
)
from icm_portal.accounts.roles import ROLE_MEANING, roles_of

PAGE_SIZE = 25
SHOWN = 20


@require_safe
@person_required
def people(request: HttpRequest, person: Person) -> HttpResponse:
    """Members with what they may do; for those who manage them also invitations and the record of changes."""
    agency = get_agency(person, request.GET.get("agency", ""))
    now = timezone.now()
    manages = can_manage_people(person, agency)
    context = {
        "agency": agency,
        "agencies": all_agencies() if person.user.is_staff else (),
        "page": Paginator(members(agency, now), PAGE_SIZE).get_page(request.GET.get("page")),
        "manages": manages,
        "may_confirm_facts": can_confirm_facts(person, agency),
        "may_set_clearance": can_set_clearance(person, agency),
        "may_set_target": can_set_target(person, agency),
        "invitations": open_invitations(agency)[:SHOWN] if manages else (),
        "more_invitations": max(0, open_invitations(agency).count() - SHOWN) if manages else 0,
        "events": recent_events(agency, SHOWN) if manages else (),
        "roles": [(role.label, ROLE_MEANING[role]) for role in roles_of(agency.side)],
        "now": now,
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def membership(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Change role, sections or last day of a member."""
    found = get_membership(person, pk, timezone.now())
    form = MembershipForm(request.POST or None, membership=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_membership(actor=person, membership=found, now=timezone.now(), **form.terms)
        except AccountError as error:
            refuse(form, error.sentence, error.field)
        else:
            messages.success(request, f"The membership of {found.user} is changed.")
            return redirect(people_url(found.agency))
    return render(request, "accounts/membership.html", {"membership": found, "agency": found.agency, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def end_membership(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Ask once, then end the membership."""
    found = get_membership(person, pk, timezone.now())
    refusal = ""
    if request.method == "POST":
        try:
            actions.end_membership(actor=person, membership=found, now=timezone.now())
        except AccountError as error:
            refusal = error.sentence
        else:
            messages.success(request, f"{found.user} no longer has access to {found.agency.name}.")
            return redirect(people_url(found.agency))
    context = {"membership": found, "agency": found.agency, "refusal": refusal}
    return render(request, "accounts/end_membership.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def facts(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the facts of the state with their year; those who manage its people confirm or correct them."""
    agency = get_agency(person, request.GET.get("agency", ""), can_confirm_facts)
    form = FactsForm(request.POST or None, agency=agency)
    if request.method == "POST" and form.is_valid():
        actions.confirm_facts(actor=person, agency=agency, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"The facts of {agency.name} are confirmed.")
        return redirect(people_url(agency))
    return render(request, "accounts/facts.html", {"agency": agency, "form": form})


@require_POST
@person_required
def clearance(request: HttpRequest, person: Person) -> HttpResponse:
    """Say whether the state's proposals need every sign-off before they are submitted; 404 for any other answer."""
    agency = get_agency(person, "", can_set_clearance)
    wanted = request.POST.get("required")
    if wanted not in {"yes", "no"}:
        raise Http404
    actions.set_clearance(actor=person, agency=agency, required=wanted == "yes", now=timezone.now())
    messages.success(request, "The rule on sign-offs is saved.")
    return redirect(people_url(agency))


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def target(request: HttpRequest, person: Person) -> HttpResponse:
    """Say how many days CMS aims for in a review, or a state for a response."""
    agency = get_agency(person, "", can_set_target)
    form = TargetForm(request.POST if request.method == "POST" else None, agency=agency)
    if request.method == "POST" and form.is_valid():
        actions.set_target(actor=person, agency=agency, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "The number of days is saved. It counts for what is handed over from now on.")
        return redirect(people_url(agency))
    return render(request, "accounts/target.html", {"agency": agency, "form": form})
