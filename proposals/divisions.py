"""The divisions of CMS as its leads keep them, read once for each request.

Rows of assignments and verdicts hold their keys. None is ever deleted: a retired one stays readable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from proposals.models import Division

#: What the request that is answered now has read; ``None`` outside of requests, where every look is a query.
_read: ContextVar[list[tuple[Division, ...]] | None] = ContextVar("divisions_of_request", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Read them at most once until the end of the block."""
    token = _read.set([])
    try:
        yield
    finally:
        _read.reset(token)


def forget() -> None:
    """Read them anew: somebody has changed them."""
    if found := _read.get():
        found.clear()


def every() -> tuple[Division, ...]:
    """Return all there ever were, those that work first, in their order."""
    found = _read.get()
    if found:
        return found[0]
    rows = tuple(sorted(Division.objects.order_by("order", "pk"), key=lambda row: row.is_retired))
    if found is not None:
        found.append(rows)
    return rows


def working() -> tuple[Division, ...]:
    """Return those that review, in their order."""
    return tuple(row for row in every() if not row.is_retired)


def working_keys() -> frozenset[str]:
    """Return the keys of those that review."""
    return frozenset(row.key for row in working())


def shown(keys: Collection[str]) -> tuple[Division, ...]:
    """Return those that review, and of the retired ones those with these keys, which have something to show."""
    return tuple(row for row in every() if not row.is_retired or row.key in keys)


def named(key: str) -> Division:
    """Return the division with a key. Raises `KeyError`."""
    for row in every():
        if row.key == key:
            return row
    raise KeyError(key)
