"""A whole imitated world with its page, in this process, and a small bot that writes into its chats."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import urllib3
from tests.patience import PATIENCE_S

from bongsu.sandbox.aws_world import AwsSpec
from bongsu.sandbox.naver_defaults import naver_aws
from bongsu.sandbox.page.spec import PageSpec
from bongsu.sandbox.people import Person
from bongsu.sandbox.slack import ChannelSpec, SlackSpec, SlackUser
from bongsu.sandbox.spec import WorldSpec
from bongsu.sandbox.telegram import ChatSpec, TelegramSpec, UserSpec
from bongsu.sandbox.world import World

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
TELEGRAM_TOKEN = "7104553219:" + "Ab3_-" * 7
BOT_TOKEN, APP_TOKEN = "xoxb-" + "5" * 12, "xapp-" + "1-A09-" + "7" * 12
OPS, ALERTS = -1002093348812, "C09KT3P1ALR"
MINA, JUN, NOBODY = 512330981, 640077125, 777000111
SLACK_MINA, SLACK_JUN, SLACK_NOBODY = "U09MINA00001", "U09JUN000001", "U09NOBODY001"
RULE, FUNCTION = "naver-sms-automation-trigger", "naverplace_send_inform_v2"
A_MINUTE = timedelta(seconds=61)
"""After which a chat's limits have forgotten what was written."""
PEOPLE = (
    Person(
        contact="mina",
        name="Mina",
        role="Release Captain",
        telegram_id=MINA,
        slack_id=SLACK_MINA,
        may=("answer a page",),
    ),
    Person(contact="jun", name="Jun", telegram_id=JUN, slack_id=SLACK_JUN, answers={"Hold": timedelta(hours=9)}),
    Person(contact="ops_manager", name="Operations Manager", slack_id="U09OPS000001"),
    Person(contact="stranger", name="A stranger", telegram_id=NOBODY, slack_id=SLACK_NOBODY),
)


def telegram_spec() -> TelegramSpec:
    """A bot in one group; the stranger is in it too."""
    names = {MINA: "Mina", JUN: "Jun", NOBODY: "A stranger"}
    return TelegramSpec(
        bot_token=TELEGRAM_TOKEN,
        bot_id=7104553219,
        bot_username="bongsu_ops_bot",
        chats=[ChatSpec(id=OPS, kind="supergroup", title="ops", members=tuple(names))],
        users=[UserSpec(id=number, first_name=name) for number, name in names.items()],
    )


def slack_spec() -> SlackSpec:
    """A workspace with one channel; the operations manager is not in it."""
    members = (SLACK_MINA, SLACK_JUN, SLACK_NOBODY)
    return SlackSpec(
        team_id="T09AB0TEAM0",
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        bot_user_id="U09BOT000000",
        bot_id="B09BOT000000",
        app_id="A09APP000000",
        scopes=("chat:write", "im:write", "channels:history"),
        channels=[ChannelSpec(id=ALERTS, name="alerts", members=members)],
        users=[SlackUser(id=one, name=one.lower()) for one in (*members, "U09OPS000001")],
    )


def account(number: str) -> AwsSpec:
    """The plan's account under another number: the embedded store keeps one memory for the whole process."""
    return replace(naver_aws(), account=number)


@dataclass
class Answer:
    """What the page's server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Table:
    """The world, its page's address, and the bot."""

    world: World
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))
    waiting: list[threading.Thread] = field(default_factory=list)
    participants: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.world.addresses["page"]

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def ask(self, method: str, url: str, body: object = None, **headers: str) -> Answer:
        """One request as it stands; `headers` with _ for -."""
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        answer = self.pool.request(method, url, body=data, headers=sent, timeout=PATIENCE_S)
        return Answer(answer.status, dict(answer.headers), answer.data)

    def do(self, what: str, **body: object) -> dict:
        """What the page's script posts, which must be taken."""
        answer = self.ask("POST", self.url + what, body, Content_Type="application/json", Origin=self.origin)
        assert answer.status == 200, answer.body
        return answer.json

    def view(self, since: int = 0) -> dict:
        return self.ask("GET", f"{self.url}view?since={since}").json

    def section(self, name: str):
        return self.view()["sections"][name]

    def telegram(self, method: str, **body: object) -> dict:
        url = f"{self.world.addresses['telegram']}/bot{TELEGRAM_TOKEN}/{method}"
        return self.ask("POST", url, body, Content_Type="application/json").json

    def tell(self, html: str, *labels: str, chat: int = OPS) -> int:
        """A message on Telegram with a row of buttons; returns its id."""
        body: dict[str, object] = {"chat_id": chat, "text": html, "parse_mode": "HTML"}
        if labels:
            body["reply_markup"] = {"inline_keyboard": [[{"text": one, "callback_data": one} for one in labels]]}
        answer = self.telegram("sendMessage", **body)
        assert answer["ok"], answer
        return answer["result"]["message_id"]

    def close_buttons(self, message: int, text: str, chat: int = OPS) -> None:
        answer = self.telegram("editMessageText", chat_id=chat, message_id=message, text=text)
        assert answer["ok"], answer

    def slack(self, method: str, **body: object) -> Answer:
        url = f"{self.world.addresses['slack']}/api/{method}"
        kind = "application/json; charset=utf-8"
        return self.ask("POST", url, body, Content_Type=kind, Authorization=f"Bearer {BOT_TOKEN}")

    def post(self, blocks: list[dict], text: str = "news", channel: str = ALERTS) -> str:
        """A message on Slack; returns its ts."""
        answer = self.slack("chat.postMessage", channel=channel, text=text, blocks=blocks).json
        assert answer["ok"], answer
        return answer["ts"]

    def answer_presses(self, text: str) -> None:
        """Fetch what was pressed on Telegram and answer it."""
        for update in self.telegram("getUpdates", timeout=0)["result"]:
            query = update["callback_query"]["id"]
            self.telegram("answerCallbackQuery", callback_query_id=query, text=text)
            self.telegram("getUpdates", timeout=0, offset=update["update_id"] + 1)

    def sit_down(self, name: str, *, for_s: int) -> str:
        """A program that takes part in the world's time and waits."""
        clock = self.world.clock
        participant = clock.join(name)
        until = clock.now() + timedelta(seconds=for_s)
        thread = threading.Thread(target=clock.wait, args=(participant, until), daemon=True)
        thread.start()
        self.waiting.append(thread)
        self.participants.append(participant)
        return participant

    def everybody_leaves(self) -> None:
        for participant in self.participants:
            self.world.clock.leave(participant)
        for thread in self.waiting:
            thread.join(timeout=PATIENCE_S)
        self.participants.clear()
        self.waiting.clear()

    def tidy(self) -> None:
        """Leave the world as the next story expects it: nothing is asked or broken, and a minute has passed."""
        self.everybody_leaves()
        self.do("clear")
        self.answer_presses("too late")
        for one in self.section("seat")["questions"]:
            self.do("let-be", service=one["service"], chat=one["chat"], message=one["message"])
        self.do("idle", idle="jump")
        clock = self.world.clock
        sweeper = clock.join("sweeper")
        clock.wait(sweeper, clock.now() + A_MINUTE)
        clock.leave(sweeper)
        self.do("idle", idle="wall")


@contextmanager
def laid(folder, **changed):
    """A world at whose page Mina is played; `changed` gives parts of its description another value."""
    page = PageSpec(title="A cutover", timezone="Asia/Seoul", play=("mina",), idle="wall", rule=RULE, function=FUNCTION)
    spec = WorldSpec(
        aws=account("000000000088"),
        start_at=START,
        history_days=1,
        telegram=telegram_spec(),
        slack=slack_spec(),
        people=PEOPLE,
        page=page,
    )
    world = World(replace(spec, **changed), folder)
    table = Table(world)
    try:
        yield table
    finally:
        table.everybody_leaves()
        table.pool.clear()
        world.close()
