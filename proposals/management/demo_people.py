"""The invented agencies and people of the demo. They are made in demo mode only.

The password is made once per installation and kept in the data folder: a password written in the documentation would
open every portal that somebody started for a trial on a machine others can reach.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import AccountVerb, Agency, Membership, Role, Side, User
from icm_portal.accounts.record import record, terms

#: Letters and digits that are not mistaken for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class DemoAgency:
    """An invented state and its Medicaid agency."""

    code: str
    jurisdiction: str
    name: str
    time_zone: str
    defaults: dict[str, Any] = field(default_factory=dict)


NORTHLAND = DemoAgency(
    "NL",
    "Northland",
    "Northland Department of Medical Assistance",
    "America/Chicago",
    {"tribes": True, "fmap": "60.00", "fmap_year": 2027, "confirmed": None},
)
LAKEMONT = DemoAgency(
    "LK",
    "Lakemont",
    "Lakemont Health Care Authority",
    "America/Denver",
    {"tribes": False, "fmap": "55.00", "fmap_year": 2027, "confirmed": None},
)


@dataclass(frozen=True)
class DemoPlace:
    """A membership of a demo person."""

    agency: str
    role: Role
    section_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class DemoPerson:
    """An invented person; without a place, a site administrator."""

    email: str
    name: str
    places: tuple[DemoPlace, ...] = ()


_SAVINGS = (
    "pm.ss", "pm.ss.baseline", "pm.ss.trend", "pm.ss.riskadj", "pm.ss.risk", "pm.ss.calc", "pm.ss.rebasing",
    "pm.ss.costshift",
)  # fmt: skip

PEOPLE = (
    DemoPerson("analyst@northland.example", "Maren Dahl", (DemoPlace("NL", Role.EDITOR),)),
    DemoPerson("signatory@northland.example", "Paul Engstrom", (DemoPlace("NL", Role.SIGNATORY),)),
    DemoPerson("lead@northland.example", "Ingrid Solberg", (DemoPlace("NL", Role.TEAM_LEAD),)),
    DemoPerson("viewer@northland.example", "Leif Haugen", (DemoPlace("NL", Role.VIEWER),)),
    DemoPerson("analyst@lakemont.example", "Teresa Villanueva", (DemoPlace("LK", Role.EDITOR),)),
    DemoPerson("signatory@lakemont.example", "Simon Achterberg", (DemoPlace("LK", Role.SIGNATORY),)),
    DemoPerson("lead@lakemont.example", "Ruth Feldman", (DemoPlace("LK", Role.TEAM_LEAD),)),
    DemoPerson("viewer@lakemont.example", "Owen Reyes", (DemoPlace("LK", Role.VIEWER),)),
    DemoPerson(
        "actuary@consulting.example",
        "Dana Okafor",
        (DemoPlace("NL", Role.EDITOR, _SAVINGS), DemoPlace("LK", Role.VIEWER)),
    ),
    DemoPerson("reviewer@cms.example", "Grace Nakamura", (DemoPlace("CMS", Role.REVIEWER),)),
    DemoPerson("payment@cms.example", "Victor Osei", (DemoPlace("CMS", Role.REVIEWER),)),
    DemoPerson("lead@cms.example", "Helen Brandt", (DemoPlace("CMS", Role.LEAD),)),
    DemoPerson("approver@cms.example", "Samuel Whitaker", (DemoPlace("CMS", Role.APPROVER),)),
    DemoPerson("observer@cms.example", "Priya Raman", (DemoPlace("CMS", Role.OBSERVER),)),
    DemoPerson("admin@portal.example", "Alex Morgan"),
)


def password_file() -> Path:
    """Return where this installation keeps the password of its demo people."""
    return Path(settings.DATA_DIR) / "demo_password"


def demo_password() -> str:
    """Return the password of the demo people, made at the first call on this installation."""
    path = password_file()
    if not path.exists():
        words = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
        path.touch(mode=0o600)
        path.write_text("-".join(words), encoding="utf-8")
        _give_new_password(path.read_text(encoding="utf-8"))
    return path.read_text(encoding="utf-8")


def _give_new_password(password: str) -> None:
    """Keep the people of an older database reachable when the file with their password was lost."""
    people = User.objects.filter(email__in=[person.email for person in PEOPLE])
    if people.exists():
        people.update(password=hashed(password))


@transaction.atomic
def make_agency(wanted: DemoAgency) -> Agency:
    """Return the invented agency, made when it is missing."""
    agency, _made = Agency.objects.get_or_create(
        code=wanted.code,
        defaults={
            "name": wanted.name,
            "side": Side.STATE,
            "jurisdiction": wanted.jurisdiction,
            "time_zone": wanted.time_zone,
            "is_fictional": True,
            "defaults": wanted.defaults,
        },
    )
    return agency


@cache
def hashed(password: str) -> str:
    """Return the password as stored. All demo people share one hash: one for each would take longer than all the rest."""
    return make_password(password)


def make_person(wanted: DemoPerson, agencies: dict[str, Agency], now: datetime) -> User:
    """Return the person, made with their places when missing; a place that was changed or ended stays so."""
    user = User.objects.filter(email=wanted.email).first()
    if user is None:
        is_admin = not wanted.places
        user = User(email=wanted.email, name=wanted.name, is_staff=is_admin, is_superuser=is_admin)
        user.password = hashed(demo_password())
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for place in wanted.places:
        agency = agencies[place.agency]
        if not user.memberships.filter(agency=agency).exists():
            _join(user, agency, place, now)
    return user


def _join(user: User, agency: Agency, place: DemoPlace, now: datetime) -> None:
    limit = list(place.section_ids) if place.section_ids is not None else None
    Membership.objects.create(user=user, agency=agency, role=place.role, section_ids=limit)
    detail = terms(place.role, limit, None)
    record(actor=user, verb=AccountVerb.JOINED, agency=agency, subject=user, detail=detail, now=now)


def make_everybody(now: datetime) -> dict[str, Actor]:
    """Make the demo's agencies and people; return those who belong somewhere, each in their first place.

    CMS must exist (`load_jurisdictions`).
    """
    agencies = {wanted.code: make_agency(wanted) for wanted in (NORTHLAND, LAKEMONT)}
    agencies["CMS"] = Agency.objects.get(code="CMS")
    with transaction.atomic():
        users = {person.email: make_person(person, agencies, now) for person in PEOPLE}
    memberships = Membership.objects.filter(user__in=users.values(), ended_at__isnull=True)
    actors: dict[str, Actor] = {}
    for membership in memberships.select_related("user", "agency").order_by("pk"):
        actors.setdefault(membership.user.email, Actor(membership.user, membership))
    return actors
