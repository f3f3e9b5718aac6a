"""Writes `requirements/*.txt` from the ranges in `pyproject.toml`: every version, with its hashes."""

from __future__ import annotations

from deploy.install import UV
from deploy.say import run, say

COMMAND = [str(UV), "pip", "compile", "--generate-hashes", "--universal", "--python-version", "3.11"]
FROM_PROJECT = ("pyproject.toml", "--constraints", "requirements/base.txt", "--extra", "production")
# In this order: what production and development add to the base keeps the versions of the base.
LOCKS = {
    "uv": ("--group", "installer"),
    "assets": ("--group", "assets"),
    "base": ("pyproject.toml",),
    "production": FROM_PROJECT,
    "dev": (*FROM_PROJECT, *("--group", "installer"), *("--group", "assets"), *("--group", "dev")),
}


def main() -> None:
    """Write all lock files; versions already locked stay while the ranges allow them."""
    for name, sources in LOCKS.items():
        say(f"requirements/{name}.txt")
        output = ["--custom-compile-command", "make lock", "--output-file", f"requirements/{name}.txt"]
        run([*COMMAND, *sources, *output], f"requirements/{name}.txt could not be written.")


if __name__ == "__main__":
    main()
