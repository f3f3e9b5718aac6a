"""Says how far the layout of a document has come, from what WeasyPrint tells its log."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_LOGGER = logging.getLogger("weasyprint.progress")
_PAGE = re.compile(r"Step 5 - Creating layout - Page (\d+)")
_CHARACTERS_PER_PAGE = 3600
_START, _LAID_OUT, _WRITTEN = 15, 75, 95


@dataclass(frozen=True, slots=True)
class Step:
    """How far a packet is: 0 to 100, and in words."""

    percent: int
    text: str


Report = Callable[[Step], None]


def quiet(step: Step) -> None:
    """Report to nobody."""


class _Listener(logging.Handler):
    """Turns the log lines of this thread into steps; another thread's packet is not ours."""

    def __init__(self, report: Report, pages: int) -> None:
        super().__init__(logging.INFO)
        self._report = report
        self._pages = max(pages, 1)
        self._page = 0
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        line = record.getMessage()
        if found := _PAGE.match(line):
            # Page numbers in the contents make a second pass: it must not seem to start again.
            page = self._page = max(self._page, int(found[1]))
            share = min(page / self._pages, 1)
            self._report(Step(_START + round(share * (_LAID_OUT - _START)), f"Laying out page {page}"))
        elif line.startswith("Step 6"):
            self._report(Step(_LAID_OUT, "Writing the pages"))
        elif line.startswith("Step 7"):
            self._report(Step(_WRITTEN, "Writing the tags"))


@contextmanager
def following(report: Report, characters: int) -> Iterator[None]:
    """Report each page laid out while the block runs.

    Args:
        report: takes each step.
        characters: length of the document, from which the number of pages is estimated.
    """
    listener = _Listener(report, characters // _CHARACTERS_PER_PAGE)
    before, handlers = _LOGGER.level, _LOGGER.propagate
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
    _LOGGER.addHandler(listener)
    try:
        yield
    finally:
        _LOGGER.removeHandler(listener)
        _LOGGER.setLevel(before)
        _LOGGER.propagate = handlers
