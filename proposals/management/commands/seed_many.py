"""`manage.py seed_many`: many proposals of realistic size, for benchmarks."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from icm_portal.accounts.jurisdictions import load_jurisdictions
from proposals.actions.drafting import next_number
from proposals.management.bulk_diary import TABLES, Plan, Rows
from proposals.management.bulk_life import Life
from proposals.management.bulk_people import State, cms, states
from proposals.management.bulk_texts import TITLES, answers_of
from proposals.status import Status

#: So many of a hundred proposals stand here.
SHARES = {
    Status.DRAFT: 30,
    Status.SUBMITTED: 12,
    Status.IN_REVIEW: 18,
    Status.CHANGES_REQUESTED: 15,
    Status.CONCLUDED: 20,
    Status.WITHDRAWN: 5,
}
#: Proposals are stored in transactions of this size.
BATCH = 100


class Command(BaseCommand):
    """Writes the rows in bulk; the same number gives the same proposals on an empty database."""

    help = "Create many proposals over all agencies and statuses, for benchmarks; never in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how many."""
        parser.add_argument("--proposals", type=int, required=True, metavar="N", help="how many proposals to add")
        parser.add_argument(
            "--comments", type=int, default=5, metavar="M", help="questions in the first round of each (default 5)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the proposals. Raises CommandError in production and for numbers below their least."""
        if settings.ICM_MODE == "production":
            raise CommandError("seed_many fills a database with invented proposals: it does not run in production.")
        if options["proposals"] < 1 or options["comments"] < 0:
            raise CommandError("--proposals must be at least 1, and --comments at least 0.")
        load_jurisdictions()
        lives = seed(proposals=options["proposals"], questions=options["comments"], now=timezone.now())
        while batch := list(islice(lives, BATCH)):
            store(batch)
        self.stdout.write(f"Added {options['proposals']:,} proposals.")


def seed(*, proposals: int, questions: int, now: datetime) -> Iterator[Rows]:
    """Yield the rows of each proposal, agency after agency in turn."""
    random = Random(proposals)  # noqa: S311 - invented proposals are no secret
    side, everybody = cms(), states()
    with transaction.atomic():  # the next number of an agency is read under a lock
        counters = {state.agency.code: int(next_number(state.agency).rpartition("-")[2]) for state in everybody}
    for state in islice(cycle(everybody), proposals):
        plan = _plan(state, counters[state.agency.code], questions, now, random)
        counters[state.agency.code] += 1
        yield Life(plan, state, side, random).live(answers_of(state.agency.jurisdiction))


def _plan(state: State, number: int, questions: int, now: datetime, random: Random) -> Plan:
    status = random.choices(list(SHARES), weights=list(SHARES.values()))[0]
    rounds = 0 if status == Status.DRAFT else random.choices((1, 2, 3), weights=(5, 4, 1))[0]
    return Plan(
        number=f"{state.agency.code}-ICM-{number:04d}",
        title=f"{state.agency.jurisdiction} {random.choice(TITLES)}",
        status=status,
        rounds=rounds,
        questions=questions,
        begun=now - timedelta(days=random.uniform(60, 120) + 90 * rounds),
    )


def store(lives: list[Rows]) -> None:
    """Store the rows of several proposals in one transaction."""
    with transaction.atomic():
        for table in TABLES:
            rows = [row for life in lives for row in life[table]]
            table._default_manager.bulk_create(rows, batch_size=500)  # noqa: SLF001 - as Django's documentation says
