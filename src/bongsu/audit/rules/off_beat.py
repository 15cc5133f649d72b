"""What is told to have started by itself did so at a minute, an hour and a day that something in the log starts at.

Source: the log's own schedules, in cron or in words; minutes are the same in every zone that is whole hours away.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.audit.beats import DAY_MIN, HOUR_MIN, HOURS_LEAST, KEYED, KO_WEEK, WEEK, beats
from bongsu.audit.claims import denied, withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.spells import sentences
from bongsu.audit.typed import typed
from bongsu.audit.units import Unit
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.beats import Beat
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_WHO = r"(?:schedule[rd]?|rule|cron|timer|timetable|plan|eventbridge|calendar)"
_RUN = r"(?:runs?|fire|firing|ticks?|prints?|report|job|batch|one|self[- ]test|test|probe|poll|sweep|import|export|sync|start|send|pass|round|check|pull|invocation|execution)"
BY_PLAN = pattern(
    rf"(?<![\w-])(?:on schedule|by (?:the |its |same |their )(?:own |same |new )?(?:\w+ )?{_WHO}|(?:from|of) (?:the|its) (?:schedule|plan|timetable|timer)|as scheduled"
    rf"|(?:scheduled|automatic|planned|cron|timed) (?:\w+ ){{0,2}}{_RUN}|on its (?:own )?(?:beat|timer|clock)|scheduled(?= ?[)|,.;]|$))(?![\w-])"
    rf"|\bthe (?:\w+ ){{0,2}}(?:{_WHO}|schedulers?)'s (?:own |next |usual )?{_RUN}\b|\b(?:on|by) (?:the|its) (?:timer|schedule|cron|timetable)\b"
    r"|예약분|정기분|정시분|(?:예약|일정|스케줄|시간표|규칙|정해진 시각|설정)(?:한|된|해 ?둔|된 ?)? ?(?:시간표|시각)?대로|(?:정기|정시|자동|예약) ?(?:실행|호출|분|회차|기동|발송|수집|구동|동기화|배치)|(?:정기|정시)(?![가-힣])|스케줄(?:로|러가|이|에 따라) ?",
    re.IGNORECASE,
)
BY_ITSELF = re.compile(
    r"(?<![\w-])(?:on its own|of its own accord|by itself|by the \w+ itself|automatic(?:ally)?|scheduled|regular|planned)(?![\w-])|저절로|스스로|자동으로|혼자 ?(?:돌|떴|나)|정기|정시",
    re.IGNORECASE,
)
STARTED = re.compile(
    rf"\b(?:ran|fired|started|came|printed|went|triggered|began|sent|{_RUN})\b|[돌뜬뜸떴]|나[갔감간옴왔]|실행|발송|찍|회차|보냈|보냄|돎",
    re.IGNORECASE,
)
"""What something does when it starts by itself."""
ROUND = re.compile(r"\b(?:ticks?|firing|fire|run|round)\b|회차", re.IGNORECASE)
BEGINS = re.compile(
    r"[\W\d]*(?:the |another |a |next )?(?:regular|scheduled|automatic|planned|정기|정시|자동)", re.IGNORECASE
)
"""What an entry begins with that tells of a run and has no verb."""
ANSWER = re.compile(
    r'\s*"?(?:call|answer|request|re[sp]\w+|params|text|message|title|subject|record|document|문서|제목|요청|응답|본문)"?\s*:'
)
NO_HAND = re.compile(
    r"\b(?:nobody|no one|none of us|not|no|never|without)\b[^.;:,]{0,30}\b(?:by hand|hands?|touch\w*|press\w*|manual\w*|start\w*|triggered|invoked|kicked)\b(?: (?:it|start\w*|trigger\w*|by hand|manually))*|아무도[^.,]{0,10}(?:않|안|못)\S*(?: \S+)?|(?:손으로|수동(?:으로)?|사람이)[^.,]{0,16}(?:아니|아님|아닌|않|없)\S*",
    re.IGNORECASE,
)
NOT_SO = re.compile(
    r"\b(?:planned (?:stop|end|time|hour|length)|by hand|manual\w*|late|early|delay\w*|next|first look|will|would|should|if|due|retry|retried|tested|ticket|window|change|cutover|maintenance|tonight|until|before|after|every|each|daily|scheduled by|by rule,|checked|saw|seen|looked|confirm\w*|expected|remind\w*|disabled?|enabled?|set to|switched|stopp?ed|skip\w*|missed|moved?|moving)\b|수동|손으로|늦|지연|다음|예정|재시도|시험|하기로|확인|켰|켬|껐|끔|꺼|중지|해제|삭제|등록|설정함|바꿈|바꿨|옮[김겼기]|매일|매시|마다|까지|\?",
    re.IGNORECASE,
)
EXACT = re.compile(
    r"\bon the dot\b|\bsharp\b|\blike clockwork\b|\bto the minute\b|제시간에|정각에|칼같이|어김없이", re.IGNORECASE
)
"""What says that it started at the very minute, whoever looked."""
LOOKED = re.compile(r"\b(?:saw|seen|looked|checked|watched|confirm\w*)\b|확인", re.IGNORECASE)
LATE_MIN, ENDED_MIN = 1, 10
ENDED = re.compile(r"\b(?:finish\w*|done|end(?:ed|s)?|complete\w*|over)\b|끝|종료|완료|마침", re.IGNORECASE)
INSTEAD = "the minute at which it really ran, or what started it instead of the schedule"


EN_NAMED = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?day\b", re.IGNORECASE)
KO_NAMED = re.compile(r"(?<![가-힣])([월화수목금토일])요일")
YESTERDAY = re.compile(r"\byesterday\b|어제", re.IGNORECASE)

GENERIC = stems(
    "schedule scheduled scheduler rule cron timer time times every each day daily run runs ran start started trigger by at minute minutes hour hours past own itself event events text note nobody hand 예약 스케줄 자동 규칙 정기 정시 시각 매일 매시 하루 한번 시간 실행 아무도 다른 때 없음 것"
)
BLOCK_MOST, PREFIX, TEXT_MOST, NEAR, BEATS_MOST = 12, 5, 240, 3, 60


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what is told to have run by itself at a time at which nothing in the log does."""
    for log in filter(written, logs):
        known = beats(log)
        if not any(one.minutes for one in known) or len(known) > BEATS_MOST:
            continue
        places = {one.number for one in known}
        for one, when in _told(log):
            strong = _claims(log, one) if one.number not in places else None
            if strong is None:
                continue
            meant = [beat for beat in known if _linked(log, one, beat, strong=strong) or _same_time(when, beat)] or (
                [beat for beat in known if not beat.times or len(beat.times) >= HOURS_LEAST] if strong else []
            )
            if not meant or any(not beat.minutes for beat in meant):
                continue
            late_min = ENDED_MIN if ENDED.search(one.text) else LATE_MIN
            clocks = [(each, _day(log, one.text, each)) for each in when]
            if not any(_fits(each, beat, late_min, day) for each, day in clocks for beat in known):
                yield Hit(
                    spot=log.spot(one.number),
                    also=tuple(log.spot(number) for number in sorted({beat.number for beat in meant})[:3]),
                    why=f"no schedule of the log starts anything at {when[-1].text}",
                    instead=INSTEAD,
                )


def _told(log: Log) -> Iterator[tuple[Unit, tuple[Moment, ...]]]:
    """Yield what a log tells with a time: sentences, members beside their object's time, and entries of a word alone."""
    found = sentences(log)
    for one in found:
        near = " ".join(line for _, line in log.numbered(one.number - NEAR, one.last + NEAR))
        at = tuple(when for n in range(one.number, one.last + 1) for when in log.moments(n) if when.text in one.text)
        at = at or tuple(when for when in one.at if when.text in near)
        if at:
            yield one, at
    covered = {n for one in found for n in range(one.number, one.last + 1)}
    for number, line in log.numbered():
        if number not in covered and (at := log.moments(number)):
            yield Unit(number=number, last=number, text=line, at=at, under=None), at


def _linked(log: Log, one: Unit, beat: Beat, *, strong: bool) -> bool:
    """Return whether a claim and a beat speak of one thing, by a name or by the object that holds both."""
    near = strong and 0 < one.number - beat.number <= BLOCK_MOST and log.line(one.number).lstrip()[:1] in '{"'
    mine, other = stems(one.text) - GENERIC, stems(beat.text) - GENERIC
    return near or bool(mine & other) or any(_alike(a, b) for a in mine for b in other)


def _same_time(when: tuple[Moment, ...], beat: Beat) -> bool:
    """Return whether a claim names the very time of day of something that starts on some days only."""
    shown = [one.at + timedelta(minutes=one.zone_min or 0) for one in when]
    return bool(beat.weekdays) and any(at.hour * HOUR_MIN + at.minute in beat.times for at in shown)


def _alike(one: str, other: str) -> bool:
    least = PREFIX if one.isascii() else 2
    return len(one) >= least and len(other) >= least and one[:least] == other[:least]


def _claims(log: Log, one: Unit) -> bool | None:
    """Return whether a sentence names a schedule as what started something, or says only that it started by itself; None if neither."""
    text = NO_HAND.sub(" ", one.text)
    claim = BY_PLAN.search(text) or KEYED.fullmatch(text)
    strong = claim is not None
    claim = claim or BY_ITSELF.search(text)
    strong = strong or (claim is not None and ROUND.search(text) is not None)
    line = log.line(one.number)
    if claim is None or withdrawn(log, one.number) or typed(line) is not None or len(text) > TEXT_MOST:
        return None
    if (
        ANSWER.match(line)
        or line.rstrip().endswith(("{", "["))
        or not (strong or STARTED.search(text) or BEGINS.match(text))
    ):
        return None
    if NOT_SO.search(LOOKED.sub(" ", text) if EXACT.search(text) else text) or denied(text[: claim.start()]):
        return None
    return strong


def _day(log: Log, text: str, when: Moment) -> int | None:
    """Return the day of the week of what a sentence tells: the one that it names, or the log's own."""
    named = {WEEK[match[1].lower()] for match in EN_NAMED.finditer(text)}
    named |= {KO_WEEK.index(match[1]) for match in KO_NAMED.finditer(text)}
    if named:
        return named.pop() if len(named) == 1 else None
    if log.day is None or when.at.date() != log.day:
        return None
    return (log.day.weekday() - bool(YESTERDAY.search(text))) % 7


def _fits(when: Moment, beat: Beat, late_min: int, day: int | None) -> bool:
    """Return whether something that started at a time may have done so by a beat, at most so many minutes late."""
    shown = when.at + timedelta(minutes=when.zone_min or 0)
    for late in range(late_min + 1):
        at = shown - timedelta(minutes=late)
        of_day = at.hour * HOUR_MIN + at.minute
        if at.minute in beat.minutes and (not beat.times or when.own_zone or of_day % DAY_MIN in beat.times):
            return not (beat.weekdays and day is not None and day not in beat.weekdays)
    return False
