"""Terms of art on a page: each is a link to its meaning where it is used first.

Texts are marked once, at every use (`toolkit.glossary.Marker.html`), so that what is drawn of them can be kept. Which use
is the first is known only when a page is put together: `Marks` goes over the pieces in their order, keeps the first
candidate of each term and turns the others back into plain words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from toolkit.glossary import Marker
from toolkit.types import Term, Toolkit

#: A candidate: one use of a term in a text, or a line that lists the terms of something that takes no links.
_CANDIDATE = re.compile(r'<a data-(aside-)?(term|list)="([a-z0-9 -]+)">([^<]*)</a>')
#: What begins the line of terms for words that take no links.
IN_LIST, IN_TABLE = "Terms in this list", "Terms in this table"


@lru_cache(maxsize=4096)
def listed(marker: Marker, lead: str, texts: tuple[str, ...]) -> SafeString:
    """A candidate for a line such as "Terms in this list: ACO, SPA", for texts that cannot hold links; may be ""."""
    slugs = " ".join(term.slug for term in marker.found(texts))
    html = f'<a data-list="{slugs}">{escape(lead)}</a>' if slugs else ""
    return mark_safe(html)  # noqa: S308 - every part is escaped or ours


def aside(html: str) -> SafeString:
    """The same piece as one that is not shown for now: a term in it is still marked at its first use in plain view."""
    shown = html.replace('<a data-term="', '<a data-aside-term="').replace('<a data-list="', '<a data-aside-list="')
    return mark_safe(shown)  # noqa: S308 - it was safe before


class Marks:
    """The terms of art of one page. Give it the pieces of the page in the order in which they are read.

    ``address`` is that of the glossary, where every term has its slug as an anchor.
    """

    def __init__(self, toolkit: Toolkit, address: str) -> None:
        self.marker = toolkit.marker
        self._address = address
        self._in_view: set[str] = set()
        self._marked: dict[str, Term] = {}

    def text(self, text: str) -> SafeString:
        """A plain text of ours, escaped and marked."""
        return self.html(self.marker.html(text))

    def html(self, html: str) -> SafeString:
        """A piece with candidates. What people typed may stand in it: escaped, it never looks like a candidate."""
        if "<a data-" not in html:
            return mark_safe(html)  # noqa: S308 - it was safe before
        return mark_safe(_CANDIDATE.sub(self._decided, html))  # noqa: S308 - the same

    def table(self, heads: tuple[str, ...], *, is_aside: bool = False) -> SafeString:
        """The line below a table that is read, for the heads of its columns: on a narrow screen nobody sees them."""
        line = listed(self.marker, IN_TABLE, heads)
        return self.html(aside(line) if is_aside else line)

    def _decided(self, found: re.Match[str]) -> str:
        is_aside, kind, slugs, words = found.groups()
        if kind == "list":
            links = [self._link(slug, escape(self.marker.by_slug[slug].term)) for slug in self._fresh(slugs, is_aside)]
            return f'<p class="tiny quiet terms-here">{words}: {", ".join(links)}</p>' if links else ""
        return self._link(slugs, words) if any(self._fresh(slugs, is_aside)) else words

    def _fresh(self, slugs: str, is_aside: str | None) -> list[str]:
        """Which of the terms are used for the first time; an aside is no first use for what stands in plain view."""
        seen = self._marked if is_aside else self._in_view
        fresh = [slug for slug in slugs.split() if slug in self.marker.by_slug and slug not in seen]
        for slug in fresh:
            self._marked.setdefault(slug, self.marker.by_slug[slug])
        if not is_aside:
            self._in_view.update(fresh)
        return fresh

    def _link(self, slug: str, words: str) -> str:
        return (
            f'<a class="term" href="{self._address}#{slug}" data-term="{slug}" '
            f'aria-describedby="term-{slug}-means">{words}</a>'
        )

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms marked so far, in order."""
        return tuple(self._marked.values())

    @property
    def notes(self) -> SafeString:
        """What a script opens on the spot: the meaning of each term marked so far. Read it when the page is drawn."""
        notes = "".join(_note(term, self._address) for term in self._marked.values())
        return mark_safe(f"<div data-term-notes hidden>{notes}</div>" if notes else "")  # noqa: S308 - escaped in _note


@lru_cache(maxsize=1024)
def _note(term: Term, address: str) -> str:
    own = f"term-{term.slug}"
    name = escape(term.term)
    return (
        f'<div class="gloss" id="{own}" popover role="dialog" tabindex="-1" aria-labelledby="{own}-name" '
        f'aria-describedby="{own}-means"><p class="strong" id="{own}-name">{name}</p>'
        f'<p id="{own}-means">{escape(term.definition)}</p><p class="tiny quiet">Source: {escape(term.source)}</p>'
        f'<p class="gloss__foot"><a class="usa-link" href="{address}#{term.slug}">Glossary'
        f'<span class="usa-sr-only">: {name}</span></a><button type="button" class="usa-button usa-button--unstyled" '
        f'popovertarget="{own}" popovertargetaction="hide">Close</button></p></div>'
    )
