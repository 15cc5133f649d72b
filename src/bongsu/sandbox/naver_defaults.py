"""The world of the Naver SMS plan: its account, functions, rules, tables, alarms and the workload's settings."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from bongsu.sandbox.aws_alarms import AlarmSpec
from bongsu.sandbox.aws_lambda import FunctionSpec
from bongsu.sandbox.aws_world import FUNCTION_ROLE, AwsSpec
from bongsu.sandbox.bookings import STORES
from bongsu.sandbox.naver_policies import CaptainsPlace, captains_policy, workloads_policy
from bongsu.sandbox.scheduler import RuleSpec
from bongsu.sandbox.sens import SensSpec

RULE = "naver-sms-automation-trigger"
LEGACY_RULE = "naverplace-send-inform-schedule"
FUNCTION = "naverplace_send_inform_v2"
LEGACY_FUNCTION = "naverplace_send_inform"
SMS_TABLE, SESSION_TABLE = "sms", "session"
SENS_SECRET, SLACK_SECRET = "example/sens", "example/slack"
FROM_NUMBER = "0200000000"
AREAS = ("강남", "서초", "송파", "마포", "종로", "용산", "성수", "잠실")


def sms_table(name: str) -> dict[str, Any]:
    """Return the definition of the workload's table: number and phone, and two sparse indexes."""
    texts = ("booking_num", "phone", "due_shard", "booking_time", "claim_shard", "claim_at")
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": one, "AttributeType": "S"} for one in texts],
        "KeySchema": _keys("booking_num", "phone"),
        "GlobalSecondaryIndexes": [
            _index("pending_option", "due_shard", "booking_time"),
            _index("open_claims", "claim_shard", "claim_at"),
        ],
    }


def session_table(name: str) -> dict[str, Any]:
    """Return the definition of the table that holds the owner's cookies and the run's lease."""
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }


def _keys(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]


def _index(name: str, hash_key: str, range_key: str) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": _keys(hash_key, range_key),
        "Projection": {"ProjectionType": "ALL"},
    }


def texts() -> dict[str, str]:
    """Return the workload's texts by template key."""
    guides = {
        f"guide/{store}": f"[예시 스튜디오 {area}점]\n방문 2시간 전 안내입니다.\n입구는 건물 뒤편에 있습니다."
        for store, area in zip(STORES, AREAS, strict=True)
    }
    return {
        "confirm": "[예시 스튜디오]\n예약이 확정되었습니다.\n방문 전에 안내 문자를 보내 드립니다.",
        "event": "[예시 스튜디오]\n오늘 이용해 주셔서 감사합니다.\n이용 소감을 남겨 주세요.",
        **guides,
    }


def workload_settings() -> dict[str, Any]:
    """Return the workload's settings document: eight stores and their texts."""
    return {
        "stores": [
            {"id": store, "name": f"예시 스튜디오 {area}점", "alias": area}
            for store, area in zip(STORES, AREAS, strict=True)
        ],
        "templates": texts(),
        "subject": "예약 안내",
        "default_from_number": FROM_NUMBER,
        "sens_service_id": SensSpec().service_id,
        "sens_key": f"secret:{SENS_SECRET}",
        "cookies": "table:1",
        "event_as_information": {"by": "owner", "on": "2025-10-01"},
        "sms_table": SMS_TABLE,
        "session_table": SESSION_TABLE,
        "sens_rate": "none",
        "page_pause_s": "0",
        "delivery_wait_s": "20",
    }


def workload() -> FunctionSpec:
    """Return the new function, started as the real one is and pointed at the sandbox."""
    return FunctionSpec(
        name=FUNCTION,
        handler="naver_sms.handler.handler",
        # One run at a time: two would ask the booking site twice for the same bookings.
        reserved_concurrency=1,
        environment={
            "NAVER_SMS_SETTINGS": json.dumps(workload_settings(), ensure_ascii=False),
            "NAVER_SMS_NAVER_URL": "{naver}",
            "NAVER_SMS_SENS_URL": "{sens}",
            "NAVER_SMS_CLOCK_URL": "{clock}/clock",
        },
    )


def naver_aws() -> AwsSpec:
    """Return the account as it stands just before the cutover: both rules off, all alarms quiet."""
    sens = SensSpec()
    return AwsSpec(
        policies={
            "captain": captains_policy(
                CaptainsPlace(
                    target_rule=RULE,
                    legacy_rule=LEGACY_RULE,
                    function=FUNCTION,
                    log_group=f"/aws/lambda/{FUNCTION}",
                    table=SMS_TABLE,
                    secrets=(SENS_SECRET, SLACK_SECRET),
                )
            ),
            FUNCTION_ROLE: workloads_policy(tables=(SMS_TABLE, SESSION_TABLE), secret=SENS_SECRET),
        },
        functions=(workload(), FunctionSpec(name=LEGACY_FUNCTION)),
        rules=(
            RuleSpec(name=RULE, function=FUNCTION, description="the workload's schedule"),
            RuleSpec(name=LEGACY_RULE, function=LEGACY_FUNCTION, description="the old job's schedule"),
        ),
        tables=(sms_table(SMS_TABLE), session_table(SESSION_TABLE)),
        secrets={SENS_SECRET: json.dumps({"access_key": sens.access_key, "secret_key": sens.secret_key})},
        alarms=naver_alarms(),
    )


def naver_alarms() -> tuple[AlarmSpec, ...]:
    """Return the three alarms that the plan names."""
    function = {"FunctionName": FUNCTION}
    return (
        AlarmSpec(
            name="lambda-errors",
            namespace="AWS/Lambda",
            metric="Errors",
            dimensions=function,
            threshold=Decimal(1),
            comparison="GreaterThanOrEqualToThreshold",
            description="an invocation failed",
        ),
        AlarmSpec(
            name="lambda-duration",
            namespace="AWS/Lambda",
            metric="Duration",
            dimensions=function,
            statistic="Maximum",
            threshold=Decimal(240_000),
            description="an invocation came near its time limit of 300 s",
        ),
        AlarmSpec(
            name="ddb-throttles",
            namespace="AWS/DynamoDB",
            metric="ThrottledRequests",
            dimensions={"TableName": SMS_TABLE},
            description="the table turned requests away",
        ),
    )
