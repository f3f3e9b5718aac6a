"""`manage.py load_jurisdictions`: the agencies of the 56 Medicaid jurisdictions, and CMS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from icm_portal.accounts.jurisdictions import load_jurisdictions


class Command(BaseCommand):
    """Creates missing agencies; run again it changes nothing that an agency has confirmed."""

    help = "Create the 56 state and territory agencies and CMS; may be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what was done."""
        done = load_jurisdictions()
        self.stdout.write(f"Agencies: {done.created} created, {done.updated} updated, {done.unchanged} unchanged.")
