"""An AWS answer's members have the service's own types and words: a rule is ENABLED or DISABLED, and nothing else.

Source: the AWS service models (botocore): the members of each answer, their types and their listed values.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from bongsu.audit.answers import NEVER, caption
from bongsu.audit.aws_answers import columns, queried, shape_of, wrongs
from bongsu.audit.commands import SHELL, outputs
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.payloads import pieces, walk
from bongsu.audit.stated import piece_at
from bongsu.audit.typed import refused_lines, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bongsu.audit.commands import Output
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.payloads import Path, Payload

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
QUERY = re.compile(r"--query[ =](?:'([^']+)'|\"([^\"]+)\"|(\S+))")
CELLS = re.compile(r"\t+|\s{2,}")
ROWS_MOST = 20
WORD = re.compile(r"\s*\"?(?P<word>[A-Za-z][\w-]+)\"?,?\s*$")
STATES = re.compile(
    r"(?<![\w/.-])aws (?:events (?:describe-rule|list-rules)|scheduler (?:get-schedule|list-schedules))(?![\w-])"
)
NO_STATE = re.compile(
    r"(?<![\w-])(?:ACTIVE|INACTIVE|RUNNING|STOPPED|PAUSED|SUSPENDED|ON|OFF|ENABLING|ACTIVATED|DEACTIVATED)(?![\w-])"
)
BELOW = 12
BY_ARN = (
    ("events", "describe-rule", "Arn", re.compile(r"arn:aws[\w-]*:events:[\w-]*:\d*:rule/"), {"Name", "State"}),
    (
        "scheduler",
        "get-schedule",
        "Arn",
        re.compile(r"arn:aws[\w-]*:scheduler:[\w-]*:\d*:schedule/"),
        {"Name", "State"},
    ),
    (
        "lambda",
        "get-function-configuration",
        "FunctionArn",
        re.compile(r"arn:aws[\w-]*:lambda:"),
        {"FunctionName", "Runtime"},
    ),
)
"""Answers that are known by the ARN in them, without the command above them."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield members of answers that the service never gives: another type, another word, a member of its own."""
    for log in logs:
        found: dict[Spot, Hit] = {}
        for hit in (*_of_commands(log), *_by_arn(log), *_states(log)):
            found.setdefault(hit.spot, hit)
        yield from found.values()


def _of_commands(log: Log) -> Iterator[Hit]:
    for one in outputs(log):
        shape = shape_of(one.service, one.operation)
        if not shape or SHELL.search(re.sub(r"'[^']*'|\"[^\"]*\"", "", one.command.split("`")[0])):
            continue
        query = QUERY.search(one.command)
        if query:
            yield from _picked(log, one, next(text for text in query.groups() if text))
        elif isinstance(one.value, dict):
            piece, path = _where(log, one.value)
            for inner, why in wrongs(one.service, shape, one.value) if piece else ():
                spot = _spot(log, piece, (*path, *inner)) if piece else one.spot
                yield _hit(spot, (one.at,), f"`aws {one.service} {one.operation}`: {why}")


def _picked(log: Log, one: Output, query: str) -> Iterator[Hit]:
    match = WORD.match(log.line(one.spot.line)) if one.value is None else None
    why = queried(one.service, one.operation, query, match["word"]) if match else ""
    if match and why:
        yield _hit(log.spot(one.spot.line, match, "word"), (one.at,), f"`aws {one.service} {one.operation}`: {why}")
    picked = columns(query)
    for told, spot in _cells(log, one, picked) if picked else ():
        for name, value in told.items():
            if isinstance(value, str) and (why := queried(one.service, one.operation, picked[name], value)):
                yield _hit(spot(name), (one.at,), f"`aws {one.service} {one.operation}`: {why}")


def _cells(log: Log, one: Output, picked: dict[str, str]) -> Iterator[tuple[dict[str, object], Callable[[str], Spot]]]:
    """Yield what a command printed of what it was to pick, by its names, each time with how to find the place of one."""
    if one.value is None:
        for number, line in log.numbered(one.spot.line, one.spot.line + ROWS_MOST):
            cells = next(
                (cells for cells in (CELLS.split(line.strip()), line.split()) if len(cells) == len(picked)), []
            )
            if not cells or typed(line) is not None:
                return
            yield (
                dict(zip(picked, cells, strict=True)),
                partial(_word, log, number, dict(zip(picked, cells, strict=True))),
            )
        return
    piece, path = _where(log, one.value)
    for inner, value in walk(one.value) if piece else ():
        row = dict(zip(picked, value, strict=False)) if isinstance(value, list) and len(value) == len(picked) else value
        if piece and isinstance(row, dict) and row.keys() == picked.keys():
            keys = {name: int(name) if isinstance(value, list) else name for name in row}
            yield row, partial(_member, log, piece, {name: (*path, *inner, key) for name, key in keys.items()})


def _word(log: Log, number: int, cells: dict[str, str], name: str) -> Spot:
    return log.at(number, cells[name])


def _member(log: Log, piece: Payload, paths: dict[str, Path], name: str) -> Spot:
    return log.spot(piece.lines.get(paths[name], piece.start))


def _states(log: Log) -> Iterator[Hit]:
    """Yield a state that no rule and no schedule has, in the text that a command printed below itself."""
    for number, line in log.numbered():
        command = STATES.search(line)
        if command is None or typed(line) is None or number in refused_lines(log):
            continue
        for below, text in log.numbered(number + 1, number + BELOW):
            if not text.strip() or typed(text) is not None:
                break
            match = NO_STATE.search(text)
            if match and piece_at(log, below, match.start()) is None:
                why = f"a rule or a schedule is ENABLED or DISABLED, never {match[0]}"
                yield _hit(log.spot(below, match), (log.spot(number, command),), why)


def _by_arn(log: Log) -> Iterator[Hit]:
    for piece in pieces(log):
        for path, value in walk(piece.value):
            for service, operation, key, arn, needed in BY_ARN if isinstance(value, dict) else ():
                if not needed <= value.keys() or not arn.match(str(value.get(key, ""))) or _never(log, piece):
                    continue
                for inner, why in wrongs(service, shape_of(service, operation), value):
                    yield _hit(_spot(log, piece, (*path, *inner)), (), f"of `{operation}`: {why}")


def _never(log: Log, piece: Payload) -> bool:
    return any(NEVER.search(line) for _, line in caption(log, piece.start, piece.column))


def _where(log: Log, value: object) -> tuple[Payload | None, Path]:
    """Return the JSON text that a value is of, and where it stands in it."""
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if one is value:
                return piece, path
    return None, ()


def _spot(log: Log, piece: Payload, path: Path) -> Spot:
    number = piece.lines.get(path, piece.start)
    return log.at(number, f'"{path[-1]}"')


def _hit(spot: Spot, also: tuple[Spot, ...], why: str) -> Hit:
    return Hit(spot=spot, also=also, why=why, instead="the answer as the command printed it")
