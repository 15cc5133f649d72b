"""What one look at a run collects: what to do now, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from bongsu.core.actions import Judge, Read, Resolve, Send
from bongsu.core.actors import READ_BACK
from bongsu.core.events import Found, Method, Outcome, Resolved
from bongsu.core.pacing import EVERYWHERE, PAGES, TURN, chat_of, everywhere, free_at, retry_at, room_at, scopes
from bongsu.core.state import Failures, Observation
from bongsu.core.times import iso
from bongsu.core.verdict import Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from bongsu.core.actions import Action
    from bongsu.core.outbox import Outbox
    from bongsu.core.pacing import Rate
    from bongsu.core.plan import CheckSpec, Plan, ReadNeed
    from bongsu.core.sends import SendRecord
    from bongsu.core.state import RunState


class Later(Enum):
    """The arguments of a reading rest on another that is still under way."""

    LATER = "later"


READ_ATTEMPTS = 5
SWITCH_ATTEMPTS = 3
BACKOFF = (timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60))
LOOK_AGAIN = timedelta(seconds=30)
LOOKABLE = {"slack": "sent_message", "sms": "sent_text"}
"""Kinds of channel that can be asked for a message of ours, and the reading that does it: Slack's history keeps our
metadata, and the list of SENS leads to each text."""
LOOK_AFTER = (timedelta(seconds=2), timedelta(seconds=10), timedelta(seconds=30), timedelta(seconds=60))
"""After an answer was lost: when the message is looked for; after the last look it counts as not sent."""

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Agenda:
    """Collects actions and wake-up times while the rules of one phase are applied."""

    plan: Plan
    state: RunState
    now: datetime
    actions: list[Action] = field(default_factory=list)
    wakes: list[datetime] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    """How many messages under each limit this look already asks for."""
    shut: set[tuple[str, str]] = field(default_factory=set)
    """Chats that take no new message in this look, whichever it is: those behind in line need not ask again."""

    def do(self, action: Action) -> None:
        """Ask for an action now."""
        self.actions.append(action)

    def wait(self, until: datetime) -> bool:
        """Return whether `until` has come; if not, ask to be woken then."""
        if self.now >= until:
            return True
        self.wakes.append(until)
        return False

    def read(
        self,
        key: str,
        reading: str,
        args: Mapping[str, Any],
        *,
        after_seq: int = 0,
    ) -> Observation | Failures | None:
        """Return a reading newer than `after_seq`, the reason it was given up, or None while it is asked."""
        found = self.state.observations.get(key)
        if found is not None and found.seq > after_seq:
            return found
        failed = self.state.failures.get(key)
        if failed is None:
            self.do(Read(key=key, reading=reading, args=dict(args)))
            return None
        if failed.final or failed.count >= READ_ATTEMPTS:
            return failed
        if self.wait(failed.at + BACKOFF[min(failed.count, len(BACKOFF)) - 1]):
            self.do(Read(key=key, reading=reading, args=dict(args), attempt=failed.count + 1))
        return None

    def judge(
        self,
        scope: str,
        checks: Iterable[CheckSpec],
        args: Callable[[ReadNeed, int], Mapping[str, Any] | Later | None],
        *,
        settle_by: datetime | None = None,
        idle_passes: bool = False,
    ) -> Verdict | None:
        """Return the scope's verdict, or None while something is still to be read or may still settle.

        An unknown check is read and judged again every half minute until `settle_by`: deliveries that are
        pending and log lines that lag become known. A fail or a pass stands. With `idle_passes`, a check whose
        sources agree that there was nothing to judge does not keep the scope from passing.
        """
        checks = tuple(checks)
        verdicts = [
            Verdict.PASS if idle_passes and self._idle(scope, check) else self._judge_one(scope, check, args, settle_by)
            for check in checks
        ]
        known = [verdict for verdict in verdicts if verdict is not None]
        if Verdict.FAIL in known and all(f"{scope}/{check.name}" in self.state.judgements for check in checks):
            return Verdict.FAIL  # nothing that may still settle can make it pass
        return worst(known) if len(known) == len(verdicts) else None

    def _idle(self, scope: str, check: CheckSpec) -> bool:
        judged = self.state.judgements.get(f"{scope}/{check.name}")
        if judged is not None:
            for figure in judged.figures:
                if figure.name == "items" and figure.value == "0":
                    return True
        return False

    def _judge_one(
        self,
        scope: str,
        check: CheckSpec,
        args: Callable[[ReadNeed, int], Mapping[str, Any] | Later | None],
        settle_by: datetime | None,
    ) -> Verdict | None:
        key = f"{scope}/{check.name}"
        judged = self.state.judgements.get(key)
        stale = judged is not None and judged.verdict is not Verdict.PASS and judged.seq < self.state.went_on_seq
        if judged is not None and not stale:
            if judged.verdict is not Verdict.UNKNOWN or settle_by is None or self.now >= settle_by:
                return judged.verdict
            if not self.wait(min(judged.at + LOOK_AGAIN, settle_by)):
                return None
        after_seq = max(judged.seq, self.state.went_on_seq) if judged else 0
        sources = self._sources(scope, check, args, after_seq)
        if sources is not None:
            self.do(Judge(key=key, check=check, sources=sources))
        return None

    def _sources(
        self,
        scope: str,
        check: CheckSpec,
        args: Callable[[ReadNeed, int], Mapping[str, Any] | Later | None],
        after_seq: int,
    ) -> dict[str, str] | None:
        sources: dict[str, str] = {}
        waiting = False
        for need in check.reads:
            key = f"{scope}/{need.label}"
            there = self.state.observations.get(key)
            if there is not None and there.seq > after_seq:
                sources[need.reading] = key  # what it would be asked need not be put together again
                continue
            asked = args(need, after_seq)
            if asked is Later.LATER:
                waiting = True
                continue
            if asked is None:
                continue  # rests on a reading that was given up; the check will say unknown
            waiting = self.read(key, need.reading, asked, after_seq=after_seq) is None or waiting
        return None if waiting else sources

    def send(self, send: Send) -> SendRecord | None:
        """Return the send's record once it has ended for good, or None while it is under way."""
        record = self.state.sends.get(send.key)
        if record is not None and record.accepted:
            return record
        if record is None and (send.channel, send.to) in self.shut and send.method is Method.POST:
            return None
        moved = self.state.moved.get((send.channel, send.to))
        if moved is not None and send.method is Method.POST:
            # Followed once: whatever the new chat's id is said to be next is for a person to look at.
            send = replace(send, to=moved.to)
        if record is None:
            if self._may_leave(send):
                self._leave(send)
            return None
        if record.outcome is None or record.ended_at is None:
            return None
        if record.outcome is Outcome.IN_DOUBT and not self._looked(record):
            return None
        again = self._again(record, moved=record.to != send.to)
        if again is None:
            return record
        if self.wait(again) and self._may_leave(send):
            # Also when an attempt in doubt was followed by one that certainly was not sent.
            repeat_of = record.in_doubt_seq or None
            again_of = record.instead_of
            self._leave(replace(send, attempt=record.attempt + 1, repeat_of=repeat_of, instead_of=again_of))
        return None

    def send_all(self, outbox: Outbox) -> list[SendRecord] | None:
        """Return the records of messages that are sent together once every one has ended for good, else None."""
        ended = [self.send(send) is not None for send in outbox.waiting(self.state)]
        return [self.state.sends[send.key] for send in outbox.sends] if all(ended) else None

    def _looked(self, record: SendRecord) -> bool:
        """Look for a send in doubt where the service lets us; return whether that is over without finding out.

        A message that is not there yet may still appear: it is looked for again after a while, and only then
        counts as not sent.
        """
        channel = self.plan.channels[record.channel]
        if channel.kind not in LOOKABLE or record.method != Method.POST:
            return True
        assert record.ended_at is not None
        key = f"found//{record.key}"
        seen = self.state.observations.get(key)
        due = record.ended_at + LOOK_AFTER[0]
        if seen is not None and seen.seq > record.ended_seq:
            if seen.values["found"]:
                self._resolve(record, Found.ACCEPTED, seen)
                return False
            if record.message in PAGES:
                return True  # a page is not kept waiting: it goes out again, marked as a possible repeat
            if seen.at >= record.ended_at + LOOK_AFTER[-1]:
                self._resolve(record, Found.NOT_SENT, seen)
                return False
            due = next(record.ended_at + at for at in LOOK_AFTER if record.ended_at + at > seen.at)
        if not self.wait(due):
            return False
        since = iso(record.intended_at)
        args = {"channel": record.channel, "to": record.to, "key": record.key, "seq": record.seq, "since": since}
        after = record.ended_seq if seen is None else max(record.ended_seq, seen.seq)
        return isinstance(self.read(key, LOOKABLE[channel.kind], args, after_seq=after), Failures)

    def _resolve(self, record: SendRecord, found: Found, seen: Observation) -> None:
        ref = {str(name): str(value) for name, value in seen.values["ref"].items()} if seen.values["found"] else {}
        resolved = Resolved(key=record.key, found=found, by=READ_BACK, ref=ref, source=seen.seq)
        self.do(Resolve(key=f"resolve//{record.key}", resolved=resolved))

    def _scopes(self, send: Send) -> tuple[tuple[str, Rate | None], ...]:
        if send.method is Method.ANSWER:
            return ()  # at once, whatever else is sent: a press that waits for its answer looks lost
        return scopes(self.plan.channels[send.channel].kind, send.channel, send.to, send.method)

    def _leave(self, send: Send) -> None:
        self.do(send)
        for scope, _ in self._scopes(send):
            self.asked[scope] = self.asked.get(scope, 0) + 1

    def _may_leave(self, send: Send) -> bool:
        """Return whether a message may leave now: its chat is free, it is its turn, and no limit is reached."""
        if send.method is Method.ANSWER:
            return True
        chat = chat_of(send.channel, send.to)
        if send.method is Method.POST:
            newest = self.state.paces.get(chat, ())[-1:]
            if chat in self.asked or any(moment.ended_at is None for moment in newest):
                self.shut.add((send.channel, send.to))
                return False  # the order within a chat is ours to keep: wait for the answer
        off = self.state.put_off.get(chat)
        if off is not None and send.key != off.key:
            # A page or an edit passes a message that waits for our own pause, not one that the service asked for.
            passes = send.method is Method.CLOSE or send.message in PAGES or not off.key
            until = off.asked if passes else off.until + TURN
            if until is not None and not self.wait(until):
                return False
        takes = self._takes(send)
        if not takes and send.method is Method.POST:
            self.shut.add((send.channel, send.to))
        return takes

    def _takes(self, send: Send) -> bool:
        for scope, rate in self._scopes(send):
            if rate is None or scope.startswith(EVERYWHERE):
                continue
            free = free_at(rate, self.state.paces.get(scope, ()), self.asked.get(scope, 0))
            if free is not None and not self.wait(free):
                return False
        return True

    def within_limits(self) -> None:
        """Keep, of the messages asked for, only as many as their services take now over all chats.

        Pages go first, then whichever chat has waited longest: none has to wait until another's line is empty.
        """
        asked = [action for action in self.actions if isinstance(action, Send)]
        for kind, rate in everywhere() if asked else ():
            sends = [send for send in asked if self._is_under(kind, send)]
            moments = self.state.paces.get(f"{EVERYWHERE} {kind}", ())
            if len(moments) + len(sends) <= rate.most:
                continue  # nearly always: there is room, whenever the newest were sent
            room = room_at(rate, moments, self.now)
            if len(sends) <= room:
                continue
            free = free_at(rate, moments, room)
            if free is not None:
                self.wait(free)
            later = {send.key for send in sorted(sends, key=self._urgency)[room:]}
            self.actions = [a for a in self.actions if not (isinstance(a, Send) and a.key in later)]

    def _is_under(self, kind: str, send: Send) -> bool:
        return send.method is not Method.ANSWER and self.plan.channels[send.channel].kind == kind

    def _urgency(self, send: Send) -> tuple[bool, datetime]:
        newest = self.state.paces.get(chat_of(send.channel, send.to), ())[-1:]
        return send.message not in PAGES, newest[0].begun_at if newest else NEVER

    def _again(self, record: SendRecord, *, moved: bool) -> datetime | None:
        in_doubt_again = record.message in PAGES or record.method == Method.CLOSE
        if record.outcome is Outcome.NOT_SENT or (record.outcome is Outcome.IN_DOUBT and in_doubt_again):
            return retry_at(record, self.state.seed)
        # Refused because the chat has another id by now: at once, and there.
        return record.ended_at if record.outcome is Outcome.REFUSED and moved else None
