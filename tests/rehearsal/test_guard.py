"""Real processes: a run that is killed, one that is stopped and woken, one that is cut off from its guard and lives."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml
from tests.rehearsal.conftest import ON_CALL_PHONE
from tests.rehearsal.world import PROGRAM, RULE, WALL_MAX_S, Run, at, bongsu, environment, sandbox, short_plan

from bongsu.core.events import Observed, Phase, PhaseEntered, SendEnded, SwitchIntended
from bongsu.ledger import open_ledger
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOOK_EVERY_S = 0.02
WATCH = "{for: 20m, every: 20m, checks: [error_rate, duration, sms_delivery], report_every: 20m}"
GUARD = """
guard:
  address: http://127.0.0.1:1
  key: env:BONGSU_GUARD_KEY
  every: {every}
  silent_after: {silent_after}
  then: restore
  policy: critical
"""


def guarded_plan(folder: Path, every: str, silent_after: str) -> Path:
    """The short plan with a guard on this machine."""
    path = short_plan(folder, watch=WATCH)
    path.write_text(path.read_text("utf-8") + GUARD.format(every=every, silent_after=silent_after), "utf-8")
    return path


def until(true: Callable[[], bool], *processes: subprocess.Popen[bytes]) -> None:
    """Wait until something holds, as long as these processes run."""
    end = monotonic() + WALL_MAX_S
    waits = threading.Event()
    while not true():
        assert monotonic() < end, "it does not come to that"
        assert all(one.poll() is None for one in processes), "a process has ended before"
        waits.wait(LOOK_EVERY_S)


@dataclass
class Place:
    """A world with a run and its guard in it, each a process of its own."""

    folder: Path
    variables: dict[str, str]

    @property
    def plan(self) -> Path:
        return self.folder / "world" / "plan.yaml"

    @property
    def address(self) -> int:
        """The port at which the plan has its guard."""
        return urlsplit(yaml.safe_load(self.plan.read_text("utf-8"))["guard"]["address"]).port or 0

    @contextmanager
    def process(self, *args: object, out: str, state: str = "state") -> Iterator[subprocess.Popen[bytes]]:
        """Start a command of the program; what it says goes into a file."""
        command = [*PROGRAM, *map(str, args), "--state", str(self.folder / state), "--out", str(self.folder / out)]
        env = environment(**self.variables, ON_CALL_PHONE=ON_CALL_PHONE)
        with (self.folder / f"{args[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def guard(self, *options: object, state: str = "state") -> Iterator[subprocess.Popen[bytes]]:
        """A guard that stands by."""
        with self.process("guard", self.plan, *options, out="guards", state=state) as process:
            until(lambda: b"stands by" in (self.folder / "guard.log").read_bytes(), process)
            yield process

    def run(self) -> Any:
        """The run, begun."""
        return self.process("start", self.plan, "--go", "james", out="evidence")

    def events(self, *, guards: bool, state: str = "state") -> list[Any]:
        """What stands in the newest ledger of the run, or of its guard, now."""
        with closing(open_ledger(self.folder / state / "guard" if guards else self.folder / state)) as ledger:
            runs = [info.run_id for info in ledger.runs() if info.run_id.startswith("guard-") is guards]
            return [decode(row.line).event for row in ledger.rows(runs[-1])] if runs else []

    def stands_at(self, phase: Phase) -> bool:
        """Whether the run has come to a phase."""
        return any(isinstance(one, PhaseEntered) and one.phase is phase for one in self.events(guards=False))

    def is_off(self) -> bool:
        """Whether the guard has read the rule back as off."""
        return any(
            isinstance(one, Observed) and one.key == "rollback/target_rule" and one.values["state"] == "DISABLED"
            for one in self.events(guards=True)
        )

    def evidence(self, name: str = "evidence") -> Run:
        """What the run, or a guard's run, left behind."""
        ended = bongsu("verify", self.folder / name, cwd=self.folder)
        return Run(ended, self.plan, self.folder / "world", self.folder / "state", self.folder / name)

    def guards(self) -> list[Run]:
        """What each run of the guard left behind, oldest first."""
        names = sorted((self.folder / "guards").iterdir(), key=lambda one: (len(one.name), one.name))
        return [self.evidence(f"guards/{one.name}") for one in names]


def no_success_over_a_target_that_is_off(run: Run) -> None:
    """Enabled once, off at the end, and nobody was told of a success."""
    assert len(run.recorded("aws", "events.EnableRule")) == 1
    assert run.recorded("events", "rule_state", rule=RULE)[-1]["state"] == "DISABLED"
    assert not run.posts("success")


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> tuple[Run, list[Run]]:
    """The scenario: the run's process is killed with the rule on, and resumed when its guard has acted."""
    folder = tmp_path_factory.mktemp("killed-guarded")
    places = ("--keep", folder / "world", "--state", folder / "state", "--out", folder / "evidence")
    ended = bongsu("rehearse", short_plan(folder), "--scenario", "killed-guarded", *places, cwd=folder)
    runs = [
        Run(ended, folder / "world" / "plan.yaml", folder / "world", folder / "state", one)
        for one in (folder / "evidence", *sorted(folder.glob("guard-*"), key=lambda one: (len(one.name), one.name)))
    ]
    return runs[0], runs[1:]


def test_the_scenario_ends_as_documented(killed):
    """Exit code 1 for the run, which rolled back; 1 for the guard's first run, 0 for the one that saw that through."""
    run, guards = killed
    assert run.code == 1, run.ended.err
    assert run.ended.err.splitlines()[-1] == "scenario killed-guarded: exit code 1, as expected"
    assert [one.closed()["exit_code"] for one in (run, *guards)] == [1, 1, 0]
    assert (run.closed()["why"], guards[0].closed()["why"]) == ("guard_acted", "no_heartbeat")


def test_every_ledger_of_it_verifies(killed):
    run, guards = killed
    for one in (run, *guards):
        ended = bongsu("verify", one.evidence, cwd=run.state)
        assert ended.code == 0, ended.out


def test_the_rule_went_off_within_the_silence_and_the_look(killed):
    """By the world's own record: so long after the newest heartbeat, and before anybody had pressed anything."""
    run, guards = killed
    no_success_over_a_target_that_is_off(run)
    off = run.recorded("aws", "events.DisableRule")[0]
    (silent,) = guards[0].told("heartbeats_changed", state="silent")
    took = at(off["at"]) - at(silent["body"]["last_at"])
    assert timedelta(seconds=30) <= took < timedelta(seconds=45)
    assert guards[0].told("run_looked_for")[0]["body"]["found"] == "gone"


def test_people_were_paged_by_the_guard_and_answered_it(killed):
    _, guards = killed
    paged = {line["body"]["key"] for line in guards[0].posts("silence")}
    assert paged >= {"silence//ops_chat", "silence//alerts", "silence//on_call@ops_chat/r0l0"}
    assert all("THE RUN IS SILENT" in text for text in guards[0].texts("silence"))
    (press,) = [one for one in guards[0].report["presses"] if one["button"] == "ack"]
    assert (press["contact"], press["standing"]) == ("on_call", "counted")


def test_status_tells_of_either_side(killed):
    run, guards = killed
    own = run.state / "guard"
    for one, word, state in ((run, "standing_by", run.state), (guards[0], "silent", own)):
        shown = bongsu("status", one.lines[0]["run"], "--state", state, "--json", cwd=run.state)
        told = json.loads(shown.out)["guard"]
        assert word in (told.get("state"), told.get("heard"))
    refused = bongsu("resume", guards[0].lines[0]["run"], "--state", own, cwd=run.state)
    assert refused.code == 2 and "is the ledger of a guard" in refused.err


def test_a_stopped_run_that_wakes_up_finds_out_and_undoes_nothing(tmp_path):
    """SIGSTOP with the rule on, SIGCONT once the guard has put it off: the run rolls back, and announces no success."""
    with sandbox(tmp_path, guarded_plan(tmp_path, "3s", "20s")) as variables:
        place = Place(tmp_path, variables)
        with place.guard() as guard, place.run() as run:
            until(lambda: place.stands_at(Phase.ENABLED), guard, run)
            os.kill(run.pid, signal.SIGSTOP)
            until(place.is_off, guard, run)
            os.kill(run.pid, signal.SIGCONT)
            assert run.wait(timeout=WALL_MAX_S) == 1, (tmp_path / "start.log").read_text("utf-8")
            assert guard.wait(timeout=WALL_MAX_S) == 1, (tmp_path / "guard.log").read_text("utf-8")
    told = place.evidence()
    assert told.code == 0, told.ended.out
    no_success_over_a_target_that_is_off(told)
    (acted,) = told.told("guard_changed", state="acted")
    assert acted["body"]["did"] == "restored"
    first = place.guards()[0]
    assert first.code == 0, first.ended.out
    assert first.told("run_looked_for")[-1]["body"]["found"] == "stands_still"


class Proxy:
    """Stands between a run and its guard, until it is cut."""

    def __init__(self, port: int, to: int) -> None:
        self._server = socket.create_server(("127.0.0.1", port))
        self._to = to
        self._cut = threading.Event()
        self.passed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Let nothing through any more, and answer nobody."""
        self._cut.set()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            if self._cut.is_set():
                connection.close()
                continue
            self.passed += 1
            threading.Thread(target=self._pass, args=(connection,), daemon=True).start()

    def _pass(self, connection: socket.socket) -> None:
        with connection, socket.create_connection(("127.0.0.1", self._to)) as guard:
            back = threading.Thread(target=_pump, args=(guard, connection), daemon=True)
            back.start()
            _pump(connection, guard)
            back.join()

    def close(self) -> None:
        self._server.close()


def _pump(from_: socket.socket, to: socket.socket) -> None:
    try:
        while data := from_.recv(65_536):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        return


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_a_run_that_is_cut_off_from_its_guard_and_lives_is_left_alone(tmp_path):
    """Cut off in the middle of the cutover: the run says so and passes, its captain is told, the guard sees it live."""
    with sandbox(tmp_path, guarded_plan(tmp_path, "20s", "1m")) as variables:
        place = Place(tmp_path, variables)
        behind = free_port()
        with closing(Proxy(place.address, behind)) as proxy, place.guard("--listen", f"127.0.0.1:{behind}") as guard:
            with place.run() as run:
                until(lambda: place.stands_at(Phase.ENABLED), guard, run)
                proxy.cut()
                assert run.wait(timeout=WALL_MAX_S) == 0, (tmp_path / "start.log").read_text("utf-8")
            assert proxy.passed > 0
            assert guard.wait(timeout=WALL_MAX_S) == 0, (tmp_path / "guard.log").read_text("utf-8")
    told = place.evidence()
    assert told.code == 0, told.ended.out
    assert [line["body"]["state"] for line in told.told("guard_changed")] == ["standing_by", "lost"]
    assert {line["body"]["key"].partition("//")[0] for line in told.posts("guard_lost")} == {"guard_lost/1"}
    assert told.recorded("events", "rule_state", rule=RULE)[-1]["state"] == "ENABLED"
    (guards,) = place.guards()
    assert guards.code == 0, guards.ended.out
    assert {line["body"]["found"] for line in guards.told("run_looked_for")} <= {"alive"}
    assert guards.closed()["exit_code"] == 0 and not guards.told("send_intended") and not guards.told("switch_intended")


def test_a_run_that_said_in_a_chat_that_it_is_cut_off_is_not_overruled(tmp_path):
    """Cut off, and no store in common: the guard finds the run's notice in Slack, pages, and switches nothing."""
    with sandbox(tmp_path, guarded_plan(tmp_path, "20s", "1m")) as variables:
        place = Place(tmp_path, variables)
        behind = free_port()
        listen = ("--listen", f"127.0.0.1:{behind}")
        with (
            closing(Proxy(place.address, behind)) as proxy,
            place.guard(*listen, state="elsewhere") as guard,
            place.run() as run,
        ):
            until(lambda: place.stands_at(Phase.ENABLED), guard, run)
            proxy.cut()

            def told() -> list[Any]:
                return place.events(guards=True, state="elsewhere")

            until(lambda: any(isinstance(one, SendEnded) for one in told()), guard)
            events = told()
    (notice,) = [one for one in events if isinstance(one, Observed) and one.key == "look/sent_message"]
    assert notice.values["found"] is True
    assert [one.phase for one in events if isinstance(one, PhaseEntered)][-1] is Phase.DECIDING
    assert not [one for one in events if isinstance(one, SwitchIntended)]


def test_a_cutover_does_not_begin_without_its_guard(tmp_path):
    """The plan says refuse, and nobody answers: no run is opened, exit code 2; a guard of another plan is no guard."""
    with sandbox(tmp_path, guarded_plan(tmp_path, "5s", "30s")) as variables:
        place = Place(tmp_path, variables)
        env = environment(**variables, ON_CALL_PHONE=ON_CALL_PHONE)
        args = ("start", place.plan, "--go", "james", "--state", tmp_path / "state")
        alone = bongsu(*args, cwd=tmp_path, env=env)
        assert alone.code == 2 and "does not answer: connection refused" in alone.err
        with place.guard():
            place.plan.write_text(place.plan.read_text("utf-8") + "# changed after it was signed off\n", "utf-8")
            other = bongsu(*args, cwd=tmp_path, env=env)
            asked = bongsu("check", place.plan, "--online", cwd=tmp_path, env=env)
        assert other.code == 2 and "has another plan" in other.err
        assert asked.code == 2 and "has another plan" in asked.out
        assert json.loads(bongsu("status", "--json", "--state", tmp_path / "state", cwd=tmp_path).out) == {"runs": []}
