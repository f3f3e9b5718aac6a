"""Every read of people and agencies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from .actor import Actor, Person
from .models import AccountEvent, Agency, Invitation, Membership, User, normalized_email
from .policy import can_manage_people, can_see_people
from .roles import LEADS, Side
from .zones import days_by_zone, today_in

CODE: Final = re.compile(r"[A-Z]{2,4}")
Managed = TypeVar("Managed", Membership, Invitation)


def active_q(now: datetime, prefix: str = "") -> Q:
    """The filter that says the same as `Membership.is_active`; `prefix` such as "memberships__" for use from elsewhere.

    The last day of a membership counts in the time zone of its agency, and around midnight it is not the same day
    in all of them.
    """
    days = days_by_zone(now)
    latest = max(days)
    unexpired = Q(**{f"{prefix}expires_on__isnull": True}) | Q(**{f"{prefix}expires_on__gte": latest})
    for day, zones in days.items():
        if day != latest:
            unexpired |= Q(**{f"{prefix}expires_on__gte": day, f"{prefix}agency__time_zone__in": zones})
    return Q(**{f"{prefix}ended_at__isnull": True}) & unexpired


def active_memberships(user: User, now: datetime) -> list[Membership]:
    """The memberships that give `user` access at `now`, with their agencies, in the order of the agencies' names.

    Every request asks for them: the few that a person has are sifted here, which is cheaper than the query of `active_q`.
    """
    found = Membership.objects.filter(user=user, ended_at__isnull=True).select_related("agency")
    return [membership for membership in found.order_by("agency__name", "id") if membership.is_active(now)]


def members(agency: Agency, now: datetime) -> QuerySet[Membership]:
    """The active memberships of an agency with their people, by name."""
    # In one agency it is one day: simpler than `active_q`.
    lasting = Q(expires_on__isnull=True) | Q(expires_on__gte=today_in(agency.time_zone, now))
    found = Membership.objects.filter(lasting, ended_at__isnull=True, agency=agency)
    return found.select_related("user", "agency").order_by("user__name", "id")


def recipients(
    now: datetime, *, agency: Agency | None = None, side: Side | None = None, roles: Iterable[str] | None = None
) -> QuerySet[User]:
    """People who can sign in and are active members of `agency` or of any agency of `side`, in one of `roles`."""
    found = Membership.objects.filter(active_q(now), user__is_active=True)
    if agency is not None:
        found = found.filter(agency=agency)
    if side is not None:
        found = found.filter(agency__side=side)
    if roles is not None:
        found = found.filter(role__in=list(roles))
    return User.objects.filter(pk__in=found.values("user")).order_by("name", "id")


def other_leads(membership: Membership, now: datetime) -> QuerySet[Membership]:
    """The active leads of the same agency besides this one."""
    return members(membership.agency, now).filter(role__in=LEADS, user__is_active=True).exclude(pk=membership.pk)


def open_invitations(agency: Agency) -> QuerySet[Invitation]:
    """Invitations neither used nor withdrawn, newest first; those that ran out are among them."""
    found = Invitation.objects.filter(agency=agency, accepted_at__isnull=True, withdrawn_at__isnull=True)
    return found.select_related("invited_by", "agency")


def recent_events(agency: Agency, limit: int) -> QuerySet[AccountEvent]:
    """The newest entries of the record of an agency's people."""
    return AccountEvent.objects.filter(agency=agency).select_related("actor", "subject", "agency")[:limit]


def all_agencies() -> QuerySet[Agency]:
    """Every agency, by name."""
    return Agency.objects.order_by("name", "id")


def get_agency(person: Person, code: str, allowed: Callable[[Person, Agency], bool] = can_see_people) -> Agency:
    """The agency with this code, or without a code the one the person acts for.

    404 for an agency outside `allowed`, whether it exists or not; PermissionDenied for one's own. A site administrator
    without an agency starts with the first by name.
    """
    own = person.agency if isinstance(person, Actor) else None
    if code and not CODE.fullmatch(code):
        raise Http404
    if code:
        agency = own if own and own.code == code else Agency.objects.filter(code=code).first()
    else:
        agency = own or all_agencies().first()
    if agency is None or not can_see_people(person, agency):
        raise Http404
    if not allowed(person, agency):
        raise PermissionDenied
    return agency


def get_membership(person: Person, pk: int, now: datetime) -> Membership:
    """An active membership of an agency whose people the person manages.

    404 for one of another agency, PermissionDenied for a colleague without that right.
    """
    found = Membership.objects.filter(active_q(now), pk=pk).select_related("agency", "user").first()
    return _managed(person, found)


def get_invitation(person: Person, pk: int) -> Invitation:
    """An invitation of an agency whose people the person manages; 404 and PermissionDenied as for memberships."""
    return _managed(person, Invitation.objects.filter(pk=pk).select_related("agency").first())


def has_account(email: str) -> bool:
    """Whether a person with this address exists."""
    return User.objects.filter(email=normalized_email(email)).exists()


def _managed(person: Person, found: Managed | None) -> Managed:
    if found is None or not can_see_people(person, found.agency):
        raise Http404
    if not can_manage_people(person, found.agency):
        raise PermissionDenied
    return found
