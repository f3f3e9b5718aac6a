"""Our own check of a tagged PDF, for machines without veraPDF: what PDF/UA-1 asks and what has gone wrong before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf

_HEADINGS = {f"/H{level}": level for level in range(1, 7)}
_PARENTS = {
    "/LI": {"/L"},
    "/LBody": {"/LI"},
    "/Lbl": {"/LI"},
    "/TR": {"/Table", "/THead", "/TBody", "/TFoot"},
    "/TH": {"/TR"},
    "/TD": {"/TR"},
    "/THead": {"/Table"},
    "/TBody": {"/Table"},
    "/Caption": {"/Table", "/Figure"},
}
_NONE = pikepdf.Dictionary()
_PAINTING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


@dataclass
class Finding:
    """What was counted and what is wrong."""

    problems: list[str] = field(default_factory=list)
    tags: dict[str, int] = field(default_factory=dict)


def check(pdf_bytes: bytes) -> Finding:
    """Check one document; a clean one has no problems."""
    finding = Finding()
    with pikepdf.open(BytesIO(pdf_bytes)) as pdf:
        finding.problems += _document(pdf)
        _tree(pdf, finding)
        for number, page in enumerate(pdf.pages, start=1):
            finding.problems += [f"page {number}: {problem}" for problem in _page(page)]
    return finding


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", _NONE).get("/Marked", False):
        yield "the document is not marked as tagged"
    if not str(root.get("/Lang", "")):
        yield "the document has no language"
    if not root.get("/ViewerPreferences", _NONE).get("/DisplayDocTitle", False):
        yield "the title is not shown in the window"
    with pdf.open_metadata() as metadata:
        if metadata.get("pdfuaid:part") != "1":
            yield "the metadata do not name PDF/UA-1"
        if not metadata.get("dc:title"):
            yield "the metadata have no title"
    if "/Outlines" not in root:
        yield "there are no bookmarks"


def _tree(pdf: pikepdf.Pdf, finding: Finding) -> None:
    last = 0
    for element, parent in _elements(pdf.Root.StructTreeRoot, ""):
        kind = str(element.S)
        finding.tags[kind] = finding.tags.get(kind, 0) + 1
        if kind in _PARENTS and parent not in _PARENTS[kind]:
            finding.problems.append(f"{kind} stands in {parent}")
        if kind in _HEADINGS:
            if _HEADINGS[kind] > last + 1:
                finding.problems.append(f"{kind} follows a heading of level {last}")
            last = _HEADINGS[kind]
        finding.problems += _element(element, kind)
    if finding.tags.get("/H1") != 1:
        finding.problems.append("there is not exactly one H1")


def _element(element: pikepdf.Object, kind: str) -> Iterator[str]:
    attributes = element.get("/A", pikepdf.Dictionary())
    if kind == "/TH" and "/Scope" not in attributes:
        yield "a TH has no scope"
    if kind == "/TD" and "/Headers" not in attributes:
        yield "a TD names no headers"
    if kind == "/Figure" and not str(element.get("/Alt", "")):
        yield "a Figure has no alternative text"


def _elements(element: pikepdf.Object, parent: str) -> Iterator[tuple[pikepdf.Object, str]]:
    kids = element.get("/K")
    kind = str(element.get("/S", ""))
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid, kind
            yield from _elements(kid, str(kid.S))


def _page(page: pikepdf.Page) -> Iterator[str]:
    if page.obj.get("/Tabs") != "/S":
        yield "the tab order does not follow the structure"
    if "/StructParents" not in page.obj:
        yield "its content is not linked to the structure"
    for annotation in page.obj.get("/Annots", []):
        if "/StructParent" not in annotation:
            yield "a link is not linked to the structure"
        if not str(annotation.get("/Contents", "")):
            yield "a link has no description"
    yield from _fonts(page)
    yield from _unmarked(page)


def _fonts(page: pikepdf.Page) -> Iterator[str]:
    for name, font in page.obj.get("/Resources", _NONE).get("/Font", _NONE).items():
        if "/ToUnicode" not in font:
            yield f"font {name} cannot be read as text"
        for descendant in font.get("/DescendantFonts", []):
            descriptor = descendant.FontDescriptor
            if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield f"font {name} is not embedded"


def _unmarked(page: pikepdf.Page) -> Iterator[str]:
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in {"BMC", "BDC"}:
            depth += 1
        elif operator == "EMC":
            depth -= 1
        elif operator in _PAINTING and depth == 0:
            yield f"{operator} paints outside marked content"
            return
