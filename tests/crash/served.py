"""A page through `bongsu serve` whose worker is killed: the alarm comes in, people are paged, one of them answers.

Whoever sends the alarm, and Slack, which delivers the press, try again until they are told that it was taken. What
takes the dead worker's place is `bongsu serve` itself.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from bongsu.core.events import ButtonPressed, Outcome, RunClosed, SendEnded, SendIntended
from bongsu.ledger import open_ledger
from bongsu.ledger._port import RunInfo
from bongsu.ledger.codec import decode
from tests.crash import chat, program
from tests.crash.points import Trap
from tests.crash.stores import lapse
from tests.crash.worlds import LOOK_EVERY_S, WITHIN_S, Died, TookTooLong, ended, forked, killed_for_good, over_within
from tests.inbound.rig import form, raw_request, signed
from tests.patience import PATIENCE_S
from tests.ports.held_ports import free_port
from tests.serve.rig import PEOPLE, SECRETS, plan_bytes

SERVED = "served"
ALARM = {"key": "disk", "summary": "disk full on db-1"}
WANTED = {"page/critical//alerts", "page/critical//on_call@alerts/r0l0"}
"""Who must hear of it: the group, and the person on the first level."""


@dataclass
class Desk:
    """One alarm, and the workers that take it up one after the other."""

    folder: Path
    state: str
    traps: list[Trap]
    """Those of the workers that are killed, the first one's first."""
    port: int = field(default_factory=free_port)
    presses_at: int = field(default_factory=free_port)
    worker: int = 0
    struck: int = 0
    started: int = 0

    @property
    def plan(self) -> Path:
        return self.folder / "ops.yaml"

    def begin(self) -> None:
        """Start the next worker."""
        self.started += 1
        trap = self.traps.pop(0) if self.traps else None
        at = f"127.0.0.1:{self.port}"

        def do() -> int:
            if trap is not None:
                return program.serve(self.plan, self.state, trap, at)
            from bongsu.cli.main import run

            return run(["serve", str(self.plan), "--state", self.state, "--listen", at])

        self.worker = forked(do, cwd=self.folder, log=self.log)

    @property
    def log(self) -> Path:
        return self.folder / f"worker-{self.started}.log"

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, with another worker in the place of one that was killed."""
        end = time.monotonic() + WITHIN_S
        while not holds():
            if over_within(self.worker, LOOK_EVERY_S):
                over, self.worker = self.worker, 0
                died = ended(over, self.log)
                if died.code != -signal.SIGKILL:
                    raise TookTooLong(f"a worker ended with {died.code}: {died.said[-2000:]}")
                self.struck += 1
                lapse(self.state)
                self.begin()
            if time.monotonic() > end:
                raise TookTooLong(f"it does not come to that: {self.log.read_text('utf-8', 'replace')[-2000:]}")

    def end(self) -> None:
        """Have the worker stop, as a supervisor does; one that comes to its point only now, or was just begun, dies."""
        os.kill(self.worker, signal.SIGTERM)
        self.struck += ended(self.worker, self.log).code == -signal.SIGKILL
        self.worker = 0

    def raised(self) -> bool:
        """Send the alarm; whether it was taken."""
        headers = {"Authorization": f"Bearer {SECRETS['BENCH_INTAKE']}"}
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as connection:
                connection.request("POST", "/alarms/ops", json.dumps(ALARM), headers)
                return connection.getresponse().status == 202
        except (OSError, HTTPException):
            return False

    def pressed(self) -> bool:
        """Press Acknowledge under the newest page to the person on call; whether the press was taken."""
        page = self.pages()[-1]
        codes = [one["value"] for block in page["blocks"] for one in block.get("elements", ()) if "value" in one]
        payload = {
            "type": "block_actions",
            "user": {"id": PEOPLE["on_call"]},
            "container": {"channel_id": page["channel"], "message_ts": page["ts"]},
            "actions": [{"value": codes[0], "action_ts": page["ts"]}],
        }
        try:
            return (
                raw_request(self.presses_at, signed(form(json.dumps(payload)), at=datetime.now(UTC), path="/slack"))
                == 200
            )
        except OSError:
            return False

    def pages(self) -> list[chat.Message]:
        """What stands in the chat with the person on call, with a button under it."""
        return [one for one in chat.taken(self.folder) if one["channel"] == PEOPLE["on_call"] and _buttons(one)]

    def came(self) -> set[str]:
        """The keys of all that was posted."""
        return {one["metadata"]["event_payload"]["key"] for one in chat.taken(self.folder)}

    def runs(self) -> list[RunInfo]:
        """The runs in the ledger."""
        with closing(open_ledger(program.where(self.state))) as ledger:
            return list(ledger.runs())

    def events(self, run_id: str) -> list[Any]:
        """A run's events."""
        with closing(open_ledger(program.where(self.state))) as ledger:
            return [decode(row.line).event for row in ledger.rows(run_id)]


def _buttons(message: chat.Message) -> bool:
    return any(block["type"] == "actions" for block in message.get("blocks", ()))


def killed(traps: list[Trap], folder: Path, state: str, call: Callable[..., Died]) -> tuple[int, list[str]]:
    """Kill the workers of one page as told; return how many were, and the laws that are broken then."""
    folder.mkdir(parents=True)
    service = forked(lambda: chat.serve(folder), cwd=folder, log=folder / "chat.log")
    os.environ.update(SECRETS)
    desk = Desk(folder, state, traps)
    try:
        end = time.monotonic() + WITHIN_S
        while not (folder / "address").exists():
            if over_within(service, LOOK_EVERY_S) or time.monotonic() > end:
                raise TookTooLong("the chat does not start")
        url = (folder / "address").read_text("ascii")
        desk.plan.write_bytes(plan_bytes(port=desk.presses_at, url=url))
        desk.begin()
        desk.until(desk.raised)
        # Nobody answers faster than it is looked for what was in doubt.
        desk.until(lambda: desk.came() >= WANTED)
        desk.until(desk.pressed)
        desk.until(lambda: all(run.closed for run in desk.runs()))
        desk.end()
        return desk.struck, [*_broken(desk, call)]
    finally:
        for process, log in ((desk.worker, desk.log), (service, folder / "chat.log")):
            killed_for_good(process, log)


def _broken(desk: Desk, call: Callable[..., Died]) -> Iterator[str]:
    runs = desk.runs()
    if len(runs) != 1:
        yield f"one alarm came to {len(runs)} pages"
    (run, *_) = runs
    events = desk.events(run.run_id)
    yield from _messages(desk, events)
    presses = [one for one in events if isinstance(one, ButtonPressed)]
    if len(presses) != 1:
        yield f"one press counts {len(presses)} times"
    (end,) = [one for one in events if isinstance(one, RunClosed)]
    if end.exit_code != 0:
        yield f"the page closed with {end.exit_code}, {end.why}"
    out = desk.folder / "evidence"
    for words in (("evidence", run.run_id, "--state", desk.state, "--out", out), ("verify", out)):
        told = call(*words, log="proof.log")
        if told.code != 0:
            yield f"{words[0]} says {told.code}: {told.said[-600:]}"


def _messages(desk: Desk, events: list[Any]) -> Iterator[str]:
    """Everybody hears of it; twice only where the first time was in doubt, and then marked."""
    doubts = Counter(one.key for one in events if isinstance(one, SendEnded) and one.outcome is Outcome.IN_DOUBT)
    intended = {one.key for one in events if isinstance(one, SendIntended)}
    copies = Counter[str]()
    for message in chat.taken(desk.folder):
        key = message["metadata"]["event_payload"]["key"]
        copies[key] += 1
        if key not in intended:
            yield f"{key} was sent and never intended"
        if copies[key] > 1 and "possible repeat of #" not in json.dumps(message, ensure_ascii=False):
            yield f"{key} came {copies[key]} times, unmarked"
        if copies[key] > 1 + doubts[key]:
            yield f"{key} came {copies[key]} times and was in doubt {doubts[key]} times"
    yield from (f"{key} was lost" for key in sorted(WANTED - desk.came()))
