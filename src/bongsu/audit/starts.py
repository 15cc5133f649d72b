"""When a log says that a schedule started something: only times that its words tie to the start of a run.

That is a time behind the words for a run, with nothing between them but what leads from one to the other (`the next run
is due on Monday at 10:30`); an entry, a row or an object that says nothing but that a run began; a row of a list of
runs; a line of a service. The time of a line or message that tells of a run is not the run's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bongsu.audit.claims import apart_s, denied, withdrawn
from bongsu.audit.events import SPEAKER, Event, events
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.run_words import (
    AND,
    AS_SET,
    BARE,
    BY_ITSELF,
    KO_RAN,
    KO_SET,
    LED,
    OF_ITS_END,
    RAN_AT,
    RUN,
    RUN_KEY,
    SET_OFF,
    SOMEWHERE,
    SPAN,
    STAMP_KEY,
    TIES,
)
from bongsu.audit.typed import typed
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log, Table
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

RUNS = re.compile(
    r"\b(?:runs?|invocations?|executions?|firings?|ticks|schedule)\b|\b(?:by|from) the (?:rule|schedule|timer|cron|scheduler)\b|실행|호출|회차|차례|스케줄",
    re.IGNORECASE,
)
RUN_HEAD = re.compile(
    r"invoked|start|began|run|fired|ran|triggered|schedule|time|at|시작|실행|호출|시각", re.IGNORECASE
)
BY_HAND = pattern(
    r"\b(?:by hand|manual\w*|test(?:ed)?|hand[- ]?(?:started|made|run|invoked|triggered|fired|sent|test\w*)|by me|extra run|one-?off|ad.?hoc|forced|retr\w+|once more|on demand|backfill|from the console)\b|수동|수작업|임시 ?(?:실행|호출)|손으로|시험|재시도|직접",
    re.IGNORECASE,
)
NOT_A_START = re.compile(
    r"\b(?:end(?:ed|s)?|finish\w*|done|over|stop(?:s|ped)?|enabled?|disabled?|looked|checked|report|saw|seen|until)\b|끝|종료|완료|활성|확인",
    re.IGNORECASE,
)
"""In the head of a column: its times are of something else."""
LISTED = re.compile(
    r"\bby the (?:rule|schedule|timer|cron|scheduler)\b|\b(?:scheduled|automatic) (?:runs|invocations|executions|starts)\b|(?:스케줄|규칙|정기|자동)\S* ?(?:실행|호출)",
    re.IGNORECASE,
)
OF_PEOPLE = pattern(
    r"who|person|people|name|press|answer|ack|message|button|\bts\b|permalink|channel|이름|사람|담당|확인|응답|누른|메시지|당직|채널",
    re.IGNORECASE,
)
"""In the heads of a table: it lists messages or people."""
OF_MESSAGES = re.compile(r"\bts\b|message|permalink|channel|메시지|채널", re.IGNORECASE)
SENT_STAMP = re.compile(r"\b1[5-9]\d{8}\.\d{6}\b|\bmessage_?id\b", re.IGNORECASE)
MESSAGE_KEYS = frozenset(["via", "channel", "message_id", "chat_id", "ts", "sent_at", "to"])
DID = re.compile(
    r"\b(?:notice|announce\w*|posted|disabled|enabled|switched|approved|paged|drill|checked|meeting)\b|알림|공지|비활성|활성화|승인|훈련|점검|확인",
    re.IGNORECASE,
)
"""What a row tells of that is no run."""
CELL_WORDS_MOST = 4
LIST_MOST = 40
DAY_S = 86_400
NO_HAND = pattern(
    r"\b(?:nobody|no one|none of us|not|no|never|without|nor)\b[^.;:,]{0,34}\b(?:by hand|manual\w*|hand|triggered|invoked?|started|kicked|typed|pressed)\b(?: (?:it|start\w*|trigger\w*|run\w*))?(?: (?:was|were) made)?(?: by hand| manually)?|"
    r"(?:손으로|수동(?:으로)?|직접|사람이)[^.,:]{0,16}(?:아니|아님|아닌|않|없)\S*|(?:지연|오류|이상|실패|문제|에러|누락) ?(?:없\S*|0(?: ?건)?)|\b(?:no|without|zero|0) (?:\w+ )?(?:errors?|failures?|failed|problems?|issues?|misses)\b|\bnothing failed\b|\bwithout (?:any )?delay\b|\bnot late\b|\bno(?:t a)? (?:second|minute)s? late\b",
    re.IGNORECASE,
)
"""What says that nobody but the schedule did it."""
START_LINE = pattern(r"\bSTART RequestId: ?(?P<id>\S*)")
BY_SCHEDULE = re.compile(
    r"\b(?:scheduled|automatic) (?:run|invocation|execution|start)|\bsource=(?:rule|schedule)\b|\b(?:right |exactly |dead )?on (?:schedule|the dot|its schedule)\b|\bas scheduled\b|(?:예약|스케줄|예정|규칙)대로|정시 ?(?:에 ?)?(?:실행|시작|기동|호출)",
    re.IGNORECASE,
)
AROUND = 8
INVOKED = re.compile(r"\blambda invoke\b|\binvoke --")
OLD = re.compile(r"(?:\b|-)(?:old|legacy|v1)\b|구 ?함수|예전|기존")
ONE_PAIR = 3
PROMPT_MIN, ENTRY_MIN, CHAT_MIN = 1, 5, 10
"""How late, in minutes, a schedule may have started what a time is given for: as the start itself, as the time of an
entry that tells of it, as that of what somebody says in a chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A time at which a schedule is said to have started something, or to be about to."""

    event: Event
    late_min: int


def starts(log: Log) -> list[Start]:
    """Return the times at which a schedule is said to have started something, in the order of the lines."""
    found = [*_entries(log), *_members(log), *_spoken(log)]
    made: dict[tuple[int, int], Start] = {}
    for one in found:
        made.setdefault((one.event.spot.line, one.event.moment.column), one)
    return [made[place] for place in sorted(made)]


def by_hand(log: Log) -> list[Moment]:
    """Return the times at which a log says anywhere that somebody started something by hand."""
    return [
        one for number, line in log.numbered() if BY_HAND.search(NO_HAND.sub(" ", line)) for one in log.moments(number)
    ]


def among(moment: Moment, others: list[Moment]) -> bool:
    """Return whether a time is one of some others, as exactly as both are written."""
    return any(abs(apart_s(moment, other)) % DAY_S < max(moment.to_s, other.to_s) for other in others)


@lru_cache(maxsize=20_000)
def _blanked(text: str) -> str:
    return NO_HAND.sub(lambda found: " " * len(found[0]), text)


def _entries(log: Log) -> Iterator[Start]:
    """Yield the entries and rows that say nothing but that a run began."""
    for event in events(log):
        line = _blanked(log.line(event.number))
        if (
            event.kind not in ("leading", "row")
            or typed(line) is not None  # The time is that of the command, not of what its text speaks of.
            or withdrawn(log, event.number)
            or BY_HAND.search(line)
            or SENT_STAMP.search(line)
        ):
            continue
        if event.kind == "row":
            if _lists_runs(log, event):
                yield Start(event=event, late_min=PROMPT_MIN)
            elif len(log.moments(event.number)) == 1:
                yield from _led(event, _other_cells(log, event))
        elif LISTED.search(_above(log, event.number)):
            yield Start(event=event, late_min=PROMPT_MIN)
        else:
            yield from _led(event, [event.text])


def _led(event: Event, texts: list[str]) -> Iterator[Start]:
    for text in texts:
        match = LED.match(text.strip(" *`_\"'([.:"))
        if match and BARE.match(match["rest"]):
            said = event.kind == "leading" and SPEAKER.search(_behind(event))
            yield Start(event=event, late_min=CHAT_MIN if said else ENTRY_MIN)
            return


def _behind(event: Event) -> str:
    return event.log.line(event.number)[event.moment.end - 1 :].lstrip(" ]")


def _other_cells(log: Log, event: Event) -> list[str]:
    table = _table(log, event)
    if table is None or OF_MESSAGES.search(" ".join(table.heads)):
        return []
    row = next(row for row in table.rows if row[0].spot.line == event.number)
    return [cell.text for cell in row if not cell.spot.column <= event.moment.column < cell.spot.end]


def _table(log: Log, event: Event) -> Table | None:
    return next((one for one in log.tables if any(row[0].spot.line == event.number for row in one.rows)), None)


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
    table = _table(log, event)
    if table is None or OF_PEOPLE.search(" ".join(table.heads)):
        return False
    first = table.rows[0][0].spot.line
    above = " ".join(text for _, text in log.numbered(max(1, first - 4), first - 3))
    about = f"{log.section(first).title} {above} {' '.join(table.heads)}"
    if _follows_on(log, table, event) or _tells(log, event):
        return False
    column = next((n for n, head in enumerate(table.heads) if head == event.head), 0)
    row = next(row for row in table.rows if row[0].spot.line == event.number)
    timed = [n for n, head in enumerate(table.heads) if n <= column and RUN_HEAD.search(head) and ":" in row[n].text]
    return (
        bool(RUNS.search(about) or RUN.search(about))
        and bool(RUN_HEAD.search(event.head))
        and not NOT_A_START.search(event.head)
        and timed[:1] == [column]
    )


def _tells(log: Log, event: Event) -> bool:
    """Return whether a row tells of something else that was done at its time, or its cell of more than a time."""
    cell = log.line(event.number)[: event.moment.column - 1].rpartition("|")[2]
    cell += log.line(event.number)[event.moment.end - 1 :].partition("|")[0]
    return len(re.findall(r"[^\W\d_]+", cell)) > CELL_WORDS_MOST or any(
        DID.search(text) for text in _other_cells(log, event)
    )


def _follows_on(log: Log, table: Table, event: Event) -> bool:
    """Return whether a row begins when the one above it ended: the two are steps of one run."""
    lines = [row[0].spot.line for row in table.rows]
    place = lines.index(event.number)
    above = log.moments(lines[place - 1]) if place else []
    return len(above) > 1 and apart_s(above[-1], event.moment) == 0


def _members(log: Log) -> Iterator[Start]:
    """Yield the times of members that hold a run's, and of objects that say nothing but that a run began."""
    told: dict[int, dict[str, Any]] = {}
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if isinstance(one, dict):
                told |= {lines[*path, key]: one for key in one if (*path, key) in lines and STAMP_KEY.fullmatch(key)}
    for event in events(log):
        if event.kind == "object" and RUN_KEY.fullmatch(event.head):
            yield Start(event=event, late_min=PROMPT_MIN)
        elif event.kind == "object" and STAMP_KEY.fullmatch(event.head) and event.number in told:
            inside = told[event.number]
            texts = [text for text in inside.values() if isinstance(text, str)]
            if not (MESSAGE_KEYS & inside.keys() or any(BY_HAND.search(_blanked(text)) for text in texts)):
                yield from _led(event, texts)


def _spoken(log: Log) -> Iterator[Start]:
    """Yield the times that a sentence ties to a run."""
    for passage in passages(log):
        if withdrawn(log, passage.number) or typed(log.line(passage.number)) is not None:
            continue
        for start, text in sentences(passage):
            said = _blanked(text)
            if BY_HAND.search(said) or SENT_STAMP.search(said):
                continue
            since, above = 0, None
            for one in (one for one in passage.moments if start < one.column <= start + len(text)):
                at = (one.column - 1 - start, one.end - 1 - start)
                late_min = _tied(said, since, at)
                if late_min is None and above is not None and AND.fullmatch(said[since : at[0]]):
                    late_min = above  # The next of a list: `at 10:05, 10:25 and 10:55`.
                since, above = at[1], late_min
                if late_min is not None:
                    shown = replace(one, zone_min=None) if SOMEWHERE.match(said, at[1]) and not one.own_zone else one
                    yield Start(event=_event(passage, shown, text), late_min=late_min)


def _tied(said: str, since: int, at: tuple[int, int]) -> int | None:
    """Return how late a run may be that a sentence ties to one of its times; None for a time of something else."""
    before, after = said[since : at[0]], said[at[1] :]
    if OF_ITS_END.match(after):
        return None
    match = next(reversed(list(RUN.finditer(before))), None)
    if match and TIES.fullmatch(before, match.end()) and _of_two_cells(said, before[match.end() :]):
        begins = SET_OFF.search(before[match.start() :] + after[:12]) or SPAN.match(after)
        return PROMPT_MIN if begins else ENTRY_MIN
    set_so = next(reversed(list(AS_SET.finditer(before))), None)
    if set_so and TIES.fullmatch(before, set_so.end()) and KO_SET.match(after):
        return PROMPT_MIN
    if KO_RAN.match(after) or (RAN_AT.search(before) and BY_ITSELF.match(after)):
        return PROMPT_MIN
    return None


def _of_two_cells(said: str, between: str) -> bool:
    """Return whether a run and its time stand in one cell, or in a row that has but a name and a value."""
    return "|" not in between or said.count("|") <= ONE_PAIR


def _event(passage: Passage, one: Moment, text: str) -> Event:
    spot = passage.moment_spot(one)
    return Event(log=passage.log, number=spot.line, moment=one, text=text, kind="inline", spot=spot)


def logged(log: Log) -> Iterator[tuple[Event, bool]]:
    """Yield the first lines of invocations as the service wrote them, and whether a line near by says that the schedule did it."""
    seen: set[str] = set()
    for number, line in log.numbered():
        found, began = log.moments(number), START_LINE.search(line)
        if not found or began is None or began["id"] in seen:
            continue
        seen |= {began["id"]} - {""}  # The service tries an invocation again under its own id.
        near = [NO_HAND.sub(" ", text) for _, text in log.numbered(number - AROUND, number + AROUND)]
        above = " ".join(text for _, text in log.numbered(number - 3, number))
        if OLD.search(above) or any(BY_HAND.search(text) or INVOKED.search(text) for text in near):
            continue
        said = any(
            (BY_SCHEDULE.search(text) or RUN.search(text)) and not denied(text) and not PLANNED.search(text)
            for text in near
        )
        spot = log.moment_spot(number, found[0])
        yield Event(log=log, number=number, moment=found[0], text=line, kind="leading", spot=spot), said
