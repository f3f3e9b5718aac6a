"""What the requests of this room share."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from proposals import divisions


class DivisionsMiddleware:
    """Lets each request read the divisions of CMS at most once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, and remember nothing for the next one on this thread."""
        with divisions.remembered():
            return self.get_response(request)
