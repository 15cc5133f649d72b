"""What the tests of the evidence share, among them and with those of the commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import RUN, state
from tests.evidence.synthetic import Player, plan_of

__all__ = ["state"]


@pytest.fixture
def run() -> str:
    """The run that `state` holds."""
    return RUN


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of a run whose watch has three looks; nobody changes it."""
    return Player(plan=plan_of()).play().write(tmp_path_factory.mktemp("evidence") / "run")


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of `whole` to be changed."""
    return Path(shutil.copytree(whole, tmp_path / "run"))


@pytest.fixture(scope="session")
def whole_short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of a run with one look: every kind of line, and few enough for every mutant; nobody changes it."""
    return Player(plan=plan_of(1)).play().write(tmp_path_factory.mktemp("evidence") / "run")


@pytest.fixture
def short(whole_short: Path, tmp_path: Path) -> Path:
    """A copy of `whole_short` to be changed."""
    return Path(shutil.copytree(whole_short, tmp_path / "run"))
