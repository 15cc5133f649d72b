"""What `bongsu guard` refuses before it stands by, and what is refused because a guard's ledger is its own."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace

import pytest

from bongsu.addresses import ListenAt
from bongsu.core.beats import What
from bongsu.core.events import Order, RunOpened
from bongsu.core.kinds import RunKind
from bongsu.ledger._port import Entry
from bongsu.ledger.sqlite import SqliteLedger
from bongsu.run import lock
from bongsu.run.guard import listen_of
from bongsu.run.guard_client import GuardClient, blank
from bongsu.run.guard_ear import CannotListen, Ear
from bongsu.run.guard_sight import Sight, SignOfLife
from bongsu.run.lock import Driven
from bongsu.run.start import OfAGuard, refuse
from tests.cli.calling import call
from tests.guard.bench import EVERY, GUARD_RUN, KEY, SECOND, START, Bench, plan
from tests.ports.held_ports import free_port
from tests.rehearsal.world import PLAN


def test_a_plan_without_a_guard_has_nothing_to_guard(tmp_path):
    called = call("guard", PLAN, "--state", tmp_path)
    assert called.code == 2
    assert "error: the plan has no guard" in called.err and "docs/plan.md shows one" in called.err


def test_an_address_that_is_none_is_refused(tmp_path):
    called = call("guard", PLAN, "--listen", "nowhere at all", "--state", tmp_path)
    assert called.code == 2
    assert '"nowhere at all" is no address to listen at' in called.err and "--listen 127.0.0.1:8090" in called.err


def test_an_address_that_is_taken_is_said_to_be():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        at = ListenAt(host="127.0.0.1", port=taken.getsockname()[1], path="/")
        with pytest.raises(CannotListen) as refused:
            Ear(at, KEY, lambda _heard: None).open()
    port = at.port
    assert refused.value.exit_code == 2 and refused.value.cause == "address already in use"
    assert refused.value.text == f"the guard cannot listen at 127.0.0.1:{port}"
    assert refused.value.hint is not None and f"end what has port {port}" in refused.value.hint


def test_a_guard_whose_port_is_taken_is_refused_as_a_command_that_cannot_be(tmp_path, monkeypatch):
    """Nothing is unknown or left running: it never stood by, and says what has the port and what to do."""
    guarded = re.sub(r"secret:[\w/#.-]+", "env:KEPT_ELSEWHERE", PLAN.read_text("utf-8") + GUARD_KEYS)
    (tmp_path / "plan.yaml").write_text(guarded, "utf-8")
    for name in re.findall(r"env:(\w+)", guarded):
        monkeypatch.setenv(name, "k" * 40)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        at = f"127.0.0.1:{port}"
        called = call("guard", tmp_path / "plan.yaml", "--listen", at, "--state", tmp_path / "state")
    assert called.code == 2, called.err
    assert f"error: the guard cannot listen at {at}" in called.err and f"end what has port {port}" in called.err


def test_an_address_that_is_not_of_this_machine_has_another_way_out():
    at = ListenAt(host="192.0.2.1", port=8090, path="/")
    with pytest.raises(CannotListen) as refused:
        Ear(at, KEY, lambda _heard: None).open()
    assert refused.value.hint == "name an address of this machine with `--listen`"


def test_one_guard_of_a_plan_is_enough(tmp_path):
    with lock.of_guard(tmp_path, plan()), pytest.raises(Driven), lock.of_guard(tmp_path, plan()):
        raise AssertionError("two guards of one plan")


@pytest.mark.parametrize("order", [None, Order.HOLD, Order.ROLL_BACK, Order.GO_ON])
def test_a_guards_ledger_is_its_own(order):
    """Nobody resumes it or gives it orders; its page can be acknowledged on the command line like any other."""
    with pytest.raises(OfAGuard):
        refuse(GUARD_RUN, RunKind.GUARD, order)
    refuse(GUARD_RUN, RunKind.GUARD, Order.ACKNOWLEDGE)


def test_a_guard_listens_on_this_machine_unless_told_otherwise():
    assert listen_of(plan().guard) == ListenAt(host="127.0.0.1", port=8090, path="/")


def test_words_and_answers_pass_over_a_real_connection(tmp_path):
    """The run's client and the guard's ear, over a socket: a word is answered, a wrong key is not."""
    bench = Bench()
    port = free_port()
    ear = Ear(ListenAt(host="127.0.0.1", port=port, path="/"), KEY, bench._taken)
    spec = plan().guard
    assert spec is not None
    spec = replace(spec, address=f"http://127.0.0.1:{port}")
    ear.open()
    try:
        client = GuardClient(spec, KEY)
        for _ in range(3):
            said = client.say(blank(What.BEAT, bench.plan, run="cutover-1"))
            assert said.answer is not None and said.answer.guard_run == GUARD_RUN
        stranger = GuardClient(spec, b"another key").say(blank(What.BEAT, bench.plan, run="cutover-1"))
        assert stranger.answer is None and stranger.reason.endswith("answers with status 403")
    finally:
        ear.close()
    gone = client.say(blank(What.BEAT, bench.plan, run="cutover-1"))
    assert gone.answer is None and gone.reason.endswith("does not answer: connection refused")


def test_what_a_guard_sees_of_a_run_in_its_state_folder(tmp_path):
    """Its ledger's head, whether it is closed, its newest sign of life, and whether a process has it in hand."""
    ledger = SqliteLedger(tmp_path)
    ledger.create("cutover-1", START)
    opened = RunOpened(plan_sha256="0" * 64, cutover="x", program="b", endpoints={}, clock="system", go_by="james")
    (row,) = ledger.append("cutover-1", ledger.head("cutover-1"), [Entry(at=START, actor="b", event=opened)])
    sight = Sight(lambda: SqliteLedger(tmp_path), tmp_path)
    assert sight.signs("cutover-2") is None and sight.driven("cutover-1") is None
    SignOfLife(tmp_path, "cutover-1")(7)
    found = sight.signs("cutover-1")
    assert found is not None and (found.seq, found.closed) == (row.seq, False) and found.sign.endswith(" 7")
    with lock.of_run(tmp_path, "cutover-1"):
        assert sight.driven("cutover-1") is True
    assert sight.driven("cutover-1") is False
    ledger.close()


def test_status_shows_a_guards_side(tmp_path):
    """Of a guard's own ledger: which run it guards, and what it heard last."""
    bench = Bench()
    bench.wait(START + EVERY + SECOND)
    ledger = SqliteLedger(tmp_path)
    ledger.create(GUARD_RUN, START, kind=RunKind.GUARD)
    opened = RunOpened(
        plan_sha256="0" * 64, cutover="x", program="b", endpoints={}, clock="bench", go_by="", kind=RunKind.GUARD
    )
    heart = bench.book.state.heart
    assert heart is not None
    blobs = {"plan": PLAN.read_bytes() + GUARD_KEYS.encode()}
    entries = [
        Entry(at=START, actor="guard", event=opened, blobs=blobs),
        Entry(at=START, actor="guard", event=heart),
    ]
    ledger.append(GUARD_RUN, ledger.head(GUARD_RUN), entries)
    ledger.close()
    told = call("status", GUARD_RUN, "--state", tmp_path, "--json")
    found = json.loads(told.out)
    assert found["kind"] == "guard" and found["guard"]["guards"] == "cutover-1" and found["guard"]["heard"] == "armed"
    shown = call("status", GUARD_RUN, "--state", tmp_path)
    assert "of cutover-1: armed (#2)" in shown.out


GUARD_KEYS = """
guard:
  address: http://127.0.0.1:8090
  key: env:BONGSU_GUARD_KEY
  every: 5s
  silent_after: 30s
  then: page
  policy: critical
"""
