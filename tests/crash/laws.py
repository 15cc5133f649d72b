"""What must hold of a run, however often its process was killed: by its ledger and by the world's own record."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from tests.rehearsal.world import RULE, SENDS, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crash.days import Day

SWITCHES = {"ENABLED": "events.EnableRule", "DISABLED": "events.DisableRule"}
PAGES = ("page/", "drill//")
"""What the keys of messages begin with that go out again when nobody knows whether they came."""


def broken(run: Run, day: Day) -> list[str]:
    """Every law that the run breaks, in words; none when all is well."""
    if run.code != day.exit_code:
        return [f"exit code {run.code}, not {day.exit_code}: {run.ended.err.strip()[-600:]}"]
    if (closed := run.closed()["exit_code"]) != day.exit_code:
        return [f"the run closed with {closed}, not {day.exit_code}"]
    return [said for law in (_switches, _messages, _everybody, _presses, _no_success) for said in law(run, day)]


def _switches(run: Run, day: Day) -> Iterator[str]:
    """The rule was switched once each way, by the account's own record, and nobody called for more than was intended.

    A request of a process that was killed may land after the next one has looked: then that calls again, and the
    account finds the rule where it is to be.
    """
    states = tuple(one["state"] for one in run.recorded("events", "rule_state", rule=RULE))
    if states != day.rule:
        yield f"the rule was {' '.join(states)}"
    for state, operation in SWITCHES.items():
        calls = len(run.recorded("aws", operation))
        intended = len(run.told("switch_intended", which="target", to=state.lower()))
        if not day.rule[1:].count(state) <= calls <= intended:
            yield f"{operation} was called {calls} times, and intended {intended} times"


def stored(run: Run) -> list[tuple[str, str]]:
    """Every message that the chat services took, oldest first: its key and all it says."""
    found = []
    for one in run.record:
        if one["operation"] == SENDS.get(one["service"]) and one.get("status") == 200:
            said = json.dumps(one.get("parameters") or one.get("arguments"), ensure_ascii=False)
            named = re.search(r"· msg ([^\s<\"]+)", said)
            assert named, said
            found.append((named[1], said))
    return found


def _messages(run: Run, day: Day) -> Iterator[str]:
    """An announcement stands once; a page again at most as often as it was in doubt, and then marked."""
    doubts = Counter(line["body"]["key"] for line in run.told("send_ended", outcome="in_doubt"))
    intended = {line["body"]["key"] for line in run.told("send_intended", method="post")}
    copies = Counter[str]()
    for key, said in stored(run):
        copies[key] += 1
        if key not in intended:
            yield f"{key} was sent and never intended"
        if copies[key] == 1:
            continue
        if not key.startswith(PAGES):
            yield f"{key} came {copies[key]} times"
        elif "possible repeat of #" not in said:
            yield f"{key} came {copies[key]} times, unmarked"
        elif copies[key] > 1 + doubts[key]:
            yield f"{key} came {copies[key]} times and was in doubt {doubts[key]} times"


def _everybody(run: Run, day: Day) -> Iterator[str]:
    """No page is lost, and no announcement but one whose doubt Telegram cannot settle; that one is listed."""
    came = {key for key, _ in stored(run)}
    yield from (f"{key} was lost" for key in sorted(day.pages - came))
    listed = {key for one in run.report["not_proven"] if one["what"] == "in_doubt" for key in one["about"]}
    for message in day.announced:
        for channel in ("ops_chat", "alerts"):
            key = f"{message}//{channel}"
            if key not in came and (channel != "ops_chat" or key not in listed or key.startswith(PAGES)):
                yield f"{key} was lost"
    newest = {one["key"]: one["outcome"] for one in run.report["notifications"]}
    open_doubts = {key for key, outcome in newest.items() if outcome == "in_doubt"}
    yield from (f"{key} is in doubt and not listed" for key in sorted(open_doubts - listed))


def _presses(run: Run, day: Day) -> Iterator[str]:
    """Everybody who had to press did, and each press counts once, whatever else was pressed and however often."""
    counted = Counter(
        (press["contact"], press["button"]) for press in run.report["presses"] if press["standing"] == "counted"
    )
    for press in sorted(day.pressed - counted.keys()):
        yield f"the press {' '.join(press)} was lost"
    yield from (f"{' '.join(press)} counts {times} times" for press, times in counted.items() if times > 1)


def _no_success(run: Run, day: Day) -> Iterator[str]:
    if "success" not in day.announced and any(key.startswith("success") for key, _ in stored(run)):
        yield "a success was announced"
