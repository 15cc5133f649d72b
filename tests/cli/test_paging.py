"""`drill`, `page` and `ack` on the command line, up to where a service would be asked."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.calling import Called, call
from tests.cli.conftest import EXAMPLE, RUN

from bongsu.core.chain import START
from bongsu.core.events import (
    Event,
    Method,
    OperatorAsked,
    Order,
    Outcome,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
    Why,
)
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.verdict import Verdict
from bongsu.errors import RunNotFound
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.ledger.memory import MemoryLedger
from bongsu.planfile import load
from bongsu.planfile.model import OF_A_CUTOVER, PAGING
from bongsu.planfile.model import PLAN as WHOLE
from bongsu.run import lock
from bongsu.run.pages import LONGEST_SUMMARY, page_of, run_of, stem_of, summary_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bongsu.ledger._port import Ledger

PLAN = load(EXAMPLE)
PAGE = f"{stem_of(PLAN, 'db-1-disk')}-1"
DRILL = "drill-abcdefg"
AT = datetime.now(UTC)
"""Orders come at this machine's time, so a page that waits for one was raised just now."""
OPENED = RunOpened(
    plan_sha256=PLAN.digest, cutover=PLAN.cutover, program="bongsu", endpoints={}, clock="system", go_by=""
)
MATTER = Raised(summary="the disk of db-1 is full", policy="critical", dedup="db-1-disk")
CLOSED = RunClosed(verdict=Verdict.PASS, why=Why.ACKNOWLEDGED, exit_code=0)
TAKEN = OperatorAsked(order=Order.ACKNOWLEDGE, by="on_call")


def sent(key: str, message: str) -> tuple[Event, Event]:
    """Return a message to the on-call engineer, and that it was taken."""
    return (
        SendIntended(key=key, message=message, channel="ops_chat", to="100000002", method=Method.POST),
        SendEnded(key=key, outcome=Outcome.ACCEPTED, ref={"chat_id": "100000002", "message_id": "7"}),
    )


def kept(state: Path, run: str, *events: Event) -> None:
    """Keep a run with these lines in the state folder."""
    ledger = open_ledger(state)
    ledger.create(run, AT)
    entries = [Entry(at=AT, actor="bongsu", event=event, blobs=cited(event)) for event in events]
    ledger.append(run, START, entries)
    ledger.close()


def cited(event: Event) -> dict[str, bytes]:
    """Return what a line cites."""
    if isinstance(event, RunOpened):
        return {"plan": EXAMPLE.read_bytes()}
    return {"payload": b'{"text": "invented"}'} if isinstance(event, SendIntended) else {}


@contextmanager
def driven(state: Path, run: str) -> Iterator[None]:
    """Be the process that drives a run, as far as any other can see."""
    with lock.of_run(state, run):
        yield


@pytest.fixture
def paged(tmp_path: Path) -> Path:
    """A state folder with a page to the on-call engineer that waits for an answer."""
    folder = tmp_path / "state"
    opened = replace(OPENED, kind=RunKind.PAGE, raised=MATTER)
    kept(folder, PAGE, opened, *sent("page/critical//on_call@ops_chat/r0l0", "page"))
    return folder


@pytest.fixture
def drilled(tmp_path: Path) -> Path:
    """A state folder with a drill that waits for answers."""
    folder = tmp_path / "state"
    kept(folder, DRILL, replace(OPENED, kind=RunKind.DRILL), *sent("drill//on_call@ops_chat", "drill"))
    return folder


def status(state: Path, run: str) -> dict[str, object]:
    """Return what `status` says of a run."""
    found: dict[str, object] = json.loads(call("status", run, "--state", state, "--json").out)
    return found


def ack(state: Path, reference: str, by: str) -> Called:
    """Acknowledge on the command line."""
    return call("ack", reference, "--by", by, "--state", state)


def test_an_answer_is_kept_and_handed_to_whoever_drives_the_page(paged: Path) -> None:
    with driven(paged, PAGE):
        called = ack(paged, PAGE, "ops_manager")
    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines()[0] == f"{PAGE}: acknowledged by Operations Manager (#4)"
    assert called.out.splitlines()[1].startswith(f"handed to the process that drives {PAGE}")
    assert status(paged, PAGE)["events"] == 4


def test_the_last_letters_of_its_name_are_enough(paged: Path) -> None:
    """Whoever is woken types little."""
    with driven(paged, PAGE):
        assert ack(paged, PAGE.removeprefix("page-"), "on_call").code == 0


def test_whoever_comes_second_is_told_who_took_it_and_when(paged: Path) -> None:
    with driven(paged, PAGE):
        ack(paged, PAGE, "on_call")
        called = ack(paged, PAGE, "ops_manager")
    assert called.code == 2
    assert called.err.startswith(f"error: On-Call Engineer has acknowledged {PAGE} already, at ")
    assert called.err.splitlines()[0].endswith(" KST on console")
    assert status(paged, PAGE)["events"] == 4, "nothing is added"


def test_so_is_whoever_comes_when_it_is_over(tmp_path: Path) -> None:
    """The page is closed, and its taker still known."""
    opened = replace(OPENED, kind=RunKind.PAGE, raised=MATTER)
    kept(tmp_path, PAGE, opened, *sent("page/critical//on_call@ops_chat/r0l0", "page"), TAKEN, CLOSED)
    assert f"On-Call Engineer has acknowledged {PAGE} already" in ack(tmp_path, PAGE, "james").err


def test_a_page_that_nobody_took_is_over_all_the_same(tmp_path: Path) -> None:
    opened = replace(OPENED, kind=RunKind.PAGE, raised=MATTER)
    kept(tmp_path, PAGE, opened, replace(CLOSED, verdict=Verdict.FAIL, why=Why.UNANSWERED, exit_code=1))
    called = ack(tmp_path, PAGE, "james")
    assert (called.code, called.err.splitlines()[0]) == (2, f"error: the run '{PAGE}' is closed")


def test_status_says_what_a_page_is_about_and_why_it_closed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    kept(state, PAGE, replace(OPENED, kind=RunKind.PAGE, raised=MATTER), CLOSED)
    now = call("status", PAGE, "--state", state)
    assert "  phase     closed: pass: it was acknowledged\n" in now.out
    then = call("status", PAGE, "--at", "2100-01-01T00:00", "--state", state)
    matter = f"{MATTER.policy.upper()}: {MATTER.summary}\n"
    assert f"  page      {matter}" in now.out and f"  page        {matter}" in then.out


def test_only_those_who_are_asked_can_answer(drilled: Path) -> None:
    """The captain is not drilled."""
    called = ack(drilled, DRILL, "james")
    assert called.code == 2
    assert called.err == (
        f"error: 'james' is not asked to acknowledge {DRILL}\nhelp: those asked are on_call, ops_manager\n"
    )
    assert "nobody in the plan is called 'mallory'" in ack(drilled, DRILL, "mallory").err


def test_in_a_drill_everybody_answers_for_themselves(drilled: Path) -> None:
    with driven(drilled, DRILL):
        assert ack(drilled, DRILL, "on_call").code == 0
        assert "On-Call Engineer has acknowledged" in ack(drilled, DRILL, "on_call").err
        assert ack(drilled, DRILL, "ops_manager").code == 0


def test_a_cutover_that_asks_nobody_takes_no_answer(state: Path) -> None:
    called = ack(state, RUN, "on_call")
    assert called.code == 2
    assert called.err.startswith(f"error: nobody is asked to acknowledge anything in '{RUN}' now\n")


@pytest.mark.parametrize("words", [("hold",), ("rollback",)])
def test_a_page_cannot_be_held_or_taken_back(words: tuple[str, ...], paged: Path) -> None:
    called = call(*words, PAGE, "--by", "james", "--state", paged)
    assert called.code == 2
    assert called.err == (
        f"error: the run '{PAGE}' is a page: it switches nothing that could be held or undone\n"
        f"help: `bongsu ack {PAGE} --by NAME` answers it; `bongsu status {PAGE}` shows where it stands\n"
    )
    assert "is a page: it switches nothing" in call("resume", PAGE, "--go-on", "--by", "james", "--state", paged).err


def test_the_same_alarm_twice_is_one_page(paged: Path) -> None:
    with driven(paged, PAGE):
        called = call("page", EXAMPLE, "--summary", "again", "--dedup", "db-1-disk", "--state", paged)
    assert called.code == 3
    assert called.out == f"{PAGE} is this page already, and another process has it in hand; nothing new is sent\n"
    assert status(paged, PAGE)["events"] == 3


def test_an_alarm_says_that_it_is_over(paged: Path) -> None:
    with driven(paged, PAGE):
        called = call("page", EXAMPLE, "--clear", "--dedup", "db-1-disk", "--state", paged)
    assert called.code == 0
    assert status(paged, PAGE)["events"] == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "a page needs a summary"),
        (("--summary", " \n "), "a page needs a summary"),
        (
            ("--summary", "x", "--policy", "nightly"),
            "no escalation policy is called 'nightly'\nhelp: the plan has critical",
        ),
        (("--summary", "x", "--by", "mallory"), "nobody in the plan is called 'mallory'"),
        (("--clear",), "--clear needs the alarm's name"),
        (("--clear", "--dedup", "other"), "no page of 'other' is open"),
    ],
)
def test_what_a_page_cannot_be(words: tuple[str, ...], said: str, paged: Path) -> None:
    called = call("page", EXAMPLE, *words, "--state", paged)
    assert called.code == 2
    assert called.err.startswith(f"error: {said}")


def plan_without(tmp_path: Path, *keys: str) -> Path:
    """Return the example plan without some of its keys."""
    raw = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump({name: value for name, value in raw.items() if name not in keys}), "utf-8")
    return path


def test_what_each_command_needs_of_a_plan(tmp_path: Path) -> None:
    """`check` says what a plan is good for, and each command refuses one that lacks its part."""
    undrilled = plan_without(tmp_path, "drill")
    assert "  good for  `bongsu start`, `bongsu page`\n" in call("check", undrilled).out
    assert call("drill", undrilled).err.startswith("error: the plan has no drill\n")
    unpaged = plan_without(tmp_path, "drill", "escalation")
    assert json.loads(call("check", unpaged, "--json").out)["good_for"] == ["cutover"]
    assert call("page", unpaged, "--summary", "x").err.startswith("error: the plan has no escalation policy\n")
    paging = plan_without(tmp_path, *OF_A_CUTOVER, "announce")
    assert json.loads(call("check", paging, "--json").out)["good_for"] == ["drill", "page"]
    for words in (("start", paging, "--go", "james"), ("rehearse", paging)):
        assert call(*words).err.startswith("error: the plan is for paging alone\n")
    assert "── page as alerts (slack) would get it" in call("preview", paging).out
    assert call("preview", paging, "start").err.endswith("help: the messages are drill, drill_result, page\n")


def test_a_plan_for_paging_alone_has_every_key_that_is_no_cutover_s() -> None:
    """Whoever adds a key says whether it is one of a cutover."""
    assert {key.name for key in WHOLE.keys} == {key.name for key in PAGING.keys} | set(OF_A_CUTOVER)


# --- names and texts


def opened_in(ledger: Ledger, *runs: str) -> None:
    """Open runs of these names."""
    for run in runs:
        ledger.create(run, AT)
        ledger.append(run, START, [Entry(at=AT, actor="bongsu", event=OPENED)])


def test_the_page_of_an_alarm_is_found_by_its_name() -> None:
    """The next one after a closed page has the next number; another plan's alarm of that name is another."""
    ledger = MemoryLedger()
    assert page_of(ledger, PLAN, "db-1-disk") == (PAGE, False)
    ledger.create(PAGE, AT)
    raised = replace(OPENED, kind=RunKind.PAGE, raised=MATTER)
    ledger.append(PAGE, START, [Entry(at=AT, actor="bongsu", event=raised)])
    assert page_of(ledger, PLAN, "db-1-disk") == (PAGE, True)
    ledger.append(PAGE, ledger.head(PAGE), [Entry(at=AT, actor="bongsu", event=CLOSED)])
    assert page_of(ledger, PLAN, "db-1-disk") == (PAGE[:-1] + "2", False)
    assert stem_of(replace(PLAN, cutover="Another"), "db-1-disk") != stem_of(PLAN, "db-1-disk")


def test_a_reference_means_one_run_or_none() -> None:
    """An open run goes before a closed one of the same ending."""
    ledger = MemoryLedger()
    opened_in(ledger, "page-abc", "drill-abc", "page-xyz")
    assert run_of(ledger, "page-abc") == "page-abc"
    assert run_of(ledger, " XYZ ") == "page-xyz"
    with pytest.raises(RunNotFound, match="'abc' may be"):
        run_of(ledger, "abc")
    ledger.append("drill-abc", ledger.head("drill-abc"), [Entry(at=AT, actor="bongsu", event=CLOSED)])
    assert run_of(ledger, "abc") == "page-abc"
    with pytest.raises(RunNotFound, match='there is no run "nothing" in "'):
        run_of(ledger, "nothing")


@given(st.text())
def test_a_summary_is_short_printable_and_the_same_when_it_is_cleaned_again(text: str) -> None:
    kept_text = summary_of(text)
    assert len(kept_text) <= LONGEST_SUMMARY
    assert all(character.isprintable() or character == "\n" for character in kept_text)
    assert summary_of(kept_text) == kept_text


def test_what_is_too_long_shows_that_it_was_cut() -> None:
    assert summary_of("x" * LONGEST_SUMMARY) == "x" * LONGEST_SUMMARY
    assert summary_of("x" * 2000) == "x" * (LONGEST_SUMMARY - 1) + "…"
    assert summary_of("one\r\n\n\ttwo\x07 ") == "one\ntwo"
