"""A worker that was away while another closed its page, and has something to say of it when it comes back."""

from __future__ import annotations

from datetime import timedelta

from tests.serve.rig import Rig

from bongsu.core.events import RunClosed, Why
from bongsu.core.verdict import Verdict
from bongsu.ledger._port import Entry
from bongsu.ledger.codec import decode

MINUTE = timedelta(minutes=1)


def test_a_fact_that_meets_the_line_which_another_closed_the_page_with_parks_nothing(tmp_path):
    """Its way in was lost meanwhile, which nobody has to know any more; and nobody is paged about a bug."""
    rig = Rig(tmp_path)
    run_id = rig.raise_().run_id
    driving = rig.worker.made(claimed(rig, run_id, rig.worker.owner), rig.plan, asked=rig.clock.counts())
    driving.turn({"alerts": ("open", "")})
    over = RunClosed(verdict=Verdict.UNKNOWN, why=Why.NOBODY_TOLD, exit_code=3)
    other = claimed(rig, run_id, "other")
    rig.ledger.append(
        run_id, rig.ledger.head(run_id), [Entry(at=rig.clock.time, actor="bongsu", event=over)], lease=other
    )
    assert driving.turn({"alerts": ("lost", "this machine slept")}) is None
    assert driving.book.state.closed is not None
    assert over in [decode(row.line).event for row in rig.ledger.rows(run_id)]
    assert "lost" not in driving.book.state.listening.values()
    assert not rig.ledger.run(run_id).parked


def claimed(rig, run_id, owner):
    """Have that process take the page over, once nobody's right to it lasts any more."""
    rig.clock.time += MINUTE
    (lease,) = rig.ledger.claim(owner, lease_for=MINUTE / 2, run_id=run_id)
    return lease
