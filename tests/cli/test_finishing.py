"""Somebody interrupts while the evidence of a run is written: the run's exit code stays, and the way on is said."""

from __future__ import annotations

import contextlib
import io
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import RUN

from bongsu.cli.running import _finish
from bongsu.ledger.sqlite import SqliteLedger
from bongsu.run.start import Started

if TYPE_CHECKING:
    from pathlib import Path


class Interrupted(SqliteLedger):
    """A ledger that is being read for the evidence when Ctrl-C comes."""

    def blob(self, digest: str) -> bytes:
        """Read nothing."""
        raise KeyboardInterrupt


@pytest.mark.parametrize(("ended", "code"), [(0, 3), (1, 1), (6, 6)])
def test_the_runs_own_exit_code_stays_unless_it_passed(ended: int, code: int, state: Path, tmp_path: Path) -> None:
    shown = io.StringIO()
    with closing(Interrupted(state)) as ledger, contextlib.redirect_stderr(shown):
        assert _finish(ledger, Started(run_id=RUN, exit_code=ended, closed=True), tmp_path / "out") == code
    assert shown.getvalue() == (
        "error: interrupted while the evidence was written\n"
        f"help: `bongsu evidence {RUN} --out DIR` writes it again; the run itself is in the ledger\n"
    )
    assert not (tmp_path / "out").exists()
