"""What is one of a row: a kind of thing with its number or its letter, and whether two texts tell of two of one row."""

from __future__ import annotations

import re
from functools import lru_cache

from bongsu.audit.patterns import pattern
from bongsu.audit.words import stem

MARKED = pattern(
    r"(?<![\w-])(?P<noun>[A-Z]?[a-z]{2,14}) (?:#|no\.? ?|number )?(?P<mark>[A-HJ-Z](?![\w'’.-])|\d{1,4}(?![\w.:%/-]|,\d| ?[a-z%]))"
    r"|(?<![가-힣\w.:-])(?P<n>\d{1,3})(?P<unit>층|동|호기|호|구역|병동|라인|차선|조|학년|반)(?!\d)|(?<![가-힣\w.:-])(?P<m>\d{1,3})번 ?(?P<kind>[가-힣]{2,5})"
)
CALLED = pattern(
    r"(?:^|[.:;,>|\]] )(?P<name>[A-Z](?!\w*ed\b)[A-Za-z]{3,20}) (?P<kind>[a-z]{4,14})(?= (?:is|was|were|has|had|went|switched|turned|stopped|started|paused|resumed|off|on)\b)"
)
"""`BellMail sending switched off`: one of several by its own name, where a sentence begins with it."""
NO_KIND = re.compile(
    r"the|and|for|from|with|was|were|has|had|are|about|only|than|then|over|under|all|after|before|until|till|since"
    r"|between|within|just|some|exactly|least|most|another|nearly|almost|into|off|out|not|but|that|this|those|these"
    r"|its|our|read|reads|reading|show|shows|say|says|said|took|take|takes|sent|got|counted|found|saw|see|made|make"
    r"|makes|of|total|totals|around|roughly|twice|plus|minus|or|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|oct|sep|nov|dec|jan|feb|mar|apr|jun|jul|aug|sept|every|other|one|two|mon"
    r"|tue|wed|thu|fri|sat|sun|like|when|while|which|there|where|answered|answers|returned|returns|gave|gives|still"
    r"|now|row|rows|line|lines|exit|exits|code|status|http|version|by|to|in|on|at|day|week|hour|year|minute|minutes"
    r"|second|seconds|percent|count|lag|depth|size|length|age|port|because|below|above|reached|reaches|so|as|part|up"
    r"|down|left|page|ran|run|is|be"
)
"""What stands before a number that is none of a row's."""


@lru_cache(maxsize=20_000)
def marks(text: str) -> frozenset[tuple[str, str]]:
    """Return the kinds of things that a text calls by a number or a letter, each with that."""
    found = set()
    for match in MARKED.finditer(text):
        kind = (match["noun"] or match["unit"] or match["kind"]).lower()
        if not NO_KIND.fullmatch(kind):
            found.add((stem(kind) if match["noun"] else kind, match["mark"] or match["n"] or match["m"]))
    return frozenset(found)


def others(one: str, other: str) -> bool:
    """Return whether two texts tell of two things of one row: of the third floor and of the fourth, of pump 2 and of pump 5."""
    return any(
        not first & second and bool({kind for kind, _ in first} & {kind for kind, _ in second})
        for first, second in ((marks(one), marks(other)), (_called(one), _called(other)))
    )


@lru_cache(maxsize=20_000)
def _called(text: str) -> frozenset[tuple[str, str]]:
    """Return the kinds of things of which a sentence of a text begins with one by its name."""
    return frozenset((match["kind"], match["name"]) for match in CALLED.finditer(text))
