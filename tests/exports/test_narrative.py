"""Rich text made ready for print."""

from __future__ import annotations

import pytest

from exports.packet.narrative import flatten, plain


@pytest.mark.parametrize(
    ("html", "printed"),
    [
        ("", ""),
        ("<p>One</p><p>Two</p>", "<p>One</p><p>Two</p>"),
        (
            "loose <strong>words</strong> here<p>block</p>tail",
            "<p>loose <strong>words</strong> here</p><p>block</p><p>tail</p>",
        ),
        ("<em>first</em> word", "<p><em>first</em> word</p>"),
        ("<p>a<br>b &amp; c &lt;d&gt;</p>", "<p>a<br>b &amp; c &lt;d&gt;</p>"),
        ("<p>left <strong>open", "<p>left <strong>open</strong></p>"),
        ("</p><p>closed too often</p></em>", "<p>closed too often</p>"),
        (
            "<ul><li>a<ol><li>b</li></ol></li></ul>",
            '<ul class="list"><li>a<ol class="list numbers"><li>b</li></ol></li></ul>',
        ),
    ],
)
def test_text_and_lists_stay_flat(html: str, printed: str) -> None:
    assert flatten(html) == printed


def test_paragraphs_and_lists_carry_the_class_asked_for() -> None:
    assert flatten("<p>a</p><ul><li>b</li></ul>", "ask") == '<p class="ask">a</p><ul class="list ask"><li>b</li></ul>'


def test_header_rows_become_a_header_with_scopes() -> None:
    printed = flatten("<table><tbody><tr><th>A</th><th>B</th></tr><tr><th>x</th><td>1</td></tr></tbody></table>")
    assert printed == (
        '<table class="told"><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
        '<tbody><tr><th scope="row">x</th><td>1</td></tr></tbody></table>'
    )


def test_a_table_without_header_cells_is_headed_by_its_first_row() -> None:
    printed = flatten("<table><tr><td>A</td></tr><tr><td>1</td></tr></table>")
    assert (
        printed
        == '<table class="told"><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'
    )


def test_a_table_of_headers_alone_has_no_empty_body() -> None:
    assert (
        flatten("<table><tr><th>A</th></tr></table>")
        == '<table class="told"><tbody><tr><th scope="col">A</th></tr></tbody></table>'
    )


def test_short_rows_are_filled_and_spans_cut_to_the_table() -> None:
    printed = flatten(
        "<table><tr><th rowspan='9' scope='x'>A</th><th colspan='2'>B</th></tr>"
        "<tr><td rowspan='9'>1</td></tr><tr><td>2</td></tr></table>"
    )
    assert printed == (
        '<table class="told"><thead><tr><th scope="col">A</th><th colspan="2" scope="col">B</th></tr></thead>'
        '<tbody><tr><td rowspan="2">1</td><td></td><td></td></tr><tr><td>2</td><td></td></tr></tbody></table>'
    )


def test_a_table_without_cells_leaves_an_empty_paragraph() -> None:
    assert flatten("<table><tr></tr></table>") == '<p class="told"></p>'


def test_plain_text_is_escaped() -> None:
    assert plain("a < b", "known") == '<p class="known">a &lt; b</p>'
