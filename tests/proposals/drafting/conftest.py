"""Fixtures of the tests of drafting."""

from tests.proposals.drafting.desks import sit, world_at_work

__all__ = ["sit", "world_at_work"]
