"""The command line, as a process where the process is the point."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.naver_sms.world import booking, environ, seed_sqlite, v22
from tests.patience import PATIENCE_S

from naver_sms.cli import main
from naver_sms.words import WORDS

SRC = str(Path(__file__).resolve().parents[2] / "src")


@pytest.fixture
def env(tmp_path, naver, sens, monkeypatch):
    for name, value in environ(tmp_path, naver, sens).items():
        monkeypatch.setenv(name, value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_run_whose_report_a_full_disk_loses_is_done_all_the_same(env, naver, sens):
    naver.bookings = [booking(1, minutes=60)]
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "naver_sms", "run"]
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": SRC},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
    assert done.returncode == 0 and sens.outbox
    assert done.stderr.endswith("error: what was to be shown could not be written (no space left on device)\n")


def test_run_then_parity_from_what_it_recorded(env, naver, tmp_path, capsys):
    naver.bookings, records = v22()
    seed_sqlite(tmp_path, records)
    recorded, measured = tmp_path / "recorded.json", tmp_path / "parity.json"
    assert main(["run", "--record", str(recorded)]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["sms"]["delivered"] == 20
    assert main(["parity", "--input", str(recorded), "--out", str(measured)]) == 0
    assert capsys.readouterr().out == "parity 100.00 %: 40 of 40 items match\n"
    found = json.loads(measured.read_text())
    assert (found["type"], found["mode"], found["percent"]) == ("naver_sms.parity", "strict", "100.00")
    assert found["inputs"]["runs"] == 1
    assert found["measured_at"].startswith("2025-10-22T05:00")


def test_parity_with_nothing_to_compare_is_null_and_no_pass(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("NAVER_SMS_CLOCK_URL", raising=False)
    source = tmp_path / "recorded.json"
    source.write_text(json.dumps({"type": "naver_sms.recorded", "v": 1, "runs": []}))
    assert main(["parity", "--input", str(source), "--out", str(tmp_path / "p.json")]) == 2
    assert json.loads((tmp_path / "p.json").read_text())["percent"] is None
    assert "nothing to compare" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{}", "nonsense", '{"type": "naver_sms.recorded", "v": 2, "runs": []}'])
def test_parity_of_something_else_is_refused(tmp_path, capsys, text):
    source = tmp_path / "other.json"
    source.write_text(text)
    assert main(["parity", "--input", str(source), "--out", str(tmp_path / "p.json")]) == 4
    assert not (tmp_path / "p.json").exists()


def test_check_names_what_is_wrong(monkeypatch, capsys, env):
    assert main(["check"]) == 0
    monkeypatch.setenv("NAVER_SMS_STATE", "nowhere")
    assert main(["check"]) == 4
    assert "'state' must be" in capsys.readouterr().err


def test_the_module_runs_alone_and_light(tmp_path, naver, sens):
    """No boto3, pydantic or click is imported for a run on one machine."""
    naver.bookings = [booking(1)]
    code = "import sys; from naver_sms.cli import main; code = main(['run']);"
    code += "print(sorted({'boto3', 'pydantic', 'click', 'bongsu', 'yaml'} & set(sys.modules)), file=sys.stderr);"
    code += "raise SystemExit(code)"
    env = {**os.environ, **environ(tmp_path, naver, sens), "PYTHONPATH": SRC}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert json.loads(done.stdout.splitlines()[-1])["sms"]["accepted"] == 1


def test_recorded_runs_are_decided_once_more_in_memory(env, naver, sens, tmp_path, capsys):
    naver.bookings = [booking(1, minutes=60), booking(2, minutes=-60)]
    recorded = tmp_path / "recorded.json"
    main(["run", "--mode", "shadow", "--record", str(recorded)])
    capsys.readouterr()
    assert main(["replay", "--input", str(recorded)]) == 0
    lines = [line.split()[1:] for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == [["1000001_2", "N3", "confirm"], ["1000001_1", "N1", "confirm", "guide"]]
    assert main(["replay", "--input", str(recorded), "--parity-mode", "corrected"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 decisions, 2 texts due; nothing was sent or written"
    assert sens.outbox == []
    recorded.write_text("{}")
    assert main(["replay", "--input", str(recorded)]) == 4


def test_check_reminds_of_what_is_not_there_yet_in_the_owner_s_language(env, monkeypatch, capsys):
    settings = json.loads(os.environ["NAVER_SMS_SETTINGS"]) | {"language": "ko"}
    monkeypatch.setenv("NAVER_SMS_SETTINGS", json.dumps(settings))
    monkeypatch.setenv("NAVER_SMS_COOKIES", "file:nowhere.json")
    monkeypatch.delenv("NAVER_SMS_SENS_SECRET_KEY")
    assert main(["check"]) == 0
    said = capsys.readouterr()
    assert said.out == "설정을 쓸 수 있습니다: 매장 8곳 중 8곳 사용\n"
    signed_in, key, first = said.err.splitlines()
    assert signed_in.startswith("look: 아직 로그인하지 않았습니다: naver-sms login (")
    assert key == "look: the SENS key behind 'env' is empty or incomplete"
    assert first.endswith("naver-sms run --mode adopt")


def test_both_languages_say_the_same_things():
    english, korean = WORDS["en"], WORDS["ko"]
    assert english.keys() == korean.keys()
    for name, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", korean[name])), name
