"""`make test`: the whole suite on PostgreSQL, Redis, a worker and Chromium, then the embedded part on SQLite.

Arguments go to pytest (`python -m tests.services.run tests/proposals -x`); the coverage gate then rests.
Ends with one summary that names every skip; where CI=true a skip is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy import assets
from deploy.say import ROOT, Stop, keep_bytecode, run, say
from deploy.system import ensure_pango, install_packages, package_manager, rights
from tests.services.chromium import BARE, has_chromium
from tests.services.postgresql import postgresql
from tests.services.verapdf import verapdf_command

NOTHING_COLLECTED = 5
EMBEDDED = "not browser and not worker and not postgresql and not once"
#: One process more than there are cores: tests in a browser wait for it much of the time. How they are dealt out
#: says `tests/services/dealing.py`.
SIDE_BY_SIDE = ("-n", str((os.cpu_count() or 1) + 1))
#: What draws pages and packets is the same on every database, and proved on PostgreSQL; the demo, in `make run`.
ONLY_PAGES = (
    "proposals/drafting", "proposals/reviewing", "proposals/clearance", "proposals/commands", "proposals/forms",
    "proposals/files/test_pages.py", "accounts/test_pages.py", "exports/test_summary.py", "exports/test_pages.py",
    "proposals/early/test_pages.py", "look", "system/test_addresses.py", "system/test_leaks.py",
    "system/test_words_come_back.py",
)  # fmt: skip
IN_CI = os.environ.get("CI", "").lower() == "true"


@dataclass(frozen=True)
class Outcome:
    """How one run of pytest ended."""

    name: str
    code: int
    seconds: float
    tests: int
    skipped: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether every test passed; with arguments one part may have nothing to run."""
        return self.code in {0, NOTHING_COLLECTED} and not (IN_CI and self.skipped)


def install_programs() -> None:
    """Install what tests of pages and packets need from the system, where that is possible."""
    ensure_pango()
    missing = [] if shutil.which("pdftotext") else ["poppler-utils"]
    if IN_CI and not shutil.which("java"):
        missing += ["default-jre-headless"]
    if IN_CI and not shutil.which("mvn"):
        missing += ["maven"]
    if missing and can_install():
        install_packages(missing, "The tests")
    if not has_chromium() or (IN_CI and not shutil.which(BARE)):
        install_chromium()


def can_install() -> bool:
    """Whether packages can be added to this system, by the names that Debian gives them."""
    return package_manager() == "apt-get" and rights("apt-get") is not None


def install_chromium() -> None:
    """Install Chromium: from the system where it has one, else Playwright's own.

    Without any the browser tests are skipped, and the summary says so.
    """
    try:
        if can_install():
            install_packages([BARE], "The tests")
    except Stop as stop:
        say(str(stop.code).strip())
    if has_chromium():
        return
    try:
        run([sys.executable, "-m", "playwright", "install", "chromium"], "Chromium could not be fetched.")
    except Stop as stop:
        say(str(stop.code).strip())


def pytest(name: str, arguments: Iterable[str], env: dict[str, str], *, coverage: Iterable[str]) -> Outcome:
    """Run pytest in a process of its own and read its report; ICM_REPORTS in `env` names the folder of reports."""
    report = Path(env["ICM_REPORTS"]) / f"{name}.xml"
    command = [sys.executable, "-m", "pytest", "-q", *SIDE_BY_SIDE, f"--junitxml={report}", *coverage, *arguments]
    say(f"\n== {name} ==")
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=False).returncode
    tests, skipped = read_report(report)
    return Outcome(name, code, time.monotonic() - started, tests, skipped)


def read_report(path: Path) -> tuple[int, tuple[str, ...]]:
    """Return the number of tests, and for each skipped one its name and why."""
    if not path.exists():
        return 0, ()
    cases = ET.parse(path).getroot().findall(".//testcase")  # noqa: S314 (our own file, written a moment ago)
    skipped = [
        f"{case.get('classname')}.{case.get('name')}: {skip.get('message')}"
        for case in cases
        if (skip := case.find("skipped")) is not None
    ]
    return len(cases), tuple(skipped)


def migrate(database: str) -> None:
    """Make the tables once: each process of pytest takes a copy of this database (`tests/settings.py`)."""
    env = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=env, check=True)


def test_both(arguments: list[str]) -> list[Outcome]:
    """Run the suite on PostgreSQL and Redis, then the embedded part on SQLite."""
    coverage = ["--no-cov"] if arguments else ["--cov", "--cov-report=term:skip-covered"]
    with tempfile.TemporaryDirectory(prefix="icm-reports-") as reports:
        env = {"ICM_REPORTS": reports, "COVERAGE_FILE": f"{reports}/coverage"}
        with postgresql() as database:
            migrate(database)
            outcomes = [pytest("postgresql", arguments, {**env, "DATABASE_URL": database}, coverage=coverage)]
        part = arguments or [f"--ignore=tests/{place}" for place in ONLY_PAGES]
        outcomes.append(pytest("sqlite", [*part, "-m", EMBEDDED], env, coverage=["--no-cov"]))
    return outcomes


def summarise(outcomes: list[Outcome]) -> int:
    """Print one summary and return the code to leave with."""
    say("\n== summary ==")
    for outcome in outcomes:
        word = "passed" if outcome.is_good else "FAILED"
        tests = f"{outcome.tests - len(outcome.skipped)} tests, {len(outcome.skipped)} skipped"
        say(f"{outcome.name:<11} {word}  {tests}, {outcome.seconds:.0f} s")
        for line in outcome.skipped:
            say(f"  skipped {line}")
    if IN_CI and any(outcome.skipped for outcome in outcomes):
        say("In CI nothing may be skipped.")
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


def main() -> None:
    """Set up, run and report."""
    keep_bytecode()
    install_programs()
    assets.build()
    try:
        verapdf_command()
    except Stop as stop:
        if IN_CI:
            raise
        say(str(stop.code).strip())
    raise SystemExit(summarise(test_both(sys.argv[1:])))


if __name__ == "__main__":
    main()
