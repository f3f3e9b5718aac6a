"""Makes agencies and people for these tests: two states and CMS."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from icm_portal.accounts.actor import Actor, Administrator
from icm_portal.accounts.models import Agency, Membership, Role, Side, User
from icm_portal.accounts.roles import roles_of

NOW = datetime(2027, 1, 15, 15, 0, tzinfo=UTC)
PASSWORD = "a long enough test password"


def make_agency(code: str, **fields: Any) -> Agency:
    """A state's agency, unless `side` says CMS."""
    wanted = {
        "name": f"{code} Medicaid Agency",
        "side": Side.STATE,
        "jurisdiction": f"State of {code}",
        "time_zone": "America/New_York",
    }
    return Agency.objects.create(code=code, **{**wanted, **fields})


def make_user(name: str, **fields: Any) -> User:
    """A person called `name` with an address made of it."""
    return User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.org", PASSWORD, name=name, **fields)


def join(
    user: User, agency: Agency, role: str, *, section_ids: list[str] | None = None, expires_on: date | None = None
) -> Actor:
    """The person as an actor, with a new membership."""
    membership = Membership.objects.create(
        user=user, agency=agency, role=role, section_ids=section_ids, expires_on=expires_on
    )
    return Actor(user, membership)


class Crowd:
    """Ohio, Texas and CMS with a person in each role, a site administrator and somebody without any agency."""

    def __init__(self) -> None:
        self.ohio = make_agency("OH")
        self.texas = make_agency("TX", time_zone="America/Chicago")
        self.cms = make_agency("CMS", side=Side.CMS, name="Centers for Medicare & Medicaid Services")
        self.actors = {
            (agency.code, role): join(make_user(f"{agency.code} {role}"), agency, role)
            for agency in (self.ohio, self.texas, self.cms)
            for role in roles_of(agency.side)
        }
        self.lead = self.actors["OH", Role.TEAM_LEAD]
        self.editor = self.actors["OH", Role.EDITOR]
        self.texan = self.actors["TX", Role.TEAM_LEAD]
        self.federal = self.actors["CMS", Role.LEAD]
        self.administrator = Administrator(make_user("Admin", is_staff=True))
        self.outsider = make_user("Outsider")
