"""What must hold of a run, however often its process was killed: by its ledger and by the world's own record."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from tests.rehearsal.world import RULE, SENDS, Entry, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.crash.days import Day

SWITCHES = {"ENABLED": "events.EnableRule", "DISABLED": "events.DisableRule"}
PAGES = ("page/", "drill//", "silence//")
"""What the keys of messages begin with that go out again when nobody knows whether they came."""


def broken(run: Run, day: Day) -> list[str]:
    """Every law that the run breaks, in words; none when all is well."""
    if run.code != day.exit_code:
        return [f"exit code {run.code}, not {day.exit_code}: {run.ended.err.strip()[-600:]}"]
    if (closed := run.closed()["exit_code"]) != day.exit_code:
        return [f"the run closed with {closed}, not {day.exit_code}"]
    return [said for law in (_switches, _messages, _everybody, _presses, _no_success) for said in law(run, day)]


def _switches(run: Run, day: Day) -> Iterator[str]:
    """The rule went each way once, and a call was repeated only after the account had said that it had not come.

    Two calls one after the other can really happen, and no program can prevent it: a process sends DisableRule and is
    killed before it has the answer; its request still lies with the account, unread, while the next process finds the
    call in doubt, looks, and is told ENABLED, which is true. It calls as well, and then both requests land. The account
    offers no call that takes effect only if the other did not, and no bound on how long a request may lie there. Twice
    off is off, so that nothing is switched twice. What a program can do, and what is held against it here, is never to
    call again on its own guess: every repeated intention needs a doubt and, after that, an answer of the account
    that the rule is not there yet; and there are no more calls than the day needs and such answers allow.
    """
    states = [one["state"] for one in run.recorded("events", "rule_state", rule=RULE)]
    if _turns(states) != _turns(day.rule):
        yield f"the rule was {' '.join(states)}"
    for state, operation in SWITCHES.items():
        calls, needed = len(run.recorded("aws", operation)), day.rule[1:].count(state)
        again = [line for line in run.told("switch_intended", which="target", to=state.lower()) if _attempt(line) > 1]
        earned = [line for line in again if _looked_first(run, line, state)]
        if len(earned) < len(again):
            yield f"{operation} was repeated without the account having said that it had not come"
        if not needed <= calls <= needed + len(earned):
            yield f"{operation} was called {calls} times, for {needed} needed and {len(earned)} looked for first"


def _turns(states: Iterable[str]) -> list[str]:
    return [state for state, _ in groupby(states)]


def _attempt(line: Entry) -> int:
    return int(line["body"]["attempt"])


def _looked_first(run: Run, intended: Entry, to: str) -> bool:
    """Whether a repeated intention follows a doubt and an answer, given after that, that the rule is elsewhere."""
    doubt = False
    earned = False
    for line in run.lines:
        if line["run"] != intended["run"] or line["seq"] >= intended["seq"]:
            continue
        body = line["body"]
        if line["kind"] == "switch_ended" and body["key"] == intended["body"]["key"]:
            doubt, earned = body["outcome"] == "in_doubt", False
        elif doubt and line["kind"] == "observed" and str(body["key"]).endswith("/target_rule"):
            earned = body["values"]["state"] != to
    return earned


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
    # A run and its guard may each have a message of one name to send.
    by_run = {(line["run"], line["body"]["key"]) for line in run.told("send_intended", method="post")}
    intended = Counter(key for _, key in by_run)
    copies = Counter[str]()
    for key, said in stored(run):
        copies[key] += 1
        if key not in intended:
            yield f"{key} was sent and never intended"
        if copies[key] <= max(intended[key], 1):
            continue
        if not key.startswith(PAGES):
            yield f"{key} came {copies[key]} times"
        elif "possible repeat of #" not in said:
            yield f"{key} came {copies[key]} times, unmarked"
        elif copies[key] > intended[key] + doubts[key]:
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
    if not (day.succeeds or "success" in day.announced) and any(key.startswith("success") for key, _ in stored(run)):
        yield "a success was announced"
