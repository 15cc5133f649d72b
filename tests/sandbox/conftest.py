"""What several tests of the imitations share."""

from __future__ import annotations

import pytest
from tests.sandbox.slack_rig import World


@pytest.fixture
def slack_world(tmp_path):
    """Return what opens an imitated Slack with changes to its spec; all of them are closed at the end."""
    opened = []

    def make(**changes):
        opened.append(World(tmp_path, **changes))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
