"""The commands round a run, as a captain types them: what they say, and what their exit codes mean."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.rehearsal.world import PLAN, bongsu, environment, short_plan

MESSAGES = ("go_request", "start", "success", "drill", "drill_result", "page", "watch_summary", "no_go")


@pytest.fixture
def run(tmp_path):
    """Run a command in an empty folder with a state of its own."""

    def call(*args, **variables):
        return bongsu(*args, cwd=tmp_path, env=environment(BONGSU_STATE=str(tmp_path / "state"), **variables))

    return call


def files_in(folder):
    """Every file of a folder and its bytes."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def traceless(ended):
    """Whether a failed command ended with words for a person and nothing else."""
    return ended.err.startswith("error: ") and "Traceback" not in ended.err and not ended.out


def test_check_says_what_the_plan_would_do(run):
    """The example plan can be used; that its window has passed is a warning and no error."""
    ended = run("check", PLAN)
    assert ended.code == 0 and "the plan can be used" in ended.out
    assert "2025-10-22 14:00-15:00 KST" in ended.out and "warning: the window ended" in ended.err
    as_json = json.loads(run("check", PLAN, "--json").out)
    assert as_json["sha256"] in ended.out and as_json["online"] == []


def test_check_names_every_mistake_and_its_place(run, tmp_path):
    """Two mistakes, two places, exit code 2."""
    text = PLAN.read_text("utf-8").replace("captain: james", "captain: jamse").replace("approvals: 2", "approvals: 5")
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    ended = run("check", "wrong.yaml")
    assert ended.code == 2 and traceless(ended)
    for word in ("jamse", "approvals"):
        line = next(number for number, row in enumerate(text.splitlines(), start=1) if word in row)
        assert f"wrong.yaml:{line}:" in ended.err


@pytest.mark.parametrize("command", ["check", "preview", "rehearse"])
def test_a_plan_that_is_not_there(run, command):
    """An unknown file is a matter of usage."""
    ended = run(command, "nowhere.yaml")
    assert ended.code == 2 and traceless(ended) and "nowhere.yaml" in ended.err


def test_preview_shows_every_message_without_a_figure(run):
    """Nothing is measured yet, so every figure stands as its name."""
    ended = run("preview", PLAN)
    assert ended.code == 0 and "‹verify.sms_delivery.delivered›" in ended.out
    shown = json.loads(run("preview", PLAN, "--json").out)
    assert set(MESSAGES) <= {one["message"] for one in shown}
    assert {one["channel"] for one in shown} == {"ops_chat", "alerts"}
    alone = json.loads(run("preview", PLAN, "success", "--channel", "alerts", "--json").out)
    assert [(one["message"], one["channel"]) for one in alone] == [("success", "alerts")]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("preview", str(PLAN), "succes"), "the messages are"),
        (("preview", str(PLAN), "--channel", "nobody"), "it announces to"),
        (("start", str(PLAN)), "--go"),
        (("start", str(PLAN), "--go", "jim"), "the contacts are"),
        (("reherse",), "did you mean 'rehearse'?"),
        (("check", "--offline", str(PLAN)), "did you mean '--online'?"),
        (("rehearse", "--world", "no.json"), "no.json"),
    ],
)
def test_wrong_usage_is_told_with_what_to_do(run, args, says):
    """Exit code 2, one error, and the way out; nothing was made."""
    ended = run(*args)
    assert ended.code == 2 and traceless(ended) and says in ended.err


def test_start_refuses_a_window_that_has_passed_and_does_nothing(run, tmp_path):
    """On this machine's clock the example's window is long over: exit 2, and no run was opened."""
    key = "k" * 12
    secrets = {
        "BONGSU_BUTTON_KEY": "b" * 40,
        "BONGSU_TELEGRAM_TOKEN": ":".join(("1" * 9, "t" * 35)),
        "BONGSU_SLACK_APP_TOKEN": "-".join(("xapp", "1", "A" * 11, "1" * 13, "a" * 64)),
        "SLACK_BOT": "-".join(("xoxb", "1" * 13, "1" * 13, "s" * 24)),
        "SENS": json.dumps({"access_key": key, "secret_key": "s" * 40}),
        "AWS_ACCESS_KEY_ID": "AKIA" + "X" * 16,
        "AWS_SECRET_ACCESS_KEY": "s" * 40,
        "ON_CALL_PHONE": "010-0000-4711",
    }
    path = short_plan(tmp_path)
    text = path.read_text("utf-8").replace("secret:example/slack#bot_token", "env:SLACK_BOT")
    path.write_text(text.replace("key: secret:example/sens", "key: env:SENS"), "utf-8")
    (tmp_path / "parity.json").write_text("{}", "utf-8")
    ended = run("start", path.name, "--go", "james", **secrets)
    assert ended.code == 2 and traceless(ended)
    assert "the window of this plan ended at 2025-10-22 15:00 KST" in ended.err
    listed = run("status")
    assert listed.code == 0 and "no runs yet" in listed.out
    assert not (tmp_path / "evidence").exists()


def test_start_without_its_secrets_names_what_is_missing(run, tmp_path):
    """A reference that leads nowhere ends it before anything is asked or sent; the window is one to come."""
    path = short_plan(tmp_path, window="{start: 2100-10-22T14:00, end: 2100-10-22T15:00}")
    ended = run("start", path.name, "--go", "james")
    assert ended.code == 2 and traceless(ended) and "BONGSU_" in ended.err


def test_status_lists_the_run_and_tells_where_it_stands(short, tmp_path):
    """From the ledger alone, in words and as JSON."""
    run_id = short.report["run"]
    listed = bongsu("status", "--state", short.state, cwd=tmp_path)
    assert listed.code == 0 and " pass " in listed.out.partition(run_id)[2]
    shown = bongsu("status", run_id, "--state", short.state, cwd=tmp_path)
    assert shown.code == 0 and "closed: pass" in shown.out
    told = json.loads(bongsu("status", run_id, "--state", short.state, "--json", cwd=tmp_path).out)
    assert (told["closed"], told["verdict"], told["in_doubt"]) == (True, "pass", [])
    assert (told["events"], told["head"]) == (len(short.lines), short.lines[-1]["hash"])


@pytest.mark.parametrize("command", ["status", "evidence"])
def test_a_run_that_is_not_there(short, tmp_path, command):
    """Exit code 2, and how to find the runs that are."""
    ended = bongsu(command, "nobody-20251022-aaaaa", "--state", short.state, cwd=tmp_path)
    assert ended.code == 2 and traceless(ended) and "bongsu status" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_evidence_written_again_is_the_same_to_the_byte(short, tmp_path):
    """The folder follows from the ledger: whoever writes it later gets the same."""
    ended = bongsu("evidence", short.report["run"], "--state", short.state, "--out", "again", cwd=tmp_path)
    assert ended.code == 0
    assert files_in(tmp_path / "again") == files_in(short.evidence)


def test_evidence_does_not_replace_what_is_not_its_own(short, tmp_path):
    """A folder with something else in it stays as it is."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("keep me", "utf-8")
    ended = bongsu("evidence", short.report["run"], "--state", short.state, "--out", mine, cwd=tmp_path)
    assert ended.code == 2 and traceless(ended) and "notes.txt" in ended.err
    assert [path.name for path in mine.iterdir()] == ["notes.txt"]


def test_verify_says_what_it_looked_at(short, tmp_path):
    """Twelve steps, and the head that others can compare."""
    ended = bongsu("verify", short.evidence, cwd=tmp_path)
    assert ended.code == 0 and short.lines[-1]["hash"] in ended.out and not ended.err
    assert sum(line.strip().partition(" ")[0].isdigit() for line in ended.out.splitlines()) == 12


@pytest.mark.parametrize("what", ["empty", "foreign"])
def test_a_folder_that_is_no_evidence_does_not_verify(tmp_path, what):
    """Nothing in it, something else in it: exit code 5, and what is missing by name."""
    folder = tmp_path / what
    folder.mkdir()
    if what == "foreign":
        shutil.copy(PLAN, folder / "plan.yaml")
    ended = bongsu("verify", folder, cwd=tmp_path)
    assert ended.code == 5 and "ledger.jsonl" in ended.err and "Traceback" not in ended.err


def test_a_folder_that_is_not_there_is_a_mistake_in_the_call(tmp_path):
    """A slip of the pen is no forgery: exit code 2."""
    ended = bongsu("verify", tmp_path / "missing", cwd=tmp_path)
    assert ended.code == 2 and "there is no folder" in ended.err and not ended.out


def test_evidence_verifies_on_a_machine_that_has_never_seen_the_run(happy, tmp_path):
    """Copied elsewhere, with no state, no network names and no secrets: the proof needs the folder alone."""
    shutil.copytree(happy.evidence, tmp_path / "received")
    ended = bongsu("verify", "received", cwd=tmp_path, env=environment(BONGSU_STATE=str(tmp_path / "none")))
    assert ended.code == 0, ended.out
    assert not (tmp_path / "none").exists()
