"""The door of the layout engine to the world: nearly shut."""

from __future__ import annotations

import mimetypes

from weasyprint.urls import URLFetcher, URLFetcherResponse

from exports.packet.resources import static_file

SCHEME = "static:"


class PacketFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
    """Opens ``data:`` and ``static:`` addresses and nothing else: no file, no network."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Open ``url``, or raise (WeasyPrint then leaves the resource out)."""
        if not url.startswith(SCHEME):
            return super().fetch(url, headers)
        path = static_file(url.removeprefix(SCHEME))
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, body=path.read_bytes(), headers={"Content-Type": kind})
