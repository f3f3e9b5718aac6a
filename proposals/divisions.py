"""The divisions of CMS that review: a short list kept with the program. A leaf: imports nothing of ours.

Rows hold the keys. A key that was ever used stays on the list; a division may be renamed and others may join it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Division:
    """One division: its key in rows and addresses, its name, and what it looks at."""

    key: str
    name: str
    looks_at: str


DIVISIONS: Final = (
    Division("policy", "Policy", "Goals, authorities, who takes part and what is covered."),
    Division("quality", "Quality", "Measures, targets, evaluation and oversight."),
    Division("payment", "Payment", "How providers are paid, shared savings and their safeguards."),
    Division("actuarial", "Actuarial", "Baselines, trends, risk and the numbers behind them."),
)
KEYS: Final = frozenset(division.key for division in DIVISIONS)
_BY_KEY: Final = {division.key: division for division in DIVISIONS}


def division(key: str) -> Division:
    """Return the division with a key. Raises `KeyError`."""
    return _BY_KEY[key]
