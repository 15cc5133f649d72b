r"""Lines that Lambda itself writes into a function's log, in the text format and in JSON.

    START RequestId: <id> Version: <version>
    END RequestId: <id>
    REPORT RequestId: <id>\tDuration: 2599.40 ms\tBilled Duration: 3149 ms\tMemory Size: 512 MB\tMax Memory Used: …

Fields of REPORT are told apart by tab or newline and read by name: their order differs between runtimes, some are
there only sometimes (Init Duration, Status, Error Type), and a traced invocation adds others after a newline.
The JSON format says the same as `platform.start` and `platform.report`. Both may occur in one stream.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from bongsu.readings._json import Node, decimal_of, parse
from bongsu.readings._port import Unreadable
from bongsu.readings._run_report import SETTLE_TYPE, TYPE

if TYPE_CHECKING:
    from decimal import Decimal

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_START = re.compile(rf"START RequestId: ({ID})(?=\s|$)")
_REPORT = re.compile(rf"REPORT RequestId: ({ID})(?=[\t\n ]|$)")
# The runtime's own lines about an invocation that it had to end.
_ENDED = re.compile(rf"(?:^|\s)({ID}) Task timed out after |^RequestId: ({ID}) Error: ")
# A raised error has a blank here; a line logged at level ERROR has a tab.
_RAISED = re.compile(r"\[ERROR\] (?:([A-Za-z_][\w.]*)(?=:|\s|$))?")
REPORTS = (TYPE, SETTLE_TYPE)
"""The JSON lines of the workload's own that are read."""
_TOLD = frozenset({"platform.start", "platform.report", *REPORTS})
STATUS_OF = {"success": "", "failure": "error", "error": "error", "timeout": "timeout"}
_UNITS = {
    "Duration": "ms",
    "Billed Duration": "ms",
    "Init Duration": "ms",
    "Memory Size": "MB",
    "Max Memory Used": "MB",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An invocation, or a repetition of one, began."""

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Lambda's account of an invocation that ended; `status` is empty, `timeout`, `error`, or a newer word."""

    request_id: str
    duration_ms: Decimal
    billed_ms: int
    memory_mb: int
    memory_used_mb: int
    init_ms: Decimal | None
    status: str
    error_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """The handler raised, timed out or died; the request id is empty where the line names none."""

    request_id: str
    error_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A report of the workload's own, of one of the kinds in `REPORTS`."""

    document: Node


Line = Started | Reported | Raised | Said
KEPT = 512
"""How many lines are remembered: readings overlap, so that nearly every line of a log is read twice."""


def line_of(message: str, event: Node) -> Line | None:
    """Return what a log event says, None when it is nothing of these; Unreadable for a REPORT without its fields."""
    try:
        line = known_line(message)
    except Unreadable:
        return _read(message, event.place)  # once more, so that the error names the place
    return Said(document=event.holding(line.document.value)) if isinstance(line, Said) else line


@lru_cache(maxsize=KEPT)
def known_line(message: str) -> Line | None:
    """Return what `line_of` does; what is wrong with a line, and where, does not show."""
    return _read(message, "")


def _read(message: str, place: str) -> Line | None:
    if message.startswith("{"):
        return _json_line(message, place)
    if found := _START.match(message):
        return Started(request_id=found[1])
    if found := _REPORT.match(message):
        return _text_report(found[1], message[found.end() :], place)
    if found := _ENDED.search(message):
        return Raised(request_id=found[1] or found[2], error_type="")
    if found := _RAISED.match(message):
        return Raised(request_id="", error_type=found[1] or "")
    return None


def _text_report(request_id: str, text: str, place: str) -> Reported:
    fields: dict[str, str] = {}
    for part in re.split(r"[\t\n]+", text):
        name, colon, value = part.partition(": ")
        if colon and fields.setdefault(name, value.strip()) != value.strip():
            raise Unreadable(f"{place}: REPORT of {request_id} names {name!r} twice")
    figures = {name: _figure(fields, name, f"{place}: REPORT of {request_id}") for name in _UNITS}
    where = f"{place}: REPORT of {request_id}"
    return Reported(
        request_id=request_id,
        duration_ms=_needed(figures, "Duration", where),
        billed_ms=_whole(figures, "Billed Duration", where),
        memory_mb=_whole(figures, "Memory Size", where),
        memory_used_mb=_whole(figures, "Max Memory Used", where),
        init_ms=figures["Init Duration"],
        status=STATUS_OF.get(fields.get("Status", ""), fields.get("Status", "")),
        error_type=fields.get("Error Type", ""),
    )


def _figure(fields: dict[str, str], name: str, where: str) -> Decimal | None:
    if name not in fields:
        return None
    text, _, unit = fields[name].partition(" ")
    number = decimal_of(text)
    if number is None or number < 0 or unit != _UNITS[name]:
        raise Unreadable(f"{where} has {name} {fields[name][:40]!r}, not a number of {_UNITS[name]}")
    return number


def _needed(figures: dict[str, Decimal | None], name: str, where: str) -> Decimal:
    found = figures[name]
    if found is None:
        raise Unreadable(f"{where} has no {name}")
    return found


def _whole(figures: dict[str, Decimal | None], name: str, where: str) -> int:
    found = _needed(figures, name, where)
    if found != found.to_integral_value():
        raise Unreadable(f"{where} has {name} {found}, not a whole number")
    return int(found)


class _Glance(msgspec.Struct):
    type: Any = None
    stackTrace: Any = None  # noqa: N815 - the runtime's own word


_GLANCE = msgspec.json.Decoder(_Glance)
"""Reads of a JSON line only what shows whether it says anything here; most are the function's own log."""


def says_nothing(message: str) -> bool:
    """Return True for a JSON object that is certainly none of the kinds of line that are read here."""
    try:
        seen = _GLANCE.decode(message)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    return seen.stackTrace is None and not (isinstance(seen.type, str) and seen.type in _TOLD)


def _json_line(message: str, place: str) -> Line | None:
    if says_nothing(message):
        return None
    try:
        document = parse(message, place)
    except Unreadable:
        return None  # a line of the function's own that only begins like JSON
    kind = document.value.get("type")
    if kind == "platform.start":
        return Started(request_id=document.member("record").member("requestId").text())
    if kind == "platform.report":
        return _json_report(document.member("record"))
    if document.value.get("stackTrace") is not None and "errorType" in document.value:
        return Raised(
            request_id=str(document.value.get("requestId") or ""), error_type=str(document.value["errorType"])
        )
    return Said(document=document) if kind in REPORTS else None


def _json_report(record: Node) -> Reported:
    metrics = record.member("metrics")
    status, error_type, init = record.present("status"), record.present("errorType"), metrics.present("initDurationMs")
    word = "" if status is None else status.text()
    return Reported(
        request_id=record.member("requestId").text(),
        duration_ms=_length(metrics.member("durationMs")),
        billed_ms=metrics.member("billedDurationMs").count(),
        memory_mb=metrics.member("memorySizeMB").count(),
        memory_used_mb=metrics.member("maxMemoryUsedMB").count(),
        init_ms=None if init is None else _length(init),
        status=STATUS_OF.get(word, word),
        error_type="" if error_type is None else error_type.text(),
    )


def _length(node: Node) -> Decimal:
    number = node.decimal()
    if number < 0:
        raise Unreadable(f"{node.place} is {number}, a duration cannot be negative")
    return number
