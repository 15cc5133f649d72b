"""One rehearsal's world: the clock and every imitated service, started together and stopped together."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from bongsu.sandbox.aws_operations import FAULTY as AWS_OPERATIONS
from bongsu.sandbox.aws_world import AwsWorld
from bongsu.sandbox.bookings import BookingMaker, Bookings
from bongsu.sandbox.bookings_fixture import NOTHING_CHANGES_FOR, Fixture, session_item
from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.faults import FaultBook
from bongsu.sandbox.history import past_runs, remember_history
from bongsu.sandbox.http import Served, clock_app, holding, serve
from bongsu.sandbox.naver import OPERATIONS as NAVER_OPERATIONS
from bongsu.sandbox.naver import Naver
from bongsu.sandbox.naver_defaults import texts
from bongsu.sandbox.page.app import Page
from bongsu.sandbox.page.view import Parts
from bongsu.sandbox.parity_input import ParitySpec, recorded_input
from bongsu.sandbox.people import People
from bongsu.sandbox.record import Record
from bongsu.sandbox.sens import OPERATIONS as SENS_OPERATIONS
from bongsu.sandbox.sens import Sens
from bongsu.sandbox.slack import SlackSandbox
from bongsu.sandbox.slack_wire import METHODS as SLACK_METHODS
from bongsu.sandbox.telegram import TelegramSandbox
from bongsu.sandbox.telegram_wire import METHODS as TELEGRAM_METHODS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from _typeshed.wsgi import WSGIApplication

    from bongsu.sandbox.chat import ChatSandbox
    from bongsu.sandbox.spec import WorldSpec

BATCH_MOST = 25
"""What DynamoDB takes in one call."""
COOKIES_AGE = timedelta(days=1)
PARITY_INPUT = "parity-input.json"
OPERATIONS = {
    **AWS_OPERATIONS,
    "telegram": {name for name, _ in TELEGRAM_METHODS.values()},
    "slack": {*SLACK_METHODS, "press", "response_url", "socket", "webhook"},
    "sens": SENS_OPERATIONS,
    "naver": NAVER_OPERATIONS,
}
"""Every call that a fault can be ordered for, by service."""


class World:
    """Every service of a rehearsal on ports of 127.0.0.1; `addresses` says where."""

    def __init__(self, spec: WorldSpec, folder: Path) -> None:
        """Start everything; `folder` gets record.jsonl and the recorded input for the parity check."""
        folder.mkdir(parents=True, exist_ok=True)
        self.spec = spec
        self.folder = folder
        self.clock = SandboxClock(spec.start_at, pace=spec.pace)
        self.record = Record(folder / "record.jsonl", self.clock)
        self.faults = FaultBook(self.clock, spec.faults, known=OPERATIONS)
        self.aws = AwsWorld(self.clock, self.record, spec.account, faults=self.faults, seed=spec.seed)
        self.sens = Sens(self.clock, self.record, spec.sens, faults=self.faults, seed=spec.seed)
        self.bookings = self._bookings()
        self.naver = Naver(self.clock, self.record, spec.naver, bookings=self.bookings, faults=self.faults)
        self._remember()
        self._servers: list[Served] = []
        self.addresses: dict[str, str] = {}
        self.clock.start_thread()
        self._serve()

    def _bookings(self) -> Bookings:
        maker = BookingMaker(self.spec.seed)
        fixture = Fixture(self.spec.anchor, maker)
        self._put(self.spec.sms_table, [*fixture.records()])
        cookies = session_item(self.spec.naver.cookies, fetched_at=self.spec.start_at - COOKIES_AGE)
        self._put(self.spec.session_table, [cookies])
        return Bookings(
            self.clock,
            self.record,
            fixture=fixture.bookings,
            maker=maker,
            live_from=self.spec.anchor + NOTHING_CHANGES_FOR,
            life=self.spec.life,
        )

    def _put(self, table: str, items: Sequence[Mapping[str, object]]) -> None:
        for start in range(0, len(items), BATCH_MOST):
            puts = [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH_MOST]]
            self.aws.store.call("dynamodb", "BatchWriteItem", {"RequestItems": {table: puts}})

    def _remember(self) -> None:
        random = Random(f"history {self.spec.seed}")
        runs = list(past_runs(self.spec.anchor, days=self.spec.history_days, random=random))
        remember_history(
            runs,
            sens=self.sens,
            metrics=self.aws.metrics,
            workload=self.spec.history_workload,
            function=self.spec.history_function,
            sender=self.spec.sens.from_numbers[0],
            random=random,
        )
        parity = ParitySpec(texts=texts(), default_from=self.spec.sens.from_numbers[0], unread=self.spec.parity_unread)
        document = recorded_input(self.spec.anchor, parity, seed=self.spec.seed)
        write_whole(self.folder / PARITY_INPUT, json.dumps(document, ensure_ascii=False))

    def _serve(self) -> None:
        self._add("clock", clock_app(self.clock))
        self._add("aws", holding(self.clock, self.aws.front))
        self._add("sens", holding(self.clock, self.sens))
        if self.spec.paging is not None:
            paging = Sens(self.clock, self.record, self.spec.paging, faults=self.faults, seed=self.spec.seed + 1)
            self._add("paging", holding(self.clock, paging))
        self._add("naver", holding(self.clock, self.naver))
        self.chats = self._chats()
        for chat in self.chats:
            self._add(chat.service, chat)
        self.people = People(self.clock, self.record, self.spec.people, self.chats)
        self._add("people", self.people)
        self.aws.runtime.addresses = dict(self.addresses)
        self.page = self._page()

    def _chats(self) -> list[ChatSandbox]:
        chats: list[ChatSandbox] = []
        if self.spec.telegram is not None:
            chats.append(TelegramSandbox(self.clock, self.record, self.spec.telegram, faults=self.faults))
        if self.spec.slack is not None:
            chats.append(SlackSandbox(self.clock, self.record, self.spec.slack, faults=self.faults))
        return chats

    def _page(self) -> Page | None:
        if self.spec.page is None:
            return None
        page = Page(
            Parts(
                spec=self.spec.page,
                window_start=self.spec.anchor,
                clock=self.clock,
                record=self.record,
                people=self.people,
                chats=self.chats,
                aws=self.aws,
                sens=self.sens,
                faults=self.faults,
            )
        )
        self._add("page", page)
        self.addresses["page"] += page.path
        return page

    def _add(self, name: str, app: WSGIApplication) -> None:
        served = serve(app)
        self._servers.append(served)
        self.addresses[name] = served.url

    def write_addresses(self) -> None:
        """Write addresses.json, whole or not at all: its presence says that the world is ready."""
        text = json.dumps({**self.addresses, "pid": os.getpid()}, indent=1)
        write_whole(self.folder / "addresses.json", text)

    def close(self) -> None:
        """Stop everything that was started."""
        self.faults.close()
        if self.page is not None:
            self.page.close()
        for chat in self.chats:
            chat.close()
        self.aws.close()
        for served in self._servers:
            served.stop()
        self.clock.stop()
        self.record.close()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or none."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)
