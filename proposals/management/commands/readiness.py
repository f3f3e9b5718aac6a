"""`manage.py readiness`: what the readiness check finds in a proposal, or in a sample of a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from proposals.management.naming import proposal_named
from proposals.queries import readiness
from proposals.queries.drafts import all_answers
from proposals.sample_file import SampleFileError, choose, is_day, named, read_answers, read_samples
from proposals.snapshot import merged
from toolkit.answers import Answers
from toolkit.findings import Finding
from toolkit.loading import load
from toolkit.readiness.checking import check
from toolkit.types import Severity


@dataclass(frozen=True)
class Checked:
    """What was checked, as of which day, and what was found."""

    title: str
    as_of: date
    findings: tuple[Finding, ...]


class Command(BaseCommand):
    """Reads only. The day of the check is --as-of, else that of the sample, else today."""

    help = "Check how ready a proposal is: print what is missing and what does not fit together."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--proposal", metavar="N", help="a number, such as NL-ICM-0004, or an id: its draft")
        what.add_argument(
            "--file", type=Path, metavar="FILE", help="a file in the format of proposals/samples/sample-proposals.yaml"
        )
        parser.add_argument("--sample", metavar="ID", help="which sample of the file")
        parser.add_argument("--as-of", metavar="DATE", help="the day of the check, such as 2026-12-01")
        parser.add_argument("--json", action="store_true", help="print JSON for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and print; raises CommandError with one sentence for each thing that is wrong."""
        as_of = _day(options["as_of"])
        path: Path | None = options["file"]
        if path is None:
            if options["sample"]:
                raise CommandError("--sample names a sample of a --file.")
            checked = _of_proposal(options["proposal"], as_of)
        else:
            try:
                checked = _of_file(path, options["sample"], as_of)
            except SampleFileError as error:
                raise CommandError("\n".join(f"{path}: {problem}" for problem in error.problems)) from None
        self.stdout.write(as_json(checked.findings) if options["json"] else as_text(checked))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    if not is_day(text):
        raise CommandError(f"--as-of: “{text}” is no day; write it like 2026-12-01.")
    return date.fromisoformat(text)


def _of_proposal(name: str, as_of: date | None) -> Checked:
    proposal = proposal_named(name)
    day = as_of or readiness.day_of(proposal, timezone.now())
    found = readiness.findings(proposal, merged(all_answers(proposal)), as_of=day)
    return Checked(f"{proposal.number} {proposal.title}", day, found)


def _of_file(path: Path, wanted: str | None, as_of: date | None) -> Checked:
    samples = choose(read_samples(path), wanted)
    if len(samples) > 1:
        raise SampleFileError([f"It holds several samples; name one with --sample: {named(samples)}."])
    [sample] = samples
    answers: Answers = merged(read_answers(samples)[sample.id])
    day = as_of or sample.as_of or timezone.localdate()
    found = check(load(), answers, as_of=day, es_pages=None, limits=readiness.limits())
    return Checked(sample.title, day, found)


def as_json(findings: Sequence[Finding]) -> str:
    """Return findings as the list that programs read."""
    rows = [
        {"rule": f.rule, "severity": str(f.severity), "message": f.message, "prompts": list(f.prompt_ids)}
        for f in findings
    ]
    return json.dumps(rows, indent=2)


def as_text(checked: Checked) -> str:
    """Return findings as a person reads them."""
    counts = Counter(finding.severity for finding in checked.findings)
    said = ", ".join(f"{severity}: {counts[severity]}" for severity in Severity)
    lines = [f"{checked.title}, {checked.as_of.isoformat()}. {said}."]
    for f in checked.findings:
        lines += [
            f"\n{f.rule} {f.severity}: {f.message}",
            f"  {f.fix} ({f.source})",
            f"  {', '.join(f.prompt_ids)}",
        ]
    return "\n".join(lines)
