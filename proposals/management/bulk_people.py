"""The people that proposals in bulk need: two for each state, four for CMS. Nobody can sign in as them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from icm_portal.accounts.models import Agency, Membership, Role, Side, User


@dataclass(frozen=True)
class State:
    """A state agency with the two people who write its proposals."""

    agency: Agency
    editor: User
    signatory: User


@dataclass(frozen=True)
class Cms:
    """CMS with the people who review."""

    agency: Agency
    lead: User
    approver: User
    reviewers: tuple[User, ...]


def states() -> list[State]:
    """Return all state agencies with their people, made where they are missing."""
    found = []
    for agency in Agency.objects.filter(side=Side.STATE).order_by("code"):
        found.append(State(agency, _person(agency, Role.EDITOR), _person(agency, Role.SIGNATORY)))
    return found


def cms() -> Cms:
    """Return CMS with its people, made where they are missing."""
    agency = Agency.objects.get(side=Side.CMS)
    reviewers = tuple(_person(agency, Role.REVIEWER, str(number)) for number in (1, 2))
    return Cms(agency, _person(agency, Role.LEAD), _person(agency, Role.APPROVER), reviewers)


def _person(agency: Agency, role: Role, which: str = "") -> User:
    email = f"bulk.{role}{which}@{agency.code.lower()}.example"
    user, made = User.objects.get_or_create(
        email=email,
        defaults={"name": f"{agency.short_name} {role.label.lower()} {which}".strip(), "password": make_password(None)},
    )
    if made:
        Membership.objects.create(user=user, agency=agency, role=role)
    return user
