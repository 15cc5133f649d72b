"""What a log switches off and on again, by its names, its short names and its kind; and what it tells each of them to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied
from bongsu.audit.feigned import feigned
from bongsu.audit.moments import Moment
from bongsu.audit.nicknames import SPOKEN, latin, numbered, phrases, short
from bongsu.audit.states import PLAIN
from bongsu.audit.switch_words import (
    ASIDE,
    AT_AN_END,
    BY_HAND,
    DONE,
    DONE_WITHIN,
    FROM,
    GOES_ON,
    GOES_ON_SAID,
    GOT,
    IDENT,
    JOB,
    KIND,
    KINDS,
    LOGGED,
    LOGS,
    MANY_STARTED,
    MAY_BE_BACK,
    NEVER_ON,
    NO_WORK,
    NOBODY,
    NOT_IDENT,
    OFF_COMMAND,
    OFF_SAID,
    ON_COMMAND,
    ON_SAID,
    PARTS,
    PICKED,
    POD,
    PRONOUN,
    QUEUED,
    QUOTED,
    READ,
    READ_ONLY,
    READS,
    READY,
    RUN_HEAD,
    RUNS,
    SHOWN,
    SINCE,
    STARTED,
    TARGET,
    TO_COME,
    WORK,
    WRITES_AGAIN,
    WROTE,
    YEARS,
)
from bongsu.audit.typed import REFUSED, typed
from bongsu.audit.units import PROMPTED, units
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.units import Unit

SSH = re.compile(r"\bssh (?:-\S+ )*(?:\w+@)?(?P<host>[A-Za-z][\w.-]*)")
AT_HOST = re.compile(r"\s*(?:\[[^\]]*\] )?[\w.-]+@(?P<host>[A-Za-z][\w.-]*)[:~ ]")
OF_HOST = re.compile(r"\b(?:systemctl|service|journalctl|docker|supervisorctl|initctl)\b")
BY_RULE = re.compile(r"\bscheduled (?:run|invocation|execution)s?\b|(?:정기|스케줄|예약) ?(?:실행|호출)", re.IGNORECASE)
"""What the only rule of a log starts."""
RUN_NAME = re.compile(r"\s*\"run(?:_id)?\"\s*:")
"""The name of a run, which is no work of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One switching of a thing, or one piece of its work."""

    unit: Unit
    name: str
    what: str
    """`off`, `frozen` for what may only be read, `on`, `start`, `doubt`, `work`, `wrote`, `placed` for what a cluster put there, `ready` for what it lists with pods, or `answer` for what a service told when it was asked."""


@lru_cache(maxsize=20_000)
def idents(text: str) -> tuple[str, ...]:
    """Return the names in a text, in lower case, each without the tail that a cluster or a scheduler gives to a run of it."""
    found = []
    for match in TARGET.finditer(text):
        name = (match["a"] or match["b"] or match["c"]).rstrip(".,:").rpartition("/")[2]
        if not name.startswith("-") and name not in ("get", "status", "name"):
            found.append(_on_host(text, re.sub(r"-\d{5,}$", "", name).lower()))
    text = re.sub(r"\baws [\w-]+ [\w-]+|--[\w-]+|\bkubectl [\w-]+", " ", text)
    for match in IDENT.finditer(text):
        name = match[0]
        if not NOT_IDENT.fullmatch(name) and not PLAIN.fullmatch(name.lower()):
            found.append(re.sub(r"-(?!20\d{6}-)[0-9a-f]{8,10}-[a-z0-9]{5}$|-\d{5,}$", "", name).lower())
    return tuple(dict.fromkeys(found))


def _on_host(text: str, name: str) -> str:
    """Return the name of a thing, with its host where many hosts have one that is called so: `ssh pg-a systemctl stop nginx`."""
    host = SSH.search(text)
    return f"{name} of {host['host'].lower()}" if host and not re.search("[-_]", name.partition("@")[0]) else name


@lru_cache(maxsize=64)
def switches(log: Log) -> tuple[Switch, ...]:
    """Return what each named thing was told to do, in the order of the lines."""
    return tuple(_switches(log))


def _switches(log: Log) -> Iterator[Switch]:
    called, kinds, rows = _short(log), _kinds(log), _run_rows(log)
    source: Sequence[str] = ()
    many = len({match["host"] for _, line in log.numbered() if (match := AT_HOST.match(line))}) > 1
    for one in (unit for unit in units(log) if not feigned(log, unit.number)):
        line = log.line(one.number)
        if typed(line) is not None or PROMPTED.match(line):
            read = LOGS.search(line)
            source = _here(line, _read_of(read) if read else (), many=many)
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
        for part in [one.text] if one.text.lstrip()[:1] == "{" else PARTS.split(one.text):
            names = _named(part, called, kinds)
            names = list(_here(line, names, many=many))
            names = names or (carried if PRONOUN.search(part) or GOES_ON.match(part) else [])
            carried = names or carried
            kind = (
                _kind(part, one.text, told=bool(one.at))
                if names and ("?" not in one.text or typed(line) is not None) and not RUN_NAME.match(part)
                else ""
            )
            kind = kind or ("work" if one.number in rows and one.at else "")
            if kind in ("work", "wrote") and typed(line) is not None:
                continue  # What somebody types is no work of what it names.
            own = tuple(moment for moment in one.at if moment.text in part)
            names = _meant(part, names, kind)
            for name in dict.fromkeys(names):
                what = kind if kind and not (kind == "work" and _begun(part, name)) else _told(part, name)
                if what:
                    yield Switch(unit=replace(one, at=own) if own else one, name=name, what=what)


def _meant(part: str, names: list[str], kind: str) -> list[str]:
    """Return which of the names in a text it tells that of: not the place of it, nor what it was done for."""
    if kind == "off" and not OFF_COMMAND.search(part):
        low = part.lower()
        names = [name for name in names if not _apart(part, name)]
        names = [name for name in names if not re.search(rf"\b(?:to|for) [`*]*{re.escape(name)}\b", low)]
    if kind in ("off", "on"):
        return [name for name in names if not _place(part, name)] or names
    return _subjects(part, names) if kind == "work" else names


def _here(line: str, names: Sequence[str], *, many: bool) -> Sequence[str]:
    """Return names with the host of the prompt, where a log has several: each has a service that is called so."""
    host = AT_HOST.match(line)
    return [f"{name} of {host['host']}" for name in names] if many and host and OF_HOST.search(line) else names


def _read_of(read: re.Match[str]) -> tuple[str, ...]:
    """Return of what a command shows the log."""
    name = next(text for text in read.groups() if text)
    return (re.sub(r"-\d{5,}$", "", name).lower(),)


def _named(part: str, called: dict[str, str], kinds: frozenset[str]) -> list[str]:
    """Return what a part of a sentence names, by whatever name."""
    names = [*idents(part), *(name for token, name in called.items() if re.search(token, part))]
    names += [*phrases(part), *numbered(part), *latin(part)]
    told = [*_kinds_in(part), *(["consumer"] if "update-event-source-mapping" in part else [])]
    told += ["rule"] if re.search(r"\b(?:en|dis)able-rule\b", part) or BY_RULE.search(part) else []
    return names + [name for name in told if name in kinds]


def _subjects(part: str, names: list[str]) -> list[str]:
    """Return the names that a piece of work may be of: not what stands only in brackets, or behind `than`."""
    plain = ASIDE.sub(" ", part).lower()
    return [name for name in names if name not in part.lower() or name in plain] or names


def _begun(part: str, name: str) -> bool:
    """Return whether a text says no more of a thing than that it runs: somebody may have started it."""
    return SINCE.search(part) is not None or (
        is_weak(name) and RUNS.search(part) is not None and not _got(part) and not _counted(part)
    )


def is_weak(name: str) -> bool:
    """Return whether a name is made of words: what tells of such a thing calls it by many."""
    return " " in name and name.removeprefix("old ") not in KINDS


def _told(part: str, name: str) -> str:
    """Return `doubt` where a text may tell in its own words that a thing came back."""
    if "SchedulingDisabled" in part:
        return ""
    weak = is_weak(name) and not OFF_SAID.search(part)
    return "doubt" if weak or MAY_BE_BACK.search(part) else ""


def _listed(one: Unit) -> Switch | None:
    """Return what a cluster's listing tells of one run of a job, or of a pod on a node: both began before it was asked."""
    if job := JOB.match(one.text):
        at = replace(one.under, at=one.under.at - _age(job["age"])) if one.under and job["age"] else None
        at = _of_minutes(job["n"]) or at
        return Switch(unit=replace(one, at=(at,)), name=job["name"].lower(), what="work") if at else None
    pod = POD.match(one.text) or PICKED.match(one.text)
    if pod and pod["age"] and one.under:
        at = replace(one.under, at=one.under.at - _age(pod["age"]))
        return Switch(unit=replace(one, at=(at,)), name=pod["node"].lower(), what="placed")
    if (row := READY.fullmatch(one.text)) and one.under:
        return Switch(unit=one, name=row["name"], what="ready")
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


@lru_cache(maxsize=64)
def goings_on(log: Log) -> list[Unit]:
    """Return what may tell, without a name, that what was held goes on."""
    return [one for one in units(log) if GOES_ON_SAID.search(one.text) and not idents(one.text)]


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
    called = {match["name"] for one in units(log) for match in SPOKEN.finditer(one.text)}
    marked |= {rf"(?<![\w.-]){re.escape(name)}(?![\w.-])": name for name in called}
    quoted = [(match["quoted"] or match["what"]).lower() for one in units(log) for match in QUOTED.finditer(one.text)]
    marked |= {rf"(?i)[\"“]{re.escape(name)}[\"”]": name for name in quoted if quoted.count(name) > 1}
    return marked | short(name for one in units(log) for name in idents(one.text))


def _kind(part: str, whole: str, *, told: bool) -> str:
    # `hold-release` releases nothing, and `stop-over` stops nothing: a name is no verb.
    said = IDENT.sub(lambda found: found[0] if NOT_IDENT.fullmatch(found[0]) else "·" * len(found[0]), part)
    if READ_ONLY.search(part) and not (NOBODY.search(said) or AT_AN_END.search(said) or PLANNED.search(said)):
        return "frozen"
    if WRITES_AGAIN.search(part):
        return "on"
    off = OFF_COMMAND.search(part) or OFF_SAID.search(said)
    on = ON_COMMAND.search(part) or ON_SAID.search(
        GOT.sub(_keep_on, re.sub(r"비활성화?|\bdisabled?\b|--no-enabled", " ", said, flags=re.IGNORECASE))
    )
    if on and (NOBODY.search(said) or TO_COME.search(said[: on.start()])):
        on = None
    if off and on:
        return "on" if on.start() >= off.start() else "off"
    if on:
        return "on"
    if off:
        return "" if PLANNED.search(said) and not OFF_COMMAND.search(part) else "off"
    if (STARTED.search(said) or MANY_STARTED.search(said)) and not denied(said):
        return "start"
    if BY_HAND.search(NEVER_ON.sub(" ", whole)):
        return ""
    # `host=x` in a line without a time of its own is a setting, and not what x did.
    if WORK.search(said) or (told and FROM.search(part)) or READ.search(part) or _counted(part) or _got(said):
        return "work"
    return "wrote" if WROTE.search(said) else ""


def _got(said: str) -> bool:
    """Return whether a text tells how many of what were done, and no count of what was only kept, moved or left."""
    done = [found["done"] or "" for found in GOT.finditer(said)]
    return any(not (NO_WORK.fullmatch(one) or ON_SAID.search(one) or OFF_SAID.search(one)) for one in done)


def _keep_on(found: re.Match[str]) -> str:
    """Return nothing for how many were done, and what it is where they were switched on: `4 nodes uncordoned`."""
    return found[0] if found["done"] and ON_SAID.search(found["done"]) else " "


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
