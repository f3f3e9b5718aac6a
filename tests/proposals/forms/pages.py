"""What a browser without scripts would send back from a page: the names and values of its form."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"submit", "button", "image", "reset", "file"}


class _Fields(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__(convert_charrefs=True)
        self.form_id = form_id
        self.pairs: list[tuple[str, str]] = []
        self._form = ""
        self._template = 0
        self._area: list[str] | None = None
        self._name = ""
        self._select: list[tuple[str, bool]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._form = given.get("id", "")
        if tag == "template":
            self._template += 1
        if self._template or given.get("form", self._form) != self.form_id or "disabled" in given:
            return
        if tag == "option" and self._select is not None:
            self._select.append((given.get("value", ""), "selected" in given))
        if name := given.get("name", ""):
            self._control(tag, name, given)

    def _control(self, tag: str, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if tag == "input" and kind not in VOID and (kind not in {"radio", "checkbox"} or "checked" in given):
            self.pairs.append((name, given.get("value", "")))
        if tag == "textarea":
            self._area, self._name = [], name
        if tag == "select":
            self._select, self._name = [], name

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        if tag == "template":
            self._template -= 1
        if tag == "textarea" and self._area is not None:
            text = "".join(self._area).removeprefix("\n")
            self.pairs.append((self._name, text.replace("\n", "\r\n")))
            self._area = None
        if tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._select if selected]
            self.pairs.append((self._name, chosen[-1] if chosen else self._select[0][0]))
            self._select = None


def posted(html: str, form_id: str = "answers") -> dict[str, list[str]]:
    """Return what submitting the form untouched would send, by name; line ends as browsers write them."""
    reader = _Fields(form_id)
    reader.feed(html)
    found: dict[str, list[str]] = {}
    for name, value in reader.pairs:
        found.setdefault(name, []).append(value)
    return found
