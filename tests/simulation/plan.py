"""The cutover that is simulated: small, with every part that decides something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bongsu.core.kinds import RunKind
from bongsu.core.plan import (
    Announce,
    ChannelSpec,
    CheckSpec,
    Contact,
    Drill,
    EscalationPolicy,
    FirstRun,
    Go,
    Level,
    Plan,
    ReadNeed,
    RollbackRule,
    SwitchSpec,
    Watch,
    Window,
)
from tests.simulation.fates import Fates
from tests.simulation.time import START

MINUTE = timedelta(minutes=1)
GROUPS = {"ops_chat": "-100", "alerts": "C00000001"}
MOVED = "-1001"
"""What the Telegram group's id is after it moved."""
PAGER = "pager"
"""A channel that nothing is announced to: it stands in for a way that fails."""
PEOPLE = {"james": ("1", "U00000001"), "on_call": ("2", "U00000002"), "ops_manager": (None, "U00000003")}


ALARMS = CheckSpec(
    name="alarms",
    kind="alarms",
    options={"named": ("lambda-errors",), "all": "OK"},
    reads=(ReadNeed(reading="alarms", args={"names": ["lambda-errors"]}),),
)
DURATION = CheckSpec(
    name="duration",
    kind="duration",
    options={"at_most": timedelta(seconds=240)},
    reads=(ReadNeed(reading="invocations"),),
)


def plan_of(fates: Fates, kind: RunKind = RunKind.CUTOVER) -> Plan:
    """Return the plan of one run; what the captain may decide either way is drawn.

    A page alone is often announced to nobody, and a drill alone has its drill.
    """
    whole = _cutover(fates)
    quiet = kind is not RunKind.CUTOVER and fates.one_in("quiet", 0, 2)
    drill = whole.drill or Drill(policy="critical", everyone=("on_call", "ops_manager"), ack_sla=5 * MINUTE)
    return replace(
        whole,
        announce=Announce(to=()) if quiet else whole.announce,
        drill=drill if kind is RunKind.DRILL else whole.drill,
    )


def _cutover(fates: Fates) -> Plan:
    odd = fates.one_in
    enable = "enable" if odd("legacy", 0, 2) else "leave_off"
    return Plan(
        cutover="Simulated",
        captain="james",
        timezone=ZoneInfo("Asia/Seoul"),
        window=Window(start=START + 10 * MINUTE, end=START + 70 * MINUTE),
        contacts={
            name: Contact(id=name, name=name, role="Role", addresses=_addresses(*ids)) for name, ids in PEOPLE.items()
        },
        channels={
            "ops_chat": ChannelSpec(name="ops_chat", kind="telegram", to=GROUPS["ops_chat"]),
            "alerts": ChannelSpec(name="alerts", kind="slack", to=GROUPS["alerts"]),
            **({PAGER: ChannelSpec(name=PAGER, kind="apprise", to="", presses=False)} if odd("pager", 0, 2) else {}),
        },
        announce=Announce(to=("ops_chat", "alerts")),
        target=SwitchSpec(kind="eventbridge_lambda", facts={"rule": "new"}),
        legacy=SwitchSpec(kind="eventbridge_lambda", facts={"rule": "old"}, on_rollback=enable),
        gateway=None,
        baseline=(ALARMS,),
        go=Go(approvals=2, of=("on_call", "ops_manager"), within=30 * MINUTE),
        first_run=FirstRun(within=6 * MINUTE, settle=2 * MINUTE),
        verify=(DURATION,),
        escalation={"critical": _policy()},
        drill=None if odd("drill", 0, 4) else Drill(policy="critical", everyone=("on_call",), ack_sla=5 * MINUTE),
        rollback=RollbackRule(
            when=("verify_fails", "no_first_run", "alarm"),
            when_unknown="roll_back" if odd("unknown", 0, 3) else "page",
            nobody_decides="hold" if odd("nobody", 0, 4) else "roll_back",
            detect=10 * MINUTE,
            decide=6 * MINUTE,
            execute=8 * MINUTE,
            total=35 * MINUTE,
            settle=odd("settle", 0, 2),
        ),
        watch=Watch(length=40 * MINUTE, every=20 * MINUTE, checks=(DURATION,), report_every=40 * MINUTE),
    )


def _addresses(telegram: str | None, slack: str) -> dict[str, str]:
    return {"slack": slack} if telegram is None else {"telegram": telegram, "slack": slack}


def _policy() -> EscalationPolicy:
    levels = (Level(page=("on_call",), wait=2 * MINUTE), Level(page=("on_call", "ops_manager"), wait=2 * MINUTE))
    return EscalationPolicy(name="critical", ack_sla=5 * MINUTE, levels=levels, repeat=1)
