"""One thing has one name: the log group is the function's, and rule, region, account or chat are the same in every file.

Source: AWS Lambda logs to /aws/lambda/<function> unless LoggingConfig names another group; the logs' own fields.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Field, Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
FUNCTION = re.compile(r"(?:lambda )?(?:function|target)(?: name)?|함수(?:명| 이름)?")
NAME = re.compile(r"[A-Za-z][\w-]*[_-][\w-]+")
GROUP = pattern(r"/aws/lambda/([\w-]+)")
KEYS = re.compile(
    r"(?:eventbridge )?rule(?: name)?|(?:lambda )?function(?: name)?|(?:aws )?account(?: id)?|(?:aws )?region|(?:telegram )?chat id|"
    r"(?:release )?captain|(?:cutover )?window|table(?: name)?|image(?: tag)?|cluster|change(?: id| number| ticket)|"
    r"규칙|함수|계정|리전|릴리스 책임자|작업 ?시간"
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield log groups of another function, and facts that two files tell differently."""
    for log in logs:
        yield from _groups(log)
    told = [_facts(log) for log in logs]
    for place, facts in enumerate(told):
        for key, one in facts.items():
            for earlier in told[:place]:
                other = earlier.get(key)
                if other is not None and _plain(other.value) != _plain(one.value):
                    yield _hit(
                        one.spot, other.spot, f"{key} is {one.value!r} here and {other.value!r} in {other.spot.file}"
                    )
                    break


def _groups(log: Log) -> Iterator[Hit]:
    functions = {found[0]: number for number, name in _functions(log) if (found := NAME.match(name))}
    for number, line in log.numbered() if len(functions) == 1 else ():
        for match in GROUP.finditer(line):
            ((name, place),) = functions.items()
            if match[1] != name:
                yield _hit(
                    log.spot(number, match),
                    log.at(place, name),
                    f"this is the log group of {match[1]}, and the log's function is {name}",
                )


def _functions(log: Log) -> Iterator[tuple[int, str]]:
    for one in log.fields:
        if FUNCTION.fullmatch(one.key):
            yield one.spot.line, one.value.strip("`")
    for number, line in log.numbered():
        if match := re.search(r"\*(?:Target|Function)\*\\n([\w-]+)", line):
            yield number, match[1]


def _facts(log: Log) -> dict[str, Field]:
    found: dict[str, list[Field]] = {}
    for one in log.fields:
        if KEYS.fullmatch(one.key):
            found.setdefault(
                re.sub(r"^(?:aws|eventbridge|lambda|telegram|release|cutover) | (?:name|id|tag)$", "", one.key), []
            ).append(one)
    return {key: fields[0] for key, fields in found.items() if len({_plain(one.value) for one in fields}) == 1}


def _plain(value: str) -> str:
    return re.sub(r"[`*'\"\s]|\(.*?\)", "", value).replace("–", "-").lower()


def _hit(spot: Spot, other: Spot, why: str) -> Hit:
    return Hit(spot=spot, also=(other,), why=why, instead="the name that the service answers to, the same everywhere")
