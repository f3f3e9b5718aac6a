"""The database of the embedded mode: migrated, with the jurisdictions and the demo. Idempotent.

A process of its own, so that the memory Django takes is free again while the portal runs.
"""

from __future__ import annotations

import os
from io import StringIO

import django
from django.core.management import call_command


def main() -> None:
    """Prepare everything, then print what `seed_demo` prints: the table of demo people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icm_portal.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_jurisdictions", stdout=StringIO())
    call_command("seed_demo")


if __name__ == "__main__":
    main()
