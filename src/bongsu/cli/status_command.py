"""`bongsu status [RUN]`: where runs stand, and what is in doubt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.lines import put
from bongsu.cli.place import default_state, json_option, state_option
from bongsu.cli.speech import cells, pad, say, told
from bongsu.cli.standing import OUTCOMES, at_text, coloured, last_read, phase_of, to_do, ways_on, why_of
from bongsu.core.events import Outcome, Phase
from bongsu.core.times import from_iso, iso
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.cli.place import State
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState
    from bongsu.ledger._port import Ledger

LABEL_WIDTH = 10
LOUD = {"IN DOUBT": "yellow", "to do": "red"}
"""Labels that are coloured: they want somebody."""
MOST = 50
"""Runs that are listed unless more are asked for."""


@click.command("status")
@click.argument("run", required=False)
@click.option(
    "--at",
    metavar="TIME",
    help="Show what was known and decided in RUN, or in an evidence folder, at a time: 14:07 in the plan's zone, "
    "or a day with it.",
)
@click.option(
    "--most",
    metavar="N",
    type=click.IntRange(1, 1_000_000),
    default=MOST,
    show_default=True,
    help="How many runs to list.",
)
@click.option("--before", metavar="RUN", help="List what stands behind that run in the list.")
@click.option("--all", "every", is_flag=True, help="List every run, however many there are.")
@state_option
@json_option
def command(
    run: str | None, *, at: str | None, most: int, before: str | None, every: bool, state: State, as_json: bool
) -> int:
    """List the newest runs, or show where RUN stands, what is in doubt and when it looks again.

    Exits with 0; 2 when the named run or folder is not there; 3 when the named run is open or something in it is in
    doubt; with --at when something was then.
    """
    if at is not None:
        return _at(run, at, state, as_json=as_json)
    from bongsu.cli.naming import runs_at
    from bongsu.cli.running import plan_of
    from bongsu.cli.status_list import show as show_list
    from bongsu.ledger import holds_ledger
    from bongsu.ledger.snapshots import state_of

    if run is None and before is None and not holds_ledger(state):
        return _none_there(state, as_json=as_json)
    with runs_at(state, run or before or "", to_read=True) as ledger:
        if run is None:
            return show_list(ledger, None if every else most, before, as_json=as_json)
        found = describe(ledger, run)
        plan = plan_of(ledger, run)
        stands = state_of(ledger, run, plan)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _show(found, plan, stands)
    return 3 if found["in_doubt"] or not found["closed"] else 0


def _at(run: str | None, at: str, state: State, *, as_json: bool) -> int:
    from bongsu.cli.at_moment import show
    from bongsu.cli.stories import stories

    if run is None:
        raise UsageError("--at needs a run", hint="name a run, as `bongsu status` lists them, or an evidence folder")
    with stories(state, run) as (story,):
        return show(story, at, as_json=as_json)


def _none_there(state: State, *, as_json: bool) -> int:
    """Say that a folder holds no runs, without making anything in it.

    The platform's own folder is made by the first run; any other that is not there is a slip of the keyboard.
    """
    if not Path(state).is_dir() and state != default_state():
        raise UsageError(
            f'there is no folder "{state}"',
            hint="name the folder that runs are kept in, with `--state` or BONGSU_STATE",
        )
    if as_json:
        click.echo(json.dumps({"state": str(state), "runs": [], "count": 0, "more": 0}, indent=1))
    else:
        click.echo(say('no runs yet in "{}"; `bongsu rehearse` makes one on this machine', state))
    return 0


def describe(ledger: Ledger, run: str) -> dict[str, Any]:
    """Return where a run stands, from its ledger alone."""
    from bongsu.cli.running import plan_of
    from bongsu.core.decide import wake_at
    from bongsu.ledger.snapshots import state_of

    plan = plan_of(ledger, run)
    state = state_of(ledger, run, plan)
    assert state.at is not None
    wake = wake_at(plan, state, state.at)
    doubtful = [
        {"key": send.key, "seq": send.seq, "what": f"{send.message} through {send.channel}"}
        for send in state.sends.values()
        if send.outcome in (Outcome.IN_DOUBT, None)
    ] + [
        {"key": switch.key, "seq": switch.seq, "what": f"{switch.which} to be {switch.to}"}
        for switch in state.switches.values()
        if switch.outcome in (Outcome.IN_DOUBT, None)
    ]
    return {
        "run": run,
        **_kind(state),
        "cutover": plan.cutover,
        "phase": str(state.phase),
        "closed": state.closed is not None,
        "verdict": str(state.closed.verdict) if state.closed else "unknown",
        "why": str(state.closed.why) if state.closed else "",
        "newest_line_at": iso(state.at),
        "looks_again_at": iso(wake) if wake else None,
        "events": state.head.seq,
        "head": state.head.hash,
        "in_doubt": doubtful,
        "listening": dict(state.listening),
        **_ways(plan, state),
    }


def _guard(state: RunState) -> dict[str, Any] | None:
    """Return how it stands between the run and its guard, from whichever side this ledger is; None without a guard."""
    if state.heart is not None:
        last = state.heart.last_at
        return {
            "guards": state.heart.run,
            "heard": str(state.heart.state),
            "stood_at": state.heart.phase,
            "last_heartbeat_at": iso(last) if last else None,
            "seq": state.heart_seq,
        }
    if state.guard is None:
        return None
    return {
        "state": str(state.guard.state),
        "reason": state.guard.reason,
        "guard_run": state.guard.guard_run,
        "seq": state.guard_seq,
    }


def _kind(state: RunState) -> dict[str, Any]:
    """Return what the run is for, and of a page its matter."""
    raised = state.raised
    matter = {} if raised is None else {"summary": raised.summary, "policy": raised.policy, "dedup": raised.dedup}
    return {"kind": str(state.kind), **matter}


def _ways(plan: Plan, state: RunState) -> dict[str, Any]:
    """Return how the channels do, which chats have moved, what stands in for others, and how it stands with a guard."""
    return {
        "channels": [_channel(state, name) for name in plan.channels if name in state.ways],
        "moved": [
            {"channel": channel, "from": before, "to": moved.to, "seq": moved.seq}
            for (channel, before), moved in state.moved.items()
        ],
        "stand_ins": [
            {"key": send.key, "seq": send.seq, "instead_of": send.instead_of}
            for send in state.sends.values()
            if send.instead_of is not None
        ],
        "guard": _guard(state),
    }


def _channel(state: RunState, name: str) -> dict[str, Any]:
    """Return how a channel does: what it took last, how many attempts in a row it did not, and until when it rests."""
    way = state.ways[name]
    assert state.at is not None
    paused = way.paused_until if way.paused_until is not None and way.paused_until > state.at else None
    return {
        "channel": name,
        "accepted_at": iso(way.accepted_at) if way.accepted_at else None,
        "accepted_seq": way.accepted_seq,
        "failing": way.failing,
        "failed_seq": way.failed_seq,
        "paused_until": iso(paused) if paused else None,
    }


def _show(found: dict[str, Any], plan: Plan, state: RunState) -> None:
    put(f"{found['run']}   {found['cutover']}", hang=2)
    code = state.closed.exit_code if state.closed else None
    rows = [
        ("phase", coloured(_phase(plan, state), code)),
        *last_read(plan, state),
        *(("to do", click.style(step, bold=True)) for step in to_do(plan, state)),
        *(("IN DOUBT", f"{told(doubt['what'])} ({doubt['key']}, #{doubt['seq']})") for doubt in found["in_doubt"]),
    ]
    if "summary" in found:
        rows.insert(0, ("page", f"{found['policy'].upper()}: {found['summary']}".replace("\n", " · ")))
    if not found["in_doubt"]:
        rows.append(("in doubt", say("nothing")))
    assert state.at is not None
    rows.append(
        ("ledger", say("{} events, newest at {}, link {}", found["events"], at_text(plan, state.at), state.head.short))
    )
    if found["looks_again_at"]:
        at = at_text(plan, from_iso(found["looks_again_at"]))
        rows.append(("next", say("looks again at {}, if it is running", at)))
    rows += [("guard", text) for text in _guard_row(found["guard"])]
    rows += [("channel", text) for text in _channels(found, plan)]
    rows += [("listening", f"{channel}: {say(way)}") for channel, way in found["listening"].items()]
    if not found["closed"]:
        rows.append(("next", ways_on(found["run"], state.kind, held=state.phase is Phase.HELD)))
    _rows(rows)


def _phase(plan: Plan, state: RunState) -> str:
    """Return where a run stands, since when and why; of a run that is over, what it came to."""
    if state.closed is not None:
        word = OUTCOMES.get(state.closed.exit_code, str(state.closed.verdict))
        return say("closed: {}: {}", say(word), why_of(state.closed.why))
    since, why = state.entered.get(state.phase), state.whys.get(state.phase)
    phase = phase_of(state.phase)
    text = say("{} since {}", phase, at_text(plan, since)) if since else phase
    return f"{text}: {why_of(why.why)}" if why else text


def _guard_row(guard: dict[str, Any] | None) -> Iterator[str]:
    if guard is None:
        return
    if "guards" in guard:
        heard = say(guard["heard"].replace("_", " "))
        at, stood_at = guard["last_heartbeat_at"] or say("never"), say(guard["stood_at"].replace("_", " "))
        yield say(
            "of {}: {} (#{}), newest news at {}, it stood at {}", guard["guards"], heard, guard["seq"], at, stood_at
        )
        return
    word = say(guard["state"].replace("_", " "))
    more = told(guard["reason"]) if guard["reason"] else guard["guard_run"]
    yield say("{} since #{}: {}", word, guard["seq"], more)


def _channels(found: dict[str, Any], plan: Plan) -> Iterator[str]:
    def local(at: str) -> str:
        return at_text(plan, from_iso(at))

    for way in found["channels"]:
        name = way["channel"]
        if way["accepted_at"]:
            yield say("{}: took its newest message at {} (#{})", name, local(way["accepted_at"]), way["accepted_seq"])
        else:
            yield say("{}: has taken nothing yet", name)
        if way["failing"]:
            yield say("{}: {} attempts in a row not accepted, newest #{}", name, way["failing"], way["failed_seq"])
        if way["paused_until"]:
            yield say("{}: paused until {}, as its service asked", name, local(way["paused_until"]))
    for one in found["moved"]:
        moved = (one["channel"], one["from"], one["to"], one["seq"])
        yield say("{}: chat {} has the id {} now, put that into the plan (#{})", *moved)
    for one in found["stand_ins"]:
        yield say("{} (#{}) stands in for #{}, which failed or is late", one["key"], one["seq"], one["instead_of"])


def _rows(rows: list[tuple[str, str]]) -> None:
    width = max(LABEL_WIDTH, *(cells(say(label)) + 1 for label, _ in rows))
    for label, text in rows:
        padded = pad(say(label), width)
        shown = click.style(padded, fg=LOUD[label], bold=True) if label in LOUD else padded
        put(f"  {shown}{text}", hang=2 + width)
