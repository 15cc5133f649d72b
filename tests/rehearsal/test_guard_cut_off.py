"""A run that is cut off from its guard, and lives."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from typing import Any

from tests.evidence.audited import contradictions
from tests.ports.held_ports import free_port
from tests.rehearsal.processes import Place, guarded_plan, until
from tests.rehearsal.world import RULE, WALL_MAX_S, sandbox

from bongsu.core.events import Observed, Phase, PhaseEntered, SendEnded, SwitchIntended


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
    assert contradictions(told.evidence) == contradictions(guards.evidence) == []


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
