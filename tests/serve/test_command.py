"""`bongsu serve` as it is called: what it refuses, and that it stops when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing

import pytest
from tests.ports.held_ports import free_port
from tests.rules.tree import ROOT
from tests.serve.rig import SECRETS, plan_bytes

from bongsu.cli.main import run


def written(folder, *changes, name="ops.yaml"):
    text = plan_bytes(port=free_port()).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return str(path)


PROGRAM = "from bongsu.cli.main import main; main()"
WITHOUT_INTAKE = ("intake: {bearer: env:BENCH_INTAKE, on_resolved: leave_open}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--listen", "nowhere:"], "'nowhere:' is no address to listen at"),
        (["--listen", "127.0.0.1:8700/alarms"], "'127.0.0.1:8700/alarms' names a path"),
        (["--listen", "0.0.0.0:8700"], "the plan 'ops' has no password for the live page"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(tmp_path, capsys, words, said):
    assert run(["serve", written(tmp_path), "--state", str(tmp_path / "state"), *words]) == 2
    assert said in capsys.readouterr().err


def test_whatever_sns_reaches_is_shown_to_nobody_without_a_password(tmp_path, capsys):
    """It comes by a proxy, which this machine's own address does not tell from a reader of its own."""
    topics = ("{bearer: env:BENCH_INTAKE,", "{sns_topics: [arn:aws:sns:ap-northeast-2:000000000000:alarms],")
    assert run(["serve", written(tmp_path, topics), "--state", str(tmp_path / "state")]) == 2
    assert "the plan 'ops' has no password for the live page" in capsys.readouterr().err


def test_a_plan_that_takes_no_alarms_is_not_listened_for(tmp_path, capsys):
    assert run(["serve", written(tmp_path, WITHOUT_INTAKE), "--state", str(tmp_path / "state")]) == 2
    assert "none of the plans takes alarms" in capsys.readouterr().err


def test_that_no_plan_takes_alarms_is_said_before_any_secret_is_looked_for(tmp_path, capsys, monkeypatch):
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    assert run(["serve", written(tmp_path, WITHOUT_INTAKE), "--state", str(tmp_path / "state")]) == 2
    assert "none of the plans takes alarms" in capsys.readouterr().err


def test_all_secrets_of_all_plans_that_lead_nowhere_are_named_at_once(tmp_path, capsys, monkeypatch):
    """Those of alarms and those that two plans share too, the latter once."""
    for name in ("BENCH_INTAKE", "BENCH_BUTTONS"):
        monkeypatch.delenv(name)
    one = written(tmp_path)
    other = written(tmp_path, ("cutover: ", "cutover: other "), ("env:BENCH_INTAKE", "env:NOT_SET"), name="other.yaml")
    assert run(["serve", str(one), str(other), "--state", str(tmp_path / "state")]) == 2
    said = capsys.readouterr().err
    lacking = [line.split('"')[1] for line in said.splitlines() if line.startswith("  cause: ")]
    assert said.startswith(f"error: {len(lacking)} secrets cannot be found\n")
    assert sorted(lacking) == ["env:BENCH_BUTTONS", "env:BENCH_INTAKE", "env:NOT_SET"]


def test_two_plans_of_one_name_are_refused(tmp_path, capsys):
    plans = [written(tmp_path), written(tmp_path, name="more/ops.yaml")]
    assert run(["serve", *plans, "--state", str(tmp_path / "state")]) == 2
    assert "two plans are called 'ops'" in capsys.readouterr().err


def test_an_address_that_somebody_has_is_said_to_be_taken(tmp_path, capsys):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        words = ["--state", str(tmp_path / "state"), "--listen", f"127.0.0.1:{port}"]
        assert run(["serve", written(tmp_path), *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith(
        f"error: cannot listen at 127.0.0.1:{port}\n  cause: address already in use\nhelp: name another"
    )


def test_a_host_that_nobody_knows_is_no_address(tmp_path, capsys):
    """The resolver's error has a number that is not the system's."""
    reader = ("bearer: env:BENCH_INTAKE,", "bearer: env:BENCH_INTAKE, reader: env:BENCH_INTAKE,")
    words = ["--state", str(tmp_path / "state"), "--listen", "nobody.invalid:8700"]
    assert run(["serve", written(tmp_path, reader), *words]) == 2
    assert "cannot listen at nobody.invalid:8700\n  cause: the host is not known\n" in capsys.readouterr().err


def serving(tmp_path, *words):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", *words],
        cwd=ROOT,
        env={**os.environ, **SECRETS, "BONGSU_STATE": str(tmp_path / "state"), "PYTHONPATH": str(ROOT / "src")},
        stderr=subprocess.PIPE,
        text=True,
    )


def heard(process, holds):
    """Return what it says until a line holds; what is heard of ways in stands wherever it falls between the others."""
    said: list[str] = []
    while not any(holds(line) for line in said):
        said.append(process.stderr.readline())
        assert said[-1], said
    return said


def test_what_two_plans_share_is_told_of_once_with_both_their_names(tmp_path):
    plans = [written(tmp_path), written(tmp_path, ("cutover: ", "cutover: Other "), name="other.yaml")]
    with serving(tmp_path, *plans, "--no-listen") as process:
        said = heard(process, lambda line: line.startswith("serving "))
        if not any("answers come in" in line for line in said):
            said += heard(process, lambda line: "answers come in" in line)
        process.send_signal(signal.SIGTERM)
        said += process.stderr.readlines()
        assert process.wait(180) == 0
    assert [line for line in said if "answers" in line] == ["ops/alerts, other/alerts: answers come in\n"]


def test_it_says_what_it_does_and_stops_when_it_is_told_to(tmp_path):
    port = free_port()
    with serving(tmp_path, written(tmp_path), "--listen", str(port)) as process:
        said = heard(process, lambda line: line.startswith("serving ops (process "))
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        assert process.wait(180) == 0
    assert f"alarms: POST http://127.0.0.1:{port}/alarms/PLAN   live page: http://127.0.0.1:{port}/\n" in said
    assert "stopping: " in rest
