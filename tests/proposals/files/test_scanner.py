"""Talking to clamd over a real socket: clean, infected, unreadable, silent and gone."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest

from proposals.files.scanner import NotScanned, ScannerDown, Verdict, scan
from tests.proposals.files.clamd import EVIL, clamd


def test_a_clean_file_arrives_whole_and_is_called_clean() -> None:
    content = bytes(range(256)) * 1000
    with clamd() as server:
        assert scan(io.BytesIO(content), server.address) == Verdict()
        assert server.seen == [content]


def test_a_virus_is_named() -> None:
    with clamd() as server:
        assert scan(io.BytesIO(b"x" + EVIL), server.address) == Verdict("Test-Virus")


def test_a_socket_in_the_file_system_serves_as_well(tmp_path: Path) -> None:
    with clamd(tmp_path / "c.sock") as server:
        assert scan(io.BytesIO(b"words"), server.address) == Verdict()


def test_an_answer_that_is_no_verdict_is_passed_on() -> None:
    with clamd() as server:
        server.answer = "INSTREAM size limit exceeded. ERROR"
        with pytest.raises(NotScanned, match=r"^INSTREAM size limit exceeded\. ERROR$"):
            scan(io.BytesIO(b"words"), server.address)


def test_a_scanner_that_hangs_up_or_is_not_there_is_down(tmp_path: Path) -> None:
    with clamd() as server:
        server.answer = ""
        with pytest.raises(ScannerDown):
            scan(io.BytesIO(b"words"), server.address)
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", f"unix://{tmp_path / 'none.sock'}"):
        with pytest.raises(ScannerDown):
            scan(io.BytesIO(b"words"), address)
