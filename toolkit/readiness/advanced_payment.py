"""Advanced payment: RC-180 to RC-194."""

from __future__ import annotations

from typing import Final

from toolkit.readiness.reader import Reader
from toolkit.readiness.refs import ADVANCED
from toolkit.readiness.registry import NOWHERE, Found, at, at_if, rule

#: What the criteria for advanced payment ask for.
CRITERIA: Final = (
    "ap.data.capability", "ap.data.sources", "ap.overview.amount", "ap.attr.method", "ap.attr.duplication",
    "ap.claims.tracking", "ap.recon.basis", "ap.quality.payment_effect",
)  # fmt: skip
#: The minimum elements of a reconciliation protocol.
PROTOCOL: Final = tuple(
    f"ap.recon.{element}"
    for element in (
        "m1_sources", "m2_providers", "m3_basis", "m4_prior_period", "m5_service_period", "m6_run_out", "m7_services",
        "m8_quality", "m9_timeframes",
    )
)  # fmt: skip
QUALITY_PERIOD: Final = ("ap.quality.payment_effect:period_from", "ap.quality.payment_effect:period_to")
SERVICE_PERIOD: Final = ("ap.recon.m5_service_period:from", "ap.recon.m5_service_period:to")
MONTHS_AFTER: Final = "ap.overview.reconcile_when:months_after"
RUN_OUT: Final = "ap.recon.m6_run_out:months"
MEASURES: Final = "ap.quality.measures:measures"
LEVELS: Final = "ap.claims.tracking:levels"


def _denied(read: Reader, *refs: str) -> Found:
    """The places of yes-or-no fields that say no."""
    return at(*(ref for ref in refs if read.no(ref)))


@rule
def rc_180(read: Reader) -> Found:
    """Criteria left blank."""
    return at(*read.blank(*CRITERIA)) if read.yes(ADVANCED) else NOWHERE


@rule
def rc_181(read: Reader) -> Found:
    """Elements of reconciliation left blank."""
    return at(*read.blank(*PROTOCOL)) if read.yes(ADVANCED) else NOWHERE


@rule
def rc_182(read: Reader) -> Found:
    """No capability for data."""
    return _denied(read, "ap.data.capability:capable")


@rule
def rc_183(read: Reader) -> Found:
    """Supplemental payments in the revenue."""
    return _denied(read, "ap.overview.revenue_scope:excludes_supplemental")


@rule
def rc_184(read: Reader) -> Found:
    """No word against duplicate payment."""
    return _denied(read, "ap.attr.duplication:attested")


@rule
def rc_185(read: Reader) -> Found:
    """Not paid directly, or shared by force."""
    mandated = "ap.mech.direct:sharing_mandated"
    return (*_denied(read, "ap.mech.direct:direct"), *at_if(read.yes(mandated), mandated))


@rule
def rc_186(read: Reader) -> Found:
    """Outside the MMIS, or not identified."""
    return _denied(read, "ap.mech.mmis:mmis", "ap.mech.identification:identified")


@rule
def rc_187(read: Reader) -> Found:
    """Quality of another period."""
    measured, paid = (tuple(read.value(ref) for ref in period) for period in (QUALITY_PERIOD, SERVICE_PERIOD))
    return at_if(measured[0] and paid[0] and measured != paid, QUALITY_PERIOD[0], SERVICE_PERIOD[0])


@rule
def rc_188(read: Reader) -> Found:
    """Reconciled before the run-out ends."""
    months, run_out = read.number(MONTHS_AFTER), read.number(RUN_OUT)
    return at_if(run_out and months is not None and run_out > months, MONTHS_AFTER, RUN_OUT)


@rule
def rc_189(read: Reader) -> Found:
    """Too late for the federal match."""
    return at_if((read.number(MONTHS_AFTER) or 0) > read.limits.settlement_months, MONTHS_AFTER)


@rule
def rc_190(read: Reader) -> Found:
    """Outcome measures in the minority."""
    rows = read.rows(MEASURES)
    outcomes = sum(row.get("type") == "outcome" for row in rows)
    return at_if(read.answered("ap.quality.measures") and rows and outcomes * 2 <= len(rows), MEASURES)


@rule
def rc_191(read: Reader) -> Found:
    """No yearly review."""
    return _denied(read, "ap.consider.annual_review:annual")


@rule
def rc_192(read: Reader) -> Found:
    """An offset without a method."""
    return at(*read.empty("ap.recon.basis:offset_method")) if read.yes("ap.recon.basis:quality_adjusts") else NOWHERE


@rule
def rc_193(read: Reader) -> Found:
    """An excess kept without quality."""
    return _denied(read, "ap.recon.thresholds:returned_without_quality")


@rule
def rc_194(read: Reader) -> Found:
    """Settled by person, tracked by provider."""
    by_person = read.has(LEVELS, "provider") and read.chose("ap.recon.basis:basis", "attributed")
    return at_if(by_person and not read.codes(LEVELS) >= {"person", "linked"}, LEVELS, "ap.recon.basis:basis")
