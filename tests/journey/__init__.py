"""What people do, in a real browser against real servers: the whole way of a proposal, and every page."""

import pytest

# What fails in a check outside the test files is explained as well.
pytest.register_assert_rewrite("tests.journey.third_round")
