"""`make check`: everything but the tests, two checks at a time; ends with what is wrong, or with nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.say import BUILD, ROOT, keep_bytecode, say

BIN = Path(sys.executable).parent
PYTHON = sys.executable
# Names that point at a registry. Which one is used is the business of the machine, never of the repository.
HOSTS = re.compile(
    r"(pypi|pythonhosted|npmjs|yarnpkg|unpkg|jsdelivr|cdnjs|googleapis|repo1?\.maven)\.(org|com|net|apache)"
    r"|--(extra-)?index-url|--registry[= ]",
    re.IGNORECASE,
)
SELF = "deploy/check.py"
# A production that lacks nothing, to see that `check --deploy` agrees.
PRODUCTION = {
    "ICM_MODE": "production",
    "SECRET_KEY": "for-this-check-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "portal.example.gov",
    "SITE_URL": "https://portal.example.gov",
    "DATABASE_URL": "postgres://icm:secret@database.example/icm",
    "REDIS_URL": "redis://redis.example/0",
    "EMAIL_HOST": "mail.example.gov",
    "DEFAULT_FROM_EMAIL": "ICM Portal <portal@example.gov>",
    "PRIVATE_BUCKET": "icm-private",
    "CLAMAV_ADDRESS": "tcp://clamav.example:3310",
}


@dataclass(frozen=True)
class Result:
    """How one check ended."""

    name: str
    problem: str
    seconds: float


def tracked(*patterns: str) -> list[str]:
    """Return the files of the repository, new ones included, that match."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted({name for name in names if name and (ROOT / name).is_file()})


def command(name: str, arguments: Sequence[str], env: dict[str, str] | None = None) -> Result:
    """Run a program; its output is the problem when it fails."""
    started = time.monotonic()
    done = subprocess.run(
        arguments,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(name, done.stdout.strip() if done.returncode else "", time.monotonic() - started)


def registry_hosts() -> Result:
    """No file of the repository names the host of a package registry."""
    started = time.monotonic()
    found = []
    for name in tracked():
        if name == SELF:
            continue
        text = (ROOT / name).read_text(errors="replace")
        found += [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if HOSTS.search(line)]
    return Result("registry hosts", "\n".join(found), time.monotonic() - started)


def lock_hashes() -> Result:
    """Every pinned package has at least one hash, in both lock formats, and the front-end lock names no address."""
    started = time.monotonic()
    found = []
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for block in re.split(r"\n(?=[a-z0-9])", path.read_text()):
            if re.match(r"[a-z0-9]", block) and "--hash=sha256:" not in block:
                found.append(f"{path.name}: {block.splitlines()[0]} has no hash")
    packages = (ROOT / "package-lock.json").read_text()
    if "://" in packages:
        found.append("package-lock.json: names addresses; take the `funding` entries out")
    for block in re.findall(r'"node_modules/[^}]*', packages):
        if '"integrity"' not in block:
            found.append(f"package-lock.json: {block.split(':')[0]} has no hash")
    return Result("lock hashes", "\n".join(found), time.monotonic() - started)


def manage(name: str, arguments: Sequence[str], data: str, env: dict[str, str] | None = None) -> Result:
    """Run a command of Django with its data in a folder that is thrown away."""
    test = {"ICM_MODE": "test", "DATA_DIR": data}
    return command(name, [PYTHON, "-W", "error", "manage.py", *arguments], {**test, **(env or {})})


def check_all(data: str) -> list[Result]:
    """Run every check, the slowest first."""
    templates = tracked("templates/*.html")
    deploy = ["check", "--deploy", "--fail-level", "WARNING"]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [
            pool.submit(command, "types (mypy)", [str(BIN / "mypy"), "--no-error-summary"]),
            pool.submit(command, "layers (import-linter)", [str(BIN / "lint-imports"), "--no-logo"]),
            pool.submit(manage, "deployment (check --deploy)", deploy, data, PRODUCTION),
            pool.submit(manage, "migrations", ["makemigrations", "--check", "--dry-run"], data),
            pool.submit(command, "lint (ruff)", [str(BIN / "ruff"), "check", "--quiet", "."]),
            pool.submit(command, "format (ruff)", [str(BIN / "ruff"), "format", "--check", "."]),
            pool.submit(
                command, "templates (djade)", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates]
            ),
            pool.submit(registry_hosts),
            pool.submit(lock_hashes),
        ]
        return [future.result() for future in running]


def main() -> None:
    """Check everything; leave with 1 and the findings when something is wrong."""
    keep_bytecode()
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="icm-check-") as data:
        results = check_all(data)
    for result in results:
        say(f"{'FAILED' if result.problem else 'ok':<7}{result.name}  {result.seconds:.1f} s")
    for result in results:
        if result.problem:
            say(f"\n== {result.name} ==\n{result.problem}")
    raise SystemExit(any(result.problem for result in results))


if __name__ == "__main__":
    main()
