"""Whoever sits at the page presses for a person, is told what came of it, and is not overtaken by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.page.table import ALERTS, OPS
from tests.patience import PATIENCE_S

BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "a", "value": "v", "text": {"type": "plain_text", "text": "Acknowledge"}},
            {
                "type": "button",
                "action_id": "b",
                "url": "https://logs.example",
                "text": {"type": "plain_text", "text": "Logs"},
            },
        ],
    }
]
ONLY_A_LINK = [{"type": "actions", "elements": [BUTTONS[0]["elements"][1]]}]


def pressed(table, press):
    return next(one for one in table.section("presses") if one["id"] == press)


def press(table, person, service, message, button="Acknowledge"):
    chat = str(OPS) if service == "telegram" else ALERTS
    return table.do("press", person=person, service=service, chat=chat, message=str(message), button=button)


def test_a_press_is_accepted_by_the_service_and_shown_with_the_bots_answer(table):
    message = table.tell("A page", "Acknowledge")
    said = press(table, "mina", "telegram", message)
    assert said["outcome"] == "pressed"
    before = pressed(table, said["press"])
    assert (before["person"], before["button"], before["outcome"]) == ("mina", "Acknowledge", "waiting")
    table.answer_presses("Recorded: acknowledged by Mina, #9")
    after = pressed(table, said["press"])
    assert (after["outcome"], after["answer"]) == ("answered", "Recorded: acknowledged by Mina, #9")


def test_the_world_writes_down_who_pressed_at_the_page(table):
    message = table.tell("A page", "Acknowledge")
    press(table, "jun", "telegram", message)
    line = table.world.record.entries("people")[-1]
    assert (line["person"], line["button"], line["outcome"], line["by"]) == ("jun", "Acknowledge", "pressed", "page")


def test_a_stranger_in_the_group_may_press_and_it_is_the_bots_business_to_refuse(table):
    message = table.tell("A page", "Acknowledge")
    assert press(table, "stranger", "telegram", message)["outcome"] == "pressed"


def test_a_person_outside_of_the_chat_is_refused_by_the_service(table):
    ts = table.post(BUTTONS)
    said = press(table, "ops_manager", "slack", ts)
    assert said["outcome"] == "refused"
    assert "is not in channel" in said["why"]
    assert table.section("presses")[-1]["outcome"] == "refused"


def test_somebody_who_is_not_on_a_service_cannot_press_there(table):
    message = table.tell("A page", "Acknowledge")
    said = press(table, "ops_manager", "telegram", message)
    assert (said["outcome"], said["why"]) == ("refused", "ops_manager is not on telegram")


def test_a_press_that_no_app_takes_is_lost_and_said_so(table):
    """Nothing of Slack's is connected to this world, as when the run's process is gone."""
    ts = table.post(BUTTONS)
    said = press(table, "mina", "slack", ts)
    assert said["outcome"] == "lost"
    assert table.section("presses")[-1]["outcome"] == "lost"


def questions(table):
    return {one["message"]: one for one in table.section("seat")["questions"]}


def test_a_message_with_buttons_is_a_question_to_the_played_who_see_it(table):
    message = table.tell("A page", "Acknowledge", "Hold")
    asked = questions(table)[str(message)]
    assert (asked["service"], asked["buttons"], asked["persons"]) == ("telegram", ["Acknowledge", "Hold"], ["mina"])
    table.close_buttons(message, "Closed")
    assert str(message) not in questions(table)


def test_a_link_is_no_question_and_neither_is_what_only_others_see(table):
    ts = table.post(ONLY_A_LINK)
    direct = table.tell("For Jun", "Acknowledge", chat=640077125)
    assert not {ts, str(direct)} & set(questions(table))


def test_the_clock_does_not_jump_while_something_is_asked_of_a_played_person(table):
    message = table.tell("A page", "Acknowledge")
    table.do("idle", idle="jump")
    began = table.world.clock.now()
    until = began + timedelta(hours=2)
    table.sit_down("bongsu", for_s=7200)
    course = table.section("clock")
    assert (course["wanted"], course["idle"]) == ("jump", "wall")
    assert table.world.clock.now() < until
    table.close_buttons(message, "Answered")
    table.view()
    table.waiting[0].join(timeout=PATIENCE_S)
    assert table.world.clock.now() >= until


def test_a_question_may_be_let_be_and_then_the_clock_jumps_past_it(table):
    message = table.tell("A page", "Acknowledge")
    table.do("idle", idle="jump")
    until = table.world.clock.now() + timedelta(hours=1)
    table.sit_down("bongsu", for_s=3600)
    assert table.world.clock.now() < until
    table.do("let-be", service="telegram", chat=str(OPS), message=str(message))
    table.waiting[0].join(timeout=PATIENCE_S)
    assert table.world.clock.now() >= until


def test_skipping_ahead_goes_to_the_next_deadline_and_no_further(table):
    table.sit_down("bongsu", for_s=600)
    began = table.world.clock.now()
    to = datetime.fromisoformat(table.do("skip")["to"])
    table.waiting[0].join(timeout=PATIENCE_S)
    assert timedelta(minutes=9) < to - began <= timedelta(minutes=10)
    assert to <= table.world.clock.now() < to + timedelta(seconds=20)


def test_time_stands_still_until_it_is_told_to_go_on(table):
    table.sit_down("bongsu", for_s=600)
    table.do("idle", idle="still")
    course = table.section("clock")
    assert course["time"]["rate"] == "0"
    assert table.world.clock.now() == table.world.clock.now()
    table.do("idle", idle="wall")
    assert table.section("clock")["time"]["rate"] == "1"


def test_a_press_is_on_its_way_at_wall_speed_even_while_time_stands_still(table):
    """Telegram holds the clock until the bot has fetched the press; then it stands again."""
    message = table.tell("A page", "Acknowledge")
    table.do("idle", idle="still")
    assert press(table, "mina", "telegram", message)["outcome"] == "pressed"
    assert table.section("clock")["time"]["rate"] == "1"
    table.answer_presses("Recorded")
    assert table.section("clock")["time"]["rate"] == "0"
