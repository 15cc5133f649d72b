"""Whatever the outside does, some things never happen: hypothesis draws the answers, and the laws are checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bongsu.core.actions import Close, Enter, Judge, Read, Switch
from bongsu.core.decide import decide, wake_at
from bongsu.core.events import (
    Method,
    Observed,
    Outcome,
    Phase,
    PhaseEntered,
    ReadFailed,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
)
from bongsu.core.state import RunState, evolve
from bongsu.core.verdict import Verdict
from tests.core.world import SECOND, World, plan

GOOD = 6
"""How many times likelier it is that something goes well."""


def world(chance: Random) -> World:
    """Return a world whose every answer is drawn: lost, refused, late, wrong, or well."""
    made = World(plan=replace(plan(), rollback=replace(plan().rollback, settle=chance.random() < 0.5)))

    def outcome(*bad: Outcome) -> Outcome:
        return chance.choice([Outcome.ACCEPTED] * GOOD * len(bad) + list(bad))

    def switches(world: World, switch: Switch) -> Outcome:
        ended = outcome(Outcome.IN_DOUBT, Outcome.NOT_SENT, Outcome.REFUSED)
        if ended is Outcome.IN_DOUBT and switch.which == "target" and chance.random() < 0.5:
            world.rule = "ENABLED" if switch.to is SwitchState.ENABLED else "DISABLED"
            world.enabled_at = world.enabled_at or world.now
        return ended

    def reads(world: World, read: Read) -> dict[str, Any] | ReadFailed:
        if chance.random() < 0.1:
            return ReadFailed(key="", reading="", reason="drawn", final=chance.random() < 0.1)
        if read.reading == "sent_message":
            return {"found": chance.random() < 0.5, "ref": {"channel": "C1", "ts": "1.000001"}}
        return world.usual(read)

    def verdicts(_world: World, _judge: Judge) -> Verdict:
        return chance.choice([Verdict.PASS] * GOOD * 4 + [Verdict.UNKNOWN, Verdict.FAIL])

    made.switches, made.verdicts = switches, verdicts
    made.sends = lambda _w, _s: outcome(Outcome.IN_DOUBT, Outcome.NOT_SENT, Outcome.REFUSED)
    for reading in ("legacy_rule", "target_rule", "invocations", "sent_message", "alarms", "gateway", "metrics"):
        made.reads[reading] = reads
    for subject, presses in made.people.items():
        for person in list(presses):
            label = chance.choice(["go", "go", "go", "no_go"]) if subject == "go_request" else "ack"
            label = chance.choice(["ack", "roll_back", "hold"]) if subject == "page" else label
            presses[person] = (label, timedelta(seconds=chance.randrange(1, 1200)))
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_the_laws_hold_whatever_the_outside_does(seed: int) -> None:
    """Every run of every drawn world ends, is held, or waits with a wake-up time, and keeps the laws on the way."""
    run = world(Random(seed)).run(steps=4000)
    state = run.state
    assert state.closed is not None or state.phase is Phase.HELD or wake_at(run.plan, state, run.now) is not None
    _one_enable_between_read_backs(run)
    _no_success_without_a_pass(run)
    _somebody_is_told(run)
    _an_answer_counts_once(run)
    _outcomes_were_intended(run)
    _waits_for_what_it_asked(run)


def _waits_for_what_it_asked(run: World) -> None:
    """Readings are answered beside the loop: nothing that rests on one may be asked for in the same look."""
    for line, before in zip(run.lines, run.states, strict=True):
        actions = decide(run.plan, before, line.at)
        if any(isinstance(action, Read) for action in actions):
            assert not [action for action in actions if isinstance(action, Enter | Switch | Close)], line.seq
        for action in actions:
            if isinstance(action, Judge):
                scope = action.key.rpartition("/")[0]
                given_up = {key for key, failed in before.failures.items() if failed.final or failed.count >= 5}
                for need in action.check.reads:
                    own = {f"{scope}/{need.label}", f"{scope}/invocations"}
                    assert need.reading in action.sources or own & given_up, line.seq


def _one_enable_between_read_backs(run: World) -> None:
    open_call = False
    for line in run.lines:
        match line.event:
            case SwitchIntended(which="target", to=SwitchState.ENABLED):
                assert not open_call, f"#{line.seq}: enabled again without a read-back"
                open_call = True
            case Observed(reading="target_rule"):
                open_call = False
            case SwitchEnded(outcome=Outcome.NOT_SENT):
                pass


def _no_success_without_a_pass(run: World) -> None:
    for line, before in zip(run.lines, run.states, strict=True):
        if isinstance(line.event, SendIntended) and line.event.message == "success":
            verify = [j.verdict for key, j in before.judgements.items() if key.startswith("verify/")]
            assert verify and all(verdict is Verdict.PASS for verdict in verify)


def _somebody_is_told(run: World) -> None:
    """Off the way, a message was at least tried on every channel: never silence."""
    left = [e.phase for e in run.events(PhaseEntered) if e.phase in (Phase.DECIDING, Phase.NO_GO, Phase.HELD)]
    for phase in left:
        word = {Phase.DECIDING: "page", Phase.NO_GO: "no_go", Phase.HELD: "hold"}[phase]
        told = {e.channel for e in run.events(SendIntended) if e.message == word and e.method is Method.POST}
        assert told >= {"ops_chat", "alerts"} or run.state.phase is phase


def _an_answer_counts_once(run: World) -> None:
    counted = [(p.subject, p.contact, p.button) for p in run.state.presses.values() if p.counted]
    assert len(counted) == len(set(counted))
    assert all(contact is not None for _, contact, _ in counted)


def _outcomes_were_intended(run: World) -> None:
    intended = {(e.key, e.attempt) for e in run.events(SendIntended)}
    assert all((e.key, e.attempt) in intended for e in run.events(SendEnded))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_the_state_is_a_fold_and_nothing_else(seed: int) -> None:
    """Folding the same lines again gives the same state and the same decisions, at any cut."""
    run = world(Random(seed)).run(steps=4000)
    cut = Random(seed).randrange(len(run.lines))
    state = RunState()
    for line in run.lines[:cut]:
        state = evolve(run.plan, state, line)
    at = run.lines[cut].at
    assert decide(run.plan, state, at) == decide(run.plan, run.states[cut], at)
    assert (state.phase, dict(state.sends)) == (run.states[cut].phase, dict(run.states[cut].sends))


def test_a_wake_up_time_lies_ahead() -> None:
    """A run that waits knows until when, and that is not in the past."""
    run = world(Random(7))
    for _ in range(60):
        run.run(until=run.now + 30 * SECOND)
        wake = wake_at(run.plan, run.state, run.now)
        assert wake is None or wake > run.now


def test_what_is_drawn_goes_wrong_often_enough_to_mean_something() -> None:
    """Among sixty worlds there are successes, no-goes, rollbacks and holds; otherwise nothing was tested."""
    ends = {str(world(Random(seed)).run(steps=4000).state.phase) for seed in range(60)}
    codes = {
        closed.exit_code
        for seed in range(60)
        if (closed := world(Random(seed)).run(steps=4000).state.closed) is not None
    }
    assert "held" in ends
    assert {0, 1, 6} <= codes
