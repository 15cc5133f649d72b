"""Messages and presses as the core decides them: what is sent, how often, and whose answer counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bongsu.core.actions import Enter, Read, Send, Switch
from bongsu.core.decide import decide
from bongsu.core.events import (
    ButtonPressed,
    Found,
    Method,
    Observed,
    Outcome,
    Phase,
    Resolved,
    SendEnded,
    SendIntended,
    SwitchIntended,
)
from bongsu.core.plan import Announce, ChannelSpec
from bongsu.core.presses import Standing
from bongsu.core.verdict import Verdict
from tests.core.test_reversal import failing
from tests.core.told import end, failed_read, posted
from tests.core.world import MINUTE, SECOND, WINDOW, World, plan


def test_buttons_are_closed_when_their_matter_is_settled() -> None:
    """Every message with buttons gets exactly one closing."""
    world = World().run()
    buttoned = {*posted(world, "go_request"), *posted(world, "drill")}
    closings = [e.about for e in world.events(SendIntended) if e.method is Method.CLOSE]
    assert sorted(closings) == sorted(buttoned)


def test_a_page_that_somebody_took_says_so_everywhere_and_still_takes_a_decision() -> None:
    """Acknowledged on one chat: the copies in both lose that button; pressed under such a copy, Roll back counts."""
    world = World(verdicts=failing("verify/sms_delivery"))
    world.run(until=WINDOW.start + 4 * MINUTE)
    pages = posted(world, "page")
    taken = [e for e in world.events(SendIntended) if e.key.startswith("taken//")]
    assert [e.about for e in taken] == pages and all(e.method is Method.CLOSE for e in taken)
    edit = next(line.seq for line in world.lines if line.event == taken[0])
    assert world.state.intents[edit] == pages[0], "a button of the edited page names the page"
    world.add(world.press(pages[0], "1", "roll_back"), actor="service")
    world.run()
    assert world.state.whys[Phase.ROLLING_BACK].detail == "james"
    closed = [e.about for e in world.events(SendIntended) if e.key.startswith("close//page")]
    assert closed == pages


def test_two_edits_of_one_message_are_never_under_way_at_once() -> None:
    """Taken and decided in the same second: the last edit waits for the one before."""
    world = World(verdicts=failing("verify/sms_delivery"))
    world.people["page"] = {}
    world.run(until=WINDOW.start + 3 * MINUTE)
    while world.state.phase is not Phase.DECIDING or not posted(world, "page"):
        world.run(until=world.now + SECOND)
    key = posted(world, "page")[0]
    world.add(world.press(key, "2", "ack"), actor="service")
    edit = next(a for a in decide(world.plan, world.state, world.now) if a.key == f"taken//{key}")
    world.add(
        SendIntended(key=edit.key, message="closing", channel="ops_chat", to="-100", method=Method.CLOSE, about=key)
    )
    world.add(world.press(key, "1", "roll_back"), actor="service")
    world.answer(next(a for a in decide(world.plan, world.state, world.now) if isinstance(a, Enter)))
    assert f"close//{key}" not in [a.key for a in decide(world.plan, world.state, world.now)]
    world.add(SendEnded(key=edit.key, outcome=Outcome.ACCEPTED))
    assert f"close//{key}" in [a.key for a in decide(world.plan, world.state, world.now)]


def test_every_press_is_answered_once() -> None:
    """Nobody presses into silence."""
    world = World().run()
    answers = [e.about for e in world.events(SendIntended) if e.method is Method.ANSWER]
    assert sorted(answers) == sorted(event.press_id for event in world.events(ButtonPressed))


def test_a_press_is_answered_in_the_language_of_what_was_pressed() -> None:
    """In a plan with two languages the second copy of a message is answered in the second."""
    signed = plan()
    both = replace(signed, announce=replace(signed.announce, languages=("ko", "en")))
    world = World(plan=both).run()
    for answer in (event for event in world.events(SendIntended) if event.method is Method.ANSWER):
        pressed = world.state.presses[answer.about].message_key
        assert answer.language == world.state.sends[pressed].language == ("en" if pressed.endswith("#en") else "ko")


def test_one_channel_is_enough_to_announce() -> None:
    """Slack refuses; Telegram heard; the deviation stays in the ledger."""
    refused = {"start//alerts", "success//alerts"}
    world = World(sends=lambda _w, send: Outcome.REFUSED if send.key in refused else Outcome.ACCEPTED).run()
    assert end(world)[0] == "pass"
    assert world.state.sends["start//alerts"].outcome is Outcome.REFUSED


def test_an_announcement_in_doubt_is_never_sent_again() -> None:
    """Its reply was lost: nobody knows, and twice is worse than unknown."""
    world = World(
        sends=lambda _w, send: Outcome.IN_DOUBT if send.key == "success//ops_chat" else Outcome.ACCEPTED
    ).run()
    assert posted(world, "success").count("success//ops_chat") == 1


def test_a_page_in_doubt_goes_out_again_marked_as_a_possible_repeat() -> None:
    """Late is worse than twice."""
    doubt = lambda _w, send: (
        Outcome.IN_DOUBT if send.key == "drill//ops_chat" and send.attempt == 1 else Outcome.ACCEPTED
    )
    world = World(sends=doubt).run()
    first, second = (e for e in world.events(SendIntended) if e.key == "drill//ops_chat")
    line = next(line for line in world.lines if line.event is first)
    assert (first.repeat_of, second.repeat_of) == (None, line.seq)


def test_a_page_in_doubt_stays_marked_when_the_attempt_between_was_not_sent() -> None:
    """The first answer was lost, the second found no connection: the third may still be a repeat of the first."""
    ends = [Outcome.IN_DOUBT, Outcome.NOT_SENT, Outcome.ACCEPTED]
    world = World(sends=lambda _w, s: ends.pop(0) if s.key == "drill//ops_chat" and ends else Outcome.ACCEPTED)
    world.people.pop("drill")
    world.run()
    tries = [e for e in world.events(SendIntended) if e.key == "drill//ops_chat"]
    first = next(line.seq for line in world.lines if line.event == tries[0])
    assert [e.repeat_of for e in tries] == [None, first, first]


def test_a_press_under_the_copy_whose_answer_was_lost_counts() -> None:
    """The repeat has a reference of its own; the first copy may be the one that the person saw."""
    doubt = lambda _w, send: (
        Outcome.IN_DOUBT if send.key == "drill//ops_chat" and send.attempt == 1 else Outcome.ACCEPTED
    )
    approvals = {"on_call": ("go", SECOND), "ops_manager": ("go", SECOND)}
    world = World(sends=doubt, people={"go_request": approvals})
    while "drill//ops_chat" not in world.state.sends or world.state.sends["drill//ops_chat"].attempt < 2:
        world.run(until=world.now + SECOND)
    press = world.press("drill//ops_chat", "2", "ack", ref={"id": "the first copy"})
    assert standing(world, press) is Standing.COUNTED


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
    lost_at = next(line.at for line in world.lines if getattr(line.event, "outcome", None) is Outcome.IN_DOUBT)
    assert [(look.at - lost_at).seconds for look in looks] == [2, 10, 30, 60]
    assert [e.repeat_of for e in sent] == [None, None]
    assert end(world)[0] == "pass"


@pytest.mark.parametrize(("kind", "reading"), [("slack", "sent_message"), ("sms", "sent_text"), ("telegram", None)])
def test_where_a_lost_message_is_looked_for(kind: str, reading: str | None) -> None:
    """Slack's history and the gateway's list can be asked; a bot of Telegram cannot look back."""
    channels = {**plan().channels, "there": ChannelSpec(name="there", kind=kind, to="C9")}
    world = World(sends=lost("start//there"))  # type: ignore[arg-type]
    world.plan = plan(channels=channels, announce=Announce(to=("ops_chat", "there")), go=None)
    world.reads["found//start//there"] = lambda _w, _r: {"found": True, "ref": {}}
    world.run()
    looked = {action.reading for action in world.asked if isinstance(action, Read) and "start//there" in action.key}
    assert looked == ({reading} if reading else set())
    assert world.state.sends["start//there"].accepted is bool(reading)


def test_a_page_that_is_not_found_at_once_goes_out_again() -> None:
    """One look, then the repeat: late is worse than twice."""
    world = World(sends=lost("drill//alerts"))  # type: ignore[arg-type]
    world.reads["sent_message"] = lambda _w, _r: {"found": False, "ref": {}}
    world.run()
    first, second = (
        line
        for line in world.lines
        if getattr(line.event, "key", "") == "drill//alerts" and isinstance(line.event, SendIntended)
    )
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
    """5 s, then 20 s, each up to a tenth longer, never at once, and not for ever."""
    world = World(sends=lambda _w, send: Outcome.NOT_SENT if send.key == "start//alerts" else Outcome.ACCEPTED).run()
    at = [line.at for line in world.lines if isinstance(line.event, SendIntended) and line.event.key == "start//alerts"]
    first, second = (later - earlier for earlier, later in zip(at, at[1:], strict=False))
    assert 5 * SECOND <= first <= 5.5 * SECOND and 20 * SECOND <= second <= 22 * SECOND


def test_retry_after_is_honoured() -> None:
    """The service asked for 30 s."""

    def throttled(_world: World, send: object) -> SendEnded | Outcome:
        if send.key == "start//alerts" and send.attempt == 1:  # type: ignore[attr-defined]
            return SendEnded(key="", outcome=Outcome.NOT_SENT, retry_after_s=30)
        return Outcome.ACCEPTED

    world = World(sends=throttled).run()
    at = [line.at for line in world.lines if isinstance(line.event, SendIntended) and line.event.key == "start//alerts"]
    assert 30 * SECOND <= at[1] - at[0] <= 33 * SECOND


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
