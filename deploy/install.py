"""Makes `.venv` and installs the pinned packages: `python3 -m deploy.install runtime|dev`.

Runs with the machine's own Python, so it uses nothing but the standard library.
"""

from __future__ import annotations

import shutil
import sys
import venv
from importlib.util import find_spec

from deploy.say import ROOT, Stamp, Stop, fingerprint, run, say

OLDEST_PYTHON = (3, 11)
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
LOCKS = {
    "runtime": ("uv.txt", "base.txt", "assets.txt"),
    "dev": ("dev.txt",),
}


def stamp(kind: str) -> Stamp:
    """Return the stamp of one set of packages; it changes with its lock files and with Python."""
    locks = fingerprint(ROOT / "requirements" / name for name in LOCKS[kind])
    return Stamp(VENV / f"installed-{kind}", f"{locks} {sys.version}")


def make_environment() -> None:
    """Create `.venv` unless it is there and works with this version of Python."""
    if sys.version_info < OLDEST_PYTHON:
        raise Stop(f"ICM Portal needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if find_spec("ensurepip") is None:
        raise Stop(f"Python's venv module is incomplete: install the package python{sys.version_info[0]}-venv.")
    if PYTHON.exists() and (UV.exists() or (VENV / "bin" / "pip").exists()):
        return
    say("Making .venv ...")
    if VENV.exists():
        shutil.rmtree(VENV)
    venv.create(VENV, with_pip=True)


def install(kind: str) -> None:
    """Install the packages of `kind`, every one checked against its hash. Development packages include the rest."""
    if stamp(kind).is_current or stamp("dev").is_current:
        return
    make_environment()
    say(f"Installing the {kind} packages ...")
    locks = [f"requirements/{name}" for name in LOCKS[kind]]
    offline = "The Python packages could not be installed; is a package index within reach?"
    if not UV.exists():
        run([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements/uv.txt"], offline)
    run([str(UV), "pip", "sync", "--require-hashes", "--python", str(PYTHON), *locks], offline)
    for old in VENV.glob("installed-*"):
        old.unlink()
    stamp(kind).write()


def main() -> None:
    """Install what the first argument names."""
    kind = "".join(sys.argv[1:2])
    if kind not in LOCKS:
        raise Stop(f"Say what to install: {' or '.join(LOCKS)}.")
    install(kind)


if __name__ == "__main__":
    main()
