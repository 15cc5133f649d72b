"""The finer rules of the imitated Bot API, and the switches for what nobody could look up."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from tests.sandbox.telegram_rig import (
    ANGRY,
    BOT_ID,
    BUTTONS,
    CHANNEL,
    GONE,
    GROUP,
    JUN,
    KICKED,
    MINA,
    NEWS,
    SLEEPY,
    SPEC,
    STRANGER,
    SUPERGROUP,
    TOKEN,
    running,
)

from bongsu.sandbox.from_json import overlay
from bongsu.sandbox.spec import WorldSpec
from bongsu.sandbox.telegram import ChatSpec
from bongsu.sandbox.telegram_wire import METHODS

LEFT, DELETED, MUTED = -1002555000003, -4102237722, -1002555000004
MORE_CHATS = [
    *SPEC.chats,
    ChatSpec(id=LEFT, kind="supergroup", title="left", bot="left"),
    ChatSpec(id=DELETED, kind="group", title="gone", deleted=True),
    ChatSpec(id=MUTED, kind="supergroup", title="quiet", bot="restricted", members=(MINA,)),
]


@pytest.fixture
def bot(tmp_path):
    with running(tmp_path, chats=MORE_CHATS) as one:
        yield one


def keyboard(*rows):
    return {"inline_keyboard": [list(row) for row in rows]}


def button(number=0):
    return {"text": f"b{number}", "callback_data": f"b:{number}"}


def pressed(bot, user=MINA):
    message = bot.ok("sendMessage", chat_id=user, text="Ready?", reply_markup=BUTTONS)["message_id"]
    return bot.sandbox.press(str(user), str(user), str(message), "Go")


# Requests.


def test_every_method_that_is_named_is_carried_out(bot):
    assert set(bot.sandbox._methods) == set(METHODS)


@pytest.mark.parametrize("path", ["/", "/bot", f"/bot{TOKEN}", f"/bot{TOKEN}/test/getMe", f"/api/bot{TOKEN}/getMe"])
def test_a_path_that_is_not_a_bots_is_not_found(bot, path):
    answer = bot.http.request("GET", bot.url + path)
    assert (answer.status, answer.json()) == (404, {"ok": False, "error_code": 404, "description": "Not Found"})


def test_methods_are_called_by_get_and_post_in_any_case_and_by_nothing_else(bot):
    url = f"{bot.url}/bot{TOKEN}/GETCHAT?chat_id={MINA}"
    for verb in ("GET", "POST"):
        assert bot.http.request(verb, url).json()["result"]["first_name"] == "Mina"
    assert "sandbox: PUT is none of GET and POST" in bot.http.request("PUT", url).json()["description"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"chat_id": "12a"}, "sandbox: parameter 'chat_id' must be an integer"),
        ({"text": 5}, "sandbox: parameter 'text' must be a string"),
        ({"protect_content": "maybe"}, "sandbox: parameter 'protect_content' must be a boolean"),
        ({"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": {"keyboard": []}}, "sandbox: only inline_keyboard is imitated in reply_markup"),
        ({"link_preview_options": {"url": "x"}}, "sandbox: only is_disabled is imitated in link_preview_options"),
        ({"message_thread_id": 7}, "message thread not found"),
        ({"reply_parameters": {"message_id": 1}}, "message to be replied not found"),
        ({"entities": "["}, "can't parse entities JSON object"),
    ],
)
def test_a_parameter_of_the_wrong_form_is_refused(bot, asked, words):
    assert bot.refused("sendMessage", **{"chat_id": MINA, "text": "x", **asked}) == (400, f"Bad Request: {words}")


def test_the_code_for_a_token_of_impossible_shape_is_a_switch(tmp_path):
    with running(tmp_path, malformed_token=401) as bot:
        assert bot.refused("getMe", token="1:x") == (401, "Unauthorized: invalid token specified")


# Chats.


@pytest.mark.parametrize(
    ("chat_id", "code", "words"),
    [
        (LEFT, 403, "Forbidden: bot is not a member of the supergroup chat"),
        (DELETED, 403, "Forbidden: the group chat was deleted"),
        (MUTED, 400, "Bad Request: not enough rights to send text messages to the chat"),
        (NEWS, 400, "Bad Request: need administrator rights in the channel chat"),
        (GONE, 403, "Forbidden: user is deactivated"),
    ],
)
def test_what_stands_between_a_bot_and_a_chat_is_said_in_the_servers_words(bot, chat_id, code, words):
    assert bot.refused("sendMessage", chat_id=chat_id, text="hello") == (code, words)


def test_a_person_who_has_not_started_the_bot_is_not_found_where_the_switch_says_so(tmp_path):
    with running(tmp_path, never_started=400) as bot:
        assert bot.refused("sendMessage", chat_id=SLEEPY, text="x") == (400, "Bad Request: chat not found")


def test_a_chat_may_be_readable_and_not_writable(bot):
    assert bot.ok("getChat", chat_id=MUTED)["permissions"]["can_send_messages"] is False
    assert bot.ok("getChat", chat_id=ANGRY)["first_name"] == "Angry"
    assert bot.refused("getChat", chat_id=KICKED)[0] == 403
    assert bot.refused("getChat", chat_id=SLEEPY) == (400, "Bad Request: chat not found")


def test_members_are_named_and_strangers_are_not(bot):
    status = {user: bot.ok("getChatMember", chat_id=SUPERGROUP, user_id=user)["status"] for user in (MINA, STRANGER)}
    assert status == {MINA: "member", STRANGER: "left"}
    assert bot.ok("getChatMember", chat_id=MUTED, user_id=BOT_ID)["status"] == "restricted"
    assert bot.refused("getChatMember", chat_id=SUPERGROUP, user_id=1) == (400, "Bad Request: user not found")
    assert bot.refused("getChatMember", chat_id=SUPERGROUP)[1] == "Bad Request: invalid user_id specified"
    assert bot.ok("getChatAdministrators", chat_id=SUPERGROUP) == []
    assert bot.refused("getChatAdministrators", chat_id=MINA)[0] == 400
    assert bot.refused("sendChatAction", chat_id=MINA, action="dance")[1].endswith("wrong parameter action in request")


def test_a_channels_posts_are_its_own_and_those_of_people_are_channel_posts(bot):
    bot.sandbox.say(MINA, CHANNEL, "written by hand")
    (update,) = bot.ok("getUpdates")
    assert update["channel_post"]["sender_chat"]["id"] == CHANNEL
    assert "from" not in update["channel_post"]


def test_in_a_group_the_bot_hears_commands_only(bot):
    bot.sandbox.say(MINA, SUPERGROUP, "hello")
    bot.sandbox.say(MINA, SUPERGROUP, "/status")
    assert [update["message"]["text"] for update in bot.ok("getUpdates")] == ["/status"]


def test_the_bot_is_told_who_starts_and_who_blocks_it_and_where_a_group_went(bot):
    bot.sandbox.set_user(SLEEPY, started=True)
    bot.sandbox.set_user(MINA, blocked=True)
    bot.sandbox.set_user(MINA, blocked=False)
    bot.sandbox.migrate(GROUP, -1002444000111)
    start, blocks, unblocks, away, here = bot.ok("getUpdates")
    assert start["message"]["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert [one["my_chat_member"]["new_chat_member"]["status"] for one in (blocks, unblocks)] == ["kicked", "member"]
    assert away["message"]["migrate_to_chat_id"] == here["message"]["chat"]["id"] == -1002444000111
    assert here["message"]["migrate_from_chat_id"] == away["message"]["chat"]["id"] == GROUP


@pytest.mark.parametrize(
    ("chat", "complaint"),
    [
        ({"id": 5, "kind": "group", "title": "x"}, "cannot be that of a group"),
        ({"id": -5, "kind": "group", "title": "x", "bot": "owner"}, "one is not known"),
        ({"id": -5, "kind": "group", "title": "x", "username": "x_y_z"}, "no username"),
    ],
)
def test_a_chat_that_cannot_be_is_refused_when_the_world_is_made(chat, complaint):
    with pytest.raises(ValueError, match=complaint):
        ChatSpec(**chat)


# Keyboards.


def test_the_numbers_of_buttons_are_switches(tmp_path):
    with running(tmp_path, buttons_max=4, buttons_per_row_max=2) as bot:
        rows = [(button(1), button(2)), (button(3), button(4))]
        bot.ok("sendMessage", chat_id=MINA, text="x", reply_markup=keyboard(*rows))
        for wrong, words in (
            (keyboard(*rows, (button(5),)), "reply markup is too long"),
            (keyboard((button(1), button(2), button(3))), "sandbox: more than 2 buttons in a row"),
        ):
            assert bot.refused("sendMessage", chat_id=MINA, text="x", reply_markup=wrong)[1] == f"Bad Request: {words}"


def test_the_words_for_callback_data_of_a_wrong_size_are_a_switch(tmp_path):
    with running(tmp_path, button_data_refusal="DATA_TOO_LONG") as bot:
        wrong = keyboard(({"text": "b", "callback_data": "x" * 65},))
        assert bot.refused("sendMessage", chat_id=MINA, text="x", reply_markup=wrong)[1] == "Bad Request: DATA_TOO_LONG"
        bot.ok(
            "sendMessage", chat_id=MINA, text="x", reply_markup=keyboard(({"text": "b", "callback_data": "x" * 64},))
        )


def test_an_address_wins_over_callback_data_and_an_unknown_field_is_refused(bot):
    both = {"text": "b", "callback_data": "b", "url": "https://status.example/"}
    sent = bot.ok("sendMessage", chat_id=MINA, text="x", reply_markup=keyboard((both,)))
    assert sent["reply_markup"] == keyboard(({"text": "b", "url": "https://status.example/"},))
    styled = keyboard(({"text": "b", "callback_data": "b", "style": "danger"},))
    assert bot.refused("sendMessage", chat_id=MINA, text="x", reply_markup=styled)[1].endswith(
        "sandbox: button field 'style' is not imitated"
    )


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("http://grafana:3000/d/1", "Wrong HTTP URL"),
        ("http://localhost/x", "Wrong HTTP URL"),
        ("not a url", "Wrong HTTP URL"),
        ("ftp://files.example/x", "Unsupported URL protocol"),
        ("status.example", "http://status.example/"),
        ("HTTPS://Status.example/Board?x=1", "https://status.example/Board?x=1"),
        ("http://10.0.0.7:3000", "http://10.0.0.7:3000/"),
    ],
)
def test_a_button_leads_to_an_address_that_the_server_can_follow_or_refuses_the_message(bot, url, answer):
    asked = {"chat_id": MINA, "text": "x", "reply_markup": keyboard(({"text": "b", "url": url},))}
    if answer.startswith("http"):
        assert bot.ok("sendMessage", **asked)["reply_markup"]["inline_keyboard"][0][0]["url"] == answer
    else:
        text = f"Bad Request: inline keyboard button URL '{url}' is invalid: {answer}"
        assert bot.refused("sendMessage", **asked) == (400, text)


@pytest.mark.parametrize("removes", [True, False])
def test_whether_an_edit_without_markup_removes_the_keyboard_is_a_switch(tmp_path, removes):
    with running(tmp_path, edit_without_markup_removes_keyboard=removes) as bot:
        sent = bot.ok("sendMessage", chat_id=MINA, text="Ready?", reply_markup=BUTTONS)
        edited = bot.ok("editMessageText", chat_id=MINA, message_id=sent["message_id"], text="Ready: Go")
        assert ("reply_markup" not in edited) is removes


# Deleting.


def test_a_bot_deletes_its_own_messages_for_48_hours_and_others_where_it_may(bot):
    own = bot.ok("sendMessage", chat_id=GROUP, text="x")["message_id"]
    said = bot.sandbox.say(MINA, GROUP, "mine")
    forbidden = (400, "Bad Request: message can't be deleted")
    assert bot.refused("deleteMessage", chat_id=GROUP, message_id=said) == forbidden
    assert bot.ok("deleteMessage", chat_id=GROUP, message_id=own) is True
    gone = [bot.refused(method, chat_id=GROUP, message_id=own, **more)[1] for method, more in (
        ("deleteMessage", {}), ("editMessageText", {"text": "y"}))]  # fmt: skip
    assert gone == ["Bad Request: message to delete not found", "Bad Request: message to edit not found"]
    old = bot.ok("sendMessage", chat_id=GROUP, text="old")["message_id"]
    bot.pass_time(hours=48, seconds=1)
    assert bot.refused("deleteMessage", chat_id=GROUP, message_id=old) == forbidden
    (chat,) = [one for one in bot.sandbox.state()["chats"] if one["id"] == GROUP]
    assert chat["deleted"] == [own]


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([], "message identifiers are not specified"),
        (list(range(1, 102)), "too many message identifiers specified"),
        (["x"], "message identifiers must be integers"),
    ],
)
def test_a_list_of_messages_to_delete_has_its_limits(bot, ids, words):
    assert bot.refused("deleteMessages", chat_id=GROUP, message_ids=ids) == (400, f"Bad Request: {words}")


# Pace.


def test_the_pace_of_a_chat_is_a_switch(tmp_path):
    with running(tmp_path, chat_every=timedelta(seconds=10), chat_burst=1) as bot:
        bot.ok("sendMessage", chat_id=MINA, text="x")
        assert bot.call("sendMessage", chat_id=MINA, text="x")[1]["parameters"] == {"retry_after": 10}


@pytest.mark.parametrize("count", [True, False])
def test_edits_count_among_a_groups_messages_where_the_switch_says_so(tmp_path, count):
    with running(tmp_path, group_per_minute=2, edits_count_in_groups=count) as bot:
        sent = bot.ok("sendMessage", chat_id=GROUP, text="0")["message_id"]
        bot.ok("editMessageText", chat_id=GROUP, message_id=sent, text="1")
        status = bot.call("editMessageText", chat_id=GROUP, message_id=sent, text="2")[0]
        assert status == (429 if count else 200)


def test_all_chats_together_have_a_pace_too(tmp_path):
    with running(tmp_path, all_chats_per_second=2) as bot:
        statuses = [bot.call("sendMessage", chat_id=one, text="x")[0] for one in (MINA, JUN, STRANGER)]
        assert statuses == [200, 200, 429]


# Presses and polls.


def test_how_long_a_press_can_be_answered_and_whether_twice_are_switches(tmp_path):
    with running(tmp_path, answer_within=timedelta(seconds=15), answer_again=True) as bot:
        query = pressed(bot)
        assert bot.ok("answerCallbackQuery", callback_query_id=query, text="one") is True
        assert bot.ok("answerCallbackQuery", callback_query_id=query, text="two") is True
        bot.ok("getUpdates", offset=bot.ok("getUpdates")[0]["update_id"] + 1)
        bot.pass_time(seconds=16)
        assert bot.refused("answerCallbackQuery", callback_query_id=query)[1].startswith(
            "Bad Request: query is too old"
        )


def test_an_answer_has_at_most_200_characters(bot):
    query = pressed(bot)
    assert bot.refused("answerCallbackQuery", callback_query_id=query, text="x" * 201)[1] == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    assert bot.ok("answerCallbackQuery", callback_query_id=query, text="x" * 200, show_alert=True, cache_time=0) is True


def test_how_long_a_press_is_kept_is_a_switch(tmp_path):
    with running(tmp_path, press_kept_for=timedelta(seconds=5)) as bot:
        pressed(bot)
        for waiting in bot.sandbox._updates.waiting():
            waiting.hold.release()
        bot.pass_time(seconds=6)
        assert bot.ok("getUpdates") == []
        assert len(bot.sandbox.state()["updates"]["lost"]) == 1


def test_a_poll_waits_no_longer_than_the_cap_whatever_it_asks(tmp_path):
    with running(tmp_path, poll_s_max=0) as bot:
        began = monotonic()
        assert bot.ok("getUpdates", timeout=1000) == []
        assert monotonic() - began < 20
    assert SPEC.poll_s_max == 50


def test_a_poll_is_cut_to_its_limit_and_a_negative_offset_keeps_the_last(bot):
    for user in (MINA, JUN, STRANGER):
        pressed(bot, user)
    assert len(bot.ok("getUpdates", limit=0)) == 1, "a limit below 1 counts as 1"
    every = [update["update_id"] for update in bot.ok("getUpdates", limit=1000)]
    assert bot.ok("getUpdates", offset=-1)[0]["update_id"] == every[-1]
    assert [update["update_id"] for update in bot.ok("getUpdates")] == every[-1:]


def test_a_repeated_poll_is_answered_with_one_update_where_the_switch_says_so(tmp_path):
    with running(tmp_path, slow_repeated_polls=True) as bot:
        pressed(bot, MINA)
        pressed(bot, JUN)
        assert len(bot.ok("getUpdates")) == 2
        assert len(bot.ok("getUpdates")) == 1


@pytest.mark.parametrize("asked", ["{", "5", '["colour"]', "[5]"])
def test_kinds_of_updates_that_do_not_exist_are_refused(bot, asked):
    assert bot.refused("getUpdates", allowed_updates=asked)[0] == 400


def test_the_default_set_of_kinds_is_told_as_nothing(bot):
    bot.ok("getUpdates", allowed_updates=["message"])
    assert bot.ok("getWebhookInfo")["allowed_updates"] == ["message"]
    bot.ok("getUpdates", allowed_updates=[])
    assert "allowed_updates" not in bot.ok("getWebhookInfo")


# Closing.


def test_close_is_refused_for_ten_minutes_and_log_out_is_for_good(bot):
    status, body, headers = bot.call("close")
    assert (status, headers["Retry-After"]) == (429, str(body["parameters"]["retry_after"]))
    bot.pass_time(minutes=10)
    assert bot.ok("close") is True
    pressed(bot)
    assert bot.ok("logOut") is True
    assert bot.refused("getMe") == (400, "Bad Request: Logged out")
    assert bot.sandbox.state()["updates"]["pending"] == []


# The world's description.


def test_every_switch_can_be_set_in_a_worlds_description():
    """Each field of the specification with its default, as JSON has it, gives the specification itself."""
    base = WorldSpec(start_at=datetime(2025, 10, 22, tzinfo=UTC), telegram=SPEC)
    told = {one.name: getattr(SPEC, one.name) for one in fields(SPEC) if one.name not in ("chats", "users")}
    plain = {
        name: int(value.total_seconds()) if isinstance(value, timedelta) else value for name, value in told.items()
    }
    assert overlay(base, {"telegram": plain}).telegram == SPEC
    changed = overlay(base, {"telegram": {"never_started": 400, "chat_every": 2}}).telegram
    assert changed == replace(SPEC, never_started=400, chat_every=timedelta(seconds=2))
