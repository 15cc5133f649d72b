"""`All acknowledged` does not hold when a row of the log's own table is not.

Source: the log's own rows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied
from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log, Table

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
ALL = r"(?:\b(?:all|every|everyone|everybody|100 ?%|both|whole team)\b(?! (?:the )?(?:minutes|seconds|hours|times|figures|numbers|values|lengths|dates|clocks)\b)|전원|모두|모든)"
"""All of those who could; `all times are from page to ack` is of figures."""
MATTERS = {
    "acknowledged": (
        re.compile(
            rf"{ALL}.{{0,50}}\b(?:ack\b|ack(?:['’]?d|ed)\b|acknowledged\b)|{ALL}.{{0,30}}(?:확인|응답) ?(?:완료|함|했)",
            re.IGNORECASE,
        ),
        re.compile(r"ack|acknowledg|answered|응답|확인"),
        re.compile(r"\back|acknowledg|응답|확인", re.IGNORECASE),
    ),
    "passed": (
        re.compile(
            rf"{ALL}.{{0,40}}\b(?:pass(?:ed)?|succeeded|successful|green|ok)\b|{ALL}.{{0,30}}(?:통과|성공|정상)",
            re.IGNORECASE,
        ),
        re.compile(r"(?:check |test )?(?:result|status|verdict|outcome|결과|판정|상태)"),
        None,
    ),
    "verified": (
        re.compile(rf"{ALL}.{{0,40}}\b(?:verified|confirmed)\b|{ALL}.{{0,30}}검증 ?완료", re.IGNORECASE),
        re.compile(r"verified|confirmed|검증"),
        None,
    ),
}
NEAR_LINES = 25
NOT = re.compile(
    r"no|none|n/?a|[-–—✗✘❌x]|false|no (?:answer|response|ack)|not (?:ack\w*|answered|verified|reached|confirmed|run|done)|pending|awaiting|"
    r"missed|timed? ?out|unreachable|unknown|fail(?:ed|s|ure)?|error|red|unverified|미확인|미응답|무응답|실패|대기|미검증|없음",
    re.IGNORECASE,
)
MARK = re.compile(r"^[^\w❌✗✘–—-]+|[^\w❌✗✘–—)-]+$")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims about all of something of which a row of a table says otherwise."""
    for log in logs:
        for name, (claim, column, answered) in MATTERS.items():
            lacking = [spot for table in log.tables for spot in _without(table, column, answered)]
            rows = list({spot.line: spot for spot in lacking}.values())
            if not rows:
                continue
            for number, line in log.numbered():
                match = claim.search(line)
                if not match or denied(line) or line.lstrip().startswith("|"):
                    continue
                meant = rows if answered else _near(log, number, rows)
                if meant:
                    rest = f" and {len(meant) - 1} more" if len(meant) > 1 else ""
                    yield Hit(
                        spot=log.spot(number, match),
                        also=tuple(meant),
                        why=f"the row in line {meant[0].line}{rest} is not {name}",
                        instead="the count, and who or what is missing",
                    )


def _near(log: Log, number: int, rows: list[Spot]) -> list[Spot]:
    # Logs have many tables with a result; the one that is meant stands beside the claim, under the same heading.
    section = log.section(number)
    if log.fenced(number):
        return []
    return [
        spot for spot in rows if section.start <= spot.line <= section.last and abs(spot.line - number) <= NEAR_LINES
    ]


def _without(table: Table, column: re.Pattern[str], answered: re.Pattern[str] | None) -> Iterator[Spot]:
    places = [place for place, head in enumerate(table.heads) if column.search(head) and "channel" not in head]
    if answered is not None:
        places += [
            place for place, head in enumerate(table.heads) if head in ("status", "상태") and place not in places
        ]
    for place in places:
        cells = [row[place] for row in table.rows]
        good = [
            cell
            for cell in cells
            if answered is not None and answered.search(cell.text) and not NOT.fullmatch(MARK.sub("", cell.text))
        ]
        for cell in cells:
            plain = MARK.sub("", cell.text)
            lacks = (
                table.heads[place] in ("status", "상태")
                and answered is not None
                and good
                and not answered.search(plain)
            )
            if (plain and NOT.fullmatch(plain)) or lacks:
                yield cell.spot
