"""Word files are read without losing a word, and hostile ones get one sentence."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from time import monotonic

import pytest
from docx import Document

from proposals.files.kinds import Refused
from proposals.word import package
from proposals.word.pieces import MOST_PIECES, Piece, cut
from proposals.word.reading import read_word
from tests.proposals.word.files import HOSTILE, circular_notes, concept_paper, paragraph, saved, simple
from toolkit.richtext import sanitise, to_text


def pieces_of(content: bytes) -> list[Piece]:
    return cut(read_word(io.BytesIO(content), "x.docx"))


def words_of(pieces: list[Piece]) -> set[str]:
    text = " ".join(f"{piece.heading} {to_text(piece.html)}" for piece in pieces)
    return set(re.findall(r"[A-Za-z]+", text))


def test_no_word_of_a_paper_is_lost_and_deleted_ones_stay_deleted() -> None:
    content, words = concept_paper()
    pieces = pieces_of(content)
    ours = {"Header", "footer", "Comments", "file"}
    assert words_of(pieces) == words | ours


def test_a_paper_is_cut_at_its_headings() -> None:
    pieces = pieces_of(concept_paper()[0])
    assert [(piece.heading, piece.level, piece.path, piece.beside) for piece in pieces] == [
        ("Buckeye paper", 1, (), False),
        ("1. The model in brief", 1, (), False),
        ("Subheading nobody knows", 2, ("1. The model in brief",), False),
        ("Program goals under the three aims", 1, (), False),
        ("Zebra crossing rules", 1, (), False),
        ("Header and footer", 1, (), True),
        ("Comments in the file", 1, (), True),
    ]


def with_margins(parts: int) -> bytes:
    """A paper whose parts have a header and a footer each, of their own words."""
    document = Document()
    for number in range(parts):
        part = document.add_section() if number else document.sections[0]
        document.add_paragraph(f"Body {number}")
        for margin, word in ((part.header, f"Head{number}."), (part.footer, f"Foot{number}.")):
            margin.is_linked_to_previous = False
            margin.paragraphs[0].text = word
    return saved(document)


def test_no_header_or_footer_is_lost_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    [(_, html)] = read_word(io.BytesIO(with_margins(40)), "x.docx").beside
    assert set(re.findall(r"\w+(?=\.)", html)) == {
        f"{word}{number}" for word in ("Head", "Foot") for number in range(40)
    }
    monkeypatch.setattr(package, "MOST_MARGINS", 3)
    with pytest.raises(Refused, match=r"“x\.docx” has more than 3 headers and footers. Split it into several files\."):
        read_word(io.BytesIO(with_margins(2)), "x.docx")


def test_lists_tables_looks_and_notes_keep_their_shape() -> None:
    by_heading = {piece.heading: piece.html for piece in pieces_of(concept_paper()[0])}
    assert by_heading["1. The model in brief"] == ("<p>Plain <strong>boldword</strong> and <em>italicword</em></p>")
    assert by_heading["Subheading nobody knows"] == (
        "<p>Undersub text.</p><ul><li>bulletone<ul><li>bullettwo</li></ul></li></ul><ol><li>numberone</li></ol>"
    )
    assert by_heading["Program goals under the three aims"] == (
        "<table><tbody><tr><td>cella</td><td>cellb</td></tr><tr><td>cellc</td><td>celld &amp; &lt;more&gt;</td></tr>"
        "</tbody></table><p>Noted [1] afternote</p><p>insertedword</p><p>controlword</p><p>boxword</p>"
        "<p>smartword tab stop<br>newline</p><p>[1] Counted footnote words.</p>"
    )
    assert by_heading["Comments in the file"] == "<p>Actuary: Remarked here.</p>"
    assert all(sanitise(html) == html for html in by_heading.values())


def test_short_bold_lines_are_headings_where_there_are_no_others() -> None:
    document = Document()
    document.add_paragraph().add_run("Program goals").bold = True
    document.add_paragraph("We have goals.")
    document.add_paragraph().add_run("A sentence in bold ends with a full stop.").bold = True
    assert [(piece.heading, to_text(piece.html)) for piece in pieces_of(saved(document))] == [
        ("Program goals", "We have goals.\nA sentence in bold ends with a full stop.")
    ]


def test_links_keep_their_targets_unless_they_run_something() -> None:
    document = Document()
    part = document.part
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    for target in ("https://example.gov/plan", "javascript:alert(1)"):
        key = part.relate_to(target, kind, is_external=True)
        link = f'<w:hyperlink {space} r:id="{key}"><w:r><w:t>linked</w:t></w:r></w:hyperlink>'
        document.element.body.insert(0, paragraph(link))
    (piece,) = pieces_of(saved(document))
    good = '<a href="https://example.gov/plan" target="_blank" rel="noopener noreferrer">linked</a>'
    assert piece.html == f"<p>linked</p><p>{good}</p>"


def test_more_headings_than_anybody_matches_cut_less() -> None:
    lines = [line for number in range(300) for line in (f"# Heading {number}", f"Text {number}.")]
    pieces = pieces_of(simple(*lines))
    assert len(pieces) == MOST_PIECES
    assert words_of(pieces) == {"Heading", "Text"}
    assert "Text 299." in to_text(pieces[-1].html)


def test_a_piece_survives_being_stored() -> None:
    for piece in pieces_of(concept_paper()[0]):
        assert Piece.of_json(piece.as_json()) == piece


def test_a_note_that_names_itself_is_read_once() -> None:
    html = "".join(piece.html for piece in pieces_of(circular_notes()))
    assert (html.count("Notewords"), html.count("[1]") > 500) == (1, True)


@pytest.mark.parametrize(("make", "sentence"), HOSTILE)
def test_hostile_files_get_one_sentence_and_little_time(make: Callable[[], bytes], sentence: str) -> None:
    content = make()
    started = monotonic()
    with pytest.raises(Refused) as refusal:
        read_word(io.BytesIO(content), "x.docx")
    assert str(refusal.value) == sentence
    assert monotonic() - started < 20
