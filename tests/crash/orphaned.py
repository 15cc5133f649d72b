"""A guarded run that is killed at each of its points; its guard finds out and acts, and then somebody goes on with it.

The end is never a success over a target that the guard took back. What the guard left to people, a person ends here
with `bongsu rollback`. A run that was resumed at once, and then killed a second time, is one that its guard has heard
again.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from bongsu.cli.scenarios import GUARD
from bongsu.ledger import open_ledger
from bongsu.ledger._port import RunInfo
from tests.crash import program
from tests.crash.days import HAPPY, Day
from tests.crash.guarded import Both, Post, proven, runs_of, until_guarded
from tests.crash.laws import broken
from tests.crash.points import Trap
from tests.crash.worlds import Died, forked, killed_for_good, world
from tests.ports.held_ports import free_port
from tests.rehearsal.world import RULE, Ended

ORPHANED = replace(HAPPY, name="orphaned")
HELD = 3
NOTHING_CHANGED, TAKEN_BACK = 6, 1


def killed(traps: list[Trap], folder: Path, state: str, call: Callable[..., Died]) -> tuple[int, list[str]]:
    """Kill a run and its resumption as told; return how often that was, and the laws that are broken then."""
    guard: Mapping[str, Any] = {**GUARD, "address": f"http://127.0.0.1:{free_port()}"}
    with world(ORPHANED, folder / "world", guard=guard) as plan:
        post = Post(folder, plan, state, [])
        try:
            return _killed(post, traps, call)
        finally:
            killed_for_good(post.guard, post.log)


def _killed(post: Post, traps: list[Trap], call: Callable[..., Died]) -> tuple[int, list[str]]:
    post.begin()
    struck, died = 0, Died(0, "")
    for number, trap in enumerate(traps, 1):
        run, log = _newest(post.state), post.folder / f"killed-{number}.log"
        died = post.beside(forked(lambda t=trap, r=run: _to_the_point(post, t, r), cwd=post.folder, log=log), log)
        if died.code not in (-signal.SIGKILL, ORPHANED.exit_code):
            return struck, [f"the process that was to be killed ended with {died.code}: {died.said[-600:]}"]
        if died.code != -signal.SIGKILL:
            break
        struck += 1
        if (run := _newest(post.state)) is not None and run.closed:
            break
    if any(run.head.seq > 1 and not run.closed for run in post.runs()):
        until_guarded(post)
    last = _gone_on(post)
    post.end()
    out = post.folder / "evidence"
    if not (out / "report.json").exists():
        return struck, [f"exit code {last.code} and no evidence: {last.said[-600:]}"]
    folders, found = proven(post, out, call)
    told = Both(Ended(last.code, "", last.said), post.plan, post.plan.parent, post.own, out)
    return struck, [*found, *broken(told, _expected(told)), *_unchanged(told, len(folders))]


def _to_the_point(post: Post, trap: Trap, run: RunInfo | None) -> int:
    if run is None:
        return program.begin(post.plan, post.state, trap)
    return program.go_on(run.run_id, post.plan.parent, post.state, trap)


def _newest(state: str) -> RunInfo | None:
    return next(iter(runs_of(state)), None)


def _gone_on(post: Post) -> Died:
    """Do what people do about a run that is not there any more, until it is over."""
    run, out = _newest(post.state), str(post.folder / "evidence")
    where = ("--state", post.state, "--out", out)
    if run is None:
        return _called(post, "on.log", "start", str(post.plan), "--go", "james", *where)
    if run.closed:
        written = _called(post, "on.log", "evidence", run.run_id, *where)
        return written if written.code else Died(_exit_code(post.state, run), written.said)
    gone_on = _called(post, "on.log", "resume", run.run_id, *where)
    if gone_on.code != HELD:
        return gone_on
    return _called(post, "back.log", "rollback", run.run_id, "--by", "james", "--reason", "taken for dead", *where)


def _called(post: Post, log: str, *words: str) -> Died:
    def do() -> int:
        from bongsu.cli.main import run

        return run(list(words))

    path = post.folder / log
    return post.beside(forked(do, cwd=post.folder, log=path), path)


def _exit_code(state: str, run: RunInfo) -> int:
    from bongsu.core.events import RunClosed
    from bongsu.ledger.codec import decode

    with closing(open_ledger(program.where(state))) as ledger:
        (closed,) = (event for row in ledger.rows(run.run_id) if isinstance(event := decode(row.line).event, RunClosed))
    return closed.exit_code


def _expected(told: Both) -> Day:
    """What must have come of it: a whole cutover when the guard had nothing to do, else the target off."""
    acted = [one for one in told.guards if one.told("phase_entered", phase="deciding")]
    if not acted:
        return HAPPY
    on = "ENABLED" in {one["state"] for one in told.recorded("events", "rule_state", rule=RULE)}
    back = {line["run"] for line in told.told("switch_intended", which="target", to="disabled")}
    as_it_is = any(line["body"]["safe"] == "as_it_is" for one in acted for line in one.told("heartbeats_changed"))
    went_back = bool(told.told("phase_entered", phase="rolling_back"))
    return Day(
        name=ORPHANED.name,
        exit_code=TAKEN_BACK if went_back else NOTHING_CHANGED,
        announced=("silence", "rollback" if went_back else "no_go"),
        succeeds=as_it_is,
        pages=frozenset({"silence//on_call@ops_chat/r0l0", "silence//on_call@alerts/r0l0"}),
        pressed=frozenset(),
        rule=("DISABLED", *(("ENABLED",) if on else ()), *(["DISABLED"] * max(len(back), on))),
    )


def _unchanged(told: Both, folders: int) -> list[str]:
    """A run that was a no-go has never enabled its target; and a guard that acted stands in the evidence."""
    on = told.recorded("aws", "events.EnableRule")
    found = ["no-go, and the target had been enabled"] if told.code == NOTHING_CHANGED and on else []
    return [*found, *(["no guard has a run"] if folders < 2 and told.code else [])]
