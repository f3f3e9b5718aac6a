"""What a packet may open: our fonts, our stylesheets, and data inside the document."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import FileSystemFinder
from pytest_django import Settings
from weasyprint import HTML

from exports.packet.fetcher import PacketFetcher
from exports.packet.resources import NEEDED, ForbiddenResource, static_file


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_packet_needs_is_there(name: str) -> None:
    assert static_file(name).is_file()


@pytest.mark.parametrize(
    "name",
    [
        "css/app.css",
        "fonts/../css/app.css",
        "fonts/deeper/x.ttf",
        "packet/../../icm_portal/settings.py",
        "packet/packet.py",
        "/etc/passwd",
        "",
    ],
)
def test_another_place_is_refused(name: str) -> None:
    with pytest.raises(ForbiddenResource):
        static_file(name)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="Nowhere"):
        static_file("fonts/Nowhere.ttf")


def test_a_link_that_leads_out_is_refused(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    secret = tmp_path / "secret.ttf"
    secret.write_text("secret")
    (folder / "Linked.ttf").symlink_to(secret)
    settings.STATICFILES_DIRS = [tmp_path]
    fresh = FileSystemFinder()
    monkeypatch.setattr("exports.packet.resources.finders.find", fresh.find)
    with pytest.raises(ForbiddenResource):
        static_file("fonts/Linked.ttf")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/secret",
        "https://example.com/",
        "ftp://example.com/x",
        "static:css/app.css",
        "static:../settings.py",
    ],
)
def test_the_fetcher_opens_no_other_address(url: str) -> None:
    with pytest.raises(ValueError):
        PacketFetcher().fetch(url)


def test_the_fetcher_opens_data_and_our_own_files() -> None:
    fetcher = PacketFetcher()
    assert fetcher.fetch("data:text/plain,hello").read() == b"hello"
    sheet = fetcher.fetch("static:packet/draft.css")
    assert sheet.content_type == "text/css"
    assert sheet.read() == static_file("packet/draft.css").read_bytes()


def test_a_document_that_asks_for_a_file_gets_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg' width='900' height='9000'></svg>")
    html = f"<html lang='en'><title>x</title><img src='{secret.as_uri()}' alt='secret'></html>"
    assert len(HTML(string=html, url_fetcher=PacketFetcher()).render().pages) == 1
