"""Who is asking: the one object every policy, query and action takes."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from .models import Agency, Membership, User
from .roles import STATE_WRITERS, Role, Side


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person in one of their agencies, through a membership that is active now."""

    user: User
    membership: Membership

    @property
    def agency(self) -> Agency:
        """The agency the person acts for."""
        return self.membership.agency

    @property
    def side(self) -> Side:
        """State or CMS."""
        return Side(self.agency.side)

    @property
    def role(self) -> Role:
        """The person's role in that agency."""
        return Role(self.membership.role)

    @property
    def is_state(self) -> bool:
        """Acts for a state."""
        return self.agency.side == Side.STATE

    @property
    def is_cms(self) -> bool:
        """Acts for CMS."""
        return self.agency.side == Side.CMS

    def may_edit_section(self, section_id: str) -> bool:
        """Whether the role writes, and the membership is not limited to other sections."""
        return self.is_state and self.role in STATE_WRITERS and self.reaches(section_id)

    def reaches(self, section_id: str) -> bool:
        """Whether the membership is not limited to other sections; what belongs to no section is out of a limit."""
        limit = self.membership.section_ids
        return limit is None or section_id in limit


@dataclass(frozen=True, slots=True)
class Administrator:
    """A site administrator who acts outside any agency."""

    user: User


Person = Actor | Administrator


class SignedInRequest(HttpRequest):
    """A request past the sign-in wall; `actor` is None for a person without any active membership."""

    user: User
    actor: Actor | None


class ActorRequest(HttpRequest):
    """A request in a view under `actor_required`: there is an actor for certain."""

    user: User
    actor: Actor
