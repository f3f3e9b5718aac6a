"""The time zones of the Medicaid jurisdictions, and what day it is in each of them."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

ZONES: Final[tuple[tuple[str, str], ...]] = (
    ("America/New_York", "Eastern Time (New York)"),
    ("America/Detroit", "Eastern Time (Detroit)"),
    ("America/Indiana/Indianapolis", "Eastern Time (Indianapolis)"),
    ("America/Chicago", "Central Time (Chicago)"),
    ("America/Menominee", "Central Time (Menominee)"),
    ("America/Denver", "Mountain Time (Denver)"),
    ("America/Boise", "Mountain Time (Boise)"),
    ("America/Phoenix", "Mountain Time without daylight saving (Phoenix)"),
    ("America/Los_Angeles", "Pacific Time (Los Angeles)"),
    ("America/Anchorage", "Alaska Time (Anchorage)"),
    ("America/Adak", "Hawaii-Aleutian Time (Adak)"),
    ("Pacific/Honolulu", "Hawaii Time (Honolulu)"),
    ("America/Puerto_Rico", "Atlantic Time (Puerto Rico)"),
    ("America/St_Thomas", "Atlantic Time (U.S. Virgin Islands)"),
    ("Pacific/Pago_Pago", "Samoa Time (Pago Pago)"),
    ("Pacific/Guam", "Chamorro Time (Guam)"),
    ("Pacific/Saipan", "Chamorro Time (Saipan)"),
    ("UTC", "Coordinated Universal Time"),
)
ZONE_NAMES: Final = tuple(name for name, _ in ZONES)


@cache
def zone(name: str) -> ZoneInfo:
    """The zone called `name`; raises `zoneinfo.ZoneInfoNotFoundError` for an unknown one."""
    return ZoneInfo(name)


def today_in(name: str, now: datetime) -> date:
    """The calendar day in the zone `name` at the moment `now` (aware)."""
    return now.astimezone(zone(name)).date()


def days_by_zone(now: datetime) -> dict[date, tuple[str, ...]]:
    """Which day it is where, at `now`: at most three days, each with the zones that share it."""
    days: dict[date, tuple[str, ...]] = {}
    for name in ZONE_NAMES:
        day = today_in(name, now)
        days[day] = (*days.get(day, ()), name)
    return days
