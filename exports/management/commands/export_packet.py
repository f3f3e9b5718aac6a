"""``manage.py export_packet``: write the packet of a proposal to a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exports.packet.render import render
from exports.queries.assemble import packet_content
from exports.status import Audience
from proposals.management.naming import proposal_named
from proposals.models import Proposal, Submission
from proposals.queries.letters import has_letter
from toolkit.loading import load


class Command(BaseCommand):
    """Renders here and now, without the queue; for whoever runs the portal."""

    help = (
        "Write the packet of a proposal as PDF: of the newest submitted round, or of --round N. "
        "A proposal that was never submitted gives its draft, marked as such."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("proposal", help="number, such as NL-ICM-0004, or id")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="where to write the PDF")
        parser.add_argument("--round", type=int, metavar="N", help="the submitted round; the newest by default")
        parser.add_argument(
            "--audience",
            choices=Audience.values,
            default=Audience.STATE.value,
            help="cms adds CMS's internal notes; letter is CMS's letter on the round",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Render and write; raises CommandError with one sentence when something is wrong."""
        output: Path = options["output"]
        proposal = proposal_named(options["proposal"])
        submission = _submission(proposal, options["round"])
        audience = Audience(options["audience"])
        if audience == Audience.CMS and submission is None:
            raise CommandError(f"{proposal.number} was never submitted, so CMS has no packet of it.")
        if audience == Audience.LETTER and (submission is None or not has_letter(submission)):
            raise CommandError(f"CMS has sent no letter on this round of {proposal.number}.")
        if not output.parent.is_dir():
            raise CommandError(f"{output}: the folder {output.parent} does not exist.")
        content = packet_content(proposal, submission, audience, timezone.now())
        made = render(content, load(content.toolkit_version))
        try:
            output.write_bytes(made.pdf)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}.") from error
        self.stdout.write(f"{output}: {made.pages} pages, fingerprint {content.fingerprint[:12].upper()}")


def _submission(proposal: Proposal, number: int | None) -> Submission | None:
    rounds = proposal.submissions.filter(recall__isnull=True).order_by("-round", "-attempt")
    if number is None:
        return rounds.first()
    found = rounds.filter(round=number).first()
    if found is None:
        raise CommandError(f"{proposal.number} has no submitted round {number}.")
    return found
