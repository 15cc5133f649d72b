"""How much speaks for it that two names were meant for one thing: how alike they are, how rare one is, what stands beside them.

The weights were fitted to logs in which it was known what contradicts what, and measured on those that a fit had not seen.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from bongsu.audit.commands import COMMAND
from bongsu.audit.name_pairs import VERSION, changed, names_of, parts
from bongsu.audit.odd_weights import around
from bongsu.audit.odd_words import tokens
from bongsu.audit.rules.other_name import VARIANT
from bongsu.audit.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.name_pairs import Pair

WEIGHTS: Mapping[str, float] = {
    "always": -4.98,
    "only usual": 1.6,
    "slipped once": 1.55,
    "longer": -1.15,
    "near": 1.14,
    "word": -1.03,
    "turned": 0.93,
    "unlike once": -0.91,
    "three": 0.87,
    "gap": 0.79,
    "back": 0.77,
    "word behind": -0.77,
    "mixed": -0.69,
    "once": 0.63,
    "unlike back": 0.62,
    "many": -0.61,
    "first": -0.59,
    "twice": -0.57,
    "slip": 0.54,
    "only rare": 0.51,
    "dot": -0.49,
    "mark": 0.49,
    "alike": -0.47,
    "next": 0.47,
    "new": 0.43,
    "unlike new": 0.43,
    "slipped apart": 0.34,
    "stem": 0.33,
    "four": -0.3,
    "unlike apart": -0.29,
    "way back": 0.29,
    "kin": -0.28,
    "unlike kin": -0.27,
    "all variant": 0.26,
    "beside": -0.26,
    "version": 0.21,
    "last": 0.18,
    "late": 0.15,
    "shares": 0.15,
    "usual typed": 0.15,
    "usual apart": 0.14,
    "unlike beside it": -0.12,
    "word before": 0.12,
    "digit": -0.11,
    "elsewhere": -0.09,
    "joined": 0.09,
    "common": -0.08,
    "usual often": -0.08,
    "file": -0.07,
    "slipped beside": -0.07,
    "typed": 0.07,
    "mistaken": 0.06,
    "order": 0.06,
    "usual lines": -0.06,
    "apart": 0.05,
}
LEAST = -0.2
"""What it takes: above it, one in a hundred logs without a contradiction had a pair when they were measured unseen."""
CONTRAST = re.compile(
    r"\b(?:old|previous\w*|legacy|former\w*|other|others|another|copy|clone|spare|standby|replica|second|both|backup|trial|staging|instead|unlike|versus|vs|separate|different|untouched|unchanged|remains?|stay(?:s|ed)?|from|replac\w+|renam\w+|alias|without|except|besides|next|delete\w*|removed?|retired|later|tomorrow|each|also|not)\b|→|->|=>"
    r"|옛|구 |기존|예비|이전|예전|각각|별도|다른|대신|나머지|둘|두 |그대로|복제|않|없|아니|다음|삭제|지움|지웠|내일|모두|도 |와 |과 ",
    re.IGNORECASE,
)
BACK = re.compile(
    r"\b(?:only|same|above|the one|that|said|mentioned|earlier|again|just|created|made|new)\b|하나|유일|그 |같은|바로|위의|아까|새|만든|올린|뿐",
    re.IGNORECASE,
)
NEW = re.compile(r"\bnew\b|새|신규|promot\w+|승격|renewed|target|replacement", re.IGNORECASE)
ONLY = re.compile(r"\b(?:only|one|sole|single)\b|하나|뿐|유일|한 ?(?:대|개)", re.IGNORECASE)
WAY_BACK = re.compile(r"roll|back|되돌|롤백|복귀|원복|비상", re.IGNORECASE)
MISTAKEN = re.compile(
    r"typo|mistyp\w+|misspel\w*|wrong|renam\w+|alias|called|오타|잘못|이름|정정|고쳐|수정", re.IGNORECASE
)
BEFORE = re.compile(r"([A-Za-z가-힣]{2,})[^A-Za-z가-힣]{0,4}$")
BEHIND = re.compile(r"[^A-Za-z가-힣]{0,4}([A-Za-z가-힣]{2,})")
FILE = re.compile(r"\.(?:md|txt|log|json|ya?ml|sh|py|ts|js|sql|csv|html?|toml|bin|conf)$")
EMPTY = frozenset(
    [
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "is",
        "was",
        "and",
        "for",
        "by",
        "with",
        "from",
        "this",
        "that",
        "as",
        "it",
        "be",
        "are",
    ]
)
STRONG = frozenset(["turned", "order", "stem", "slip", "joined"])
AROUND, CLOSE, FAR, LATE, SHORT, FIRST, MANY = 40, 25, 4, 0.6, 2, 3, 2


def weight(log: Log, pair: Pair) -> float:
    """Return how much speaks for it that a name was written for another; below LEAST it is nothing."""
    told = features(log, pair)
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in told.items()) + WEIGHTS.get("always", 0.0)


def features(log: Log, pair: Pair) -> dict[str, float]:
    """Return what there is to weigh, each by its name."""
    strong = pair.how in STRONG
    told = {**_of_names(pair), **_of_places(log, pair), **_of_words(log, pair)}
    told |= {
        "slipped once": strong and told["once"],
        "unlike once": not strong and told["once"],
        "slipped apart": strong and told["apart"],
        "unlike apart": not strong and told["apart"],
        "slipped beside": strong and told["beside"],
        "unlike back": not strong and told["back"],
        "unlike new": not strong and told["new"],
        "unlike kin": not strong and pair.kin > 0,
        "unlike beside it": not strong and told["beside it"],
    }
    return {name: float(value) for name, value in told.items() if value}


def _of_names(pair: Pair) -> dict[str, float]:
    one, other = {*parts(pair.usual)}, {*parts(pair.rare)}
    apart, place = one ^ other, changed(pair.usual, pair.rare)
    many = len(parts(pair.usual))
    return {
        pair.how: 1.0,
        "kin": min(FIRST, pair.kin),
        "alike": min(FAR, pair.alike),
        "variant": bool(apart & VARIANT),
        "all variant": bool(apart) and all(part in VARIANT or len(part) <= SHORT for part in apart),
        "common": math.log(1 + sum(map(len, one & other))),
        "version": VERSION.fullmatch(pair.rare) is not None,
        "file": FILE.search(pair.rare) is not None,
        "dot": "." in pair.rare and VERSION.fullmatch(pair.rare) is None,
        "last": place is not None and place == many - 1,
        "first": place == 0,
        "three": many >= FIRST,
        "four": many >= FAR,
    }


def _of_places(log: Log, pair: Pair) -> dict[str, float]:
    names = names_of(log)
    usual, rare = ({spot.line for spot in names[name]} for name in (pair.usual, pair.rare))
    gap = min(abs(one - other) for one in usual for other in rare)
    total = len(log.text.lines)
    own = [part for part in {*parts(pair.rare)} - {*parts(pair.usual)} if len(part) > SHORT]
    elsewhere = any(sum(part in line.lower() for line in log.text.lines) > len(rare) for part in own)
    return {
        "once": len(rare) == 1,
        "twice": len(rare) == MANY,
        "usual once": len(usual) == 1,
        "usual often": len(usual) >= FIRST,
        "usual lines": math.log(len(usual)),
        "beside": gap <= SHORT,
        "gap": math.log(1 + gap),
        "after": min(rare) > min(usual),
        "after all": min(rare) > max(usual),
        "late": min(rare) > LATE * total,
        "elsewhere": elsewhere,
        "new part": bool(own) and not elsewhere,
    }


def _of_words(log: Log, pair: Pair) -> dict[str, float]:
    names = names_of(log)
    usual, rare = names[pair.usual], names[pair.rare]
    near = " ".join(_near(log, spot, AROUND) for spot in rare)
    near_first, near_usual = (" ".join(_near(log, spot, AROUND) for spot in usual[:most]) for most in (1, len(usual)))
    own, theirs = ({word for spot in spots for word in tokens(_near(log, spot, CLOSE))} for spots in (rare, usual))
    lines, others = ({spot.line for spot in spots} for spots in (rare, usual))
    said, told = (
        frozenset(word for line in found for word in tokens(log.line(line).lower().replace(name, " ")))
        for found, name in ((lines, pair.rare), (others, pair.usual))
    )
    before, behind = ([{*_beside(log, spots, ahead=ahead)} for spots in (rare, usual)] for ahead in (True, False))
    same_before, same_behind = (bool(found[0] & found[1]) for found in (before, behind))
    return {
        "apart": CONTRAST.search(near) is not None,
        "usual apart": CONTRAST.search(near_first) is not None,
        "back": BACK.search(near) is not None,
        "mistaken": any(MISTAKEN.search(log.line(line)) for line in lines),
        "typed": any(_typed(log, line) for line in lines),
        "usual typed": any(_typed(log, line) for line in others),
        "shares": around(log).sum(said & told),
        "near": bool(own & theirs),
        "many": max(sum(spot.line == line for spots in names.values() for spot in spots) for line in lines) > MANY,
        "word before": same_before,
        "word behind": same_behind,
        "beside it": bool((before[0] | behind[0]) & (before[1] | behind[1])),
        "new": NEW.search(near) is not None and NEW.search(near_usual) is not None,
        "only usual": ONLY.search(near_usual) is not None,
        "only rare": ONLY.search(near) is not None,
        "way back": any(WAY_BACK.search(f"{log.section(n).title} {log.line(n)}") for n in lines),
    }


def _near(log: Log, spot: Spot, most: int) -> str:
    line = log.line(spot.line)
    return f"{line[max(0, spot.column - 1 - most) : spot.column - 1]} # {line[spot.end - 1 : spot.end - 1 + most]}"


def _beside(log: Log, spots: tuple[Spot, ...], *, ahead: bool) -> Iterator[str]:
    """Yield the words right before a name, or right behind it."""
    for spot in spots:
        line = log.line(spot.line)
        match = BEFORE.search(line[: spot.column - 1][-AROUND:]) if ahead else BEHIND.match(line[spot.end - 1 :])
        if match and match[1].lower() not in EMPTY:
            yield match[1].lower()[: 5 if match[1].isascii() else SHORT]


def _typed(log: Log, number: int) -> bool:
    return typed(log.line(number)) is not None or COMMAND.search(log.line(number)) is not None
