"""Runs that many tests read. A run takes seconds, so each world is rehearsed once a session."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.rehearsal.world import FUNCTION, PLAN, Run, asked, bongsu, environment, rehearse, sandbox, short_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOG_GROUP = f"/aws/lambda/{FUNCTION}"
ON_CALL_PHONE = "010-0000-4711"


@pytest.fixture(scope="session")
def happy(tmp_path_factory) -> Run:
    """The whole cutover of the example plan with the 24 hours of its watch; all goes well."""
    return rehearse(tmp_path_factory.mktemp("happy"), PLAN)


@pytest.fixture(scope="session")
def short(tmp_path_factory) -> Run:
    """The same with one hour of watch."""
    folder = tmp_path_factory.mktemp("short")
    return rehearse(folder, short_plan(folder))


@dataclass(frozen=True)
class Started:
    """A run made by `start` against a world of its own, and what that world held when the run had ended."""

    run: Run
    outbox: list[dict[str, Any]]
    bookings: list[dict[str, Any]]
    log: list[str]
    variables: dict[str, str]


@pytest.fixture(scope="session")
def started(tmp_path_factory) -> Started:
    """The short plan run by hand: `bongsu sandbox` in one process, `bongsu start` in another."""
    folder = tmp_path_factory.mktemp("started")
    with sandbox(folder, short_plan(folder)) as variables:
        plan = folder / "world" / "plan.yaml"
        out = folder / "evidence"
        args = ("start", plan, "--go", "james", "--out", out, "--state", folder / "state")
        ended = bongsu(*args, cwd=folder, env=environment(**variables, ON_CALL_PHONE=ON_CALL_PHONE))
        addresses = json.loads((folder / "world" / "addresses.json").read_text("utf-8"))
        return Started(
            run=Run(ended, plan, folder / "world", folder / "state", out),
            outbox=asked(addresses["sens"] + "/__sandbox__/outbox"),
            bookings=pages(addresses["aws"], variables, ("dynamodb", "scan", "Items"), TableName="sms"),
            log=[
                event["message"]
                for event in pages(
                    addresses["aws"], variables, ("logs", "filter_log_events", "events"), logGroupName=LOG_GROUP
                )
            ],
            variables=variables,
        )


def pages(address: str, variables: dict[str, str], what: tuple[str, str, str], **asked_for: str) -> list[Any]:
    """Everything that one listing of the account holds, through the account's own API."""
    import boto3

    from bongsu.sandbox.aws_world import RUNTIME_KEY_ID

    service, operation, member = what
    # The captain may not read whole tables; the workload may.
    key_id = RUNTIME_KEY_ID if service == "dynamodb" else variables["AWS_ACCESS_KEY_ID"]
    client = boto3.client(
        service,
        endpoint_url=address,
        region_name="ap-northeast-2",
        aws_access_key_id=key_id,
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    try:
        return [one for page in client.get_paginator(operation).paginate(**asked_for) for one in page[member]]
    finally:
        client.close()


@pytest.fixture(scope="session")
def in_a_world(tmp_path_factory) -> Callable[..., Run]:
    """Rehearse the short plan in a world that behaves otherwise."""

    def run(name: str, changes: dict[str, Any], **replaced: str) -> Run:
        folder: Path = tmp_path_factory.mktemp(name)
        return rehearse(folder, short_plan(folder, **replaced), changes=changes)

    return run
