"""Names that are made of parts (`settle-nightly-0230`), wherever a log has them, and in which way two of them are alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.called import named
from bongsu.audit.patterns import pattern
from bongsu.audit.states import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

TOKEN = pattern(
    r"(?<![\w.@-])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+(?![A-Za-z0-9_@-])(?!\.(?!(?:sh|py|js|jar|rb|service|timer|sql)\b)[a-z])(?!\"\s*:)"
)
ESCAPE = pattern(r"\\[nrtu]")
VERB = re.compile(
    r"(?:get|put|list|describe|create|delete|update|modify|enable|disable|start|stop|add|remove|set|tag|run|send|filter|invoke|register|deregister|batch|change|wait|no|is|has)-"
)
RANDOM = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{5,}|[bcdfghjklmnpqrstvwxz2456789]{5}|[0-9a-f]{8,}")
YEAR = re.compile(r"20\d\d[a-z]|[a-z]20\d\d")
PERIODS = {
    "hourly": "60m",
    "1h": "60m",
    "60min": "60m",
    "half": "30m",
    "quarter": "15m",
    "nightly": "1d",
    "night": "1d",
    "daily": "1d",
    "day": "1d",
    "24h": "1d",
    "weekly": "7d",
    "monthly": "1mo",
}
MINUTES = re.compile(r"(\d{1,3})(?:m|min|mins|minutes?)")
HOURS = re.compile(r"(\d{1,2})(?:h|hr|hrs|hours?)")
ALIKE = tuple(
    frozenset(words.split())
    for words in (
        "new next",
        "worker runner consumer processor handler",
        "prod production prd live",
        "stg stage staging",
        "db database",
        "svc service",
        "notify notifier notice notification notifications alert alerts noti",
        "msg message",
        "pay payment payments billing",
        "tier grade level rank",
        "eta forecast",
        "cust customer customers user users member members client clients",
        "dispatch send sender",
        "sync copy mirror replicate",
        "job task batch",
        "queue q",
        "config conf cfg settings",
        "api gateway gw",
        "api svc service",
        "pg postgres postgresql",
        "repl replica replication",
        "inv invoice",
        "stock inventory",
        "img image images",
        "calc calculate calculator",
        "daily nightly",
        "expiry expire expiration expired",
        "fn func function lambda",
        "remind reminder reminders",
        "dispatch dispatcher",
        "sms text",
        "booking reservation reserve",
        "product item goods",
        "delivery shipping shipment parcel",
        "auth login",
        "order orders purchase",
        "store shop",
        "mail email",
        "report reports summary",
        "rollup aggregate agg",
        "cleanup purge clean",
        "loader importer ingest",
        "lb alb balancer",
        "master primary",
    )
)
VARIED = frozenset(
    [
        "old",
        "new",
        "legacy",
        "blue",
        "green",
        "dev",
        "stage",
        "staging",
        "stg",
        "test",
        "canary",
        "primary",
        "secondary",
        "replica",
        "reader",
        "writer",
        "standby",
        "backup",
        "shadow",
        "dlq",
        "dead",
        "retry",
        "tmp",
        "temp",
        "prev",
        "previous",
        "read",
        "write",
        "in",
        "out",
        "up",
        "down",
        "left",
        "right",
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
    ]
)
SAID_OTHERWISE = (frozenset(("new", "next")), frozenset(("dlq", "deadletter")))
"""Words that tell a thing from another, each said in two ways."""
DEAD_LETTER = re.compile(r"dead[-_]?letters?(?:[-_]?queue|[-_]q)?(?=[-_]|$)")
LEAST, KEPT_LEAST = 6, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """A name of several parts, with the lines in which it stands."""

    name: str
    parts: tuple[str, ...]
    lines: tuple[int, ...]
    columns: tuple[int, ...]
    kinds: frozenset[str]


@lru_cache(maxsize=64)
def spelled(log: Log) -> tuple[Spelled, ...]:
    """Return the names of a log in the order of their first lines."""
    places: dict[str, list[tuple[int, int]]] = {}
    for number, line in log.numbered():
        for match in TOKEN.finditer(ESCAPE.sub("  ", line)):
            if _is_name(match[0]):
                places.setdefault(match[0], []).append((number, match.start() + 1))
    kinds: dict[str, set[str]] = {}
    for one in named(log):
        kinds.setdefault(one.name, set()).add(one.kind)
    return tuple(
        Spelled(
            name=name,
            parts=tuple(re.split(r"[-_]", DEAD_LETTER.sub("deadletter", name.lower()))),
            lines=tuple(number for number, _ in found),
            columns=tuple(column for _, column in found),
            kinds=frozenset(kinds.get(name, ())),
        )
        for name, found in places.items()
    )


def _is_name(text: str) -> bool:
    low = text.lower()
    if len(text) < LEAST or VERB.match(low) or PLAIN.fullmatch(low) or not re.search(r"[a-z]{2}", low):
        return False
    if (
        re.fullmatch(r"[A-Z]{1,8}[-_]\d[\d-]*|[a-z]{2}-(?:gov-)?(?:north|south|east|west|central)+-\d", text)
        or text.isupper()
    ):
        return False
    return not any(
        RANDOM.fullmatch(part)
        and not YEAR.fullmatch(part)
        and not HOURS.fullmatch(part)
        and not MINUTES.fullmatch(part)
        for part in re.split(r"[-_]", low)[1:]
    )


def normal(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts of a name with periods said one way: `half-hourly` and `30min` both as `30m`."""
    made: list[str] = []
    for part in parts:
        if part == "hourly" and made and made[-1] in ("30m", "15m"):
            continue
        minutes, hours = MINUTES.fullmatch(part), HOURS.fullmatch(part)
        if hours:
            made.append(f"{60 * int(hours[1])}m")
        else:
            made.append(f"{int(minutes[1])}m" if minutes else PERIODS.get(part, part))
    return tuple(made)


def likeness(one: Spelled, other: Spelled) -> str:
    """Return how two names are alike: `same`, `slip`, `number`, `letter`, `word`, `part`, or nothing."""
    if re.sub(r"[-_]", "", one.name.lower()) == re.sub(r"[-_]", "", other.name.lower()):
        return "joined" if len(one.parts) != len(other.parts) and "_" not in one.name + other.name else ""
    first, second = normal(one.parts), normal(other.parts)
    if len(first) >= 2 and sorted(first) == sorted(second):
        return "same"
    if len(one.parts) != len(other.parts):
        return _shortened(first, second)
    if len(first) > 2 and [part.removesuffix("s") for part in first] == [part.removesuffix("s") for part in second]:
        return "word"
    apart = [(a, b) for a, b in zip(one.parts, other.parts, strict=True) if a != b]
    kept = sum(len(a) for a, b in zip(one.parts, other.parts, strict=True) if a == b)
    if len(apart) == 1 and kept >= KEPT_LEAST:
        return _unlike(*apart[0], kept)
    if len(first) == len(second) and kept >= KEPT_LEAST:
        return _shortened(first, second)
    return ""


def _shortened(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """Return `word` when each part of a name is the other's, cut short or another word for it, in its place."""
    if len(one) != len(other) or len(one) < 2:
        return ""
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if not apart or any({a, b} & VARIED for a, b in apart):
        return ""
    return "word" if all(_cut(a, b) or _synonyms(a, b) for a, b in apart) and len(apart) <= 2 else ""


def alike_words(one: str, other: str) -> bool:
    """Return whether two words may be meant for one: a slip, one stem, parts changed round."""
    first, second = re.split(r"[-_]", one), re.split(r"[-_]", other)
    if len(first) > 1 and sorted(first) == sorted(second):
        return True
    if len(first) != len(second):
        return False
    apart = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(apart) != 1 or not all(word.isalpha() for word in apart[0]):
        return False
    a, b = apart[0]
    stem = sum(1 for n in range(min(len(a), len(b))) if a[: n + 1] == b[: n + 1])
    return min(len(a), len(b)) >= 4 and (_one_letter(a, b) or stem >= 4)


def _cut(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and short.isalpha() and long.isalpha() and long.startswith(short)


def _synonyms(one: str, other: str) -> bool:
    return any(one in words and other in words for words in ALIKE)


def _unlike(one: str, other: str, kept: int) -> str:
    if _periods(one) and _periods(other):
        return ""
    if len(one) == len(other) > 3 and re.sub(r"\d", "", one) == re.sub(r"\d", "", other) and one[::-1] != other:
        digits = [re.sub(r"\D", "", text) for text in (one, other)]
        if digits[0] == digits[1] and not (one.isdigit() or one.isalpha()):
            return "same"
    digits = [re.sub(r"\D", "", text).lstrip("0") for text in (one, other)]
    if one.isdigit() and other.isdigit():
        if len(one) == len(other) == 2 and one == other[::-1]:
            return "turned"
        return "number" if len(one) == len(other) >= 3 and sorted(one) == sorted(other) else ""
    if (
        digits[0]
        and digits[0] == digits[1]
        and min(len(one), len(other)) <= 2
        and {one[:1], other[:1]} != {"v", digits[0][:1]}
    ):
        return "number"
    if len(one) == len(other) == 1 and one.isdigit() != other.isdigit():
        return "letter"
    if {one, other} == SAID_OTHERWISE[1]:
        return "twice"
    if not (one.isalpha() and other.isalpha()) or {one, other} & VARIED:
        return "word" if frozenset((one, other)) in SAID_OTHERWISE else ""
    short, long = sorted((one, other), key=len)
    if (
        len(short) >= 4
        and long.startswith(short)
        and len(long) - len(short) <= 3
        and not (long == short + "s" and kept < 8)
    ):
        return "slip"
    if len(short) >= 4 and (len(long) >= 5 or sorted(one) == sorted(other)) and _one_letter(one, other):
        return "slip"
    if _synonyms(one, other) or (_cut(one, other) and len(short) >= 3):
        return "word"
    return "part"


def _periods(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:m|d|mo)", normal((text,))[0]))


def _one_letter(one: str, other: str) -> bool:
    """Return whether one letter more, less, other or changed round makes two words of one."""
    if sorted(one) == sorted(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 2
    changed = [code for code in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if code[0] != "equal"]
    return (
        abs(len(one) - len(other)) <= 1
        and len(changed) == 1
        and changed[0][2] - changed[0][1] <= 1
        and changed[0][4] - changed[0][3] <= 1
    )


def family(names: tuple[Spelled, ...], one: Spelled, other: Spelled) -> Iterator[Spelled]:
    """Yield the names that differ from one of two in the same single part as they do from each other."""
    place = next((n for n, (a, b) in enumerate(zip(one.parts, other.parts, strict=False)) if a != b), None)
    for each in names:
        if each is not one and each is not other and place is not None and len(each.parts) == len(one.parts):
            rest = [part for n, part in enumerate(each.parts) if n != place]
            if rest == [part for n, part in enumerate(one.parts) if n != place]:
                yield each
