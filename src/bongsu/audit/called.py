"""Names of things with their kinds: `service `quote-api``, `--function-name x`, `대상 함수 x`, `"queue": "x"`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

KINDS = {
    "lambda": "function",
    "function": "function",
    "함수": "function",
    "rule": "rule",
    "규칙": "rule",
    "service": "service",
    "서비스": "service",
    "queue": "queue",
    "대기열": "queue",
    "큐": "queue",
    "table": "table",
    "테이블": "table",
    "database": "database",
    "db": "database",
    "데이터베이스": "database",
    "schema": "database",
    "cluster": "cluster",
    "클러스터": "cluster",
    "host": "host",
    "호스트": "host",
    "server": "host",
    "서버": "host",
    "machine": "host",
    "instance": "host",
    "node": "node",
    "노드": "node",
    "bucket": "bucket",
    "버킷": "bucket",
    "topic": "topic",
    "토픽": "topic",
    "stream": "stream",
    "alarm": "alarm",
    "경보": "alarm",
    "알람": "alarm",
    "alert": "alarm",
    "directory": "directory",
    "디렉터리": "directory",
    "channel": "channel",
    "채널": "channel",
    "job": "job",
    "작업": "job",
    "배치": "job",
    "deployment": "deployment",
    "namespace": "namespace",
    "flag": "flag",
    "플래그": "flag",
    "repository": "repository",
    "repo": "repository",
    "저장소": "repository",
    "role": "role",
    "index": "index",
    "색인": "index",
    "pipeline": "pipeline",
    "dashboard": "dashboard",
    "bot": "bot",
    "봇": "bot",
    "vault": "vault",
    "snapshot": "snapshot",
    "gateway": "gateway",
    "volume": "volume",
    "secret": "secret",
    "broker": "broker",
    "pool": "pool",
    "domain": "domain",
    "system": "system",
    "시스템": "system",
    "chart": "chart",
    "도메인": "domain",
    "record": "record",
    "warehouse": "warehouse",
    "endpoint": "endpoint",
    "image": "image",
    "이미지": "image",
    "app": "app",
    "앱": "app",
    "cache": "cache",
    "캐시": "cache",
}
_WORDS = "|".join(sorted(KINDS, key=len, reverse=True))
_NAME = r"(?:`(?P<{0}c>[A-Za-z][\w./:-]{{2,60}})`|\"(?P<{0}q>[A-Za-z][\w./-]{{2,60}})\"|(?P<{0}b>(?<![\w/.@\\-])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+)(?![\w/@-]))"
AFTER_KIND = pattern(
    rf"(?:\b|(?<=[가-힣 ]))(?P<kind>{_WORDS})s?(?: (?:name|id|이름|명))?(?:[은는이가을를의]|에는|로|으로|에)?\W{{0,2}}?[:：=]?\s{{0,20}}(?:is |called |named |=> ?)?{_NAME.format('a')}",
    re.IGNORECASE,
)
BEFORE_KIND = pattern(rf"{_NAME.format('d')} (?P<kind>{_WORDS})\b", re.IGNORECASE)
FLAGS = re.compile(
    r"--(?P<flag>function-name|rule|service|services|cluster|alarm-names|table-name|queue-url|db-cluster-identifier|db-instance-identifier|bucket|topic-arn|stream-name|log-group-name|namespace)[ =](?:\S*[/:])?(?P<name>[A-Za-z][\w-]+)(?![\w${*<-])"
)
FLAG_KINDS = {
    "function-name": "function",
    "rule": "rule",
    "service": "service",
    "services": "service",
    "cluster": "cluster",
    "alarm-names": "alarm",
    "table-name": "table",
    "queue-url": "queue",
    "db-cluster-identifier": "cluster",
    "db-instance-identifier": "database",
    "bucket": "bucket",
    "topic-arn": "topic",
    "stream-name": "stream",
    "namespace": "namespace",
}
EVENTS_RULE = pattern(
    r"\baws events (?:\w+-rule|put-targets|list-targets\S*) .*?--(?:name|rule)[ =](?P<name>[A-Za-z][\w-]+)(?![\w${*<-])"
)
"""A name that goes on in a shell's variable is no name yet."""


LIKENESS = re.compile(
    r"-(?:based|side|wide|only|driven|scheduled|managed|hosted|facing|aware|ready|style|like|specific|related|backed)$",
    re.IGNORECASE,
)
"""What makes a word of two parts, before the kind, one that says of what kind something is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One place where a thing has a name."""

    log: Log
    number: int
    kind: str
    name: str
    column: int


@lru_cache(maxsize=64)
def named(log: Log) -> tuple[Named, ...]:
    """Return every name with its kind, in the order of the lines."""
    return tuple(_named(log))


def _named(log: Log) -> Iterator[Named]:
    for number, line in log.numbered():
        for regex, mark in ((AFTER_KIND, "a"), (BEFORE_KIND, "d")):
            for match in regex.finditer(line):
                if line[: match.start("kind")].endswith("aws "):
                    continue  # `aws lambda get-function`: a service and what it is asked for.
                group = next(f"{mark}{form}" for form in "cqb" if match[f"{mark}{form}"])
                if group == "db" and LIKENESS.search(match[group]):
                    continue  # `container-based Lambda`: what kind it is of.
                yield Named(
                    log=log,
                    number=number,
                    kind=KINDS[match["kind"].lower()],
                    name=match[group],
                    column=match.start(group) + 1,
                )
        for match in FLAGS.finditer(line):
            if match["flag"] in FLAG_KINDS:
                yield Named(
                    log=log,
                    number=number,
                    kind=FLAG_KINDS[match["flag"]],
                    name=match["name"],
                    column=match.start("name") + 1,
                )
        for match in EVENTS_RULE.finditer(line):
            yield Named(log=log, number=number, kind="rule", name=match["name"], column=match.start("name") + 1)


def lines_with(log: Log, name: str) -> list[int]:
    """Return the lines in which a name stands by itself."""
    own = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    return [number for number, line in log.numbered() if name in line and own.search(line)]
