"""Runs that many tests read. A run takes seconds, so each world is rehearsed once a session."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.rehearsal.world import PLAN, Run, asked, bongsu, environment, rehearse, sandbox, short_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
    telegram: dict[str, Any]
    slack: dict[str, Any]


@pytest.fixture(scope="session")
def started(tmp_path_factory) -> Started:
    """The short plan run by hand: `bongsu sandbox` in one process, `bongsu start` in another."""
    folder = tmp_path_factory.mktemp("started")
    with sandbox(folder, short_plan(folder)) as variables:
        plan = folder / "world" / "plan.yaml"
        out = folder / "evidence"
        args = ("start", plan, "--go", "james", "--out", out, "--state", folder / "state")
        ended = bongsu(*args, cwd=folder, env=environment(**variables))
        addresses = json.loads((folder / "world" / "addresses.json").read_text("utf-8"))
        return Started(
            run=Run(ended, plan, folder / "world", folder / "state", out),
            outbox=asked(addresses["sens"] + "/__sandbox__/outbox"),
            bookings=table(addresses["aws"], variables),
            telegram=asked(addresses["telegram"] + "/__sandbox__/state"),
            slack=asked(addresses["slack"] + "/__sandbox__/state"),
        )


def table(address: str, variables: dict[str, str]) -> list[dict[str, Any]]:
    """Every item of the workload's table, through the account's own API."""
    import boto3

    client = boto3.client(
        "dynamodb",
        endpoint_url=address,
        region_name="ap-northeast-2",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    try:
        pages = client.get_paginator("scan").paginate(TableName="sms")
        return [item for page in pages for item in page["Items"]]
    finally:
        client.close()


@pytest.fixture(scope="session")
def in_a_world(tmp_path_factory) -> Callable[..., Run]:
    """Rehearse the short plan in a world that behaves otherwise."""

    def run(name: str, changes: dict[str, Any], **replaced: str) -> Run:
        folder: Path = tmp_path_factory.mktemp(name)
        return rehearse(folder, short_plan(folder, **replaced), changes=changes)

    return run
