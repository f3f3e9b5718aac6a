"""What the portal needs from the machine itself: Pango, which WeasyPrint draws packets with."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from deploy.say import Stop, run, say

# For each library the names that the systems give it.
PANGO = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
)
# Package manager -> (commands before, install command, packages of Pango).
MANAGERS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "apt-get": (
        ("apt-get", "update", "-qq"),
        ("apt-get", "install", "-y", "-qq", "--no-install-recommends"),
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig"),
    ),
    "dnf": ((), ("dnf", "install", "-y", "-q"), ("pango", "fontconfig")),
    "apk": ((), ("apk", "add", "-q"), ("pango", "harfbuzz-subset", "fontconfig")),
    "pacman": ((), ("pacman", "-S", "--noconfirm", "--needed"), ("pango",)),
    "brew": ((), ("brew", "install", "-q"), ("pango",)),
}


def is_loadable(names: Sequence[str]) -> bool:
    """Whether the dynamic linker finds a library under one of its names."""
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def has_pango() -> bool:
    """Whether all libraries of Pango are there."""
    return all(is_loadable(names) for names in PANGO)


def package_manager() -> str:
    """Return the name of this machine's package manager, or nothing."""
    return next((name for name in MANAGERS if shutil.which(name)), "")


def rights(manager: str) -> list[str] | None:
    """Return what to put before an install command: nothing, sudo, or None when this user may not install."""
    if manager == "brew" or os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if sys.stdin.isatty():
        return ["sudo"]
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if silent.returncode == 0 else None


def install_packages(packages: Sequence[str], purpose: str) -> None:
    """Install system packages; raises `Stop` with the command to type when that is not possible here."""
    manager = package_manager()
    wanted = " ".join(packages)
    if not manager:
        raise Stop(f"{purpose} needs the system packages {wanted}; install them and start again.")
    before, install, _ = MANAGERS[manager]
    prefix = rights(manager)
    if prefix is None:
        raise Stop(f"{purpose} needs system packages; run as an administrator: {' '.join(install)} {wanted}")
    say(f"Installing {wanted} ...")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    failure = f"The system packages could not be installed; run as an administrator: {' '.join(install)} {wanted}"
    if before:
        run([*prefix, *before], failure, env=env)
    run([*prefix, *install, *packages], failure, env=env)


def ensure_pango() -> None:
    """Install Pango where it is missing."""
    if has_pango():
        return
    manager = package_manager()
    packages = MANAGERS[manager][2] if manager else MANAGERS["apt-get"][2]
    install_packages(packages, "Making packets (PDF)")
    if not has_pango():
        raise Stop(f"Pango is installed ({' '.join(packages)}), but its libraries still cannot be loaded.")
