"""Reading the form of a page the way a browser fills it in."""

from __future__ import annotations

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """Collects name and value of every control that a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.data: list[tuple[str, str]] = []
        self._select = self._area = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "input" and name and self._is_sent(found):
            self.data.append((name, value or "on" if found.get("type") in {"checkbox", "radio"} else value))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self.data.append((self._select, value))
        elif tag == "textarea":
            self._area, self._text = name, []

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area:
            self.data.append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = ""

    @staticmethod
    def _is_sent(found: dict[str, str | None]) -> bool:
        if found.get("type") in {"checkbox", "radio"}:
            return "checked" in found
        return found.get("type") not in {"submit", "button", "file"} and found.get("name") != "csrfmiddlewaretoken"


def filled_in(page: bytes) -> list[tuple[str, str]]:
    """Return what a browser would send from all forms of a page."""
    reader = FormReader()
    reader.feed(page.decode())
    return reader.data
