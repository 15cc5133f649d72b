"""When a log says that a schedule started something: by the words beside a time, in a list of runs, in the lines of a service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import apart_s, denied, withdrawn
from bongsu.audit.events import Event, events
from bongsu.audit.passages import passages, sentences
from bongsu.audit.typed import typed
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log, Table
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

BY_SCHEDULE = re.compile(
    r"\b(?:invoked|started|triggered|fired|run|ran|called) by (?:the )?(?:schedule|rule|cron|timer|scheduler|eventbridge|itself)|\b(?:ran|fired|invoked|started|run)\b.{0,60}\bby (?:the )?(?:schedule|rule|cron|timer|scheduler)\b|\b(?:scheduled|automatic) (?:run|invocation|execution|start)|\b(?:first|second|third|next|last|another|every) (?:of the )?(?:scheduled |regular |planned )?(?:run|invocation|execution|firing|tick)\b|\b(?:right |exactly |dead )?on (?:schedule|the dot|its schedule)\b|\bas scheduled\b|(?<!cleared )(?<!resolved )(?<!recovered )(?<!healed )(?<!back )(?<!away )(?<!up )(?<!off )\bby itself\b|\bits (?:normal|regular|usual|own) (?:\w+ )?(?:run|start|time)\b|\bof its own accord\b|"
    r"\bthe (?:rule|schedule|cron|timer) (?:fired|ran|kicked in|triggered|started)|\b(?:cron|timer|rule|schedule) (?:fired|tick|kicked in)|"
    r"(?:스케줄|규칙|정기|예약|자동)\S* ?(?:에 의한 |에 따른 |로 |이 )?(?:첫 |최초 |둘째 )?(?:실행|호출|시작|발동|부른)|(?:첫|최초|둘째|두 ?번째|세 ?번째|다음) ?(?:예약 |정기 |스케줄 )?(?:실행|호출|정기|회차)|(?:예약|스케줄|예정|규칙)대로|정시 ?(?:에 ?)?(?:실행|시작|기동|호출)|(?:규칙|룰|스케줄러)[이가] \S{0,12} ?(?:깨웠|불렀|부른|호출|실행|기동|띄웠|돌렸)",
    re.IGNORECASE,
)
RUNS = re.compile(
    r"\b(?:runs?|invocations?|executions?|firings?|ticks|schedule)\b|실행|호출|회차|차례|스케줄", re.IGNORECASE
)
RUN_HEAD = re.compile(
    r"invoked|start|began|run|fired|ran|triggered|schedule|time|at|시작|실행|호출|시각", re.IGNORECASE
)
BY_HAND = re.compile(
    r"\b(?:by hand|manual\w*|test(?:ed)?|hand[- ]?(?:started|made|run|invoked|triggered|fired|sent|test\w*)|by me|extra run|one-?off|ad.?hoc|forced|retr\w+|once more|on demand|backfill|from the console)\b|수동|수작업|임시 ?(?:실행|호출)|손으로|시험|재시도|직접",
    re.IGNORECASE,
)
NOT_A_RUN = re.compile(
    r"\b(?:end(?:ed|s)?|finish\w*|done|over|stop(?:s|ped)?|commented|wait\w*|enabled?|disabled?|looked|checked|report|saw|seen|until|before|after(?! (?:the |its |our |being )?(?:enabl|switch|cut ?over|change|move|go-?live|activat)))\b|끝|종료|완료|활성|확인",
    re.IGNORECASE,
)
LISTED = re.compile(
    r"\bby the (?:rule|schedule|timer|cron|scheduler)\b|\b(?:scheduled|automatic) (?:runs|invocations|executions|starts)\b|(?:스케줄|규칙|정기|자동)\S* ?(?:실행|호출)",
    re.IGNORECASE,
)
POSTED = re.compile(
    r"\b(?:slack|telegram|sms|e?-?mail|posted?|notice|announce\w*)\b|슬랙|텔레그램|공지|게시", re.IGNORECASE
)
"""What makes a row that speaks of a run the row of a message about it."""
RUN_KEY = re.compile(
    r"(?:next|first|last|latest)_(?:scheduled_)?(?:run|fire|invocation|execution|tick|start)(?:_(?:at|time|utc|kst|on))?"
)
"""The name of a member that holds the time of a run."""
LIST_MOST = 40
BESIDE_MOST = 14
DAY_S = 86_400
OF_PEOPLE = re.compile(
    r"who|person|people|name|press|answer|ack|message|button|이름|사람|담당|확인|응답|누른|메시지|당직", re.IGNORECASE
)
NO_HAND = re.compile(
    r"\b(?:nobody|no one|none of us|not|no|never|without|nor)\b[^.;:,]{0,34}\b(?:by hand|manual\w*|hand|triggered|invoked|started|kicked)\b(?: (?:it|start\w*|trigger\w*|run\w*))?(?: (?:was|were) made)?(?: by hand| manually)?|"
    r"(?:손으로|수동(?:으로)?|직접|사람이)[^.,:]{0,16}(?:아니|아님|아닌|않|없)\S*|(?:지연|오류|이상|실패|문제|에러|누락) ?(?:없\S*|0(?: ?건)?)|\b(?:no|without|zero|0) (?:\w+ )?(?:errors?|failures?|failed|problems?|issues?|misses)\b|\bnothing failed\b|\bwithout (?:any )?delay\b|\bnot late\b|\bno(?:t a)? (?:second|minute)s? late\b",
    re.IGNORECASE,
)
"""What says that nobody but the schedule did it."""
START_LINE = re.compile(r"\bSTART RequestId\b")
AROUND = 8
INVOKED = re.compile(r"\blambda invoke\b|\binvoke --")
OLD = re.compile(r"(?:\b|-)(?:old|legacy|v1)\b|구 ?함수|예전|기존")
FORETELLS = re.compile(
    r"\bnext (?:\w+ ){0,2}(?:fires?|firing|runs?|tick|start|invocation|execution|one|slot)\b|다음 ?(?:번 )?(?:예약 |정기 )?(?:실행|회차|호출|발동|차례)",
    re.IGNORECASE,
)
OF_A_RUN = re.compile(
    r"\b(?:from|of|in|after|before|since|during|until|for|with) (?:the |its |that |this )?$", re.IGNORECASE
)
FROM_A_RUN = re.compile(
    r"(?:에서|의|때|후|뒤|전|까지|동안|결과|로그|과|와|만|'s\b| (?:result|log|output|rows?|figures?|took|lasted|stored|sent|wrote))"
)
"""What makes a run the thing that something else is told of."""
FORETOLD_MOST = 26
SINGLE_MOST = 64


def starts(log: Log) -> list[Event]:
    """Return the times at which a schedule is said to have started something."""
    found = []
    for event in events(log):
        line = NO_HAND.sub(lambda found: " " * len(found[0]), log.line(event.number))
        at_prompt = event.kind == "leading" and typed(line) is not None
        if (
            at_prompt  # The time is that of the command, not of what its text speaks of.
            or withdrawn(log, event.number)
            or BY_HAND.search(line)
            or (event.moment.zone_min is None and event.kind == "inline" and "cron" in line)
        ):
            continue
        if event.kind == "leading" and LISTED.search(_above(log, event.number)):
            found.append(event)
        elif event.kind == "object":
            if RUN_KEY.fullmatch(event.head):
                found.append(event)
        elif event.kind == "row":
            if _lists_runs(log, event) or _tells_of_a_run(log, event, line):
                found.append(event)
        elif (
            BY_SCHEDULE.search(line)
            and not denied(line)
            and not PLANNED.search(line)
            and not NOT_A_RUN.search(BY_SCHEDULE.sub(" ", line))
        ):
            match = BY_SCHEDULE.search(line)
            apart = (
                max(match.start() - event.moment.end, event.moment.column - match.end(), 0) if match else BESIDE_MOST
            )
            if (event.kind == "leading" and not _of_another(log, event, match)) or apart < BESIDE_MOST:
                found.append(event)
    return found


def _of_another(log: Log, event: Event, match: re.Match[str] | None) -> bool:
    """Return whether the words for a run stand right beside another time of the line: `cron removed. Its last run had been at 21:00`."""
    others = [one for one in log.moments(event.number) if one.column > event.moment.column]
    return match is not None and any(
        max(match.start() - one.end, one.column - match.end()) < BESIDE_MOST for one in others
    )


def _tells_of_a_run(log: Log, event: Event, line: str) -> bool:
    """Return whether a row of a list of steps tells that the schedule started something at its one time."""
    times = log.moments(event.number)
    told = BY_SCHEDULE.search(line) and not denied(line) and not PLANNED.search(line)
    return (
        len(times) == 1 and bool(told) and not POSTED.search(line) and not NOT_A_RUN.search(BY_SCHEDULE.sub(" ", line))
    )


def by_hand(log: Log) -> list[Moment]:
    """Return the times at which a log says anywhere that somebody started something by hand."""
    return [
        one for number, line in log.numbered() if BY_HAND.search(NO_HAND.sub(" ", line)) for one in log.moments(number)
    ]


def among(moment: Moment, others: list[Moment]) -> bool:
    """Return whether a time is one of some others, as exactly as both are written."""
    return any(abs(apart_s(moment, other)) % DAY_S < max(moment.to_s, other.to_s) for other in others)


def _above(log: Log, number: int) -> str:
    """Return the line that announces the list in which a line stands: `Runs by the rule:`."""
    place = number - 1
    while place > max(0, number - LIST_MOST) and (log.moments(place) or not log.line(place).strip()):
        if not log.line(place).strip() and not log.line(place - 1 if place > 1 else 1).rstrip().endswith((":", "：")):
            break
        place -= 1
    line = log.line(place) if place > 0 else ""
    return line if line.rstrip().endswith((":", "：")) else ""


def _lists_runs(log: Log, event: Event) -> bool:
    table = next(one for one in log.tables if any(row[0].spot.line == event.number for row in one.rows))
    first = table.rows[0][0].spot.line
    above = " ".join(text for _, text in log.numbered(max(1, first - 4), first - 3))
    if OF_PEOPLE.search(" ".join(table.heads)):
        return False
    about = f"{log.section(first).title} {above} {' '.join(table.heads)}"
    if _follows_on(log, table, event):
        return False
    column = next((n for n, head in enumerate(table.heads) if head == event.head), 0)
    timed = [n for n, head in enumerate(table.heads) if n <= column and RUN_HEAD.search(head)]
    return (
        bool(RUNS.search(about) or BY_SCHEDULE.search(about))
        and bool(RUN_HEAD.search(event.head))
        and not NOT_A_RUN.search(event.head)
        and timed[:1] == [column]
    )


def _follows_on(log: Log, table: Table, event: Event) -> bool:
    """Return whether a row begins when the one above it ended: the two are steps of one run."""
    lines = [row[0].spot.line for row in table.rows]
    place = lines.index(event.number)
    above = log.moments(lines[place - 1]) if place else []
    return len(above) > 1 and apart_s(above[-1], event.moment) == 0


def spoken(log: Log) -> Iterator[Event]:
    """Yield the times beside which a sentence says that a schedule started something, or will next."""
    for passage in passages(log):
        row = passage.text.lstrip().startswith("|")
        if withdrawn(log, passage.number) or typed(log.line(passage.number)) is not None:
            continue
        for start, text in sentences(passage):
            times = [one for one in passage.moments if start < one.column <= start + len(text)]
            said = NO_HAND.sub(lambda found: " " * len(found[0]), text)
            if not times or BY_HAND.search(said):
                continue
            for one in times:
                if _foretold(said, start, one) or (not row and len(times) == 1 and _told(said, start, one)):
                    yield _event(passage, one, text)


def _told(said: str, start: int, one: Moment) -> bool:
    match = BY_SCHEDULE.search(said)
    if match is None or denied(said) or PLANNED.search(said) or NOT_A_RUN.search(BY_SCHEDULE.sub(" ", said)):
        return False
    if OF_A_RUN.search(said[: match.start()]) or FROM_A_RUN.match(said[match.end() :]):
        return False
    return max(match.start() - (one.end - start), one.column - start - match.end()) < SINGLE_MOST


def _foretold(said: str, start: int, one: Moment) -> bool:
    before = said[: one.column - 1 - start]
    match = FORETELLS.search(before)
    return (
        match is not None
        and len(before) - match.end() < FORETOLD_MOST
        and not re.search(r"[.;,]|\d:\d", before[match.end() :])
    )


def _event(passage: Passage, one: Moment, text: str) -> Event:
    spot = passage.moment_spot(one)
    return Event(log=passage.log, number=spot.line, moment=one, text=text, kind="inline", spot=spot)


def logged(log: Log) -> Iterator[tuple[Event, bool]]:
    """Yield the first lines of invocations as the service wrote them, and whether a line near by says that the schedule did it."""
    for number, line in log.numbered():
        found = log.moments(number)
        if not found or not START_LINE.search(line):
            continue
        near = [NO_HAND.sub(" ", text) for _, text in log.numbered(number - AROUND, number + AROUND)]
        above = " ".join(text for _, text in log.numbered(number - 3, number))
        if OLD.search(above) or any(BY_HAND.search(text) or INVOKED.search(text) for text in near):
            continue
        said = any(BY_SCHEDULE.search(text) and not denied(text) and not PLANNED.search(text) for text in near)
        spot = log.moment_spot(number, found[0])
        yield Event(log=log, number=number, moment=found[0], text=line, kind="leading", spot=spot), said
