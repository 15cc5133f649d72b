"""One announcement on two channels gives one figure for one thing.

Source: the log's own messages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import body
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.records import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.records import Record

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
FIGURE = pattern(
    r"(?P<label>[^\W\d_][^\W\d_ /-]*(?:[ /-][^\W\d_]+){0,3})\*?\s*[:：]\W{0,4}(?P<value>\d+ ?/ ?\d+|\d[\d,.]* ?(?:%|seconds?|s\b|초|MB|ms|분|건))",
)
UNITS = {"second": "s", "seconds": "s", "초": "s"}
Told = dict[frozenset[str], tuple[str, str, "Spot"]]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield figures that differ between messages of the same title on two channels."""
    for log in logs:
        found = [(one, _figures(one)) for one in messages(log) if one.kind == "section" and one.service]
        for place, (record, figures) in enumerate(found):
            for other, earlier in found[:place]:
                if _title(other) == _title(record) and other.service != record.service:
                    yield from _compared(figures, earlier)


def _title(record: Record) -> str:
    return re.sub(r"\W+", " ", re.sub(r"\(.*?\)|T ?\+\S*", "", record.title)).strip().lower()


def _figures(record: Record) -> Told:
    made: Told = {}
    for number, line in body(record):
        for match in FIGURE.finditer(line.replace("\\n", "  ")):
            words = frozenset(word.lower() for word in re.findall(r"[^\W\d_]+", match["label"]))
            value = re.sub(r"[\s,]", "", match["value"])
            amount, unit = re.fullmatch(r"([\d./]*)(.*)", value).groups()  # type: ignore[union-attr]
            made.setdefault(words, (amount, UNITS.get(unit, unit), record.log.spot(number, match, "value")))
    return made


def _compared(figures: Told, earlier: Told) -> Iterator[Hit]:
    for words, (amount, unit, spot) in figures.items():
        for others, (was, of, place) in earlier.items():
            if (
                (words <= others or others <= words)
                and unit == of
                and ("/" in amount) == ("/" in was)
                and amount != was
            ):
                yield Hit(
                    spot=spot,
                    also=(place,),
                    why=f"{amount} {unit} here, {was} {of} in the same announcement on the other channel".replace(
                        "  ", " "
                    ),
                    instead="the measured figure, the same in both",
                )
