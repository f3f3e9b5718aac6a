"""Who may do what with people. Two to six lines each, no queries."""

from __future__ import annotations

from datetime import datetime

from .actor import Actor, Person
from .models import Agency, Invitation, Membership, User, normalized_email
from .roles import CMS_REVIEWERS, CMS_ROLES, LEADS, STATE_ROLES, STATE_WRITERS, Role, roles_of

__all__ = [
    "CMS_REVIEWERS",
    "CMS_ROLES",
    "LEADS",
    "STATE_ROLES",
    "STATE_WRITERS",
    "can_accept",
    "can_confirm_facts",
    "can_give_role",
    "can_manage_people",
    "can_see_people",
    "can_set_clearance",
    "can_set_target",
    "can_switch_to",
]


def can_see_people(actor: Person, agency: Agency) -> bool:
    """Everybody sees the people of the agency they act for; site administrators see all."""
    return actor.user.is_staff or (isinstance(actor, Actor) and actor.agency.pk == agency.pk)


def can_manage_people(actor: Person, agency: Agency) -> bool:
    """Leads manage the agency they act for; site administrators manage any."""
    return actor.user.is_staff or (can_see_people(actor, agency) and isinstance(actor, Actor) and actor.role in LEADS)


def can_give_role(actor: Person, agency: Agency, role: str) -> bool:
    """Only roles of the agency's own side, by those who manage its people."""
    return can_manage_people(actor, agency) and role in roles_of(agency.side)


def can_accept(user: User, invitation: Invitation, now: datetime) -> bool:
    """The invited address, while the invitation is valid."""
    same = normalized_email(user.email) == normalized_email(invitation.email)
    return same and user.is_active and invitation.is_valid(now)


def can_switch_to(user: User, membership: Membership, now: datetime) -> bool:
    """One's own membership, while it is active."""
    return membership.user_id == user.pk and membership.is_active(now)


def can_confirm_facts(actor: Person, agency: Agency) -> bool:
    """The facts of a state are confirmed by those who manage its people."""
    return not agency.is_cms and can_manage_people(actor, agency)


def can_set_clearance(actor: Person, agency: Agency) -> bool:
    """Whether a state needs its own sign-offs before it submits is for its team leads alone to say."""
    return isinstance(actor, Actor) and actor.agency.pk == agency.pk and actor.role == Role.TEAM_LEAD


def can_set_target(actor: Person, agency: Agency) -> bool:
    """How many days an agency aims for is for its own leads to say."""
    return isinstance(actor, Actor) and actor.agency.pk == agency.pk and actor.role in LEADS
