"""Bringing two versions of one answer together, piece by piece. Pure.

A piece is how the prompt is answered (with its reason or plan), one field, one row of a table, one cell of a row, or the
details kept of a disposition that was left. Rows are known by their identity, never by their place, so two people who
add or edit different rows do not meet. Kept details are out of sight, so nobody is asked about them: they stay.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.answers import Answer, Disposition, details_of, disposition
from toolkit.types import ROW, Field, Prompt

#: ``STANDING``, ``(field,)``, ``(field, row id)``, ``(field, row id, column)`` or ``(KEPT + disposition,)``.
Piece = tuple[str, ...]
Pieces = dict[Piece, Any]
STANDING: Piece = ("",)
#: Begins the pieces of what is kept; no field has a key like this.
KEPT = "kept:"
#: How many parts name a row.
ROW_PARTS = 2
#: By piece, its parts joined by slashes, as JSON has it: the save that changed it last, and whose that was.
Marks = Mapping[str, Sequence[int]]
#: Rows that are gone keep their mark, for a colleague who still has them on a page; older ones are forgotten.
MOST_GONE = 500


@dataclass(frozen=True)
class Merged:
    """Two versions as one; where both changed the same piece, ``answer`` holds yours and ``clashes`` names the piece."""

    answer: Answer | None
    clashes: frozenset[Piece]


def pieces(prompt: Prompt, answer: Answer | None) -> Pieces:
    """Take an answer apart; a blank one has no pieces but for what it keeps."""
    if answer is None:
        return {}
    found: Pieces = {(f"{KEPT}{of}",): details for of, details in answer.get("kept", {}).items()}
    if disposition(answer) != Disposition.BLANK:
        found[STANDING] = {key: value for key, value in answer.items() if key not in {"fields", "kept"}}
    for spec in prompt.fields:
        value = answer.get("fields", {}).get(spec.key)
        if spec.columns:
            for row_id, row in _rows(value).items():
                found[(spec.key, row_id)] = True
                found |= {(spec.key, row_id, key): cell for key, cell in row.items() if key != ROW}
        elif value is not None:
            found[(spec.key,)] = value
    return found


def changed(prompt: Prompt, before: Answer | None, after: Answer | None) -> set[Piece]:
    """Return the pieces that differ between two versions."""
    old, new = pieces(prompt, before), pieces(prompt, after)
    return {piece for piece in old.keys() | new.keys() if old.get(piece) != new.get(piece)}


def marked(
    prompt: Prompt, marks: Marks, *, before: Answer | None, after: Answer | None, revision: int, author: int
) -> dict[str, Sequence[int]]:
    """Return the marks of an answer after a save.

    Marks of cells go with their row; a row that comes back brings marks for all of its cells, also for empty ones.
    """
    here = pieces(prompt, after)
    moved = changed(prompt, before, after)
    moved |= {cell for row in moved if row in here and "/".join(row) in marks for cell in _cells(prompt, row)}
    found = {**marks, **{"/".join(piece): (revision, author) for piece in moved}}
    gone = {key for key in found if (row := tuple(key.split("/"))[:ROW_PARTS]) not in here and len(row) == ROW_PARTS}
    rows = sorted((key for key in gone if key.count("/") == 1), key=lambda key: found[key][0], reverse=True)
    dropped = gone - set(rows[:MOST_GONE])
    return {key: mark for key, mark in found.items() if key not in dropped}


def _cells(prompt: Prompt, row: Piece) -> list[Piece]:
    """All cells a row may have; none for what is no row."""
    columns = next((spec.columns for spec in prompt.fields if spec.key == row[0]), ())
    return [(*row, column.key) for column in columns] if len(row) == ROW_PARTS else []


def of_others(marks: Marks, *, author: int, since: int) -> dict[Piece, int]:
    """Return the pieces that somebody else changed last, and after a revision; each with the revision that did."""
    return {tuple(key.split("/")): number for key, (number, who) in marks.items() if number > since and who != author}


def merge(
    prompt: Prompt,
    *,
    base: Answer | None,
    theirs: Answer | None,
    yours: Answer | None,
    foreign: Collection[Piece],
    overruled: Collection[Piece] = (),
) -> Merged:
    """Bring ``yours``, which began from ``base``, together with what is stored now.

    ``foreign`` names the pieces that somebody else changed since the base, but for those ``overruled``, which you have
    seen since. A piece that only you changed is yours; one that both changed differently is a clash, unless it is kept.
    """
    old, there, here = (pieces(prompt, version) for version in (base, theirs, yours))
    mine = changed(prompt, base, yours)
    mine -= {piece for piece in mine & set(foreign) if _is_kept(piece) and piece not in here}
    said, unseen, seen = ({x for x in found if not _is_kept(x)} for found in (mine, foreign, overruled))
    clashes = {piece for piece in said & unseen if here.get(piece) != there.get(piece)}
    if said and (unseen or seen) and here.get(STANDING) != there.get(STANDING):
        mine.add(STANDING)  # words under an answer that the other calls "not applicable" would be out of sight
        clashes |= {STANDING} if unseen else set()
        there = _left(theirs) | there
    result = {piece: value for piece, value in there.items() if piece not in mine}
    result |= {piece: here[piece] for piece in mine if piece in here}
    for row in _rows_gone_on_one_side(old, there, here):
        if row in here and _of_row(row, mine):
            result |= {piece: here[piece] for piece in _of_row(row, here)}
            clashes |= {row} & set(foreign)
        elif row not in here and _of_row(row, foreign):
            clashes.add(row)
    orders = [_orders(version) for version in (base, theirs, yours)]
    return Merged(_put_together(prompt, result, orders), frozenset(clashes))


def _is_kept(piece: Piece) -> bool:
    return piece[0].startswith(KEPT)


def _left(answer: Answer | None) -> Pieces:
    """What is kept of an answer once another disposition takes its place."""
    found = details_of(answer).get(disposition(answer), {})
    return {(f"{KEPT}{disposition(answer)}",): found} if any(found.values()) else {}


def _rows(value: Any) -> dict[str, dict[str, Any]]:
    """The rows of a table by identity; one that came without is known by its place."""
    return {row.get(ROW) or f"{place:08x}": row for place, row in enumerate(value or ())}


def _orders(answer: Answer | None) -> dict[str, list[str]]:
    fields = (answer or {}).get("fields", {})
    return {key: list(_rows(value)) for key, value in fields.items() if _is_table(value)}


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _rows_gone_on_one_side(old: Pieces, there: Pieces, here: Pieces) -> list[Piece]:
    return [piece for piece in old if len(piece) == ROW_PARTS and (piece in there) != (piece in here)]


def _of_row(row: Piece, found: Collection[Piece]) -> list[Piece]:
    """The row itself and its cells, as far as they are among the pieces found."""
    return [piece for piece in found if piece[:ROW_PARTS] == row]


def _put_together(prompt: Prompt, found: Pieces, orders: Sequence[dict[str, list[str]]]) -> Answer | None:
    standing = found.get(STANDING, {})
    fields: dict[str, Any] = {}
    for spec in prompt.fields:
        value = _table(spec, found, orders) if spec.columns else found.get((spec.key,))
        if value not in (None, []):
            fields[spec.key] = value
    kept = {of: details for (name, *_), details in found.items() if (of := name.removeprefix(KEPT)) != name}
    kept.pop(standing.get("disposition", ""), None)
    if not standing or (not fields and standing["disposition"] == Disposition.ANSWERED):
        return {"disposition": Disposition.BLANK.value, "kept": kept, "fields": {}} if kept else None
    return {**standing, **({"kept": kept} if kept else {}), "fields": fields}


def _table(spec: Field, found: Pieces, orders: Sequence[dict[str, list[str]]]) -> list[dict[str, Any]]:
    base, theirs, yours = (order.get(spec.key, []) for order in orders)
    rows = [
        {ROW: row_id, **{c.key: found[piece] for c in spec.columns if (piece := (spec.key, row_id, c.key)) in found}}
        for row_id in _ordered(base, theirs, yours)
        if (spec.key, row_id) in found
    ]
    return spec.kind.settled(rows, theirs)


def _ordered(base: Sequence[str], theirs: Sequence[str], yours: Sequence[str]) -> list[str]:
    """Keep their order, or yours if you moved rows; the rows of the other stand before the row they stood before."""
    moved = [row for row in yours if row in base] != [row for row in base if row in yours]
    lead, other = (yours, theirs) if moved else (theirs, yours)
    order = list(lead)
    for place in range(len(other) - 1, -1, -1):
        if other[place] not in lead:
            follower = next((row for row in other[place + 1 :] if row in order), None)
            order.insert(order.index(follower) if follower else len(order), other[place])
    return order
