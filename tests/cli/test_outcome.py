"""What a command that acts on a run comes to, for a program: where the run stands, in one shape, wherever it ended."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.cli.calling import call
from tests.cli.conftest import EXAMPLE, RUN

from bongsu.core.chain import START
from bongsu.core.events import Method, Outcome, RunOpened, SendEnded, SendIntended
from bongsu.core.kinds import Raised, RunKind
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.planfile import load
from bongsu.run import lock
from bongsu.run.pages import stem_of

if TYPE_CHECKING:
    from pathlib import Path

KEY = "go_request//ops_chat"
PAGE = f"{stem_of(load(EXAMPLE), 'db-1-disk')}-1"


def stands(state: Path, run: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(call("status", run, "--state", state, "--json").out)
    return found


def page(state: Path) -> None:
    """Keep a page to the on-call engineer that waits for an answer."""
    plan, at = load(EXAMPLE), datetime.now(UTC)
    opened = RunOpened(
        plan_sha256=plan.digest,
        cutover=plan.cutover,
        program="bongsu",
        endpoints={},
        clock="system",
        go_by="",
        kind=RunKind.PAGE,
        raised=Raised(summary="the disk of db-1 is full", policy="critical", dedup="db-1-disk"),
    )
    key = "page/critical//on_call@ops_chat/r0l0"
    intended = SendIntended(key=key, message="page", channel="ops_chat", to="100000002", method=Method.POST)
    ended = SendEnded(key=key, outcome=Outcome.ACCEPTED, ref={"chat_id": "100000002", "message_id": "7"})
    ledger = open_ledger(state)
    ledger.create(PAGE, at)
    entries = [
        Entry(at=at, actor="bongsu", event=opened, blobs={"plan": EXAMPLE.read_bytes()}),
        Entry(at=at, actor="bongsu", event=intended, blobs={"payload": b'{"text": "invented"}'}),
        Entry(at=at, actor="bongsu", event=ended),
    ]
    ledger.append(PAGE, START, entries)
    ledger.close()


def test_what_a_person_resolved_is_told_with_where_the_run_stands_now(state: Path) -> None:
    called = call("resolve", RUN, KEY, "--as", "accepted", "--by", "james", "--state", state, "--json")
    assert (called.code, called.err) == (0, "")
    assert json.loads(called.out) == {**stands(state, RUN), "exit_code": 0, "evidence": None}
    assert json.loads(called.out)["in_doubt"] == []


def test_evidence_is_told_with_its_folder(state: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    called = call("evidence", RUN, "--out", out, "--state", state, "--json")
    assert called.code == 3
    assert json.loads(called.out) == {**stands(state, RUN), "exit_code": 3, "evidence": str(out)}
    assert (out / "report.json").is_file()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("hold", RUN, "--by", "james"), 3),
        (("rollback", RUN, "--by", "james"), 3),
        (("ack", PAGE, "--by", "on_call"), 0),
        (("page", EXAMPLE, "--dedup", "db-1-disk", "--clear"), 0),
    ],
)
def test_what_is_handed_to_another_process_is_one_object_too(words: tuple[object, ...], code: int, state: Path) -> None:
    """A person reads two sentences of an acknowledgement; a program reads where the run stands with it, once."""
    if words[0] in ("ack", "page"):
        page(state)
    run = RUN if RUN in words else PAGE
    with lock.of_run(state, run):
        called = call(*words, "--state", state, "--json")
        assert called.code == code, called.err
        assert json.loads(called.out) == {**stands(state, run), "exit_code": code, "evidence": None}
