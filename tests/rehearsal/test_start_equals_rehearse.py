"""Rehearse as you run: `start` against the same services does, line for line, what `rehearse` did."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from tests.rehearsal.world import JAMES, ON_CALL, OPS_MANAGER, labelled

EVERYONE = (JAMES, ON_CALL, OPS_MANAGER)
CONTACTS = {str(one[name]): one["contact"] for one in EVERYONE for name in ("telegram_id", "slack_id")}
FIRST_RUN = 20


def meaning(line):
    """What a ledger line says, without what belongs to one run alone: times, ids, addresses, and the chat of a press.

    Somebody who is in both chats presses under the message that reaches them first; which one that is, is chance.
    """
    kind, body = line["kind"], line["body"]
    key = body.get("key", "")
    match kind:
        case "run_opened":
            return (kind, body["cutover"], body["go_by"], body["program"], tuple(sorted(body["endpoints"])))
        case "phase_entered":
            return (kind, body["phase"], body["why"])
        case "observed" | "read_failed":
            return (kind, body["reading"], key.partition("-")[0])
        case "judged":
            return (kind, key, body["verdict"], tuple(figure["name"] for figure in body["figures"]))
        case "send_intended" | "send_ended":
            answer = key.startswith("answer//")
            return (kind, "answer" if answer else key, body.get("message"), body.get("outcome"))
        case "button_pressed":
            return (kind, CONTACTS[body["service_user"]], body["button"], body["authentic"])
        case "listening_changed":
            return (kind, body["channel"], body["state"])
        case "switch_intended" | "switch_ended":
            return (kind, key, body.get("to"), body.get("outcome"))
        case "run_closed":
            return (kind, body["verdict"], body["why"], body["exit_code"])
        case _:
            raise AssertionError(f"a line of a kind that this story does not know: {kind}")


def chapters(run):
    """The meanings of a run from one phase to the next.

    Within a phase readings and sends are under way at the same time and may end in any order, and a poll may look
    once more; so a chapter is the set of its lines. The order of the chapters is the order of the run. Answers to
    presses, edits that take buttons off and ways in that open hold no phase up and may end in the next one: they are a
    chapter apart.
    """
    found, aside = [set()], set()
    for line in run.lines:
        if line["kind"] == "phase_entered":
            found.append(set())
        beside = str(line["body"].get("key", "")).startswith(("answer//", "close//", "taken//"))
        beside = beside or line["kind"] == "listening_changed"
        (aside if beside else found[-1]).add(meaning(line))
    return [*found, aside]


def test_start_passes_like_the_rehearsal(started, short):
    """Same verdict, same exit code, same phases."""
    assert started.run.code == short.code == 0, started.run.ended.err
    assert started.run.phases() == short.phases()
    assert started.run.closed() == short.closed()


def test_the_ledgers_tell_the_same_story(started, short):
    """Chapter by chapter the same lines, although one was rehearsed and the other started by hand."""
    for ours, theirs in zip(chapters(started.run), chapters(short), strict=True):
        assert ours == theirs


def test_the_figures_are_the_same(started, short):
    """The same seed is the same day: what was counted is equal; only what was timed differs.

    How often the workload asked for a delivery that was not there yet is a matter of time, and so is the number of
    operations of which none failed.
    """
    counted = ["SMS delivery", "State writes", "New bookings", "Reminders accepted", "SMS accepted in total"]
    counted += ["Parity with the legacy", "Confirmations accepted"]
    (ours, *_), (theirs, *_) = started.run.texts("success"), short.texts("success")
    assert {name: labelled(ours)[name] for name in counted} == {name: labelled(theirs)[name] for name in counted}
    for told in (ours, theirs):
        assert re.fullmatch(r"0 of \d+ operations \(0 %\), 0 of 1 invocation", labelled(told)["Errors"])
    (ours, *_), (theirs, *_) = started.run.texts("watch_summary"), short.texts("watch_summary")
    for name in ("Looks", "Invocations", "SMS", "New bookings", "Reminders accepted"):
        assert labelled(ours)[name] == labelled(theirs)[name], name


@pytest.fixture(scope="module")
def texts_of_the_first_run(started):
    """What customers really got from the first invocation."""
    first = set(started.run.values("verify/gateway")["request_ids"])
    return [one for one in started.outbox if one["request_id"] in first]


def test_the_customers_got_eight_confirmations_and_twelve_reminders(started, texts_of_the_first_run):
    """The gateway's outbox by its texts: the figures of the success message, counted at the other end."""
    told = labelled(started.run.texts("success")[0])
    confirmed = [one for one in texts_of_the_first_run if "확정" in one["content"]]
    reminded = [one for one in texts_of_the_first_run if "2시간 전" in one["content"]]
    assert len(texts_of_the_first_run) == FIRST_RUN == len(confirmed) + len(reminded)
    assert told["Confirmations accepted"] == str(len(confirmed)) == "8"
    assert told["Reminders accepted"] == str(len(reminded)) == "12"


def test_no_customer_got_a_text_twice(started):
    """The same words to the same number: once in all the hours of the run."""
    times = Counter((one["to"], one["content"]) for one in started.outbox)
    assert {one for one, count in times.items() if count > 1} == set()


def test_the_table_holds_what_was_told(started, texts_of_the_first_run):
    """20 state writes, counted in the table itself: a claim with the gateway's request id for each of the 20 texts."""
    stored = {row for item in started.bookings for row in strings(item)}
    assert {one["request_id"] for one in texts_of_the_first_run} <= stored
    assert labelled(started.run.texts("success")[0])["State writes"] == "20/20 (100 %)"


def strings(value):
    """Every text inside an item of the table."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
