"""Reading the environment: typed values, and one clear sentence for each problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from icm_portal.env import Env, SettingsError, hide_password, parse_database


def sentences(env: Env) -> list[str]:
    """Return the sentences that `finish` would print, without their bullets."""
    with pytest.raises(SettingsError) as raised:
        env.finish()
    head, *lines = str(raised.value.code).splitlines()
    assert head == "ICM Portal cannot start; correct these environment variables:"
    return [line.removeprefix("  - ") for line in lines]


def test_all_problems_are_told_at_once() -> None:
    env = Env({"PORT": "99999", "DEBUG": "maybe", "ICM_MODE": "live", "REDIS_URL": "http://u:secret@host"})
    assert env.number("PORT", 8000, low=1, high=65535) == 8000
    assert env.flag("DEBUG", default=False) is False
    assert env.choice("ICM_MODE", ("embedded", "production"), "embedded") == "embedded"
    assert env.url("REDIS_URL", "", ("redis", "rediss")) == "http://u:secret@host"
    assert env.text("SECRET_KEY", hint="50 random characters") == ""
    assert env.words("ALLOWED_HOSTS", hint="host names") == []
    assert sentences(env) == [
        "PORT is '99999', but must be a whole number from 1 to 65535.",
        "DEBUG is 'maybe', but must be true or false.",
        "ICM_MODE is 'live', but must be one of: embedded, production.",
        "REDIS_URL is 'http://u:***@host', but must start with redis:// or rediss://.",
        "SECRET_KEY is missing: set it to 50 random characters.",
        "ALLOWED_HOSTS is missing: set it to host names.",
    ]


def test_values_are_typed_and_blank_means_default() -> None:
    env = Env({"A": " yes ", "B": "7", "C": "a, b,,c ", "D": "  ", "E": "off"})
    assert env.flag("A", default=False) is True
    assert env.flag("E", default=True) is False
    assert env.flag("D", default=True) is True
    assert env.number("B", 1) == 7
    assert env.words("C") == ["a", "b", "c"]
    assert env.text("D", "default") == "default"
    env.finish()


def test_the_environment_of_the_process_is_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICM_SOME_VALUE", "here")
    assert Env().text("ICM_SOME_VALUE") == "here"


def test_a_folder_is_made(tmp_path: Path) -> None:
    env = Env({"DATA_DIR": str(tmp_path / "a" / "b")})
    assert env.folder("DATA_DIR", tmp_path).is_dir()
    env.finish()


def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "data"
    env = Env({"DATA_DIR": str(path)})
    env.folder("DATA_DIR", tmp_path)
    assert sentences(env) == [f"DATA_DIR is '{path}', but that folder cannot be made (Not a directory)."]


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere, so ask nobody
    env = Env({})
    env.folder("DATA_DIR", tmp_path)
    assert sentences(env) == [f"DATA_DIR is '{tmp_path}', but this user may not write there."]


def test_a_postgresql_address_is_read_completely() -> None:
    read = parse_database("postgres://some%40one:p%3Aw@db.example:5433/icm?sslmode=require")
    assert read == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "icm",
        "USER": "some@one",
        "PASSWORD": "p:w",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_postgresql_socket_is_named_by_its_folder() -> None:
    assert parse_database("postgresql://me@/icm?host=/tmp/pg")["HOST"] == "/tmp/pg"


@pytest.mark.parametrize(
    ("address", "name"),
    [("sqlite:////data/icm.sqlite3", "/data/icm.sqlite3"), ("sqlite:///:memory:", ":memory:")],
)
def test_a_sqlite_address_names_a_file(address: str, name: str) -> None:
    assert parse_database(address)["NAME"] == name


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("postgres://me:pw@host", "it names no database"),
        ("sqlite:///", "it names no file"),
        ("mysql://host/icm", "it must start with sqlite:/// or postgres://"),
    ],
)
def test_a_wrong_database_address_is_explained(address: str, reason: str) -> None:
    env = Env({"DATABASE_URL": address})
    assert env.database("DATABASE_URL", None) == {"ENGINE": "django.db.backends.dummy"}
    assert sentences(env) == [f"DATABASE_URL is '{hide_password(address)}', but {reason}."]


def test_a_missing_database_address_is_explained() -> None:
    env = Env({})
    env.database("DATABASE_URL", None)
    assert sentences(env) == [
        "DATABASE_URL is missing: set it to an address such as postgres://user:password@host:5432/name."
    ]


def test_an_unreadable_address_shows_nothing_of_itself() -> None:
    assert hide_password("postgres://me:secret@[host/icm") == "(not readable)"
