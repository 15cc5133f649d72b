"""Schedules: the expressions that EventBridge takes, and when a rule fires, is delivered, and is given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.rig import START, running

from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.aws_switches import AwsSwitches
from bongsu.sandbox.faults import Fault
from bongsu.sandbox.schedule_expression import Cron, Rate, UnsupportedSchedule, parse_schedule
from bongsu.sandbox.scheduler import RuleSpec


@pytest.mark.parametrize(
    ("expression", "minutes"), [("rate(1 minute)", 1), ("rate(20 minutes)", 20), ("rate(2 hours)", 120)]
)
def test_rates_are_read(expression, minutes):
    assert parse_schedule(expression) == Rate(timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "expression",
    [
        *("rate(1 minutes)", "rate(20 minute)", "rate(0 minutes)", "rate(1 minute) ", "rate(20 seconds)"),
        *("cron(0/20 * * * *)", "cron(0/20 * * * * *)", "cron(0/20 * ? * ? *)", "cron(bad)"),
        *("cron(60 * * * ? *)", "cron(0 24 * * ? *)", "cron(0 0 0 * ? *)", "cron(0 0 ? * 8 *)"),
        *("cron(0 0 ? * MON-XYZ *)", "cron(0 0 10-5 * ? *)", "cron(0 0 ? * ?,MON *)", "cron(0 0 L,? * ? *)"),
        *("cron(0/0 * * * ? *)", "cron(0 0 1 13 ? *)", "cron(0 0 1 1 ? 1969)", "cron(0 0 ? * MON#6 *)"),
    ],
)
def test_schedules_that_the_service_would_not_take_are_refused(expression):
    """No plural for one, six fields, `?` in exactly one of the day fields, every number in its range."""
    with pytest.raises(UnsupportedSchedule):
        parse_schedule(expression)


@pytest.mark.parametrize(
    ("expression", "next_at"),
    [
        ("cron(0/20 * * * ? *)", "2025-10-22 05:00"),
        ("cron(45 4 * * ? *)", "2025-10-23 04:45"),
        ("cron(15 10 ? * MON-FRI *)", "2025-10-22 10:15"),
        ("cron(0 8 1 * ? *)", "2025-11-01 08:00"),
        ("cron(0 18 ? * 6L *)", "2025-10-31 18:00"),  # the month's last Friday
        ("cron(0 9 ? * 2#1 *)", "2025-11-03 09:00"),  # the first Monday
        ("cron(0 0 L * ? *)", "2025-10-31 00:00"),
        ("cron(0 0 LW 5 ? *)", "2026-05-29 00:00"),  # 31 May 2026 is a Sunday
        ("cron(0 0 1W 11 ? *)", "2025-11-03 00:00"),  # 1 November 2025 is a Saturday: not back into October
        ("cron(0 0 29 FEB ? *)", "2028-02-29 00:00"),
        ("cron(0 12 ? JAN,JUL SUN 2026-2027)", "2026-01-04 12:00"),
        ("cron(0 0 ? * L *)", "2025-10-25 00:00"),
    ],
)
def test_a_cron_expression_means_its_next_minute(expression, next_at):
    found = parse_schedule(expression).next_after(START)
    assert found == datetime.fromisoformat(next_at).replace(tzinfo=UTC)


def test_a_cron_expression_that_will_never_come_has_no_next():
    assert parse_schedule("cron(0 0 30 2 ? *)").next_after(START) is None
    assert parse_schedule("cron(0 0 1 1 ? 2024)").next_after(START) is None


@given(
    minutes=st.frozensets(st.integers(0, 59), min_size=1, max_size=4),
    hours=st.frozensets(st.integers(0, 23), min_size=1, max_size=3),
    passed_s=st.integers(0, 40 * 86_400),
)
def test_the_next_minute_matches_and_nothing_before_it_does(minutes, hours, passed_s):
    after = START + timedelta(seconds=passed_s)
    text = f"cron({','.join(map(str, minutes))} {','.join(map(str, hours))} * * ? *)"
    schedule = parse_schedule(text)
    assert isinstance(schedule, Cron)
    found = schedule.next_after(after)
    assert found > after and found.minute in minutes and found.hour in hours
    minute = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while minute < found:
        assert not (minute.minute in minutes and minute.hour in hours)
        minute += timedelta(minutes=1)


def rules(tmp_path, *made, **spec):
    functions = (FunctionSpec(name="job"),)
    return running(tmp_path, functions=functions, rules=made, **spec)


def fired(rig):
    return [entry["at"][11:16] for entry in rig.recorded("events") if entry["operation"] == "fired"]


def test_a_cron_rule_fires_on_its_minutes_while_it_is_enabled(tmp_path):
    """In UTC, wall-clock aligned: unlike a rate, which counts from the enabling."""
    with rules(tmp_path, RuleSpec(name="new", expression="cron(0/20 * * * ? *)", function="job")) as rig:
        events = rig.client("events")
        events.enable_rule(Name="new")
        rig.pass_time(timedelta(hours=1))
        events.disable_rule(Name="new")
        rig.pass_time(timedelta(hours=1))
        assert fired(rig) == ["05:00", "05:20", "05:40"]


def test_when_in_its_minute_a_cron_rule_fires_and_how_long_a_change_takes_are_switches(tmp_path):
    """With a change that takes a minute to be felt, a rule that was just disabled fires once more."""
    switches = AwsSwitches(cron_fires_at_s=17, rule_change_after_s=60)
    rule = RuleSpec(name="new", expression="cron(0/20 * * * ? *)", function="job")
    with rules(tmp_path, rule, switches=switches) as rig:
        events = rig.client("events")
        events.enable_rule(Name="new")
        rig.pass_time(timedelta(minutes=15))
        events.disable_rule(Name="new")
        rig.pass_time(timedelta(hours=1))
        (once,) = [entry["at"] for entry in rig.recorded("events") if entry["operation"] == "fired"]
        assert once.startswith("2025-10-22T05:00:17")


def test_a_constant_input_is_all_that_the_function_gets(tmp_path):
    """It replaces the whole event; the switch puts it into the event's detail."""
    rule = RuleSpec(name="new", function="job", input='{"only": "this"}')
    with rules(tmp_path, rule) as rig:
        assert rig.world.scheduler._event("new", "id", constant=rule.input) == b'{"only": "this"}'
    with rules(tmp_path, rule, switches=AwsSwitches(scheduled_input_replaces_event=False)) as rig:
        assert b'"detail": {"only": "this"}' in rig.world.scheduler._event("new", "id", constant=rule.input)


def test_a_delivery_that_fails_is_tried_again_as_the_retry_policy_says(tmp_path):
    """Two failures, then Lambda takes the event: exponential waits, and no second event."""
    with rules(tmp_path, RuleSpec(name="new", function="job", retry_attempts=2)) as rig:
        rig.faults.add(Fault(service="events", operation="Deliver", kind="status", times=2))
        rig.client("events").enable_rule(Name="new")
        rig.pass_time(timedelta(minutes=3))
        told = [entry["operation"] for entry in rig.recorded("events")][2:]
        assert told == ["fired", "delivery_put_off", "delivery_put_off"]
        assert len(rig.recorded("lambda")) == 1


def test_a_delivery_is_given_up_after_its_attempts_or_when_its_event_is_too_old(tmp_path):
    young = RuleSpec(name="young", function="job", retry_attempts=185, retry_age_s=60)
    once = RuleSpec(name="once", function="job", retry_attempts=0)
    with rules(tmp_path, young, once) as rig:
        rig.faults.add(Fault(service="events", operation="Deliver", kind="status", times=None))
        for rule in ("young", "once"):
            rig.client("events").enable_rule(Name=rule)
        rig.pass_time(timedelta(minutes=5))
        given_up = {
            entry["rule"]: entry["attempt"] for entry in rig.recorded("events") if "given" in entry["operation"]
        }
        assert given_up["once"] == 1
        assert 5 <= given_up["young"] <= 7  # 1 + 2 + 4 + 8 + 16 s fit into the minute
        assert rig.recorded("lambda") == []


def test_a_rule_without_a_target_or_for_a_function_that_is_gone_fires_into_nothing(tmp_path):
    lonely = RuleSpec(name="lonely")
    with rules(tmp_path, lonely, RuleSpec(name="elsewhere", function="job", permission=False)) as rig:
        for rule in ("lonely", "elsewhere"):
            rig.client("events").enable_rule(Name=rule)
        rig.pass_time(timedelta(minutes=3))
        told = {entry["rule"]: entry["operation"] for entry in rig.recorded("events")}
        assert told == {"lonely": "fired_without_target", "elsewhere": "fired_without_permission"}
