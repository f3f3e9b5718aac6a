"""Writes the record of what happened to people and agencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from .models import AccountEvent, AccountVerb, Agency, Role, User


def record(
    *,
    actor: User,
    verb: AccountVerb,
    agency: Agency | None,
    now: datetime,
    subject: User | None = None,
    email: str = "",
    detail: str = "",
) -> AccountEvent:
    """Append one entry: `actor` did `verb` to `subject` (or the not yet known `email`) in `agency`."""
    return AccountEvent.objects.create(
        actor=actor, verb=verb, agency=agency, subject=subject, email=email, detail=detail[:500], at=now
    )


def written(day: date) -> str:
    """A date as people write it: 14 March 2026."""
    return f"{day.day} {day:%B %Y}"


def terms(role: str, section_ids: Iterable[str] | None, expires_on: date | None) -> str:
    """A membership in words, such as "Editor, 2 sections, until 14 March 2026"."""
    words = [Role(role).label]
    if section_ids is not None:
        count = len(list(section_ids))
        words.append("1 section" if count == 1 else f"{count} sections")
    if expires_on is not None:
        words.append(f"until {written(expires_on)}")
    return ", ".join(words)
