"""The three commands that page people, as real processes against the imitated services; times as the story has them."""

from __future__ import annotations

import json

import pytest
from tests.evidence.audited import contradictions
from tests.rehearsal.world import PLAN, bongsu, environment

from bongsu.cli.world_plan import world_of
from bongsu.cli.world_process import world, write_plan
from bongsu.planfile import load

ANSWERS = {"on_call": {"Acknowledge": 120}, "ops_manager": {"Acknowledge": 240}}
"""The on-call engineer presses after two minutes, the manager after four."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder in which the commands are called, with the sandbox running beside it."""
    folder = tmp_path_factory.mktemp("pages")
    made = world_of(load(PLAN), folder / "world", seed=1, answers=ANSWERS)
    with world(made, folder / "world") as addresses:
        path = write_plan(PLAN, folder / "world", addresses)
        yield folder, path, environment(BONGSU_STATE=str(folder / "state"), **made.provision.environment)


def told(folder, run):
    return json.loads((folder / "evidence" / run / "report.json").read_text("utf-8"))


def test_a_drill_is_timed_and_a_page_is_taken_once(desk):
    """Both are pages to the same people, minutes apart on the world's clock and seconds on ours."""
    folder, plan, env = desk
    drill = bongsu("drill", plan, "--by", "james", cwd=folder, env=env)
    assert drill.code == 0, drill.err
    run = drill.err.split()[0]
    times = [(time["contact"], time["within_s"]) for time in told(folder, run)["drill"]["times"]]
    assert [contact for contact, _ in times] == ["on_call", "ops_manager"]
    assert 120 <= times[0][1] <= 125 and 240 <= times[1][1] <= 245

    words = ("--summary", "the disk of db-1 is full, call 010-0000-0001", "--dedup", "db-1-disk")
    page = bongsu("page", plan, *words, cwd=folder, env=env)
    assert page.code == 0, page.err
    taken = page.err.split()[0]
    assert "page: the disk of db-1 is full, call 010-****-0001 " in page.err
    assert "pressed    ack by on_call on " in page.err

    late = bongsu("ack", taken.removeprefix("page-"), "--by", "ops_manager", cwd=folder, env=env)
    assert late.code == 2
    assert late.err.startswith(f"error: On-Call Engineer has acknowledged {taken} already, at ")
    again = bongsu("page", plan, *words, cwd=folder, env=env)
    assert again.code == 0 and again.err.split()[0] == f"{taken[:-1]}2", "a page that is closed is another one's past"
    for name in (run, taken):
        verified = bongsu("verify", f"evidence/{name}", cwd=folder, env=env)
        assert verified.code == 0, verified.out
        assert contradictions(folder / "evidence" / name) == []
