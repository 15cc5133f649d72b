"""What only looks wrong, because the log says beside it why it is right, is not shown."""

from __future__ import annotations

import pytest
from tests.audit.logs import DATA, log_of

from bongsu.audit import audit
from bongsu.audit.findings import Confidence

PIECES = (DATA / "explained.txt").read_text("utf-8").split("\n-----\n")


@pytest.mark.parametrize("text", PIECES, ids=[f"{n}" for n, _ in enumerate(PIECES, 1)])
def test_what_the_log_explains_is_not_shown(text: str) -> None:
    assert [(one.rule, one.why) for one in audit([log_of(text)]) if one.confidence is not Confidence.LOW] == []
