"""Asks ClamAV whether a file carries a virus, over its socket. The protocol: man page of clamd, INSTREAM."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

#: How long clamd may be silent, in seconds; large archives take some.
PATIENCE = 60.0
_PORT = 3310
_CHUNK = 64 * 1024
_LONGEST_REPLY = 4096


class ScannerDown(Exception):
    """Nobody answers at the address: the file is scanned later."""


class NotScanned(Exception):
    """The scanner answered, but could not read this file; the message is what it said."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner found; ``virus`` is "" for a clean file."""

    virus: str = ""


def scan(file: IO[bytes], address: str) -> Verdict:
    """Send a file to clamd at ``tcp://host:port`` or ``unix:///path`` and return its verdict.

    Raises `ScannerDown` and `NotScanned`.
    """
    try:
        with _connected(address) as link:
            _send(link, file)
            reply = _reply(link)
    except OSError as error:
        raise ScannerDown(type(error).__name__) from error
    _, _, said = reply.partition(": ")
    if said == "OK":
        return Verdict()
    if said.endswith(" FOUND"):
        return Verdict(said.removesuffix(" FOUND"))
    if not reply:
        raise ScannerDown("no answer")
    raise NotScanned(reply)


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(PATIENCE)
        try:
            link.connect(parts.path)
        except OSError:
            link.close()
            raise
        return link
    return socket.create_connection((parts.hostname or "localhost", parts.port or _PORT), timeout=PATIENCE)


def _send(link: socket.socket, file: IO[bytes]) -> None:
    """Send the whole file. A scanner that stops reading has said why, or is gone: its reply tells."""
    try:
        link.sendall(b"zINSTREAM\0")
        while chunk := file.read(_CHUNK):
            link.sendall(struct.pack("!L", len(chunk)) + chunk)
        link.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _reply(link: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_REPLY and (more := link.recv(_LONGEST_REPLY)):
        said += more
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
