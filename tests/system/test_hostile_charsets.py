"""Character sets that are none: Django reads the query in them before any middleware could refuse."""

from __future__ import annotations

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_started
from django.db import close_old_connections

from icm_portal.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("charset", ["base64", "hex", "idna", "punycode", "undefined", "utf-16", "rot13", "a\x00b"])
@pytest.mark.parametrize("path", ["/accounts/login/?next=%FF", "/healthz?x=1", "/nowhere?x"])
def test_a_request_in_a_character_set_that_is_no_text_is_refused_before_django_reads_it(
    path: str, charset: str
) -> None:
    status, headers, page = served(path, f"{FORM}; charset={charset}")
    assert (status, "This request could not be read" in page) == ("400 Bad Request", True)
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert {"Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options"} <= headers.keys()


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", "latin-1", "klingon", "\xe9", ""])
def test_a_request_in_a_character_set_of_words_or_one_nobody_knows_is_answered(charset: str) -> None:
    assert served("/healthz?x=%FF", f"{FORM}; charset={charset}")[0] == "200 OK"


@pytest.mark.parametrize("parameter", ["charset*=bogus''x", "x*=bogus''y%41", "charset*=utf-8''utf-16"])
def test_a_parameter_that_cannot_be_read_is_refused_like_an_unreadable_character_set(parameter: str) -> None:
    status, _, page = served("/healthz?x=1", f"text/plain; {parameter}")
    assert (status, "This request could not be read" in page) == ("400 Bad Request", True)


def served(path: str, content_type: str) -> tuple[str, dict[str, str], str]:
    """Send a request the way the server does; return status, headers and page."""
    found: list[Any] = []
    environ = {"REQUEST_METHOD": "GET", "CONTENT_TYPE": content_type, "HTTP_HOST": "localhost"}
    environ["PATH_INFO"], _, environ["QUERY_STRING"] = path.partition("?")
    setup_testing_defaults(environ)
    request_started.disconnect(close_old_connections)  # as Django's own test client: the test keeps its connection
    try:
        page = b"".join(application(environ, lambda *start: found.extend(start)))  # type: ignore[arg-type]
    finally:
        request_started.connect(close_old_connections)
    return found[0], dict(found[1]), page.decode()
