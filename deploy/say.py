"""How set-up speaks to a person: short lines, and one sentence when it has to stop."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
TAIL_LINES = 15


class Stop(SystemExit):
    """Ends set-up with a sentence that says what to do; no traceback."""

    def __init__(self, sentence: str) -> None:
        """Show `sentence` and leave with code 1."""
        super().__init__(f"\n{sentence}")


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(command: Sequence[str], failure: str, *, env: dict[str, str] | None = None) -> str:
    """Run a command quietly and return what it printed, without its warnings.

    Raises `Stop` with the sentence `failure` and the last lines of output when the command fails or is missing.
    """
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Stop(f"{failure} ({command[0]}: {error.strerror})") from error
    if done.returncode:
        tail = "\n".join(f"{done.stdout}\n{done.stderr}".strip().splitlines()[-TAIL_LINES:])
        raise Stop(f"{failure} It said:\n{tail}")
    return done.stdout


def keep_bytecode() -> None:
    """Let this process and its children keep compiled modules, whatever the person's shell says.

    Without them every start compiles Django and WeasyPrint again, which takes longer than everything else.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a hash of the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Stamp:
    """Remembers for which input a step of set-up was last done, so that the second start is quick."""

    def __init__(self, path: Path, value: str) -> None:
        """The step's stamp lies at `path`; `value` is the fingerprint of its input."""
        self.path = path
        self.value = value

    @property
    def is_current(self) -> bool:
        """Whether the step was done for exactly this input."""
        return self.path.is_file() and self.path.read_text() == self.value

    def write(self) -> None:
        """Remember that the step is done."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.value)
