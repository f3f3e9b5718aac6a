"""The limits that no source gives: whoever runs the portal may set them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SHARES: Final = {25: "a quarter", 50: "half", 75: "three quarters"}


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a rule finds something."""

    #: RC-007: more core prompts not yet known than this.
    unknown_percent: int = 25
    #: RC-082: fewer months, of 30 days, between the filing of a demonstration and its start.
    demonstration_months: int = 9
    #: RC-160: more years without rebasing.
    rebasing_years: int = 5
    #: RC-189: more months until reconciliation.
    settlement_months: int = 20

    @property
    def words(self) -> Mapping[str, str]:
        """What stands for `{name}` in the texts of rules."""
        return {
            "unknown_share": _SHARES.get(self.unknown_percent, f"{self.unknown_percent}%"),
            "demonstration_months": _counted(self.demonstration_months, "month"),
            "rebasing_years": _counted(self.rebasing_years, "year"),
        }

    def fill(self, text: str) -> str:
        """The text of a rule with these limits in words."""
        return text.format_map(self.words) if "{" in text else text


def _counted(number: int, noun: str) -> str:
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {noun}" if number == 1 else f"{word} {noun}s"
