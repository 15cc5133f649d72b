"""What the page tells of the world's own record: its newest lines, and what the functions did."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bongsu.sandbox.record import Record

LOUD_KEPT, QUIET_KEPT = 120, 60
RUNS_KEPT = 6
LINE_CHARACTERS_MAX = 180
# Calls that only look, and what the workload does by the hundred: in the record, and shown when asked for.
QUIET_SERVICES = frozenset({"naver", "bookings"})
QUIET = frozenset({"getUpdates", "getMe", "getChat", "getWebhookInfo", "list", "result", "auth.test", "users.info"})
QUIET_BEGINS = ("dynamodb.", "logs.", "cloudwatch.", "sts.", "secretsmanager.", "conversations.")
QUIET_ASKS = (".Describe", ".Get", ".List")
INNER = ("chat_id", "channel", "message_id", "ts", "callback_query_id")

Entry = dict[str, Any]


class Account:
    """Reads the record on from where it stopped; the caller serialises calls."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._read = 0
        self._loud: deque[Entry] = deque(maxlen=LOUD_KEPT)
        self._quiet: deque[Entry] = deque(maxlen=QUIET_KEPT)
        self._runs: dict[str, deque[Entry]] = {}
        self._ended: dict[str, Counter[str]] = {}
        self._enabled_at: dict[str, str] = {}

    def read_on(self) -> bool:
        """Take in what was written since the last call; return whether there was anything."""
        fresh = self._record.since(self._read)
        for entry in fresh:
            self._read += 1
            self._take(self._read, entry)
        return bool(fresh)

    def lines(self) -> list[Entry]:
        """Return the newest lines, oldest first; the quiet ones say so."""
        return sorted([*self._loud, *self._quiet], key=lambda line: int(line["n"]))

    def runs(self, function: str) -> list[Entry]:
        """Return a function's newest invocations, newest first."""
        return list(reversed(self._runs.get(function, ())))

    def ended(self, function: str) -> dict[str, int]:
        """Return how many invocations of a function ended in which way."""
        return dict(self._ended.get(function, ()))

    def enabled_at(self, rule: str) -> str | None:
        """Return when a rule was last enabled in this world, None when it was not."""
        return self._enabled_at.get(rule)

    def _take(self, number: int, entry: Entry) -> None:
        service, operation = str(entry["service"]), str(entry["operation"])
        quiet = is_quiet(service, operation) and "fault" not in entry
        line = {
            "n": number,
            "at": entry["at"],
            "service": service,
            "operation": operation,
            "text": told(entry),
            "quiet": quiet,
            "fault": "fault" in entry,
        }
        (self._quiet if quiet else self._loud).append(line)
        match service, operation:
            case "lambda", "invocation" | "never_run":
                name = str(entry["function"])
                self._runs.setdefault(name, deque(maxlen=RUNS_KEPT)).append(_run(entry))
                self._ended.setdefault(name, Counter())[str(entry.get("ended", operation))] += 1
            case "events", "rule_state" if str(entry["state"]).startswith("ENABLED"):
                self._enabled_at.setdefault(str(entry["rule"]), str(entry["at"]))
            case "events", "rule_state":
                self._enabled_at.pop(str(entry["rule"]), None)


def is_quiet(service: str, operation: str) -> bool:
    """Return whether a line is one of the many that only tell of somebody looking."""
    return (
        service in QUIET_SERVICES
        or operation in QUIET
        or operation.startswith(QUIET_BEGINS)
        or (service == "aws" and any(asks in operation for asks in QUIET_ASKS))
    )


def told(entry: Entry) -> str:
    """Return the facts of a line in one short text."""
    parts: list[str] = []
    for name, value in entry.items():
        if name in ("at", "service", "operation", "caller", "token", "verb", "request_id"):
            continue
        if isinstance(value, dict):
            parts += [f"{inner}={value[inner]}" for inner in INNER if inner in value]
        elif isinstance(value, list):
            parts += [f"{name}={','.join(str(one) for one in value[:8])}"] if value else []
        elif value not in (None, ""):
            parts.append(f"{name}={value}")
    text = "  ".join(parts)
    return text if len(text) <= LINE_CHARACTERS_MAX else text[: LINE_CHARACTERS_MAX - 1] + "…"


def _run(entry: Entry) -> Entry:
    return {
        "at": entry["at"],
        "request_id": entry["request_id"],
        "ended": entry.get("ended", "never_run"),
        "duration_us": entry.get("duration_us"),
        "cold": entry.get("cold", False),
        "attempt": entry.get("attempt", 1),
    }
