"""Every read of people and agencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from .models import AccountEvent, Agency, Invitation, Membership, User
from .roles import LEADS, Side
from .zones import days_by_zone


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


def active_memberships(user: User, now: datetime) -> QuerySet[Membership]:
    """The memberships that give `user` access at `now`, with their agencies, in the order of the agencies' names."""
    return Membership.objects.filter(active_q(now), user=user).select_related("agency").order_by("agency__name", "id")


def members(agency: Agency, now: datetime) -> QuerySet[Membership]:
    """The active memberships of an agency with their people, by name."""
    found = Membership.objects.filter(active_q(now), agency=agency)
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
