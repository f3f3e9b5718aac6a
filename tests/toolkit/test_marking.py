"""Terms of art on a page: each is a link where it is used first."""

from __future__ import annotations

import re

from toolkit.loading import load
from toolkit.marking import Marks, aside, listed

TOOLKIT = load()
MARKER = TOOLKIT.marker


def marks() -> Marks:
    return Marks(TOOLKIT, "/glossary/")


def links(html: str) -> list[tuple[str, str]]:
    """Slug and words of each link; candidates must all be decided."""
    assert "<a data-" not in html
    return re.findall(r'<a class="term" href="/glossary/#([a-z0-9-]+)"[^>]*>([^<]*)</a>', html)


def test_a_term_is_a_link_at_its_first_use_on_the_page_only() -> None:
    page = marks()
    first, second = page.text("An ACO & its waivers; the ACO"), page.text("ACOs, a waiver, fee-for-service")
    assert links(first) == [("aco", "ACO"), ("waiver", "waivers")]
    assert re.sub(r"<[^>]+>", "", first) == "An ACO &amp; its waivers; the ACO"
    assert links(second) == [("ffs", "fee-for-service")]
    assert [term.term for term in page.terms] == ["ACO", "Waiver", "FFS"]


def test_a_link_is_described_by_its_meaning_which_the_page_brings_along() -> None:
    page = marks()
    html = page.text("ACO")
    assert 'aria-describedby="term-aco-means"' in html
    assert page.notes.count("popover role=") == 1
    assert '<p id="term-aco-means">Accountable care organization: providers who' in page.notes
    assert "Source: SMDL 12-001" in page.notes
    assert 'href="/glossary/#aco"' in page.notes
    assert marks().notes == ""


def test_what_is_not_shown_for_now_takes_no_first_use_away() -> None:
    page = marks()
    hidden, shown = page.html(aside(MARKER.html("an ACO, an ACO"))), page.text("the ACO")
    assert (links(hidden), links(shown)) == ([("aco", "ACO")], [("aco", "ACO")])
    assert links(page.html(aside(MARKER.html("one ACO more")))) == []
    assert page.notes.count("popover role=") == 1


def test_words_that_take_no_links_list_their_terms_below() -> None:
    page = marks()
    page.text("ACO")
    line = page.html(listed(MARKER, "Terms in this list", ("ACO", "PCCM entity", "Waivers & more")))
    assert links(line) == [("pccm-entity", "PCCM entity"), ("waiver", "Waiver")]
    assert line.startswith('<p class="tiny quiet terms-here">Terms in this list: <a ')
    assert page.html(listed(MARKER, "Terms in this list", ("ACO", "Waiver"))) == ""
    assert listed(MARKER, "Terms in this list", ("Other",)) == ""


def test_what_people_typed_is_never_taken_for_a_candidate() -> None:
    page = marks()
    typed = '&lt;a data-term="aco"&gt;ACO&lt;/a&gt; and an ACO'
    assert page.html(typed) == typed
    assert page.html('<a data-term="no-such">x</a>') == "x"
    assert page.text('<a data-term="aco">') == "&lt;a data-term=&quot;aco&quot;&gt;"
