"""A mail server that takes some mails and refuses others, as servers do: a real one, which speaks SMTP on a port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


class _Talk(StreamRequestHandler):
    """One connection."""

    server: RefusingServer

    def handle(self) -> None:
        """Answer line by line until the client is done."""
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT") and self.server.answer:
                self._say(self.server.answer)
            elif word == "DATA":
                self._take()
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        self.server.taken.append("\n".join(lines))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class RefusingServer(ThreadingTCPServer):
    """Refuses each recipient with ``answer``, until that is emptied; ``taken`` are the mails it took."""

    daemon_threads = True

    def __init__(self, answer: str) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.answer = answer
        self.taken: list[str] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


@contextmanager
def refusing(answer: str) -> Iterator[RefusingServer]:
    """Run one for as long as the block."""
    with RefusingServer(answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
