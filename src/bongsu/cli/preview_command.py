"""`bongsu preview PLAN [MESSAGE]`: every message as each channel would get it, before anything is measured."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from bongsu.cli.place import json_option, plan_argument
from bongsu.cli.speech import cells, pad, say
from bongsu.errors import UsageError
from bongsu.planfile import load

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.core.plan import Plan

WIDTH = 80
LABEL_WIDTH = 16


@click.command("preview")
@plan_argument
@click.argument("message", required=False)
@click.option("--channel", metavar="NAME", help="Only as this channel of the plan would get it.")
@json_option
def command(plan: Path, message: str | None, channel: str | None, *, as_json: bool) -> int:
    """Show the messages of PLAN word for word, or only MESSAGE; figures not measured yet stand as ‹name›.

    Below them, how long each message needs to leave for everybody who gets it, under the services' documented limits.
    With --json the exact payload that would be handed to each channel.

    Exits with 0; 2 when the plan cannot be used or the name is not one of its messages or channels.
    """
    from bongsu.evidence.collect import plain_text
    from bongsu.messages import messages_of, preview

    loaded = load(plan)
    known = messages_of(loaded)
    if message is not None and message not in known:
        raise UsageError(f"there is no message {message!r}", hint=f"the messages are {', '.join(known)}")
    told = loaded.announce.to or tuple(loaded.channels)
    if channel is not None and channel not in told:
        raise UsageError(f"the plan announces nothing through {channel!r}", hint=f"it announces to {', '.join(told)}")
    shown = []
    for kind in [message] if message else known:
        for one in preview(loaded, kind):
            if channel not in (None, one.channel):
                continue
            shown.append({"message": kind, "channel": one.channel, "language": one.language, "payload": one.payload})
            if not as_json:
                way = loaded.channels[one.channel].kind
                title = say("── {} as {} ({}) would get it ", say(kind), one.channel, way)
                click.echo(click.style(title + "─" * (WIDTH - cells(title)), bold=True))
                click.echo(plain_text(dict(one.payload)) + "\n")
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    elif channel is None:
        _show_times(loaded, [message] if message else list(known))
    return 0


def _show_times(plan: Plan, messages: list[str]) -> None:
    from bongsu.core.pacing import spread
    from bongsu.core.telling import everybodys

    click.echo(say("at the services' limits, if each is taken at once:"))
    for message in messages:
        leaves = spread(plan, everybodys(plan, message))
        within_s = -(-max(leaves, default=timedelta(0)) // timedelta(seconds=1))
        click.echo(f"  {pad(say(message), LABEL_WIDTH)}{say('{} messages within {} s', len(leaves), within_s)}")
