"""What somebody typed at a shell's prompt, and what was refused or mistyped there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, walk

if TYPE_CHECKING:
    from bongsu.audit.log import Log

PROMPT = pattern(
    r"\s*(?:> )?(?:[^\s$❯%\"'`|]{1,40} {1,3}){0,3}[^\s$❯%\"'`|]{0,40}(?:[$❯]|(?<=[A-Za-z~/\])])%|(?<=[A-Za-z~)\]] )%|(?<=[\w~/\])])#) "
    r"(?P<command>[A-Za-z./_~(\"'{\[-].*)"
)
"""`$ `, `[14:02:11] ops@host:~$ `, `host % `, `root@host# ` and a command behind it; `# ` alone begins a remark."""
REFUSED = pattern(
    r"An error occurred \(|\b(?:Error from server|Validation(?:Error|Exception)|\w*NotFound\w*|\w*DoesNotExist\w*|NonExistent\w+|AccessDenied|command not found|No such file|not found|does not exist|is not valid|unrecognized|invalid (?:choice|option|argument))\b"
    r"|\b(?:typo\w*|mistyp\w+|misspel\w+|wrong (?:name|role|region|profile|host))\b|오타|잘못 ?(?:친|쳤|입력|적)|철자",
    re.IGNORECASE,
)
OUTPUT_MOST = 3


@lru_cache(maxsize=20_000)
def typed(line: str) -> int | None:
    """Return where the command begins in a line that somebody typed; None for any other line."""
    match = PROMPT.match(line)
    return match.start("command") if match else None


@lru_cache(maxsize=64)
def refused_lines(log: Log) -> frozenset[int]:
    """Return the lines of commands that were refused, with what refused them, and of what is called a slip of the hand."""
    found: set[int] = set()
    for number, line in log.numbered():
        if REFUSED.search(line):
            found |= {number, *_command_above(log, number)}
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if isinstance(one, dict) and any(
                isinstance(inner, str) and REFUSED.search(inner) for inner in one.values()
            ):
                found |= {number for number in (piece.lines.get((*path, key)) for key in one) if number}
            if isinstance(one, dict) and any(_not_taken(inner) for inner in one.values()):
                found |= {number for inside, number in piece.lines.items() if number and inside[: len(path)] == path}
    return frozenset(found)


def _not_taken(answer: object) -> bool:
    """Return whether a value is a service's refusal: what the call beside it named was never used."""
    if not isinstance(answer, dict):
        return False
    error = answer.get("error")
    return isinstance(error, str) and (answer.get("ok") is False or error.endswith("Exception"))


def _command_above(log: Log, number: int) -> set[int]:
    for place in range(number - 1, max(0, number - 1 - OUTPUT_MOST), -1):
        line = log.line(place)
        if not line.strip() and place < number - 1:
            break
        if typed(line) is not None or line.rstrip().endswith("\\") or re.match(r"\s*(?:aws|kubectl) ", line):
            return set(range(place, number))
    return set()
