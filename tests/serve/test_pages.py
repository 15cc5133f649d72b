"""Whose page a page is: the letters of its name come from a digest, and two alarms may fall on the same ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.serve.rig import START as AT
from tests.serve.rig import plan_bytes

from bongsu.core.chain import START
from bongsu.core.events import RunClosed, RunOpened, Why
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.verdict import Verdict
from bongsu.ledger._port import Entry
from bongsu.ledger.memory import MemoryLedger
from bongsu.planfile import load_bytes
from bongsu.run.pages import Standing, found_page

PLAN = load_bytes(plan_bytes(port=8700), Path("ops.yaml"))
STEM = "page-abcdefg"


class Pages:
    """A ledger with pages that all have one stem."""

    def __init__(self):
        self.ledger = MemoryLedger()

    def has(self, number, dedup, *, closed=False, cutover=PLAN.cutover):
        run = f"{STEM}-{number}"
        self.ledger.create(run, AT + timedelta(minutes=number), kind="page")
        opened = RunOpened(
            plan_sha256=PLAN.digest,
            cutover=cutover,
            program="bongsu",
            endpoints={},
            clock="system",
            go_by="",
            kind=RunKind.PAGE,
            raised=Raised(summary=dedup, policy="critical", dedup=dedup),
        )
        entries = [Entry(at=AT, actor="bongsu", event=opened)]
        if closed:
            ended = RunClosed(verdict=Verdict.PASS, why=Why.ACKNOWLEDGED, exit_code=0)
            entries.append(Entry(at=AT, actor="bongsu", event=ended))
        self.ledger.append(run, START, entries)

    def room(self, number):
        self.ledger.create(f"{STEM}-{number}", AT + timedelta(minutes=number), kind="page")

    def of(self, dedup):
        name, standing = found_page(self.ledger, PLAN, stem=STEM, kept=dedup)
        return int(name.rpartition("-")[2]), standing


@pytest.fixture
def pages():
    return Pages()


def test_an_alarms_first_page_is_number_one(pages):
    assert pages.of("disk") == (1, Standing.NEXT)


def test_an_alarm_is_its_open_page_and_afterwards_the_next_number(pages):
    pages.has(1, "disk", closed=True)
    assert pages.of("disk") == (2, Standing.NEXT)
    pages.has(2, "disk")
    assert pages.of("disk") == (2, Standing.OPEN)


def test_another_alarms_open_page_is_not_taken_for_this_ones(pages):
    pages.has(1, "disk")
    assert pages.of("memory") == (2, Standing.NEXT)


def test_another_alarms_newer_page_does_not_hide_this_ones(pages):
    pages.has(1, "disk")
    pages.has(2, "memory")
    pages.has(3, "memory", closed=True)
    assert pages.of("disk") == (1, Standing.OPEN)
    assert pages.of("memory") == (4, Standing.NEXT)


def test_an_alarm_of_that_name_of_another_plan_is_another(pages):
    pages.has(1, "disk", cutover="Another")
    assert pages.of("disk") == (2, Standing.NEXT)


def test_room_without_a_line_is_this_ones_unless_it_has_a_page_that_is_open(pages):
    pages.has(1, "disk")
    pages.room(2)
    assert pages.of("disk") == (1, Standing.OPEN)
    assert pages.of("memory") == (2, Standing.EMPTY)
