"""The one way a private file leaves the portal. Whoever calls this has checked who asks."""

from __future__ import annotations

from typing import IO, cast

from django.http import FileResponse, HttpResponse


def as_download(file: IO[bytes], *, name: str, content_type: str) -> HttpResponse:
    """Return a file as a download: never shown inside the site's pages, never guessed at, never cached."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    # A stream is no HttpResponse in the types, though it is one to every caller.
    return cast(HttpResponse, response)
