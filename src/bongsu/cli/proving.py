"""What the commands that prove have in common: the program's own pure functions, handed to the evidence."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bongsu.checks import judge
from bongsu.core.decide import decide
from bongsu.evidence.report import reports
from bongsu.evidence.verify import verify
from bongsu.evidence.write import write_evidence
from bongsu.messages import render
from bongsu.planfile import load_bytes
from bongsu.readings import parser_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bongsu.core.plan import Plan
    from bongsu.evidence.findings import Report
    from bongsu.evidence.folder import Story
    from bongsu.ledger._port import Ledger


ALLOCATIONS = 500_000
"""How many objects more than before, between two looks for those that nothing needs any more; Python's own is 700."""


def load_signed(data: bytes) -> Plan:
    """Return the plan of an evidence folder's plan.yaml."""
    return load_bytes(data, Path("plan.yaml"))


def reread(reading: str, args: Mapping[str, Any], responses: Sequence[bytes]) -> Mapping[str, Any]:
    """Return the values that a reading finds in recorded answers."""
    return parser_of(reading)(args, responses)


def write(ledger: Ledger, run_id: str, folder: Path) -> Story:
    """Write a run's evidence folder."""
    return write_evidence(ledger, run_id, folder, load_plan=load_signed, render=reports)


def prove(folder: Path) -> Report:
    """Verify an evidence folder offline."""
    with collecting_seldom():
        return verify(
            folder,
            load_plan=load_signed,
            render=reports,
            reread=reread,
            judge=judge,
            render_message=render,
            decide=decide,
        )


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Have unused objects looked for seldom: a verification keeps nearly all that it makes until its end."""
    usual = gc.get_threshold()
    gc.set_threshold(ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
