"""How the tests are shared out among processes: what reads one rehearsed world stays together, the longest in front."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xdist.scheduler import LoadScopeScheduling

# How long an example takes depends on what else the machine does, and says nothing of what is tested.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")

# The program speaks its user's language, and the tests read what it says in English unless they ask for another.
for name in ("BONGSU_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"

REHEARSED = frozenset({"happy", "short", "started"})
"""Fixtures of tests/rehearsal that hold for a whole session; whoever uses one stands in these files."""
FILES = re.compile(
    r"rehearsal/test_(clock|commands|happy_path|nothing_leaks|policy|publishing|report|start_equals_rehearse|tampering|words)\.py"
)
EACH_ALONE = ("rehearsal/test_crash.py", "crash/test_sweep.py")
LONG = ("/rehearsal/", "/simulation/", "/crash/")
BY_WORLD = "rehearsal/test_scenarios.py"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server; one for each process that the tests are shared out among."""
    from tests.postgres.server import running

    with running() as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with whole rehearsals: a long one that begins last would be waited for alone."""
    for item in items:
        uses = REHEARSED & set(getattr(item, "fixturenames", ())) if "/rehearsal/" in item.nodeid else ()
        assert not uses or FILES.search(item.nodeid), f"{item.nodeid} uses {uses}: add its file to FILES"
    items.sort(key=lambda item: not any(folder in item.nodeid for folder in LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have one process more than processors: rehearsals wait for each other's answers a third of the time."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return usable + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Have one process take all tests of a group, whatever `--dist` says."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return Together(config, log)


def group_of(nodeid: str) -> str:
    """Return the group of a test: the rehearsed day, one scenario's world, a single kill, else its file."""
    if FILES.search(nodeid):
        return "rehearsed"
    if BY_WORLD in nodeid and "[" in nodeid:
        return nodeid.partition("[")[2]
    return nodeid if any(file in nodeid for file in EACH_ALONE) else nodeid.partition("::")[0]
