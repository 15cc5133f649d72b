"""The imitated Bot API, called over HTTP as the real one is."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from tests.patience import PATIENCE_S
from tests.sandbox.telegram_rig import (
    ANGRY,
    BOT_ID,
    BUTTONS,
    GROUP,
    JUN,
    KICKED,
    MINA,
    SLEEPY,
    START,
    STRANGER,
    SUPERGROUP,
    TOKEN,
    running,
)


@pytest.fixture
def bot(tmp_path):
    with running(tmp_path) as one:
        yield one


def test_a_message_comes_back_with_text_entities_and_the_sandbox_date(bot):
    bot.pass_time(hours=2)
    sent = bot.ok(
        "sendMessage",
        chat_id=SUPERGROUP,
        text="🚀 <b>Cutover</b> a &amp; b <a href='https://status.example/x?a=1&amp;b=2'>page</a>",
        parse_mode="HTML",
        reply_markup=BUTTONS,
    )
    assert sent["text"] == "🚀 Cutover a & b page"
    assert sent["entities"] == [
        {"offset": 3, "length": 7, "type": "bold"},
        {"offset": 17, "length": 4, "type": "text_link", "url": "https://status.example/x?a=1&b=2"},
    ]
    assert sent["date"] == int((START + timedelta(hours=2)).timestamp())
    assert sent["message_id"] > 1000
    assert sent["from"] == {"id": BOT_ID, "is_bot": True, "first_name": "bongsu", "username": "bongsu_ops_bot"}
    assert sent["chat"] == {
        "id": SUPERGROUP,
        "title": "ops",
        "username": "example_ops",
        "type": "supergroup",
    }
    assert sent["reply_markup"] == BUTTONS


def test_all_four_encodings_mean_the_same(bot):
    markup = json.dumps(BUTTONS)
    fields = {"chat_id": str(MINA), "text": "hello", "reply_markup": markup}
    url = f"{bot.url}/bot{TOKEN}/sendMessage"
    form = bot.http.request("POST", url, fields=fields, encode_multipart=False).json()["result"]
    multipart = bot.http.request("POST", url, fields=fields).json()["result"]
    query = bot.http.request("GET", url + "?" + urlencode(fields)).json()["result"]
    for sent in (form, multipart, query):
        assert (sent["text"], sent["reply_markup"], sent["chat"]["type"]) == ("hello", BUTTONS, "private")
    assert form["message_id"] < multipart["message_id"] < query["message_id"]


def test_the_token_must_have_the_shape_and_be_the_bots(bot):
    other = f"{BOT_ID}:" + "Z" * 35
    assert bot.refused("getMe", token=other) == (401, "Unauthorized")
    assert bot.refused("getMe", token="nonsense") == (404, "Not Found")
    assert bot.ok("GETME")["username"] == "bongsu_ops_bot"
    assert [entry["token"] for entry in bot.record.entries("telegram")] == ["bad", "bad", "ok"]
    assert TOKEN not in json.dumps(bot.record.entries())


def test_what_is_not_imitated_is_refused_and_says_so(bot):
    status, text = bot.refused("sendPhoto", chat_id=GROUP)
    assert status == 404
    assert text.startswith("Not Found: method not found") and "sandbox" in text
    assert bot.refused("sendMessage", chat_id=GROUP, text="x", colour="red") == (
        400,
        "Bad Request: sandbox: unknown parameter 'colour' of sendMessage",
    )
    assert (
        "not imitated: parameter 'message_effect_id'"
        in (bot.refused("sendMessage", chat_id=GROUP, text="x", message_effect_id="1")[1])
    )


@pytest.mark.parametrize(
    ("chat_id", "expected"),
    [
        (123456, (400, "Bad Request: chat not found")),
        ("", (400, "Bad Request: chat_id is empty")),
        ("@someone", (400, "Bad Request: chat not found")),
        (SLEEPY, (403, "Forbidden: bot can't initiate conversation with a user")),
        (ANGRY, (403, "Forbidden: bot was blocked by the user")),
        (KICKED, (403, "Forbidden: bot was kicked from the supergroup chat")),
        (BOT_ID, (403, "Forbidden: the bot can't send messages to the bot")),
    ],
)
def test_chats_that_cannot_be_written_to(bot, chat_id, expected):
    assert bot.refused("sendMessage", chat_id=chat_id, text="hello") == expected


def test_a_person_who_presses_start_can_be_written_to(bot):
    bot.sandbox.set_user(SLEEPY, started=True)
    assert bot.ok("sendMessage", chat_id=SLEEPY, text="hello")["chat"]["id"] == SLEEPY


def test_a_group_that_became_a_supergroup_names_its_new_id(bot):
    bot.sandbox.migrate(GROUP, -1002444000111)
    status, body, _ = bot.call("sendMessage", chat_id=GROUP, text="hello")
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": -1002444000111})
    assert bot.ok("sendMessage", chat_id=-1002444000111, text="hello")["chat"]["type"] == "supergroup"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("가<b", "Unclosed start tag at byte offset 3"),
        ("<x>y</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("<b><i>y</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("y</b>", "Unexpected end tag at byte offset 1"),
        ("<b>y", 'Can\'t find end tag corresponding to start tag "b"'),
    ],
)
def test_html_that_does_not_parse_is_refused_in_the_servers_words(bot, text, complaint):
    assert bot.refused("sendMessage", chat_id=GROUP, text=text, parse_mode="HTML") == (
        400,
        f"Bad Request: can't parse entities: {complaint}",
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "message text is empty"),
        (" \n ", "text must be non-empty"),
        ("🚀" * 2049, "message is too long"),
        ("x" * 32_769, "text is too long"),
    ],
)
def test_length_is_counted_in_utf16_units(bot, text, complaint):
    assert bot.refused("sendMessage", chat_id=GROUP, text=text) == (400, f"Bad Request: {complaint}")


def test_a_text_of_exactly_4096_units_passes(bot):
    assert len(bot.ok("sendMessage", chat_id=GROUP, text="🚀" * 2048)["text"]) == 2048


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        ({"text": "Go", "callback_data": "가" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "Go", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "Go"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
    ],
)
def test_buttons_are_checked(bot, button, complaint):
    markup = {"inline_keyboard": [[button]]}
    assert bot.refused("sendMessage", chat_id=GROUP, text="x", reply_markup=markup) == (
        400,
        f"Bad Request: {complaint}",
    )


def test_an_edit_that_changes_nothing_is_refused_and_a_real_one_dates_itself(bot):
    sent = bot.ok("sendMessage", chat_id=GROUP, text="<b>Ready?</b>", parse_mode="HTML", reply_markup=BUTTONS)
    where = {"chat_id": GROUP, "message_id": sent["message_id"]}
    same = bot.refused("editMessageText", **where, text="<b>Ready?</b>", parse_mode="HTML", reply_markup=BUTTONS)
    assert same[1].startswith("Bad Request: message is not modified")
    assert bot.refused("editMessageReplyMarkup", **where, reply_markup=BUTTONS) == same
    bot.pass_time(seconds=30)
    edited = bot.ok("editMessageText", **where, text="Ready: Go by Mina")
    assert "reply_markup" not in edited
    assert edited["edit_date"] - edited["date"] >= 30
    missing = bot.refused("editMessageText", chat_id=GROUP, message_id=1, text="x")
    assert missing == (400, "Bad Request: message to edit not found")
    said = bot.sandbox.say(MINA, GROUP, "mine")
    assert bot.refused("editMessageText", chat_id=GROUP, message_id=said, text="x")[1] == (
        "Bad Request: message can't be edited"
    )


def test_the_fourth_message_of_a_burst_is_told_to_wait(bot):
    for number in range(3):
        bot.ok("sendMessage", chat_id=SUPERGROUP, text=f"line {number}")
    status, body, headers = bot.call("sendMessage", chat_id=SUPERGROUP, text="line 3")
    assert (status, body["description"]) == (429, "Too Many Requests: retry after 1")
    assert body["parameters"] == {"retry_after": 1}
    assert headers["Retry-After"] == "1"
    bot.pass_time(seconds=1)
    assert bot.ok("sendMessage", chat_id=SUPERGROUP, text="line 3")["text"] == "line 3"


def test_a_group_takes_twenty_a_minute_and_a_person_more(bot):
    accepted = {SUPERGROUP: 0, MINA: 0}
    for _ in range(22):
        bot.pass_time(seconds=1)
        for chat_id in accepted:
            accepted[chat_id] += bot.call("sendMessage", chat_id=chat_id, text="tick")[0] == 200
    assert accepted == {SUPERGROUP: 20, MINA: 22}
    retry_after = bot.call("sendMessage", chat_id=SUPERGROUP, text="tick")[1]["parameters"]["retry_after"]
    bot.pass_time(seconds=retry_after)
    bot.ok("sendMessage", chat_id=SUPERGROUP, text="tick")


def test_a_press_reaches_a_waiting_poll_at_once_and_is_confirmed_by_the_offset(bot):
    sent = bot.ok("sendMessage", chat_id=SUPERGROUP, text="Ready?", reply_markup=BUTTONS)
    got = []
    poll = threading.Thread(target=lambda: got.extend(bot.ok("getUpdates", timeout=50)))
    poll.start()
    bot.until_polling()
    query_id = bot.sandbox.press(str(JUN), str(SUPERGROUP), str(sent["message_id"]), "Go")
    poll.join(timeout=PATIENCE_S)
    (update,) = got
    query = update["callback_query"]
    assert (query["id"], query["from"]["id"], query["data"]) == (query_id, JUN, "go:1")
    assert query["message"]["message_id"] == sent["message_id"]
    assert bot.ok("getUpdates") == got, "not confirmed: served again"
    assert bot.ok("getUpdates", offset=update["update_id"] + 1) == []
    assert bot.ok("answerCallbackQuery", callback_query_id=query_id, text="Go recorded") is True
    assert bot.refused("answerCallbackQuery", callback_query_id=query_id)[1].startswith("Bad Request: query is too old")
    (press,) = bot.sandbox.state()["presses"]
    assert (press["answer"], press["user"]) == ("Go recorded", JUN)


def test_an_update_holds_the_clock_until_it_is_confirmed(bot):
    message = str(bot.ok("sendMessage", chat_id=MINA, text="Ready?", reply_markup=BUTTONS)["message_id"])
    bot.sandbox.press(str(MINA), str(MINA), message, "Go")
    assert any(why.startswith("telegram update") for why in bot.clock.held_by())
    (update,) = bot.ok("getUpdates")
    bot.ok("getUpdates", offset=update["update_id"] + 1)
    assert bot.clock.held_by() == ["busy: test-1"]


def test_a_press_nobody_fetches_is_lost_after_150_seconds(bot):
    sent = bot.ok("sendMessage", chat_id=MINA, text="Ready?", reply_markup=BUTTONS)
    query_id = bot.sandbox.press(str(MINA), str(MINA), str(sent["message_id"]), "Go")
    bot.sandbox.say(MINA, MINA, "hello?")
    (press, _) = bot.ok("getUpdates")
    bot.ok("getUpdates", offset=press["update_id"])
    for hold in list(bot.clock._holds):
        hold.release()
    bot.pass_time(seconds=151)
    (kept,) = bot.ok("getUpdates")
    assert "message" in kept
    assert bot.refused("answerCallbackQuery", callback_query_id=query_id)[0] == 400
    assert len(bot.sandbox.state()["updates"]["lost"]) == 1


def test_the_older_of_two_pollers_loses(bot):
    refused = []
    older = threading.Thread(target=lambda: refused.append(bot.refused("getUpdates", timeout=50)))
    older.start()
    bot.until_polling()
    bot.ok("getUpdates")
    older.join(timeout=PATIENCE_S)
    assert refused[0][0] == 409
    assert refused[0][1].startswith("Conflict: terminated by other getUpdates request")


def test_allowed_updates_stick(bot):
    bot.ok("getUpdates", allowed_updates=["callback_query"])
    bot.ok("getUpdates")
    bot.sandbox.say(MINA, MINA, "hello")
    assert bot.ok("getUpdates") == []
    bot.ok("getUpdates", allowed_updates=[])
    bot.sandbox.say(MINA, MINA, "hello")
    assert [update["message"]["text"] for update in bot.ok("getUpdates")] == ["hello"]


def test_someone_elses_webhook_stops_polling_until_it_is_deleted(bot):
    bot.sandbox.set_webhook("https://hooks.example/telegram")
    status, text = bot.refused("getUpdates")
    assert status == 409 and text.startswith("Conflict: can't use getUpdates method while webhook is active")
    assert bot.ok("getWebhookInfo")["url"] == "https://hooks.example/telegram"
    bot.ok("deleteWebhook")
    assert bot.ok("getUpdates") == []


def test_only_members_press_and_only_buttons_that_are_there(bot):
    sent = bot.ok("sendMessage", chat_id=SUPERGROUP, text="Ready?", reply_markup=BUTTONS)
    for user, button, why in ((STRANGER, "Go", "is not in chat"), (JUN, "Hold", "has no button")):
        asked = {"user": user, "chat": SUPERGROUP, "message": sent["message_id"], "button": button}
        answer = bot.http.request("POST", f"{bot.url}/__sandbox__/press", json=asked)
        assert answer.status == 400
        assert why in answer.json()["error"]
    asked = {"user": JUN, "chat": SUPERGROUP, "message": sent["message_id"], "button": "No-go"}
    pressed = bot.http.request("POST", f"{bot.url}/__sandbox__/press", json=asked).json()["press"]
    assert bot.ok("getUpdates")[0]["callback_query"]["id"] == pressed
