"""`bongsu verify PATH`: prove an evidence folder, offline."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu import __version__
from bongsu.cli.errors import show_error
from bongsu.cli.lines import put
from bongsu.cli.place import json_option
from bongsu.cli.speech import cells, pad, say, told
from bongsu.errors import BongsuError, UsageError

if TYPE_CHECKING:
    from bongsu.evidence.findings import Report

PROGRAM = f"bongsu {__version__}"
TONES = {"pass": "green", "unknown": "yellow", "fail": "red"}
SHOWN = 50
"""Findings written out for a person; the rest are counted."""
NAME_A_FOLDER = "name the folder that a run, or `bongsu evidence RUN`, wrote"


@click.command("verify")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--original",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The evidence folder that PATH is a published copy of: the copy is made again and compared byte for byte.",
)
@click.option("--key", metavar="REF", help="Where the key of the copy's pseudonyms is found: env:NAME or file:PATH.")
@json_option
def command(path: Path, original: Path | None, key: str | None, *, as_json: bool) -> int:
    """Walk the chain at PATH, recompute every figure and render every message and report again.

    Exits with 0 when everything follows from the recorded answers, 3 when the evidence does not say enough (a run
    that is not closed), 5 when anything does not hold; each finding names the step
    that does not hold, its file and its line.
    """
    from bongsu.cli.proving import prove

    if not path.is_dir():
        raise UsageError(f"there is no folder {str(path)!r}", hint=NAME_A_FOLDER)
    if not as_json and not any((path / name).exists() for name in ("ledger.jsonl", "head.json")):
        said = f"{str(path)!r} is no evidence folder: it holds neither ledger.jsonl nor head.json"
        show_error(BongsuError(said, hint=NAME_A_FOLDER))
        return 5
    report = prove(path) if original is None else _compared(path, original, key)
    if as_json:
        summary = {
            "run": report.run_id,
            "verdict": report.verdict or "unknown",
            "head": {"seq": report.seq, "hash": report.head},
            "steps": [{"step": s.number, "proves": s.proves, "looked_at": s.looked_at} for s in report.steps],
            **report.as_dict(),
            "exit_code": report.exit_code,
        }
        click.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    else:
        _show(path, report)
    return report.exit_code


def _compared(path: Path, original: Path, key: str | None) -> Report:
    """Return what was found in a published copy beside its original: the same bytes make it as good as that."""
    from bongsu.cli.proving import prove
    from bongsu.cli.publishing import same_copy
    from bongsu.evidence.findings import Finding, Severity

    differing = same_copy(path, original, key)
    report = prove(path)
    unsigned = (one for one in prove(original).findings if one.rule == "signature_missing")
    found = (*(one for one in report.findings if one.rule != "published_copy"), *unsigned)
    if differing:
        other = Finding(
            step=2,
            rule="published",
            severity=Severity.ERROR,
            file=differing,
            line=0,
            found="other bytes, or none",
            why="the copy is not the one that the original and this key give",
            instead="the bytes that they give",
        )
        found = (*found, other)
    return replace(report, findings=found)


def _program_of(path: Path) -> str:
    """Return the program that wrote the folder, by its own word; empty when it does not say."""
    from bongsu.evidence.findings import Findings, shown
    from bongsu.evidence.folder import HEAD, Folder

    try:
        # Not by its path: a pipe in its place would hold us up, and it is nobody's but the forger's.
        return shown(json.loads(Folder(path, Findings()).looked_at(HEAD) or b"")["program"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _show(path: Path, report: Report) -> None:
    from bongsu.evidence.findings import printable

    for step in report.steps:
        looked = say("({} looked at)", step.looked_at)
        put(f"{step.number:>3}  {say(step.proves)}  {looked}{_found(report, step.number)}", hang=5)
    labels = [say("found:"), say("instead:")]
    width = max(map(cells, labels))
    for finding in report.findings[:SHOWN]:
        word = click.style(
            say(f"{finding.severity}:"), fg="red" if finding.severity == "error" else "yellow", bold=True
        )
        where = f"{finding.file}:{finding.line}" if finding.line else finding.file
        number = say("step {}", finding.step)
        put(f"{word} {path}/{where}: {number}, {say(finding.rule.replace('_', ' '))}: {told(finding.why)}", hang=2)
        for label, text in zip(labels, (finding.found, finding.instead), strict=True):
            put(f"  {pad(label, width)} {told(text)}", hang=width + 3)
    if len(report.findings) > SHOWN:
        click.echo(say("… and {} more; --json gives them all", len(report.findings) - SHOWN))
    if report.findings:
        _wrong(path, report)
    else:
        what = say("verified: {}, {} events, head {}", printable(report.run_id), report.seq, report.head)
        word, colon, rest = what.partition(":")
        verdict = say("the run's verdict: {}", click.style(say(report.verdict), fg=TONES.get(report.verdict)))
        put(f"{click.style(word, fg='green', bold=True)}{colon}{rest}; {verdict}", hang=2)


def _counted(findings: int) -> str:
    return say("{} finding" if findings == 1 else "{} findings", findings)


def _found(report: Report, number: int) -> str:
    """Return what stands behind a step of which something does not hold, or is not known; nothing behind the others."""
    found = [one.severity for one in report.findings if one.step == number]
    if not found:
        return ""
    colour = "red" if "error" in found else "yellow"
    return "  " + click.style(_counted(len(found)), fg=colour, bold=True)


def _wrong(path: Path, report: Report) -> None:
    not_yet, never = "this evidence does not say enough yet", "this evidence does not stand as it is"
    said = say(not_yet if report.exit_code == 3 else never)
    colour = "yellow" if report.exit_code == 3 else "red"
    put(click.style(f"{_counted(len(report.findings))}; {said}", fg=colour, bold=True), hang=2)
    written = _program_of(path)
    if written not in ("", PROGRAM):
        click.echo(
            say("note: this folder was written by {}, and this is {}: another version words its", written, PROGRAM)
        )
        click.echo(say("messages differently, so verify with the version that wrote it before you think of forgery"))
