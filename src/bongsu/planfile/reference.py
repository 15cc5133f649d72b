"""The reference of every plan key: `python -m bongsu.planfile.reference > docs/plan.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bongsu.planfile.examples import EXAMPLES
from bongsu.planfile.kinds import Driven
from bongsu.planfile.model import BUILT_IN, CHANNEL, CHECK, LEGACY, PLAN, TARGET, WatchCheck
from bongsu.planfile.shapes import REQUIRED, Key, ListOf, MapOf, Record, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """# The plan

Generated from the program by `python -m bongsu.planfile.reference > docs/plan.md`; a test keeps it equal.
A whole plan with comments is [plans/naver-sms.yaml](../plans/naver-sms.yaml); editors find its JSON Schema in
plans/schema.json (`# yaml-language-server: $schema=schema.json`).

`bongsu check PLAN` lists every error at once with its line. Unknown keys are refused everywhere. The example
below each table is a part of a plan: a test puts it into the whole one and has that checked.

## How values are written

| value | written as |
| --- | --- |
| length of time | whole numbers with units, largest first: `45s`, `15m`, `1h30m`, `24h`, `7d` |
| percentage | with its sign, at most four decimals: `100%`, `99.5%` |
| date and time | `2025-10-22T14:00` in the plan's time zone, or with an offset: `2025-10-22T14:00+09:00` |
| reference to a secret | `env:NAME`, `file:path` (from the plan's folder), `secret:name#field` (AWS Secrets Manager) |
| name | small letters, digits, `_` and `-`, beginning with a letter |
| text | as in YAML; quote what YAML would take for something else: `"000000000000"`, `"on"`, `"14:00"` |

A secret itself is never written into a plan. What looks like a token is refused, even in a comment.
"""
_TAIL = """## A plan for paging alone

A plan with an `escalation` and with none of the keys that only a cutover has use for (`window`, `target`, `legacy`,
`sms_gateway`, `baseline`, `go`, `first_run`, `verify`, `rollback`, `watch`) says whom to page and nothing else.
`bongsu page` takes it, and `bongsu drill` where it has a `drill`; `start` refuses it. `announce` may be left out:
people are paged by every way to them, and the channels in `announce.to` hear of it too. A whole one:

<!-- plan -->
```yaml
bongsu: 1
cutover: Booking service             # the name of what people are paged about
captain: james
timezone: Asia/Seoul
keys: {buttons: env:BONGSU_BUTTON_KEY}
contacts:
  james: {name: James, role: Release Captain, telegram: 100000001}
  on_call: {name: On-Call Engineer, role: Technical Lead, telegram: 100000002}
channels:
  ops_chat: {kind: telegram, chat_id: -1000000000001, token: env:BONGSU_TELEGRAM_TOKEN}
escalation:
  critical:
    ack_sla: 15m
    levels: [{page: [on_call], for: 5m}, {page: [on_call, james], for: 10m}]
    repeat: 2
drill: {policy: critical, everyone: [on_call, james], ack_sla: 15m}
```

What each command needs: `start` all keys that are required above; `drill` a `drill`; `page` an `escalation`. `bongsu
check PLAN` says which of them a plan is good for.

## What must hold between keys

- Every contact, channel and policy that is named exists; who must answer has an address on a channel of `announce.to`
  that takes answers: `telegram`, and `slack` with `app_token` or with `signing_secret` and `listen`.
- No two channels listen at one port. What each kind of channel can do is in [channels.md](channels.md).
- `window.end` is after `window.start`, and `first_run.within` + `first_run.settle` + `drill.ack_sla` fit into the
  window. `go.within` runs before the window and is not counted.
- `go.approvals` is at least 1 and at most the number of people in `go.of`.
- Every level of an escalation begins before its `ack_sla` is over.
- `rollback.detect` + `decide` + `execute` are at most `rollback.total`.
- `watch.every` divides `watch.for` and `watch.report_every`, and `report_every` divides `for`.
- `guard.silent_after` is at least three times `guard.every`, and its policy exists.
- A baseline check reads nothing that only an invocation leaves behind; a verify check reads no history.
- A `{placeholder}` in `announce.lines` is a figure that a check measures before that message: `baseline.*` for
  `go_request`, `start` and `no_go`; also `verify.*` for all others; also `watch.total.*` and `watch.worst.*`
  for `watch_summary`. A line whose figure was not measured after all is left out.
- Endpoints are all on this machine (a rehearsal) or none is; `clock` is accepted only in a rehearsal.
"""


def reference_text() -> str:
    """Return docs/plan.md."""
    parts = [_HEAD, _section("The keys", PLAN, "The keys"), *_records("", PLAN), *_kinds(), _TAIL]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _kinds() -> Iterator[str]:
    for title, driven in (("channel", CHANNEL), ("target", TARGET), ("check", CHECK)):
        for kind in driven.kinds:
            yield _section(f"{title.capitalize()} of kind `{kind}`", driven.described(kind), f"{title} {kind}")
    for kind in LEGACY.kinds:
        yield _section(f"`legacy` of kind `{kind}`", LEGACY.described(kind), f"legacy {kind}")
        yield "What is left out of `account`, `region` and `endpoint_url` is the target's.\n"
    built_in = ", ".join(f"`{name}`" for name in BUILT_IN)
    yield f"Every baseline begins with the built-in checks {built_in}; a plan does not write them.\n"


def _records(path: str, record: Record) -> Iterator[str]:
    for key in record.keys:
        where = f"{path}.{key.name}" if path else key.name
        inner, suffix = _inner(key.shape)
        if inner is not None:
            yield _section(f"`{where}{suffix}`", inner, f"{where}{suffix}")
            yield from _records(f"{where}{suffix}", inner)


def _inner(shape: Shape) -> tuple[Record | None, str]:
    if isinstance(shape, Record):
        return shape, ""
    if isinstance(shape, MapOf | ListOf):
        inner, suffix = _inner(shape.of)
        return inner, (".NAME" if isinstance(shape, MapOf) else "[]") + suffix
    return None, ""


def _section(title: str, record: Record, example: str) -> str:
    shown = f"\n<!-- part -->\n```yaml\n{EXAMPLES[example]}```\n" if example in EXAMPLES else ""
    if not record.keys:
        return f"## {title}\n\nNo keys of its own.\n{shown}"
    rows = "".join(_row(key) for key in record.keys)
    return f"## {title}\n\n| key | takes | default | meaning |\n| --- | --- | --- | --- |\n{rows}{shown}"


def _row(key: Key) -> str:
    default = "required" if key.default is REQUIRED else f"`{key.shown}`" if key.shown else "none"
    return f"| `{key.name}` | {_cell(_takes(key.shape))} | {_cell(default)} | {_cell(key.meaning)} |\n"


def _takes(shape: Shape) -> str:
    if isinstance(shape, Driven | WatchCheck):
        return shape.type_text
    return shape.type_text.replace('"', "`")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference_text())
