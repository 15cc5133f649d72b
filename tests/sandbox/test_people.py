"""Scripted people in both imitated chats."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import urllib3
from tests.patience import PATIENCE_S
from tests.sandbox.standing import StandingClock

from bongsu.sandbox.http import serve
from bongsu.sandbox.people import People, Person, rehearsal_person
from bongsu.sandbox.record import Record
from bongsu.sandbox.slack import ChannelSpec, SlackSandbox, SlackSpec, SlackUser
from bongsu.sandbox.telegram import ChatSpec, TelegramSandbox, TelegramSpec, UserSpec

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
TELEGRAM_TOKEN = "7104553219:" + "Ab3_-" * 7
SLACK_TOKEN = "xoxb-" + "5" * 12
SUPERGROUP, ALERTS = -1002093348812, "C09KT3P1ALR"


class World:
    def __init__(self, tmp_path):
        self.clock = StandingClock(START)
        self.clock.start_thread()
        self.record = Record(tmp_path / "record.jsonl", self.clock)
        users = [UserSpec(id=512330981, first_name="Mina"), UserSpec(id=640077125, first_name="Jun")]
        everyone = tuple(user.id for user in users)
        self.telegram = TelegramSandbox(
            self.clock,
            self.record,
            TelegramSpec(
                bot_token=TELEGRAM_TOKEN,
                bot_id=7104553219,
                bot_username="bongsu_ops_bot",
                chats=[ChatSpec(id=SUPERGROUP, kind="supergroup", title="ops", members=everyone)],
                users=users,
            ),
        )
        self.slack = SlackSandbox(
            self.clock,
            self.record,
            SlackSpec(
                team_id="T09AB0TEAM0",
                bot_token=SLACK_TOKEN,
                app_token="xapp-" + "7" * 12,
                bot_user_id="U09ABBONGSU",
                bot_id="B09ABBONGSU",
                app_id="A09ABBONGSU",
                scopes=("chat:write",),
                channels=[ChannelSpec(id=ALERTS, name="alerts", members=("U09AB1JUN00",))],
                users=[SlackUser(id="U09AB1JUN00", name="jun")],
            ),
        )
        self.served = [serve(self.telegram), serve(self.slack)]
        self.http = urllib3.PoolManager(retries=False, timeout=PATIENCE_S)
        self.participant = self.clock.join("test")

    def watched_by(self, *persons):
        self.people = People(self.clock, self.record, persons, [self.telegram, self.slack])

    def telegram_asks(self, text, *buttons, chat_id=SUPERGROUP):
        keyboard = [[{"text": label, "callback_data": label.lower()} for label in buttons]]
        body = {"chat_id": chat_id, "text": text, "reply_markup": {"inline_keyboard": keyboard}}
        url = f"{self.served[0].url}/bot{TELEGRAM_TOKEN}/sendMessage"
        return self.http.request("POST", url, json=body).json()["result"]["message_id"]

    def slack_asks(self, text, *buttons):
        elements = [
            {"type": "button", "text": {"type": "plain_text", "text": label}, "value": label.lower()}
            for label in buttons
        ]
        blocks = [
            {"type": "section", "text": {"type": "mrkdwn", "text": text}},
            {"type": "actions", "elements": elements},
        ]
        body = {"channel": ALERTS, "text": text, "blocks": blocks}
        headers = {"Authorization": f"Bearer {SLACK_TOKEN}"}
        url = f"{self.served[1].url}/api/chat.postMessage"
        return self.http.request("POST", url, json=body, headers=headers).json()["ts"]

    def pass_time(self, **delay):
        # Updates that nobody fetches would hold the clock for seconds of wall time: fetch and confirm them.
        until = self.clock.now() + timedelta(**delay)
        while self.clock.now() < until:
            self.clock.wait(self.participant, min(until, self.clock.now() + timedelta(seconds=1)))
            self.telegram._updates.drop_all()

    def presses(self):
        return [(press["user"], press["button"], press["message"]) for press in self.telegram.state()["presses"]]

    def outcomes(self):
        return [(entry["person"], entry["on"], entry["outcome"]) for entry in self.record.entries("people")]

    def close(self):
        self.telegram.close()
        self.slack.close()
        self.http.clear()
        for served in self.served:
            served.stop()
        self.clock.stop()
        self.record.close()


@pytest.fixture
def world(tmp_path):
    one = World(tmp_path)
    yield one
    one.close()


MINA = rehearsal_person("on_call", telegram_id=512330981, name="Mina")
JUN = rehearsal_person("ops_manager", telegram_id=640077125, slack_id="U09AB1JUN00", name="Jun")


def test_the_default_people_acknowledge_after_15_and_22_seconds_and_go_after_20_and_35(world):
    world.watched_by(MINA, JUN)
    page = world.telegram_asks("drill", "Acknowledge")
    world.pass_time(seconds=60)
    ask = world.telegram_asks("ready?", "No-go", "Go")
    world.pass_time(seconds=60)
    assert world.presses() == [
        (512330981, "Acknowledge", page),
        (640077125, "Acknowledge", page),
        (512330981, "Go", ask),
        (640077125, "Go", ask),
    ]
    messages = {one["message_id"]: one for one in world.telegram.state()["chats"][0]["messages"]}
    delays = [
        (datetime.fromisoformat(press["pressed_at"]) - datetime.fromisoformat(messages[press["message"]]["sent_at"]))
        // timedelta(seconds=1)
        for press in world.telegram.state()["presses"]
    ]
    assert delays == [15, 22, 20, 35]


def test_a_client_that_polls_learns_of_each_press_when_it_happens_not_a_night_later(world):
    """One thread polls, the main one sleeps until tomorrow: the clock must stop for every press."""
    world.watched_by(MINA, JUN)
    url = f"{world.served[0].url}/bot{TELEGRAM_TOKEN}/getUpdates"
    sent_at = world.clock.now()
    received = []

    def poll():
        offset = 0
        while len(received) < 2:
            updates = world.http.request("POST", url, json={"offset": offset, "timeout": 5}).json()["result"]
            for update in updates:
                received.append((update["callback_query"]["from"]["id"], world.clock.now() - sent_at))
                offset = update["update_id"] + 1
            if updates:
                world.clock.busy(world.participant)

    poller = threading.Thread(target=poll)
    poller.start()
    world.telegram_asks("drill", "Acknowledge")
    seen = 0
    while len(received) < 2:
        world.clock.wait(world.participant, sent_at + timedelta(hours=24), busy_calls_seen=seen)
        seen = world.clock.busy_calls(world.participant)
    poller.join(timeout=PATIENCE_S)
    assert [(user, delay // timedelta(seconds=1)) for user, delay in received] == [(512330981, 15), (640077125, 22)]


def test_one_subject_in_two_chats_is_answered_once(world):
    world.watched_by(JUN)
    first = world.telegram_asks("drill", "Acknowledge")
    world.slack_asks("drill", "Acknowledge")
    world.pass_time(seconds=60)
    world.telegram_asks("drill, again", "Acknowledge")
    world.pass_time(seconds=60)
    assert world.presses() == [(640077125, "Acknowledge", first)]


def test_a_message_that_names_them_is_answered_again_and_so_is_a_later_one(world):
    world.watched_by(JUN)
    asked = [world.telegram_asks("drill", "Acknowledge")]
    world.pass_time(seconds=40)
    asked.append(world.telegram_asks("still waiting for Jun", "Acknowledge"))
    world.pass_time(seconds=200)
    asked.append(world.telegram_asks("another matter", "Acknowledge"))
    world.pass_time(seconds=40)
    assert [message for _, _, message in world.presses()] == asked


def test_people_without_an_answer_never_press_and_strangers_see_nothing(world):
    world.watched_by(
        Person(contact="sleeper", telegram_id=512330981),
        Person(contact="outsider", telegram_id=999000999, answers={"Go": timedelta(seconds=1)}),
    )
    world.telegram_asks("ready?", "Go")
    world.telegram_asks("for Jun alone", "Go", chat_id=640077125)
    world.pass_time(minutes=30)
    assert world.presses() == []


def test_someone_may_press_the_wrong_button(world):
    world.watched_by(Person(contact="on_call", telegram_id=512330981, answers={"No-go": timedelta(seconds=5)}))
    ask = world.telegram_asks("ready?", "Go", "No-go")
    world.pass_time(seconds=10)
    assert world.presses() == [(512330981, "No-go", ask)]


def test_a_button_that_went_away_is_not_pressed(world):
    world.watched_by(MINA)
    ask = world.telegram_asks("ready?", "Go")
    body = {"chat_id": SUPERGROUP, "message_id": ask}
    url = f"{world.served[0].url}/bot{TELEGRAM_TOKEN}/editMessageReplyMarkup"
    assert world.http.request("POST", url, json=body).json()["ok"] is True
    world.pass_time(seconds=60)
    assert world.presses() == []
    assert world.outcomes() == [("on_call", "telegram", "button_gone")]


def test_a_press_that_slack_could_not_hand_over_is_tried_again(world):
    world.watched_by(JUN)
    world.slack_asks("drill", "Acknowledge")
    world.pass_time(minutes=3)
    assert world.outcomes() == [("ops_manager", "slack", "lost")] * 6


def test_a_person_presses_on_command(world):
    world.watched_by(Person(contact="on_call", telegram_id=512330981))
    ask = world.telegram_asks("ready?", "Go")
    served = serve(world.people)
    asked = {"person": "on_call", "service": "telegram", "chat": SUPERGROUP, "message": ask, "button": "Go"}
    url = served.url + "/__sandbox__/press"
    assert world.http.request("POST", url, json=asked).status == 200
    for wrong in ({"service": "slack"}, {"person": "nobody"}, {"button": "Hold"}):
        answer = world.http.request("POST", url, json=asked | wrong)
        assert answer.status == 400
        assert answer.json()["error"]
    assert world.http.request("GET", url).status == 404
    served.stop()
    assert world.presses() == [(512330981, "Go", ask)]
