"""What was disabled for the time of a cutover is enabled again in the log, or it is still off.

Source: the log's own steps; EventBridge rules and alarm actions stay as they were set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
BY_COMMAND = pattern(
    r"\baws (?:events|cloudwatch) disable-(?P<kind>rule|alarm-actions)\b.*?--(?:name|alarm-names)[ =]\"?'?(?P<name>[\w.-]+)"
)
IN_WORDS = re.compile(
    r"\b(?:disabled|muted|silenced|paused|suppressed) (?:the |our |all )?(?P<first>(?:[\w-]+ ){0,2}(?:alarms?|alerts?|alerting|paging|monitors?))\b|"
    r"(?P<what>(?:[^\W\d]+[ -]){0,2}(?:alarms?|alerts?|alerting|paging|monitoring|monitors?|schedule|rule|trigger|cron))(?: \w+){0,4} (?:was |were |is |are )?"
    r"(?:temporarily )?(?:disabled|muted|silenced|paused|suppressed)|(?P<ko>\S*(?:알람|경보|모니터링|스케줄|규칙))\S* ?(?:임시 |일시 |잠시 )?(?:비활성화|중지|음소거)",
    re.IGNORECASE,
)
FOR_NOW = pattern(
    r"temporar|for (?:the )?(?:duration|window|cutover|migration|maintenance)|during (?:the )?(?:window|cutover|migration|maintenance)|while we|임시|일시|잠시|동안",
    re.IGNORECASE,
)
BACK = re.compile(
    r"enable|unmut|unsilenc|resum|restor|re-?activat|on again|(?:turned|switched) (?:back )?on|back on|다시 켬|활성화|재개|해제|복구",
    re.IGNORECASE,
)
RUNS = re.compile(
    r"\b(?:enabled|active|running|operational|on schedule|live|armed|as usual|as before|as normal|pages|paging|fires|fired|alerting)\b|정상 ?(?:동작|운영|발송)|동작 중|평소대로|켜져|활성 ?상태",
    re.IGNORECASE,
)
KINDS = re.compile(
    r"alarm|alert|paging|monitor|schedule|rule|trigger|cron|알람|경보|모니터링|스케줄|규칙", re.IGNORECASE
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what was switched off for a while, or is later called running, and is not switched on again."""
    for log in logs:
        for number, line in log.numbered():
            if match := BY_COMMAND.search(line):
                yield from _by_command(log, number, match)
            elif FOR_NOW.search(line) and (match := IN_WORDS.search(line)) and not denied(line):
                kind = KINDS.search(match[0])
                later = [text for _, text in log.numbered(number) if kind and kind[0].lower() in text.lower()]
                if not any(BACK.search(_without_off(text)) for text in later):
                    yield _hit(
                        log.spot(number, match), f"{match['what'] or match['ko'] or match['first']} never comes back on"
                    )


def _without_off(text: str) -> str:
    return re.sub("비활성화|disabled?", " ", text, flags=re.IGNORECASE)


def _by_command(log: Log, number: int, match: re.Match[str]) -> Iterator[Hit]:
    name = match["name"]
    own = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    after = [(n, line) for n, line in log.numbered(number + 1) if own.search(line)]
    if any(re.search(r"enable-(?:rule|alarm-actions)", line) or "put-rule" in line for _, line in after):
        return
    runs = [n for n, line in after if RUNS.search(line) and not denied(line) and "disable" not in line.lower()]
    if runs or match["kind"] == "alarm-actions":
        yield _hit(
            log.spot(number, match),
            f"{name} is disabled here and never enabled again",
            tuple(log.spot(n) for n in runs[:1]),
            # An alarm may have been silenced for good, and what runs tells nothing of it.
            confidence=None if runs else Confidence.LOW,
        )


def _hit(spot: Spot, why: str, also: tuple[Spot, ...] = (), confidence: Confidence | None = None) -> Hit:
    return Hit(
        confidence=confidence,
        spot=spot,
        also=also,
        why=why,
        instead="the step that switched it on again and its read-back, or that it is still off",
    )
