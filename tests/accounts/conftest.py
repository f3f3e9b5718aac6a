"""Fixtures of the account tests."""

from __future__ import annotations

import pytest

from tests.accounts.people import Crowd


@pytest.fixture
def crowd(db: None) -> Crowd:
    """Two states and CMS."""
    return Crowd()
