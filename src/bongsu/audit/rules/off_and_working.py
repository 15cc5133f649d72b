"""What was switched off and never on again does not work later, and what is on is not found off without a step that did it.

Source: the log's own steps; rules, jobs, flags and replicas stay as they were set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import denied, withdrawn, written
from bongsu.audit.events import events, timeline
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import left_disabled
from bongsu.audit.states import DOWN, OFF, ON, WORKS, Change, changes, names_in, reads
from bongsu.audit.stayed import stayed
from bongsu.audit.switch_words import POD
from bongsu.audit.typed import typed
from bongsu.audit.units import BACK
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
OTHER = re.compile(
    r"\b(?:new|second|other|standby|spare|copy|replica|old|former|previous|legacy|before|until|was|were|had)\b|새 |예비|기존|이전|까지|였|었",
    re.IGNORECASE,
)
KIND = re.compile(
    r"\b(?P<kind>alarms?|alerts?|alerting|paging|pager|monitoring|monitors?|cron(?: ?jobs?)?|scheduler|replication|backups?|sync|consumers?|producers?|workers?|feeds?|mailer|jobs?|writer|writes|orders|bookings|payments|sign-?ups|uploads|intake|pump|conveyor|probes?|sampling)\b"
    r"|(?P<ko>알람|경보|모니터링|스케줄러?|배치|복제|백업|동기화|소비자|생산자|워커|쓰기|예약|주문|결제|가입|업로드|접수|발송기?|수집기?)",
    re.IGNORECASE,
)
DID = re.compile(
    r"\b(?:recorded|written|accepted|processed|booked|saved|inserted|stored|placed|paid|sent|fired|paged|ran|imported|replicated|consumed|delivered|taken|came in|went through|as usual|as before|as normal|running|active|enabled)\b|"
    r"기록(?:됨|되|했)|저장(?:됨|되|했)|접수(?:됨|되|했)|처리(?:됨|되|했)|등록(?:됨|되|했)|발송(?:됨|되|했)|실행(?:됨|되|했)|들어옴|들어왔|완료됨|평소대로|정상 ?(?:동작|발송|운영)|울렸|울림",
    re.IGNORECASE,
)
LAST = re.compile(
    r"\b(?:last|final|remaining|left|drain\w*|queued|earlier|pending|zero|no)\b|마지막|남은|잔여|없|0건", re.IGNORECASE
)
LISTED = re.compile(r"\s\d+/\d+\s+(?:Running|Completed|Pending)\b")
"""A row of a cluster's listing; the pods of a daemon set stand on every node."""
INSTEAD = "the step that switched it, with its time and its read-back, or the state as it is"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what works though it was switched off, and what is off though it was last switched on."""
    for log in filter(written, logs):
        told = {line for hit in hits(left_disabled, log) for line in (hit.spot.line, *(one.line for one in hit.also))}
        named = changes(log)
        for name in dict.fromkeys(one.name for one in named):
            mine = [one for one in named if one.name == name]
            if not any(one.number in told for one in mine):
                yield from _of_name(log, mine, told)
        yield from _of_kind(log, named, told)
        for one in stayed(log):
            yield Hit(
                spot=log.spot(one.number),
                also=(log.spot(one.began), log.spot(one.back)),
                why=f"what began in line {one.began} was taken back in line {one.back}, and by the log never done again",
                instead=INSTEAD,
            )


def _of_name(log: Log, mine: list[Change], told: set[int]) -> Iterator[Hit]:
    last = mine[-1]
    for number, line in log.numbered(last.number + 1):
        if last.name not in names_in(line) or number in told or withdrawn(log, number) or PLANNED.search(line):
            continue
        if BACK.search(log.section(number).title):
            continue  # What would be done, and was not.
        if typed(line) is not None or (LISTED.search(line) and not POD.match(line)):
            continue
        if (
            not last.on
            and not last.lasting
            and (WORKS.search(line) or _by_it(line, last.name))
            and not OFF.search(line)
            and not denied(line.partition(",")[0])
            and not _past(log, number, line)
        ):
            yield _hit(log, number, mine, f"{last.name} was switched off in line {last.number} and never on again")
            return
        if last.on and reads(log, number) and DOWN.search(line) and not ON.search(line):
            yield _hit(
                log, number, mine, f"{last.name} was switched on in line {last.number}, and no step switched it off"
            )
            return


def _by_it(line: str, name: str) -> bool:
    """Return whether a line tells of work that a thing did: `booked by x`."""
    return bool(re.search(rf"(?:{DID.pattern}).{{0,20}}\bby [`*]*{re.escape(name)}", line, re.IGNORECASE))


def _past(log: Log, number: int, line: str) -> bool:
    return (
        bool(re.search(r"\b(?:before|until|was|were|had been)\b|이전|까지|였", line))
        and not reads(log, number)
        and "as before" not in line
    )


def _hit(log: Log, number: int, mine: list[Change], why: str) -> Hit:
    return Hit(spot=log.spot(number), also=tuple(log.spot(one.number) for one in mine[-3:]), why=why, instead=INSTEAD)


def _of_kind(log: Log, named: tuple[Change, ...], told: set[int]) -> Iterator[Hit]:
    """Yield what is told to work though its kind was switched off, in a log that never switches that kind on again."""
    listed = [one for one in timeline(log) if one.kind != "row"]
    seen = {one.number for one in listed}
    alone = [one for one in events(log) if one.kind == "inline" and len(log.moments(one.number)) == 1]
    listed = sorted([*listed, *(one for one in alone if one.number not in seen)], key=lambda one: one.number)
    for place, event in enumerate(listed):
        # A message that an object quotes has many lines: what one says is off is not what another names.
        told_off = " ".join(line for line in event.text.splitlines() if OFF.search(line))
        kinds = {stem for one in KIND.finditer(told_off) for stem in stems(one[0])}
        if not kinds or event.number in told or not _stays_off(log.line(event.number), event.text):
            continue
        flag = {one.name for one in named if one.number == event.number}
        works = _working(log, event, listed[place + 1 :], (kinds, flag))
        if works is not None:
            yield Hit(
                spot=log.spot(works.number),
                also=(log.spot(event.number), *(log.spot(one.number) for one in named if one.name in flag)),
                why=f"switched off in line {event.number} and, by the log, never on again",
                instead=INSTEAD,
            )
            return


def _stays_off(line: str, text: str) -> bool:
    on = ON.search(re.sub(r"비활성화?|\b(?:while|during|so that)\b.*", "", text))
    for_now = PLANNED.search(text) or re.search(r"\buntil\b|까지|for \d+ min", text)
    return bool(OFF.search(text)) and not on and not for_now and not re.search(r"\bold\b|legacy|옛|기존", line)


def _working(log: Log, off: Event, after: list[Event], what: tuple[set[str], set[str]]) -> Event | None:
    """Return the first later event in which what is off did its work, unless something was switched on before it."""
    kinds, flag = what
    for later in after:
        # Objects are listed by what they are, so that what stands below may have happened before.
        if later.kind == "object" and later.moment.fits(off.moment) and later.moment.at < off.moment.at:
            continue
        shared = kinds & later.stems
        if not shared and not flag & set(names_in(log.line(later.number))):
            continue
        if ON.search(re.sub(r"비활성화?|\([^)]*\)?", "", later.text)) or _lifted(later.text):
            return None
        # What somebody asks at a prompt (`is-active x`) is no answer.
        asked = typed(log.line(later.number)) is not None
        did = (
            shared
            and not asked
            and DID.search(later.text)
            and not OFF.search(later.text)
            and not LAST.search(later.text)
        )
        if did and _same(off.text, later.text) and not denied(later.text) and not _others(log, off, later):
            return later
    return None


def _others(log: Log, off: Event, later: Event) -> bool:
    """Return whether each of two lines names things, and none of them is the other's."""
    one, two = (set(names_in(log.line(event.number))) for event in (off, later))
    return bool(one and two) and not one & two


def _lifted(text: str) -> bool:
    return bool(re.search(r"\b(?:open|allow\w*|released|back|again|normal)\b|다시|허용|풀|정상화", text, re.IGNORECASE))


def _same(off: str, later: str) -> bool:
    """Return whether a later line may speak of the thing that is off, and not of the one that took its place."""
    flagged = re.search(r"=|flag|플래그|->|→", off)
    return bool(flagged) or not OTHER.search(later)
