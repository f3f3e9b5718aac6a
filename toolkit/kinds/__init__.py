"""The kinds of field, one class for each, by the name that definition files use."""

from __future__ import annotations

from toolkit.kinds.base import Kind
from toolkit.kinds.choices import Choice, Multi, YesNo
from toolkit.kinds.dates import Date
from toolkit.kinds.numbers import Decimal, Int, Money, Percent
from toolkit.kinds.tables import Milestones, Table
from toolkit.kinds.texts import Rich, Text

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Text(),
        Rich(),
        Choice(),
        Multi(),
        YesNo(),
        Int(),
        Decimal(),
        Money(),
        Percent(),
        Date(),
        Table(),
        Milestones(),
    )
}

# Kinds that a column of a table may have.
COLUMN_KINDS = frozenset(KINDS) - {"rich", "multi", "table", "milestones"}
