"""How often Python looks for garbage in a server that has loaded what it needs."""

from __future__ import annotations

import gc

#: A page makes some ten thousand objects and lets go of nearly all by itself. Python's own 700 would interrupt it a
#: dozen times; this way the collector comes between pages.
THRESHOLDS = (50_000, 20, 50)


def settle() -> None:
    """Leave everything that is loaded out of every later collection, and collect seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
