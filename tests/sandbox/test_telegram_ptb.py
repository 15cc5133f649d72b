"""The imitated Bot API, met by python-telegram-bot as it is published."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update, error
from telegram.constants import MessageLimit, ParseMode
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)
from telegram.helpers import escape_markdown
from telegram.request import HTTPXRequest
from tests.patience import PATIENCE_S
from tests.sandbox.telegram_rig import ANGRY, BOT_ID, GROUP, JUN, MINA, SLEEPY, SUPERGROUP, TOKEN, running

from bongsu.sandbox.faults import Fault

SECRET = "s3cret_-" * 4
MARKUP = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Go", callback_data="go:1"), InlineKeyboardButton("No-go", callback_data="no:1")],
        [InlineKeyboardButton("Dashboard", url="https://status.example/board")],
    ]
)


@pytest.fixture
def world(tmp_path, monkeypatch):
    # What the library asks its users to set, so that it gives spans of time as such.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    with running(tmp_path) as one:
        yield one


def patient():
    """Return how its calls are made: by itself it gives up after five seconds, and after one without a connection."""
    limits = ("read_timeout", "write_timeout", "connect_timeout", "pool_timeout")
    return HTTPXRequest(connection_pool_size=8, **dict.fromkeys(limits, PATIENCE_S))


def client(world, token=TOKEN):
    """Return the library's bot, talking to the sandbox; entering it asks getMe."""
    return Bot(token, base_url=f"{world.url}/bot", request=patient(), get_updates_request=patient())


def test_it_sends_edits_and_deletes(world):
    async def story():
        async with client(world) as bot:
            assert (bot.id, bot.username) == (BOT_ID, "bongsu_ops_bot")
            sent = await bot.send_message(
                SUPERGROUP,
                "🚀 <b>Cutover</b> at <code>14:00</code>",
                parse_mode=ParseMode.HTML,
                reply_markup=MARKUP,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
            assert sent.text_html == "🚀 <b>Cutover</b> at <code>14:00</code>"
            assert sent.reply_markup == MARKUP
            words = escape_markdown("100.0 % (n=20) – T+00:02:31 [ok]!", version=2)
            marked = await sent.edit_text(f"*Enabled* {words}", parse_mode=ParseMode.MARKDOWN_V2, reply_markup=MARKUP)
            assert marked.text == "Enabled 100.0 % (n=20) – T+00:02:31 [ok]!"
            assert marked.text_markdown_v2 == f"*Enabled* {words}"
            assert marked.edit_date >= sent.date
            with pytest.raises(error.BadRequest, match="Message is not modified"):
                await marked.edit_reply_markup(MARKUP)
            assert (await marked.edit_reply_markup(None)).reply_markup is None
            reply = await sent.reply_text("seen", do_quote=True)
            assert reply.reply_to_message.message_id == sent.message_id
            assert await reply.delete() is True
            assert (await bot.get_chat(SUPERGROUP)).title == "ops"
            assert (await bot.get_chat_member(SUPERGROUP, JUN)).status == "member"
            assert await bot.get_chat_member_count(SUPERGROUP) == 3

    asyncio.run(story())


def test_its_own_idea_of_the_longest_text_passes_and_one_more_does_not(world):
    async def story():
        async with client(world) as bot:
            await bot.send_message(MINA, "x" * MessageLimit.MAX_TEXT_LENGTH)
            with pytest.raises(error.BadRequest, match="Message is too long"):
                await bot.send_message(MINA, "x" * (MessageLimit.MAX_TEXT_LENGTH + 1))

    asyncio.run(story())


@asynccontextmanager
async def application(world, *handlers):
    """Yield the library's application with its handlers, started and not yet listening."""
    made = Application.builder().token(TOKEN).base_url(f"{world.url}/bot")
    app = made.request(patient()).get_updates_request(patient()).build()
    app.add_handlers(handlers)
    async with app:
        await app.start()
        try:
            yield app
        finally:
            await app.stop()


def test_it_polls_for_a_press_and_answers_it(world):
    pressed = []
    done = asyncio.Event()

    async def on_press(update: Update, _) -> None:
        pressed.append((update.callback_query.from_user.id, update.callback_query.data))
        await update.callback_query.answer("Go recorded")
        await update.callback_query.edit_message_text("Go by Jun")
        done.set()

    async def story():
        async with application(world, CallbackQueryHandler(on_press)) as app:
            await app.updater.start_polling(timeout=50, allowed_updates=[Update.CALLBACK_QUERY])
            sent = await app.bot.send_message(SUPERGROUP, "Ready?", reply_markup=MARKUP)
            await asyncio.to_thread(world.until_polling)
            world.sandbox.press(str(JUN), str(SUPERGROUP), str(sent.message_id), "Go")
            await asyncio.wait_for(done.wait(), timeout=PATIENCE_S)
            # Answers the poll that is under way, so that ending takes no time.
            world.sandbox.close()
            await app.updater.stop()

    asyncio.run(story())
    assert pressed == [(JUN, "go:1")]
    (press,) = world.sandbox.state()["presses"]
    assert press["answer"] == "Go recorded"
    operations = [entry["operation"] for entry in world.record.entries("telegram")]
    assert operations[:2] == ["getMe", "deleteWebhook"], "the library asks these by itself"


@asynccontextmanager
async def listening(app):
    """Let the library's own server take updates on a free port, with its secret; yield the address."""
    end = socket.create_server(("127.0.0.1", 0))
    end.setblocking(False)
    url = f"http://127.0.0.1:{end.getsockname()[1]}/telegram"
    # Its word for a socket that is open already.
    await app.updater.start_webhook(unix=end, url_path="telegram", webhook_url=url, secret_token=SECRET)
    try:
        yield url
    finally:
        await app.updater.stop()


def test_it_takes_a_press_and_a_message_by_webhook(world):
    seen = []

    async def on_press(update: Update, _) -> None:
        seen.append(update.callback_query.data)
        await update.callback_query.answer()

    async def on_text(update: Update, _) -> None:
        seen.append(update.effective_message.text)

    async def story():
        handlers = (CallbackQueryHandler(on_press), MessageHandler(filters.TEXT, on_text))
        async with application(world, *handlers) as app, listening(app) as url:
            sent = await app.bot.send_message(MINA, "Ready?", reply_markup=MARKUP)
            world.sandbox.press(str(MINA), str(MINA), str(sent.message_id), "Go")
            world.sandbox.say(MINA, MINA, "hello")
            await asyncio.to_thread(world.posted, 2)
            info = await app.bot.get_webhook_info()
            assert (info.url, info.pending_update_count, info.last_error_message) == (url, 0, None)
            assert await app.bot.delete_webhook() is True

    asyncio.run(story())
    assert sorted(seen) == ["go:1", "hello"]


def test_it_knows_a_command_a_block_and_a_move_when_it_is_told_of_one(world):
    seen = []
    done = asyncio.Event()

    async def on_any(update: Update, context) -> None:
        seen.append((update.my_chat_member or update.effective_message).to_dict())
        if len(seen) == 4:
            done.set()

    async def story():
        handlers = (
            CommandHandler("start", on_any),
            ChatMemberHandler(on_any, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.StatusUpdate.MIGRATE, on_any),
        )
        async with application(world, *handlers) as app, listening(app):
            world.sandbox.set_user(SLEEPY, started=True)
            world.sandbox.set_user(MINA, blocked=True)
            world.sandbox.migrate(GROUP, -1002444000111)
            await asyncio.wait_for(done.wait(), timeout=PATIENCE_S)

    asyncio.run(story())
    by_kind = {kind for one in seen for kind in ("text", "new_chat_member", "migrate_to_chat_id") if kind in one}
    assert by_kind == {"text", "new_chat_member", "migrate_to_chat_id"}


def test_its_server_turns_away_a_wrong_secret(world):
    async def story():
        async with application(world) as app, listening(app) as url:
            world.pass_time(seconds=1)
            assert await app.bot.set_webhook(url, secret_token="not-the-one") is True
            world.sandbox.say(MINA, MINA, "hello")
            await asyncio.to_thread(world.posted, 2)
            info = await app.bot.get_webhook_info()
            assert info.last_error_message == "Wrong response from the webhook: 403 Request had the wrong secret token"
            assert info.pending_update_count == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    ("chat_id", "kind", "words"),
    [
        (123456, error.BadRequest, "Chat not found"),
        (ANGRY, error.Forbidden, "bot was blocked by the user"),
        (SLEEPY, error.Forbidden, "bot can't initiate conversation with a user"),
    ],
)
def test_a_chat_that_cannot_be_written_to_raises_its_own_error(world, chat_id, kind, words):
    async def story():
        async with client(world) as bot:
            with pytest.raises(kind, match=words):
                await bot.send_message(chat_id, "hello")

    asyncio.run(story())


@pytest.mark.parametrize("token", [f"{BOT_ID}:" + "Z" * 35, f"{BOT_ID}:short"])
def test_a_token_that_is_not_the_bots_is_an_invalid_token(world, token):
    async def story():
        with pytest.raises(error.InvalidToken):
            async with client(world, token):
                pass

    asyncio.run(story())


def test_a_burst_raises_retry_after_and_a_moved_group_its_new_id(world):
    async def story():
        async with client(world) as bot:
            for number in range(3):
                await bot.send_message(SUPERGROUP, f"line {number}")
            with pytest.raises(error.RetryAfter) as refused:
                await bot.send_message(SUPERGROUP, "line 3")
            assert refused.value.retry_after == timedelta(seconds=1)
            world.sandbox.migrate(GROUP, -1002444000111)
            with pytest.raises(error.ChatMigrated) as moved:
                await bot.send_message(GROUP, "hello")
            assert moved.value.new_chat_id == -1002444000111

    asyncio.run(story())


def test_polling_beside_a_webhook_or_another_poller_is_a_conflict(world):
    async def story():
        async with client(world) as first, client(world) as second:
            older = asyncio.create_task(first.get_updates(timeout=50))
            await asyncio.to_thread(world.until_polling)
            await second.get_updates(timeout=0)
            with pytest.raises(error.Conflict, match="terminated by other getUpdates request"):
                await older
            world.sandbox.set_webhook("https://hooks.example/telegram")
            with pytest.raises(error.Conflict, match="webhook is active"):
                await first.get_updates(timeout=0)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "status": 500, "code": "Internal Server Error: restart"}, error.NetworkError),
        ({"kind": "html", "status": 502}, error.NetworkError),
        ({"kind": "drop_before"}, error.NetworkError),
        ({"kind": "drop_after"}, error.NetworkError),
        ({"kind": "rate_limit", "retry_after": 30}, error.RetryAfter),
    ],
)
def test_trouble_that_was_ordered_raises_its_own_error_and_was_one_request(world, fault, kind):
    world.sandbox.faults.add(Fault(service="telegram", operation="sendMessage", **fault))

    async def story():
        async with client(world) as bot:
            with pytest.raises(kind):
                await bot.send_message(MINA, "hello")

    asyncio.run(story())
    assert [entry["operation"] for entry in world.record.entries("telegram")] == ["getMe", "sendMessage"]
