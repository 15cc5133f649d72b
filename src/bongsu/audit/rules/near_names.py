"""One thing is spelled one way: the parts of its name keep their order, their words and their numbers.

Source: the log's own names; a service answers to its exact name alone.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations, product
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.commands import COMMAND
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.rules import other_name
from bongsu.audit.rules.other_name import beside
from bongsu.audit.spelled import family, likeness, spelled
from bongsu.audit.together import in_one_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.spelled import Spelled

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NAMES_MOST = 300
REFUSED = re.compile(
    r"not ?found|no such|does not exist|doesn't exist|unknown|invalid|could not find|couldn't find|typo|misspel\w*|mistyped|wrong name|(?:fixed|corrected) the name|first blamed|slip\b|renam\w+|alias(?:ed)? (?:of|for|to)|"
    r"오타|잘못 ?(?:친|쳤|적|입력)|없는 이름|이름을 바꾸|이름 ?변경|개명|찾을 수 없|오기",
    re.IGNORECASE,
)
"""What stands with a name that somebody mistyped and mended, or that was changed on purpose."""
CONTRAST = re.compile(
    r"\b(?:old|new|previous\w*|legacy|former\w*|replac\w+|instead|backup|trial|staging|separate|different|another|other|both|copy|clone|spare|retired|moved?|move from|from|switch\w*|versus|vs|not)\b|→|->|"
    r"뺀|넣은|교체|갈아|바꾼|옛|구 |새 |기존|예비|신규|이전|예전|각각|별도|다른|대신",
    re.IGNORECASE,
)
OLD = re.compile(
    r"\b(?:old|previous\w*|legacy|former\w*|other|second|another|both)\b|옛|구 |기존|이전|다른|예전", re.IGNORECASE
)
RARE, FAMILY = 3, 2
NEAR_BY = 8
ABOVE, TITLE_MOST = 2, 60


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield names that are another's parts in another order, another's slip, or another word for one of its parts."""
    yield from _across(logs)
    for log in filter(written, logs):
        names = spelled(log)
        told = [hit.why for hit in hits(other_name, log)] if len(names) > 1 else []
        # `home-nas` and `nas-home`, `build-nas` and `nas-build`: each is called so in its place.
        habit = sum(many > 1 for many in Counter(tuple(sorted(one.parts)) for one in names).values()) > 1
        for one, other in combinations(names, 2) if len(names) <= NAMES_MOST else ():
            how = likeness(one, other)
            if (
                how
                and not (habit and _turned_round(one, other))
                and _apart(log, one, other)
                and _meant(log, names, (one, other), how)
            ):
                rare, usual = sorted((one, other), key=lambda each: (len(each.lines), -each.lines[0]))
                if any(repr(one.name) in why and repr(other.name) in why for why in told):
                    continue
                yield Hit(
                    spot=Spot(log.name, rare.lines[0], rare.columns[0], rare.columns[0] + len(rare.name)),
                    also=tuple(log.spot(number) for number in (*usual.lines[:4], *rare.lines[1:3])),
                    why=f"{rare.name!r} here, {usual.name!r} elsewhere",
                    instead="the name that the service answers to, the same everywhere",
                )


def _across(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield a name of one file that another file has with another number, where neither has both."""
    for log, other in combinations([one for one in logs if written(one)], 2):
        for one, two in product(spelled(log), spelled(other)):
            kept = one.parts[:-1] == two.parts[:-1] and len(one.parts) > 1 and one.parts[-1] != two.parts[-1]
            numbers = one.parts[-1].isdigit() and two.parts[-1].isdigit()
            if kept and numbers and not [*family(spelled(log), one, two), *family(spelled(other), two, one)]:
                yield Hit(
                    spot=Spot(other.name, two.lines[0], two.columns[0], two.columns[0] + len(two.name)),
                    also=tuple(log.spot(number) for number in one.lines[:4]),
                    why=f"{two.name!r} here, {one.name!r} in {log.name}",
                    instead="the name that the service answers to, the same everywhere",
                )


def _apart(log: Log, one: Spelled, other: Spelled) -> bool:
    """Return whether two names never stand together, as two things that a log tells of do, and none was a mistake."""
    if set(one.lines) & set(other.lines) or any(
        withdrawn(log, number) for number in (*one.lines[:3], *other.lines[:3])
    ):
        return False
    if in_one_column(log, one.name, other.name) or _inflected(one.name, other.name):
        return False
    few = min((one, other), key=lambda each: len(each.lines))
    near = "\n".join(text for number in few.lines[:3] for _, text in log.numbered(number, number + 2))
    return not REFUSED.search(near)


def _turned_round(one: Spelled, other: Spelled) -> bool:
    return one.parts != other.parts and sorted(one.parts) == sorted(other.parts)


def _inflected(one: str, other: str) -> bool:
    """Return whether two names are a verb and its past: `un-divert`, `un-diverted`."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) :] in ("d", "ed", "ing")


def _meant(log: Log, names: tuple[Spelled, ...], pair: tuple[Spelled, Spelled], how: str) -> bool:
    one, other = pair
    rare, usual = sorted(pair, key=lambda each: len(each.lines))
    if how == "part" and len(rare.lines) == len(usual.lines):
        rare, usual = usual, rare
    if how in ("same", "slip"):
        return True
    if how == "turned":
        return _turned(list(family(names, one, other)), rare, usual)
    if (one.kinds and other.kinds and not one.kinds & other.kinds) or ("_" in one.name) != ("_" in other.name):
        return False
    if how == "number":
        return True
    if how == "twice":
        return len(rare.lines) <= RARE and not any(CONTRAST.search(beside(log, n, rare.name)) for n in rare.lines)
    if how == "joined":
        return (
            len(rare.lines) == 1
            and len(usual.lines) > 1
            and not (one.kinds and other.kinds and one.kinds != other.kinds)
        )
    kin = list(family(names, one, other))
    if how == "letter":
        # `pg-a`, `pg-b` and one `pg-3`: the one that is not of the row.
        styles = [each.parts[-1].isdigit() for each in (*kin, usual)]
        return bool(kin) and len(set(styles)) == 1 and rare.parts[-1].isdigit() != styles[0] and len(rare.lines) <= RARE
    return len(kin) < FAMILY and len(rare.lines) <= RARE and _by_word(log, names, (rare, usual), how)


def _by_word(log: Log, names: tuple[Spelled, ...], pair: tuple[Spelled, Spelled], how: str) -> bool:
    """Return whether two names that have another word in one place are meant for one thing."""
    rare, usual = pair
    said = [log.line(number) for number in rare.lines]
    if {"new", "next"} <= {*rare.parts, *usual.parts}:
        return True
    if any(CONTRAST.search(beside(log, number, rare.name)) for number in rare.lines):
        return False
    kinds = rare.kinds & usual.kinds
    if how == "word":
        return bool(kinds) or not any(CONTRAST.search(text) for text in said)
    above = [text for number in rare.lines for _, text in log.numbered(max(1, number - ABOVE), number - 1)]
    if any(OLD.search(text) for text in above if len(text) < TITLE_MOST and text.lstrip()[:1] != "|"):
        return False
    typed = all(COMMAND.search(line) for line in said)
    others = {each.name for each in names if each.kinds & kinds} - {rare.name, usual.name}
    return bool(kinds) and typed and not others and _alone(log, rare, usual)


def _turned(row: list[Spelled], rare: Spelled, usual: Spelled) -> bool:
    """Return whether a name with its two digits changed round stands once, far from every other number of its row."""
    place = next(n for n, (a, b) in enumerate(zip(rare.parts, usual.parts, strict=True)) if a != b)
    numbers = [each.parts[place] for each in row if each.parts[place].isdigit()]
    near = any(abs(int(number) - int(rare.parts[place])) <= NEAR_BY for number in numbers)
    return len(rare.lines) == 1 and len(usual.lines) > 1 and not near


def _alone(log: Log, rare: Spelled, usual: Spelled) -> bool:
    """Return whether the word that sets a name apart stands nowhere else: then the log knows no such thing."""
    word = next((a for a, b in zip(rare.parts, usual.parts, strict=True) if a != b), "")
    regex = re.compile(rf"(?<![a-z]){re.escape(word)}(?![a-z])", re.IGNORECASE)
    own = set(rare.lines)
    return (
        bool(word)
        and not any(regex.search(line) for number, line in log.numbered() if number not in own)
        and not any(len(regex.findall(log.line(number))) > log.line(number).count(rare.name) for number in own)
    )
