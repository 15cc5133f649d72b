"""A thing does not change its name within a log, or from one file to the next: service, function, queue, host, directory.

Source: the logs' own names; two names that are alike, of one kind, for what the log tells of as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.called import KINDS, lines_with, named
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.typed import refused_lines
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.called import Named
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
VARIANT = frozenset(
    [
        "old",
        "new",
        "legacy",
        "blue",
        "green",
        "prod",
        "dev",
        "stage",
        "staging",
        "test",
        "trial",
        "canary",
        "primary",
        "secondary",
        "replica",
        "reader",
        "writer",
        "standby",
        "spare",
        "backup",
        "copy",
        "main",
        "shadow",
        "left",
        "right",
        "north",
        "south",
        "east",
        "west",
        "in",
        "out",
        "in",
        "out",
        "up",
        "down",
        "read",
        "write",
        "hot",
        "cold",
        "hourly",
        "daily",
        "nightly",
        "weekly",
        "monthly",
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
        "dlq",
        "dead",
        "retry",
        "tmp",
        "temp",
        "next",
        "prev",
        "previous",
    ]
)
CONTRAST = re.compile(
    r"\b(?:old|new|previous\w*|legacy|former\w*|second|third|other|another|both|copy|clone|spare|standby|renam\w+|replac\w+|instead|besides|next to|backup|trial|staging|alias|apart|also|unlike|versus|vs|separate|different|two|three|successor|retired|parent|child)\b|→|->|"
    r"옛|새 |기존|예비|신규|이전|이름|변경|둘|두 |각각|별도|다른|구 ",
    re.IGNORECASE,
)
MOVED = re.compile(r"\b(?:old|new|legacy|renam\w+|replac\w+|retired)\b|→|->|옛|새 |기존|신규", re.IGNORECASE)
IDENTITY = re.compile(
    r"\bthe (?:one|same|only)\b|\bonly (?:function|rule|service|queue|target|host|table|one)\b|\bas (?:above|before)\b|\b(?:rolled|moved|switched|named|mentioned|enabled|deployed|created|used) above\b|\bthis (?:rule|service|function|queue|table|host|cluster) (?:has|is|was)\b|\bas planned\b|"
    rf"\bsame (?:{'|'.join(KINDS)}|name|thing)\b|위의|위에서|앞서|(?:동일한?|같은) ?(?:{'|'.join(KINDS)}|이름|것)|유일|바로 그|해당",
    re.IGNORECASE,
)
APART = frozenset(["old", "new", "legacy", "dlq", "dead", "deadletter"])
"""Parts that make another thing of a name, whatever else differs."""
FAMILY = 3
RARE, OFTEN = 2, 2
NEAR = 0.8
"""How like each other two names are of which nothing but the likeness says that they are meant for one."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield names that stand once or twice where the log otherwise has another name for the thing."""
    by_kind: dict[str, dict[str, list[Named]]] = defaultdict(lambda: defaultdict(list))
    for log in filter(written, logs):
        for one in named(log):
            if not withdrawn(log, one.number) and one.number not in refused_lines(log):
                by_kind[one.kind][one.name].append(one)
    for kind, names in by_kind.items():
        for first, second in combinations(names, 2):
            if alike(first, second) and len(_family(names, first, second)) < FAMILY:
                yield from _pair(logs, kind, (names[first], names[second]))


def alike(one: str, other: str) -> bool:
    """Return whether two names may be meant for one thing: alike, and no variants of each other by their parts."""
    first, second = (re.split(r"[-_./]", name.lower()) for name in (one, other))
    if one.lower().replace("_", "-") == other.lower().replace("_", "-"):
        return False
    apart = set(first) ^ set(second)
    if apart & VARIANT and all(part in VARIANT or re.fullmatch(r"v?\d+[a-z]{0,2}", part) for part in apart):
        return False
    if apart & APART or all(len(part) == 1 for part in apart):
        return False
    if set(first) < set(second) or set(second) < set(first):
        return False
    near = SequenceMatcher(None, one.lower(), other.lower()).ratio()
    return near >= NEAR or (near >= 0.55 and len(first[0]) >= 4 and first[0][:4] == second[0][:4])


def _slip(one: str, other: str) -> bool:
    """Return whether one letter makes two names of one, as a slip of the finger does."""
    if min(len(one), len(other)) < 7 or abs(len(one) - len(other)) > 1:
        return False
    changed = [code for code in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if code[0] != "equal"]
    letters = "".join(one[code[1] : code[2]] + other[code[3] : code[4]] for code in changed)
    return (
        len(changed) == 1 and len(letters) <= 2 and letters.isalpha() and not (one + "s" == other or other + "s" == one)
    )


def _numbered(one: str, other: str) -> bool:
    """Return whether two names differ in digits alone: they may well be two of a row."""
    plain = [re.sub(r"\d+", "#", name.lower()) for name in (one, other)]
    return plain[0] == plain[1] or re.sub(r"[-_.]?v?#", "", plain[0]) == re.sub(r"[-_.]?v?#", "", plain[1])


def _family(names: dict[str, list[Named]], one: str, other: str) -> list[str]:
    head = one[:3].lower()
    return [name for name in names if name[:3].lower() == head and name not in (one, other)] + [one, other][:1]


def _pair(logs: Sequence[Log], kind: str, pair: tuple[list[Named], list[Named]]) -> Iterator[Hit]:
    places = [{(log.name, n): log for log in logs for n in lines_with(log, names[0].name)} for names in pair]
    if set(places[0]) & set(places[1]):
        return
    rare, often = (0, 1) if len(places[0]) < len(places[1]) else (1, 0)
    said = [(log, n) for (_, n), log in places[rare].items()]
    usual = [(log, n) for (_, n), log in places[often].items()]
    identity = any(IDENTITY.search(log.line(n)) for log, n in said)
    apart = any(CONTRAST.search(beside(log, n, pair[rare][0].name)) for log, n in said)
    moved = any(MOVED.search(beside(log, n, pair[often][0].name)) for log, n in usual)
    if len(said) > RARE or ((apart or moved) and not identity):
        return
    across = {log.name for log, _ in said}.isdisjoint({log.name for log, _ in usual})
    near = SequenceMatcher(None, pair[0][0].name.lower(), pair[1][0].name.lower()).ratio()
    if _numbered(pair[0][0].name, pair[1][0].name):
        meant = identity or (across and _same_fact(kind, pair, said, usual))
    else:
        meant = (
            identity
            or _slip(pair[0][0].name, pair[1][0].name)
            or ((near >= NEAR or _one_stem(kind, pair)) and (across or OFTEN <= len(usual) > len(said)))
            or _fields(pair)
        )
    if meant and not _one_column(pair):
        one, other = pair[rare][0], pair[often][0]
        yield Hit(
            spot=type(one.log.spot(1))(one.log.name, one.number, one.column, one.column + len(one.name)),
            also=tuple(log.spot(n) for log, n in usual[:3]),
            why=f"the {kind} is {one.name!r} here and {other.name!r} elsewhere",
            instead="the name that the service answers to, the same everywhere",
        )


def beside(log: Log, number: int, name: str) -> str:
    """Return the words around a name in its line, without the name."""
    line = log.line(number)
    place = line.find(name)
    return (line[max(0, place - 40) : place] + " " + line[place + len(name) : place + len(name) + 40]).replace(
        "--", " "
    )


def _one_stem(kind: str, pair: tuple[list[Named], list[Named]]) -> bool:
    """Return whether two names are one but for a plural and the word for what they name: `orders`, `order-queue`."""
    parts = [re.split(r"[-_.]", names[0].name.lower()) for names in pair]
    bare = [[part.removesuffix("s") for part in one if part != kind] for one in parts]
    return bare[0] == bare[1]


def _same_fact(
    kind: str, pair: tuple[list[Named], list[Named]], said: list[tuple[Log, int]], usual: list[tuple[Log, int]]
) -> bool:
    own = stems(f"{pair[0][0].name} {pair[1][0].name} {kind}")
    here = [stems(log.line(n)) - own for log, n in said]
    there = [stems(log.line(n)) - own for log, n in usual]
    return any(one & other for one in here for other in there)


def _fields(pair: tuple[list[Named], list[Named]]) -> bool:
    """Return whether both names are the value of one field: `function: x` and further down `function: y`."""
    keys = []
    for names in pair:
        found = [one for one in names[0].log.fields if one.spot.line == names[0].number]
        keys.append(found[0].key if found and names[0].name in found[0].value else "")
    near = SequenceMatcher(None, pair[0][0].name, pair[1][0].name).ratio()
    return bool(keys[0]) and keys[0] == keys[1] and near >= 0.7


def _one_column(pair: tuple[list[Named], list[Named]]) -> bool:
    for table in pair[0][0].log.tables:
        for column in range(len(table.heads)):
            cells = " ".join(row[column].text for row in table.rows)
            if pair[0][0].name in cells and pair[1][0].name in cells:
                return True
    return False
