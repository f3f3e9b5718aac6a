"""The 56 Medicaid jurisdictions and CMS, from `jurisdictions.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from django.db import transaction

from .models import Agency, Side

SOURCE: Final = Path(__file__).with_name("jurisdictions.yaml")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a run did."""

    created: int
    updated: int
    unchanged: int


@transaction.atomic
def load_jurisdictions() -> Loaded:
    """Create the agencies that are missing and refresh the defaults of states that have not confirmed theirs.

    Names and time zones of existing agencies stay: an agency may have corrected them.
    """
    created = updated = unchanged = 0
    existing = {agency.code: agency for agency in Agency.objects.all()}
    for code, values in _wanted().items():
        agency = existing.get(code)
        if agency is None:
            Agency.objects.create(code=code, **values)
            created += 1
        elif not agency.defaults.get("confirmed") and agency.defaults != values["defaults"]:
            agency.defaults = values["defaults"]
            agency.save(update_fields=["defaults"])
            updated += 1
        else:
            unchanged += 1
    return Loaded(created, updated, unchanged)


def _wanted() -> dict[str, dict[str, Any]]:
    rows = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["jurisdictions"]
    wanted = {row["code"]: _state(row) for row in rows}
    wanted["CMS"] = {
        "name": "Centers for Medicare & Medicaid Services",
        "side": Side.CMS,
        "jurisdiction": "United States",
        "time_zone": "America/New_York",
        "defaults": {},
    }
    return wanted


def _state(row: dict[str, Any]) -> dict[str, Any]:
    return {
        # Territories come without a verified name of the body; the agency corrects it on the admin site.
        "name": row["agency"] or f"{row['name']} Medicaid agency",
        "side": Side.STATE,
        "jurisdiction": row["name"],
        "time_zone": row["time_zones"][0],
        "defaults": {
            "tribes": row["tribes"],
            "fmap": f"{row['fmap']:.2f}",
            "fmap_year": row["fmap_year"],
            "note": row.get("note", ""),
            "confirmed": None,
        },
    }
