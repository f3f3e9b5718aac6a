"""Static files with hashed names, private files that have no address, and the headers of every answer."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import InMemoryStorage, default_storage, storages
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client, override_settings

from deploy import assets
from icm_portal.storage import PrivateStorage


def test_private_files_are_readable_by_this_user_only_and_have_no_address(tmp_path: Path) -> None:
    with override_settings(PRIVATE_ROOT=tmp_path / "private"):
        storage = PrivateStorage()
        name = storage.save("packets/one.pdf", io.BytesIO(b"%PDF"))
        path = Path(storage.path(name))
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
        with pytest.raises(ValueError, match="has no address"):
            storage.url(name)


def test_tests_never_write_into_the_data_of_the_tree() -> None:
    assert not isinstance(default_storage, InMemoryStorage)
    assert Path(settings.PRIVATE_ROOT).is_relative_to(settings.DATA_DIR)
    assert not Path(settings.DATA_DIR).is_relative_to(settings.BASE_DIR)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_static_files_get_hashed_names_that_point_at_each_other(tmp_path: Path) -> None:
    used: dict[str, Any] = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "icm_portal.storage.StaticStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=used):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.map"])
        address = storages["staticfiles"].url("uswds/css/uswds.min.css")
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert address == f"/static/{names['uswds/css/uswds.min.css']}"
    style = (tmp_path / names["uswds/css/uswds.min.css"]).read_text()
    assert names["uswds/img/usa-icons/close.svg"].rsplit("/", 1)[1] in style
    assert "sourceMappingURL" not in style
    assert [name for name in names if name.endswith(".map")] == []
    assert (tmp_path / f"{names['uswds/css/uswds.min.css']}.gz").stat().st_size < 70_000


def test_the_design_system_brings_only_what_pages_and_packets_use() -> None:
    files = [path for path in assets.ASSETS.rglob("*") if path.is_file()]
    assert len(files) < 70
    assert sum(path.stat().st_size for path in files) < 2_500_000
    fonts = sorted(path.name for path in (assets.ASSETS / "fonts").iterdir())
    assert fonts == [f"PublicSans-{weight}.ttf" for weight in ("Bold", "Italic", "Light", "Regular", "SemiBold")]


@pytest.mark.django_db
def test_every_answer_carries_the_security_headers(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    headers = {name: response.headers[name] for name in ("X-Frame-Options", "Referrer-Policy", "Cache-Control")}
    assert headers == {
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "private, no-cache",
    }
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in response.headers["Permissions-Policy"]


@pytest.mark.django_db
def test_without_a_database_the_health_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:

    def refuse() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"status": "no database"})
