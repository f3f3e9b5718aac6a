"""`manage.py seed_demo`: the invented people and proposals of the demo."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.jurisdictions import load_jurisdictions
from icm_portal.accounts.models import Agency
from proposals.actions.importing import clean_all, load_proposal
from proposals.management.commands.load_sample import model_type_of
from proposals.management.demo_people import PEOPLE, demo_password, make_everybody
from proposals.management.demo_story import play
from proposals.models import Proposal
from proposals.sample_file import SAMPLES, Sample, read_samples

#: Who loads which sample, and how many days ago it was begun.
LOADED_BY = {
    "sample-1": ("analyst@northland.example", 75),
    "sample-2": ("analyst@lakemont.example", 24),
}


class Command(BaseCommand):
    """Makes what is missing and nothing twice: an agency that has proposals already gets no more."""

    help = "Create the demo's agencies, people and proposals (demo mode only); may be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, then print the demo people with their password. Raises CommandError outside demo mode."""
        if not settings.DEMO:
            raise CommandError("The demo's people and proposals are made in demo mode only (ICM_MODE=embedded).")
        now = timezone.now()
        if not Agency.objects.filter(code="CMS").exists():
            load_jurisdictions()
        cast = make_everybody(now)
        made = seed_proposals(cast, now)
        if options["verbosity"] == 0:
            return
        self.stdout.write(f"Demo: {len(PEOPLE)} people, {len(made)} new proposals.")
        for line in people_table():
            self.stdout.write(line)
        self.stdout.write(f"Password of all demo people: {demo_password()}")


def seed_proposals(cast: dict[str, Actor], now: datetime) -> list[Proposal]:
    """Load the samples of agencies that have no proposal yet, and play the story on Northland's; return what is new."""
    made: list[Proposal] = []
    for sample in read_samples(SAMPLES):
        email, days = LOADED_BY[sample.id]
        actor = cast.get(email)
        if actor is None or actor.agency.proposals.exists():
            continue
        with transaction.atomic():
            loaded = _load(sample, actor, now - timedelta(days=days))
            made.append(loaded)
            if sample.id == "sample-1":
                made += play(original=loaded, cast=cast, today=now)
    return made


def _load(sample: Sample, actor: Actor, now: datetime) -> Proposal:
    return load_proposal(
        actor=actor,
        title=sample.title,
        model_type=model_type_of(sample),
        answers=clean_all(sample.answers),
        now=now,
        sample_note=sample.note,
    )


def people_table() -> list[str]:
    """Return the demo people as lines: e-mail address, name, and where they work as what."""
    rows = [("E-mail", "Name", "Role")]
    for person in PEOPLE:
        places = [f"{place.agency} {place.role.label.lower()}" for place in person.places]
        rows.append((person.email, person.name, ", ".join(places) or "site administrator"))
    wide = [max(len(row[place]) for row in rows) for place in (0, 1)]
    return [f"{email:<{wide[0]}}  {name:<{wide[1]}}  {role}" for email, name, role in rows]
