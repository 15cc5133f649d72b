"""`bongsu audit FILE…`: what cannot be so in anybody's cutover log."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bongsu import __version__
from bongsu.cli.audit_claims import list_claims, show_read, told_of
from bongsu.cli.busy import Busy
from bongsu.cli.lines import put, width_of
from bongsu.cli.place import json_option
from bongsu.cli.speech import audit_speech, cells, pad, say
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.audit.findings import Finding, Spot
    from bongsu.audit.log import Log

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
WIDEST = 100
"""Cells of a source line that are shown; a longer one is cut around what is meant."""
ALSO = 3
"""Other places that are shown with their line; the rest are named."""


@click.command("audit")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--rule", "only", multiple=True, metavar="RULE", help="Look for this alone; may be given again.")
@click.option("--ignore", "without", multiple=True, metavar="RULE", help="Do not look for this; may be given again.")
@click.option(
    "--confidence",
    "least",
    type=click.Choice(["high", "medium", "low"]),
    help="Only what is found with at least this confidence; medium unless given, everything for a --rule.",
)
@click.option(
    "--accepted",
    "accepted_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Findings that somebody looked at and accepted, as --json prints them: left out, and counted.",
)
@click.option(
    "--claims", is_flag=True, help="Instead: list what the logs say, as the rules read it, each with its place."
)
@click.option("--sarif", "as_sarif_file", is_flag=True, help="Report as SARIF 2.1.0, for code review.")
@json_option
def command(
    files: tuple[Path, ...],
    *,
    only: tuple[str, ...],
    without: tuple[str, ...],
    least: str | None,
    accepted_file: Path | None,
    claims: bool,
    as_sarif_file: bool,
    as_json: bool,
) -> int:
    """Find what cannot be so in cutover logs that people wrote: Markdown, text, JSON, transcripts of commands.

    FILE may be `-` for standard input; several files are also compared with each other. Exits with 0 when nothing was
    found, 1 when something was. docs/audit.md lists the rules and where each of their facts is from.
    """
    from bongsu.audit.accepted import parted
    from bongsu.audit.findings import Confidence

    if as_sarif_file and as_json:
        raise UsageError("--json and --sarif are two forms of the same report", hint="choose one of them")
    chosen = _chosen(only, without)
    logs = _opened(files)
    if claims:
        return list_claims(logs, as_json=as_json, as_sarif_file=as_sarif_file)
    known = _accepted(accepted_file)
    parts = parted(_audited(logs, chosen), known, chosen, [log.name for log in logs])
    level = Confidence(least or ("low" if only else "medium"))
    findings = [one for one in parts.left if one.confidence.at_least(level)]
    less_sure = len(parts.left) - len(findings)
    if as_json:
        summary = _summary(logs, findings) | {"less_sure": less_sure}
        if accepted_file is not None:
            summary["accepted"] = [one.as_dict() for one in parts.accepted]
        click.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    elif as_sarif_file:
        from bongsu.audit.sarif import as_sarif

        click.echo(json.dumps(as_sarif(findings, __version__, parts.accepted), ensure_ascii=False, indent=1))
    else:
        _show(logs, findings)
        _show_left_out(less_sure, len(parts.accepted), parts.gone)
    return 1 if findings else 0


def _accepted(file: Path | None) -> Counter[tuple[str, str, str]]:
    from bongsu.audit.accepted import SHAPE, accepted

    if file is None:
        return Counter()
    try:
        return accepted(file.read_text("utf-8"), str(file))
    except OSError as error:
        raise UsageError(f"{str(file)!r} cannot be read", cause=error.strerror, hint=SHAPE) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{str(file)!r} is not JSON", cause=str(error), hint=SHAPE) from error


def _audited(logs: Sequence[Log], chosen: Sequence[str]) -> list[Finding]:
    from bongsu.audit import audit

    busy = Busy()
    try:
        return audit(logs, chosen, at=lambda count, of: busy.say(say("auditing: {} of {} rules", count, of)))
    finally:
        busy.done()


def _chosen(only: Sequence[str], without: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    from bongsu.audit import names

    plain = [[name.replace("-", "_") for name in given] for given in (only, without)]
    for name in [*plain[0], *plain[1]]:
        if name not in names():
            near = get_close_matches(name, names(), n=1)
            hint = f"did you mean {near[0]!r}?" if near else "docs/audit.md lists the rules"
            raise UsageError(f"no such rule {name!r}", hint=hint)
    return [name for name in (plain[0] or names()) if name not in plain[1]]


def _opened(files: Sequence[Path]) -> list[Log]:
    from bongsu.audit.beside import open_log
    from bongsu.audit.log import Log
    from bongsu.audit.reading import STDIN, text_of

    logs: dict[str, Log] = {}
    for path in files:
        if str(path) == "-":
            logs.setdefault(STDIN, Log(text=text_of(sys.stdin.buffer.read(), STDIN)))
        else:
            logs.setdefault(str(path), open_log(path))
    return list(logs.values())


def _summary(logs: Sequence[Log], findings: Sequence[Finding]) -> dict[str, Any]:
    return {"files": [told_of(log) for log in logs], "findings": [one.as_dict() for one in findings]}


def _show(logs: Sequence[Log], findings: Sequence[Finding]) -> None:
    lines = {log.name: log for log in logs}
    for log in logs:
        if log.text.repaired:
            note = say(
                "note: {}: {} lines had been decoded wrongly and are shown repaired", log.name, log.text.repaired
            )
            click.echo(note)
        if log.text.broken:
            click.echo(say("note: {}: {} lines had lost bytes and are shown as they are", log.name, log.text.broken))
    for one in findings:
        _show_one(lines, one)
    show_read(logs)
    if findings:
        counts = {name: sum(one.severity == name for one in findings) for name in COLOURS}
        parts = ", ".join(say(f"{{}} {name}", count) for name, count in counts.items() if count)
        click.echo(say("{} finding" if len(findings) == 1 else "{} findings", len(findings)) + f" ({parts})")
    else:
        click.echo(say("nothing found in {}", ", ".join(lines)))


def _show_left_out(unsure: int, accepted: int, gone: int) -> None:
    if unsure:
        click.echo(say("{} more with less confidence (--confidence low shows all)", unsure))
    if accepted:
        click.echo(say("{} accepted", accepted))
    if gone:
        click.echo(say("note: {} accepted, and not there any more", gone))


def _show_one(lines: dict[str, Log], one: Finding) -> None:
    word = click.style(say(f"{one.severity}:"), fg=COLOURS[one.severity], bold=True)
    name = f"{one.rule} [{say(one.confidence)}]"
    put(f"{_place(one.spot)}: {word} {name}", hang=2)
    _show_line(lines, one.spot)
    for spot in one.also[:ALSO]:
        click.echo(f"  {_place(spot)}")
        _show_line(lines, spot)
    if len(one.also) > ALSO:
        click.echo("  " + ", ".join(_place(spot) for spot in one.also[ALSO:]))
    ours = audit_speech()
    labels = [ours("why:"), ours("instead:")]
    width = max(map(cells, labels))
    for label, text in zip(labels, (one.why, one.instead), strict=True):
        put(f"  {pad(label, width)} {ours.told(text)}", hang=width + 3)
    click.echo()


def _place(spot: Spot) -> str:
    return f"{spot.file}:{spot.line}:{spot.column}" if spot.column else f"{spot.file}:{spot.line}"


def _show_line(lines: dict[str, Log], spot: Spot) -> None:
    line, number = lines[spot.file].line(spot.line).expandtabs(1), f"{spot.line:>5} | "
    widest = min(WIDEST, (width_of(sys.stdout) or WIDEST * 2) - len(number) - 2)
    start = max(0, spot.column - 1 - widest // 2) if cells(line) > widest else 0
    shown = line[start : start + widest].rstrip()
    click.echo(f"{number}{'…' if start else ''}{shown}{'…' if len(line.rstrip()) > start + widest else ''}")
    if spot.column:
        before = cells(line[start : spot.column - 1]) + (1 if start else 0)
        under = max(1, cells(line[spot.column - 1 : min(spot.end - 1, start + widest)]))
        click.echo(" " * (len(number) + before) + click.style("^" * under, bold=True))
