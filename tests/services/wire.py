"""A wire to a server that a test can cut and mend: a TCP proxy of its own, so that nobody else on that server notices."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import Any

from deploy.processes import free_port

CHUNK = 65_536


class Wire:
    """Listens on a port of this machine and passes everything on; cut, it refuses and has dropped every connection."""

    def __init__(self, host: str, port: str) -> None:
        self.port = free_port(0)
        self._host, self._to = host, port
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self.mend()

    def mend(self) -> None:
        """Take connections, from now on or again."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        Thread(target=self._listen, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Drop what is under way, in the middle of whatever it is, and refuse what comes."""
        for end in (self._listener, *self._open.copy()):
            self._close(end)

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = self._connect()
                with self._lock:
                    self._open |= {near, far}
                for ends in ((near, far), (far, near)):
                    Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _connect(self) -> socket.socket:
        if self._host.startswith("/"):
            end = socket.socket(socket.AF_UNIX)
            end.connect(f"{self._host}/.s.PGSQL.{self._to or 5432}")
            return end
        return socket.create_connection((self._host, int(self._to)))

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                target.sendall(data)
        self._close(source)
        self._close(target)

    def _close(self, end: socket.socket) -> None:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)  # wakes whoever waits on it
        end.close()
        with self._lock:
            self._open.discard(end)


@contextmanager
def wired(database: dict[str, Any]) -> Iterator[tuple[Wire, dict[str, Any]]]:
    """Yield a wire to the server of a PostgreSQL database, and the settings that lead to the database over it."""
    wire = Wire(database["HOST"], str(database["PORT"]))
    try:
        yield wire, {**database, "HOST": "127.0.0.1", "PORT": str(wire.port)}
    finally:
        wire.cut()
