"""`bongsu check PLAN`: is everything in the plan sound; with --online, do all the services agree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.lines import put
from bongsu.cli.place import json_option, plan_argument
from bongsu.cli.speech import cells, pad, say, told
from bongsu.cli.times import window_text
from bongsu.core.kinds import RunKind
from bongsu.planfile import PlanProblems, load, warnings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bongsu.core.plan import Plan
    from bongsu.planfile import Problem
    from bongsu.wire import Finding

LABEL_WIDTH = 10
COMMANDS = {
    RunKind.CUTOVER: "bongsu start",
    RunKind.DRILL: "bongsu drill",
    RunKind.PAGE: "bongsu page",
    RunKind.GUARD: "bongsu guard",
}
"""Kind of run to the command that begins one."""


@click.command("check")
@plan_argument
@click.option("--online", is_flag=True, help="Also ask each channel, contact, secret and the target; sends nothing.")
@json_option
def command(plan: Path, *, online: bool, as_json: bool) -> int:
    """Validate PLAN: every error at once, each with its place. Changes nothing.

    Exits with 0 when the plan can be used, 2 when it cannot or when something asked online refuses.
    """
    from datetime import UTC, datetime

    try:
        loaded = load(plan)
    except PlanProblems as problems:
        if not as_json:
            raise
        click.echo(json.dumps(_report(plan, problems=problems), ensure_ascii=False, indent=1))
        return problems.exit_code
    cautions = warnings(loaded, datetime.now(UTC))
    findings = ask(loaded, plan.parent) if online else []
    failed = [finding for finding in findings if not finding.ok]
    if as_json:
        report = _report(plan, loaded, cautions, findings)
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _show(plan, loaded, cautions, findings)
    return 2 if failed else 0


def _report(
    path: Path,
    plan: Plan | None = None,
    cautions: Sequence[str] = (),
    online: Sequence[Finding] = (),
    *,
    problems: PlanProblems | None = None,
) -> dict[str, Any]:
    """Return what a program reads: the same keys whether the plan can be used or not; findings as everywhere."""
    return {
        "plan": str(path),
        "sha256": plan.digest if plan else None,
        "good_for": [str(kind) for kind in plan.kinds] if plan else [],
        "warnings": list(cautions),
        "online": [{"subject": f.subject, "ok": f.ok, "text": f.text, "hint": f.hint} for f in online],
        "findings": [_finding(path, one) for one in (problems.problems if problems else ())],
    }


def _finding(path: Path, problem: Problem) -> dict[str, Any]:
    return {
        "rule": "plan",
        "severity": "error",
        "file": str(path),
        "line": problem.line,
        "column": problem.column,
        "also": [],
        "found": problem.source_line.strip(),
        "why": problem.text,
        "instead": problem.help,
    }


def ask(plan: Plan, folder: Path) -> list[Finding]:
    """Return what every channel, contact and the target answer; nothing is sent or switched."""
    from datetime import UTC, datetime

    from bongsu.run.clock import SystemClock
    from bongsu.run.guard_client import preflight
    from bongsu.run.preflight import findings
    from bongsu.run.wiring import Wiring

    wiring = Wiring(plan, folder, RunKind.CUTOVER if plan.cuts_over else RunKind.PAGE)
    drivers = wiring.drivers("check", lambda: datetime.now(UTC))
    try:
        at = SystemClock().at if plan.clock is None else None
        return [*findings(plan, drivers, at=at), *preflight(plan, wiring)]
    finally:
        drivers.close()


def _show(path: Path, plan: Plan, cautions: list[str], findings: list[Finding]) -> None:
    click.echo(f"{path}: {plan.cutover}")
    for label, text in _rows(plan):
        put(f"  {pad(say(label), LABEL_WIDTH)}{text}", hang=2 + LABEL_WIDTH)
    for caution in cautions:
        put(click.style(say("warning:") + " ", fg="yellow", bold=True) + told(caution), hang=2, err=True)
    _show_findings(findings)


def _rows(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield what the plan is for, part by part; at the end what it can be run as."""
    if plan.cuts_over:
        yield "window", say("{}, captain {}", window_text(plan), plan.contacts[plan.captain].name)
        yield "target", ", ".join(f"{say(name)} {value}" for name, value in plan.target.facts.items())
    if plan.announce.to:
        yield "announce", ", ".join(f"{name} ({plan.channels[name].kind})" for name in plan.announce.to)
    if plan.cuts_over:
        yield "baseline", ", ".join(check.name for check in plan.baseline)
        yield "verify", ", ".join(check.name for check in plan.verify)
    for policy in plan.escalation.values():
        yield "page", f"{policy.name}: " + " → ".join(", ".join(level.page) for level in policy.levels)
    yield "good for", ", ".join(f"`{COMMANDS[kind]}`" for kind in plan.kinds)
    yield "plan", f"sha256 {plan.digest}"


def _show_findings(findings: list[Finding]) -> None:
    words = {True: say("ok"), False: say("error")}
    width = max(len("help:"), *map(cells, words.values())) + 1
    for finding in findings:
        style = {"fg": "green"} if finding.ok else {"fg": "red", "bold": True}
        word = click.style(pad(words[finding.ok], width), **style)
        put(f"{word} {told(finding.subject)}: {told(finding.text)}", hang=width + 1)
        if not finding.ok and finding.hint:
            word = click.style(pad(say("help:"), width), fg="cyan", bold=True)
            put(f"{word} {told(finding.hint)}", hang=width + 1)
    refused = sum(not finding.ok for finding in findings)
    if not findings:
        click.echo(say("the plan can be used; `--online` asks the services too"))
    elif refused:
        click.echo(say("{} asked, {} refused", len(findings), refused))
    else:
        click.echo(say("{} asked, all ok", len(findings)))
