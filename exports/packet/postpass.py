"""What WeasyPrint leaves out of a tagged PDF, added afterwards, and the file written the same every time."""

from __future__ import annotations

from io import BytesIO

import pikepdf


def finish(raw: bytes) -> tuple[bytes, int]:
    """Complete a document.

    Args:
        raw: the PDF as laid out.

    Returns:
        The finished PDF and the number of its pages. Every header cell says whether it heads a column or a row.
        The same input gives the same bytes.
    """
    with pikepdf.open(BytesIO(raw)) as pdf:
        add_scopes(pdf.Root.StructTreeRoot, within="")
        out = BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue(), len(pdf.pages)


def add_scopes(element: pikepdf.Object, within: str) -> None:
    """Walk the tag tree; ``within`` is the table section an element stands in."""
    kind = str(element.get("/S", ""))
    if kind == "/TH":
        attributes = element.get("/A", pikepdf.Dictionary(O=pikepdf.Name.Table))
        attributes.Scope = pikepdf.Name.Column if within == "/THead" else pikepdf.Name.Row
        element.A = attributes
        return
    inside = kind if kind in {"/THead", "/TBody"} else within
    for kid in _kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            add_scopes(kid, inside)


def _kids(element: pikepdf.Object) -> list[pikepdf.Object]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]
