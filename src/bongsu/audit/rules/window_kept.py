"""Work that a log says was done in its window has times in that window, and a change outside it is called so.

Source: the log's own window and times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import told, withdrawn
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import shown
from bongsu.audit.windows import LONGER, acknowledged, outside, windows
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log
    from bongsu.audit.windows import Window

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
KEPT = re.compile(
    r"\b(?:inside|within|into|in|during|before the end of|kept to|respected|held|met|stayed in(?:side)?|(?:nothing|none|no \w+)\b[^.]{0,40}\boutside) (?:of )?(?:the|our|its|that|this|every)? ?(?:\w+ ){0,2}(?:window|slot|(?:agreed|approved|allowed|permitted|booked|granted) (?:time|hours|period))\b|"
    r"\bbefore (?:the|our) (?:\w+ )?(?:window|slot) (?:closed|ended|was over|ran out|shut)|\bwindow (?:was )?(?:kept|respected|met|not exceeded|held)\b|\bon time\b|\bin time\b|"
    r"(?:시간|구간|창|윈도우|시간대) ?(?:안에?|내에?|이내)(?:서|로)? ?|시간을? ?(?:지켰|지킴|준수|넘기지 않)",
    re.IGNORECASE,
)
WHOLLY = re.compile(
    r"\b(?:all|every\w*|each|both|whole|done|finished|ended|complete\w*|changes?|work|nothing|no|last|wave|steps?|over|took place|happened|stayed|kept|was|were)\b|모두|전부|모든|끝|완료|마지막|작업|변경|지켰|준수|없",
    re.IGNORECASE,
)
UNKEPT = re.compile(
    r"\bnot (?:all|every|inside|within|in)\b|\bexcept|\bapart from|\bbut (?:one|two|for)|\bother than|제외|빼고|아니|못",
    re.IGNORECASE,
)
CHANGES = re.compile(
    r"\b(?:delet|drop|add|remov|replac|deploy|shift|rout|publish|launch|releas|convert|cordon|attach|detach|connect|renam|truncat|creat|turn(?:ed|ing)? (?:on|off)|roll(?:ed|ing)? (?:out|back)|enabl|disabl|switch|restart|reboot|migrat|mov(?:ed|ing)|cut ?over|flip|appl(?:y|ied)|updat|upgrad|chang|scal|promot|"
    r"fail(?:ed|ing)? over|repoint|swap|patch|install|drain|import|restor|rotat|edit|push|merg|w(?:rote|ritten) |stopp|start|shut|power|open|clos(?:ed|ing) (?:the )?(?:valve|gate|port|listener))\w*\b|"
    r"교체|재기동|배포|전환|삭제|제거|변경|적용|활성화|비활성화|이전|재시작|중지|기동|패치|설치|갱신|반영|이관",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:notice|notif\w+|message|posted?|announc\w+|mail(?:ed)?|phon\w+|call(?:ed)?|report|ticket|sign(?:ed)?(?:-| )?off|sign(?:ed)?|log(?:ged)? (?:in|out)|left|home|hand(?:ed)?-?over|review|watch\w*|monitor\w*|"
    r"check(?:ed|s)?|look(?:ed)?|verif\w+|compar\w+|counts?|equal|empty|still|observ\w+|quiet|read|seen|saw|measured|tested|met|arriv\w+|room|line|screens?|shared|briefing|backup|snapshot|before|prepared|planned|next|tomorrow|"
    r"export(?:ed)?|copied|ack\w*|answer\w*|press\w*|coffee|ttl|closed(?! (?:the )?(?:valve|gate|port))|query|first|healthy)\b|공지|알림|메시지|게시|보고|확인|점검|관찰|모니터링|연락|통화|회의|종료|퇴근|인수인계|백업|예정|대조|발송",
    re.IGNORECASE,
)
FAR_S = 6 * 3600


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that all was done in the window, with what was not; and changes outside a window that nobody remarks on."""
    for log in logs:
        stated = windows(log) or tuple({one.start.at: one for other in logs for one in windows(other)}.values())
        if not stated:
            continue
        window = stated[0]
        told_of = [one for one in events(log) if one.kind != "inline" or len(log.moments(one.number)) == 1]
        late = [one for one in told_of if 0 < outside(one, window) < FAR_S]
        early = [one for one in told_of if -FAR_S < outside(one, window) < 0]
        claims = [
            (n, match)
            for n, line in told(log)
            if (log.name, n) != (window.spot.file, window.number) and (match := _claim(log, n, line))
        ]
        meant = [one for one in late if _is_work(one)] or [one for one in late if _in_table(one)]
        if claims and meant:
            number, match = claims[0]
            worst = max(meant, key=lambda one: outside(one, window))
            yield Hit(
                spot=log.spot(number, match),
                also=(*dict.fromkeys(one.spot for one in meant), window.spot)[:8],
                why=f"{worst.moment.text} is {shown(outside(worst, window))} after the window of {window.start.text} to {window.end.text}",
                instead="what was done after the window, and who allowed it",
            )
        elif windows(log) and not claims and not acknowledged(log):
            yield from _unremarked([one for one in (*late, *early) if _is_work(one)], window)


def _claim(log: Log, number: int, line: str) -> re.Match[str] | None:
    match = KEPT.search(line)
    if (
        match is None
        or withdrawn(log, number)
        or LONGER.search(line)
        or UNKEPT.search(line)
        or PLANNED.search(_without(line, match))
    ):
        return None
    return match if WHOLLY.search(line) and not line.rstrip().endswith("?") else None


def _without(line: str, match: re.Match[str]) -> str:
    return line[: match.start()] + line[match.end() :]


def _is_work(event: Event) -> bool:
    words = KEPT.sub(" ", f"{event.head} {event.text}" if event.kind == "row" else event.text)
    if event.kind == "row" and re.search(
        r"교체|재기동|배포|전환|적용|end|done|finished|changed|replaced|deployed|종료|완료|끝",
        event.head,
        re.IGNORECASE,
    ):
        return not re.search(r"왔|role|from|who", event.head, re.IGNORECASE) and not _person(event)
    return bool(CHANGES.search(words)) and not OTHER.search(words) and not PLANNED.search(words)


def _in_table(event: Event) -> bool:
    return (
        event.kind == "row"
        and bool(re.search(r"end|done|until|\bto\b|time|at|when|종료|끝|시각|완료", event.head, re.IGNORECASE))
        and not OTHER.search(event.text)
        and not _person(event)
    )


def _person(event: Event) -> bool:
    """Return whether a row is of a person: from when to when somebody was there is no work."""
    table = next((one for one in event.log.tables if any(row[0].spot.line == event.number for row in one.rows)), None)
    return table is not None and bool(
        re.search(r"who|person|people|name|role|이름|담당|역할|사람", " ".join(table.heads))
    )


def _unremarked(found: list[Event], window: Window) -> Iterator[Hit]:
    strict = [one for one in found if one.kind in ("leading", "row", "mark")]
    for one in strict[:3] if len(strict) <= 3 else ():
        by_s = outside(one, window)
        yield Hit(
            spot=one.spot,
            also=(window.spot,),
            why=f"{one.moment.text} is {shown(abs(by_s))} {'after' if by_s > 0 else 'before'} the window of {window.start.text} to {window.end.text}",
            instead="the recorded time, or who allowed work outside the window",
        )
