"""`bongsu check PLAN`: is everything in the plan sound; with --online, do all the services agree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_option, plan_argument
from bongsu.planfile import load, warnings

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.core.plan import Plan
    from bongsu.wire import Finding


@click.command("check")
@plan_argument
@click.option("--online", is_flag=True, help="Also ask each channel, contact, secret and the target; sends nothing.")
@json_option
def command(plan: Path, *, online: bool, as_json: bool) -> int:
    """Validate PLAN: every error at once, each with its place. Changes nothing.

    Exits with 0 when the plan can be used, 2 when it cannot or when something asked online refuses.
    """
    loaded = load(plan)
    from datetime import UTC, datetime

    cautions = warnings(loaded, datetime.now(UTC))
    findings = ask(loaded, plan.parent) if online else []
    failed = [finding for finding in findings if not finding.ok]
    if as_json:
        report = {
            "plan": str(plan),
            "sha256": loaded.digest,
            "warnings": cautions,
            "online": [{"subject": f.subject, "ok": f.ok, "text": f.text, "hint": f.hint} for f in findings],
        }
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _show(plan, loaded, cautions, findings)
    return 2 if failed else 0


def ask(plan: Plan, folder: Path) -> list[Finding]:
    """Return what every channel, contact and the target answer; nothing is sent or switched."""
    from datetime import UTC, datetime

    from bongsu.run.preflight import findings
    from bongsu.run.wiring import Wiring

    wiring = Wiring(plan, folder)
    drivers = wiring.drivers("check", lambda: datetime.now(UTC))
    try:
        return findings(plan, drivers)
    finally:
        drivers.close()


def _show(path: Path, plan: Plan, cautions: list[str], findings: list[Finding]) -> None:
    zone = plan.timezone
    start, end = plan.window.start.astimezone(zone), plan.window.end.astimezone(zone)
    click.echo(f"{path}: {plan.cutover}")
    click.echo(f"  window    {start:%Y-%m-%d %H:%M}-{end:%H:%M} {start:%Z}, captain {plan.contacts[plan.captain].name}")
    click.echo(f"  target    {', '.join(f'{name} {value}' for name, value in plan.target.facts.items())}")
    click.echo(f"  announce  {', '.join(f'{name} ({plan.channels[name].kind})' for name in plan.announce.to)}")
    for scope, checks in (("baseline", plan.baseline), ("verify", plan.verify)):
        click.echo(f"  {scope:<9} {', '.join(check.name for check in checks)}")
    click.echo(f"  plan      sha256 {plan.digest}")
    for caution in cautions:
        click.echo(click.style("warning: ", fg="yellow", bold=True) + caution, err=True)
    for finding in findings:
        word = click.style("ok    ", fg="green") if finding.ok else click.style("error ", fg="red", bold=True)
        click.echo(f"{word} {finding.subject}: {finding.text}")
        if not finding.ok and finding.hint:
            click.echo(click.style("help:  ", fg="cyan", bold=True) + finding.hint)
    if not findings:
        click.echo("the plan can be used; `--online` asks the services too")
    else:
        refused = sum(not finding.ok for finding in findings)
        click.echo(f"{len(findings)} asked, {refused} refused" if refused else f"{len(findings)} asked, all ok")
