"""What people are told when it goes wrong: the page, the decision, the rollback, the hold."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.messages import story as told
from tests.messages import trouble
from tests.messages.signed_off import at, plan
from tests.messages.test_laws import answer_to, text_of

from bongsu.core.actions import Enter
from bongsu.core.decide import decide
from bongsu.core.events import (
    Exchange,
    Method,
    Observed,
    OperatorAsked,
    Order,
    Outcome,
    Phase,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
    Why,
)
from bongsu.core.reversal import TRIGGERS
from bongsu.messages import render
from bongsu.messages.facts import FigureMissing
from bongsu.messages.words_en import WORDS

if TYPE_CHECKING:
    from tests.messages.story import Story


def buttons_of(story: Story) -> list[str]:
    payload = render(story.action("page", "ops_chat"), story.plan, story.state, run_id=told.RUN_ID).payload
    return [button["callback_data"] for button in payload["reply_markup"]["inline_keyboard"][0]]


def closed(story: Story, key: str = "page/1//ops_chat") -> str:
    action = story.action("closing", "ops_chat", key=f"close//{key}", method=Method.CLOSE, about=key)
    return str(render(action, story.plan, story.state, run_id=told.RUN_ID, original={"text": "P"}).payload["text"])


def test_a_page_that_is_taken_says_by_whom_and_keeps_what_decides() -> None:
    """On both chats: who acknowledged and where, that nothing is decided yet, Roll back, Hold and the links."""
    story = trouble.deciding()
    for channel in ("ops_chat", "alerts"):
        story.send(at("14:04:50"), f"page/1//{channel}", "page")
    story.press(at("14:05:02"), "page/1//ops_chat", "100000002", "ack")
    texts, buttons = {}, {}
    for channel in ("ops_chat", "alerts"):
        key = f"page/1//{channel}"
        posted = render(story.action("page", channel), story.plan, story.state, run_id=told.RUN_ID).payload
        edit = story.action("closing", channel, key=f"taken//{key}", method=Method.CLOSE, about=key)
        payload = render(edit, story.plan, story.state, run_id=told.RUN_ID, original=posted).payload
        texts[channel], buttons[channel] = str(payload["text"]), places_in(payload)
    assert "Acknowledged by On-Call Engineer (Technical Lead) 14:05:02 KST" in texts["ops_chat"]
    assert "14:05:02 KST, on ops_chat" in texts["alerts"]
    assert all("Roll back and Hold still count" in text for text in texts.values())
    assert buttons["ops_chat"] == buttons["alerts"] == ["{code:roll_back}", "{code:hold}"]


def places_in(payload: dict[str, Any]) -> list[str]:
    """Return the places for codes in a payload's buttons, in their order."""
    return re.findall(r"\{code:[a-z_]+\}", str(payload))


def test_an_alarm_is_what_the_page_and_the_rollback_are_about() -> None:
    """The alarm's own judgement is shown, and none of the watch's."""
    story = trouble.alarmed()
    text = text_of(story, "page")
    assert "Production needs a decision: an alarm fires." in text
    assert "2 of 3 alarms are OK; lambda-errors is ALARM" in text


def test_the_page_says_what_was_measured_and_asks_for_a_decision() -> None:
    """The failing judgement with its limit, the rule as last read back, and the three buttons."""
    story = trouble.deciding()
    rendered = render(story.action("page", "ops_chat"), story.plan, story.state, run_id=told.RUN_ID)
    text = rendered.payload["text"]
    assert "19 of 20 SMS delivered (95 %), 1 failed" in text and "at least 100 %" in text
    assert "naver-sms-automation-trigger is ENABLED, read 14:00:35 KST" in text
    assert "Nobody has decided by 14:14:48 KST: rolled back." in text
    assert buttons_of(story) == ["{code:ack}", "{code:roll_back}", "{code:hold}"]
    assert rendered.figures["verify.sms_delivery.why"] in {j.seq for j in story.state.judgements.values()}
    slack = render(story.action("page", "alerts"), story.plan, story.state, run_id=told.RUN_ID).payload
    answers = next(block for block in slack["blocks"] if block.get("block_id") == "bongsu.answers")
    styles = [(button["action_id"], button.get("style")) for button in answers["elements"]]
    assert styles == [("bongsu.ack", "primary"), ("bongsu.roll_back", "danger"), ("bongsu.hold", None)]


@pytest.mark.parametrize("nobody_decides", ["roll_back", "hold"])
@pytest.mark.parametrize("when", [("verify_fails",), ("no_first_run", "alarm")])
@pytest.mark.parametrize("why", TRIGGERS)
def test_the_page_foretells_what_the_core_does_when_nobody_decides(
    why: Why, when: tuple[str, ...], nobody_decides: str
) -> None:
    """For every trigger and every rule, the words on the page are what `decide` then enters."""
    base = plan()
    rule = replace(base.rollback, when=when, nobody_decides=nobody_decides)  # type: ignore[arg-type]
    story = trouble.deciding(why, of=replace(base, rollback=rule))
    text = text_of(story, "page")
    entered = [a for a in decide(story.plan, story.state, at("14:14:48")) if isinstance(a, Enter)]
    assert [action.why for action in entered] == [Why.NOBODY_DECIDED]
    rolls_back = entered[0].phase is Phase.ROLLING_BACK
    assert ("KST: rolled back." in text) is rolls_back
    assert ("KST: held, everything stays as it is." in text) is not rolls_back


def test_the_page_foretells_a_rollback_on_an_unknown_result() -> None:
    """With that rule only an unknown result is reversed without waiting; a failed one is decided about."""
    base = plan()
    of = replace(base, rollback=replace(base.rollback, when_unknown="roll_back"))
    assert "rolled back once this page is out" in text_of(trouble.deciding(Why.VERIFY_UNKNOWN, of=of), "page")
    assert "rolled back once" not in text_of(trouble.deciding(Why.VERIFY_FAILED, of=of), "page")
    assert "rolled back once" not in text_of(trouble.deciding(Why.VERIFY_UNKNOWN), "page")


def test_a_page_for_a_missing_first_run_says_how_long_was_looked() -> None:
    """The window that was looked at stands against the plan's limit."""
    story = told.announced()
    story.enter(at("14:00:35"), Phase.ENABLED, Why.READ_BACK_ENABLED)
    window = {"since": told.iso(at("14:00:35")), "until": told.iso(at("14:25:40"))}
    values = {"complete": [], "incomplete": ["a"], **window}
    seen = Observed(key="observe/invocations", reading="invocations", args=window, values=values)
    seq = story.add(at("14:25:41"), seen)
    story.enter(at("14:25:41"), Phase.DECIDING, Why.NO_FIRST_RUN)
    rendered = render(story.action("page", "ops_chat"), story.plan, story.state, run_id=told.RUN_ID)
    text = rendered.payload["text"]
    assert "no invocation was found within 25 min" in text
    assert "begun from 14:00:35 KST to 14:25:40 KST, 1 begun and not ended; the limit is 25 min" in text
    assert rendered.figures["observe.invocations.until"] == seq


def test_a_failed_rollback_says_what_a_person_must_do_and_asks_only_to_acknowledge() -> None:
    """The rule by its name, the state as read after the attempt, and no button that bongsu could not honour."""
    text = text_of(trouble.rollback_refused(), "page")
    assert text.startswith("🚨 <b>ROLLBACK FAILED")
    assert "Open the rule naver-sms-automation-trigger in the console and disable it." in text
    assert "is ENABLED, read 14:05:15 KST" in text and "Nobody knows" not in text
    assert buttons_of(trouble.rollback_refused()) == ["{code:ack}"]


def test_a_state_that_could_not_be_read_is_said_to_be_known_to_nobody() -> None:
    """A reading from before the attempt is shown with its time, and not passed off as the state now."""
    text = text_of(trouble.rollback_refused(read=False), "page")
    assert "Nobody knows the state of the target now" in text
    assert "is ENABLED, read 14:00:35 KST" in text
    assert "rollback/target_rule: access denied (once)" in text


def test_a_target_that_runs_although_it_is_off_is_told_with_its_time() -> None:
    """The rule reads back as disabled, so something else starts the function."""
    text = text_of(trouble.still_runs(), "page")
    assert "Started after the read-back as disabled: 1, the last at 14:06:15 KST" in text
    assert "Find what else starts the function" in text


def test_a_legacy_that_is_not_restored_is_named() -> None:
    """The target is off; what is missing is the legacy."""
    base = plan()
    assert base.legacy is not None
    facts = {"Rule": told.LEGACY_RULE}
    story = trouble.decided(of=replace(base, legacy=replace(base.legacy, on_rollback="enable", facts=facts)))
    story.enter(at("14:06:00"), Phase.ROLLBACK_FAILED, Why.LEGACY_NOT_RESTORED, "access denied")
    text = text_of(story, "page")
    assert f"open the rule {told.LEGACY_RULE} in the console and enable it" in text
    assert "settle step by hand" in text


def test_the_rollback_says_what_was_measured_who_decided_and_each_part_of_the_time() -> None:
    """Every part stands against its own limit, and the judgement of the whole is quoted."""
    text = text_of(trouble.rolled_back(), "rollback")
    assert "19 of 20 SMS delivered (95 %), 1 failed" in text
    assert "decided by On-Call Engineer (Technical Lead) 14:05:12 KST on ops_chat" in text
    assert "naver-sms-automation-trigger is DISABLED, read back 14:05:15 KST" in text
    for part in ("Detect: 8 s, limit 10 min", "Decide: 24 s, limit 10 min", "Execute: 3 s, limit 15 min"):
        assert part in text
    assert "Total: 35 s, limit 35 min" in text and "Verdict: pass: " in text and "OVER" not in text
    assert "all ended, by the logs read 14:05:45 KST" in text
    assert "1, by the gateway" in text and "James (Release Captain) runs" in text


def test_a_part_over_its_limit_is_marked_and_the_verdict_is_fail() -> None:
    """A decision that took longer than the plan gives it is not hidden in a total that holds."""
    base = plan()
    rule = replace(base.rollback, decide=at("00:00:20") - at("00:00:00"))
    text = text_of(trouble.rolled_back(trouble.decided(of=replace(base, rollback=rule))), "rollback")
    assert "Decide: 24 s, limit 20 s, OVER" in text and "Verdict: fail: " in text


def test_a_rollback_that_nobody_decided_says_so_and_names_what_is_open() -> None:
    """Invocations without an end are not said to have ended, and somebody is to look at them."""
    story = trouble.rolled_back(trouble.undecided(Phase.ROLLING_BACK), clock="14:15:", incomplete=("a", "b"))
    text = text_of(story, "rollback")
    assert "nobody had decided; the plan's rule, 14:14:48 KST" in text
    assert "2 not ended, by the logs read 14:15:45 KST" in text
    assert "Find out how the invocations under way ended" in text


def test_a_rollback_by_order_names_the_operator_and_the_reason_alone() -> None:
    """No check had stopped the run, so none is shown; a trouble that people let pass is not the trigger."""
    story = trouble.deciding()
    story.enter(at("14:05:00"), Phase.HELD, Why.DECIDED_BY_PERSON, "on_call")
    story.enter(at("14:06:00"), Phase.VERIFYING, Why.WENT_ON, "james")
    story.add(at("14:07:00"), OperatorAsked(order=Order.ROLL_BACK, by="james", reason="complaints"))
    story.enter(at("14:07:00"), Phase.ROLLING_BACK, Why.ASKED_BY_OPERATOR, "james")
    text = text_of(trouble.rolled_back(story, clock="14:08:"), "rollback")
    assert "ordered on the command line by James (Release Captain) 14:07:00 KST (complaints)" in text
    assert "no check had stopped the run" in text and "19 of 20" not in text
    assert "Detect: not counted: no check and no alarm had stopped the run" in text and "Decide:" not in text


def test_a_rollback_says_what_became_of_the_legacy() -> None:
    """Left off, nobody sends; put back, it goes on with the bookings; without one, nothing is said of it."""
    base = plan()
    assert base.legacy is not None
    assert "nobody sends until a person acts" in text_of(trouble.rolled_back(), "rollback")
    back = trouble.decided(of=replace(base, legacy=replace(base.legacy, on_rollback="enable")))
    text = text_of(trouble.rolled_back(back), "rollback")
    assert f"{told.LEGACY_RULE} is ENABLED, read back 14:05:48 KST" in text
    assert "the legacy picks them up at its next run" in text and "Decide when the legacy" not in text
    alone = trouble.rolled_back(trouble.decided(of=replace(base, legacy=None)))
    assert "legacy" not in text_of(alone, "rollback").lower()


def test_a_rollback_without_its_read_back_cannot_be_composed() -> None:
    """The state of the rule is what the message is about."""
    story = trouble.rolled_back()
    figures = {name: one for name, one in story.state.figures.items() if name != "rollback.target_rule.state"}
    story.state = replace(story.state, figures=figures)
    with pytest.raises(FigureMissing, match=r"rollback\.target_rule\.state"):
        text_of(story, "rollback")


def test_the_hold_says_who_held_and_how_to_go_on() -> None:
    """Nothing goes on by itself; both orders are written out."""
    text = text_of(trouble.held(), "hold")
    assert "The run is held: decided by On-Call Engineer (Technical Lead) 14:05:12 KST" in text
    assert f"bongsu resume {told.RUN_ID} --go-on: " in text and f"bongsu rollback {told.RUN_ID}: " in text
    assert "nobody had decided" in text_of(trouble.undecided(Phase.HELD), "hold")
    story = told.succeeded()
    story.add(at("14:06:00"), OperatorAsked(order=Order.HOLD, by="james", reason="phone call"))
    story.enter(at("14:06:00"), Phase.HELD, Why.ASKED_BY_OPERATOR, "james")
    text = text_of(story, "hold")
    assert "ordered on the command line by James (Release Captain) 14:06:00 KST (phone call)" in text
    assert "<b>Trigger</b>" not in text


def test_a_page_is_closed_with_what_was_decided() -> None:
    """The acknowledgement, and one line with the decision; a later decision or page is not taken for it."""
    name = "On-Call Engineer (Technical Lead)"
    lines = closed(trouble.decided()).splitlines()[2:]
    assert lines == [
        f"<b>Acknowledged by {name} 14:05:02 KST</b>",
        f"<b>Roll back: decided by {name} 14:05:12 KST on ops_chat</b>",
    ]
    assert closed(trouble.held()).endswith(f"<b>Held: decided by {name} 14:05:12 KST on ops_chat</b>")
    assert "Held: nobody had decided" in closed(trouble.undecided(Phase.HELD))
    failed = trouble.rollback_refused()
    assert f"Roll back: decided by {name}" in closed(failed)
    assert closed(failed, "page/2//ops_chat").endswith("no answer that counts was recorded</b>")


def test_an_earlier_page_is_closed_for_a_newer_one() -> None:
    """What was decided about the second page is not told under the first."""
    story = trouble.deciding()
    story.enter(at("14:06:00"), Phase.DECIDING, Why.VERIFY_FAILED)
    story.enter(at("14:16:00"), Phase.ROLLING_BACK, Why.NOBODY_DECIDED)
    assert closed(story).endswith("<b>Closed: a newer page followed</b>")
    assert "Roll back: nobody had decided" in closed(story, "page/2//ops_chat")


def test_a_press_under_a_page_is_answered_by_what_became_of_it() -> None:
    """Each button of one message counts once for each person; only the first decision decides."""
    story = trouble.deciding()
    story.send(at("14:04:50"), "page/1//ops_chat", "page")
    presses = [story.press(at("14:05:00"), "page/1//ops_chat", "100000002", name) for name in ("ack", "ack")]
    presses += [story.press(at("14:05:01"), "page/1//ops_chat", "100000002", name) for name in ("roll_back", "hold")]
    ack, again, roll_back, hold = (answer_to(story, press_id) for press_id in presses)
    assert ack.startswith("Recorded: acknowledged by On-Call Engineer")
    assert again.startswith("Your Acknowledge was recorded before")
    assert roll_back.startswith("Recorded: roll back, decided by On-Call Engineer")
    assert hold.startswith("Recorded: Hold by On-Call Engineer") and hold.endswith("An earlier decision stands")
    story.enter(at("14:05:02"), Phase.ROLLING_BACK, Why.DECIDED_BY_PERSON, "on_call")
    late = story.press(at("14:05:03"), "page/1//ops_chat", "100000001", "hold")
    assert answer_to(story, late).startswith("Too late to count")
    assert "Hold pressed by On-Call Engineer (Technical Lead) 14:05:01 KST, without effect" in closed(story)


def test_a_no_go_after_the_start_calls_the_start_message_void() -> None:
    """People were told that the target is enabled next; it was not."""
    text = text_of(told.not_enabled(), "no_go")
    assert "The start message is void." in text
    assert "After the attempt the rule was read back as DISABLED: it is not enabled" in text
    assert "Nothing was changed" not in text
    story = told.approved()
    story.send(at("14:00:30"), "start//ops_chat", "start", outcome=Outcome.REFUSED)
    story.enter(at("14:00:31"), Phase.NO_GO, Why.NOBODY_TOLD)
    assert "void" not in text_of(story, "no_go")


def test_a_no_go_for_an_enabled_legacy_shows_its_reading() -> None:
    """It was read once more between the start and the switch, and nothing was switched."""
    story = told.approved()
    story.send(at("14:00:30"), "start//ops_chat", "start")
    story.enter(at("14:00:32"), Phase.ANNOUNCED, Why.ANNOUNCED)
    story.observe(at("14:00:33"), "enable/legacy_rule", "legacy_rule", name=told.LEGACY_RULE, state="ENABLED")
    story.enter(at("14:00:33"), Phase.NO_GO, Why.LEGACY_ENABLED, "ENABLED")
    text = text_of(story, "no_go")
    assert "the legacy does not read back as disabled (ENABLED)" in text
    assert f"{told.LEGACY_RULE} is ENABLED, read 14:00:33 KST" in text
    assert "void" in text and "Nothing was changed" in text


def test_a_no_go_by_order_names_who_ordered_it() -> None:
    """Before the switch, the order to roll back ends the run as a no-go."""
    story = told.approved()
    story.add(at("13:58:00"), OperatorAsked(order=Order.ROLL_BACK, by="james", reason="storm"))
    story.enter(at("13:58:00"), Phase.NO_GO, Why.ASKED_BY_OPERATOR, "james")
    assert "James (Release Captain) ordered it on the command line (storm)." in text_of(story, "no_go")


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_words(why: Why) -> None:
    """No message shows a word of the ledger for want of a sentence."""
    assert WORDS[f"why.{why}"]


@pytest.mark.parametrize(
    ("when", "nobody_decides", "said"),
    [
        (("verify_fails", "no_first_run", "alarm"), "roll_back", "Nobody decides: rolled back after 10 min\n"),
        (("verify_fails", "no_first_run", "alarm"), "hold", "Nobody decides: held after 10 min"),
        (("no_first_run",), "roll_back", "after 10 min if no invocation is found within 25 min; otherwise held"),
    ],
)
def test_the_start_promises_what_the_plan_and_the_core_do(
    when: tuple[str, ...], nobody_decides: str, said: str
) -> None:
    """What is not named in the plan's rule is paged for as well, and held when nobody decides."""
    base = plan()
    rule = replace(base.rollback, when=when, nobody_decides=nobody_decides)  # type: ignore[arg-type]
    story = told.approved(of=replace(base, rollback=rule))
    text = text_of(story, "start")
    assert said in text
    assert "a check of the watch fails or is unknown" in text
    story.plan = replace(story.plan, watch=None)
    assert "check of the watch" not in text_of(story, "start")


def test_a_page_in_the_watch_shows_the_look_that_failed_and_the_rollback_adds_up_all_looks() -> None:
    """A check of that look that had nothing to judge is no finding; what may be lost is counted over every window."""
    story = told.watched(bad_look=True)
    story.enter(at("15:20:40"), Phase.DECIDING, Why.WATCH_FAILED)
    text = text_of(story, "page")
    assert "Errors: fail: 1 of 1 invocation failed" in text and "SMS delivery" not in text
    story.enter(at("15:20:50"), Phase.ROLLING_BACK, Why.NOBODY_DECIDED)
    text = text_of(trouble.rolled_back(story, clock="15:21:"), "rollback")
    assert "a check of the watch failed" in text and "1 of 1 invocation failed" in text
    assert "SMS failed (lost unless sent again): 0, by the gateway" in text
    assert "what was sent from 15:20:31 KST to 15:21:15 KST" in text


SETTLED = {"result": "ok", "open": 2, "accepted": 2, "released": 0, "abandoned": 0, "still_unknown": 0}


@pytest.mark.parametrize(
    ("settle", "said", "by_hand"),
    [
        (SETTLED, "settled: 2 were open, 2 had been accepted, 0 released", False),
        ({**SETTLED, "result": "unsettled", "still_unknown": 1}, "unsettled: of 2 open, 1 are still unknown", True),
        ({**SETTLED, "result": "failed"}, "failed: of 2 open, 0 are still unknown", True),
        (None, "asked to settle; its report was not seen in time", True),
    ],
)
def test_a_rollback_says_what_the_workload_settled(settle: Any, said: str, by_hand: bool) -> None:
    """Only a report of its own that leaves nothing open spares the captain the step by hand."""
    story = trouble.rolled_back()
    story.plan = replace(story.plan, rollback=replace(story.plan.rollback, settle=True))
    key = "switch/workload/settled"
    now = story.state.at
    assert now is not None
    story.add(now, SwitchIntended(key=key, which="workload", to=SwitchState.SETTLED))
    call = Exchange(service="lambda", operation="Invoke", address="", status=202, request_id="settling")
    story.add(now, SwitchEnded(key=key, outcome=Outcome.ACCEPTED, exchanges=(call,)))
    run = {"request_id": "settling", "started_at": told.iso(now), "ended_at": told.iso(now), "settle": settle}
    before = {**run, "request_id": "the last run", "settle": None if settle else SETTLED}
    values = {"complete": [before, run], "incomplete": [], "count": 2}
    story.add(now, Observed(key="rollback/invocations", reading="invocations", args={}, values=values))
    text = text_of(story, "rollback")
    assert said in text
    assert ("settle step by hand" in text) is by_hand
