"""A whole world: its history, the real workload's first run in it, and its life as a process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

from bongsu.sandbox.aws_metrics import Series
from bongsu.sandbox.from_json import BadDocument, overlay
from bongsu.sandbox.naver_defaults import FUNCTION, LEGACY_FUNCTION, LEGACY_RULE, RULE, session_table, sms_table
from bongsu.sandbox.parity_input import ParitySpec, recorded_input
from bongsu.sandbox.sens_messages import ListQuery
from bongsu.sandbox.spec import WorldSpec, load_spec
from bongsu.sandbox.world import PARITY_INPUT, World
from naver_sms.parity import measure
from naver_sms.state.dynamodb import table_definitions

START = datetime(2025, 10, 22, 4, 45, tzinfo=UTC)
SOURCES = Path(__file__).resolve().parents[2] / "src"
PAGE = SOURCES.parent / "docs" / "rehearsal.md"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(overlay(WorldSpec(start_at=START), {"aws": {"account": "200000000001"}}), tmp_path_factory.mktemp("w"))
    yield made
    made.close()


def test_a_week_of_history_agrees_between_gateway_and_metrics(world):
    """In any window of seven days that ends between 13:45 and 14:40, to the second, both tell the same sum."""
    for minutes in range(0, 56, 5):
        now = START + timedelta(minutes=minutes, seconds=31)
        start = now - timedelta(days=7)
        query = ListQuery(requested=(start, now))
        listed = [one for one in world.sens._messages if query.wants(one, now)]
        window = {"start": start.replace(second=0), "end": now, "seen_at": now}
        dimensions = frozenset({("Function", FUNCTION)})
        for name in ("SmsAccepted", "SmsDelivered"):
            assert sum(world.aws.metrics.values(Series("NaverSms", name, dimensions), **window)) == len(listed)
        assert all(one.fate == "0" for one in listed)
    assert 7 * 40 <= len(listed) <= 7 * 60
    runs = world.aws.metrics.values(
        Series("AWS/Lambda", "Invocations", frozenset({("FunctionName", LEGACY_FUNCTION)})), **window
    )
    assert len(runs) > 500


def test_recorded_runs_are_decided_alike_by_the_old_tables_and_the_new_engine(world):
    found = measure((world.folder / PARITY_INPUT).read_bytes(), measured_at=START)
    assert (found["percent"], found["inputs"]["runs"], found["intended"]) == ("100.00", 6, [])
    assert found["compared"] > 100


def test_unread_records_show_in_the_parity():
    """The knob for a workload that does not decide alike: each such booking is missing on the new side."""
    document = recorded_input(START, ParitySpec(unread=3), seed=1)
    found = measure(json.dumps(document).encode(), measured_at=START)
    assert found["percent"] != "100.00"
    assert {one["id"] for one in found["intended"]} == {"B03"}
    assert found["missing"] == len(found["intended"])


def test_the_tables_are_those_of_the_workload():
    assert [sms_table("sms"), session_table("session")] == table_definitions()


def test_the_real_workload_finds_twenty_texts_to_send_in_its_first_run(world):
    """Enabled, fired, fetched, claimed, sent, listed, reported: twenty accepted, twenty delivered, twenty writes."""
    states = {
        rule: world.aws.store.call("events", "DescribeRule", {"Name": rule})["State"] for rule in (RULE, LEGACY_RULE)
    }
    assert states == {RULE: "DISABLED", LEGACY_RULE: "DISABLED"}
    assert set(world.aws.alarms.states().values()) == {"OK"}
    me = world.clock.join("test")
    world.clock.wait(me, START + timedelta(minutes=15))
    world.aws.store.call("events", "EnableRule", {"Name": RULE})
    world.aws.scheduler.refresh(RULE)
    world.clock.wait(me, START + timedelta(minutes=19))
    lines = world.aws.logs.lines(f"/aws/lambda/{FUNCTION}")
    report = next(json.loads(line) for line in lines if '"naver_sms.run_report"' in line)
    assert report["result"] == "ok"
    assert report["bookings"]["new"] == 8
    assert {kind: one["accepted"] for kind, one in report["intents"].items()} == {"confirm": 8, "guide": 12, "event": 0}
    assert (report["sms"]["accepted"], report["sms"]["delivered"]) == (20, 20)
    assert (report["writes"]["attempted"], report["writes"]["succeeded"]) == (20, 20)
    outbox = world.sens.outbox()
    assert len(outbox) == len({(one["to"], one["content"]) for one in outbox}) == 20
    assert not any(one["truncated"] for one in outbox)
    dimensions = frozenset({("Function", FUNCTION)})
    sent = world.aws.metrics.values(
        Series("NaverSms", "SmsAccepted", dimensions),
        start=START, end=START + timedelta(hours=1), seen_at=START + timedelta(hours=1),
    )  # fmt: skip
    assert sent == [20]
    world.clock.leave(me)


def test_a_spec_is_laid_over_the_default_world(tmp_path):
    path = tmp_path / "world.json"
    document = {
        "start_at": "2025-10-22T13:45:00+09:00",
        "seed": 5,
        "workload": {"memory_used_mb": 412, "raise_nth": [1], "environment": {"NAVER_SMS_DELIVERY_WAIT_S": "5"}},
        "aws": {"secrets": {"example/slack": "{}"}, "log_lag_ms": 0, "forced_alarms": {"lambda-errors": "ALARM"}},
        "sens": {"fail_nth": {"20": "3003"}},
        "faults": [
            {"service": "events", "operation": "EnableRule", "kind": "drop_after"},
            {"service": "telegram", "kind": "html", "times": None, "from_at": "2025-10-22T14:20:00+09:00"},
        ],
        "people": [{"contact": "on_call", "telegram_id": 100000001, "answers": {"Acknowledge": 15}}],
    }
    path.write_text(json.dumps(document), "utf-8")
    spec = load_spec(path)
    assert (spec.anchor, spec.seed) == (datetime(2025, 10, 22, 5, 0, tzinfo=UTC), 5)
    assert spec.sens.fail_nth == {20: "3003"}
    assert [fault.times for fault in spec.faults] == [1, None]
    assert spec.faults[1].from_at == datetime(2025, 10, 22, 5, 20, tzinfo=UTC)
    assert spec.aws.rules[0].name == RULE
    assert spec.aws.log_lag_ms == 0
    assert set(spec.aws.secrets) == {"example/sens", "example/slack"}
    new, old = spec.account.functions
    assert (new.memory_used_mb, new.raise_nth, new.environment["NAVER_SMS_DELIVERY_WAIT_S"]) == (412, (1,), "5")
    assert "NAVER_SMS_SETTINGS" in new.environment
    assert (old.name, old.memory_used_mb) == (LEGACY_FUNCTION, None)
    assert spec.people[0].answers == {"Acknowledge": timedelta(seconds=15)}


def test_chats_and_people_come_from_the_same_document(tmp_path):
    document = {
        "aws": {"account": "200000000002"},
        "telegram": {
            "bot_token": "7104553219:" + "Ab3_-" * 7,
            "bot_id": 7104553219,
            "bot_username": "example_bot",
            "chats": [{"id": -4102237711, "kind": "group", "title": "ops", "members": [512330981]}],
            "users": [{"id": 512330981, "first_name": "Mina"}],
        },
        "slack": {
            "team_id": "T00000001", "bot_token": "xoxb-" + "1" * 12, "app_token": "xapp-" + "1" * 12,
            "bot_user_id": "U00000009", "bot_id": "B00000001", "app_id": "A00000001", "scopes": ["chat:write"],
            "channels": [{"id": "C00000001", "name": "alerts", "members": ["U00000002"]}],
            "users": [{"id": "U00000002", "name": "mina"}],
        },
        "people": [{"contact": "on_call", "telegram_id": 512330981, "slack_id": "U00000002"}],
        "faults": [{"service": "slack", "operation": "chat.postMessage", "kind": "rate_limit", "nth": 2}],
    }  # fmt: skip
    world = World(overlay(WorldSpec(start_at=START), document), tmp_path)
    try:
        assert {"telegram", "slack", "people"} <= set(world.addresses)
        assert [chat.service for chat in world.chats] == ["telegram", "slack"]
        assert set(world.people.persons) == {"on_call"}
        assert world.chats[1].faults.listed("slack")[0]["kind"] == "rate_limit"
    finally:
        world.close()


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"colour": 1}, "spec has no key 'colour'"),
        ({"sens": {"color": 1}}, "spec.sens has no key 'color'"),
        ({"start_at": "2025-10-22T13:45:00"}, "spec.start_at '2025-10-22T13:45:00' has no time zone"),
        ({"naver": {"signed_out": "maybe"}}, "spec.naver.signed_out is 'maybe'"),
        ({"seed": None}, "spec.seed is None"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(document, where):
    with pytest.raises(BadDocument, match=where.replace(".", r"\.")):
        overlay(WorldSpec(start_at=START), document)


def test_the_account_has_what_a_plan_names_and_what_the_page_on_rehearsals_describes():
    """A plan is rehearsed under its own names; whoever describes their function has it in place of the example's."""
    named = {"rule": "reminder-trigger", "function": "send_reminders", "alarms": ["late"], "legacy_rule": RULE}
    plain = overlay(WorldSpec(start_at=START), {"stand_in": named, "workload": {"raise_nth": [1]}}).account
    (played,) = (one for one in plain.functions if one.name == "send_reminders")
    assert (played.handler, played.raise_nth) == ("bongsu.sandbox.does_nothing.handler", (1,))
    assert [(one.name, one.function) for one in plain.rules if one.function == "send_reminders"] == [
        ("reminder-trigger", "send_reminders")
    ]
    assert plain.alarms[-1].dimensions == {"FunctionName": "send_reminders"}
    shown = re.search(r"<!-- world -->\n```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert shown is not None
    described = overlay(WorldSpec(start_at=START), {"stand_in": named, **json.loads(shown[1])}).account
    assert [(one.name, one.handler) for one in described.functions] == [("send_reminders", "reminders.handler")]
    assert [one.expression for one in described.rules if one.name == "reminder-trigger"] == ["cron(0 1 * * ? *)"]


def test_the_process_says_where_it_is_and_ends_with_its_input(tmp_path):
    """addresses.json appears whole when all is ready; closing the pipe ends the world and its children."""
    spec = tmp_path / "world.json"
    spec.write_text(json.dumps({"start_at": "2025-10-22T04:45:00Z"}), "utf-8")
    command = [sys.executable, "-m", "bongsu.sandbox", "--spec", str(spec), "--dir", str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={"PYTHONPATH": str(SOURCES)}) as process:
        addresses = tmp_path / "out" / "addresses.json"
        while not addresses.exists():
            assert process.poll() is None
            time.sleep(0.02)
        told = json.loads(addresses.read_text("utf-8"))
        assert told["pid"] == process.pid
        assert {"aws", "clock", "naver", "sens"} <= set(told)
        assert all(url.startswith("http://127.0.0.1:") for name, url in told.items() if name != "pid")
        process.stdin.close()
        assert process.wait(timeout=PATIENCE_S) == 0
    assert (tmp_path / "out" / "record.jsonl").exists()


def test_the_world_does_not_outlive_its_parent(tmp_path):
    spec = tmp_path / "world.json"
    spec.write_text(json.dumps({"start_at": "2025-10-22T04:45:00Z", "history_days": 1}), "utf-8")
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    command = [sys.executable, "-m", "bongsu.sandbox", "--spec", str(spec), "--dir", str(tmp_path / "out")]
    done = subprocess.run(
        [*command, "--with-parent", str(gone.pid)],
        check=False, stdin=subprocess.DEVNULL, env={"PYTHONPATH": str(SOURCES)}, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 0


def test_a_spec_that_cannot_be_used_is_refused_in_one_line(tmp_path):
    spec = tmp_path / "world.json"
    spec.write_text('{"start_at": "2025-10-22T04:45:00Z", "colour": 1}', "utf-8")
    command = [sys.executable, "-m", "bongsu.sandbox", "--spec", str(spec), "--dir", str(tmp_path / "out")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"PYTHONPATH": str(SOURCES)})
    assert done.returncode == 2
    assert "no key 'colour'" in done.stderr
