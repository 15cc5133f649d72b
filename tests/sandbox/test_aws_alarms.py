"""CloudWatch's alarms and metric filters, asked with boto3."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.rig import START, running

from bongsu.sandbox.aws_alarms import AlarmSpec, _verdict
from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.aws_switches import AwsSwitches
from bongsu.sandbox.aws_world import AwsSpec
from bongsu.sandbox.metric_filters import MetricFilterSpec

GROUP = "/aws/lambda/job"


class TestAlarms:
    ERRORS = AlarmSpec(
        name="errors", namespace="AWS/Lambda", metric="Errors", dimensions={"FunctionName": "job"},
        threshold=Decimal(1), comparison="GreaterThanOrEqualToThreshold", created_at=START,
    )  # fmt: skip
    HUNGRY = AlarmSpec(name="hungry", namespace="T", metric="M", treat_missing_data="missing", created_at=START)

    def test_an_alarm_begins_without_data_turns_ok_and_alarms_on_an_error(self, tmp_path):
        with running(tmp_path, alarms=(self.ERRORS, self.HUNGRY), metric_lag_ms=0) as rig:
            client = rig.client("cloudwatch")

            def states():
                return {one["AlarmName"]: one["StateValue"] for one in client.describe_alarms()["MetricAlarms"]}

            assert states() == {"errors": "INSUFFICIENT_DATA", "hungry": "INSUFFICIENT_DATA"}
            rig.pass_time(timedelta(minutes=2))
            assert states() == {"errors": "OK", "hungry": "INSUFFICIENT_DATA"}
            rig.world.metrics.publish(
                "AWS/Lambda", {"Errors": 1}, at=rig.clock.now(), dimensions={"FunctionName": "job"}
            )
            rig.pass_time(timedelta(minutes=2))
            alarmed = client.describe_alarms(StateValue="ALARM")["MetricAlarms"]
            assert [one["AlarmName"] for one in alarmed] == ["errors"]
            assert alarmed[0]["StateUpdatedTimestamp"] > START
            rig.pass_time(timedelta(minutes=6))
            assert states()["errors"] == "OK"

    def test_alarms_are_listed_page_by_page_and_can_be_forced(self, tmp_path):
        with running(tmp_path, alarms=(self.ERRORS, self.HUNGRY), forced_alarms={"errors": "ALARM"}) as rig:
            pages = rig.client("cloudwatch").get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 1})
            found = [(one["AlarmName"], one["StateValue"]) for page in pages for one in page["MetricAlarms"]]
            assert found == [("errors", "ALARM"), ("hungry", "INSUFFICIENT_DATA")]
            rig.pass_time(timedelta(minutes=5))
            assert rig.world.alarms.states()["errors"] == "ALARM"

    @given(st.lists(st.one_of(st.none(), st.integers(0, 5).map(Decimal)), min_size=1, max_size=5), st.integers(1, 5))
    def test_missing_data_never_alarms_unless_told_to(self, recent, needed):
        """notBreaching: ALARM exactly when enough present values breach; breaching: the missing ones count too."""
        breaching = sum(value is not None and value > 2 for value in recent)
        missing = sum(value is None for value in recent)
        for treat, count in (("notBreaching", breaching), ("breaching", breaching + missing)):
            spec = AlarmSpec(
                name="a", namespace="n", metric="m", threshold=Decimal(2), evaluation_periods=len(recent),
                datapoints_to_alarm=needed, treat_missing_data=treat,
            )  # fmt: skip
            assert (_verdict(spec, recent, before="OK")[0] == "ALARM") == (count >= needed)


class TestMetricFilters:
    """Datapoints made of log lines, shown to boto3 like any other."""

    def test_each_matching_line_counts_and_the_others_give_the_default(self, tmp_path):
        errors = MetricFilterSpec(group=GROUP, pattern='ERROR "told to"', namespace="Logs", metric="Told", default=0)
        spec = {"functions": (FunctionSpec(name="job"),), "metric_filters": (errors,), "metric_lag_ms": 0}
        with running(tmp_path, **spec) as rig:
            for line in ("[ERROR] told to\n", "[ERROR] else\n", "fine\n", "ERROR told to\n"):
                rig.world.logs.write(GROUP, "s", line)
            where = {"Namespace": "Logs", "MetricName": "Told"}
            (row,) = rig.client("cloudwatch").get_metric_statistics(
                **where, StartTime=START, EndTime=START + timedelta(hours=1), Period=3600,
                Statistics=["Sum", "SampleCount"],
            )["Datapoints"]  # fmt: skip
            assert (row["Sum"], row["SampleCount"]) == (2.0, 4.0)
            (group,) = rig.client("logs").describe_log_groups()["logGroups"]
            assert group["metricFilterCount"] == 1

    def test_a_pattern_that_would_not_be_kept_is_refused_before_a_world_is_made(self):
        with pytest.raises(ValueError, match="plain terms"):
            AwsSpec(metric_filters=(MetricFilterSpec(group=GROUP, pattern="{ $.x = 1 }", namespace="n", metric="m"),))


def test_that_periods_and_query_ids_are_checked_is_a_switch(tmp_path):
    """AWS is said to refuse both; nobody here has seen it."""
    switches = AwsSwitches(periods_are_checked=False, query_ids_are_checked=False)
    with running(tmp_path, switches=switches) as rig:
        stat = {"Metric": {"Namespace": "Test", "MetricName": "Sent"}, "Period": 7, "Stat": "Sum"}
        odd = {"Id": "Q", "MetricStat": stat}
        asked = {"StartTime": START - timedelta(hours=1), "EndTime": START}
        call = rig.client("cloudwatch").get_metric_data
        assert call(**asked, MetricDataQueries=[odd])["MetricDataResults"]
