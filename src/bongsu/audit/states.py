"""What a log switches off and on again: rules, jobs, flags, nodes, replicas; by command, in words, by their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.patterns import either, may_be_in, pattern
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

_X = r"(?:\w+/)?(?P<name>[\w.-]+)"
OFF_COMMANDS = (
    rf"\bsystemctl (?:--user )?(?:stop|disable|mask)(?: --now)? {_X}",
    rf"\b(?:kubectl|oc) (?:\S+ ){{0,4}}?cordon {_X}",
    r"\b(?:kubectl|oc) (?:\S+ ){0,4}?scale (?:\S+ ){0,3}?(?:deploy\w*|sts|statefulset|rs|replicaset)[ /](?P<name>[\w.-]+).*--replicas[= ]0\b",
    rf"\b(?:kubectl|oc) (?:\S+ ){{0,4}}?rollout pause (?:\w+[ /])?{_X}",
    rf"\bdocker (?:stop|pause) {_X}",
    r"\baws ecs update-service .*--service (?P<name>[\w.-]+).*--desired-count 0\b",
    r"\baws lambda put-function-concurrency .*--function-name (?P<name>[\w.-]+).*executions 0\b",
    r"\baws autoscaling suspend-processes .*--auto-scaling-group-name (?P<name>[\w.-]+)",
    r"\baws scheduler update-schedule .*--name (?P<name>[\w.-]+).*--state DISABLED",
    r"\bgcloud scheduler jobs pause (?P<name>[\w.-]+)",
    r"\baz \w+ .*(?:stop|disable) .*--name (?P<name>[\w.-]+)",
)
ON_COMMANDS = (
    rf"\bsystemctl (?:--user )?(?:start|enable|restart|unmask)(?: --now)? {_X}",
    rf"\b(?:kubectl|oc) (?:\S+ ){{0,4}}?uncordon {_X}",
    r"\b(?:kubectl|oc) (?:\S+ ){0,4}?scale (?:\S+ ){0,3}?(?:deploy\w*|sts|statefulset|rs|replicaset)[ /](?P<name>[\w.-]+).*--replicas[= ][1-9]",
    rf"\b(?:kubectl|oc) (?:\S+ ){{0,4}}?rollout (?:resume|restart) (?:\w+[ /])?{_X}",
    rf"\bdocker (?:start|unpause|restart|run) .*?{_X}",
    r"\baws ecs update-service .*--service (?P<name>[\w.-]+).*--desired-count [1-9]",
    r"\baws lambda delete-function-concurrency .*--function-name (?P<name>[\w.-]+)",
    r"\baws autoscaling resume-processes .*--auto-scaling-group-name (?P<name>[\w.-]+)",
    r"\baws scheduler update-schedule .*--name (?P<name>[\w.-]+).*--state ENABLED",
    r"\bgcloud scheduler jobs resume (?P<name>[\w.-]+)",
    r"\baz \w+ .*(?:start|enable) .*--name (?P<name>[\w.-]+)",
)
COMMANDS = tuple((pattern(one), False) for one in OFF_COMMANDS) + tuple((pattern(one), True) for one in ON_COMMANDS)
ANY_COMMAND = either((*OFF_COMMANDS, *ON_COMMANDS))
OFF = pattern(
    r"\b(?:disabl(?:ed?|ing)|paus(?:ed?|ing)|stopped|stop(?:ping)?|suspend(?:ed|ing)?|mut(?:ed?|ing)|silenc(?:ed|ing)|(?:an?|the|new) silence|silence(?= (?:[`*]|(?:the|all|this|that|its?|every|alerts?|alarms?|pages?|pagers?|monitor\w*)\b))|frozen|froze|freeze|blocked|halted|deactivated|switched off|turned off|(?:switch|turn)(?:ed|ing)? (?:the )?[\w.-]+ off|"
    r"(?:set|put|flipped|changed) to (?:off|false|disabled|0)|(?:is|are|was|were|now|=|->|→) (?:off|disabled|0)(?!\S)|scaled (?:down )?to (?:0|zero)|\d+ ?(?:->|→) ?0(?!\S)|commented out|shut (?:down|off)|taken (?:down|out of (?:service|rotation))|cordon(?:ed)?|off)\b|"
    r"비활성화?|중지|정지|차단|끔(?![가-힣])|껐|꺼 ?둠|멈춤|멈췄|멈추|일시 ?중지|음소거|(?:-> ?|= ?|→ ?)off\b",
    re.IGNORECASE,
)
ON = pattern(
    r"\b(?:re-?enabl\w+|enabl(?:ed?|ing)|resum(?:ed?|ing)|re-?start(?:ed|ing)?|start(?:ed|ing|s)?|unmut\w+|unsilenc\w+|unpaus\w+|re-?activat\w+|activat\w+|switched (?:back )?on|turned (?:back )?on|(?:switch|turn)(?:ed|ing)? (?:the )?[\w.-]+ (?:back )?on|"
    r"(?:set|put|flipped|changed) (?:back )?to (?:on|true|enabled)|(?:is|are|was|were|now|=|->|→) (?:back )?on(?!\S)|on again|back (?:on|up|in service|in rotation|online)|live again|re-?open\w*|lift(?:ed|ing)|scaled (?:back |up )*to [1-9]\d*|0 ?(?:->|→) ?[1-9]\d*|"
    r"uncommented|unfr[eo]\w+|unblock\w+|released|uncordon\w*|restored|brought (?:\S+ )?(?:back|up)|(?:bringing|spinning) \S+ (?:back )?up|spun up|ran out by itself|expired)\b|(?<!비)활성화|재개|재가동|기동|시작|켬|켰|켜짐|다시 켜|해제|복구|풀었|재시작|되살|되돌려|올렸|올림|올립니다|띄[웠움웁]|(?:-> ?|= ?|→ ?)on\b",
    re.IGNORECASE,
)
NAME = pattern(
    r"`(?P<code>[\w./:-]{2,60})`|(?<![\w.-])(?P<bare>[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)+)(?![\w/-]|\"\s*:)"
)
PLAIN = re.compile(
    r"(?:long|short|on|off|read|write|pre|post|re|non|self|well|cut|roll|back|follow|hand|stand|sign|set|start|shut|high|low|real|end|half|full|multi|single|cross|out|in|over|under|two|three|"
    r"one|six|first|second|day|time|up|down|ten|fail|hard|soft|go|no|so|to|by|pop|log|check|clean|warm|cold|hot|front|auto|co|ad|e|t|hours?|minutes?)[-_][a-z]+(?:-[a-z]+)?"
)
"""Words with a hyphen that name nothing: `long-running`, `on-call`."""
FOR_GOOD = re.compile(
    r"\b(?:retired|for good|permanent\w*|decommission\w*|deleted|removed|no longer needed|until \d|till \d|for \d+ min\w*|for an hour)\b|영구|폐기|철거|삭제|까지",
    re.IGNORECASE,
)
WORKS = re.compile(
    r"\b(?:ENABLED|active|running|works|working|operational|live|armed|as usual|as before|as normal|like before|pages|fires|fired|sends|sending|processed|processing|serves|serving|served|accepting|accepts|on schedule|healthy and|takes (?:traffic|orders|requests|writes)|"
    r"consumed|consuming|delivers|delivering|ran at|runs (?:every|each|again)|is on|on, |enabled)\b|정상 ?(?:동작|운영|가동|발송|실행)|동작 중|운영 중|가동 중|실행 중|평소대로|원래대로|켜져 ?있|활성 ?상태|(?:발송|실행|처리)됨",
    re.IGNORECASE,
)
DOWN = re.compile(
    r"\b(?:DISABLED|STOPPED|PAUSED|INACTIVE|SUSPENDED|OFF)\b|(?i:\b(?:is|are|still|state:?|status:?) (?:disabled|off|stopped|paused|inactive|down|suspended)\b|비활성 ?상태|꺼져 ?있|중지 ?상태|정지 ?상태)"
)
CELL_ON = re.compile(r"[ *`]*(?:on|enabled|true|켬|켜짐|활성)[ *`]*", re.IGNORECASE)
CELL = re.compile(CELL_ON.pattern + r"|[ *`]*(?:off|disabled|false|끔|꺼짐|비활성)[ *`]*", re.IGNORECASE)
"""A cell that is a state and nothing else."""
STATE = re.compile(
    r"\bstate\b|\bstatus\b|\bfinal\b|\bpicture\b|\bat the end\b|\bafterwards\b|\bhand-?over\b|\bsummary\b|\bas of\b|\bclosing\b|상태|최종|마지막|종료 ?시점|인계|현재|정리",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One switching of one thing."""

    number: int
    name: str
    on: bool
    about: frozenset[str]
    lasting: bool
    """Whether it is meant for good, or ends by itself."""


@lru_cache(maxsize=20_000)
def names_in(line: str) -> tuple[str, ...]:
    """Return what a line names: in code marks, or with a hyphen, an underscore or a dot in the name."""
    found = [(match["code"] or match["bare"]).lower() for match in NAME.finditer(line)]
    return tuple(
        one
        for one in dict.fromkeys(found)
        if not PLAIN.fullmatch(one)
        and not re.fullmatch(r"[\d.:-]+|.*\.(?:md|txt|log|json|ya?ml|sh|py|ts|js|sql|csv|html?|toml|net|com|org)", one)
    )


@lru_cache(maxsize=64)
def changes(log: Log) -> tuple[Change, ...]:
    """Return every switching of a named thing, in the order of the lines."""
    return tuple(_changes(log))


def _changes(log: Log) -> Iterator[Change]:
    for number, line in log.numbered():
        for regex, on in COMMANDS if may_be_in(ANY_COMMAND, line) else ():
            if match := regex.search(line):
                yield Change(number=number, name=match["name"].lower(), on=on, about=frozenset(), lasting=False)
        if re.search(r"\$ |^aws |^kubectl |^\s*\{", line) or withdrawn(log, number) or line.rstrip().endswith("?"):
            continue
        yield from _in_words(log, number, line)


def _in_words(log: Log, number: int, line: str) -> Iterator[Change]:
    parts = [part for part in re.split(r"(?<=[^\d\s])[.;] ", line) if part.strip()]
    if len(parts) > 1:
        for part in parts:
            yield from _in_words(log, number, part)
        return
    off: object = OFF.search(line)
    on: object = ON.search(re.sub("비활성화?", "    ", line))
    cells = [cell for cell in line.split("|") if CELL.fullmatch(cell)]
    if len(cells) > 1:
        # `| before | after |`: what it is now stands last.
        off, on = (None, cells[-1]) if CELL_ON.fullmatch(cells[-1]) else (off, None)
    if on and off and re.search(r"\bon ?(?:->|→|to) ?off\b|켬 ?(?:->|→) ?끔", line, re.IGNORECASE):
        on = None
    elif on and off and re.search(r"\boff ?(?:->|→|to) ?on\b", line, re.IGNORECASE):
        off = None
    if not (off or on) or (off and on) or PLANNED.search(line) or reads(log, number):
        return
    for name in names_in(line):
        yield Change(number=number, name=name, on=bool(on), about=stems(line), lasting=bool(FOR_GOOD.search(line)))


def reads(log: Log, number: int) -> bool:
    """Return whether a line tells a state as it was found, under words such as `state` or `final`, without a time."""
    if log.moments(number):
        return False
    above = " ".join(text for _, text in log.numbered(max(1, number - 4), number - 1))
    table = next((one for one in log.tables if any(row[0].spot.line == number for row in one.rows)), None)
    said = log.section(number).title + " " + (" ".join(table.heads) if table else above)
    return bool(STATE.search(said))
