"""How many people are enough: formulas F-15 and F-16, about chance alone.

The model: savings are measured per person, with a coefficient of variation `cv` of yearly cost, against a target
whose own uncertainty is the `factor`. The reference values are those of the Medicare Shared Savings Program
(42 CFR 425.604(b) and 425.605(b)), which these figures give again within 0.15 points.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

_Z: Final = NormalDist()
#: Variation times the root of the factor, behind Medicare's scale.
MEDICARE_VARIATION: Final = 2.15
#: One-sided confidence in percent by number of people, linear in between.
_CONFIDENCE: Final = ((5_000, 90.0), (20_000, 95.0), (50_000, 99.0))


def design_factor(design: str, parameter: float | None) -> float | None:
    """How uncertain the comparison is by its design; None where the parameter is missing or makes no sense.

    A fixed target 1; the own past with other people 2; with the same people 2(1 - r), r their correlation; a control
    group of `parameter` times the size 1 + 1/parameter.
    """
    if design == "cohort":
        return 2 * (1 - parameter) if parameter is not None and 0 <= parameter <= 1 else None
    if design == "control_group":
        return 1 + 1 / parameter if parameter else None
    return {"fixed_target": 1.0, "same_size_past": 2.0}.get(design)


def people_needed(*, cv: float, saving: float, confidence: float, power: float, factor: float) -> int:
    """F-15: the people needed to tell a saving from chance. Percentages are given as 3.0, 95.0 and 80.0."""
    z = _Z.inv_cdf(confidence / 100) + _Z.inv_cdf(power / 100)
    return math.ceil((z * cv * math.sqrt(factor) / (saving / 100)) ** 2)


def chance_minimum(people: float) -> float:
    """F-16 with the Medicare reference: the savings rate in percent that chance alone rarely reaches."""
    z = _Z.inv_cdf(_confidence(people) / 100)
    return 100 * z * MEDICARE_VARIATION / math.sqrt(people)


def _confidence(people: float) -> float:
    (low, least), *rest = _CONFIDENCE
    if people <= low:
        return least
    for high, most in rest:
        if people <= high:
            return least + (most - least) * (people - low) / (high - low)
        low, least = high, most
    return least
