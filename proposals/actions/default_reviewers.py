"""Who reviews a state's proposals until a lead assigns others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import AccountVerb, Agency, User
from icm_portal.accounts.record import record
from proposals import divisions, policy
from proposals.models import DefaultReviewer


def set_default_reviewers(
    *, actor: Actor, agency: Agency, chosen: Mapping[tuple[str, str], User], now: datetime
) -> bool:
    """Say who reviews the proposals of a state by default; return whether that changed anything.

    ``chosen`` maps (key of a division or "", a person's id) to the person, as `forms.assigning` gives it. Proposals under
    review keep their reviewers. Raises `PermissionDenied`.
    """
    if not policy.can_set_default_reviewers(actor) or agency.is_cms:
        raise PermissionDenied
    wanted = {(division, person.pk): person for (division, _), person in chosen.items()}
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=agency.pk)
        rows = {(row.division, row.reviewer_id): row for row in DefaultReviewer.objects.filter(agency=agency)}
        if rows.keys() == wanted.keys():
            return False
        DefaultReviewer.objects.filter(pk__in=[row.pk for place, row in rows.items() if place not in wanted]).delete()
        DefaultReviewer.objects.bulk_create(
            DefaultReviewer(agency=agency, reviewer=person, division=place[0], at=now)
            for place, person in wanted.items()
            if place not in rows
        )
        detail = f"{agency.name}: {_in_words(wanted) or 'nobody'}"
        record(actor=actor.user, verb=AccountVerb.REVIEWS, agency=actor.agency, detail=detail, now=now)
    return True


def _in_words(wanted: Mapping[tuple[str, int], User]) -> str:
    """Return people with their divisions, such as "Ada Reyes (Quality), Ben Ode"."""
    found = sorted(
        f"{person.name} ({divisions.named(key).name})" if key else person.name for (key, _), person in wanted.items()
    )
    return ", ".join(found)
