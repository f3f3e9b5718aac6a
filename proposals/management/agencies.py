"""Which agency a sample belongs to."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.utils.text import slugify

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import Agency, Role, Side
from proposals.management.demo_people import (
    LAKEMONT,
    NORTHLAND,
    PEOPLE,
    DemoAgency,
    DemoPerson,
    DemoPlace,
    make_agency,
    make_person,
)
from proposals.management.people import writer_of
from proposals.sample_file import Sample

JURISDICTION = "pr.identity:jurisdiction"
AGENCY = "pr.identity:agency"


class NobodyToActAs(Exception):
    """There is no agency, or nobody in it, to load the sample for; the message says what to do."""


def actor_for(sample: Sample, code: str | None, now: datetime) -> Actor:
    """Return the person who loads a sample: a writer of the agency ``code``, or of the one the sample names.

    In demo mode a missing agency and a missing writer are made. Raises `NobodyToActAs`.
    """
    agency = _by_code(code) if code else _named_in(sample)
    actor = writer_of(agency, now)
    if actor is None and settings.DEMO and agency.is_fictional:
        _make_writer(agency, now)
        actor = writer_of(agency, now)
    if actor is None:
        raise NobodyToActAs(
            f"{agency.name} has no member who may write all sections: invite an editor, team lead or signatory first."
        )
    return actor


def _by_code(code: str) -> Agency:
    agency = Agency.objects.filter(code=code.upper(), side=Side.STATE).first()
    if agency is None:
        raise NobodyToActAs(f"There is no state agency with the code “{code}”.")
    return agency


def _named_in(sample: Sample) -> Agency:
    jurisdiction, name = _text(sample, JURISDICTION), _text(sample, AGENCY)
    place = re.sub(r"\s*\(.*\)\s*$", "", jurisdiction)
    if not place and not name:
        raise NobodyToActAs(f"{sample.id} names no agency in pr.identity: say which with --agency CODE.")
    states = Agency.objects.filter(side=Side.STATE)
    agency = states.filter(name__iexact=name).first() or states.filter(jurisdiction__iexact=place).first()
    if agency is not None:
        return agency
    if not settings.DEMO:
        raise NobodyToActAs(f"There is no agency “{name or place}” here: say which one with --agency CODE.")
    return make_agency(_invented(place or name, name or f"{place} Medicaid agency"))


def _text(sample: Sample, ref: str) -> str:
    value = sample.value(ref)
    return value.strip()[:100] if isinstance(value, str) else ""


def _invented(place: str, name: str) -> DemoAgency:
    """Describe an agency that demo mode makes up; codes of real states have two letters, those made here three or four."""
    for known in (NORTHLAND, LAKEMONT):
        if known.jurisdiction == place:
            return known
    letters = re.sub(r"[^A-Z]", "", place.upper()) + "XXX"
    tries = (f"{letters[:3]}{extra}" for extra in ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    for code in tries:
        if not Agency.objects.filter(code=code).exists():
            return DemoAgency(code, place, name, "America/New_York")
    raise NobodyToActAs(f"There are too many agencies like “{place}”: say which one with --agency CODE.")


def _make_writer(agency: Agency, now: datetime) -> None:
    """Make the demo's analyst of an invented agency."""
    email = f"analyst@{slugify(agency.jurisdiction) or agency.code.lower()}.example"
    known = next((person for person in PEOPLE if person.email == email), None)
    person = known or DemoPerson(email, f"{agency.jurisdiction} analyst", (DemoPlace(agency.code, Role.EDITOR),))
    make_person(person, {agency.code: agency}, now)
