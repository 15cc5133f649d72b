"""What an owner may come by: for each, one clear message, an exit code, and nothing half done.

The gateway's outbox and the state's rows are looked at, and afterwards the same run, with the trouble gone, sends each
text once.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.naver_sms.town import SRC, STORE, Town
from tests.naver_sms.world import booking, open_sqlite
from tests.patience import PATIENCE_S

from bongsu.sandbox.faults import Fault
from naver_sms.cli import main
from naver_sms.digest import WORDS
from naver_sms.naver import Failure
from naver_sms.settings import load

BOOKINGS = [booking(1, minutes=60), booking(2, minutes=300)]


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    made.bookings.load(BOOKINGS)
    yield made
    made.close()


@pytest.fixture
def run(town, monkeypatch, capsys):
    """Return what makes `naver-sms run` and gives its exit code, its report and what it said to a person."""

    def command(*words, **changes):
        with monkeypatch.context() as patch:
            for name, value in town.env(**changes).items():
                patch.setenv(name, value)
            code = main(["run", *words])
        said = capsys.readouterr()
        return code, json.loads(said.out.splitlines()[-1]), said.err.splitlines()

    return command


def control(town, service, path, value):
    town.http.request("PUT", f"{town.served[service].url}/__sandbox__/{path}", json=value)


def rows(town):
    state = open_sqlite(town.folder)
    found = state.pending(STORE)
    state.shut()
    return found


def sends_each_once(town, run):
    code, report, said = run()
    assert (code, report["result"], said) == (0, "ok", [])
    assert set(town.got().values()) == {1} and len(town.got()) == 3


@pytest.mark.parametrize("mode", ["redirect", "401", "403", "html"])
def test_expired_cookies(town, run, mode):
    control(town, 1, "auth", {"mode": mode})
    code, report, said = run()
    assert (code, report["result"]) == (3, "auth_expired")
    assert said == ["error: Naver has signed out: nothing was read or sent. Sign in again: naver-sms login"]
    assert (town.got(), rows(town)) == ({}, [])
    control(town, 1, "auth", {"mode": "ok"})
    sends_each_once(town, run)


def test_html_instead_of_json(town, run):
    page = "<html><body>점검 중입니다</body></html>"
    town.faults.add(Fault(service="naver", operation="list", kind="status", status=200, body=page))
    code, report, said = run()
    assert (code, report["result"], len(said)) == (1, "failed", 1)
    assert said[0].startswith(f"error: store {STORE} cannot be read: Naver answered something else than bookings")
    assert (town.got(), rows(town)) == ({}, [])
    sends_each_once(town, run)


def test_ten_megabytes_of_json(town, run):
    town.bookings.load([*BOOKINGS, booking(3, minutes=300) | {"memo": "x" * 10_000_000}])
    code, report, said = run()
    assert (code, report["sms"]["delivered"], said) == (0, 4, [])


def test_an_emoji_in_a_template(town, run):
    texts = {"confirm": "예약 ❤ 확정", "event": "안내", f"guide/{STORE}": "안내"}
    code, report, said = run(templates=texts)
    assert (code, report["result"]) == (4, "config_error")
    assert len(said) == 1 and "template 'confirm'" in said[0] and "U+2764 HEAVY BLACK HEART at 4" in said[0]
    assert town.record.entries("naver") == town.record.entries("sens") == []
    sends_each_once(town, run)


def test_a_caller_id_that_is_not_registered(town, run):
    control(town, 2, "settings", {"from_numbers": ["0299999999"]})
    code, report, said = run()
    assert (code, report["result"], report["sms"]["by_code"]) == (0, "degraded", {"3023": 3})
    assert said == ["look: SENS or a carrier refuses a caller id (3023): register the number, or correct it"]
    assert town.got() == {}
    # What is due later waits, and is not lost as those were.
    town.bookings.load([*BOOKINGS, booking(3, minutes=300)])
    code, report, said = run()
    assert (code, report["evidence"]["left"]) == (2, {"caller_id": {"confirm": [f"{STORE}_3"]}})
    assert len(said) == 1 and said[0].startswith("error: 1 texts wait")


def test_a_caller_id_that_the_settings_do_not_list_never_gets_so_far(town, run):
    code, _, said = run(registered_numbers=["0299999999"])
    assert code == 4 and "'registered_numbers'" in said[0] and town.record.entries("naver") == []


def test_a_store_without_a_guide_text(town, run):
    code, report, said = run(templates={"confirm": "안내", "event": "안내"})
    assert (code, report["result"]) == (4, "config_error")
    assert len(said) == 1 and f"template 'guide/{STORE}' is missing" in said[0]
    assert town.record.entries("naver") == []


@pytest.mark.parametrize("offset_ms", [360_000, -360_000])
def test_a_clock_six_minutes_off(town, run, offset_ms):
    control(town, 2, "clock", {"offset_ms": offset_ms})
    code, report, said = run()
    assert (code, report["result"], report["sms"]["accepted"]) == (2, "partial", 0)
    assert said == [
        "error: SENS refuses the key, the service, or a clock over five minutes off (http 401): nothing goes out"
    ]
    assert town.got() == {}
    control(town, 2, "clock", {"offset_ms": 0})
    sends_each_once(town, run)


def test_a_state_file_that_is_none(town, run):
    (town.folder / "state.db").write_bytes(b"not a database, and longer than a header of one" * 10)
    code, report, said = run()
    assert (code, report["result"], town.got()) == (1, "failed", {})
    assert len(said) == 1 and "state.db' cannot be opened (file is not a database)" in said[0]


def test_every_reason_for_which_a_store_cannot_be_read_has_its_words():
    for words in WORDS.values():
        assert {one.value for one in Failure} <= words.keys()


def test_the_owner_reads_korean_where_the_settings_say_so(town, run):
    control(town, 1, "auth", {"mode": "401"})
    (said,) = run(language="ko")[2]
    assert said.startswith("error: 네이버 로그인이 풀렸습니다") and said.endswith("naver-sms login")


@pytest.mark.parametrize("words", [["run"], ["check"], ["run", "--mode", "dry-run"]])
def test_a_reader_that_goes_away_is_no_error(town, words):
    """`naver-sms run | head -0`: the texts are out, and nobody wants to read the report."""
    environ = {"PYTHONPATH": SRC, **town.env()}
    load(town.env())
    reader, command = subprocess.PIPE, [sys.executable, "-m", "naver_sms", *words]
    with subprocess.Popen(command, env=environ, stdout=reader, stderr=reader) as process:
        process.stdout.close()
        assert b"Traceback" not in (said := process.stderr.read()) and b"Broken pipe" not in said
        assert process.wait(PATIENCE_S) == 0
