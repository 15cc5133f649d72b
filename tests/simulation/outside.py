"""The outside world of a simulated run: what really happened there, and drivers that tell of it, or fail to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bongsu.channels._port import Accepted, InDoubt, NotSent, Outgoing, Refused, SendOutcome
from bongsu.core.events import Method, SwitchState
from bongsu.core.kinds import RunKind
from bongsu.core.plan import Plan
from bongsu.inbound._port import PressReceived
from bongsu.probes._port import ReadDone, ReadNotDone, ReadOutcome
from bongsu.targets._port import SwitchDone, SwitchInDoubt, SwitchNotDone, SwitchOutcome
from bongsu.wire import Wire
from tests.simulation.fates import Fates
from tests.simulation.plan import GROUPS, MOVED, PEOPLE
from tests.simulation.time import SECOND_US, SimPool, Timeline

RUN = "simulated-1"
FUNCTION_RUNS = "11111111-2222-4333-8444-555555555555"
MARK = b"possible repeat of #"


@dataclass(frozen=True, slots=True)
class Stored:
    """A message that a chat service really holds."""

    channel: str
    chat: str
    key: str
    seq: int
    at_us: int
    ref: dict[str, str]
    marked: bool


@dataclass(slots=True)
class Outside:
    """Rules, function, chats and people, with everything that was done to them in the order in which it took effect."""

    plan: Plan
    fates: Fates
    timeline: Timeline
    kind: RunKind = RunKind.CUTOVER
    rules: dict[str, str] = field(default_factory=lambda: {"target": "DISABLED", "legacy": "DISABLED"})
    switched: list[tuple[str, str]] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    lied: list[str] = field(default_factory=list)
    enabled_us: int | None = None
    disabled_us: int | None = None
    press: Callable[[PressReceived], None] = lambda _press: None
    pool: SimPool | None = None
    planned: set[tuple[str, str]] = field(default_factory=set)
    slept: dict[str, bool] = field(default_factory=dict)
    late: int = 0
    """How many calls took effect after their answer was missed."""
    by_hand: int = 0
    """How often somebody switched the target off."""
    enabling: Callable[[], None] = lambda: None
    """Called when a call to enable the target arrives."""

    def __post_init__(self) -> None:
        """Take what kind of day it is."""
        odd = self.fates.one_in
        self.slept = {
            "never_runs": odd("never_runs", 0, 9),
            "too_long": odd("too_long", 0, 5),
            "alarm": odd("alarm", 0, 6),
            "moves": odd("moves", 0, 5),
            "runs_on": odd("runs_on", 0, 12),
        }

    def slow(self, index: int) -> None:
        """Have the answer to the call that is being made take long."""
        assert self.pool is not None
        self.pool.slow_us = self.fates.between("slow", index, 5, 90) * SECOND_US

    # --- the switch

    def switch(self, which: str, to: SwitchState) -> SwitchOutcome:
        """Do, or fail to do, what was asked of a rule."""
        index, fault = self.fates.next("switch")
        if (which, to) == ("target", SwitchState.ENABLED):
            self.enabling()
        wire = self._wire("Switch", b"{}", status=200)
        if fault == "slow":
            self.slow(index)
        if fault == "not_done":
            return SwitchNotDone(reason="ThrottlingException", wires=(wire,))
        if fault == "denied":
            return SwitchNotDone(reason="AccessDeniedException", wires=(wire,), final=True)
        if fault == "lost_before":
            return SwitchInDoubt(reason="read timed out")
        if fault == "lost_after" and self.fates.one_in("lands_late", index, 2):
            self.late += 1
            late_us = self.fates.between("late", index, 1, 25) * SECOND_US
            self.timeline.after(late_us, lambda: self._takes_effect(which, to))
        else:
            self._takes_effect(which, to)
        return SwitchInDoubt(reason="read timed out") if fault == "lost_after" else SwitchDone(wires=(wire,))

    def _takes_effect(self, which: str, to: SwitchState) -> None:
        if which not in self.rules:
            return
        self.rules[which] = to.upper()
        self.switched.append((which, to.upper()))
        if (which, to) == ("target", SwitchState.ENABLED) and self.enabled_us is None:
            self.enabled_us = self.timeline.now_us
        if (which, to) == ("target", SwitchState.DISABLED):
            self.disabled_us = self.timeline.now_us

    def off_by_hand(self) -> None:
        """Have somebody switch the target off."""
        self.rules["target"], self.disabled_us = "DISABLED", self.timeline.now_us
        self.by_hand += 1

    # --- readings

    def read(self, reading: str, args: Mapping[str, Any]) -> ReadOutcome:
        """Answer a question in the service's own bytes, or fail to."""
        index, fault = self.fates.next("read")
        if fault == "slow":
            self.slow(index)
        if fault == "unanswered":
            return ReadNotDone(reason="timed out after 10 s")
        if fault == "denied":
            return ReadNotDone(reason="access denied", final=True)
        if fault == "garbled":
            return ReadDone(wires=(self._wire(reading, b"<html>", status=502),))
        answers = self._answers(reading, args, lies=fault == "lies")
        return ReadDone(wires=tuple(self._wire(reading, answer, status=200) for answer in answers))

    def _answers(self, reading: str, args: Mapping[str, Any], *, lies: bool) -> list[bytes]:
        match reading:
            case "target_rule" | "legacy_rule":
                which = reading.partition("_")[0]
                state = self.rules[which]
                if lies:
                    self.lied.append(which)
                    state = "DISABLED" if state == "ENABLED" else "ENABLED"
                return [_json({"Name": which, "State": state}), _json({"Targets": [{"Id": "1", "Arn": "arn:x"}]})]
            case "alarms":
                return [_json({"MetricAlarms": [self._alarm()], "CompositeAlarms": []})]
            case "invocations":
                return [_json({"events": self._log()})]
            case "sent_message":
                return self._history(args)
            case _:
                raise AssertionError(f"nobody asks for {reading}")

    def _alarm(self) -> dict[str, Any]:
        fires = self.slept["alarm"] and self.enabled_us is not None
        fires_us = (self.enabled_us or 0) + 11 * 60 * SECOND_US
        firing = fires and self.timeline.now_us >= fires_us
        since = at_us(self.timeline, fires_us if firing else 0)
        return {
            "AlarmName": "lambda-errors",
            "StateValue": "ALARM" if firing else "OK",
            "StateUpdatedTimestamp": since.isoformat(),
        }

    def _log(self) -> list[dict[str, Any]]:
        """Return the log lines of every invocation so far: one every 20 minutes, the first after 135 s."""
        if self.enabled_us is None or self.slept["never_runs"]:
            return []
        events: list[dict[str, Any]] = []
        took_ms = 250_000 if self.slept["too_long"] else 1_200
        began_us, number = self.enabled_us + 135 * SECOND_US, 0
        off_us = self.timeline.now_us
        if self.rules["target"] == "DISABLED" and self.disabled_us is not None and not self.slept["runs_on"]:
            off_us = self.disabled_us
        while began_us < off_us and number < 6:
            request = f"{number:08d}{FUNCTION_RUNS[8:]}"
            lines = [(0, f"START RequestId: {request} Version: $LATEST"), (took_ms, _report(request, took_ms))]
            for after_ms, message in lines:
                if began_us + after_ms * 1000 <= self.timeline.now_us:
                    at = at_us(self.timeline, began_us + after_ms * 1000)
                    events.append(
                        {
                            "eventId": f"{number}-{after_ms}",
                            "logStreamName": "s",
                            "timestamp": int(at.timestamp() * 1000),
                            "message": message,
                        }
                    )
            began_us, number = began_us + 1200 * SECOND_US, number + 1
        return events

    def _history(self, args: Mapping[str, Any]) -> list[bytes]:
        held = [one for one in self.stored if one.channel == args["channel"] and one.chat == args["to"]]
        listed = [
            {
                "ts": one.ref["ts"],
                "metadata": {
                    "event_type": "bongsu_message",
                    "event_payload": {"run": RUN, "key": one.key, "seq": one.seq},
                },
            }
            for one in reversed(held)
        ]
        answers = [_json({"ok": True, "messages": listed[:15]})]
        if str(args["to"]).startswith("U"):
            answers.insert(0, _json({"ok": True, "channel": {"id": "D1"}}))
        return answers

    def _wire(self, operation: str, response: bytes, *, status: int) -> Wire:
        mono = self.timeline.now_us / SECOND_US
        return Wire(
            service="x",
            operation=operation,
            address="http://x",
            request=b"{}",
            response=response,
            status=status,
            sent_mono=mono,
            received_mono=mono,
        )


@dataclass(slots=True)
class SimChannel:
    """One chat service as its driver: it takes, refuses, or loses the answer."""

    outside: Outside
    name: str
    kind: str
    endpoint: str = "http://x"

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Return how the one attempt ended."""
        outside = self.outside
        index, fault = outside.fates.next("send")
        if fault == "slow":
            outside.slow(index)
        if fault == "no_connection":
            return NotSent(reason="connection refused")
        if fault == "throttled":
            return NotSent(reason="Too Many Requests", retry_after_s=outside.fates.between("retry", index, 1, 40))
        if self._moved(outgoing):
            return Refused(reason="group chat was upgraded to a supergroup chat", moved_to=MOVED)
        if fault == "refused":
            return Refused(reason="channel_not_found")
        if fault in ("lost_before", "server_error"):
            return InDoubt(reason="no answer")
        ref = dict(outgoing.ref)
        if outgoing.method is Method.POST:
            ref = self._store(outgoing)
        if fault == "lost_after":
            return InDoubt(reason="no answer")
        return Accepted(ref=ref, service_at=None, wires=())

    def _moved(self, outgoing: Outgoing) -> bool:
        """Return whether the group has moved by now: in some runs it does, after its first few messages."""
        outside = self.outside
        there = self.kind == "telegram" and outgoing.to == GROUPS["ops_chat"] and outgoing.method is Method.POST
        return there and outside.slept["moves"] and len(outside.stored) > outside.fates.between("moved", 0, 0, 8)

    def _store(self, outgoing: Outgoing) -> dict[str, str]:
        outside = self.outside
        number = len(outside.stored) + 1
        place = {"channel": outgoing.to, "ts": f"1761109200.{number:06d}"}
        names = {"telegram": {"chat_id": outgoing.to, "message_id": str(number)}, "slack": place}
        ref = names.get(self.kind, {})
        marked = MARK in msgspec.json.encode(outgoing.payload)
        message = Stored(self.name, outgoing.to, outgoing.key, outgoing.seq, outside.timeline.now_us, ref, marked)
        outside.stored.append(message)
        people_see(outside, message, self.kind)
        return ref

    def problems(self, payload: Mapping[str, Any]) -> list[str]:
        """Return nothing: limits are the real channels' business."""
        del payload
        return []

    def preflight(self, people: Mapping[str, str]) -> list[Any]:
        """Return nothing: nobody asks."""
        del people
        return []

    def close(self) -> None:
        """Do nothing."""


CHOICES = {
    "go_request": (*["go"] * 30, "no_go", ""),
    "drill": ("ack", "ack", "ack", ""),
    "page": ("ack", "ack", "roll_back", "hold", "", ""),
}


TAKEN_OR_NOT = ("ack", "", "", "", "")
"""What people do about a page by itself, which has no other button: most sleep, so that levels follow each other."""


def people_see(outside: Outside, message: Stored, kind: str) -> None:
    """Let everybody who sees a message react to it: once a matter, each by chance; and now and then somebody else."""
    subject = message.key.partition("//")[0]
    choices = CHOICES.get(subject.partition("/")[0])
    if choices is not None and outside.kind is RunKind.PAGE:
        choices = TAKEN_OR_NOT
    if choices is None:
        return
    group = message.chat in (*GROUPS.values(), MOVED)
    for name, ids in PEOPLE.items():
        address = ids[0] if kind == "telegram" else ids[1]
        if address is None or not (group or address == message.chat) or (subject, name) in outside.planned:
            continue
        outside.planned.add((subject, name))
        number = len(outside.planned)
        button = choices[outside.fates.between(f"{subject}{name}", 0, 0, len(choices) - 1)]
        asked = name != "james" or outside.fates.one_in("foreign", number, 4)
        if button and asked:
            react(outside, message, address, button, number=number)


def react(outside: Outside, message: Stored, address: str, button: str, *, number: int) -> None:
    """Press after a while; now and then twice, with the service delivering it twice, or with a button of one's own."""
    fates = outside.fates
    authentic = not fates.one_in("forged", number, 20)
    press = PressReceived(
        channel=message.channel,
        press_id=f"{message.channel}:{number}",
        service_user=address,
        # A forged code names nothing; and should a way in ever let one through that does, the core refuses it.
        intent_seq=message.seq if authentic or number % 2 else None,
        button=button if authentic or number % 2 else "",
        authentic=authentic,
        ref=message.ref,
        service_at=None,
        answer_to={"press_id": f"{message.channel}:{number}"},
        raw=b"{}",
    )
    delay_us = fates.between("pressed", number, 1, 300) * SECOND_US
    outside.timeline.after(delay_us, lambda: outside.press(press))
    if fates.one_in("delivered_twice", number, 6):
        outside.timeline.after(delay_us + 3 * SECOND_US, lambda: outside.press(press))
    if fates.one_in("pressed_again", number, 6):
        import dataclasses

        again = dataclasses.replace(press, press_id=f"{press.press_id}-again")
        outside.timeline.after(delay_us + 9 * SECOND_US, lambda: outside.press(again))


def at_us(timeline: Timeline, moment_us: int) -> datetime:
    """Return a moment of the world on its own clock, which nobody sets."""
    from tests.simulation.time import START

    return START + timedelta(microseconds=moment_us + timeline.set_by_us)


def _report(request: str, took_ms: int) -> str:
    parts = [f"REPORT RequestId: {request}", f"Duration: {took_ms}.00 ms", f"Billed Duration: {took_ms} ms"]
    return "\t".join([*parts, "Memory Size: 512 MB", "Max Memory Used: 71 MB"])


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
