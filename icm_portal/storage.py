"""Where files live: static files with hashed names, and private files that have no address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Hashed names and gzip beside each file.

    Without source maps, because packages name maps that they do not ship, which the stock class refuses; without
    brotli, because its last five percent take minutes.
    """

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",
                (
                    r"""(?P<matched>@import\s*["']\s*(?P<url>.*?)["'])""",
                    """@import url("%(url)s")""",
                ),
            ),
        ),
    )

    def create_compressor(self, **options: Any) -> Any:
        """Return a compressor that writes gzip only."""
        return super().create_compressor(**options, use_brotli=False)


class PrivateStorage(FileSystemStorage):
    """Packets and other private files of one machine: no URL leads here, views that check the person stream them."""

    def __init__(self) -> None:
        """Use the folder of the settings; only this user may read what is written."""
        super().__init__(
            location=Path(settings.PRIVATE_ROOT),
            file_permissions_mode=0o600,
            directory_permissions_mode=0o700,
        )

    def url(self, name: str | None) -> str:
        """Raise ValueError: a private file has no address."""
        raise ValueError("A private file has no address; a view that checks the person streams it.")
