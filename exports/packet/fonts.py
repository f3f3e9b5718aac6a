"""How wide words are in the packet's typeface."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from fontTools.ttLib import TTFont

from exports.packet.resources import static_file

#: Tables use tabular figures: each of these takes the room of the widest digit.
_FIGURES = "0123456789.,"
_TABULAR = 1.03
#: Room for a letter the typeface lacks (another font stands in), in em.
_UNKNOWN = 0.7


class Metrics:
    """Advance widths of one font, in em.

    Args:
        path: static path of a TrueType file.

    Raises:
        FileNotFoundError: the font is not among the static files.
    """

    def __init__(self, path: str) -> None:
        with TTFont(static_file(path), lazy=True) as font:
            em = font["head"].unitsPerEm
            advances = font["hmtx"].metrics
            self._em: dict[str, float] = {
                chr(code): advances[glyph][0] / em for code, glyph in font.getBestCmap().items()
            }
        widest = max(self._em[digit] for digit in "0123456789") * _TABULAR
        self._em.update(dict.fromkeys(_FIGURES, widest))

    def width(self, text: str, size: float) -> float:
        """The width of ``text`` in one line at ``size`` points."""
        em = self._em
        return size * sum((em.get(letter, _UNKNOWN) for letter in text), start=0.0)


class Measure(Protocol):
    """Anything that can say how wide text is."""

    def width(self, text: str, size: float) -> float: ...


@cache
def metrics(path: str) -> Metrics:
    """The metrics of a font, read once."""
    return Metrics(path)
