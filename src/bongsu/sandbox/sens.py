"""The imitated SMS gateway (Naver Cloud SENS v2): accepts, lists, delivers late, and can lose an answer."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.control import answered, control_faults, control_path, document_of, no_such_control
from bongsu.sandbox.from_json import overlay
from bongsu.sandbox.http import json_response
from bongsu.sandbox.sens_alimtalk import DELIVERED as NOTICE_DELIVERED
from bongsu.sandbox.sens_alimtalk import Notice, read_notices
from bongsu.sandbox.sens_messages import DELIVERED, KST, Carrier, Message, read_list_query, tally
from bongsu.sandbox.sens_reservations import OptOuts, Reservation, Reservations
from bongsu.sandbox.sens_send import Wanted, json_object, read_send
from bongsu.sandbox.sens_spec import AlimtalkSpec, SensSpec
from bongsu.sandbox.sens_wire import OPERATIONS, Refused, bad, check_call, route

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.record import Record

__all__ = ["OPERATIONS", "AlimtalkSpec", "Sens", "SensSpec"]

HISTORY = timedelta(days=90)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call that the gateway let through."""

    request: Request
    id: str
    now: datetime
    facts: dict[str, object]


class Sens:
    """A WSGI application that stands for the gateway."""

    def __init__(self, clock: SandboxClock, record: Record, spec: SensSpec, *, faults: FaultBook, seed: int) -> None:
        self._clock = clock
        self._record = record
        self._spec = spec
        self._faults = faults
        self._random = Random(f"sens {seed}")
        self._lock = threading.RLock()
        self._messages: list[Message] = []
        self._notices: list[Notice] = []
        self._reservations = Reservations()
        self._opt_outs = OptOuts(spec.opted_out)
        self._lately: deque[datetime] = deque()
        self._sent = 0
        self.carrier = Carrier()
        self._operations = {
            "send": self._send,
            "list": self._list,
            "result": self._result,
            "reserve_status": lambda call: json_response(self._reservations.shown(call.id)),
            "reserve_cancel": self._cancel,
            "optout_add": self._add_opt_outs,
            "optout_list": lambda _: json_response(self._opt_outs.listed()),
            "optout_remove": self._remove_opt_outs,
            "alimtalk_send": self._send_notices,
            "alimtalk_list": self._list_notices,
            "alimtalk_result": self._notice_result,
        }

    # By the world and its tests.

    def remember(self, messages: Iterable[Message]) -> None:
        """Add messages of the past; they do not count for `fail_nth`."""
        with self._lock:
            self._messages.extend(messages)
            self._messages.sort(key=lambda message: message.requested_at)

    def new_ids(self, when: datetime, prefix: str = "V") -> tuple[str, str]:
        """Return a request id and a message id of the gateway's look; nothing can be read off them."""
        day = when.astimezone(KST).strftime("%Y%m%d")
        first = "RSSA" if prefix == "R" else f"{prefix}ORSSA"
        return (
            f"{first}-{day}-{self._random.getrandbits(64):016x}",
            f"{prefix}OMSSA-{self._random.getrandbits(64):016x}",
        )

    def outbox(self) -> list[dict[str, Any]]:
        """Return what customers got by now since the world began, oldest first: the truth for exactly-once tests."""
        with self._lock:
            now = self._gateway_now()
            self._settle(now)
            got: list[tuple[datetime, dict[str, Any]]] = [
                (one.completes_at, one.outbox_row())
                for one in self._messages
                if one.fate == DELIVERED and now >= one.completes_at and not one.before_the_world
            ]
            got += [
                (one.completes_at, one.outbox_row())
                for one in self._notices
                if one.fate == NOTICE_DELIVERED and now >= one.completes_at
            ]
            return [row for _, row in sorted(got, key=lambda one: one[0])]

    def tally(self) -> dict[str, int]:
        """Return what came of the messages since the world began: accepted, delivered, failed, on the way."""
        with self._lock:
            return tally(self._messages, self._gateway_now())

    # The gateway.

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        asked = control_path(request)
        answer = self._played(request) if asked is None else self._control(asked, request)
        return answer(environ, start_response)

    def _played(self, request: Request) -> Response:
        spec = self._spec
        operation, named = route(request, spec)
        facts: dict[str, object] = {}
        self._faults.pause(spec.latency_ms.get(operation, 0))
        played = self._faults.play(
            "sens",
            operation,
            act=lambda: self._answer(operation, _Call(request=request, id=named, now=self._gateway_now(), facts=facts)),
            refuse=lambda fault: _ordered_error(fault, spec),
            about=_recipients(request),
        )
        self._record.write("sens", operation or "unknown", **{**facts, **played.facts})
        return played.response

    def _answer(self, operation: str, call: _Call) -> Response:
        try:
            return self._do(operation, call)
        except Refused as refused:
            return refused.response(self._spec)

    def _do(self, operation: str, call: _Call) -> Response:
        if not operation:
            raise Refused(404, "no such service or operation, or none that is imitated")
        check_call(call.request, self._spec, call.now)
        with self._lock:
            self._settle(call.now)
            return self._operations[operation](call)

    def _gateway_now(self) -> datetime:
        return self._clock.now() + timedelta(milliseconds=self._spec.clock_offset_ms)

    @property
    def _zone(self) -> timezone:
        return timezone(timedelta(hours=self._spec.list_zone_hours))

    def _settle(self, now: datetime) -> None:
        """Send what was reserved for a time that has come."""
        for one in self._reservations.due(now):
            self._accept(one.messages, request_id=one.reserve_id, at=one.due_at)

    # Text messages.

    def _send(self, call: _Call) -> Response:
        self._keep_rate(call.now)
        send = read_send(call.request.get_data(), self._spec, call.now)
        request_id, _ = self.new_ids(call.now, "V" if send.due_at is None else "R")
        call.facts.update(request_id=request_id, messages=len(send.messages))
        if send.due_at is None:
            call.facts["fates"] = self._accept(send.messages, request_id=request_id, at=call.now)
        else:
            self._reservations.add(
                Reservation(reserve_id=request_id, due_at=send.due_at, zone=send.zone, messages=send.messages)
            )
        return json_response(_accepted(request_id, call.now), status=202)

    def _keep_rate(self, now: datetime) -> None:
        if self._spec.sends_per_s_max is None:
            return
        while self._lately and now - self._lately[0] >= SECOND:
            self._lately.popleft()
        if len(self._lately) >= self._spec.sends_per_s_max:
            raise Refused(429, "too many requests")
        self._lately.append(now)

    def _accept(self, wanted: Iterable[Wanted], *, request_id: str, at: datetime, failover_of: str = "") -> list[str]:
        fates = []
        for one in wanted:
            self._sent += 1
            fate = self.carrier.fate(one.fate(self._spec, self._opt_outs.numbers, number=self._sent))
            fates.append(fate)
            self._messages.append(
                Message(
                    request_id=request_id,
                    message_id=self.new_ids(at)[1],
                    requested_at=at,
                    completes_at=at + timedelta(milliseconds=self._spec.delivery_delay_ms),
                    kind=one.kind,
                    content_type=one.content_type,
                    country=one.country,
                    sender=one.sender,
                    to=one.to,
                    subject=one.subject,
                    content=one.content,
                    fate=fate,
                    received=one.received,
                    failover_of=failover_of,
                    truncated=one.truncated,
                    unlabelled_ad=one.unlabelled_ad,
                )
            )
        return fates

    def _list(self, call: _Call) -> Response:
        args = dict(call.request.args)
        try:
            query = read_list_query(args, self._zone)
            size, first = self._page(args)
        except ValueError as error:
            raise bad(f"bad query: {error}") from None
        listed_until = call.now - timedelta(milliseconds=self._spec.list_lag_ms)
        found = [
            one
            for one in self._messages
            if call.now - HISTORY <= one.requested_at <= listed_until and query.wants(one, call.now)
        ]
        rows = [
            one.result_row(call.now, self._zone) if self._spec.list_shows_text else one.list_row(call.now, self._zone)
            for one in found
            for _ in range(2 if self._spec.list_repeats else 1)
        ]
        return self._paged(rows, size=size, first=first)

    def _page(self, args: dict[str, str]) -> tuple[int, int]:
        size, first = int(args.get("pageSize", self._spec.page_size_max)), int(args.get("nextToken", "0"))
        if size < 1 or first < 0:
            raise ValueError("pageSize and nextToken cannot be that small")
        return min(size, self._spec.page_size_max), first

    def _paged(self, rows: list[dict[str, Any]], *, size: int, first: int) -> Response:
        if not rows and self._spec.none_is_404:
            return Response(b"", status=404)
        page = rows[first : first + size]
        more = first + size < len(rows)
        answer: dict[str, Any] = {
            "statusCode": "202",
            "statusName": "success",
            "messages": page,
            "pageSize": size,
            "itemCount": len(page),
            "hasMore": more,
        }
        if more:
            answer["nextToken"] = str(first + size)
        return json_response(answer)

    def _result(self, call: _Call) -> Response:
        found = [
            one.result_row(call.now, self._zone)
            for one in self._messages
            if one.message_id == call.id and call.now - one.requested_at <= HISTORY
        ]
        if not found:
            raise Refused(404, "no such message", by_service=True)
        return json_response({"statusCode": "200", "statusName": "success", "messages": found})

    # Reservations and opt-outs.

    def _cancel(self, call: _Call) -> Response:
        self._reservations.cancel(call.id)
        return Response(status=204)

    def _add_opt_outs(self, call: _Call) -> Response:
        self._opt_outs.change(call.request.get_data(), add=True)
        return Response(status=self._spec.optout_status)

    def _remove_opt_outs(self, call: _Call) -> Response:
        self._opt_outs.change(call.request.get_data(), add=False)
        return Response(status=204)

    # AlimTalk.

    def _send_notices(self, call: _Call) -> Response:
        spec = self._spec.alimtalk or AlimtalkSpec()
        asked = read_notices(call.request.get_data(), spec)
        request_id, _ = self.new_ids(call.now, "K")
        made = [
            Notice(
                request_id=request_id,
                message_id=self.new_ids(call.now, "K")[1],
                requested_at=call.now,
                completes_at=call.now + timedelta(milliseconds=self._spec.delivery_delay_ms),
                channel=spec.channel,
                template=one.template,
                to=one.to,
                content=one.content,
                fate=one.fate(spec),
                failover=one.failover,
                refusal=spec.refused.get(one.to, ""),
            )
            for one in asked
        ]
        self._notices += [one for one in made if not one.refusal]
        for one in made:
            if one.failover is not None and one.fails_over(spec):
                self._accept([one.failover], request_id=request_id, at=one.completes_at, failover_of=one.message_id)
        call.facts.update(request_id=request_id, messages=len(made), fates=[one.fate for one in made])
        rows = [one.answer_row() for one in made]
        return json_response({**_accepted(request_id, call.now), "messages": rows}, status=202)

    def _list_notices(self, call: _Call) -> Response:
        args = dict(call.request.args)
        channel = args.pop("plusFriendId", "")
        if not channel and not args.get("requestId"):
            raise bad("plusFriendId is needed unless requestId is given")
        try:
            query = read_list_query(args, self._zone)
            size, first = self._page(args)
        except ValueError as error:
            raise bad(f"bad query: {error}") from None
        if query.completed is not None:
            raise bad("sandbox: spans of complete times are imitated for text messages only")
        rows = [
            one.row(call.now, self._zone)
            for one in self._notices
            if channel in ("", one.channel) and query.includes(one.request_id, one.requested_at)
        ]
        return self._paged([row for row in rows if query.equals(row)], size=size, first=first)

    def _notice_result(self, call: _Call) -> Response:
        found = [one.row(call.now, self._zone) for one in self._notices if one.message_id == call.id]
        if not found:
            raise Refused(404, "no such message", by_service=True)
        return json_response({"statusCode": "200", "statusName": "success", **found[0]})

    # Control.

    def _control(self, asked: str, request: Request) -> Response:
        faults = control_faults(self._faults, request, service="sens")
        if faults is not None:
            return faults
        match request.method, asked:
            case "GET", "outbox":
                return json_response(self.outbox())
            case "GET", "requests":
                return json_response(self._record.entries("sens"))
            case "PUT", "settings":
                return answered(lambda: self._set(document_of(request)))
            case "PUT", "clock":
                return answered(lambda: self._set({"clock_offset_ms": document_of(request)["offset_ms"]}))
        return no_such_control(request)

    def _set(self, changes: dict[str, Any]) -> Response:
        with self._lock:
            self._spec = overlay(self._spec, changes, at="settings")
        return json_response({"changed": sorted(changes)})


def _accepted(request_id: str, now: datetime) -> dict[str, Any]:
    return {
        "requestId": request_id,
        "requestTime": f"{now.astimezone(KST):%Y-%m-%dT%H:%M:%S.%f}"[:-3],
        "statusCode": "202",
        "statusName": "success",
    }


def _recipients(request: Request) -> set[str]:
    """Return the numbers that a call is about."""
    if request.method != "POST":
        return {value for name, value in request.args.items() if name == "to"}
    try:
        messages = json_object(request.get_data()).get("messages")
    except Refused:
        return set()
    return {str(one.get("to")) for one in messages if isinstance(one, dict)} if isinstance(messages, list) else set()


def _ordered_error(fault: Fault, spec: SensSpec) -> Response:
    response = Refused(fault.answered_status, fault.message, code=fault.code).response(spec)
    if fault.kind == "rate_limit":
        response.headers["Retry-After"] = str(fault.retry_after)
    return response
