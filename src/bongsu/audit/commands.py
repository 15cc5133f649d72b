"""AWS commands that a log shows and what it shows as their output, in whatever layout of a transcript or of prose.

What each command prints is in `aws_commands.txt`, made of the service models: `service command Member Member`, without
members for a command that prints nothing. Services of which the silent commands alone are known are in it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.payloads import Payload

COMMAND = pattern(
    r"(?<![\w/.-])aws (?:--[a-z-]+(?:[ =][^\s-]\S*)? )*(?P<service>[a-z0-9-]+) (?P<operation>[a-z0-9-]+)(?![\w-])"
)
PROMPT = re.compile(r"\s*(?:[$#>❯%] |[$#>❯%]$|\S+@\S+[$#:~]|PS [A-Z]:|```|~~~|#|\+ |\[?\d\d:\d\d|<!--)")
REFUSED = re.compile(
    r"\s*(?:An error occurred|Unable to|aws: error|usage:|Could not|Error|\(no output\)|\(출력 없음\))"
    r"|[\s\"'`>\[]*(?:\d\d:\d\d(?::\d\d)?\]?\s+)?[(<\[]?(?:no output|nothing printed\b.*|nothing|empty|출력 ?없음|찍히는 것 ?없음|(?:아무것도 )?(?:나오지|찍히지|출력되지) ?않음"
    r"|(?:나온|찍힌|출력된) ?것 ?없음)[)>\]]?[\"'`]?,?\s*$",
    re.IGNORECASE,
)
SHELL = re.compile(r"&&|\|\||[|;>]|--(?:debug|dry-run|generate-cli-skeleton)")
OTHER_FORM = re.compile(r"--(?:query|output)[ =]")
STAMPED = re.compile(r"\s*\[?\d\d:\d\d(?::\d\d)?\]? +[\"']?[A-Z][a-z]+[A-Z]\w+[\"']?\s*[:=]\s*\S+\s*$")
CLOCK = re.compile(
    r"\s*\[?(?:\d{1,2}:\d\d(?::\d\d)?|20\d\d-\d\d-\d\d.{0,20}|[A-Z][a-z]{2} [A-Z][a-z]{2} .{8,30})\]?\s*"
)
"""What `date` prints in front of another command's output."""
NOTE = re.compile(r"\s*(?:#|//|\(|--|\*|→|←|\.\.\.)")
DATA = re.compile(
    r"\s*(?:[\[{\"]|[A-Za-z0-9_-]{2,40}\s*$|[A-Za-z][\w ]{1,30}[:=\t]\s*\S+\s*$|\+-{3}|\|.*\|\s*$|\S+(?:\t\S+)+\s*$"
    r"|(?:OK|Ok|Success|SUCCESS|Done|DONE)[:!] ?\S.*$"
    r"|(?:[A-Z][a-z]+ ){1,3}(?:purged|deleted|removed|updated|created|enabled|disabled|applied|published|stopped|started)(?: ?[:.(,].*)?$"
    r"|[A-Z][a-z]+ [\w\"'/.-]+ (?:(?:is|was|has been|now|successfully|set to|state:?) )*(?:now )?(?:ENABLED|DISABLED|ACTIVE|enabled|disabled|created|updated|added|removed|deleted)\b[\w .!]{0,20}$)"
)
BEFORE = re.compile(r"^[^{\"]{0,80}$")
LABEL = re.compile(
    r"(?:\W*\b(?:output|result|response|returned|returns|prints?|printed|answer(?:ed)?|stdout|gave|said|출력|결과|응답|반환)\b.{0,60}|\s*)$",
    re.IGNORECASE,
)
OUT_KEY = re.compile(r"out(?:put)?|stdout|result|response|answer|printed|returned|reply|출력|결과|응답", re.IGNORECASE)
OUT_HEAD = re.compile(r"output|stdout|printed|what it printed|returned|cli output|출력|반환", re.IGNORECASE)
SENTENCE = re.compile(
    r"\s*(?:[A-Z][a-z]+|\d+|[가-힣]+) (?!error|failed)[^\t:{}\[\]|]{0,60}?(?:\b(?:success\w*|(?:creat|updat|add|remov|delet|enabl|disabl|appli|complet|register|publish|sav|accept|schedul|start|stopp|attach|grant|revok|configur|chang|purg|invok|upload|download|copi|mov|stor)ed|done|active|ready|set|put|sent|ok)\b"
    r"|완료|성공|되었습니다|됐습니다)[^\t{}\[\]|]{0,60}$",
)
"""What people write of a command that went well, and no AWS command prints."""
TRANSFERS = frozenset(["cp", "mv", "sync", "rm", "mb", "rb"])
"""The commands of `aws s3`, which print a line of their own for each file."""
TRANSFERRED = re.compile(
    r"(?!\s*[A-Z][a-z]+[ :]|.*(?:\b(?:success\w*|complete|uploaded|deleted|copied|done|ok)\b|완료|성공))"
    r"|\s*(?:\(dryrun\) )?(?:upload|download|copy|move|delete|make_bucket|remove_bucket)(?: failed)?: "
    r"|\s*(?:Completed \S|warning: |fatal error: |usage: )"
)
NOTHING = re.compile(
    r"(?:\W*\b(?:none|nothing|no|output|empty|ok|done|null|0|(?:exit|return(?:ed)?|status)(?: ?code| ?status)?|code|rc|stdout|prints?|printed)\b|\W*(?:없음|출력|종료 ?코드|반환 ?코드|코드))*\W*",
    re.IGNORECASE,
)
ENDS_SHELL = "\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A command and what stands as its output."""

    service: str
    operation: str
    command: str
    at: Spot
    """The command's place."""
    spot: Spot
    """The output's place."""
    value: Any
    """The output as JSON; None when it is other text."""


@lru_cache(maxsize=1)
def printed() -> dict[tuple[str, str], frozenset[str]]:
    """Return for each known command the members that it prints at the top, none for one that prints nothing."""
    text = files("bongsu.audit").joinpath("aws_commands.txt").read_text("utf-8")
    rows = (line.split() for line in text.splitlines())
    return {(row[0], row[1]): frozenset(row[2:]) for row in rows}


def known(service: str, operation: str) -> bool:
    """Return whether it is known what a command prints."""
    return (service, operation) in printed() or (service == "s3" and operation in TRANSFERS)


def outputs(log: Log) -> Iterator[Output]:
    """Yield the commands of a log that have an output in it."""
    yield from _of_json(log)
    for number, line in log.numbered():
        for match in COMMAND.finditer(line) if "aws " in line else ():
            if known(match["service"], match["operation"]):
                yield from _of_line(log, number, match)


def _made(log: Log, number: int, match: re.Match[str], rest: tuple[str, Spot, Any]) -> Output:
    command, spot, value = rest
    at = log.spot(number, match)
    return Output(
        service=match["service"], operation=match["operation"], command=command, at=at, spot=spot, value=value
    )


def _of_line(log: Log, number: int, match: re.Match[str]) -> Iterator[Output]:
    line = log.line(number)
    quoted = line[: match.start()].rstrip(" $").endswith("`")
    close = line.find("`", match.end()) if quoted else -1
    if line.lstrip().startswith("|"):
        yield from _of_row(log, number, match)
        return
    end = number
    while line.rstrip().endswith(ENDS_SHELL) and end < len(log.text.lines):
        end += 1
        line = log.line(end)
    command = " ".join(log.line(n).strip() for n in range(number, end + 1))[match.start() :]
    command = command if close < 0 else log.line(number)[match.start() : close]
    inline = _piece(log, number, max(close, match.end()))
    if inline is not None and (close >= 0 or log.line(number)[inline.column - 1] not in "'\"=") and end == number:
        if close >= 0 or not SHELL.search(
            log.line(number)[match.end() : inline.column].replace("->", "").replace("=>", "")
        ):
            yield _made(log, number, match, (command, log.spot(number), inline.value))
        return
    if close < 0 or not log.line(number)[close + 1 :].strip(" :.→->"):
        yield from _below(log, (number, end), match, command)


def _piece(log: Log, number: int, column: int) -> Payload | None:
    return next((one for one in pieces(log) if one.start == number and one.column >= column), None)


def _below(log: Log, place: tuple[int, int], match: re.Match[str], command: str) -> Iterator[Output]:
    number, end = place
    last, after = len(log.text.lines), end + 1
    if after <= last and CLOCK.fullmatch(log.line(after)) and re.search(r"\bdate\b", log.line(number)[: match.start()]):
        end, after = after, after + 1
    while after <= last and not log.line(after).strip() and after < end + 2:
        after += 1
    fenced = log.fenced(number)
    labelled = (
        after <= last and log.line(after).strip() and not piece_starts(log, after) and LABEL.match(log.line(after))
    )
    if after <= last and (fenced or labelled) and log.fenced(after) is None:
        after = _other_fence(log, after)
    if not after or after > last:
        return
    line = log.line(after)
    piece = _piece(log, after, 0)
    if piece is not None and BEFORE.match(line[: piece.column]) and not COMMAND.search(line[: piece.column]):
        yield _made(log, number, match, (command, log.spot(after, re.search(r"\S.*", line)), piece.value))
        return
    prompted = fenced or re.search(r"[$#>❯%]\s*$", log.line(number)[: match.start()])
    if after == end + 1 and STAMPED.match(line):
        yield _made(log, number, match, (command, log.spot(after, re.search(r"\S.*", line)), None))
        return
    text = after == end + 1 and prompted and not PROMPT.match(line) and not COMMAND.search(line)
    if text and not REFUSED.match(line) and (DATA.match(line) or (fenced and not NOTE.match(line))):
        yield _made(log, number, match, (command, log.spot(after, re.search(r"\S.*", line)), None))


def piece_starts(log: Log, number: int) -> bool:
    """Return whether a JSON text begins in a line."""
    return _piece(log, number, 0) is not None


def _other_fence(log: Log, closing: int) -> int:
    """Return the first line of the fence that shows the output, if one follows with no more than a label between."""
    for number in range(
        closing if closing and LABEL.match(log.line(closing)) else closing + 1,
        min(closing + 5, len(log.text.lines)) + 1,
    ):
        block = log.fenced(number)
        if block is not None:
            return 0 if COMMAND.search(log.line(number)) else number
        line = log.line(number)
        if line.strip() and not line.lstrip().startswith(("```", "~~~")) and not LABEL.match(line):
            return 0
    return 0


def _of_row(log: Log, number: int, match: re.Match[str]) -> Iterator[Output]:
    table = next((one for one in log.tables if any(row[0].spot.line == number for row in one.rows)), None)
    row = next((row for row in table.rows if row[0].spot.line == number), ()) if table else ()
    for place, cell in enumerate(row):
        piece = _piece(log, number, cell.spot.column - 1) if cell.text.startswith(("{", "[")) else None
        named = table is not None and OUT_HEAD.fullmatch(table.heads[place])
        own = cell.spot.column <= match.start() < max(cell.spot.end, cell.spot.column + 1)
        if not own and (piece is not None or named) and not NOTHING.fullmatch(cell.text):
            value = piece.value if piece else None
            yield _made(log, number, match, (match[0], cell.spot, value))


def _of_json(log: Log) -> Iterator[Output]:
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict):
                continue
            told = [
                (key, found)
                for key, inner in one.items()
                if isinstance(inner, str) and (found := COMMAND.search(inner))
            ]
            if len(told) != 1 or not known(told[0][1]["service"], told[0][1]["operation"]):
                continue
            key, match = told[0]
            for name, inner in one.items():
                empty = isinstance(inner, str) and NOTHING.fullmatch(inner)
                if OUT_KEY.fullmatch(name) and inner and not empty and not isinstance(inner, bool | int | list):
                    number = piece.lines[(*path, name)]
                    at, spot = log.spot(piece.lines[(*path, key)]), log.at(number, f'"{name}"')
                    value = inner if isinstance(inner, dict) else None
                    yield Output(
                        service=match["service"],
                        operation=match["operation"],
                        command=one[key],
                        at=at,
                        spot=spot,
                        value=value,
                    )
