"""Keeping the list of divisions: adding, renaming, ordering, retiring, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from icm_portal.accounts.actor import Actor
from icm_portal.accounts.models import AccountVerb
from icm_portal.accounts.record import record
from proposals import divisions, policy
from proposals.models import DefaultReviewer, Division

#: So many review at a time: the table of verdicts has a column for each.
MOST = 12
#: So many there may ever be, with the retired ones.
EVER = 40


class DivisionRefused(Exception):
    """The list cannot be changed so; the message says why in one sentence."""


def add_division(*, actor: Actor, name: str, looks_at: str, now: datetime) -> Division:
    """Add a division at the end of the list. Raises `PermissionDenied`, `DivisionRefused`."""
    with transaction.atomic():
        rows = _locked(actor)
        _check_room(rows)
        if len(rows) >= EVER:
            raise DivisionRefused(f"There were {EVER} divisions already. Take a retired one back and rename it.")
        _check_name(rows, name, None)
        order = max((row.order for row in rows), default=0) + 1
        made = Division.objects.create(key=_key(rows, name), name=name, looks_at=looks_at, order=order)
        _keep(actor, f"{name} added", now)
    return made


def change_division(*, actor: Actor, key: str, name: str, looks_at: str, place: int, now: datetime) -> bool:
    """Rename a division, say what it looks at, and put it at a place of the list; return whether that changed anything.

    Raises `PermissionDenied`, `DivisionRefused`.
    """
    with transaction.atomic():
        rows = _locked(actor)
        found = _named(rows, key)
        _check_name(rows, name, found)
        before, here = found.name, _at_work(rows)
        was = [row.key for row in here]
        if found in here:
            here.remove(found)
            here.insert(max(place, 1) - 1, found)
        if (found.name, found.looks_at, was) == (name, looks_at, [row.key for row in here]):
            return False
        found.name, found.looks_at = name, looks_at
        for number, row in enumerate(here, 1):
            row.order = number
        Division.objects.bulk_update({*here, found}, ["name", "looks_at", "order"])
        _keep(actor, f"{before} changed" if before == name else f"{before} is called {name} now", now)
    return True


def retire_division(*, actor: Actor, key: str, now: datetime) -> None:
    """Give a division no new work; what it said stays, and who reviews for it by default does so without a division.

    Raises `PermissionDenied`, `DivisionRefused`.
    """
    with transaction.atomic():
        rows = _locked(actor)
        found = _named(rows, key)
        if found.is_retired:
            raise DivisionRefused(f"{found.name} is retired already.")
        if len(_at_work(rows)) == 1:
            raise DivisionRefused("One division must stay: somebody has to give verdicts.")
        Division.objects.filter(pk=found.pk).update(retired_at=now)
        by_default = DefaultReviewer.objects.filter(division=key)
        elsewhere = DefaultReviewer.objects.exclude(division=key).values_list("agency", "reviewer")
        there = set(elsewhere)
        alone = [row.pk for row in by_default if (row.agency_id, row.reviewer_id) not in there]
        by_default.filter(pk__in=alone).update(division="")
        by_default.delete()
        _keep(actor, f"{found.name} retired", now)


def bring_division_back(*, actor: Actor, key: str, now: datetime) -> None:
    """Let a retired division review again, at the end of the list. Raises `PermissionDenied`, `DivisionRefused`."""
    with transaction.atomic():
        rows = _locked(actor)
        found = _named(rows, key)
        if not found.is_retired:
            raise DivisionRefused(f"{found.name} reviews already.")
        _check_room(rows)
        order = max(row.order for row in rows) + 1
        Division.objects.filter(pk=found.pk).update(retired_at=None, order=order)
        _keep(actor, f"{found.name} reviews again", now)


def _locked(actor: Actor) -> list[Division]:
    """Return every division, for one lead at a time.

    They are read once more under the lock: whoever waited for it on PostgreSQL is not shown a row that came meanwhile.
    """
    if not policy.can_keep_divisions(actor):
        raise PermissionDenied
    rows = Division.objects.order_by("order", "pk")
    list(rows.select_for_update().values_list("pk"))
    return list(rows)


def _at_work(rows: Sequence[Division]) -> list[Division]:
    return [row for row in rows if not row.is_retired]


def _named(rows: Sequence[Division], key: str) -> Division:
    found = next((row for row in rows if row.key == key), None)
    if found is None:
        raise DivisionRefused("There is no such division.")
    return found


def _check_room(rows: Sequence[Division]) -> None:
    if len(_at_work(rows)) >= MOST:
        raise DivisionRefused(f"{MOST} divisions review already. Retire one first.")


def _check_name(rows: Sequence[Division], name: str, own: Division | None) -> None:
    for row in rows:
        if row != own and row.name.lower() == name.lower():
            raise DivisionRefused(f"There is a division called {row.label} already.")


def _key(rows: Sequence[Division], name: str) -> str:
    """Return a key that no division has, made from the name."""
    taken, start = {row.key for row in rows}, slugify(name)[:16].strip("-") or "division"
    return next(key for key in (start, *(f"{start}-{number}" for number in range(2, EVER + 2))) if key not in taken)


def _keep(actor: Actor, detail: str, now: datetime) -> None:
    divisions.forget()
    record(actor=actor.user, verb=AccountVerb.DIVISIONS, agency=actor.agency, detail=detail, now=now)
