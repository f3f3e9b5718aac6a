"""F-15 and F-16 against the figures of the content."""

from __future__ import annotations

import pytest

from toolkit.statistics import chance_minimum, design_factor, people_needed


@pytest.mark.parametrize(
    ("cv", "saving", "confidence", "design", "parameter", "people"),
    [
        (1.5, 2.0, 95.0, "fixed_target", None, 34_777),
        (1.5, 8.0, 95.0, "fixed_target", None, 2_174),
        (2.15, 3.0, 95.0, "fixed_target", None, 31_755),
        (2.6, 3.0, 95.0, "fixed_target", None, 46_438),
        (3.5, 5.0, 95.0, "fixed_target", None, 30_295),
        (1.9, 4.0, 90.0, "control_group", 1.0, 20_342),
        (2.0, 3.0, 95.0, "cohort", 0.6, 21_983),
    ],
)
def test_the_people_needed_are_those_of_the_content(
    cv: float, saving: float, confidence: float, design: str, parameter: float | None, people: int
) -> None:
    factor = design_factor(design, parameter)
    assert factor
    assert people_needed(cv=cv, saving=saving, confidence=confidence, power=80.0, factor=factor) == people


@pytest.mark.parametrize(
    ("people", "percent"),
    [
        (500, 12.322), (1_000, 8.713), (3_000, 5.031), (5_000, 3.897), (8_000, 3.223), (10_000, 2.973),
        (15_000, 2.635), (20_000, 2.501), (50_000, 2.237), (60_000, 2.042),
    ],
)  # fmt: skip
def test_the_chance_based_minimum_is_that_of_the_content(people: int, percent: float) -> None:
    assert chance_minimum(people) == pytest.approx(percent, abs=0.0005)


def test_a_design_without_its_parameter_has_no_factor() -> None:
    assert [design_factor("same_size_past", None), design_factor("cohort", 1)] == [2.0, 0]
    odd = [("cohort", None), ("cohort", 1.1), ("control_group", None), ("control_group", 0), ("", None)]
    assert [design_factor(design, parameter) for design, parameter in odd] == [None] * 5
