"""A run that a bug has parked: what is kept of it for whoever looks at it, or takes it up."""

from __future__ import annotations

from datetime import timedelta

from tests.ports.held_ports import free_port
from tests.serve.rig import MovedClock, plan_bytes, working

from bongsu.core.events import ListeningChanged
from bongsu.core.fold import folded
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.ledger.snapshots import WORTH, encode, version
from bongsu.run.book import Book

AFTER_THE_FIRST_LEVEL = timedelta(minutes=6)


def test_a_run_that_a_bug_parks_has_a_snapshot_of_what_its_ledger_holds(tmp_path):
    """Folded anew: what the worker had in hand when the bug came to light may be half a line ahead."""
    clock, port = MovedClock(), free_port()
    how = {"clock": clock, "ledger": MemoryLedger(now=clock.now), "port": port, "source": plan_bytes(port=port)}
    with working(tmp_path, **how) as rig:
        run_id = rig.raise_().run_id
        rig.rests(run_id)
    grown(rig, run_id)
    assert rig.ledger.latest_snapshot(run_id, program=version()) is None
    with working(tmp_path, **how) as rig:
        rig.chats.behave = lambda outgoing: 1 // 0
        rig.pass_(AFTER_THE_FIRST_LEVEL)
        rig.until(lambda: rig.ledger.run(run_id).parked)
        rig.until(lambda: rig.ledger.latest_snapshot(run_id, program=version()))
    head, fold = rig.ledger.latest_snapshot(run_id, program=version())
    assert head.seq > WORTH
    lines = [decode(row.line) for row in rig.ledger.rows(run_id) if row.seq <= head.seq]
    assert fold == encode(folded(rig.plan.plan, lines))


def grown(rig, run_id):
    """Let a way in close and open until the run is long enough for a snapshot; nobody drives it meanwhile."""
    book = Book(rig.plan.plan, rig.ledger, run_id, rig.plan.redactor)
    book.catch_up()
    for number in range(WORTH):
        state = "open" if number % 2 else "lost"
        book.append(rig.clock.now(), "alerts", ListeningChanged(channel="alerts", state=state, reason=""))
