"""Writes the printed parts of the documents."""

from __future__ import annotations

import os

import django


def main() -> None:
    """Bring every document up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.docs.printing import DOCS, PRINTED, printed  # noqa: PLC0415 - Django comes first

    for name in PRINTED:
        (DOCS / name).write_text(printed(name), encoding="utf-8")


if __name__ == "__main__":
    main()
