"""Dates, stored as ISO text."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import forms

from toolkit.errors import Invalid
from toolkit.kinds.base import Kind, Schema, is_empty
from toolkit.types import Field, Spec
from toolkit.widgets import DateInput

_LONGEST = 40
FIRST_YEAR, LAST_YEAR = 1900, 2199
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_US = re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})")
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)? (?P<name>[a-z]{3,9})\.?,? (?P<year>[0-9]{4})")
_MONTH_FIRST = re.compile(r"(?P<name>[a-z]{3,9})\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})")
_PHRASE = "must be a date, such as 14 March 2027 or 03/14/2027"


class Date(Kind):
    """A day."""

    name = "date"

    def parse(self, spec: Spec, raw: Any) -> str | None:
        return parse_date(raw)

    def widget(self, field: Field) -> forms.Widget:
        return DateInput(self)

    def json_schema(self, field: Spec) -> Schema:
        return {"type": "string", "format": "date"}

    def hint(self, field: Field) -> str:
        return "For example, 14 March 2027"

    def typed(self, value: Any) -> str:
        text = super().typed(value)
        try:
            return long_date(text)
        except ValueError:
            return text

    def text(self, field: Spec, value: Any) -> str:
        return long_date(value)


def parse_date(raw: Any) -> str | None:
    """A date as ISO text, from a date or from what people write; None if empty. Raises Invalid."""
    if is_empty(raw):
        return None
    day = raw if isinstance(raw, date) and not isinstance(raw, datetime) else _from_text(raw)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(f"must be a date from {FIRST_YEAR} to {LAST_YEAR}")
    return day.isoformat()


def long_date(iso: str) -> str:
    """An ISO date written out, such as "14 March 2027"."""
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _from_text(raw: Any) -> date:
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        raise Invalid(_PHRASE)
    text = " ".join(raw.lower().split())
    for pattern in (_ISO, _US, _DAY_FIRST, _MONTH_FIRST):
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            month = int(parts["month"]) if "month" in parts else _month(parts["name"])
            try:
                return date(int(parts["year"]), month, int(parts["day"]))
            except ValueError as error:
                raise Invalid(_PHRASE) from error
    raise Invalid(_PHRASE)


def _month(name: str) -> int:
    """Number of a month by its name or the first three or more letters of it; 0 if none."""
    for number, month in enumerate(MONTHS, start=1):
        if month.lower().startswith(name):
            return number
    return 0
