"""The plan that ships: it loads anywhere, and means what the captain reads in it."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from tests.patience import PATIENCE_S
from tests.planfile.reading import EXAMPLE, HERE, PLANS, changed, rehearsal

from bongsu.core.plan import Level, Plan
from bongsu.planfile import load, load_bytes, warnings

BEFORE = datetime(2025, 10, 22, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load(PLANS / "naver-sms.yaml")


def test_times_stand_in_the_plans_zone_and_are_kept_in_utc(plan: Plan) -> None:
    assert plan.window.start == datetime(2025, 10, 22, 5, tzinfo=UTC)
    assert plan.window.end - plan.window.start == timedelta(hours=1)


def test_people_have_an_address_per_kind_of_channel(plan: Plan) -> None:
    assert plan.contacts["james"].addresses == {"telegram": "100000001", "slack": "U00000001"}
    assert plan.contacts["ops_manager"].addresses == {"slack": "U00000003"}
    assert plan.contacts["on_call"].addresses["sms"] == "env:ON_CALL_PHONE"


def test_channels_know_their_group_and_keep_references_unresolved(plan: Plan) -> None:
    assert (plan.channels["ops_chat"].kind, plan.channels["ops_chat"].to) == ("telegram", "-1000000000001")
    assert (plan.channels["alerts"].kind, plan.channels["alerts"].to) == ("slack", "C00000001")
    assert plan.channels["alerts"].options["token"] == "secret:example/slack#bot_token"


def test_facts_of_the_target_come_in_the_order_to_show(plan: Plan) -> None:
    assert list(plan.target.facts) == ["Rule", "Function", "Account", "Region"]
    assert plan.target.facts["Account"] == "000000000000"


def test_the_legacy_takes_account_and_region_from_the_target(plan: Plan) -> None:
    assert plan.legacy is not None
    assert plan.legacy.options["region"] == "ap-northeast-2"
    assert plan.legacy.options["account"] == "000000000000"
    assert plan.legacy.facts["Rule"] == "naverplace-send-inform-schedule"
    assert plan.legacy.on_rollback == "leave_off"


def test_the_baseline_begins_with_the_built_in_checks(plan: Plan) -> None:
    names = [check.name for check in plan.baseline]
    assert names == ["identity", "legacy_off", "target_off", "parity", "sms_delivery", "alarms"]
    assert plan.baseline[0].options == {"account": "000000000000", "region": "ap-northeast-2"}


def test_without_a_legacy_nothing_must_read_back_as_off_but_the_target() -> None:
    begin, end = EXAMPLE.index("legacy:\n"), EXAMPLE.index("# Asked, never used")
    plan = load_bytes((EXAMPLE[:begin] + EXAMPLE[end:]).encode(), Path("a.yaml"))
    assert plan.legacy is None
    assert [check.name for check in plan.baseline[:3]] == ["identity", "target_off", "parity"]


def test_checks_say_what_must_be_read_for_them(plan: Plan) -> None:
    reads = {check.name: [need.reading for need in check.reads] for check in plan.baseline}
    assert reads["parity"] == ["parity_file"]
    assert reads["sms_delivery"] == ["gateway", "workload_metrics"]
    verify = {check.name: [need.reading for need in check.reads] for check in plan.verify}
    assert verify["sms_delivery"] == ["invocations", "gateway", "state_table"]


def test_a_check_named_twice_gets_a_number() -> None:
    line = "  - {kind: memory, at_most: 90%}\n"
    plan = load_bytes(changed((line, line + "  - {kind: memory, at_most: 80%}\n")).encode(), Path("a.yaml"))
    assert [check.name for check in plan.verify].count("memory-2") == 1


def test_the_watch_takes_the_limits_of_verify(plan: Plan) -> None:
    assert plan.watch is not None
    limits = {check.name: check.options for check in plan.verify}
    assert [check.name for check in plan.watch.checks] == ["error_rate", "duration", "sms_delivery"]
    assert all(check.options == limits[check.name] for check in plan.watch.checks)


def test_a_check_of_the_watch_can_have_its_own_limit() -> None:
    text = changed(("checks: [error_rate,", "checks: [{kind: error_rate, at_most: 5%},"))
    plan = load_bytes(text.encode(), Path("a.yaml"))
    assert plan.watch is not None
    assert str(plan.watch.checks[0].options["at_most"]) == "5"


def test_levels_and_deadlines_are_lengths_of_time(plan: Plan) -> None:
    assert plan.escalation["critical"].levels[0] == Level(page=("on_call",), wait=timedelta(minutes=5))
    assert plan.first_run.settle == timedelta(minutes=5)
    assert plan.rollback.total == timedelta(minutes=35)


def test_the_first_run_settles_in_five_minutes_unless_said_otherwise() -> None:
    plan = load_bytes(changed(("{within: 25m, settle: 5m}", "{within: 25m}")).encode(), Path("a.yaml"))
    assert plan.first_run.settle == timedelta(minutes=5)


def test_the_digest_is_that_of_the_signed_off_bytes(plan: Plan) -> None:
    data = (PLANS / "naver-sms.yaml").read_bytes()
    assert plan.digest == sha256(data).hexdigest()
    assert load_bytes(data, Path("evidence/plan.yaml")) == plan


def test_secrets_are_looked_up_where_the_target_is_unless_said_otherwise(plan: Plan) -> None:
    assert plan.secrets == {"region": "ap-northeast-2"}
    moved = load_bytes((EXAMPLE + "\nsecrets: {region: us-east-1}\n").encode(), Path("a.yaml"))
    assert moved.secrets == {"region": "us-east-1"}


def test_a_rehearsal_is_the_same_plan_with_other_addresses(plan: Plan) -> None:
    here = load_bytes(rehearsal().encode(), Path("a.yaml"))
    assert here.clock == f"{HERE}/clock"
    assert here.secrets["endpoint_url"] == HERE
    assert here.legacy is not None
    assert here.legacy.options["endpoint_url"] == HERE
    assert (here.verify, here.baseline, here.escalation) == (plan.verify, plan.baseline, plan.escalation)


def test_anchors_and_merges_may_be_used() -> None:
    text = changed(
        ("first_run: {within: 25m, settle: 5m}", "first_run: {<<: &base {within: 20m, settle: 4m}, within: 25m}"),
        ("drill: {policy: critical, everyone: [on_call, ops_manager]", "drill: {policy: critical, everyone: *team"),
        ("go: {approvals: 2, of: [on_call, ops_manager]", "go: {approvals: 2, of: &team [on_call, ops_manager]"),
    )
    plan = load_bytes(text.encode(), Path("a.yaml"))
    assert (plan.first_run.within, plan.first_run.settle) == (timedelta(minutes=25), timedelta(minutes=4))
    assert plan.drill is not None
    assert plan.drill.everyone == ("on_call", "ops_manager")


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(plan: Plan) -> None:
    data = b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode()
    assert load_bytes(data, Path("a.yaml")).verify == plan.verify


def test_a_sound_plan_before_its_window_gives_no_warning(plan: Plan) -> None:
    assert warnings(plan, BEFORE) == []


def test_a_window_that_is_over_is_worth_a_word(plan: Plan) -> None:
    (said,) = warnings(plan, plan.window.end)
    assert said == "the window ended 2025-10-22 15:00 KST; `start` will refuse this plan"


def test_an_open_window_is_worth_a_word(plan: Plan) -> None:
    assert warnings(plan, plan.window.start) == ["the window is open since 2025-10-22 14:00 KST"]


def test_a_captain_who_can_approve_alone_is_worth_a_word() -> None:
    text = changed(("go: {approvals: 2, of: [on_call, ops_manager]", "go: {approvals: 1, of: [on_call, james]"))
    assert warnings(load_bytes(text.encode(), Path("a.yaml")), BEFORE) == ['"james" can approve alone']


def test_a_private_chat_for_everybody_is_worth_a_word() -> None:
    """As in the seed log: who is to answer there cannot see it. Alone with oneself it is as good as a group."""
    text = changed(("chat_id: -1000000000001", "chat_id: 100000001"))
    (said,) = warnings(load_bytes(text.encode(), Path("a.yaml")), BEFORE)
    assert said.startswith('"ops_chat" announces into the private chat of one person')


def test_a_watch_that_cannot_notice_in_time_is_worth_a_word() -> None:
    """Without a named alarm nothing is read between two looks."""
    alarms = "  - {kind: alarms, named: [lambda-errors, lambda-duration, ddb-throttles], all: OK}\n"
    (said,) = warnings(load_bytes(changed((alarms, "")).encode(), Path("a.yaml")), BEFORE)
    assert "every 20 min" in said and "promises 10 min" in said
    often = changed((alarms, ""), ("every: 20m", "every: 10m"))
    assert warnings(load_bytes(often.encode(), Path("a.yaml")), BEFORE) == []


@pytest.mark.parametrize(("settle", "known"), [("0s", False), ("1m", False), ("2m", True)])
def test_metrics_that_come_after_the_verdict_are_worth_a_word(settle: str, *, known: bool) -> None:
    """They are there a minute or more behind an invocation: without that time its errors stay unknown."""
    text = changed(("settle: 5m", f"settle: {settle}"))
    late = f'first_run.settle is {settle}, and "error_rate" reads metrics, which may come 2 min late'
    said = [] if known else [f"{late}: then it ends unknown"]
    assert warnings(load_bytes(text.encode(), Path("a.yaml")), BEFORE) == said
    logs_alone = text.replace("kind: error_rate,", "kind: error_rate, metrics: false,")
    assert warnings(load_bytes(logs_alone.encode(), Path("a.yaml")), BEFORE) == []


def test_a_plan_that_a_program_has_written_again_is_the_same_plan(plan: Plan) -> None:
    again = yaml.safe_dump(yaml.safe_load(EXAMPLE), allow_unicode=True)
    assert replace(load_bytes(again.encode(), Path("a.yaml")), digest=plan.digest) == plan


def test_what_is_left_out_is_worth_a_word() -> None:
    lines = [line for line in EXAMPLE.splitlines() if not line.startswith(("go:", "drill:", "watch:"))]
    plan = load_bytes("\n".join(lines).encode(), Path("a.yaml"))
    assert [said.partition(":")[0] for said in warnings(plan, BEFORE)] == [
        "nobody approves this plan",
        "there is no drill",
        "nothing is watched after the cutover",
    ]


def test_reading_a_plan_imports_nothing_heavy() -> None:
    """`check` has 0.35 s of CPU in all; boto3 alone would take most of it."""
    code = (
        "import sys; from pathlib import Path; from bongsu.planfile import load; load(Path(sys.argv[1]));"
        "print(*{'boto3', 'botocore', 'slack_sdk', 'pydantic', 'moto', 'asyncio', 'msgspec'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(PLANS / "naver-sms.yaml")]
    source = str(Path(load.__code__.co_filename).parents[2])
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=True, env={"PYTHONPATH": source}
    )
    assert done.stdout.strip() == ""
