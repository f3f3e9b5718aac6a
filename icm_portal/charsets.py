"""Requests that name a character set nobody can read words in, such as ``charset=base64``.

Django looks the name up among all codecs of Python and decodes the query with it while it builds the request: that is
before any middleware could answer, and codecs that are no text raise what Django does not expect.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Pages send UTF-8; the other two are what old programs call text.
READABLE = frozenset({"utf-8", "ascii", "iso8859-1"})
#: Set in the environment of a request that is to be refused.
UNREADABLE = "icm.unreadable"


def with_readable_charset(application: WSGIApplication) -> WSGIApplication:
    """Return an application that marks requests in an unreadable character set and hides it from Django.

    `icm_portal.middleware.UnreadableMiddleware` refuses them with the usual page.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not names_readable(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = environ["CONTENT_TYPE"].partition(";")[0]
            environ[UNREADABLE] = True
        return application(environ, start_response)

    return answer


def names_readable(content_type: str) -> bool:
    """Whether words of this content type can be read; not where its parameters themselves cannot."""
    try:
        _, parameters = parse_header_parameters(content_type)
    except ValueError:  # a parameter in a character set of its own (RFC 2231) that nobody knows
        return False
    return is_readable(parameters.get("charset", ""))


def is_readable(charset: str) -> bool:
    """Whether words in this character set can be read; one that Python does not know is ignored, as Django does."""
    try:
        return not charset or codecs.lookup(charset).name in READABLE
    except LookupError:
        return True
    except ValueError:  # a name that cannot be one
        return False
