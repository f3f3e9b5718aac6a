"""`manage.py load_sample`: proposals from a file, loaded through the actions a person uses."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from proposals.actions.importing import load_proposal
from proposals.management.agencies import NobodyToActAs, actor_for
from proposals.models import Proposal
from proposals.sample_file import Sample, SampleFileError, choose, read_answers, read_samples
from toolkit.answers import Answer

MODEL_TYPES = "es.overview.model:model_types"

Cleaned = dict[str, dict[str, Answer]]


class Command(BaseCommand):
    """Loads the samples of a file, or the one named; nothing is stored unless all of them can be read.

    An entry's `savings_model` and `expected_findings` are left aside: they are test cases of the savings arithmetic and
    of the readiness check, not part of a proposal.
    """

    help = "Load sample proposals from a YAML file. The last line printed is the number of the (last) proposal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, and optionally one sample and the agency."""
        parser.add_argument("file", type=Path, help="a file in the format of proposals/samples/sample-proposals.yaml")
        parser.add_argument("--sample", metavar="ID", help="load only this sample of the file")
        parser.add_argument("--agency", metavar="CODE", help="load for this agency instead of the one the sample names")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read and check everything, then store it in one transaction. Raises CommandError."""
        path: Path = options["file"]
        now = timezone.now()
        try:
            samples = choose(read_samples(path), options["sample"])
            answers = read_answers(samples)
            with transaction.atomic():
                loaded = [_load(sample, answers[sample.id], options["agency"], now) for sample in samples]
        except (SampleFileError, NobodyToActAs) as error:
            problems = error.problems if isinstance(error, SampleFileError) else (str(error),)
            raise CommandError("\n".join(f"{path}: {problem}" for problem in problems)) from None
        for proposal in loaded:
            self.stdout.write(f"Loaded “{proposal.title}” for {proposal.agency.name}:")
            self.stdout.write(proposal.number)


def _load(sample: Sample, answers: Cleaned, code: str | None, now: datetime) -> Proposal:
    return load_proposal(
        actor=actor_for(sample, code, now),
        title=sample.title,
        model_type=model_type_of(sample),
        answers=answers,
        now=now,
        sample_note=sample.note,
    )


def model_type_of(sample: Sample) -> str:
    """Return the first model type that the sample's answers name, or nothing."""
    found = sample.value(MODEL_TYPES)
    return str(found[0]) if isinstance(found, list) and found else ""
