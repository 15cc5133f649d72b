"""`bongsu status`: the newest runs, a line each, with what each came to."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.lines import put
from bongsu.cli.speech import cells, pad, say
from bongsu.cli.standing import OUTCOMES, coloured, why_of
from bongsu.core.events import RunClosed
from bongsu.core.times import iso
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.ledger._port import Ledger, RunInfo


def show(ledger: Ledger, most: int | None, before: str | None, *, as_json: bool) -> int:
    """List the newest runs, or those behind one of them; return 0."""
    found = ledger.runs(most=most, before=ledger.run(before) if before else None)
    more = ledger.count(before=found[-1]) if found else 0
    runs = [_entry(ledger, info) for info in found]
    if as_json:
        click.echo(json.dumps({"state": ledger.place, "runs": runs, "count": ledger.count(), "more": more}, indent=1))
        return 0
    if runs:
        _table(found, runs)
    if more:
        put(say("and {} more: `bongsu status --before {}`, or --all", more, runs[-1]["run"]), hang=2)
    if not runs and before is None:
        put(say('no runs yet in "{}"; `bongsu rehearse` makes one on this machine', ledger.place), hang=2)
    return 0


def _entry(ledger: Ledger, info: RunInfo) -> dict[str, Any]:
    """Return a run as the list has it; how it closed is in one of its last lines, and nothing else is read."""
    ended = _ended(ledger, info) if info.closed else None
    return {
        "run": info.run_id,
        "opened_at": iso(info.opened_at),
        "events": info.head.seq,
        "closed": info.closed,
        "verdict": str(ended.verdict) if ended else "unknown",
        "why": str(ended.why) if ended else "",
        "exit_code": ended.exit_code if ended else None,
    }


def _ended(ledger: Ledger, info: RunInfo) -> RunClosed | None:
    """Return the line that closed a run: the last, or one before what came late of calls under way."""
    looked = 1
    while looked < 2 * max(info.head.seq, 1):
        for row in ledger.rows(info.run_id, max(info.head.seq - looked, 0)):
            event = decode(row.line).event
            if isinstance(event, RunClosed):
                return event
        looked *= 4
    return None


def _table(found: Sequence[RunInfo], runs: list[dict[str, Any]]) -> None:
    rows = [(say("run"), say("opened, UTC"), say("came to"), say("events"))]
    for info, entry in zip(found, runs, strict=True):
        code = entry["exit_code"]
        word = say("open") if not entry["closed"] else say(OUTCOMES.get(code, "closed"))
        rows.append((info.run_id, f"{info.opened_at.astimezone(UTC):%Y-%m-%d %H:%M}", word, str(info.head.seq)))
    wide = [max(cells(row[column]) for row in rows) for column in range(3)]
    for number, (run, opened, word, events) in enumerate(rows):
        said = pad(word, wide[2])
        said = coloured(said, runs[number - 1]["exit_code"]) if number else said
        line = f"{pad(run, wide[0])}  {pad(opened, wide[1])}  {said}  {' ' * max(0, 6 - cells(events))}{events}"
        if number and runs[number - 1]["exit_code"]:
            line += f"  {why_of(runs[number - 1]['why'])}"
        put(line if number else click.style(line, bold=True), hang=4)
