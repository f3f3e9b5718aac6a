"""Rich text: what stays, what goes, and that the result is a fixed point."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import richtext
from toolkit.richtext import TAGS, is_plain, sanitise, to_text

LINK = ' target="_blank" rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("raw", "html"),
    [
        ("", ""),
        ("  \n ", ""),
        ("One line & more <3", "<p>One line &amp; more &lt;3</p>"),
        ("One.\n \nTwo\nlines.\n\n\n\nThree.", "<p>One.</p><p>Two<br>lines.</p><p>Three.</p>"),
        ("AT&amp;T", "<p>AT&amp;amp;T</p>"),
        ("<p>a<b>b</b><i>c</i></p>", "<p>a<strong>b</strong><em>c</em></p>"),
        ("<h2>Title</h2><p>Text</p>", "<p><strong>Title</strong></p><p>Text</p>"),
        ("<h1><strong>Title</strong></h1>", "<p><strong>Title</strong></p>"),
        ("<strong><h1>Title</h1></strong>", "<p><strong>Title</strong></p>"),
        ("<div>one</div><div><br></div><div>two</div>", "<p>one</p><p>two</p>"),
        ("x<p>y</p>z<br>w", "<p>x</p><p>y</p><p>z<br>w</p>"),
        ("<p> a \n&nbsp; b <br> </p>", "<p>a b</p>"),
        ("<p><strong><em></em></strong></p>", ""),
        ("<strong><p>bold</p></strong>", "<p><strong>bold</strong></p>"),
        ("<ul>a<li>b<ol><li>c</li></ol></li></ul>", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"),
        ("<ul><ul><li>deep</li></ul></ul>", "<ul><li><ul><li>deep</li></ul></li></ul>"),
        ("<li>stray</li> <li>item</li>", "<p>stray item</p>"),
        (
            "<table><thead><tr><th colspan=2 style='x'>H</th></tr></thead><tr><td>a</td><td rowspan=0>b</td></tr></table>",
            '<table><thead><tr><th colspan="2">H</th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody></table>',
        ),
        ("<table><tr><td colspan=1000000000>a</td></tr></table>", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
        ('<a href="https://a.gov/?x=1&y=2">a</a>', f'<p><a href="https://a.gov/?x=1&amp;y=2"{LINK}>a</a></p>'),
        ('<a href="mailto:a@b.gov" onclick="x()">a</a>', f'<p><a href="mailto:a@b.gov"{LINK}>a</a></p>'),
        ('<a href="javascript:alert(1)">a</a> <a href="data:text/html,x">b</a> <a href="/in">c</a>', "<p>a b c</p>"),
        ("<a href=' JaVaScRiPt:alert(1)'>a</a><a>b</a>", "<p>ab</p>"),
        ("<script>alert(1)</script>hi<img src=x onerror=alert(1)>", "<p>hi</p>"),
        ("<style>p{}</style><p class=x style='color:red' onclick=x()>a</p><!-- note -->", "<p>a</p>"),
        ("<!--[if mso]><xml><w:A/></xml><![endif]--><p class=MsoNormal>a<o:p></o:p></p>", "<p>a</p>"),
        ("<!-- never closed <p>a</p>", ""),
        ("<p>a&#0;&#1;\x02b\uffff</p>", "<p>a\ufffdb</p>"),
        ("<p>&lt;script&gt;</p>", "<p>&lt;script&gt;</p>"),
        ("<svg><p>a</p><script>b</script></svg><math><mi>c</mi></math>", "<p>a</p>"),
    ],
)
def test_html_is_reduced_to_the_vocabulary(raw: str, html: str) -> None:
    assert sanitise(raw) == html
    assert sanitise(html) == html


def test_lists_nest_six_deep_and_no_deeper() -> None:
    html = sanitise("<ul><li>x" * 9 + "</li></ul>" * 9)
    assert html.count("<ul>") == 6
    assert to_text(html).count("x") == 9


def test_a_table_in_a_table_loses_its_frame_and_keeps_its_words() -> None:
    html = sanitise("<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>")
    assert html.count("<table>") == 1
    assert to_text(html).split() == ["a", "b"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One<br>two</p><p>three</p>", "One two\nthree"),
        ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>", "- a\n- b\n- c\nd"),
        ("<ol><li>first</li></ol>", "- first"),
        (
            "<table><tbody><tr><th>H</th><th></th></tr><tr><td><p>a</p><p>b</p></td>\
<td>c<ul><li>d</li></ul></td></tr><tr><td></td></tr></tbody></table>",
            "H\na b | c - d",
        ),
        ("<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table><p>&lt;c&gt;</p>", "a\nb\n<c>"),
    ],
)
def test_text_has_one_line_for_each_block(html: str, text: str) -> None:
    assert to_text(html) == text


def test_text_without_tags_is_plain() -> None:
    assert [is_plain(text) for text in ("a < b > c", "a <3", "", "<p>a", "a</p>", "<!-- x", "<?x")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]


BOMBS = {
    "lists": "<ul><li>" * 20_000,
    "bold": "<b>x" * 40_000,
    "tables": "<table><tr><td>" * 13_000,
    "blocks": "<div>" * 40_000,
    "closed wrongly": "<div><table></div></table>" * 7_000,
    "bold blocks": "<b><div>x</b>" * 15_000,
    "paragraphs": "<p>" * 60_000,
    "cells": "<td>" * 45_000,
    "comments": "<!--" * 50_000,
    "signs": "<" * 200_000,
    "depth of a hundred": ("<div>" * 99 + "x" + "</div>" * 99) * 60,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_no_markup_takes_long(bomb: str) -> None:
    before = time.process_time()
    sanitise(bomb)
    assert time.process_time() - before < 10  # seconds; without limits it is minutes


def test_markup_that_is_too_tangled_becomes_its_words() -> None:
    assert sanitise("<b>" * 101 + "kept &amp; safe<script>alert(1)</script>") == "<p>kept &amp; safe alert(1)</p>"


def test_empty_lists_in_lists_leave_nothing() -> None:
    assert sanitise("<ul><li>" * 6) == ""


def test_markup_that_does_not_settle_becomes_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(richtext, "_PASSES", 1)
    assert sanitise("<div>a<b>b</b></div>") == "<p>ab</p>"


class Audit(HTMLParser):
    """Collects what is not in the vocabulary."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.foreign.append(tag)
        for name, value in attrs:
            web_link = name == "href" and re.match(r"(?i)https?://|mailto:", value or "")
            if not web_link and (name, value) not in {("target", "_blank"), ("rel", "noopener noreferrer")}:
                span = name in {"colspan", "rowspan"} and (value or "").isdigit()
                if not span:
                    self.foreign.append(f"{tag} {name}={value}")


PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in sorted(TAGS)),
        *(f"</{tag}>" for tag in sorted(TAGS)),
        "<h2>", "</h2>", "<div>", "</div>", "<b>", "</b>", "<i>", "<span>", "<script>", "</script>", "<style>", "<svg>",
        "<math>", "<caption>", "<select>", "<option>", "<template>", "<iframe src=x>", "<img src=x onerror=y>", "<pre>",
        "<a href='javascript:x'>", "<a href='https://a.gov'>", "<a href='//b'>", "<p onclick=x>", "<td colspan=3>",
        "<!--", "-->", "<o:p>", "&lt;", "&amp;", "&nbsp;", "&#1;", "<", ">", '"', "'", "\n", "\n\n", " ", "word", "ä",
    ]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_sanitised_text_is_a_fixed_point_without_anything_foreign(raw: str) -> None:
    html = sanitise(raw)
    assert sanitise(html) == html
    audit = Audit()
    audit.feed(html)
    audit.close()
    assert audit.foreign == []
    assert "\n" not in to_text(html) or to_text(html).strip() == to_text(html)


@settings(max_examples=200)
@given(st.lists(st.text(alphabet="abc 1<&>.", min_size=1, max_size=20), max_size=6))
def test_plain_text_keeps_every_word(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    if is_plain(text):
        assert to_text(sanitise(text)).split() == text.split()
