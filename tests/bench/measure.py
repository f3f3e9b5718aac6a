"""The run: fill, measure, and say it in a table."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection

from proposals.models import Proposal
from tests.bench import pages, typists, work
from tests.bench.server import Cost, Server

#: Growth is measured from the first of these to the last.
COMMENTS = (10, 1_000)

INTRODUCTION = """# Performance

Written by `make bench`; do not edit. CPU is that of the server's process for one request, as a multiple of an empty view
behind the same middleware in the same process, measured turn by turn so that a busy machine slows both. Times in
milliseconds are from this machine and only give an idea.

Bars: a list of 50 rows at most 60 empty views, other pages 100, a save 40; growth at most 1.15; a comparison of 10,000
words below 300 ms; a packet at most 50 ms a page and 200 MB.
"""


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    cost: Cost
    bar: int

    @property
    def line(self) -> str:
        """The row in Markdown."""
        mark = "yes" if self.cost.ratio <= self.bar else "**no**"
        return (
            f"| {self.name} | {self.cost.ratio:.0f} | {self.bar} | {mark} | {self.cost.queries} "
            f"| {self.cost.milliseconds:.1f} | {self.cost.kilobytes:.0f} |"
        )


def say(text: str) -> None:
    """Tell how far it is; the table comes at the end."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def measure(sizes: list[int], *, packet: bool) -> str:
    """Fill the database up to each size, measure, and return the report as Markdown."""
    call_command("migrate", verbosity=0)
    grown: dict[str, list[Cost]] = {}
    for size in sizes:
        say(f"Filling up to {size:,} proposals ...")
        call_command("seed_many", proposals=size - Proposal.objects.count(), verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        server = Server(pages.lead())
        for page in pages.growing(server):
            grown.setdefault(page.name, []).append(_cost(server, page))
    say("Measuring pages ...")
    bars = {page.name: page.bar for page in pages.growing(server)}
    rows = [Row(name, costs[-1], bars[name]) for name, costs in grown.items()]
    rows += [Row(page.name, _cost(server, page), page.bar) for page in pages.others(server)]
    talked: dict[str, list[Cost]] = {}
    for comments in COMMENTS:
        for page in pages.discussed(server, comments):
            talked.setdefault(page.name, []).append(_cost(server, page))
    actor = pages.writer()
    own = Server(actor.user)
    rows += [Row(page.name, _cost(own, page), page.bar) for page in pages.of_the_state(own, actor)]
    parts = [
        INTRODUCTION, _machine(), _pages(rows, sizes[-1]), _growth("proposals", grown, sizes),
        _growth("comments on one proposal", talked, COMMENTS), _work(packet=packet),
    ]  # fmt: skip
    return "\n".join(parts)


def _cost(server: Server, page: pages.Page) -> Cost:
    cost = server.cost(page.request)
    say(f"  {page.name}: {cost.ratio:.0f} empty views, {cost.queries} queries")
    return cost


def _machine() -> str:
    return (
        f"Measured with Python {platform.python_version()} on {platform.machine()} with {os.cpu_count()} cores, "
        f"{connection.vendor} in a file.\n"
    )


def _pages(rows: list[Row], size: int) -> str:
    head = f"## Pages, with {size:,} proposals\n\n| Page | Empty views | Bar | Met | Queries | ms | kB |"
    return "\n".join([head, "|---|---:|---:|---|---:|---:|---:|", *(row.line for row in rows), ""])


def _growth(what: str, grown: dict[str, list[Cost]], sizes: Sequence[int]) -> str:
    head = " | ".join(f"{size:,}" for size in sizes)
    lines = [
        f"## Growth with {what}, in empty views\n\n| Page | {head} | Factor | Queries |",
        f"|---|{'---:|' * (len(sizes) + 2)}",
    ]
    for name, costs in grown.items():
        ratios = " | ".join(f"{cost.ratio:.0f}" for cost in costs)
        queries = " / ".join(str(cost.queries) for cost in costs)
        lines.append(f"| {name} | {ratios} | {costs[-1].ratio / costs[0].ratio:.2f} | {queries} |")
    return "\n".join([*lines, ""])


def _work(*, packet: bool) -> str:
    say("Comparing ...")
    words, milliseconds = work.comparison()
    lines = [
        "## Other work\n\n| Work | Measured | Bar |\n|---|---:|---:|",
        f"| Comparison of two rounds, {words:,} words | {milliseconds:.0f} ms | 300 ms |",
    ]
    if packet:
        say("Letting people type ...")
        saves, wait = typists.measure()
        lines.append(
            f"| Save of an answer while {typists.PEOPLE} people type, 95 of 100 of {saves} saves | {wait:.0f} ms | 60 ms |"
        )
        say("Building a packet ...")
        count, took, memory = work.packet()
        lines.append(f"| Packet of {count} pages, warm worker, CPU for each page | {took / count:.0f} ms | 50 ms |")
        lines.append(f"| The same, memory of the process | {memory:.0f} MB | 200 MB |")
    return "\n".join([*lines, ""])
