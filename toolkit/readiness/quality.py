"""Quality: RC-100 to RC-111."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.reader import Reader, Row
from toolkit.readiness.refs import MEASURES, QUALITY_LINK
from toolkit.readiness.registry import NOWHERE, Found, at, at_if, at_rows, rule
from toolkit.readiness.schedule import times_a_year

THRESHOLDS: Final = "qs.payment_link:thresholds"
PAYMENT_SAYS: Final = "pm.overview.method:quality_linked"
FEEDBACK: Final = "qs.point_of_care:feedback"
CHANGES: Final = "qs.transformation:measures"
REMEDIES: Final = "qs.transformation:poor_performers"
LOGIC: Final = "qs.effectiveness:logic"
ALIGNED: Final = "qs.alignment:aligned"
EFFORTS: Final = "qs.alignment:efforts"
CORE_SETS: Final = frozenset({"adult_core", "child_core", "health_home_core"})
OTHER_PAYERS: Final = frozenset({"medicare", "commercial", "state_employee", "marketplace"})
QUARTERLY: Final = 4


def paid_measures(read: Reader) -> list[Row]:
    """The measures that affect payment."""
    return [row for row in read.rows(MEASURES) if row.get("use") in ("p4r", "p4p", "gate")]


@rule
def rc_100(read: Reader) -> Found:
    """Two answers on quality and payment."""
    both = read.answered("pm.overview.method") and read.answered("qs.payment_link")
    return at_if(both and read.yes(PAYMENT_SAYS) != read.yes(QUALITY_LINK), QUALITY_LINK, PAYMENT_SAYS)


@rule
def rc_101(read: Reader) -> Found:
    """Linked without a threshold."""
    return at_if(read.yes(QUALITY_LINK) and not read.rows(THRESHOLDS), THRESHOLDS)


@rule
def rc_102(read: Reader) -> Found:
    """Outcome measures in the minority."""
    paid = paid_measures(read)
    outcomes = sum(row.get("type") == "outcome" for row in paid)
    return at_if(read.yes(QUALITY_LINK) and paid and outcomes * 2 <= len(paid), MEASURES)


@rule
def rc_103(read: Reader) -> Found:
    """No core set measure."""
    return at_if(read.answered("qs.metrics") and CORE_SETS.isdisjoint(read.column(MEASURES, "source")), MEASURES)


@rule
def rc_104(read: Reader) -> Found:
    """Mostly unendorsed measures."""
    paid = paid_measures(read)
    unendorsed = [row for row in paid if row.get("endorsed") is not True]
    return at_rows(MEASURES, unendorsed) if len(unendorsed) * 2 > len(paid) else NOWHERE


@rule
def rc_105(read: Reader) -> Found:
    """Measures that a provider cannot influence."""
    return at_rows(MEASURES, (row for row in paid_measures(read) if row.get("within_control") is False))


@rule
def rc_106(read: Reader) -> Found:
    """Reporting only, without an end."""
    paid = paid_measures(read)
    reporting = paid and all(row.get("use") == "p4r" for row in paid)
    return at(*read.empty("qs.payment_link:p4p_from")) if reporting else NOWHERE


@rule
def rc_107(read: Reader) -> Found:
    """Feedback less than quarterly."""
    often = any(times_a_year(row.get("frequency")) >= QUARTERLY for row in read.rows(FEEDBACK))
    return at_if(read.answered("qs.point_of_care") and not often, FEEDBACK)


@rule
def rc_108(read: Reader) -> Found:
    """Change without a test, or no steps for poor performers."""
    if not read.answered("qs.transformation"):
        return NOWHERE
    untested = (row for row in read.rows(CHANGES) if not row.get("threshold"))
    return (*at_rows(CHANGES, untested), *at(*read.empty(REMEDIES)))


@rule
def rc_109(read: Reader) -> Found:
    """No other payer aligned."""
    if read.no(ALIGNED):
        return at(ALIGNED)
    return at_if(read.yes(ALIGNED) and OTHER_PAYERS.isdisjoint(read.column(EFFORTS, "sponsor")), EFFORTS)


@rule
def rc_110(read: Reader) -> Found:
    """Measures without evidence."""
    answered = read.answered("qs.effectiveness")
    return at_rows(LOGIC, (row for row in read.rows(LOGIC) if answered and not row.get("evidence")))


@rule
def rc_111(read: Reader) -> Found:
    """A kind of measure missing."""
    missing = {"structure", "process", "outcome"} - read.column(MEASURES, "type")
    return at_if(read.answered("qs.metrics") and missing, MEASURES)
