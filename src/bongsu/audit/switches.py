"""What a log switches off and on again, by its names, its short names and its kind; and what it tells each of them to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied
from bongsu.audit.moments import Moment
from bongsu.audit.nicknames import latin, phrases, short
from bongsu.audit.states import PLAIN
from bongsu.audit.typed import REFUSED, typed
from bongsu.audit.units import PROMPTED, units
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.units import Unit

IDENT = re.compile(
    r"(?<![\w.@$-])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+(?![A-Za-z0-9_]|\.[a-z])|(?<![\w-])[A-Z]{4,12}(?![\w-])|(?<![\w.#-])[A-Z]{1,2}\d{1,2}(?![\w-]|\.\w)"
)
NOT_IDENT = re.compile(
    r"(?:S3|EC2|R53|T\d{1,2}|P50|P[79]\d|Q[1-4]|H[12]|K8|L\d|A4|B2|IP\d|PM\d+|AM\d+)|(?:DISABLED|ENABLED|STATE|STATUS|DONE|START|REPORT|TRUE|FALSE|NULL|NONE|INFO|ERROR|WARN|HTTP|HTTPS|POST|DRILL|TOTAL|PASS|FAIL|RUNNING|STOPPED|PAUSED|SUCCESS|COMPLETED|NOTE|TODO|JSON|TELEGRAM|SLACK|EXIT|WINDOW|READY|ACTIVE|SUSPEND|SCHEDULE|PAUSE|RESUME)|[A-Z][a-z]+-[a-z]+"
    r"|(?:aws|x)[-_].*|.*[-_](?:rule|rules|by-rule|alarms?|attributes|mapping|task|tasks|queue|function|configuration|service|actions|events|schedule|targets|concurrency|processes|query|identity|alias)|no-enabled|(?:us|eu|ap|sa|ca|me|af|il|cn)-(?:gov-)?(?:north|south|east|west|central)\w*-\d|[0-9a-f]{8}-[0-9a-f]{4}-.*|.*[_](?:id|at|ms|mb)|message[_-]id|chat[_-]id",
)
PARTS = re.compile(
    r"(?<=[^\d\s]), (?=(?:and |then |the |new |old )?\S)|(?<=\d), (?=(?:and |then )?[a-z]{3})|; | / |(?<=[고며]),? "
)
PRONOUN = re.compile(r"\b(?:it|them|they)\b", re.IGNORECASE)
GOES_ON = re.compile(
    r"(?:and |then |and then )+\w+(?:ed|n)\b|(?:serv|runn|deliver|answer|accept|process)ing\b|resumed\b|(?:and |then )+(?:off|down|out)\b",
    re.IGNORECASE,
)
"""How a part of a sentence begins that leaves out of what it speaks: `drained, then powered off`."""
NOBODY = re.compile(r"\b(?:not|never|nobody|no one|none|without)\b|않|없|못|안 ?켰", re.IGNORECASE)
TO_COME = re.compile(r"\b(?:to be|will be|will|until|till|before|when|once)(?: \w+)? $", re.IGNORECASE)
NEVER_ON = re.compile(
    r"\b(?:never|not|nobody|no one|no step|nothing)\b[^.;,]{0,30}\b(?:again|back|since|after(?:wards)?|resumed|restarted|re-?enabled|started|switched|turned)\b[^.;,)]*|\bdid not (?:start|switch|turn|bring) \w+ (?:again|back)[^.;,)]*"
    r"|(?:다시|이후|그 ?뒤|후)[^.;,]{0,16}(?:켠|켜|시작|돌린|올린|띄운|재개|재시작|기동)\S* ?(?:적|일|기록|사람)\S* ?없\S*",
    re.IGNORECASE,
)
"""What says that a thing stayed off, which makes its work the stranger."""
STARTED = re.compile(
    r"^\W{0,3}(?:\d{1,2}:\d\d(?::\d\d)?\W{1,4})?(?:[\w-]+ )?·+ (?:was |is )?(?:started|starts|running)\b", re.IGNORECASE
)
"""A name that begins an entry, and that it was started."""
READ = re.compile(r"\bpartition=\d|\boffset=\d|\bjob=\S")
"""What a worker prints of what it read."""
NO_WORK = re.compile(
    r"(?:waited|queued|held|stopped|paused|left|expected|kept|deleted|removed|moved|copied|counted|compared|needed|allowed|planned|disabled|failed|lost|isolated|locked|scaled|opened|closed|cordoned|drained|suspended)"
)
DONE = re.compile(
    r"\w{2,}ed|swept|wrote|took|sent|made|paid|sold|built|gave|fed|caught|ran|drew|lent|cut|put|brought|dealt|spoke|rang"
)
DONE_WITHIN = 7
TARGET = re.compile(
    r"\b(?:cronjobs?|deploy(?:ment)?s?|sts|statefulset|jobs?|systemctl (?:--\S+ )*\w+|docker \w+|configmap|cordon|uncordon|drain)[ /](?:--now )?(?P<a>[a-z][\w.-]{2,40})|--(?:name|rule|service|function-name|alarm-names|queue-url|auto-scaling-group-name|db-instance-identifier|uuid)[ =]\"?(?P<b>[\w./:$-]{2,120})|\b(?:PAUSE|RESUME|SUSPEND) (?P<c>[a-z]\w{2,30})"
)
"""What a command is for."""
OFF_COMMAND = re.compile(
    r"\bkubectl (?:-\S+ \S+ )*(?:cordon|drain)\b|\bdocker[ -]compose (?:\S+ )*?(?:stop|down|pause)\b|\bdisable-rule\b|\bdisable-alarm-actions\b|--no-enabled\b|--state[= ]DISABLED|--replicas[= ]0\b|\bdesired-count[= ]0\b|[\"']?(?:suspend|paused?|disabled)[\"']?\s*[:=]\s*[\"']?true|\bsystemctl \S*(?: --\S+)* ?(?:stop|disable|mask)\b|\b(?:disable|stop)(?: --now)? \S+\.(?:timer|service)|\b(?:DisableRule|PauseJob|StopTask|DisableSchedule)\b"
    r"|\b(?:stop-instances|stop-db-instance|suspend-processes|reserved-concurrent-executions[= ]0|jobs pause|docker (?:stop|pause)|kubectl(?: -n \S+)? delete)\b|\bdelete-(?:queue|rule|function|schedule|service|event-source-mapping)\b",
)
ON_COMMAND = re.compile(
    r"\bdocker[ -]compose (?:\S+ )*?(?:start|up|unpause|restart)\b|\benable-rule\b|\benable-alarm-actions\b|(?<!no)(?<!no-)--enabled\b|--state[= ]ENABLED|--replicas[= ][1-9]|\bdesired-count[= ][1-9]|[\"']?(?:suspend|paused?|disabled)[\"']?\s*[:=]\s*[\"']?false|\bsystemctl \S*(?: --\S+)* ?(?:start|enable|restart|unmask)\b|\b(?:EnableRule|ResumeJob|EnableSchedule|RunTask)\b"
    r"|\b(?:start-instances|start-db-instance|resume-processes|delete-function-concurrency|jobs resume|docker (?:start|unpause|restart)|rollout restart|uncordon|put-rule|create-\w+|run-task)\b",
)
OFF_SAID = re.compile(
    r"\b(?:[Dd]isabl(?:ed|ing)|(?<!not )paused|(?<!not )isolated|locked (?:off|out)|tagged out|blanked off|valved off|stopped|suspended|halted|deactivated|fenced(?: off)?|powered (?:it )?(?:off|down)|shut (?:down|off)|switched (?:it )?off|turned (?:it )?off|taken (?:out|down|offline)|took (?:it )?(?:out|down|offline)|drained and (?:deleted|removed|stopped)|deleted(?! ?[=:\d])|decommissioned|removed from (?:the )?(?:pool|rotation|service)|out of (?:the )?(?:pool|rotation)|commented out|put on hold|on hold|held back|scal(?:ed|ing) (?:\S+ )?(?:down )?to (?:0|zero)|down to (?:0|zero)(?: \w+)?|set to (?:0|zero|off|false)|killed|parked|frozen|unplugged|is off|now off|went off|(?:switch|turn|power|tak|put|took)\w* \S+ (?:off|down|out))\b"
    r"|\b(?:DISABLED|PAUSED|SUSPENDED|STOPPED|PAUSE)\b|\bdisable$|\bdisable\b(?= ?[|`*])|→ ?DISABLED|\boff at\b|비활성화?|중지|정지|껐|껏|끔(?![가-힣])|끕니다|꺼 ?둠|꺼짐|꺼져|멈춤|멈췄|멈춰|내렸|내림|차단|보류|주석 ?처리|종료시|분리(?:했|함|됨)|폐기|삭제(?:했|함|됨|완료|(?=[\s(,.]|$)(?! ?\d))",
)
ON_SAID = re.compile(
    r"\b(?:re-?enabled?|enabled?|ENABLED|RESUME|locks? (?:came )?off|isolation (?:removed|lifted|off)|de-?isolated|unlocked|handed back|to auto|resum\w+|re-?start\w*|started again|start(?:ed)? (?:it|them) (?:again|back)|unpaus\w+|re-?activat\w+|activated|switched (?:it )?(?:back )?on|turned (?:it )?(?:back )?on|powers? (?:it |\S+ )?(?:back )?on|powered (?:it )?(?:back )?on|put back|brought (?:it )?back|came (?:back )?up|back (?:in|on|up|online|into)|rejoin\w*|released?|lifted|uncommented|uncordon\w*|scaled (?:back |up )?(?:up )?to [1-9]\d*|restored|taken off hold|off hold|unfenced|recreated|rolled back|rollback|is on again|on again|(?:switch|turn|power)\w* \S+ (?:back )?on)\b"
    r"|활성화|재개|재가동|켬|(?<!시)켰|켜짐|켭니다|다시 (?:켜|켠|시작|올|띄|돌)|해제|복구|풀었|풀고|재시작|되살|되돌|복귀|올렸|올림|롤백",
)
WORK = re.compile(
    r"\b(?:ran|runs|running|fired|fires|invoked|invokes|triggered|processed|processing|picks? up|picked up|picking up|serves|served|serving|handled|handling|handles|published|publishing|consumed|consuming|committed|committing|printed|printing|drains|draining|carr(?:y|ies|ied|ying)|(?:takes|took|taking)(?! (?:under|over|about|some|around|less|more|only|just|an?|\d\S*|two|three|four|five|ten|half|place|effect|note|part|care|\S+ (?:off|down|out))\b)|accepted|accepting|answered|answers|executed|worked|works|started (?:by itself|on (?:its own|schedule|time)|at)|its (?:normal|usual|own|regular) (?:\w+ )?run|by (?:the|its) schedule|on schedule|on time|as usual|as before|as normal|is live|remains live|did its (?:first|second|next|regular) run|live on|in service|received|receives|written|writes|wrote|delivered|(?:of the|its|gets?|got|carr\w+|serv\w+|full|all) (?:\S+ )?(?:traffic|load)|(?:traffic|load)(?: share)?\s?[:=]|traffic (?:was |is )?(?:divided|split|shared|spread|served|routed|flow\w*|go(?:es|ing))|healthy and|busy|brought .{1,40} down|came down|completed at|finished at|sent|\d[\d,]* ?/ ?min|per minute|a minute|(?:keeps|kept) (?!(?:show|report|ask|list|call|nam|say)ing)\w+ing|committed=\d|batch=\d)\b"
    r"|START RequestId|\d ?(?:건|통|명|개|장|줄|행|회|번)\S{0,2} ?(?:정상 ?)?(?:처리|발송|전송|소비|기록|저장|등록|접수|출력|생성|전달|배정|정리)|호출(?:했|하|되|됐|한 것|됨|함)|실행(?:되|됐|했|됨|함)|정기 ?실행|정상 ?(?:실행|동작|수행|종료|스케줄|처리)|돌았|돌고|돕니다|도는|처리(?:했|함|됨|되|하)|(?:빼|비우|읽|돌리|보내|찍)고 ?있|비웠|비움|\d ?(?:→|->) ?\d[\d,]* ?(?:→|->) ?\d|발송(?:했|함|됨|되|하)|운영 ?중|동작|수행(?:되|됐|했|함)|나갔|기동|작동|가동|받고|받았|읽고|쓰고|기록(?:되|됐|했|됨)|스케줄대로|예정대로|평소대로",
    re.IGNORECASE,
)
FROM = re.compile(r"\b(?:from|by|worker|source|consumer|pod|host|node|instance|writer)=[A-Za-z]")
"""Where a line of a program's log says which of it did what the line tells."""
JOB = re.compile(
    r"\s*(?P<name>[a-z][\w-]+)-(?P<n>\d{5,9})\s+Complete\s+\d+/\d+\s+\S+\s+(?P<age>(?:\d+h)?(?:\d+m)?(?:\d+s)?)\s*$"
)
POD = re.compile(
    r"\s*(?:[a-z][\w-]*\s+)?[a-z][\w-]*-(?:[0-9a-f]{8,10}-[a-z0-9]{5}|\d{1,3})\s+\d+/\d+\s+(?:Running|Pending|ContainerCreating)\s+\d+(?: \([^)]*\))?\s+(?P<age>(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?)\s+[\d.]+\s+(?P<node>[a-z][\w.-]+)"
)
"""A pod of a deployment or a stateful set with its age and its node; those of a daemon set stand on every node."""
SHOWN = re.compile(r"\s*(?P<name>[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+)\s+\|\s")
"""A row that a database printed, with the name of a thing in its first column."""
YEARS = (2015, 2040)
"""One run of a scheduled job in a cluster's listing: its name and how long ago it began."""
BY_HAND = re.compile(
    r"\b(?:by hand|manual\w*|hand-made|test(?:ed|s| run| event)?|dry[- ]?run|rehears\w+|staging|yesterday|last (?:night|week|run|ran|time)|previous|earlier|before (?:the|it|that|then|we|i|she|he|they|switching|cutover)|until then|had been|had \w+ed|had run|would(?: have)?|could|might|should|can|never|not|nothing (?:ran|fired|came|was|left)|no (?:longer|more|run|runs|one)|without|nobody|none|in flight|in-flight|already running|remaining|left over|leftover|what it had|last of|compare\w*|same (?:result|as)|difference|once|if|whether|unless|when|takes? (?:about |some |around )?\d+ ?(?:s|sec\w*|min\w*|h|hours?)|\?)(?!\w)"
    r"|수동|손으로|시험|테스트|연습|리허설|스테이징|어제|지난|이전에는|마지막|직전|까지|없|않|못|안 ?(?:돌|나|불)|남은|잔여|비교|대조|만약|경우|면 |할까|나요|예정(?!대로)|하겠|까요|였|차이|모의",
    re.IGNORECASE,
)
KINDS = {
    "consumer": r"(?:event source )?mappings?|consumers?|consumption|workers?|소비자|워커|컨슈머",
    "export": r"exports?|내보내기",
    "schedule": r"schedules?|scheduler|스케줄러?",
    "feed": r"feeds?",
    "replication": r"replication|복제",
    "backup": r"backups?|백업",
    "publisher": r"publishers?|producers?|생산자",
    "import": r"imports?|importer|적재",
    "timer": r"timers?",
    "mailer": r"mailer|발송기",
    "rule": r"rules?|규칙|룰",
    "batch": r"batch job|배치",
    "cron": r"cron(?:tab| job)?|크론탭?",
    "sync": r"sync|동기화",
}
KIND = re.compile(
    rf"(?:(?P<old>\b(?:old|legacy|former|previous)\s|(?:예전|옛|구|기존|이전) ?)|(?P<new>\b(?:new|v\d+)\s|(?:새|신규?) ?))?(?:[a-z]+ed )?(?<![A-Za-z가-힣_-])(?P<kind>{'|'.join(KINDS.values())})(?![A-Za-z_-])",
    re.IGNORECASE,
)
RUN_HEAD = re.compile(r"start(?:ed)?(?: at)?|began|run at|시작(?: ?시각)?|실행(?: ?시각)?")
LOGS = re.compile(
    r"\b(?:logs tail|logs filter-log-events .*?--log-group-name) (?:/aws/lambda/|/ecs/)?(?P<name>[\w-]+)|\bkubectl (?:-n \S+ )?logs (?:-f )?(?:\w+/)?(?P<pod>[\w-]+)"
)
LOGGED = re.compile(
    r"START RequestId|\b(?:processed|batch|started|worker up|picked up|sent|committed|done|finished|records|rows|trigger)\b[\" =:,]",
    re.IGNORECASE,
)
QUEUED = re.compile(r"\bbatch\b|\brecords\b|\bmessages\b", re.IGNORECASE)
READS = re.compile(r"\baws \w+ (?:get|describe|receive)-|\bkubectl (?:-n \S+ )?(?:get|describe)\b")
BACK_THEN = re.compile(r"\buntil\b|\btill\b|\bto\b|~|–|—|까지|\bby\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One switching of a thing, or one piece of its work."""

    unit: Unit
    name: str
    what: str
    """`off`, `on`, `start`, `work`, `placed` for what a cluster put there, or `answer` for what a service told when it was asked."""


def idents(text: str) -> list[str]:
    """Return the names in a text, in lower case, each without the tail that a cluster or a scheduler gives to a run of it."""
    found = []
    for match in TARGET.finditer(text):
        name = (match["a"] or match["b"] or match["c"]).rstrip(".,:").rpartition("/")[2]
        if not name.startswith("-") and name not in ("get", "status", "name"):
            found.append(re.sub(r"-\d{5,}$", "", name).lower())
    text = re.sub(r"\baws [\w-]+ [\w-]+|--[\w-]+|\bkubectl [\w-]+", " ", text)
    for match in IDENT.finditer(text):
        name = match[0]
        if not NOT_IDENT.fullmatch(name) and not PLAIN.fullmatch(name.lower()):
            found.append(re.sub(r"-[0-9a-f]{8,10}-[a-z0-9]{5}$|-\d{5,}$", "", name).lower())
    return list(dict.fromkeys(found))


@lru_cache(maxsize=64)
def switches(log: Log) -> tuple[Switch, ...]:
    """Return what each named thing was told to do, in the order of the lines."""
    return tuple(_switches(log))


def _switches(log: Log) -> Iterator[Switch]:
    called, kinds, rows = _short(log), _kinds(log), _run_rows(log)
    source: tuple[str, ...] = ()
    for one in units(log):
        line = log.line(one.number)
        if typed(line) is not None or PROMPTED.match(line):
            read = LOGS.search(line)
            source = (re.sub(r"-\d{5,}$", "", read["name"] or read["pod"]).lower(),) if read else ()
            for name in idents(one.text) if READS.search(line) and _answered(log, one.number) else ():
                yield Switch(unit=one, name=name, what="answer")
        elif source and LOGGED.search(line) and log.moments(one.number):
            queued = ["consumer"] if "consumer" in kinds and QUEUED.search(line) else []
            for name in dict.fromkeys([*source, *idents(line), *queued]):
                yield Switch(unit=_printed(log, one), name=name, what="work")
            continue
        if (listed := _listed(one)) is not None:
            yield listed
            continue
        carried: list[str] = []
        for part in PARTS.split(one.text):
            names = [*idents(part), *(name for token, name in called.items() if re.search(token, part))]
            names += [*phrases(part), *latin(part)]
            told = [*_kinds_in(part), *(["consumer"] if "update-event-source-mapping" in part else [])]
            told += ["rule"] if re.search(r"\b(?:en|dis)able-rule\b", part) else []
            names += [name for name in told if name in kinds]
            names = names or (carried if PRONOUN.search(part) or GOES_ON.match(part) else [])
            carried = names or carried
            kind = _kind(part, one.text) if names and "?" not in one.text else ""
            kind = kind or ("work" if one.number in rows and one.at else "")
            if kind == "off" and not OFF_COMMAND.search(part):
                names = [name for name in names if not _apart(part, name)]
            if kind in ("off", "on"):
                names = [name for name in names if not _place(part, name)] or names
            own = tuple(moment for moment in one.at if moment.text in part)
            for name in dict.fromkeys(names) if kind else ():
                yield Switch(unit=replace(one, at=own) if own else one, name=name, what=kind)


def _listed(one: Unit) -> Switch | None:
    """Return what a cluster's listing tells of one run of a job, or of a pod on a node: both began before it was asked."""
    if job := JOB.match(one.text):
        at = replace(one.under, at=one.under.at - _age(job["age"])) if one.under and job["age"] else None
        at = _of_minutes(job["n"]) or at
        return Switch(unit=replace(one, at=(at,)), name=job["name"].lower(), what="work") if at else None
    if (pod := POD.match(one.text)) and one.under:
        at = replace(one.under, at=one.under.at - _age(pod["age"]))
        return Switch(unit=replace(one, at=(at,)), name=pod["node"].lower(), what="placed")
    if (row := SHOWN.match(one.text)) and not NOT_IDENT.fullmatch(row["name"]):
        return Switch(unit=one, name=row["name"].lower(), what="answer")
    return None


def _of_minutes(text: str) -> Moment | None:
    """Return the time for which a CronJob began a run: the number behind its name is in minutes since 1970."""
    at = datetime.fromtimestamp(int(text) * 60, UTC)
    if not YEARS[0] <= at.year <= YEARS[1]:
        return None
    told = at.strftime("%Y-%m-%dT%H:%MZ")
    return Moment(at=at, column=1, end=1, text=told, dated=True, zone_min=0, to_s=60, own_date=True, own_zone=True)


def _age(text: str) -> timedelta:
    parts = {unit: int(number) for number, unit in re.findall(r"(\d+)([dhms])", text)}
    return timedelta(
        days=parts.get("d", 0), hours=parts.get("h", 0), minutes=parts.get("m", 0), seconds=parts.get("s", 0)
    )


@lru_cache(maxsize=64)
def openings(log: Log) -> list[Unit]:
    """Return what tells of something that was switched on, and not by which name."""
    said = [one for one in units(log) if ON_SAID.search(one.text) or ON_COMMAND.search(one.text)]
    return [one for one in said if not idents(one.text) and not denied(one.text)]


def _answered(log: Log, number: int) -> bool:
    """Return whether what a command asked for was printed below it."""
    below = [line for _, line in log.numbered(number + 1, number + 2) if line.strip()]
    return bool(below) and below[0].lstrip()[:1] in ("{", "[", '"') and not REFUSED.search(" ".join(below))


def _printed(log: Log, unit: Unit) -> Unit:
    """Return a line of a cloud's log with its time in UTC, in which such logs are printed unless they say another zone."""
    one = log.moments(unit.number)[0]
    if re.match(r"\s*\d{4}-\d\d-\d\dT", unit.text) and not one.own_zone and one.zone_min:
        one = replace(one, at=one.at + timedelta(minutes=one.zone_min))
    return replace(unit, at=(one,))


def _run_rows(log: Log) -> frozenset[int]:
    """Return the rows of tables that give each run its start."""
    tables = [one for one in log.tables if any(RUN_HEAD.fullmatch(head) for head in one.heads)]
    found = {row[0].spot.line for one in tables for row in one.rows}
    headed = 0
    for number, line in log.numbered():
        fields = line.strip().split(",")
        if len(fields) > 3 and any(RUN_HEAD.fullmatch(one.strip().lower()) for one in fields):
            headed = len(fields)
        elif headed and len(fields) == headed:
            found.add(number)
    return frozenset(found)


def _kinds_in(part: str) -> list[str]:
    found = []
    for match in KIND.finditer(part):
        word = next(name for name, forms in KINDS.items() if re.fullmatch(forms, match["kind"], re.IGNORECASE))
        found.append(f"{'old ' if match['old'] else ''}{word}")
    return found


@lru_cache(maxsize=64)
def _kinds(log: Log) -> frozenset[str]:
    """Return the kinds of which a log tells of one thing alone, so that the kind is a name."""
    named: dict[str, set[str]] = {}
    for _, line in log.numbered():
        for match in KIND.finditer(line):
            word = next(name for name, forms in KINDS.items() if re.fullmatch(forms, match["kind"], re.IGNORECASE))
            named.setdefault(word, set()).add("old" if match["old"] else "new" if match["new"] else "")
    plain = {word for word, told in named.items() if told == {""}}
    return frozenset(plain | {f"old {word}" for word, told in named.items() if "old" in told})


def _short(log: Log) -> dict[str, str]:
    """Return the patterns of short names for which one name of a log alone can be meant."""
    spoken = {match["c"] for one in units(log) for match in TARGET.finditer(one.text) if match["c"]}
    marked = {rf"`{re.escape(name)}`": name for name in spoken}
    return marked | short(name for one in units(log) for name in idents(one.text))


def _kind(part: str, whole: str) -> str:
    # `hold-release` releases nothing, and `stop-over` stops nothing: a name is no verb.
    said = IDENT.sub(lambda found: found[0] if NOT_IDENT.fullmatch(found[0]) else "·" * len(found[0]), part)
    off = OFF_COMMAND.search(part) or OFF_SAID.search(said)
    on = ON_COMMAND.search(part) or ON_SAID.search(
        re.sub(r"비활성화?|\bdisabled?\b|--no-enabled", " ", said, flags=re.IGNORECASE)
    )
    if on and (NOBODY.search(said) or TO_COME.search(said[: on.start()])):
        on = None
    if off and on:
        return "on" if on.start() > off.start() else "off"
    if on:
        return "on"
    if off:
        return "" if PLANNED.search(said) and not OFF_COMMAND.search(part) else "off"
    if STARTED.search(said) and not denied(said):
        return "start"
    if BY_HAND.search(NEVER_ON.sub(" ", whole)):
        return ""
    return "work" if WORK.search(said) or FROM.search(part) or READ.search(part) or _counted(part) else ""


def _apart(part: str, name: str) -> bool:
    """Return whether a name stands only behind a colon after what tells of stopping: `stopped by me: the budget of x`."""
    off = OFF_SAID.search(part)
    place = part.lower().find(name)
    return off is not None and off.end() <= place and ": " in part[off.end() : place]


def _place(part: str, name: str) -> bool:
    """Return whether a name only says where something else was switched: `removed slot_c on db-2`."""
    shown = re.escape(name)
    return bool(
        re.search(
            rf"\b(?:on|from|at|in|into|of|via|behind) (?:the )?[`*]*{shown}\b|{shown}[`*]*(?:에서|의)",
            part,
            re.IGNORECASE,
        )
    )


def _counted(part: str) -> bool:
    """Return whether a thing stands first, and then what it did to how many: `name: swept 61 expired`."""
    words = part.split()[:DONE_WITHIN]
    done = next((n for n, word in enumerate(words) if n and DONE.fullmatch(word)), None)
    if done is None or NO_WORK.fullmatch(words[done]):
        return False
    return any(re.match(r"\d", word) for word in words[done + 1 : done + 4])
