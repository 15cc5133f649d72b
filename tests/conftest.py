"""How the tests are shared out among processes: what reads one world stays together, and the longest begin first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARED = ("happy", "short", "started", "told")
"""Fixtures that rehearse a world: whoever uses one is where it was made."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put every test into a group for pytest-xdist (`--dist loadgroup`), and whole rehearsals in front."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))
    items.sort(key=rank)


def group_of(item: pytest.Item) -> str:
    """Return the group: a rehearsed world, a single kill, else the file."""
    for name in SHARED:
        if name in getattr(item, "fixturenames", ()):
            return f"{name} {param_of(item, name)}"
    return item.nodeid if item.path.name == "test_crash.py" else str(item.path)


def param_of(item: pytest.Item, fixture: str) -> str:
    """Return which of its worlds a fixture holds for a test."""
    params: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    return str(getattr(params.get(fixture), "name", ""))


def rank(item: pytest.Item) -> int:
    """Return 0 for the one whole day, 1 for other rehearsals, 2 for everything else."""
    names: Iterable[str] = getattr(item, "fixturenames", ())
    if "happy" in names:
        return 0
    return 1 if "rehearsal" in item.path.parts or "simulation" in item.path.parts else 2
