"""Orders and findings from the command line: who may give them, and what they may be about."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.cli.calling import call
from tests.cli.conftest import EXAMPLE, RUN, left_in_the_middle

from bongsu.cli.naming import nearest
from bongsu.ledger import open_ledger
from bongsu.ledger.memory import MemoryLedger
from bongsu.planfile import load
from bongsu.run.tenure import Tenure

if TYPE_CHECKING:
    from pathlib import Path

KEY = "go_request//ops_chat"
MISSPELT = RUN.replace("invented", "invnted")
START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A folder or a database with one open run."""
    if request.param == "sqlite":
        made: Path | str = tmp_path / "state"
    else:
        from tests.postgres.server import PostgresStore

        made = PostgresStore(request.getfixturevalue("postgres")).address
    left_in_the_middle(made)
    return made


def test_a_person_says_what_became_of_a_message_and_it_is_in_doubt_no_more(state: Path | str) -> None:
    """Nobody knows whether it left; somebody looks into the chat and finds it."""
    called = call(
        "resolve", RUN, KEY, "--as", "accepted", "--by", "on_call", "--reason", "seen in it", "--state", state
    )
    assert (called.code, called.out) == (0, f"{KEY}: accepted, by on_call\n")
    found = json.loads(call("status", RUN, "--state", state, "--json").out)
    assert found["in_doubt"] == []
    assert found["events"] == 3


def test_only_what_is_in_doubt_can_be_resolved(state: Path | str) -> None:
    called = call("resolve", RUN, "start//alerts", "--as", "accepted", "--by", "on_call", "--state", state)
    assert called.code == 2
    assert called.err == f"error: nothing called 'start//alerts' is in doubt\nhelp: in doubt: {KEY}\n"


@pytest.mark.parametrize(
    "words",
    [("resolve", RUN, KEY, "--as", "accepted"), ("hold", RUN), ("rollback", RUN), ("resume", RUN, "--go-on")],
)
def test_an_order_is_nobodys_but_a_contacts(words: tuple[str, ...], state: Path | str) -> None:
    called = call(*words, "--by", "mallory", "--state", state)
    assert called.code == 2
    assert "nobody in the plan is called 'mallory'" in called.err
    assert json.loads(call("status", RUN, "--state", state, "--json").out)["events"] == 2


@pytest.mark.parametrize("order", ["hold", "rollback"])
def test_an_order_to_a_run_that_nobody_drives_is_not_said_to_be_handed_on(order: str, tmp_path: Path) -> None:
    """Another run has the target: nobody would have taken the order up."""
    left_in_the_middle(tmp_path)
    with closing(open_ledger(tmp_path)) as ledger:
        before = ledger.head(RUN)
        with Tenure(ledger, tmp_path) as other:
            other.take_target(load(EXAMPLE))
            called = call(order, RUN, "--by", "on_call", "--state", tmp_path)
        assert (called.code, called.out, ledger.head(RUN)) == (3, "", before)
    assert called.err == (
        "error: another run drives the same target already\n"
        "help: `bongsu status` lists the runs; one cutover at a time\n"
    )


@pytest.mark.parametrize("name", ["hold", "rollback"])
def test_an_order_without_a_name_is_refused(name: str, state: Path | str) -> None:
    called = call(name, RUN, "--state", state)
    assert called.code == 2
    assert called.err.startswith("error: the option '--by' is missing")


@pytest.mark.parametrize("words", [("hold", "--by", "james"), ("rollback", "--by", "james"), ("resume",)])
def test_an_order_to_a_run_that_is_not_there(words: tuple[str, ...], state: Path | str) -> None:
    name, *more = words
    called = call(name, "nobody", *more, "--state", state)
    assert called.code == 2
    assert "there is no run" in called.err


@pytest.mark.parametrize(
    "words",
    [
        ("status", MISSPELT),
        ("status", "--before", MISSPELT),
        ("status", MISSPELT, "--at", "14:00"),
        ("resume", MISSPELT),
        ("hold", MISSPELT, "--by", "james"),
        ("rollback", MISSPELT, "--by", "james"),
        ("resolve", MISSPELT, KEY, "--as", "accepted", "--by", "james"),
        ("ack", MISSPELT, "--by", "james"),
        ("evidence", MISSPELT),
    ],
)
def test_a_misspelt_run_comes_with_the_name_that_was_meant(words: tuple[str, ...], state: Path | str) -> None:
    called = call(*words, "--state", state)
    assert called.code == 2
    assert "there is no run" in called.err and called.err.endswith(f"help: did you mean {RUN!r}?\n")


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("cutover-20251022-crzw1", "cutover-20251022-crzw2"),
        ("cutovr-20251022-crzw2", "cutover-20251022-crzw2"),
        ("CRZW2", "cutover-20251022-crzw2"),
        ("cutover-20251022", None),
        ("cutover-20251022-aaaaa", None),
        ("page-abcdefg-3", "page-abcdefg-2"),
        ("zw2", None),
        ("", None),
    ],
    ids=["a letter", "one left out", "its end alone", "a part of two", "another run", "a page", "too short", "nothing"],
)
def test_a_name_is_near_when_a_few_letters_are_wrong(named: str, meant: str | None) -> None:
    """All runs of a plan share most of their names: one that differs in its own letters is another run."""
    ledger = MemoryLedger()
    for run in ("cutover-20251022-crzw2", "cutover-20251022-n7k4d", "page-abcdefg-2"):
        ledger.create(run, START)
    assert nearest(ledger, named) == meant


def test_a_reason_is_evidence_and_holds_no_phone_number() -> None:
    """What is typed in a hurry goes into the ledger, and from there into the report."""
    from bongsu.cli.orders import without_persons

    assert without_persons("called 010-0000-0001, no answer") == "called 010-****-0001, no answer"
