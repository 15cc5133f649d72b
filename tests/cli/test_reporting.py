"""What the commands that report say, in words and as JSON, over a plan and a synthetic run."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.cli.calling import call
from tests.cli.conftest import EXAMPLE, RUN

from bongsu.core.events import EndedLate, Outcome, RunClosed, SendEnded, SendIntended, Why
from bongsu.core.verdict import Verdict
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.planfile import load

if TYPE_CHECKING:
    from pathlib import Path


def test_check_says_what_the_plan_is_about_and_warns_on_stderr() -> None:
    called = call("check", EXAMPLE)
    assert called.code == 0
    assert called.out.splitlines()[0].endswith(": Naver SMS Automation Lambda Migration")
    assert f"  plan      sha256 {load(EXAMPLE).digest}" in called.out.splitlines()
    assert called.err.startswith("warning: the window ended 2025-10-22 15:00 KST")


def test_check_as_json() -> None:
    called = call("check", EXAMPLE, "--json")
    assert list(json.loads(called.out)) == ["plan", "sha256", "good_for", "warnings", "online", "findings"]
    assert called.err == ""


def test_check_as_json_of_a_plan_that_cannot_be_used_is_json_too(tmp_path: Path) -> None:
    """An editor or a pipeline reads the problems where it reads the rest, in the shape of all findings."""
    broken = tmp_path / "plan.yaml"
    broken.write_text(EXAMPLE.read_text("utf-8").replace("{kind: error_rate,", "{kind: eror_rate,"), "utf-8")
    called = call("check", broken, "--json")
    assert (called.code, called.err) == (2, "")
    report = json.loads(called.out)
    assert list(report) == list(json.loads(call("check", EXAMPLE, "--json").out))
    assert (report["sha256"], report["good_for"]) == (None, [])
    (found,) = report["findings"]
    assert set(found) == {"rule", "severity", "file", "line", "column", "also", "found", "why", "instead"}
    assert (found["rule"], found["severity"], found["file"], found["also"]) == ("plan", "error", str(broken), [])
    assert found["why"] == 'unknown check kind "eror_rate"'
    assert found["instead"].startswith('did you mean "error_rate"?')
    assert found["found"].startswith("- {kind: eror_rate") and found["column"] == 12


def test_check_names_every_error_with_its_place_and_counts_them(tmp_path: Path) -> None:
    broken = tmp_path / "plan.yaml"
    text = EXAMPLE.read_text("utf-8")
    broken.write_text(
        text.replace("{kind: error_rate,", "{kind: eror_rate,").replace("repeat: 2", "repeat: two"), "utf-8"
    )
    called = call("check", broken)
    assert called.code == 2
    assert called.out == ""
    assert f"error: {broken}:" in called.err
    assert "eror_rate" in called.err
    assert "did you mean" in called.err
    assert called.err.rstrip().splitlines()[-1] == f"2 problems in {broken}"


def test_preview_shows_one_message_as_one_channel_gets_it() -> None:
    called = call("preview", EXAMPLE, "drill", "--channel", "ops_chat")
    assert called.code == 0
    assert called.out.startswith("── drill as ops_chat (telegram) would get it ─")
    assert called.out.count("would get it") == 1


def test_preview_says_how_long_the_messages_need_under_the_limits() -> None:
    """A drill: two groups, two people on Slack and one of them on Telegram too; no chat gets two of them."""
    called = call("preview", EXAMPLE, "drill")
    assert called.out.splitlines()[-2:] == [
        "at the services' limits, if each is taken at once:",
        "  drill           5 messages within 0 s",
    ]
    both = call("preview", EXAMPLE, "page")
    assert both.out.splitlines()[-1].startswith("  page ")


def test_preview_as_json_has_the_exact_payloads() -> None:
    shown = json.loads(call("preview", EXAMPLE, "start", "--json").out)
    assert [(one["message"], one["channel"]) for one in shown] == [("start", "ops_chat"), ("start", "alerts")]
    assert {"text", "parse_mode", "link_preview_options"} <= set(shown[0]["payload"])
    assert {"text", "blocks"} <= set(shown[1]["payload"])


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("sucess",), "the messages are go_request, start, "),
        (("start", "--channel", "pager"), "it announces to ops_chat, alerts"),
    ],
)
def test_preview_of_what_is_not_there_lists_what_is(words: tuple[str, ...], hint: str) -> None:
    called = call("preview", EXAMPLE, *words)
    assert called.code == 2
    assert hint in called.err


def test_start_refuses_a_plan_that_is_over_before_it_asks_for_a_secret(tmp_path: Path) -> None:
    called = call("start", EXAMPLE, "--go", "james", "--state", tmp_path)
    assert (called.code, called.out) == (2, "")
    assert called.err == (
        "error: the window of this plan ended at 2025-10-22 15:00 KST\n"
        "help: set a new window in the plan, and have it signed off again\n"
    )


def test_start_takes_nobodys_word_but_a_contacts(tmp_path: Path) -> None:
    called = call("start", EXAMPLE, "--go", "mallory", "--state", tmp_path)
    assert called.code == 2
    assert (
        called.err
        == "error: nobody in the plan is called 'mallory'\nhelp: the contacts are james, on_call, ops_manager\n"
    )


def test_status_of_an_empty_folder_says_how_to_make_a_run(tmp_path: Path) -> None:
    called = call("status", "--state", tmp_path)
    said = f'no runs yet in "{tmp_path}"; `bongsu rehearse` makes one on this machine\n'
    assert (called.code, called.out) == (0, said)
    open_ledger(tmp_path).close()
    called = call("status", "--state", tmp_path)
    assert (called.code, called.out) == (0, said)


def test_status_of_a_folder_that_is_not_there_says_so_and_makes_none(tmp_path: Path) -> None:
    """A slip of the keyboard in `--state` is not answered as if it were a folder without runs."""
    slip = tmp_path / "sttae"
    for more in ((), ("--json",)):
        called = call("status", "--state", slip, *more)
        assert (called.code, called.out) == (2, "")
        assert called.err == (
            f'error: there is no folder "{slip}"\n'
            "help: name the folder that runs are kept in, with `--state` or BONGSU_STATE\n"
        )
    assert not slip.exists()


def test_status_before_anything_was_run_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody named the platform's folder, and the first run makes it: there is nothing to correct."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("BONGSU_STATE", raising=False)
    called = call("status")
    assert (called.code, called.err) == (0, "")
    assert called.out.startswith(f'no runs yet in "{tmp_path}')
    assert json.loads(call("status", "--json").out)["count"] == 0
    assert not (tmp_path / "xdg").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("status", RUN),
        ("status", RUN, "--at", "14:00"),
        ("status", "--before", RUN),
        ("resume", RUN),
        ("hold", RUN, "--by", "james"),
        ("ack", RUN, "--by", "james"),
        ("evidence", RUN),
    ],
)
def test_a_run_in_a_folder_that_is_not_there_names_the_folder_and_makes_none(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    slip = tmp_path / "sttae"
    called = call(*words, "--state", slip)
    assert called.code == 2
    assert called.err.startswith(
        f'error: there is no run "{RUN}" in "{slip}"\n  cause: there is no such folder\nhelp: '
    )
    assert not slip.exists()


def test_a_list_of_more_runs_than_there_can_be_is_refused(state: Path) -> None:
    called = call("status", "--state", state, "--most", 10**20)
    assert called.code == 2 and "1<=x<=1000000" in called.err


def test_status_lists_the_runs(state: Path) -> None:
    called = call("status", "--state", state)
    assert called.code == 0
    assert called.out.splitlines()[1].split() == [RUN, "2025-10-22", "05:00", "open", "2"]
    listed = json.loads(call("status", "--state", state, "--json").out)
    run = {"run": RUN, "opened_at": "2025-10-22T05:00:00.000000Z", "events": 2, "closed": False}
    run |= {"verdict": "unknown", "why": "", "exit_code": None}
    assert listed == {"state": str(state), "runs": [run], "count": 1, "more": 0}


@pytest.mark.parametrize("late", [0, 1, 7])
def test_status_lists_how_a_closed_run_ended(state: Path, late: int) -> None:
    """Whoever looks a week later wants to know which of them failed, without asking for each."""
    ledger = open_ledger(state)
    at = load(EXAMPLE).window.start
    ended = EndedLate(key="go_request//ops_chat", outcome=Outcome.ACCEPTED, attempt=1)
    closed = RunClosed(verdict=Verdict.FAIL, why=Why.NOT_DISABLED, exit_code=4)
    for event in (closed, *[ended] * late):
        ledger.append(RUN, ledger.head(RUN), [Entry(at=at, actor="bongsu", event=event)])
    ledger.close()
    (run,) = json.loads(call("status", "--state", state, "--json").out)["runs"]
    assert (run["closed"], run["verdict"], run["why"]) == (True, "fail", "not_disabled")
    line = call("status", "--state", state).out
    end = f"rollback failed  {3 + late:>6}  the target does not read back as disabled and may still run\n"
    assert line.endswith(end)


def test_status_lists_the_newest_of_many_and_says_how_many_more_there_are(state: Path) -> None:
    ledger = open_ledger(state)
    at = load(EXAMPLE).window.start
    for number in range(60):
        ledger.create(f"page-{number}", at + timedelta(minutes=number), kind="page")
    ledger.close()
    lines = call("status", "--state", state).out.splitlines()
    assert len(lines) == 52
    assert lines[1].startswith("page-59 ")
    assert lines[-1] == "and 11 more: `bongsu status --before page-10`, or --all"
    behind = call("status", "--before", "page-10", "--state", state).out.splitlines()
    assert [line.split()[0] for line in behind[1:]] == [*(f"page-{number}" for number in range(9, -1, -1)), RUN]
    assert len(call("status", "--all", "--state", state).out.splitlines()) == 62
    listed = json.loads(call("status", "--most", "2", "--state", state, "--json").out)
    assert [run["run"] for run in listed["runs"]] == ["page-59", "page-58"]
    assert (listed["count"], listed["more"]) == (61, 59)
    assert call("status", "--before", "page-none", "--state", state).code == 2


def test_status_of_an_open_run_shows_what_is_in_doubt_and_exits_with_3(state: Path) -> None:
    """The message was about to leave and nothing says that it did."""
    called = call("status", RUN, "--state", state)
    assert called.code == 3
    assert "  IN DOUBT  go_request through ops_chat (go_request//ops_chat, #2)" in called.out.splitlines()
    found = json.loads(call("status", RUN, "--state", state, "--json").out)
    members = "run kind cutover phase closed verdict why newest_line_at looks_again_at events head in_doubt listening"
    members += " channels moved stand_ins guard"
    assert list(found) == members.split()
    assert found["in_doubt"] == [{"key": "go_request//ops_chat", "seq": 2, "what": "go_request through ops_chat"}]


def test_status_shows_how_each_channel_does_and_what_stands_in(state: Path) -> None:
    """Telegram asked for a pause and moved the group; Slack took what stands in for it."""
    at = load(EXAMPLE).window.start
    doubt = SendEnded(key="go_request//ops_chat", outcome=Outcome.NOT_SENT, retry_after_s=600, moved_to="-100777")
    spare = SendIntended(key="page/1//james@alerts/r0l0", message="page", channel="alerts", to="U1", instead_of=2)
    taken = SendEnded(key=spare.key, outcome=Outcome.ACCEPTED, ref={"channel": "U1", "ts": "1761109200.000100"})
    ledger = open_ledger(state)
    entries = [Entry(at=at, actor="bongsu", event=event, blobs={}) for event in (doubt, spare, taken)]
    ledger.append(RUN, ledger.head(RUN), entries)
    ledger.close()
    shown = [line.strip() for line in call("status", RUN, "--state", state).out.splitlines()]
    assert "channel   ops_chat: has taken nothing yet" in shown
    assert "channel   ops_chat: 1 attempts in a row not accepted, newest #3" in shown
    assert "channel   ops_chat: paused until 2025-10-22 14:10:00 KST (05:10:00 UTC), as its service asked" in shown
    assert "channel   alerts: took its newest message at 2025-10-22 14:00:00 KST (05:00:00 UTC) (#5)" in shown
    assert "channel   ops_chat: chat -1000000000001 has the id -100777 now, put that into the plan (#3)" in shown
    assert "channel   page/1//james@alerts/r0l0 (#4) stands in for #2, which failed or is late" in shown


def test_a_run_that_is_not_there(state: Path) -> None:
    called = call("status", "nobody", "--state", state)
    assert called.code == 2
    assert called.err.splitlines()[1] == "help: list the runs with `bongsu status`"


def test_evidence_of_an_open_run_is_written_and_does_not_verify_as_closed(state: Path, tmp_path: Path) -> None:
    """It exits with 3, and so does verify: a ledger that may have lost its tail is unknown."""
    folder = tmp_path / "evidence"
    called = call("evidence", RUN, "--state", state, "--out", folder)
    assert called.code == 3
    assert called.out.startswith(f"{folder}/report.html   2 events, newest link ")
    assert called.err == "the run is not closed; this evidence ends where its ledger does\n"
    report = json.loads(call("verify", folder, "--json").out)
    assert list(report) == ["run", "verdict", "head", "steps", "findings", "exit_code"]
    assert report["exit_code"] == call("verify", folder).code == 5, "the verdict is the run's own, and not this"
    assert [step["step"] for step in report["steps"]] == list(range(1, 13))
    assert report["verdict"] == "unknown"


def test_verify_of_nothing_is_a_matter_of_usage(tmp_path: Path) -> None:
    called = call("verify", tmp_path / "nothing")
    assert called.code == 2
    assert "there is no folder" in called.err and "bongsu evidence RUN" in called.err


def test_verify_of_a_folder_that_is_no_evidence_says_so_in_one_sentence(tmp_path: Path) -> None:
    """And as JSON, for a program, every finding: a folder whose ledger was taken away does not verify either."""
    (tmp_path / "notes.txt").write_text("a holiday", "utf-8")
    called = call("verify", tmp_path)
    assert (called.code, called.out) == (5, "")
    assert "holds neither ledger.jsonl nor head.json" in called.err
    found = json.loads(call("verify", tmp_path, "--json").out)["findings"]
    assert {one["file"] for one in found} >= {"ledger.jsonl", "head.json", "notes.txt"}


def test_verify_of_an_open_run_counts_one_finding_and_says_that_more_may_come(state: Path, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    call("evidence", RUN, "--state", state, "--out", folder)
    called = call("verify", folder)
    steps = [line for line in called.out.splitlines() if "looked at)" in line]
    assert len(steps) == 12
    found = Counter(one["step"] for one in json.loads(call("verify", folder, "--json").out)["findings"])
    marked = {int(line[:3]): int(n[1]) for line in steps if (n := re.search(r"looked at\)  (\d+) findings?$", line))}
    assert marked == found and 2 in marked
    assert len([line for line in steps if line.endswith("looked at)")]) == 12 - len(marked)
    assert "run open: the run is not closed" in called.out
