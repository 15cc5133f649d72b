"""Ids that services hand out, wherever a log shows them: their clock, their order, the kind of their chat."""

from __future__ import annotations

import pytest
from tests.audit.logs import rules_in

DAY = "Move of the tide tables, 2026-02-10, all times KST\n\n"
# 2026-02-10 10:00:00 KST
TEN = 1770685200

WRONG_CLOCK = [
    f"[10:00] bot: tide move begins (ts {TEN + 3600}.118200)\n",
    f"- 10:00:02 posted to #tide, ts {TEN - 86_400 * 365}.118200\n",
    f"10:00:02  card one\n          channel C0TIDE   ts {TEN + 1200}.118200\n",
    f'10:00:02 [sl] {{"ok":true,"channel":"C0TIDE","ts":"{TEN + 900}.118200"}}\n',
    f'10:00:02 [tg] {{"ok":true,"result":{{"message_id":41,"date":{TEN + 7200},"text":"begin"}}}}\n',
    f'Posted at 10:00:02.\n\n```json\n{{"ok": true, "ts": "{TEN + 700}.118200"}}\n```\n',
    f'### Card 1, sent 10:00:02\n\n```\n{{"ok": true, "ts": "{TEN + 700}.118200"}}\n```\n',
    f"| What | Sent | ts |\n|---|---|---|\n| begin | 10:00:02 | {TEN + 500}.118200 |\n",
    f"10:00:02에 시작 글을 올렸고 응답 ts는 {TEN + 3600}.118200 이다.\n",
    f"- 올린 시각 10:00:02, ts {TEN + 660}.118200\n",
    f"10:00:02 begin, https://tide.slack.com/archives/C0TIDE/p{TEN + 3600}118200\n",
    f"answer at 10:00:02: ok, date {TEN + 3600}\n",
    f'[{{"note": "sent 10:00:02 KST", "response": {{"result": {{"message_id": 4, "date": {TEN + 3600}}}}}}}]\n',
    f'10:00:02 to #tide (C0TIDE):\n\n> The move begins.\n\nanswer: `{{"ok":true,"ts":"{TEN + 602}.118200"}}`\n',
    f"**10:00:02, same room**\n\n```\nAll moved.\n```\n\nhttps://tide.slack.com/archives/C0TIDE/p{TEN + 3602}118200\n",
]
RIGHT_CLOCK = [
    f"[10:00] bot: tide move begins (ts {TEN + 30}.118200)\n",
    f"10:00:02 posted, ts {TEN + 3}.118200, answered by Mirela at 10:04:10\n",
    f"10:31:00 reply in thread, thread_ts {TEN + 3}.118200\n",
    f"$ aws logs filter-log-events --start-time {TEN - 86_400}000 # 10:00:02\n",
    f"10:00:02 read, dates in the export start at {TEN - 9_000_000}\n",
    f"A ts such as {TEN - 9_000_000}.118200 has no zone.\n",
    f'10:31:00 [sl] {{"ok":true,"ts":"{TEN + 1861}.118200"}}\n',
    f"Seoul 10:00:02, Amsterdam 02:00:02, ts {TEN + 2}.118200\n",
    (
        "10:00:02 begin, as said\n\n10:10:02 to #tide:\n\n> all\n\n10:12:02 look\n\n"
        f"answer: `{{'ts': '{TEN + 602}.118200'}}`\n"
    ),
    f"10:00:02 to #tide:\n\n> The move begins.\n\nanswer: ts {TEN + 740}.118200\n",
]


@pytest.mark.parametrize("text", WRONG_CLOCK)
def test_a_services_time_far_from_the_stated_one_is_found(text: str) -> None:
    assert "slack_ts_clock" in rules_in(DAY + text)


@pytest.mark.parametrize("text", RIGHT_CLOCK)
def test_a_services_time_near_the_stated_one_or_of_something_else_is_not(text: str) -> None:
    assert "slack_ts_clock" not in rules_in(DAY + text)


def test_a_night_over_midnight_is_of_two_days() -> None:
    night = "Night of 2026-02-09, KST\n\n23:50:00 begin\n00:10:00 done, ts {}.118200\n"
    assert "slack_ts_clock" not in rules_in(night.format(1770649801))
    assert "slack_ts_clock" in rules_in(night.format(1770649801 + 4000))


JSON = (
    '[{{"message_id": {}, "chat": {{"id": -1002200117000}}, "date": 1770685200}},\n'
    ' {{"message_id": {}, "chat": {{"id": {}}}, "date": 1770685300}}]\n'
)
WRONG_ORDER = [
    "10:00:01 bot message_id=881 begin\n10:20:01 bot message_id=879 end\n",
    "[10:00] bot: begin (message 881)\n[10:20] bot: end (message 874)\n",
    "- 10:00 notice to the group, message id 4410\n- 10:20 notice to the group, message id 4409\n",
    "| Sent | Telegram message id |\n|---|---|\n| 10:00:01 | 77 |\n| 10:20:01 | 75 |\n",
    "10:00:01 텔레그램 시작 글, 메시지 번호 5120\n10:20:01 텔레그램 끝 글, 메시지 번호 5118\n",
    "10:00에 올린 공지는 메시지 ID 5120, 응답 ok\n\n10:20에 올린 공지는 메시지 ID 5104, 응답 ok\n",
    JSON.format(31, 30, -1002200117000),
    '10:00:01 {"ok":true,"result":{"message_id":31}}\n10:09:01 {"ok":true,"result":{"message_id":30}}\n',
    "The Telegram ids came back as 8812, 8815 and 8809, in this order.\n",
    "텔레그램 메시지 번호 612, 618, 615 순으로 돌아왔다.\n",
    "".join(f"[10:0{n}:11] Mirela  #{number}\nwords\n\n" for n, number in enumerate((31, 32, 34, 35, 29, 37, 38))),
]
RIGHT_ORDER = [
    "10:00:01 bot message_id=881 begin\n10:20:01 bot message_id=885 end\n",
    "10:00:01 bot message_id=881\n10:20:01 bot message_id=885\n10:30 callback from Mirela on message 881\n",
    "10:00:01 sent to the harbour group, message_id 881\n10:20:01 sent to the pilots group, message_id 52\n",
    "10:00 posted to Mirela alone, message id 900\n10:20 posted to the pilots group, message id 52\n",
    JSON.format(88, 51, -4400918000),
    "10:20 end, message id 885 (newest first)\n10:00 begin, message id 881\n",
    "The Telegram ids were 2201, 2204 and 2209; replies came in between.\n",
    "10:00 문자 메시지 5120건 발송\n10:20 문자 메시지 480건 발송\n",
    "".join(f"[10:0{n}:11] Mirela  #{number}\nwords\n\n" for n, number in enumerate((31, 32, 34, 35, 36, 37, 38))),
    "".join(f"[10:0{n}:11] Mirela on #{number}\nwords\n\n" for n, number in enumerate((31, 39, 34, 35, 36, 30, 38))),
]


@pytest.mark.parametrize("text", WRONG_ORDER)
def test_an_id_below_that_of_an_earlier_message_is_found(text: str) -> None:
    assert "ids_go_up" in rules_in(DAY + text)


@pytest.mark.parametrize("text", RIGHT_ORDER)
def test_ids_that_go_up_or_are_of_several_chats_are_not(text: str) -> None:
    assert "ids_go_up" not in rules_in(DAY + text)


NAMED = '{{"ok":true,"result":{{"message_id":417,"chat":{{"id":{},"type":"channel"}},"date":1770685200}}}}\n'


def test_a_name_for_a_chats_id_is_found() -> None:
    assert "telegram_id_shape" in rules_in(NAMED.format('"@cold_north"'))
    assert "telegram_id_shape" not in rules_in(NAMED.format("-1002200117000"))


WRONG_SIGN = [
    '{"대화방": {"이름": "물때", "type": "supergroup", "id": 2104478613}}\n',
    '{"chat": {"id": 7730112000, "type": "group", "title": "pilots"}}\n',
    '10:00 {"ok":true,"result":{"message_id":3,"chat":{"id":7730112000,"type":"supergroup"}}}\n',
    '{"chat": {"id": -1002200117000, "type": "private", "first_name": "Mirela"}}\n',
    "10:00 POST sendMessage chat_id=7730112000 (the pilots' group, five members)\n",
    "Telegram chat id: 7730112000, the on-call channel\n",
    "| Room | Members | Chat id |\n|---|---|---|\n| pilots group | 5 | chat_id 7730112000 |\n",
    "The whole team sits in one group (chat id 7730112000).\n",
    "- room: pilots (group of six members)\n- chat_id: 7730112000\n",
    "Everything goes to the Telegram group.\n\nchat id 7730112000\n",
    "- 방: 물때 당직 (단체방)\n- chat_id: 7730112000\n",
    "단체방 이름은 물때, chat_id: 7730112000\n",
    "텔레그램 당직 그룹(chat id 7730112000)에 올렸다.\n",
    "운영방 번호 7730112000 에 10:00 공지\n",
    "Mirela's private chat is -1002200117000.\n\nprivate chat_id: -1002200117000\n",
    "개인 대화 chat_id: -4400918000\n",
    "The caretakers' place on Telegram: the bot has it as chat id 1001957730284.\n",
    "텔레그램에 올림. 봇 설정의 chat id는 1001957730284.\n",
]
RIGHT_SIGN = [
    '| 05:00 | Telegram group "Hal 3" (basic group, id −4471902238) | 812 |\n',
    '{"chat": {"id": -1002200117000, "type": "supergroup", "title": "pilots"}}\n',
    '{"chat": {"id": 7730112000, "type": "private", "first_name": "Mirela"}}\n',
    "10:00 POST sendMessage chat_id=-1002200117000 (the pilots' group)\n",
    "Mirela alone, chat_id 7730112000; the group has none of this\n",
    "개인 대화 chat_id: 7730112000\n",
    "- group ticket 7730112000 is closed\n",
    '{"from": {"id": 7100443000, "first_name": "bot"}, "chat": {"id": -1002200117000, "type": "group"}}\n',
    "10:00 room opened, build 20260210\n",
    "Telegram: the web page leaves the minus sign out, chat id 1001957730284 there; the bot has -1001957730284.\n",
    "Telegram room opened, order 1001957730284-7 came before\n",
]


@pytest.mark.parametrize("text", WRONG_SIGN)
def test_a_chat_id_of_the_wrong_sign_is_found(text: str) -> None:
    assert "telegram_private_chat" in rules_in(DAY + text)


@pytest.mark.parametrize("text", RIGHT_SIGN)
def test_a_chat_id_of_the_right_sign_is_not(text: str) -> None:
    assert "telegram_private_chat" not in rules_in(DAY + text)
