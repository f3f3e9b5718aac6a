"""A stand-in for clamd on a real socket: it reads INSTREAM as the manual says and answers what a test wants."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Carries this word = infected, for the stand-in.
EVIL = b"EVIL-TEST-WORD"


class Clamd:
    """Answers one connection after the other; ``answer`` replaces the verdict, "" hangs up without one."""

    def __init__(self, listener: socket.socket, address: str) -> None:
        self.listener, self.address = listener, address
        self.answer: str | None = None
        self.seen: list[bytes] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            with link:
                self._answer(link)

    def _answer(self, link: socket.socket) -> None:
        stream = link.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
        self.seen.append(content)
        verdict = "stream: Test-Virus FOUND" if EVIL in content else "stream: OK"
        said = verdict if self.answer is None else self.answer
        if said:
            link.sendall(said.encode() + b"\0")
        stream.close()

    def close(self) -> None:
        """Stop answering."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=5)


@contextmanager
def clamd(path: Path | None = None) -> Iterator[Clamd]:
    """Run the stand-in on a free port, or on a socket in the file system."""
    if path is None:
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        address = f"unix://{path}"
    server = Clamd(listener, address)
    try:
        yield server
    finally:
        server.close()
