"""A whole cutover whose ledger is in a database: killed, held, taken back, and proved, each by the program itself."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.evidence.audited import contradictions
from tests.postgres.server import PostgresStore
from tests.rehearsal.conftest import ON_CALL_PHONE
from tests.rehearsal.processes import WATCH, Place, until
from tests.rehearsal.world import RULE, Ended, bongsu, environment, sandbox, short_plan

from bongsu.core.events import Phase


class Day:
    """The run, and whoever gives it orders: from its machine, or from another one that has only the address."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.run_id = ""

    def call(self, *words: object, machine: str = "local") -> Ended:
        variables = {**self.place.variables, "XDG_STATE_HOME": str(self.place.folder / machine)}
        env = environment(**variables, ON_CALL_PHONE=ON_CALL_PHONE, BONGSU_STATE=self.place.database)
        return bongsu(*words, cwd=self.place.folder / "world", env=env)


@pytest.fixture
def day(postgres, tmp_path: Path) -> Iterator[Day]:
    store = PostgresStore(postgres)
    with sandbox(tmp_path, short_plan(tmp_path, watch=WATCH)) as variables:
        local = {"XDG_STATE_HOME": str(tmp_path / "local")}
        yield Day(Place(tmp_path, {**variables, **local}, database=store.address))


def test_a_run_in_a_database_is_killed_held_and_taken_back(day: Day) -> None:
    """On its own machine and from another one; its evidence is the ledger's, and verifies."""
    with day.place.run() as process:
        until(lambda: day.place.stands_at(Phase.ENABLED), process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (run,) = json.loads(day.call("status", "--json").out)["runs"]
    run_id = run["run"]
    held = day.call("hold", run_id, "--by", "on_call", "--reason", "to look at it", "--out", "../held")
    assert held.code == 3, held.err
    shown = day.call("status", run_id, "--json", machine="another")
    # What was under way at the kill is in doubt: sometimes something was.
    assert shown.code in (0, 3) and json.loads(shown.out)["phase"] == "held", shown.err
    unknown = day.call("resolve", run_id, "nothing", "--as", "accepted", "--by", "on_call", machine="another")
    assert unknown.code == 2 and "nothing called 'nothing' is in doubt" in unknown.err
    back = day.call("rollback", run_id, "--by", "on_call", "--out", "../evidence", machine="another")
    assert back.code == 1, back.err
    over = day.call("resume", run_id)
    assert over.code == 2 and "is closed" in over.err
    again = day.call("evidence", run_id, "--out", "../again")
    assert again.code == 0, again.err
    told = day.place.evidence()
    assert told.code == 0, told.ended.out
    assert (day.place.folder / "again" / "head.json").read_bytes() == (told.evidence / "head.json").read_bytes()
    assert [one["state"] for one in told.recorded("events", "rule_state", rule=RULE)] == [
        "DISABLED",
        "ENABLED",
        "DISABLED",
    ]
    assert [line["body"]["order"] for line in told.told("operator_asked")] == ["hold", "roll_back"]
    assert contradictions(told.evidence) == contradictions(day.place.folder / "held") == []
    # All that is left on either machine is what no ledger holds: locks, and where the plan's files lie.
    assert not list(day.place.folder.rglob("bongsu.db"))
