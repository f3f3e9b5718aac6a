"""Since which round each section says the same, proved by digests of what the rounds froze.

Nothing of it is stored: a digest is computed from the frozen document, and that is guarded by its fingerprint. Whoever
holds two documents can compute the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from proposals.models import Submission
from proposals.snapshot import digest_of_section
from toolkit.types import Toolkit

#: Documents whose digests a process remembers; each holds a few kilobytes.
DOCUMENTS_KEPT = 512


def unchanged_since(
    toolkit: Toolkit, counting: Iterable[Submission], round_number: int, draft: Mapping[str, Any] | None = None
) -> dict[str, int]:
    """Return by section the first of the rounds up to this one that all say the same in it, files included.

    ``counting`` are the submissions that count (`proposals.queries.access.counting`). A section that says something else
    than in the round before is given the number of the round itself. With a ``draft``, sections in which it differs from
    the round are given one more. One query, for documents that this process has not met yet.
    """
    rounds = _with_digests([row for row in counting if row.round <= round_number], toolkit)
    if draft is not None:
        rounds.append((round_number + 1, _digests(toolkit, draft)))
    found: dict[str, int] = {}
    later: int | None = None
    for number, digests in reversed(rounds):
        for key, digest in rounds[-1][1].items():
            if digests[key] == digest and found.get(key) == later:
                found[key] = number
        later = number
    return found


def _with_digests(rows: list[Submission], toolkit: Toolkit) -> list[tuple[int, Mapping[str, str]]]:
    """Return the digests of rounds, oldest first; only documents that this process has not met yet are read."""
    kept = {row.pk: _kept(row.fingerprint, toolkit.version) for row in rows}
    unknown = [pk for pk, digests in kept.items() if not digests]
    if unknown:
        for pk, content in Submission.objects.filter(pk__in=unknown).values_list("pk", "content"):
            kept[pk].update(_digests(toolkit, content))
    return [(row.round, kept[row.pk]) for row in rows]


@lru_cache(maxsize=DOCUMENTS_KEPT)
def _kept(_fingerprint: str, _version: str) -> dict[str, str]:
    """Return the place where the digests of one document are kept: the same fingerprint is the same document."""
    return {}


def _digests(toolkit: Toolkit, content: Mapping[str, Any]) -> dict[str, str]:
    return {section.id: digest_of_section(content, section) for section in toolkit.sections}
