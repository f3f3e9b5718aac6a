"""Typed reading of the environment: every problem is kept and told in one clear sentence each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
POSTGRES_SCHEMES = frozenset({"postgres", "postgresql"})


class SettingsError(SystemExit):
    """Ends the program with the sentences that say what is wrong with its environment."""


class Env:
    """Reads values by name; a missing or wrong one is remembered and answered with a harmless default.

    `finish()` raises `SettingsError` with all sentences at once, so a person repairs them in one go.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        """Read from `values`, by default the environment of the process."""
        self.values = os.environ if values is None else values
        self.problems: list[str] = []

    def problem(self, sentence: str) -> None:
        """Remember one sentence for `finish()`."""
        self.problems.append(sentence)

    def text(self, name: str, default: str | None = None, *, hint: str = "") -> str:
        """Return the text; without a default the value is required and `hint` says what it looks like."""
        value = self.values.get(name, "").strip()
        if value:
            return value
        if default is None:
            self.problem(f"{name} is missing: set it to {hint or 'a value'}.")
            return ""
        return default

    def choice(self, name: str, options: tuple[str, ...], default: str) -> str:
        """Return one of `options`."""
        value = self.text(name, default)
        if value in options:
            return value
        self.problem(f"{name} is {value!r}, but must be one of: {', '.join(options)}.")
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a yes or no."""
        value = self.text(name, "").lower()
        if not value:
            return default
        if value not in TRUE_WORDS | FALSE_WORDS:
            self.problem(f"{name} is {value!r}, but must be true or false.")
        return value in TRUE_WORDS

    def number(self, name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
        """Return a whole number from `low` to `high`."""
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        self.problem(f"{name} is {value!r}, but must be a whole number from {low} to {high}.")
        return default

    def words(self, name: str, default: tuple[str, ...] | None = None, *, hint: str = "") -> list[str]:
        """Return a list written with commas."""
        value = self.text(name, None if default is None else ",".join(default), hint=hint)
        return [word.strip() for word in value.split(",") if word.strip()]

    def folder(self, name: str, default: Path) -> Path:
        """Return a folder that this process can write to; it is made when missing."""
        path = Path(self.text(name, str(default))).expanduser().absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.problem(f"{name} is {str(path)!r}, but that folder cannot be made ({error.strerror}).")
            return path
        if not os.access(path, os.W_OK):
            self.problem(f"{name} is {str(path)!r}, but this user may not write there.")
        return path

    def url(self, name: str, default: str | None, schemes: tuple[str, ...], *, hint: str = "") -> str:
        """Return an address that starts with one of `schemes`; an empty default may stay empty."""
        value = self.text(name, default, hint=hint)
        if value and urlsplit(value).scheme not in schemes:
            accepted = " or ".join(f"{scheme}://" for scheme in schemes)
            self.problem(f"{name} is {hide_password(value)!r}, but must start with {accepted}.")
        return value

    def database(self, name: str, default: str | None) -> dict[str, Any]:
        """Return Django's description of the database that the address names."""
        value = self.text(name, default, hint="an address such as postgres://user:password@host:5432/name")
        if not value:
            return {"ENGINE": "django.db.backends.dummy"}
        try:
            return parse_database(value)
        except ValueError as error:
            self.problem(f"{name} is {hide_password(value)!r}, but {error}.")
            return {"ENGINE": "django.db.backends.dummy"}

    def finish(self) -> None:
        """Raise `SettingsError` if any value was missing or wrong."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise SettingsError(f"ICM Portal cannot start; correct these environment variables:\n{lines}")


def hide_password(address: str) -> str:
    """Return the address with its password, if any, replaced by stars."""
    try:
        password = urlsplit(address).password
    except ValueError:
        return "(not readable)"
    return address.replace(f":{password}@", ":***@") if password else address


def parse_database(address: str) -> dict[str, Any]:
    """Return Django's settings for `sqlite:///path` or `postgres://user:password@host:port/name`.

    Raises ValueError with the second half of a sentence ("it names no database").
    """
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return sqlite(parts.path)
    if parts.scheme in POSTGRES_SCHEMES:
        name = unquote(parts.path.lstrip("/"))
        if not name:
            raise ValueError("it names no database")
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": query,
        }
    raise ValueError("it must start with sqlite:/// or postgres://")


def sqlite(path: str) -> dict[str, Any]:
    """Return the settings of a SQLite file: readers never wait, writers queue instead of failing."""
    name = unquote(path.removeprefix("/"))
    if not name:
        raise ValueError("it names no file")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name if name == ":memory:" else str(Path(name).absolute()),
        "OPTIONS": {
            # IMMEDIATE takes the write lock at BEGIN, so two writers queue for `timeout` seconds
            # instead of one failing in the middle of its transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        },
    }
