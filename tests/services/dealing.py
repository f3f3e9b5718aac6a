"""Who runs which test where several processes share them: what is dear to set up is set up in one."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

#: Files whose tests share something dear, by what they share.
TOGETHER = {
    "tests/exports/test_render.py": "the packets of both samples",
    "tests/exports/test_structure_check.py": "the packets of both samples",
    "tests/toolchain/test_run.py": "a portal that is run, and run again",
    "tests/system/test_leaks.py": "a world of marked words",
}


class Dealing(LoadScopeScheduling):
    """Deals out single tests, and those that share something as one lot; the largest lots come first."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Dealing:
    """Tell pytest-xdist to deal this way."""
    return Dealing(config, log)
