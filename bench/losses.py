"""A thousand lost responses: what became of each message, by the record of the services that took them.

    python -m bench.losses [--losses N]

The imitated Slack and Telegram are asked over HTTP by the channels that a run has, and answered for by the rules that
a run has: `Agenda.send` on the state folded from the ledger, the intention in the ledger before the request leaves,
the outcome after it. Four classes of message lose their responses: announcements and pages, on Slack and on Telegram.

Every message loses the response of its first attempt, every fourth that of its second as well. Half are lost before
the service has taken the message, half after: then the connection is cut, or the answer ends in the middle. On Slack
every tenth message loses the answer to the look for it too. Time is the sandbox's and jumps while all wait.

The bars: on Slack nothing lost and nothing doubled; on Telegram no announcement doubled and no page lost, every repeat
marked; whatever nobody can know is listed in the report. How often responses were lost is counted by the services.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from bench._chats import CHATS, TOKENS, Shared, World, served

from bongsu.channels import open_channel
from bongsu.core.actions import Read, Resolve, Send
from bongsu.core.agenda import Agenda
from bongsu.core.codes import ButtonCodes
from bongsu.core.events import Phase, PhaseEntered, RunOpened, SendIntended, Why
from bongsu.evidence.collect_more import not_proven
from bongsu.ledger.memory import MemoryLedger
from bongsu.messages import render
from bongsu.planfile import load_bytes
from bongsu.probes.sent import SentMessageProbe
from bongsu.redact import Redactor
from bongsu.run.book import Book
from bongsu.run.drivers import Drivers
from bongsu.run.perform import outgoing_of, payload_bytes, perform_read, perform_send
from bongsu.sandbox.faults import Fault

if TYPE_CHECKING:
    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan

PLAN = Path(__file__).parent.parent / "plans" / "naver-sms.yaml"
AT_ONCE = 20
"""Messages of a class in one run."""
BEFORE, AFTER = "drop_before", ("drop_after", "truncated")
METHODS = {"alerts": ("slack", "chat.postMessage"), "ops_chat": ("telegram", "sendMessage")}
NAMES = {"alerts": "Slack", "ops_chat": "Telegram"}
LOOKED = "found//"
"""What the key of a look for a message begins with."""
SAID = re.compile(r"· msg ([^\s<\"]+)")


class Class(NamedTuple):
    """A kind of message on one service."""

    channel: str
    message: str

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{NAMES[self.channel]}, {'pages' if self.message == 'drill' else 'announcements'}"


CLASSES = tuple(Class(channel, message) for channel in ("alerts", "ops_chat") for message in ("no_go", "drill"))


@dataclass(slots=True)
class Tally:
    """What became of one class of message."""

    messages: int = 0
    before: int = 0
    after: int = 0
    looks: int = 0
    stored: Counter[str] = field(default_factory=Counter)
    unmarked: int = 0
    undecided: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)

    @property
    def gone(self) -> set[str]:
        """Messages that the service never took and that nobody is told of as undecided."""
        return {key for key in self.keys if not self.stored[key] and key not in self.listed}

    @property
    def doubled(self) -> int:
        """How many messages the service took more than once."""
        return sum(times > 1 for times in self.stored.values())


class Run:
    """So many messages of every class in one ledger, each losing what it is told to lose."""

    def __init__(self, world: World, plan: Plan, number: int) -> None:
        self.world = world
        self.plan = plan
        self.run_id = f"losses-{number}"
        self.clock = Shared(world.clock)
        secrets = {f"env:{name}": token for name, token in TOKENS.items()}
        redactor = Redactor(secrets)
        channels = {
            name: open_channel(
                replace(spec, options={"token": f"env:{name}", "api_url": world.urls[name]}),
                resolve=secrets.__getitem__,
                codes=ButtonCodes(run_id=self.run_id, key=b"k" * 32),
                redactor=redactor,
            )
            for name, spec in plan.channels.items()
        }
        self.drivers = Drivers(
            channels=channels,
            probes={"sent_message": SentMessageProbe({"alerts": channels["alerts"]})},  # type: ignore[dict-item]
            target=None,  # type: ignore[arg-type]
            cleaner=redactor,
            endpoints={},
            listen=lambda _: (),
            closers=tuple(channel.close for channel in channels.values()),
        )
        self.book = Book(plan, MemoryLedger(), self.run_id, redactor)
        self.ordered: dict[str, str] = {}
        """Id of each fault that was ordered, to the message that it was for."""

    def carry_out(self, sends: list[Send], losses: dict[str, list[str]]) -> None:
        """Have every message ended for good; `losses` are the faults of its attempts, in their order."""
        me = self.world.clock.join(self.run_id)
        self.book.ledger.create(self.run_id, self.clock.now())
        opened = RunOpened(
            plan_sha256="", cutover="x", program="bongsu", endpoints={}, clock="sandbox", go_by="captain"
        )
        self.book.append(self.clock.now(), "captain", opened)
        self.book.append(
            self.clock.now(), "bongsu", PhaseEntered(phase=Phase.NO_GO, why=Why.BASELINE_FAILED, detail="x")
        )
        while True:
            agenda = Agenda(self.plan, self.book.state, self.clock.now())
            ended = [agenda.send(send) for send in sends]
            agenda.within_limits()
            if all(record is not None for record in ended):
                break
            for action in agenda.actions:
                self._perform(action, losses)
            if not agenda.actions:
                self.world.clock.wait(me, min(agenda.wakes))
        self.world.clock.leave(me)
        self.drivers.close()

    def _perform(self, action: object, losses: dict[str, list[str]]) -> None:
        now = self.clock.now()
        match action:
            case Resolve():
                self.book.append(now, "bongsu", action.resolved)
            case Read():
                asked = replace(action, args={**action.args, "run": self.run_id})
                self._lose(losses, action.key, "slack", "conversations.history")
                result = perform_read(self.drivers, self.clock, asked)  # type: ignore[arg-type]
                self.book.append(self.clock.now(), result.actor, result.event, result.blobs)
            case Send():
                self._send(action, losses)

    def _send(self, action: Send, losses: dict[str, list[str]]) -> None:
        rendered = render(action, self.plan, self.book.state, run_id=self.run_id)
        intended = SendIntended(
            key=action.key,
            message=action.message,
            channel=action.channel,
            to=action.to,
            attempt=action.attempt,
            repeat_of=action.repeat_of,
            figures=rendered.figures,
        )
        payload = {"payload": payload_bytes(rendered.payload)}
        recorded: Recorded = self.book.append(self.clock.now(), "bongsu", intended, payload)
        self._lose(losses, action.key, *METHODS[action.channel])
        outgoing = outgoing_of(self.book.state, action, rendered.payload, recorded.seq)
        result = perform_send(self.drivers, self.clock, action, outgoing)  # type: ignore[arg-type]
        self.book.append(self.clock.now(), result.actor, result.event, result.blobs)

    def _lose(self, losses: dict[str, list[str]], key: str, service: str, operation: str) -> None:
        """Order what the next call of this message loses: one call is under way at a time, so that it is this one's."""
        due = losses.get(key)
        if due:
            fault = Fault(service=service, operation=operation, kind=due.pop(0))  # type: ignore[arg-type]
            self.ordered[self.world.faults.add(fault)] = key


def sends_of(world: World, first: int) -> list[Send]:
    """Return one run's messages, numbered on from `first`."""
    return [
        Send(
            key=f"{one.message}//{number}",
            message=one.message,
            channel=one.channel,
            to=world.chats[one.channel][number % CHATS],
        )
        for place, one in enumerate(CLASSES)
        for number in range(first + place * AT_ONCE, first + (place + 1) * AT_ONCE)
    ]


def losses_of(sends: list[Send]) -> dict[str, list[str]]:
    """Return what each message loses, attempt by attempt, and what the look for it does."""
    losses: dict[str, list[str]] = {}
    for number, send in enumerate(sends):
        kinds = (BEFORE, AFTER[number // 2 % 2])
        losses[send.key] = [kinds[number % 2], *([kinds[number // 4 % 2]] if number % 4 == 0 else [])]
        if send.channel == "alerts" and number % 10 == 0:
            losses[f"{LOOKED}{send.key}"] = ["drop_after"]
    return losses


def measure(losses: int) -> dict[Class, Tally]:
    """Lose so many responses or a few more, and return what became of the messages of each class."""
    tallies = {one: Tally() for one in CLASSES}
    plan = load_bytes(PLAN.read_bytes(), PLAN)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as world:
        seen = number = 0
        while lost(tallies) < losses:
            run = Run(world, plan, number)
            sends = sends_of(world, number * len(CLASSES) * AT_ONCE)
            run.carry_out(sends, losses_of(sends))
            entries = world.record.since(seen)
            seen += len(entries)
            number += 1
            counted(tallies, run, sends, entries)
    return tallies


def lost(tallies: dict[Class, Tally]) -> int:
    """Return how many responses to messages were lost, by the count of the services."""
    return sum(tally.before + tally.after for tally in tallies.values())


def counted(tallies: dict[Class, Tally], run: Run, sends: list[Send], entries: list[dict[str, object]]) -> None:
    """Add one run's messages to the tallies: what was lost and taken by the services' record, the rest by the run's."""
    classes = {send.key: Class(send.channel, send.message) for send in sends}
    listed = {key for one in not_proven(run.book.state) if one["what"] == "in_doubt" for key in one["about"]}
    for key, one in classes.items():
        tally = tallies[one]
        tally.messages += 1
        tally.keys.add(key)
        doubtful = run.book.state.sends[key].outcome == "in_doubt"
        tally.undecided |= {key} if doubtful else set()
        tally.listed |= {key} & listed
    for order in run.world.faults.listed():
        key = run.ordered.get(order["id"], "")
        looked = key.startswith(LOOKED)
        one = classes.get(key.removeprefix(LOOKED))
        if one is None:
            continue
        tallies[one].looks += order["hits"] if looked else 0
        tallies[one].before += order["hits"] if not looked and order["kind"] == BEFORE else 0
        tallies[one].after += order["hits"] if not looked and order["kind"] != BEFORE else 0
    for entry in entries:
        said = json.dumps(entry.get("parameters") or entry.get("arguments"), ensure_ascii=False)
        named = SAID.search(said)
        if entry.get("status") == 200 and named and (entry["service"], entry["operation"]) in METHODS.values():
            tally = tallies[classes[named[1]]]
            tally.stored[named[1]] += 1
            tally.unmarked += tally.stored[named[1]] > 1 and "possible repeat of #" not in said


def main() -> int:
    """Print what became of each class; 0 when every bar is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--losses", type=int, default=1000)
    asked = options.parse_args()
    began = monotonic()
    tallies = measure(asked.losses)
    print(shown(tallies))
    looks = sum(tally.looks for tally in tallies.values())
    print(f"{lost(tallies)} responses to messages lost, and {looks} to looks for one; {monotonic() - began:.1f} s")
    missed = broken(tallies)
    for said in missed:
        print(f"MISSED: {said}")
    print(
        "bars: Slack 0 lost, 0 doubled; Telegram 0 announcements doubled, 0 pages lost; repeats marked; doubt listed:"
    )
    print("missed" if missed else "met")
    return 1 if missed else 0


def shown(tallies: dict[Class, Tally]) -> str:
    """Return the table."""
    rows = [
        f"{'':<26}{'messages':>9}{'before':>8}{'after':>7}{'once':>6}{'twice+':>8}{'lost':>6}{'undecided':>11}{'listed':>8}"
    ]
    for one, tally in tallies.items():
        once = sum(times == 1 for times in tally.stored.values())
        rows.append(
            f"{one.name:<26}{tally.messages:>9}{tally.before:>8}{tally.after:>7}{once:>6}{tally.doubled:>8}"
            f"{len(tally.gone):>6}{len(tally.undecided):>11}{len(tally.listed):>8}"
        )
    return "\n".join(rows)


def broken(tallies: dict[Class, Tally]) -> list[str]:
    """Return every bar that a class misses, in words."""
    said = []
    for one, tally in tallies.items():
        page = one.message == "drill"
        absent = {key for key in tally.keys if not tally.stored[key]}
        if tally.gone or ((page or one.channel == "alerts") and absent):
            said.append(f"{one.name}: {len(tally.gone | absent)} lost")
        if tally.doubled and not (page and one.channel == "ops_chat"):
            said.append(f"{one.name}: {tally.doubled} doubled")
        if tally.unmarked:
            said.append(f"{one.name}: {tally.unmarked} repeats unmarked")
        if tally.undecided - tally.listed:
            said.append(f"{one.name}: {len(tally.undecided - tally.listed)} undecided and not listed")
    return said


if __name__ == "__main__":
    raise SystemExit(main())
