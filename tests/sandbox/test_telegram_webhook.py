"""The imitated Bot API's webhooks, met by a server of the bot's own."""

from __future__ import annotations

import gzip
import json
import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from tests.patience import PATIENCE_S
from tests.sandbox.telegram_rig import BUTTONS, JUN, MINA, START, SUPERGROUP, TOKEN, Hook, running

SECRET = "s3cret_-" * 4


@pytest.fixture
def bot(tmp_path):
    with running(tmp_path) as one:
        yield one


@pytest.fixture
def hook():
    one = Hook()
    yield one
    one.close()


def press(bot, user=MINA):
    """Have a message sent and its button pressed; return the press's id."""
    message = bot.ok("sendMessage", chat_id=user, text="Ready?", reply_markup=BUTTONS)["message_id"]
    return bot.sandbox.press(str(user), str(user), str(message), "Go")


def test_a_press_is_posted_with_the_secret_and_is_gone_once_it_was_taken(bot, hook):
    status, body, _ = bot.call("setWebhook", url=hook.url, secret_token=SECRET)
    assert (status, body) == (200, {"ok": True, "result": True, "description": "Webhook was set"})
    query_id = press(bot)
    (update,) = hook.until(1)
    assert update["callback_query"]["id"] == query_id
    (path, headers, _) = hook.posted[0]
    assert path == "/telegram?bot=ops"
    assert headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
    assert headers["Content-Type"] == "application/json"
    (noted,) = bot.posted(1)
    assert (noted["update"], noted["status"]) == (update["update_id"], 200)
    assert bot.ok("getWebhookInfo") == {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 40,
        "ip_address": "127.0.0.1",
    }
    assert SECRET not in json.dumps(bot.record.entries())


def test_without_a_secret_there_is_no_such_header(bot, hook):
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    hook.until(1)
    assert "X-Telegram-Bot-Api-Secret-Token" not in hook.posted[0][1]


def test_what_waited_for_a_poller_goes_to_the_webhook_unless_it_is_dropped(bot, hook):
    press(bot)
    bot.ok("setWebhook", url=hook.url)
    assert len(hook.until(1)) == 1
    bot.posted(1)
    bot.ok("deleteWebhook")
    press(bot)
    assert bot.ok("getWebhookInfo")["pending_update_count"] == 1
    for waiting in bot.sandbox._updates.waiting():
        waiting.hold.release()
    bot.pass_time(seconds=1)
    bot.ok("setWebhook", url=hook.url, drop_pending_updates=True)
    assert bot.ok("getWebhookInfo")["pending_update_count"] == 0
    assert len(hook.posted) == 1


def test_an_update_that_is_refused_is_posted_again_at_growing_distances(bot, hook):
    hook.answers = [(500, {}, b"no")] * 5
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    # The first repetition comes at once, the next ones 2, 4 and 8 seconds later.
    bot.posted(2)
    info = bot.ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert info["last_error_date"] - int(START.timestamp()) < 5
    assert info["pending_update_count"] == 1
    bot.pass_time(seconds=2)
    bot.posted(3)
    bot.pass_time(seconds=4)
    bot.posted(4)
    bot.pass_time(seconds=7)
    assert len(hook.posted) == 4
    bot.pass_time(seconds=1)
    bot.posted(5)
    bot.pass_time(seconds=16)
    assert [line["status"] for line in bot.posted(6)] == [500] * 5 + [200]
    assert len({update["update_id"] for update in hook.until(6)}) == 1
    info = bot.ok("getWebhookInfo")
    assert info["pending_update_count"] == 0
    assert "last_error_message" in info, "the last error is told until the webhook is set anew"


def test_retry_after_of_the_bots_answer_is_kept_to(bot, hook):
    hook.answers = [(429, {"Retry-After": "30"}, b"")]
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    bot.posted(1)
    bot.pass_time(seconds=29)
    assert len(hook.posted) == 1
    bot.pass_time(seconds=1)
    assert [line["status"] for line in bot.posted(2)] == [429, 200]


def test_a_press_that_nobody_takes_in_150_seconds_is_lost(bot, hook):
    hook.answers = [(503, {"Retry-After": "151"}, b"")]
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    bot.posted(1)
    assert bot.ok("getWebhookInfo")["pending_update_count"] == 0
    assert len(bot.sandbox.state()["updates"]["lost"]) == 1


def test_a_hook_that_is_gone_for_23_hours_is_closed(bot, hook):
    hook.answers = [(410, {"Retry-After": "3600"}, b"")] * 30
    bot.ok("setWebhook", url=hook.url)
    bot.sandbox.say(MINA, MINA, "hello?")
    for hour in range(23):
        bot.posted(hour + 1)
        assert bot.ok("getWebhookInfo")["url"] == hook.url
        bot.pass_time(hours=1)
    bot.posted(24)
    assert bot.ok("getWebhookInfo")["url"] == ""
    (kept,) = bot.ok("getUpdates")
    assert kept["message"]["text"] == "hello?", "for a day, for whoever polls"


@pytest.mark.parametrize("how", ["nobody there", "hangs up"])
def test_a_hook_that_cannot_be_reached_keeps_the_update_waiting(bot, hook, how):
    if how == "nobody there":
        hook.close()
    else:
        hook.answers = [(None, {}, b"")] * 2
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    errors = [line["error"] for line in bot.posted(2)]
    info = bot.ok("getWebhookInfo")
    assert info["pending_update_count"] == 1
    if how == "nobody there":
        assert errors == ["Connection refused"] * 2
        assert info["last_error_message"] == "Connection refused"
        # Closing a second time must not fail.
        hook.close = lambda: None
    else:
        assert errors == ["Webhook connection closed"] * 2
        assert "last_error_message" not in info, "the vendor's server does not tell of these"


def test_a_slow_persons_update_does_not_hold_up_another_persons(bot, hook):
    bot.ok("setWebhook", url=hook.url)
    hook.answers = [(500, {"Retry-After": "60"}, b"")]
    press(bot, MINA)
    bot.posted(1)
    press(bot, MINA)
    press(bot, JUN)
    lines = bot.posted(2)
    assert [line["status"] for line in lines] == [500, 200]
    assert hook.posted[1][2]["callback_query"]["from"]["id"] == JUN
    bot.pass_time(seconds=60)
    assert [line["status"] for line in bot.posted(4)] == [500, 200, 200, 200]
    ids = [update["update_id"] for update in hook.until(4) if update["callback_query"]["from"]["id"] == MINA]
    assert ids == sorted(ids), "one person's updates come in order"


def test_a_post_under_way_keeps_the_clock_at_wall_speed(bot, hook):
    """The bot may be busy with it: a jump would make it late for what comes meanwhile."""
    seen = []
    hook.answers = [(200, {}, b"")]
    hook.arrived.acquire()
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    with bot.clock._changed:
        bot.clock._changed.wait_for(lambda: "telegram webhook" in " ".join(bot.clock.held_by()), timeout=PATIENCE_S)
    seen = bot.clock.held_by()
    hook.arrived.release()
    assert any(why.startswith("telegram webhook") for why in seen)
    bot.posted(1)
    assert bot.clock.held_by() == ["busy: test-1"]


def test_polling_ends_where_a_webhook_begins_and_begins_where_it_ends(bot, hook):
    refused = []
    poll = threading.Thread(target=lambda: refused.append(bot.refused("getUpdates", timeout=50)))
    poll.start()
    bot.until_polling()
    bot.ok("setWebhook", url=hook.url)
    poll.join(timeout=PATIENCE_S)
    assert refused == [(409, "Conflict: terminated by setWebhook request")]
    status, text = bot.refused("getUpdates")
    assert (status, text.partition(";")[0]) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active",
    )
    _, body, _ = bot.call("deleteWebhook")
    assert body == {"ok": True, "result": True, "description": "Webhook was deleted"}
    assert bot.call("deleteWebhook")[1]["description"] == "Webhook is already deleted"
    assert bot.ok("getUpdates") == []


def test_the_same_webhook_again_changes_nothing_and_twice_a_second_is_too_often(bot, hook):
    bot.ok("setWebhook", url=hook.url, secret_token=SECRET)
    status, body, headers = bot.call("setWebhook", url=hook.url, secret_token=SECRET)
    assert (status, body["parameters"], headers["Retry-After"]) == (429, {"retry_after": 1}, "1")
    bot.pass_time(seconds=1)
    assert bot.call("setWebhook", url=hook.url, secret_token=SECRET)[1]["description"] == "Webhook is already set"
    bot.pass_time(seconds=1)
    assert bot.call("setWebhook", url=hook.url, secret_token="other")[1]["description"] == "Webhook was set"
    assert bot.call("setWebhook", url="")[1]["description"] == "Webhook was deleted"


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"url": "http://"}, "invalid webhook URL specified"),
        ({"url": "ftp://127.0.0.1/x"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:99999/"}, "invalid webhook URL specified"),
        (
            {"url": "https://hooks.example/telegram"},
            "bad webhook: sandbox: updates are posted to addresses of this machine only",
        ),
        ({"url": "http://localhost/", "secret_token": "a" * 257}, "secret token is too long"),
        ({"url": "http://localhost/", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "http://localhost/", "allowed_updates": ["colour"]}, "sandbox: 'colour' is no kind of update"),
        (
            {"url": "http://localhost/", "certificate": "x"},
            "sandbox: not imitated: parameter 'certificate' of setWebhook",
        ),
    ],
)
def test_a_webhook_that_cannot_be_is_refused(bot, asked, complaint):
    assert bot.refused("setWebhook", **asked) == (400, f"Bad Request: {complaint}")
    assert bot.ok("getWebhookInfo")["url"] == ""


def test_http_is_refused_as_by_the_real_one_when_the_world_says_so(tmp_path):
    with running(tmp_path, webhook_over_http=False) as bot:
        assert bot.refused("setWebhook", url="http://localhost/x") == (
            400,
            "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
        )


def test_the_kinds_of_updates_are_chosen_with_the_webhook_and_stay(bot, hook):
    bot.ok("setWebhook", url=hook.url, allowed_updates=["callback_query"])
    bot.sandbox.say(MINA, MINA, "hello?")
    press(bot)
    assert [sorted(update) for update in hook.until(1)] == [["callback_query", "update_id"]]
    bot.posted(1)
    assert bot.ok("getWebhookInfo")["allowed_updates"] == ["callback_query"]
    bot.ok("deleteWebhook")
    bot.sandbox.say(MINA, MINA, "hello?")
    assert bot.ok("getUpdates") == []


@pytest.mark.parametrize("packed", [False, True])
def test_a_call_may_ride_in_the_answer_to_a_post(bot, hook, packed):
    call = {"method": "sendMessage", "chat_id": SUPERGROUP, "text": "riding along"}
    body, headers = json.dumps(call).encode(), {"Content-Type": "application/json"}
    if packed:
        body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
    hook.answers = [(200, headers, body)]
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    bot.posted(1)
    (chat,) = [one for one in bot.sandbox.state()["chats"] if one["id"] == SUPERGROUP]
    assert [message["text"] for message in chat["messages"]] == ["riding along"]


def test_the_answer_to_a_post_cannot_end_the_webhook(bot, hook):
    call = urlencode({"method": "deleteWebhook"}).encode()
    hook.answers = [(200, {"Content-Type": "application/x-www-form-urlencoded"}, call)]
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    bot.posted(1)
    assert bot.ok("getWebhookInfo")["url"] == hook.url


def test_a_name_and_a_password_in_the_address_are_sent_as_basic_authorization(bot, hook):
    bot.ok("setWebhook", url=hook.url.replace("//", "//ops:p%40ss@"))
    press(bot)
    hook.until(1)
    assert hook.posted[0][1]["Authorization"] == "Basic b3BzOnBAc3M="


def test_a_webhook_set_by_somebody_else_gets_nothing_from_here(bot):
    bot.sandbox.set_webhook("https://hooks.example/telegram")
    press(bot)
    assert bot.ok("getWebhookInfo")["pending_update_count"] == 1
    assert bot.ok("getWebhookInfo")["url"] == "https://hooks.example/telegram"
    bot.ok("deleteWebhook")
    assert len(bot.ok("getUpdates")) == 1


def test_the_token_is_nowhere_in_what_is_recorded(bot, hook):
    bot.ok("setWebhook", url=hook.url)
    press(bot)
    bot.posted(1)
    assert TOKEN not in json.dumps(bot.record.entries())
    assert bot.clock.now() - START < timedelta(minutes=1)
