"""The one door to the content: `load()` gives the toolkit of a version, loaded once."""

from __future__ import annotations

from functools import cache

from toolkit import source
from toolkit.building import build
from toolkit.types import Toolkit

CURRENT_VERSION = "2026.1"


def versions() -> tuple[str, ...]:
    """All versions there are, oldest first."""
    return source.versions()


def load(version: str = CURRENT_VERSION) -> Toolkit:
    """The toolkit of a version. Raises UnknownVersion if there is none of that name."""
    return _load(version)


@cache
def _load(version: str) -> Toolkit:
    return build(source.read(version))
