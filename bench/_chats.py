"""The two chat services on loopback, as the measurements that go over HTTP use them."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.faults import FaultBook
from bongsu.sandbox.http import serve
from bongsu.sandbox.record import Record
from bongsu.sandbox.slack import ChannelSpec as SlackChannel
from bongsu.sandbox.slack import SlackSandbox, SlackSpec
from bongsu.sandbox.telegram import ChatSpec, TelegramSandbox, TelegramSpec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = datetime(2025, 10, 22, 5, tzinfo=UTC)
CHATS = 10
"""Of each service: whatever is in doubt in one holds up none of the others."""
BOT_ID = 7104553219
TOKENS = {"alerts": "xoxb-" + "5" * 12, "ops_chat": f"{BOT_ID}:" + "Ab3_-" * 7}


@dataclass(frozen=True)
class World:
    """The two services on loopback, with their faults, their record and their clock."""

    clock: SandboxClock
    record: Record
    faults: FaultBook
    chats: dict[str, tuple[str, ...]]
    urls: dict[str, str]


@contextmanager
def served(folder: Path) -> Iterator[World]:
    """Serve the two services."""
    clock = SandboxClock(START)
    clock.start_thread()
    record, faults = Record(folder / "record.jsonl", clock), FaultBook(clock)
    channels = tuple(f"C{number:08d}" for number in range(1, CHATS + 1))
    groups = tuple(f"-100{number:010d}" for number in range(1, CHATS + 1))
    slack = SlackSpec(
        team_id="T00000001",
        bot_token=TOKENS["alerts"],
        app_token="xapp-" + "1-A09-" + "7" * 12,
        bot_user_id="U0000BONGSU",
        bot_id="B0000BONGSU",
        app_id="A0000BONGSU",
        scopes=("chat:write", "channels:history"),
        channels=[SlackChannel(id=one, name=one.lower()) for one in channels],
        users=[],
        history_per_minute=10_000,
    )
    chats = [ChatSpec(id=int(one), kind="supergroup", title=one) for one in groups]
    telegram = TelegramSpec(
        bot_token=TOKENS["ops_chat"], bot_id=BOT_ID, bot_username="bongsu_ops_bot", chats=chats, users=[]
    )
    sandboxes = (
        SlackSandbox(clock, record, slack, faults=faults),
        TelegramSandbox(clock, record, telegram, faults=faults),
    )
    with ExitStack() as stack:
        stack.callback(record.close)
        stack.callback(clock.stop)
        servers = [serve(sandbox) for sandbox in sandboxes]
        for sandbox, server in zip(sandboxes, servers, strict=True):
            stack.callback(server.stop)
            stack.callback(sandbox.close)
        urls = {"alerts": servers[0].url + "/api/", "ops_chat": servers[1].url}
        yield World(clock, record, faults, {"alerts": channels, "ops_chat": groups}, urls)


class Shared:
    """The sandbox's clock as a run asks it; one run takes part at a time."""

    source = "sandbox"

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._offset = clock.now().timestamp() - monotonic()

    def now(self) -> datetime:
        """Return the sandbox's time."""
        now = self._clock.now()
        self._offset = now.timestamp() - monotonic()
        return now

    def at(self, mono: float) -> datetime:
        """Return the sandbox's time at which the monotonic clock showed `mono`, since the newest jump."""
        return datetime.fromtimestamp(self._offset + mono, UTC)
