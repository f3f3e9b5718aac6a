"""How many pages the executive summary takes, as last measured.

The room of exports measures it, because it prints; the readiness check and the editor read it here. What is measured
is remembered by content, so a length is never that of older words.
"""

from __future__ import annotations

import hashlib
import json
from math import ceil

from django.core.cache import cache

from toolkit.answers import Answers

#: Pages the toolkit asks for.
FEWEST, MOST = 2, 3
PART = "es."
_DAYS = 30
#: So long nobody else is asked to measure the same words.
_ASKED_SECONDS = 60


def key_of(title: str, answers: Answers) -> str:
    """Return the name of what Part 1 says: of the title and its answers."""
    part = {prompt_id: answer for prompt_id, answer in answers.items() if prompt_id.startswith(PART)}
    text = json.dumps([title, part], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def measured(key: str) -> float | None:
    """Return the pages measured for these words, such as 2.4; None when nobody has measured them yet."""
    found = cache.get(f"summary-length:{key}")
    return found if isinstance(found, float) else None


def fits(pages: float) -> bool:
    """Whether a summary of so many pages prints on as many as the toolkit asks for."""
    return FEWEST <= ceil(pages) <= MOST


def remember(key: str, pages: float) -> None:
    """Keep what was measured."""
    cache.set(f"summary-length:{key}", pages, timeout=_DAYS * 24 * 60 * 60)


def ask_once(key: str) -> bool:
    """Whether nobody has asked to measure these words just now; from now on somebody has."""
    return bool(cache.add(f"summary-length-asked:{key}", True, timeout=_ASKED_SECONDS))
