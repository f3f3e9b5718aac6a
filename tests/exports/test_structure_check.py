"""The checker itself: it finds what it is there to find."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Object, Pdf

from exports.packet.postpass import add_scopes, finish
from exports.packet.render import Packet
from tests.exports.structure_check import _elements, check


def elements(pdf: Pdf, kind: str) -> list[Object]:
    return [element for element, _ in _elements(pdf.Root.StructTreeRoot, "") if str(element.S) == kind]


def unmark(pdf: Pdf) -> None:
    del pdf.Root.MarkInfo


def forget_language(pdf: Pdf) -> None:
    del pdf.Root.Lang


def hide_title(pdf: Pdf) -> None:
    pdf.Root.ViewerPreferences.DisplayDocTitle = False


def forget_metadata(pdf: Pdf) -> None:
    del pdf.Root.Metadata


def forget_bookmarks(pdf: Pdf) -> None:
    del pdf.Root.Outlines


def forget_scope(pdf: Pdf) -> None:
    del elements(pdf, "/TH")[0].A.Scope


def forget_headers(pdf: Pdf) -> None:
    del elements(pdf, "/TD")[0].A.Headers


def misplace_item(pdf: Pdf) -> None:
    elements(pdf, "/L")[0].S = Name.Div


def skip_level(pdf: Pdf) -> None:
    elements(pdf, "/H2")[0].S = Name.H4


def add_figure(pdf: Pdf) -> None:
    elements(pdf, "/P")[0].S = Name.Figure


def forget_tabs(pdf: Pdf) -> None:
    del pdf.pages[0].obj.Tabs
    del pdf.pages[0].obj.StructParents


def break_link(pdf: Pdf) -> None:
    link = next(page.obj.Annots[0] for page in pdf.pages if "/Annots" in page.obj)
    del link.StructParent
    del link.Contents


def break_font(pdf: Pdf) -> None:
    font = next(iter(dict(pdf.pages[0].obj.Resources.Font).values()))
    del font.ToUnicode
    del font.DescendantFonts[0].FontDescriptor.FontFile2


def paint(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 9 9 re f")


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (unmark, "the document is not marked as tagged"),
        (forget_language, "the document has no language"),
        (hide_title, "the title is not shown in the window"),
        (forget_metadata, "the metadata do not name PDF/UA-1"),
        (forget_metadata, "the metadata have no title"),
        (forget_bookmarks, "there are no bookmarks"),
        (forget_scope, "a TH has no scope"),
        (forget_headers, "a TD names no headers"),
        (misplace_item, "/LI stands in /Div"),
        (skip_level, "/H4 follows a heading of level 1"),
        (add_figure, "a Figure has no alternative text"),
        (forget_tabs, "page 1: the tab order does not follow the structure"),
        (forget_tabs, "page 1: its content is not linked to the structure"),
        (break_link, "page 3: a link is not linked to the structure"),
        (break_link, "page 3: a link has no description"),
        (paint, "page 1: f paints outside marked content"),
    ],
)
def test_damage_is_found(small_packet: Packet, damage: Callable[[Pdf], None], problem: str) -> None:
    with pikepdf.open(BytesIO(small_packet.pdf)) as pdf:
        damage(pdf)
        out = BytesIO()
        pdf.save(out)
    assert problem in check(out.getvalue()).problems


def test_a_font_that_cannot_be_read_is_found(small_packet: Packet) -> None:
    with pikepdf.open(BytesIO(small_packet.pdf)) as pdf:
        break_font(pdf)
        out = BytesIO()
        pdf.save(out)
    problems = " ".join(check(out.getvalue()).problems)
    assert "cannot be read as text" in problems
    assert "is not embedded" in problems


def test_finishing_twice_changes_nothing(small_packet: Packet) -> None:
    assert finish(small_packet.pdf) == finish(finish(small_packet.pdf)[0])
    assert finish(small_packet.pdf)[1] == small_packet.pages


def test_scopes_follow_the_section_of_the_table() -> None:
    def cell() -> Dictionary:
        return Dictionary(S=Name.TH)

    head, side, bare = cell(), cell(), Dictionary(S=Name.P)
    thead = Dictionary(S=Name.THead, K=Dictionary(S=Name.TR, K=head))
    tbody = Dictionary(S=Name.TBody, K=pikepdf.Array([Dictionary(S=Name.TR, K=pikepdf.Array([side, 7])), bare]))
    table = Dictionary(S=Name.Table, K=pikepdf.Array([thead, tbody]))
    add_scopes(table, "")
    assert str(table.K[0].K.K.A.Scope) == "/Column"
    assert str(table.K[1].K[0].K[0].A.Scope) == "/Row"
