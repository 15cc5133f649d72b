"""An effect is not earlier than its cause: an answer than the page, the end than the start, a first run than the enabling.

Source: causality.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import ACK, COMING, denied, late, told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.records import ACKED, SENT, records
from bongsu.audit.starts import SENT_STAMP, starts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
STARTED = re.compile(
    r"(?:started|start|start[ _]time|starts|begins?|beginning|from|began|started[ _]at|opened|detected(?:[ _]at)?|created(?:[ _]at)?|시작(?: ?시각)?|감지 ?시각)"
)
ENDED = re.compile(
    r"(?:finished|ended|end|ends|to|until|end[ _]time|(?:finished|ended|completed|resolved|closed)(?:[ _]at)?|종료(?: ?시각)?|완료 ?시각|해결 ?시각)"
)
ASKED = re.compile(
    r"(?:asked|called|phoned|paged|notified|requested|reported|raised|발송|요청|호출|질문|접수)(?: ?(?:at|time|시각|시간))?"
)
ANSWERED = re.compile(
    r"(?:answered|answer|replied|reply|pressed|picked up|responded|acked|confirmed|resolved|closed|응답|회신|확인|답장|해결)(?: ?(?:at|time|시각|시간))?"
)
FIELDS = ((STARTED, ENDED), (SENT, ACKED), (ASKED, ANSWERED))
ENABLED = pattern(
    r"\b(?:rule|schedule|trigger|eventbridge)\b.{0,40}\benabled\b|\benabled?\b.{0,30}\b(?:rule|schedule|trigger)\b|(?:규칙|스케줄)\S* ?활성화",
    re.IGNORECASE,
)
FIRST_RUN = re.compile(
    r"\bfirst (?:\w+ )?(?:invocation|run|execution)\b|최초 ?(?:호출|실행)|첫 ?(?:호출|실행)", re.IGNORECASE
)
PAGED = pattern(
    r"\b(?:drill|page|pager?duty|escalation)\b.{0,30}\b(?:sent|started|triggered|paged|posted|fired)\b|\bpaged\b|(?:훈련|호출|긴급 ?알림)\S* ?(?:발송|시작|전송)",
    re.IGNORECASE,
)
REVERSING = pattern(r"\brollback (?:started|begun|began|initiated|triggered)|롤백 ?(?:시작|개시)", re.IGNORECASE)
REVERSED = re.compile(r"\brollback (?:complete|completed|finished|done|verified)|롤백 ?완료", re.IGNORECASE)
LINES = (
    (ENABLED, FIRST_RUN, "the first run", "the rule was enabled"),
    (PAGED, ACK, "this answer", "anybody was paged"),
    (REVERSING, REVERSED, "the end of the rollback", "it began"),
)
BESIDE = re.compile(r"\W*(?:(?:KST|UTC)\b\W*)?(?:\d{2}\W+)?(?:[\w.'’가-힣-]+ ){0,3}?(?:ack: ?)?")
"""What stands between the time of an entry and what it tells: who did it, and no more."""
AGAIN = re.compile(r"\bagain\b|\bre-?(?:enabled|started|opened)|\bback on\b|다시|재개|재활성", re.IGNORECASE)
"""What tells that there was an earlier cause, which the log gives in other words."""
OLD = re.compile(r"legacy|old |previous|disable|기존|이전|비활성", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield effects that stand at an earlier time than what caused them."""
    for log in logs:
        yield from _in_records(log)
        for cause, effect, what, before in LINES:
            yield from _in_lines(log, cause, effect, (what, before))


def _in_records(log: Log) -> Iterator[Hit]:
    for record in records(log):
        for first, second in FIELDS:
            cause, effect = record.moment(first), record.moment(second)
            if cause and effect and late(cause[1], effect[1]) and _same_night(cause[1], effect[1]):
                yield Hit(
                    spot=effect[0].spot,
                    also=(cause[0].spot,),
                    why=f"{effect[0].key} {effect[1].text} is before {cause[0].key} {cause[1].text}",
                    instead="both times from the records that they were taken from",
                )


def _same_night(cause: Moment, effect: Moment) -> bool:
    # Without dates of their own, 23:58 and 00:02 are four minutes apart, not a day.
    return (cause.own_date and effect.own_date) or abs((cause.at - effect.at).total_seconds()) < 43_200


def _in_lines(log: Log, cause: re.Pattern[str], effect: re.Pattern[str], says: tuple[str, str]) -> Iterator[Hit]:
    lines = [(n, line) for n, line in told(log) if log.moments(n) and not COMING.search(line) and not denied(line)]
    causes = [(n, log.moments(n)[0]) for n, line in lines if cause.search(line) and not OLD.search(line)]
    begun = {one.event.number for one in starts(log)} if effect is FIRST_RUN else set()
    if len(causes) != 1 or AGAIN.search(log.line(causes[0][0])):
        return
    place, began = causes[0]
    for number, line in lines:
        moment = log.moments(number)[0]
        if (
            number != place
            and (_tells(line, moment, effect) or (number in begun and effect.search(line)))
            and not cause.search(line)
            and late(began, moment)
            and _same_night(began, moment)
        ):
            yield Hit(
                spot=log.moment_spot(number, moment),
                also=(log.moment_spot(place, began),),
                why=f"{says[0]} is at {moment.text}, before {says[1]} at {began.text}",
                instead="the recorded time of each",
            )


def _tells(line: str, moment: Moment, effect: re.Pattern[str]) -> bool:
    """Return whether a line is an entry of its time that begins with an effect: other words may tell of another time."""
    if SENT_STAMP.search(line) or re.search(r"[^\W\d]{2}", line[: moment.column - 1]):
        return False
    match = effect.search(line, moment.end - 1)
    return match is not None and bool(BESIDE.fullmatch(line[moment.end - 1 : match.start()]))
