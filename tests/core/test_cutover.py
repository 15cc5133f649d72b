"""The cutover of the seed log as the core decides it: what happens, in which order, and what never happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bongsu.core.actions import Judge, Read, Send, Switch
from bongsu.core.decide import decide, wake_at
from bongsu.core.escalation import drill_times, policy_of
from bongsu.core.events import (
    ButtonPressed,
    Found,
    Judged,
    JudgedFigure,
    Method,
    Observed,
    Outcome,
    Phase,
    PhaseEntered,
    ReadFailed,
    Resolved,
    RunClosed,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    Why,
)
from bongsu.core.plan import FirstRun, ReadNeed
from bongsu.core.presses import Standing
from bongsu.core.state import RunState
from bongsu.core.times import from_iso
from bongsu.core.verdict import Verdict
from tests.core.world import MINUTE, SECOND, WINDOW, World, check, invocation, opened, plan


def phases(world: World) -> list[str]:
    """Return the phases that a run went through."""
    return [str(event.phase) for event in world.events(PhaseEntered)]


def end(world: World) -> tuple[str, str, int]:
    """Return how a run closed."""
    closed = world.state.closed
    assert closed is not None
    return str(closed.verdict), str(closed.why), closed.exit_code


def posted(world: World, message: str) -> list[str]:
    """Return the keys of the new messages of one kind."""
    return [e.key for e in world.events(SendIntended) if e.message == message and e.method is Method.POST]


def failed_read(*, final: bool = False) -> ReadFailed:
    """Return a reading that was not answered."""
    return ReadFailed(key="", reading="", reason="timed out after 10 s", final=final)


def test_the_happy_path_goes_through_every_phase_once() -> None:
    """Baseline, go, start, enable, first run, success, drill, watch, end: pass."""
    world = World().run()
    assert phases(world) == [
        "baselined", "approved", "announced", "enabled", "observing", "verifying", "succeeded", "drilled", "watching",
    ]  # fmt: skip
    assert end(world) == ("pass", "watch_over", 0)
    assert world.state.enabled_at == world.state.entered[Phase.ENABLED]


def test_the_start_waits_for_the_window() -> None:
    """Approved at 13:50, announced at 14:00 and not before."""
    world = World().run()
    first = next(line for line in world.lines if isinstance(line.event, SendIntended) and line.event.message == "start")
    assert first.at == WINDOW.start


def test_the_rule_is_enabled_once_after_both_channels_heard() -> None:
    """The announcement is a gate to the switch."""
    world = World().run()
    order = [type(line.event).__name__ for line in world.lines]
    switch = order.index("SwitchIntended")
    told = [line.seq for line in world.lines if isinstance(line.event, SendEnded) and line.event.key.startswith("start")]
    assert order.count("SwitchIntended") == 1
    assert max(told) <= switch


def test_no_message_of_the_drill_comes_after_its_answers_but_the_result() -> None:
    """The seed's drill listed answers that came later; here the result is a new message."""
    world = World().run()
    lines = {key: line for line in world.lines if (key := getattr(line.event, "key", None)) and isinstance(line.event, SendIntended)}
    acks = [line.at for line in world.lines if isinstance(line.event, ButtonPressed) and line.event.button == "ack"]
    assert lines["drill//ops_chat"].at < min(acks)
    assert lines["drill_result//ops_chat"].at >= max(acks)


def test_drill_times_are_measured_from_acceptance_to_press() -> None:
    """15 s and 22 s, as in the seed, but counted."""
    world = World().run()
    times = drill_times(world.plan, world.state)
    assert [(time.contact, time.elapsed_s) for time in times] == [("on_call", 15), ("ops_manager", 22)]
    assert world.state.figures["drill.on_call.elapsed_s"].value == "15"


def test_buttons_are_closed_when_their_matter_is_settled() -> None:
    """Every message with buttons gets exactly one closing."""
    world = World().run()
    buttoned = {*posted(world, "go_request"), *posted(world, "drill")}
    closings = [e.about for e in world.events(SendIntended) if e.method is Method.CLOSE]
    assert sorted(closings) == sorted(buttoned)


def test_every_press_is_answered_once() -> None:
    """Nobody presses into silence."""
    world = World().run()
    answers = [e.about for e in world.events(SendIntended) if e.method is Method.ANSWER]
    assert sorted(answers) == sorted(event.press_id for event in world.events(ButtonPressed))


def test_nothing_is_decided_before_the_run_is_opened_or_after_it_is_closed() -> None:
    """An empty ledger asks for nothing, a closed one neither."""
    world = World()
    assert decide(world.plan, RunState(), world.now) == []
    world.run()
    assert decide(world.plan, world.state, world.now) == []
    assert wake_at(world.plan, world.state, world.now) is None


@pytest.mark.parametrize(
    ("verdict", "why", "closed"), [(Verdict.FAIL, "baseline_failed", "fail"), (Verdict.UNKNOWN, "baseline_unknown", "unknown")]
)
def test_a_baseline_that_does_not_pass_is_no_go(verdict: Verdict, why: str, closed: str) -> None:
    """Nothing was changed, people are told, exit 6."""
    world = World(verdicts=lambda _w, judge: verdict if judge.key == "baseline/alarms" else Verdict.PASS).run()
    assert end(world) == (closed, why, 6)
    assert posted(world, "no_go") == ["no_go//ops_chat", "no_go//alerts"]
    assert world.events(SwitchIntended) == []
    assert "alarms: as scripted" in world.state.whys[Phase.NO_GO].detail


def test_one_no_go_is_enough() -> None:
    """The operations manager refuses: nothing is announced or enabled."""
    people = {"go_request": {"on_call": ("go", SECOND), "ops_manager": ("no_go", 2 * SECOND)}}
    world = World(people=people).run()
    assert end(world) == ("fail", "refused_by_approver", 6)
    assert world.state.whys[Phase.NO_GO].detail == "ops_manager"
    assert posted(world, "start") == []


def test_silence_of_the_approvers_is_no_go() -> None:
    """Half an hour without the second approval ends the attempt."""
    world = World(people={"go_request": {"on_call": ("go", SECOND)}}).run()
    assert end(world) == ("fail", "not_approved_in_time", 6)


def test_a_plan_without_go_needs_only_the_captains_word() -> None:
    """`--go NAME` was given on the command line."""
    world = World(plan=plan(go=None)).run()
    assert posted(world, "go_request") == []
    assert world.state.whys[Phase.APPROVED].why is Why.NO_APPROVAL_NEEDED
    assert end(world)[0] == "pass"


def test_a_go_that_comes_after_the_window_is_no_go() -> None:
    """Approved in time for the request, but too late for the window."""
    world = World(now=WINDOW.end - MINUTE)
    world.people["go_request"]["ops_manager"] = ("go", 5 * MINUTE)
    assert end(world.run()) == ("fail", "window_passed", 6)


@pytest.mark.parametrize("message", ["go_request", "start"])
def test_nothing_is_enabled_when_nobody_could_be_told(message: str) -> None:
    """Both channels refuse: no-go, and the no-go message is still tried."""
    world = World(sends=lambda _w, send: Outcome.REFUSED if send.message == message else Outcome.ACCEPTED).run()
    assert end(world) == ("unknown", "nobody_told", 6)
    assert world.events(SwitchIntended) == []


def test_one_channel_is_enough_to_announce() -> None:
    """Slack refuses; Telegram heard; the deviation stays in the ledger."""
    refused = {"start//alerts", "success//alerts"}
    world = World(sends=lambda _w, send: Outcome.REFUSED if send.key in refused else Outcome.ACCEPTED).run()
    assert end(world)[0] == "pass"
    assert world.state.sends["start//alerts"].outcome is Outcome.REFUSED


def test_an_announcement_in_doubt_is_never_sent_again() -> None:
    """Its reply was lost: nobody knows, and twice is worse than unknown."""
    world = World(sends=lambda _w, send: Outcome.IN_DOUBT if send.key == "success//ops_chat" else Outcome.ACCEPTED).run()
    assert posted(world, "success").count("success//ops_chat") == 1


def test_a_page_in_doubt_goes_out_again_marked_as_a_possible_repeat() -> None:
    """Late is worse than twice."""
    doubt = lambda _w, send: Outcome.IN_DOUBT if send.key == "drill//ops_chat" and send.attempt == 1 else Outcome.ACCEPTED  # noqa: E731
    world = World(sends=doubt).run()
    first, second = (e for e in world.events(SendIntended) if e.key == "drill//ops_chat")
    line = next(line for line in world.lines if line.event is first)
    assert (first.repeat_of, second.repeat_of) == (None, line.seq)


def lost(key: str) -> object:
    """Return sends whose first answer for one key is lost on the way."""
    return lambda _w, send: Outcome.IN_DOUBT if send.key == key and send.attempt == 1 else Outcome.ACCEPTED


def test_a_message_in_doubt_is_looked_for_where_the_service_lets_us() -> None:
    """Slack's history holds it: accepted, with the service's own reference, and not sent again."""
    world = World(sends=lost("success//alerts")).run()  # type: ignore[arg-type]
    assert posted(world, "success").count("success//alerts") == 1
    assert world.state.sends["success//alerts"].accepted
    assert world.state.sends["success//alerts"].ref["ts"] == "1761109200.000100"
    (resolved,) = world.events(Resolved)
    assert (resolved.found, resolved.by) == (Found.ACCEPTED, "read_back")
    assert next(line for line in world.lines if line.seq == resolved.source).event.reading == "sent_message"


def test_an_announcement_that_is_not_found_for_a_minute_is_sent_again() -> None:
    """Four looks; then it is known not to have arrived, and goes out as a second attempt, not as a repeat."""
    world = World(sends=lost("success//alerts"))  # type: ignore[arg-type]
    world.reads["sent_message"] = lambda _w, _r: {"found": False, "ref": {}}
    world.run()
    looks = [line for line in world.lines if isinstance(line.event, Observed) and line.event.reading == "sent_message"]
    sent = [e for e in world.events(SendIntended) if e.key == "success//alerts"]
    assert len(looks) == 4
    assert [e.repeat_of for e in sent] == [None, None]
    assert looks[-1].at - looks[0].at == 58 * SECOND
    assert end(world)[0] == "pass"


def test_a_page_that_is_not_found_at_once_goes_out_again() -> None:
    """One look, then the repeat: late is worse than twice."""
    world = World(sends=lost("drill//alerts"))  # type: ignore[arg-type]
    world.reads["sent_message"] = lambda _w, _r: {"found": False, "ref": {}}
    world.run()
    first, second = (line for line in world.lines if getattr(line.event, "key", "") == "drill//alerts" and isinstance(line.event, SendIntended))
    assert second.event.repeat_of == first.seq
    assert second.at - first.at < 10 * SECOND


def test_a_history_that_cannot_be_read_leaves_the_doubt() -> None:
    """The announcement is not sent again, and stays in doubt for a person."""
    world = World(sends=lost("success//alerts"))  # type: ignore[arg-type]
    world.reads["sent_message"] = lambda _w, _r: failed_read(final=True)
    world.run()
    assert posted(world, "success").count("success//alerts") == 1
    assert world.state.sends["success//alerts"].outcome is Outcome.IN_DOUBT
    assert end(world)[0] == "pass"


@pytest.mark.parametrize(("found", "accepted"), [(Found.ACCEPTED, True), (Found.NOT_SENT, False)])
def test_a_person_may_say_what_became_of_a_message(found: Found, accepted: bool) -> None:
    """James looked into the chat."""
    world = World(sends=lost("success//ops_chat")).run(until=WINDOW.start + 5 * MINUTE)  # type: ignore[arg-type]
    world.add(Resolved(key="success//ops_chat", found=found, by="james"), actor="operator:james")
    assert world.state.sends["success//ops_chat"].accepted is accepted


@pytest.mark.parametrize(("found", "outcome"), [(Found.DONE, Outcome.ACCEPTED), (Found.NOT_DONE, Outcome.NOT_SENT)])
def test_a_person_may_say_what_became_of_a_switch(found: Found, outcome: Outcome) -> None:
    """James looked into the console."""
    world = World().run(until=WINDOW.start + 5 * MINUTE)
    world.add(Resolved(key="switch/target/enabled", found=found, by="james"), actor="operator:james")
    assert world.state.switches["switch/target/enabled"].outcome is outcome


def test_a_send_that_did_not_leave_is_tried_three_times_with_pauses() -> None:
    """5 s, then 20 s, never at once, and not for ever."""
    world = World(sends=lambda _w, send: Outcome.NOT_SENT if send.key == "start//alerts" else Outcome.ACCEPTED).run()
    at = [line.at for line in world.lines if isinstance(line.event, SendIntended) and line.event.key == "start//alerts"]
    assert [later - earlier for earlier, later in zip(at, at[1:], strict=False)] == [5 * SECOND, 20 * SECOND]
    assert len(at) == 3


def test_retry_after_is_honoured() -> None:
    """The service asked for 30 s."""
    def throttled(_world: World, send: object) -> SendEnded | Outcome:
        if send.key == "start//alerts" and send.attempt == 1:  # type: ignore[attr-defined]
            return SendEnded(key="", outcome=Outcome.NOT_SENT, retry_after_s=30)
        return Outcome.ACCEPTED

    world = World(sends=throttled).run()
    at = [line.at for line in world.lines if isinstance(line.event, SendIntended) and line.event.key == "start//alerts"]
    assert at[1] - at[0] == 30 * SECOND


def test_a_legacy_that_is_still_on_stops_the_switch() -> None:
    """It was off in the baseline and is on at 14:00: two senders would be worse than none."""
    world = World()
    world.reads["enable/legacy_rule"] = lambda _w, _r: {"name": "old", "state": "ENABLED"}
    world.run()
    assert world.events(SwitchIntended) == []
    assert end(world) == ("fail", "legacy_enabled", 6)
    assert posted(world, "no_go") == ["no_go//ops_chat", "no_go//alerts"]


def test_a_legacy_that_cannot_be_read_stops_the_switch() -> None:
    """No data is not off."""
    world = World()
    world.reads["enable/legacy_rule"] = lambda _w, _r: failed_read(final=True)
    world.run()
    assert world.events(SwitchIntended) == []
    assert world.state.whys[Phase.NO_GO].detail == "timed out after 10 s"


def test_a_plan_without_legacy_reads_none() -> None:
    """There is nothing to be off."""
    world = World(plan=plan(legacy=None, baseline=(check("alarms", "alarms"),))).run()
    assert "enable/legacy_rule" not in world.state.observations
    assert end(world)[0] == "pass"


def test_an_enable_in_doubt_is_read_back_before_anything_else() -> None:
    """The reply was lost but the rule is on: no second call."""
    def lost(world: World, _switch: object) -> Outcome:
        world.rule, world.enabled_at = "ENABLED", world.now
        return Outcome.IN_DOUBT

    world = World(switches=lost).run()
    assert len(world.events(SwitchIntended)) == 1
    assert end(world)[0] == "pass"


def test_an_enable_in_doubt_that_did_nothing_is_called_again_after_the_read_back() -> None:
    """The request never arrived: read back as off, then once more."""
    world = World(switches=lambda _w, switch: Outcome.IN_DOUBT if switch.attempt == 1 else Outcome.ACCEPTED).run()
    order = [line.event for line in world.lines]
    first, second = (order.index(e) for e in world.events(SwitchIntended))
    between = order[first:second]
    assert any(isinstance(e, Observed) and e.reading == "target_rule" for e in between)
    assert end(world)[0] == "pass"


def test_an_enable_that_never_works_is_given_up() -> None:
    """Three attempts, each read back as off: nothing was changed, and people are told."""
    world = World(switches=lambda _w, _s: Outcome.NOT_SENT).run()
    assert len(world.events(SwitchIntended)) == 3
    assert end(world) == ("fail", "not_enabled", 6)


def test_an_enable_that_is_refused_is_not_repeated() -> None:
    """The rule belongs to somebody else."""
    world = World(switches=lambda _w, _s: Outcome.REFUSED).run()
    assert len(world.events(SwitchIntended)) == 1
    assert end(world) == ("fail", "not_enabled", 6)


def test_a_rule_that_stays_off_is_read_for_a_minute() -> None:
    """The call was taken, the state did not follow: read every 5 s, then give up."""
    world = World()
    world.reads["enable/target_rule"] = lambda _w, _r: {"name": "new", "state": "DISABLED"}
    world.run()
    assert end(world) == ("fail", "not_enabled", 6)
    reads = [e for e in world.events(Observed) if e.key == "enable/target_rule"]
    assert len(reads) == 12


def test_no_first_run_within_the_limit_is_a_fail() -> None:
    """25 minutes without an invocation: page, and no success message."""
    world = World()
    world.reads["invocations"] = lambda _w, _r: {"count": 0, "complete": [], "incomplete": []}
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.NO_FIRST_RUN
    assert posted(world, "success") == []
    assert end(world) == ("fail", "no_first_run", 1)


def test_an_invocation_from_before_the_switch_is_not_the_first_run() -> None:
    """Somebody tried the function by hand while the rule was still off; its end falls after the switch."""
    world = World()

    def by_hand(world: World, _read: object) -> dict[str, object]:
        assert world.enabled_at is not None
        early = invocation(world.enabled_at - 5 * MINUTE, request_id="by-hand")
        usual = world.usual(Read(key="x", reading="invocations"))["complete"]
        return {"count": 1, "complete": [early, *usual]}

    world.reads["observe/invocations"] = by_hand
    world.run()
    found = next(e for e in world.events(PhaseEntered) if e.phase is Phase.VERIFYING)
    assert found.detail != "by-hand"


def test_logs_that_cannot_be_read_are_no_first_run_either() -> None:
    """Asked until the limit, then said so."""
    world = World()
    world.reads["observe/invocations"] = lambda _w, _r: failed_read(final=True)
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.NO_FIRST_RUN
    assert world.state.entered[Phase.DECIDING] - world.state.entered[Phase.ENABLED] == 25 * MINUTE


def test_a_reading_is_asked_again_with_pauses_and_then_given_up() -> None:
    """Five attempts; what was not answered is unknown, and unknown is not go."""
    world = World(verdicts=lambda w, judge: Verdict.PASS if "alarms" in judge.sources else Verdict.UNKNOWN)
    world.reads["baseline/alarms-115919"] = lambda _w, _r: failed_read()
    world.plan = plan(baseline=(check("alarms", ReadNeed(reading="alarms", args={"names": ["a"]})),))
    world.run()
    assert len(world.events(ReadFailed)) == 5
    assert end(world) == ("unknown", "baseline_unknown", 6)


def test_a_reading_that_is_answered_at_last_is_no_longer_failing() -> None:
    """Two timeouts, then an answer: the failures are history, not state."""
    world = World()
    world.reads["alarms"] = lambda w, r: failed_read() if r.attempt < 3 else w.usual(r)  # type: ignore[attr-defined]
    world.run()
    assert len(world.events(ReadFailed)) == 2
    assert world.state.failures == {}
    assert end(world)[0] == "pass"


def test_pending_deliveries_are_read_again_until_they_settle() -> None:
    """Unknown at first, known half a minute later."""
    def settling(world: World, judge: object) -> Verdict:
        key = judge.key  # type: ignore[attr-defined]
        return Verdict.UNKNOWN if key == "verify/sms_delivery" and key not in world.state.judgements else Verdict.PASS

    world = World(verdicts=settling).run()
    judged = [line for line in world.lines if isinstance(line.event, Judged) and line.event.key == "verify/sms_delivery"]
    assert [str(line.event.verdict) for line in judged] == ["unknown", "pass"]
    assert judged[1].at - judged[0].at == 30 * SECOND
    assert judged[0].event.sources[0] not in judged[1].event.sources
    assert end(world)[0] == "pass"


def test_what_does_not_settle_stays_unknown() -> None:
    """After five minutes unknown is the verdict, and a person is paged."""
    world = World(verdicts=lambda _w, judge: Verdict.UNKNOWN if judge.key.startswith("verify/") else Verdict.PASS).run()
    noticed = world.state.entered[Phase.DECIDING]
    assert noticed - world.state.entered[Phase.VERIFYING] == 5 * MINUTE
    assert world.state.whys[Phase.DECIDING].why is Why.VERIFY_UNKNOWN
    assert posted(world, "success") == []


def test_a_reading_that_rests_on_one_given_up_is_left_out() -> None:
    """No invocations, so neither the gateway nor the table can be asked for their span."""
    world = World(verdicts=lambda _w, judge: Verdict.PASS if judge.sources else Verdict.UNKNOWN)
    world.plan = replace(world.plan, first_run=FirstRun(within=25 * MINUTE, settle=timedelta(0)))
    world.reads["verify/invocations"] = lambda _w, _r: failed_read(final=True)
    world.run()
    assert "verify/gateway" not in world.state.observations
    assert world.state.whys[Phase.DECIDING].why is Why.VERIFY_UNKNOWN


def test_the_gateway_is_asked_for_the_span_of_the_invocations() -> None:
    """From a second before the first start to a second after the last end."""
    world = World().run()
    asked = world.state.observations["verify/gateway"].args
    assert world.enabled_at is not None
    assert from_iso(asked["since"]) == world.enabled_at + timedelta(seconds=134)
    assert from_iso(asked["until"]) == world.enabled_at + timedelta(seconds=138)
    assert world.state.observations["verify/state_table"].args == {"run_ids": ["r1"], "records": ["1000001_900001"]}


def test_an_invocation_without_report_names_no_records() -> None:
    """It is found, it is asked about, and it cannot pass by accident."""
    world = World()
    world.reads["invocations"] = lambda w, _r: {
        "count": 1,
        "complete": [invocation(w.enabled_at, report=None)] if w.enabled_at else [],
    }
    world.run()
    assert world.state.observations["verify/state_table"].args == {"run_ids": [], "records": []}


def test_a_history_is_read_back_from_now() -> None:
    """`over: 7d` is a span that ends at the reading."""
    over = ReadNeed(reading="gateway", args={"over_s": 604800})
    world = World(plan=plan(baseline=(check("sms_delivery", over),))).run()
    args = world.state.observations[f"baseline/{over.label}"].args
    assert from_iso(args["until"]) - from_iso(args["since"]) == timedelta(days=7)


def test_without_a_drill_the_watch_follows_the_success() -> None:
    """A plan need not drill."""
    world = World(plan=plan(drill=None)).run()
    assert world.state.whys[Phase.DRILLED].why is Why.NO_DRILL
    assert drill_times(world.plan, world.state) == ()
    assert end(world)[0] == "pass"


def test_without_a_watch_the_run_ends_after_the_drill() -> None:
    """And the buttons of the drill are closed before the last line."""
    world = World(plan=plan(watch=None)).run()
    assert end(world) == ("pass", "no_watch", 0)
    assert "close//drill//alerts" in world.state.sends


def test_a_missed_drill_fails_the_run_and_names_who_was_missing() -> None:
    """The operations manager does not answer within 15 minutes."""
    world = World()
    del world.people["drill"]["ops_manager"]
    world.run()
    assert world.state.judgements["drill"].why == "not acknowledged within the SLA: ops_manager"
    assert world.state.whys[Phase.DRILLED].why is Why.DRILL_MISSED
    assert end(world) == ("fail", "drill_missed", 1)


def test_an_answer_after_the_drill_is_kept_as_late() -> None:
    """It changes nothing and is shown."""
    world = World()
    world.people["drill"]["ops_manager"] = ("ack", 16 * MINUTE)
    world.run()
    late = next(time for time in drill_times(world.plan, world.state) if time.contact == "ops_manager")
    assert late.late
    assert world.state.judgements["drill"].verdict is Verdict.FAIL


def test_a_drill_that_reaches_nobody_is_missed_at_once() -> None:
    """Every channel refuses: there is no clock to wait for."""
    world = World(sends=lambda _w, send: Outcome.REFUSED if send.message == "drill" else Outcome.ACCEPTED).run()
    assert world.state.judgements["drill"].verdict is Verdict.FAIL
    assert drill_times(world.plan, world.state)[0].elapsed_s is None


@pytest.mark.parametrize(("verdict", "why"), [(Verdict.FAIL, Why.WATCH_FAILED), (Verdict.UNKNOWN, Why.WATCH_UNKNOWN)])
def test_a_look_that_does_not_pass_pages(verdict: Verdict, why: Why) -> None:
    """The second look of the watch fails, or cannot be known."""
    world = World(verdicts=lambda _w, judge: verdict if judge.key.startswith("watch/0002") else Verdict.PASS).run()
    assert world.state.whys[Phase.DECIDING].why is why
    assert posted(world, "watch_summary") == []
    assert end(world)[2] == 1


def test_a_look_at_which_nothing_was_due_pages_nobody() -> None:
    """At night no SMS is due: unknown stays unknown in the ledger, and is no reason to wake anybody."""
    world = World().run(until=WINDOW.start + 25 * MINUTE)
    while world.state.closed is None:
        for action in decide(world.plan, world.state, world.now):
            if isinstance(action, Judge):
                none = JudgedFigure(name="items", value="0", unit="", seq=len(world.lines))
                idle = Judged(key=action.key, check="error_rate", verdict=Verdict.UNKNOWN, why="none", figures=(none,))
                world.add(idle)
                break
            world.answer(action)
            break
        else:
            world.now = wake_at(world.plan, world.state, world.now) or world.now
    assert world.state.judgements["watch/0003/error_rate"].verdict is Verdict.UNKNOWN
    assert end(world) == ("pass", "watch_over", 0)


def test_the_watch_reports_as_often_as_the_plan_says() -> None:
    """Every 20 minutes within the hour: three reports to each channel."""
    watch = plan().watch
    assert watch is not None
    world = World(plan=plan(watch=replace(watch, report_every=20 * MINUTE))).run()
    assert [key for key in posted(world, "watch_summary") if key.endswith("ops_chat")] == [
        f"watch_summary/{number}//ops_chat" for number in (1, 2, 3)
    ]


def test_the_first_look_begins_where_the_verification_ended() -> None:
    """No invocation falls between the two."""
    world = World().run()
    verified = world.state.observations["verify/invocations"].args["until"]
    assert world.state.observations["watch/0001/invocations"].args["since"] == verified
    counted = [world.state.observations[f"watch/{n:04d}/metrics"].args for n in (1, 2, 3)]
    edges = [from_iso(text) for args in counted for text in (args["since"], args["until"])]
    assert all(edge.second == edge.microsecond == 0 for edge in edges)
    assert edges[1:5] == [edges[1], edges[1], edges[3], edges[3]]


def test_the_named_policy_is_used() -> None:
    """By name, else `critical`."""
    named = plan()
    assert policy_of(named, "critical") is policy_of(named)


def test_languages_after_the_first_have_messages_of_their_own() -> None:
    """English and Korean: two announcements a channel."""
    base = plan()
    world = World(plan=replace(base, announce=replace(base.announce, languages=("en", "ko")))).run()
    keys = ["start//alerts", "start//alerts#ko", "start//ops_chat", "start//ops_chat#ko"]
    assert sorted(posted(world, "start")) == keys


def test_one_chat_gets_one_message_a_second_and_in_order() -> None:
    """The second language waits for the answer to the first, and a second more."""
    base = plan()
    world = World(plan=replace(base, announce=replace(base.announce, languages=("en", "ko")))).run(until=WINDOW.start)
    world.add(SendIntended(key="start//ops_chat", message="start", channel="ops_chat", to="-100"))
    asked = [action.key for action in decide(world.plan, world.state, world.now)]
    assert asked == ["start//alerts"]
    world.add(SendEnded(key="start//ops_chat", outcome=Outcome.ACCEPTED))
    world.run()
    at = {e.key: line.at for line in world.lines if isinstance(e := line.event, SendIntended)}
    assert at["start//ops_chat#ko"] - at["start//ops_chat"] == SECOND


def standing(world: World, press: ButtonPressed) -> Standing:
    """Record one press and return how it stands."""
    world.add(press, actor="service")
    return world.state.presses[press.press_id].standing


def test_only_the_asked_person_counts_and_only_once() -> None:
    """Wrong person, forged code, moved button, unknown message, second press: recorded, answered, never counted."""
    world = World(people={}).run(until=WINDOW.start - 5 * MINUTE)
    key = "go_request//ops_chat"
    assert standing(world, world.press(key, "1", "go")) is Standing.WRONG_PERSON
    assert standing(world, world.press(key, "666", "go")) is Standing.WRONG_PERSON
    assert standing(world, world.press(key, "2", "go", press_id="nowhere", channel="fax")) is Standing.WRONG_PERSON
    assert standing(world, world.press(key, "2", "go", authentic=False, press_id="f")) is Standing.NOT_AUTHENTIC
    assert standing(world, world.press(key, "2", "go", ref={"id": "x"}, press_id="m")) is Standing.NOT_AUTHENTIC
    assert standing(world, world.press("drill//ops_chat", "2", "ack")) is Standing.UNKNOWN_MESSAGE
    assert standing(world, world.press(key, "2", "go", press_id="first")) is Standing.COUNTED
    assert standing(world, world.press(key, "2", "go", press_id="second")) is Standing.REPEATED
    world.run(until=world.now + SECOND)
    assert world.state.phase is Phase.BASELINED
    assert standing(world, world.press(key, "2", "no_go", press_id="third")) is Standing.COUNTED
    world.run(until=world.now + SECOND)
    assert world.state.phase is Phase.CLOSED


def test_a_press_after_the_decision_is_late() -> None:
    """The go was decided, or the run is over."""
    world = World().run()
    assert standing(world, world.press("go_request//ops_chat", "3", "go")) in (Standing.WRONG_PERSON, Standing.LATE)
    held = World(verdicts=lambda _w, judge: Verdict.FAIL if judge.key == "verify/duration" else Verdict.PASS).run()
    assert standing(held, held.press("page/1//ops_chat", "1", "ack")) is Standing.LATE


def test_a_go_request_without_approvers_asks_nobody() -> None:
    """A press under a message whose matter the plan does not know counts for nothing."""
    world = World(plan=plan(go=None, drill=None), people={}).run(until=WINDOW.start - MINUTE)
    for key in ("go_request//ops_chat", "drill//ops_chat"):
        world.add(SendIntended(key=key, message="go_request", channel="ops_chat", to="-100"))
        assert standing(world, world.press(key, "2", "go", ref={})) is Standing.WRONG_PERSON


def test_a_way_in_that_breaks_is_remembered() -> None:
    """Presses may be missed while it is down, and the state says so."""
    world = World()
    world.add(opened())
    world.listening("ops_chat", "lost")
    assert world.state.listening == {"ops_chat": "lost"}


def test_the_run_is_not_closed_while_an_answer_is_under_way() -> None:
    """The last line of a run is its last."""
    world = World(plan=plan(watch=None)).run(until=WINDOW.start)
    world.run(steps=200)
    assert world.state.closed is not None
    last = world.lines[-1]
    assert isinstance(last.event, RunClosed)
    intended = [e.key for e in world.events(SendIntended)]
    assert sorted(intended) == sorted(e.key for e in world.events(SendEnded))


def test_what_is_under_way_is_not_asked_for_again() -> None:
    """An intention without an outcome: the loop is at it, or a restart will find it in doubt."""
    world = World().run(until=WINDOW.start)
    while not world.events(SwitchIntended):
        (action, *_) = decide(world.plan, world.state, world.now)
        if isinstance(action, Switch):
            world.add(SwitchIntended(key=action.key, which=action.which, to=action.to))
        else:
            world.answer(action)
    assert decide(world.plan, world.state, world.now) == []
    asked = World(people={}).run(until=WINDOW.start - 5 * MINUTE)
    asked.add(asked.press("go_request//ops_chat", "1", "go"))
    (answer,) = decide(asked.plan, asked.state, asked.now)
    assert isinstance(answer, Send)
    asked.add(SendIntended(key=answer.key, message="answer", channel="ops_chat", to="1", method=Method.ANSWER))
    assert decide(asked.plan, asked.state, asked.now) == []


def test_every_action_has_a_key_that_no_attempt_changes() -> None:
    """A restart finds the same effect under the same name."""
    world = World(plan=plan(watch=None)).run()
    keys = {type(action).__name__: action.key for action in world.asked}
    assert keys["Enter"].startswith("phase/")
    assert keys["Conclude"] == "drill"
    assert keys["Close"] == "close"


def test_a_switch_remembers_how_its_call_ended() -> None:
    """Intention, outcome, and the line of each."""
    world = World().run()
    record = world.state.switches["switch/target/enabled"]
    ended = next(line for line in world.lines if isinstance(line.event, SwitchEnded))
    assert (record.outcome, record.ended_seq, record.ended_at) == (Outcome.ACCEPTED, ended.seq, ended.at)
