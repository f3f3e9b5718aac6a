"""Requests to the portal in this process, as its server would hand them over, and what they cost."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deploy.collector import settle
from icm_portal.accounts.models import User

EMPTY = "/bench/empty/"
ROUNDS = 5
#: Stands in the cookie and in the form alike.
TOKEN = "a" * 32


@dataclass(frozen=True)
class Cost:
    """What one request costs: CPU of this process, as a multiple of the empty view, and in queries and bytes."""

    ratio: float
    milliseconds: float
    queries: int
    kilobytes: float


class Server:
    """The WSGI application with one signed-in person."""

    def __init__(self, person: User) -> None:
        self.app = WSGIHandler()
        client = Client()
        client.force_login(person)
        self.cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())

    def empty(self) -> bytes:
        """Read the empty view as a stranger: no session, no query."""
        cookies, self.cookies = self.cookies, ""
        try:
            return self.get(EMPTY)
        finally:
            self.cookies = cookies

    def get(self, path: str) -> bytes:
        """Read a page. Raises RuntimeError unless the answer is 200."""
        return self._request("GET", path, b"", 200)

    def body(self, data: list[tuple[str, str]]) -> bytes:
        """Return a form as a browser sends it."""
        return urlencode([*data, ("csrfmiddlewaretoken", TOKEN)]).encode()

    def post(self, path: str, body: bytes, *, is_script: bool) -> bytes:
        """Send a form as a page's script does, or as its button. Raises RuntimeError unless it is taken."""
        cookies = self.cookies
        self.cookies = f"{cookies}; csrftoken={TOKEN}"
        try:
            if is_script:
                return self._request("POST", path, body, 200, accept="application/json")
            return self._request("POST", path, body, 302)
        finally:
            self.cookies = cookies

    def _request(self, method: str, path: str, body: bytes, expected: int, accept: str = "text/html") -> bytes:
        address, _, query = path.partition("?")
        answered: list[Any] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "http",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": self.cookies,
            "HTTP_ACCEPT": accept,
        }

        def start(status: str, headers: Any, problem: Any = None, /) -> Callable[[bytes], object]:
            answered.append(status)
            return answered.append

        response = self.app(environ, start)
        content = b"".join(response)
        response.close()
        if not answered[0].startswith(str(expected)):
            raise RuntimeError(f"{method} {path} answered {answered[0]}: {content[:400]!r}")
        return content

    def cost(self, request: Callable[[], bytes], least: float = 0.15) -> Cost:
        """Measure a request against the empty view, turn by turn, so that a machine that slows down slows both."""
        for _ in range(3):
            content = request()
            self.empty()
        with CaptureQueriesContext(connection) as captured:
            request()
            queries = len(captured)
        many = max(2, round(least / max(_cpu(request, 1), 0.001)))
        settle()
        pairs = [(_cpu(request, many), _cpu(self.empty, 100)) for _ in range(ROUNDS)]
        gc.unfreeze()
        own = statistics.median(page for page, _ in pairs)
        ratio = statistics.median(page / empty for page, empty in pairs)
        return Cost(ratio, own * 1000, queries, len(content) / 1000)


def _cpu(work: Callable[[], object], times: int) -> float:
    """Return the seconds of CPU that one run takes, over several."""
    begun = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - begun) / times
