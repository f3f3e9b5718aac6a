"""Whole numbers, decimals, money and percentages.

People type "60,000", "$1,200.50" and "3.5 %". A comma only separates thousands, so "1,5" is refused
and not guessed. Whole values are stored as int, others as float.
"""

from __future__ import annotations

import re
from decimal import Decimal as Exact
from decimal import InvalidOperation
from typing import Any

from django import forms

from toolkit.errors import Invalid
from toolkit.kinds.base import Kind, Schema, is_empty
from toolkit.types import Field, Number, Spec
from toolkit.widgets import NumberInput

LIMIT = 10**12
_LONGEST = 40
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|-?\.[0-9]+")


class Decimal(Kind):
    """A number, with bounds where the field has them."""

    name = "decimal"
    is_numeric = True
    noun = "a number, such as 2.15"
    prefix = ""
    suffix = ""
    lowest: Number = -LIMIT
    highest: Number = LIMIT
    places: int | None = None

    def parse(self, spec: Spec, raw: Any) -> Number | None:
        if is_empty(raw):
            return None
        value = self._exact(raw)
        low, high = self.bounds(spec)
        # Exact(repr) so that a bound of 0.1 is one tenth, as written in the definition.
        if not Exact(repr(low)) <= value <= Exact(repr(high)):
            raise Invalid(self._out_of_bounds(low, high))
        if self.places is not None and value != round(value, self.places):
            raise Invalid(self._too_fine())
        return int(value) if value == value.to_integral_value() else float(value)

    def bounds(self, spec: Spec) -> tuple[Number, Number]:
        """Smallest and largest value allowed."""
        return (
            self.lowest if spec.min is None else spec.min,
            self.highest if spec.max is None else spec.max,
        )

    def widget(self, field: Field) -> forms.Widget:
        return NumberInput(self, whole=self.places == 0, prefix=self.prefix, suffix=self.suffix)

    def json_schema(self, field: Spec) -> Schema:
        low, high = self.bounds(field)
        return {"type": "number", "minimum": low, "maximum": high}

    def text(self, field: Spec, value: Any) -> str:
        return f"{self.prefix}{self.plain(value)}{self.suffix}"

    def typed(self, value: Any) -> str:
        return self.plain(value) if isinstance(value, (int, float)) else super().typed(value)

    def hint(self, field: Field) -> str:
        if field.min is None or field.max is None:
            return ""
        return f"From {self._shown(field.min)} to {self._shown(field.max)}"

    def plain(self, value: Number) -> str:
        """Digits with thousands separators, as a person would type them."""
        return f"{value:,}" if isinstance(value, int) else _trimmed(value)

    def _exact(self, raw: Any) -> Exact:
        if isinstance(raw, (int, float)) and not isinstance(raw, bool):
            value = Exact(repr(raw)) if isinstance(raw, float) else Exact(raw)
            if not value.is_finite():
                raise Invalid(f"must be {self.noun}")
            return value
        if not isinstance(raw, str):
            raise Invalid(f"must be {self.noun}")
        return self._from_text(raw)

    def _from_text(self, raw: str) -> Exact:
        text = raw.strip().replace("\u2212", "-")
        sign, body = ("-", text[1:]) if text.startswith("-") else ("", text)
        body = body.strip().removeprefix(self.prefix or "\0").removesuffix(self.suffix or "\0").strip()
        number = sign + body
        if len(number) > _LONGEST or not _NUMBER.fullmatch(number):
            raise Invalid(f"must be {self.noun}")
        try:
            return Exact(number.replace(",", ""))
        except InvalidOperation as error:  # pragma: no cover - the pattern admits only numbers
            raise Invalid(f"must be {self.noun}") from error

    def _out_of_bounds(self, low: Number, high: Number) -> str:
        if low <= -LIMIT and high >= LIMIT:
            return "is too large; numbers up to a trillion can be stored"
        if high >= LIMIT:
            return f"must be at least {self._shown(low)}"
        if low <= -LIMIT:
            return f"must be at most {self._shown(high)}"
        return f"must be from {self._shown(low)} to {self._shown(high)}"

    def _shown(self, value: Number) -> str:
        return f"{self.prefix}{self.plain(value)}{self.suffix}"

    def _too_fine(self) -> str:
        return f"may have at most {self.places} decimal places"


class Int(Decimal):
    """A whole number."""

    name = "int"
    noun = "a whole number, such as 60,000"
    places = 0

    def json_schema(self, field: Spec) -> Schema:
        return {**super().json_schema(field), "type": "integer"}

    def _too_fine(self) -> str:
        return f"must be {self.noun}"


class Money(Decimal):
    """US dollars with two decimals, never negative."""

    name = "money"
    noun = "an amount in dollars, such as $1,200.50"
    prefix = "$"
    lowest = 0
    places = 2

    def bounds(self, spec: Spec) -> tuple[Number, Number]:
        low, high = super().bounds(spec)
        return max(low, 0), high

    def text(self, field: Spec, value: Any) -> str:
        return f"${value:,.2f}"

    def plain(self, value: Number) -> str:
        return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


class Percent(Decimal):
    """A percentage, from 0 to 100 unless the field says otherwise."""

    name = "percent"
    noun = "a percentage, such as 3.5%"
    suffix = "%"
    lowest = 0
    highest = 100


def _trimmed(value: float) -> str:
    """A decimal without exponent or trailing zeros."""
    return f"{Exact(repr(value)):,f}"
