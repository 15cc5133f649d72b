"""The imitated Bot API, met by aiogram as it is published."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot, Dispatcher
from aiogram import exceptions as refusals
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatAction, ParseMode
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyParameters,
)
from aiogram.utils.text_decorations import html_decoration, markdown_decoration
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.patience import PATIENCE_S
from tests.sandbox.telegram_rig import (
    ANGRY,
    BOT_ID,
    CHANNEL,
    GONE,
    GROUP,
    JUN,
    KICKED,
    MINA,
    NEWS,
    SUPERGROUP,
    TOKEN,
    running,
)

from bongsu.sandbox.faults import Fault
from bongsu.sandbox.telegram_text import checked_text

SECRET = "s3cret_-" * 4
GO, NO_GO = (InlineKeyboardButton(text=text, callback_data=data) for text, data in (("Go", "go:1"), ("No-go", "no:1")))
DASHBOARD = InlineKeyboardButton(text="Dashboard", url="https://status.example/board")
MARKUP = InlineKeyboardMarkup(inline_keyboard=[[GO, NO_GO], [DASHBOARD]])


@pytest.fixture
def world(tmp_path):
    with running(tmp_path) as one:
        yield one


@asynccontextmanager
async def client(world, token=TOKEN):
    """Yield aiogram's bot, talking to the sandbox."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(world.url))
    bot = Bot(token, session=session)
    try:
        yield bot
    finally:
        await bot.session.close()


def test_it_sends_edits_and_deletes_and_reads_its_own_message_back(world):
    async def story():
        async with client(world) as bot:
            sent = await bot.send_message(
                SUPERGROUP,
                "🚀 <b>Cutover</b> at <code>14:00</code>, <a href='https://status.example/board'>board</a>",
                parse_mode=ParseMode.HTML,
                reply_markup=MARKUP,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                protect_content=True,
                disable_notification=False,
            )
            assert sent.html_text == (
                '🚀 <b>Cutover</b> at <code>14:00</code>, <a href="https://status.example/board">board</a>'
            )
            assert (sent.chat.type, sent.from_user.id) == ("supergroup", BOT_ID)
            assert sent.reply_markup.model_dump(exclude_none=True) == MARKUP.model_dump(exclude_none=True)
            assert (sent.has_protected_content, sent.link_preview_options.is_disabled) == (True, True)
            marked = await sent.edit_text(
                "*Enabled* at `14:00:31`, 100\\.0 %", parse_mode=ParseMode.MARKDOWN_V2, reply_markup=MARKUP
            )
            assert (marked.text, marked.md_text) == (
                "Enabled at 14:00:31, 100.0 %",
                "*Enabled* at `14:00:31`, 100\\.0 %",
            )
            with pytest.raises(refusals.TelegramBadRequest, match="message is not modified"):
                await marked.edit_reply_markup(reply_markup=MARKUP)
            bare = await marked.edit_reply_markup(reply_markup=None)
            assert bare.reply_markup is None
            answered = await bot.send_message(
                SUPERGROUP, "seen", reply_parameters=ReplyParameters(message_id=sent.message_id)
            )
            assert answered.reply_to_message.message_id == sent.message_id
            assert await answered.delete() is True
            assert await bot.delete_messages(SUPERGROUP, [sent.message_id, 1]) is True
            with pytest.raises(refusals.TelegramBadRequest, match="message to delete not found"):
                await sent.delete()

    asyncio.run(story())


def test_it_asks_who_and_where(world):
    async def story():
        async with client(world) as bot:
            me = await bot.me()
            assert (me.id, me.is_bot, me.username) == (BOT_ID, True, "bongsu_ops_bot")
            chat = await bot.get_chat("@example_ops")
            assert (chat.id, chat.type, chat.permissions.can_send_messages) == (SUPERGROUP, "supergroup", True)
            assert (await bot.get_chat(MINA)).first_name == "Mina"
            assert (await bot.get_chat_member(SUPERGROUP, JUN)).status == "member"
            assert (await bot.get_chat_member(GROUP, JUN)).status == "left"
            assert (await bot.get_chat_member(CHANNEL, BOT_ID)).can_post_messages is True
            assert [one.user.id for one in await bot.get_chat_administrators(CHANNEL)] == [BOT_ID]
            assert await bot.get_chat_member_count(SUPERGROUP) == 3
            assert await bot.send_chat_action(MINA, ChatAction.TYPING) is True
            posted = await bot.send_message(CHANNEL, "announced")
            assert (posted.from_user, posted.sender_chat.id) == (None, CHANNEL)

    asyncio.run(story())


def test_it_polls_for_a_press_answers_it_and_confirms_it(world):
    pressed = []
    dispatcher = Dispatcher()

    @dispatcher.callback_query()
    async def on_press(query: CallbackQuery) -> None:
        pressed.append(query)
        await query.answer("Go recorded", show_alert=False)
        await query.message.edit_text(f"Go by {query.from_user.first_name}")
        await dispatcher.stop_polling()

    async def story():
        async with client(world) as bot:
            sent = await bot.send_message(SUPERGROUP, "Ready?", reply_markup=MARKUP)
            polling = asyncio.create_task(dispatcher.start_polling(bot, polling_timeout=50, handle_signals=False))
            await asyncio.to_thread(world.until_polling)
            world.sandbox.press(str(JUN), str(SUPERGROUP), str(sent.message_id), "Go")
            await asyncio.wait_for(polling, timeout=PATIENCE_S)

    asyncio.run(story())
    (query,) = pressed
    assert (query.from_user.id, query.data, query.message.text) == (JUN, "go:1", "Ready?")
    state = world.sandbox.state()
    assert [(press["answer"], press["user"]) for press in state["presses"]] == [("Go recorded", JUN)]
    (chat,) = [one for one in state["chats"] if one["id"] == SUPERGROUP]
    assert chat["messages"][0]["text"] == "Go by Jun"


def test_it_takes_a_press_by_webhook_and_turns_away_a_wrong_secret(world):
    pressed = []
    dispatcher = Dispatcher()

    @dispatcher.callback_query()
    async def on_press(query: CallbackQuery) -> None:
        pressed.append(query.data)
        await query.answer()

    async def story():
        async with client(world) as bot, listening(dispatcher, bot) as url:
            sent = await bot.send_message(MINA, "Ready?", reply_markup=MARKUP)
            assert await bot.set_webhook(url, secret_token="not-the-one", allowed_updates=["callback_query"]) is True
            world.sandbox.press(str(MINA), str(MINA), str(sent.message_id), "Go")
            await asyncio.to_thread(world.posted, 2)
            info = await bot.get_webhook_info()
            assert (info.url, info.pending_update_count, info.allowed_updates) == (url, 1, ["callback_query"])
            assert info.last_error_message == "Wrong response from the webhook: 401 Unauthorized"
            assert pressed == []
            world.pass_time(seconds=1)
            assert await bot.set_webhook(url, secret_token=SECRET) is True
            await asyncio.to_thread(world.posted, 3)
            assert (await bot.get_webhook_info()).pending_update_count == 0
            assert await bot.delete_webhook() is True

    asyncio.run(story())
    assert pressed == ["go:1"]


@asynccontextmanager
async def listening(dispatcher, bot):
    """Yield the address at which aiogram's own server takes updates."""
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET)
    handler.register(app, path="/telegram")
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/telegram"
    finally:
        await runner.cleanup()


def test_what_its_handler_returns_rides_in_the_answer_to_the_webhook(world):
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def on_message(message: Message):
        return message.answer(f"you said {message.text}")

    async def story():
        async with client(world) as bot, listening(dispatcher, bot) as url:
            await bot.set_webhook(url, secret_token=SECRET)
            world.sandbox.say(MINA, MINA, "hello")
            await asyncio.to_thread(world.posted, 1)

    asyncio.run(story())
    (chat,) = [one for one in world.sandbox.state()["chats"] if one["id"] == MINA]
    assert [message["text"] for message in chat["messages"]] == ["hello", "you said hello"]


@pytest.mark.parametrize(
    ("chat_id", "kind", "words"),
    [
        (123456, refusals.TelegramBadRequest, "chat not found"),
        ("@nobody_here", refusals.TelegramBadRequest, "chat not found"),
        (NEWS, refusals.TelegramBadRequest, "need administrator rights in the channel chat"),
        (ANGRY, refusals.TelegramForbiddenError, "bot was blocked by the user"),
        (GONE, refusals.TelegramForbiddenError, "user is deactivated"),
        (KICKED, refusals.TelegramForbiddenError, "bot was kicked from the supergroup chat"),
    ],
)
def test_a_chat_that_cannot_be_written_to_raises_its_own_error(world, chat_id, kind, words):
    async def story():
        async with client(world) as bot:
            with pytest.raises(kind, match=words):
                await bot.send_message(chat_id, "hello")

    asyncio.run(story())


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (f"{BOT_ID}:" + "Z" * 35, refusals.TelegramUnauthorizedError),
        (f"{BOT_ID}:short", refusals.TelegramNotFound),
    ],
)
def test_a_token_that_is_not_the_bots_raises_its_own_error(world, token, kind):
    async def story():
        async with client(world, token) as bot:
            with pytest.raises(kind):
                await bot.get_me()

    asyncio.run(story())


def test_a_burst_raises_retry_after_with_the_seconds(world):
    async def story():
        async with client(world) as bot:
            for number in range(3):
                await bot.send_message(GROUP, f"line {number}")
            with pytest.raises(refusals.TelegramRetryAfter) as refused:
                await bot.send_message(GROUP, "line 3")
            assert refused.value.retry_after == 1

    asyncio.run(story())


def test_a_group_that_became_a_supergroup_raises_its_new_id(world):
    world.sandbox.migrate(GROUP, -1002444000111)

    async def story():
        async with client(world) as bot:
            with pytest.raises(refusals.TelegramMigrateToChat) as refused:
                await bot.send_message(GROUP, "hello")
            assert (await bot.send_message(refused.value.migrate_to_chat_id, "hello")).chat.type == "supergroup"

    asyncio.run(story())


def test_a_second_poller_raises_a_conflict_in_the_first(world):
    async def story():
        async with client(world) as first, client(world) as second:
            older = asyncio.create_task(first.get_updates(timeout=50, request_timeout=60))
            await asyncio.to_thread(world.until_polling)
            await second.get_updates(timeout=0)
            with pytest.raises(refusals.TelegramConflictError, match="terminated by other getUpdates"):
                await older

    asyncio.run(story())


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "status": 500, "code": "Internal Server Error: sudden"}, refusals.TelegramServerError),
        ({"kind": "status", "status": 500, "code": "Internal Server Error: restart"}, refusals.RestartingTelegram),
        ({"kind": "html", "status": 502}, refusals.ClientDecodeError),
        ({"kind": "garbled"}, refusals.ClientDecodeError),
        ({"kind": "drop_before"}, refusals.TelegramNetworkError),
        ({"kind": "drop_after"}, refusals.TelegramNetworkError),
        ({"kind": "rate_limit", "retry_after": 30}, refusals.TelegramRetryAfter),
    ],
)
def test_trouble_that_was_ordered_raises_its_own_error_and_was_one_request(world, fault, kind):
    world.sandbox.faults.add(Fault(service="telegram", operation="sendMessage", **fault))

    async def story():
        async with client(world) as bot:
            with pytest.raises(kind):
                await bot.send_message(MINA, "hello")

    asyncio.run(story())
    assert len(world.record.entries("telegram")) == 1


def test_a_method_that_is_not_imitated_raises_and_says_so(world):
    async def story():
        async with client(world) as bot:
            with pytest.raises(refusals.TelegramNotFound, match="sandbox: 'sendDice' is not imitated"):
                await bot.send_dice(MINA)
            with pytest.raises(refusals.TelegramBadRequest, match="sandbox: not imitated: parameter"):
                await bot.send_message(MINA, "hello", message_effect_id="5104841245755180586")

    asyncio.run(story())


def test_it_logs_out_and_nothing_works_afterwards(world):
    async def story():
        async with client(world) as bot:
            with pytest.raises(refusals.TelegramRetryAfter):
                await bot.close()
            assert await bot.log_out() is True
            with pytest.raises(refusals.TelegramBadRequest, match="Logged out"):
                await bot.get_me()

    asyncio.run(story())


WORDS = st.text(alphabet="ab 14.-_*[]()~`>#+=|{}!<&\"'가🚀", min_size=1, max_size=6)
KINDS = st.sampled_from(["bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", None])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(WORDS, KINDS), min_size=1, max_size=6))
def test_what_its_own_writers_of_html_and_markdown_write_is_read_as_it_was_meant(pieces):
    """The library turns entities into marked-up text; the imitation must find the very same entities in it."""
    text, entities, at = "", [], 0
    for words, kind in pieces:
        length = len(words.encode("utf-16-le")) // 2
        if kind is not None:
            entities.append(MessageEntity(type=kind, offset=at, length=length))
        text, at = f"{text}{words}x", at + length + 1
    if text[0] == " ":
        return
    expected = checked_text(text, None, given=[one.model_dump(exclude_none=True) for one in entities])
    assert checked_text(html_decoration.unparse(text, entities), "HTML") == expected
    # Around a block of code its Markdown adds a line break, which then is part of the text.
    if not any(kind == "pre" for _, kind in pieces):
        assert checked_text(markdown_decoration.unparse(text, entities), "MarkdownV2") == expected
