"""Finding what a person names on the command line."""

from __future__ import annotations

from uuid import UUID

from django.core.management.base import CommandError

from proposals.models import Proposal


def proposal_named(name: str) -> Proposal:
    """Return the proposal of a number such as NL-ICM-0004, or of an id; raises CommandError if there is none."""
    rows = Proposal.objects.select_related("agency")
    try:
        found = rows.filter(pk=UUID(name)).first()
    except ValueError:
        found = rows.filter(number=name.upper()).first()
    if found is None:
        raise CommandError(f"There is no proposal {name}.")
    return found
