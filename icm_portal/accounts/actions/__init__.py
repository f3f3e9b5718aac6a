"""Every write about people, one function per thing a person does."""

from __future__ import annotations

from .invitations import (
    accept_as_new_person,
    accept_invitation,
    find_invitation,
    invite,
    resend_invitation,
    withdraw_invitation,
)
from .memberships import change_membership, end_membership, switch_agency
from .profile import confirm_facts, set_clearance, set_target, update_profile

__all__ = [
    "accept_as_new_person",
    "accept_invitation",
    "change_membership",
    "confirm_facts",
    "end_membership",
    "find_invitation",
    "invite",
    "resend_invitation",
    "set_clearance",
    "set_target",
    "switch_agency",
    "update_profile",
    "withdraw_invitation",
]
