"""What the tests of the commands share: the example plan, and a run that was left in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.rules.tree import ROOT

from bongsu.core.chain import START
from bongsu.core.events import Method, RunOpened, SendIntended
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.planfile import load

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = ROOT / "plans" / "naver-sms.yaml"
RUN = "invented-20251022-1400"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with one open run, whose only message never came to an end."""
    folder = tmp_path / "state"
    left_in_the_middle(folder)
    return folder


def left_in_the_middle(state: Path | str) -> None:
    """Leave one open run there, whose only message never came to an end."""
    plan = load(EXAMPLE)
    at = plan.window.start
    opened = RunOpened(
        plan_sha256=plan.digest, cutover=plan.cutover, program="bongsu", endpoints={}, clock="system", go_by="james"
    )
    send = SendIntended(
        key="go_request//ops_chat", message="go_request", channel="ops_chat", to="-1000000000001", method=Method.POST
    )
    ledger = open_ledger(state)
    ledger.create(RUN, at)
    ledger.append(
        RUN,
        START,
        [
            Entry(at=at, actor="captain:james", event=opened, blobs={"plan": EXAMPLE.read_bytes()}),
            Entry(at=at, actor="bongsu", event=send, blobs={"payload": b'{"text": "invented"}'}),
        ],
    )
    ledger.close()
