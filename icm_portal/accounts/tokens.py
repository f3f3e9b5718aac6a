"""Secrets that travel in a link: made here, stored only as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits that fit into an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored in place of a token: its SHA-256. A random token needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
