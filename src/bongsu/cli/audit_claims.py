"""What `bongsu audit` read in logs: each claim with its place, and how many there are of each kind."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.speech import cells, pad, say
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.audit.log import Log

COUNTED = {
    "message": ("{} message", "{} messages"),
    "answer": ("{} answer", "{} answers"),
    "time": ("{} time", "{} times"),
    "window": ("{} window", "{} windows"),
    "schedule": ("{} schedule", "{} schedules"),
    "length": ("{} length", "{} lengths"),
    "count": ("{} count", "{} counts"),
    "percent": ("{} percentage", "{} percentages"),
    "name": ("{} name", "{} names"),
}
"""How many claims of a kind there are, for one and for more."""


def list_claims(logs: Sequence[Log], *, as_json: bool, as_sarif_file: bool) -> int:
    """Print what the logs say, in the order of their lines; 0."""
    from bongsu.audit.extracted import extracted

    if as_sarif_file:
        raise UsageError("--sarif reports findings, and claims are none", hint="ask for --claims with --json, or alone")
    found = [one for log in logs for one in extracted(log)]
    if as_json:
        listed = {"files": [told_of(log) for log in logs], "claims": [one.as_dict() for one in found]}
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return 0
    rows = [
        (f"{one.spot.file}:{one.spot.line}:{one.spot.column}", say(one.kind.value), one.value, one.text)
        for one in found
    ]
    widths = [max((cells(row[place]) for row in rows), default=0) for place in range(3)]
    for row in rows:
        click.echo("  ".join([*map(pad, row[:3], widths), row[3]]).rstrip())
    show_read(logs)
    return 0


def show_read(logs: Sequence[Log]) -> None:
    """Print how much was read: where it is little, that nothing was found says little."""
    from bongsu.audit.extracted import extracted

    kinds = Counter(one.kind.value for log in logs for one in extracted(log))
    parts = [say(COUNTED[kind][kinds[kind] > 1], kinds[kind]) for kind in COUNTED if kinds[kind]]
    click.echo(say("read: {}", ", ".join(parts) or say("nothing that a rule could look at")))


def told_of(log: Log) -> dict[str, Any]:
    """Return what is known of a file: how it was encoded, and how many of its lines were put right or stayed broken."""
    text = log.text
    return {"file": log.name, "encoding": text.encoding, "repaired": text.repaired, "broken": text.broken}
