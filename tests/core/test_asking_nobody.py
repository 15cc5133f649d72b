"""A cutover that asks nobody, and channels whose messages cannot be changed: the rules ask for nothing impossible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bongsu.core.actions import Send
from bongsu.core.events import (
    Method,
    OperatorAsked,
    Order,
    Outcome,
    Phase,
    SendEnded,
    SendIntended,
    SwitchIntended,
    SwitchState,
)
from bongsu.core.plan import ChannelSpec, Plan
from bongsu.core.verdict import Verdict
from tests.core.test_guarding import spec
from tests.core.test_reversal import failing
from tests.core.told import end, failed_read, phases, posted
from tests.core.world import World, plan


def asking_nobody() -> Plan:
    """Return the plan of one who watches the terminal alone."""
    terminal = ChannelSpec(name="terminal", kind="stdout", to="", presses=False)
    base = plan(go=None, drill=None, escalation={}, channels={"terminal": terminal})
    return replace(base, announce=replace(base.announce, to=("terminal",)))


def nameless(_world: World, _action: Send) -> SendEnded:
    """Accept a message without a name for it, as an incoming webhook and a terminal do."""
    return SendEnded(key="", outcome=Outcome.ACCEPTED)


def test_a_cutover_that_asks_nobody_passes() -> None:
    world = World(plan=asking_nobody(), sends=nameless).run()
    assert end(world) == ("pass", "watch_over", 0)
    assert posted(world, "start") == ["start//terminal"]
    assert posted(world, "go_request") == posted(world, "drill") == []


def test_when_it_fails_the_page_is_announced_and_the_plans_rule_decides() -> None:
    world = World(plan=asking_nobody(), sends=nameless, verdicts=failing("verify/sms_delivery")).run()
    assert phases(world)[-4:] == ["verifying", "deciding", "rolling_back", "rolled_back"]
    assert posted(world, "page") == ["page/1//terminal"]
    waited = world.state.entered[Phase.ROLLING_BACK] - world.state.entered[Phase.DECIDING]
    assert waited <= world.plan.rollback.decide
    assert end(world) == ("fail", "verify_failed", 1)


def test_an_order_decides_before_the_rule_does() -> None:
    world = World(plan=asking_nobody(), sends=nameless, verdicts=failing("verify/sms_delivery"))
    while world.state.phase is not Phase.DECIDING:
        world.run(steps=1)
    world.add(OperatorAsked(order=Order.ROLL_BACK, by="james", reason=""))
    world.run()
    assert world.state.whys[Phase.ROLLING_BACK].detail == "james"
    assert [one for one in world.events(SwitchIntended) if one.to is SwitchState.DISABLED]


def test_a_message_without_a_name_is_never_closed() -> None:
    """Its buttons, had it any, could not be taken away; asking for it would be asking for nothing."""
    fallback = ChannelSpec(name="fallback", kind="slack_webhook", to="", presses=False)
    base = plan()
    channels = {**base.channels, "fallback": fallback}
    announce = replace(base.announce, to=(*base.announce.to, "fallback"))
    world = World(
        plan=replace(base, channels=channels, announce=announce),
        sends=lambda _world, action: (
            SendEnded(key="", outcome=Outcome.ACCEPTED) if action.channel == "fallback" else Outcome.ACCEPTED
        ),
    ).run()
    assert posted(world, "go_request") == [f"go_request//{name}" for name in ("ops_chat", "alerts", "fallback")]
    edits = [one for one in world.events(SendIntended) if one.method is Method.CLOSE]
    assert {one.channel for one in edits} == {"ops_chat", "alerts"}
    assert end(world) == ("pass", "watch_over", 0)


def cannot_be_read(world: World) -> None:
    world.reads["enable/target_rule"] = lambda _w, _r: failed_read(final=True)


def cannot_be_judged(world: World) -> None:
    world.verdicts = lambda _w, judge: Verdict.UNKNOWN if judge.key.startswith("verify/") else Verdict.PASS


def is_never_started(world: World) -> None:
    world.reads["observe/invocations"] = lambda _w, _r: {"count": 0, "complete": [], "incomplete": []}


def goes_off_before_the_success(world: World) -> None:
    world.plan = replace(world.plan, guard=spec())
    world.reads["success/target_rule"] = lambda _w, _r: {"state": "DISABLED"}


def fails_in_the_watch(world: World) -> None:
    world.verdicts = lambda _w, judge: Verdict.FAIL if judge.key.startswith("watch/") else Verdict.PASS


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        (cannot_be_read, "verify_fails"),
        (cannot_be_judged, "verify_fails"),
        (is_never_started, "no_first_run"),
        (goes_off_before_the_success, "verify_fails"),
        (fails_in_the_watch, "alarm"),
    ],
)
def test_nobody_decides_and_the_plan_reverses_what_it_names_and_nothing_else(
    trouble: Callable[[World], None], word: str
) -> None:
    """Each trouble has one word in `rollback.when`; without it the run is held for a person."""
    others = tuple(one for one in ("verify_fails", "no_first_run", "alarm") if one != word)
    for when, reversed_ in (((word,), True), (others, False)):
        world = World(plan=plan(rollback=replace(plan().rollback, when=when)))
        world.people.pop("page")
        trouble(world)
        world.run()
        assert (Phase.ROLLED_BACK in world.state.entered) is reversed_, when
        assert reversed_ or world.state.phase is Phase.HELD
