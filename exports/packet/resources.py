"""The only files a packet may use: our own static files, and data written into the document itself."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders

REGULAR = "fonts/PublicSans-Regular.ttf"
SEMIBOLD = "fonts/PublicSans-SemiBold.ttf"
SHEET = "packet/packet.css"
DRAFT_SHEET = "packet/draft.css"
#: Everything the stylesheets name and a packet needs; all of it must be there before one is made.
NEEDED = (
    "fonts/PublicSans-Light.ttf",
    REGULAR,
    "fonts/PublicSans-Italic.ttf",
    SEMIBOLD,
    "fonts/PublicSans-Bold.ttf",
    SHEET,
    DRAFT_SHEET,
)
#: Folders of the static tree that a packet may read, and what it may read there.
_ALLOWED = {"fonts": {".ttf", ".woff2"}, "packet": {".css"}}


class ForbiddenResource(ValueError):
    """The document asked for something it may not open."""


def static_file(name: str) -> Path:
    """Find one of our own static files.

    Args:
        name: path below the static root, such as ``fonts/PublicSans-Regular.ttf``.

    Returns:
        The real path of the file.

    Raises:
        ForbiddenResource: another folder, another kind of file, a path that climbs out, or a link that leads out.
        FileNotFoundError: there is no such file.
    """
    folder, _, leaf = name.partition("/")
    if "/" in leaf or ".." in name or Path(leaf).suffix not in _ALLOWED.get(folder, ()):
        raise ForbiddenResource(f"A packet may not open {name!r}.")
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(f"The static file {name!r} is missing; run the set-up again.")
    path = Path(found)
    root = path.parent.resolve()
    real = path.resolve(strict=True)
    if real.parent != root:
        raise ForbiddenResource(f"A packet may not open {name!r}.")
    return real
