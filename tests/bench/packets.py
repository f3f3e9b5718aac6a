"""The packet that the benchmark builds: sample 1, frozen, for the state. Runs in a process of its own."""

from __future__ import annotations

import resource
import time


def measure() -> tuple[int, float, float]:
    """Build the packet twice; return its pages, the milliseconds of CPU of the second time, and the memory in MB."""
    # Nothing of Django's may be imported before this: the process has just begun.
    import django  # noqa: PLC0415

    django.setup()
    build()
    begun = time.process_time()
    pages = build()
    took = time.process_time() - begun
    return pages, took * 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build() -> int:
    """Build the packet of the first submission in the database; return its pages."""
    from django.utils import timezone  # noqa: PLC0415

    from exports.packet.render import render  # noqa: PLC0415
    from exports.queries.assemble import packet_content  # noqa: PLC0415
    from exports.status import Audience  # noqa: PLC0415
    from proposals.models import Proposal  # noqa: PLC0415
    from toolkit.loading import load  # noqa: PLC0415

    proposal = Proposal.objects.filter(submissions__isnull=False).select_related("agency").order_by("number")[0]
    submission = proposal.submissions.order_by("-round")[0]
    content = packet_content(proposal, submission, Audience.STATE, timezone.now())
    return render(content, load(content.toolkit_version)).pages
