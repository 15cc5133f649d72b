"""What the tests of the evidence share with those of the commands."""

from __future__ import annotations

import pytest
from tests.cli.conftest import RUN, state

__all__ = ["state"]


@pytest.fixture
def run() -> str:
    """The run that `state` holds."""
    return RUN
