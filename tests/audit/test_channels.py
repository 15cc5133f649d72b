"""What chat services never report, however it is put: receipts, a webhook's ts; and ids and bills that nobody got."""

from __future__ import annotations

import pytest
from tests.audit.logs import rules_in

DAY = "Night of the toll gates, 2026-02-12, UTC\n\n"
RECEIPTS = {"no_read_receipt", "no_delivery_receipt"}

UNKNOWABLE = [
    "The bot says that all four have read the message.\n",
    "Telegram shows two ticks on the page, so both phones got it.\n",
    "- Slack: seen by 12 of 14 in #toll\n",
    "10:04 bot reports read receipts for Ilse and Tak\n",
    "Slack API: message read by the whole channel at 10:05\n",
    "The Telegram post was viewed by everyone within a minute.\n",
    "10:04 bot: delivery confirmed on 5 of 5 devices\n",
    "The page reached all five phones, the Telegram API told us so.\n",
    "- Telegram answered with a delivery receipt for each member\n",
    "The bot marked the message as read for all.\n",
    "Unread count 0 in the Slack channel, so everybody had seen the notice.\n",
    "| Person | Telegram | Read at |\n|---|---|---|\n| Ilse | yes | 10:04:10 |\n",
    "| Channel | Message | Delivered |\n|---|---|---|\n| Slack | begin | 10:00:41 |\n",
    '{"app": "telegram", "message_id": 8123, "read_by": ["Ilse", "Tak"]}\n',
    '{"service": "slack", "ts": "1770804000.118200", "status": "delivered"}\n',
    '{"bot": "toll_bot", "message_id": 8123, "seen_count": 5}\n',
    '{"ok":true,"result":{"message_id":87,"date":1770804000,"text":"Juice today.","read_by":69}}\n',
    "텔레그램 봇이 다섯 명 모두 읽음으로 표시했다.\n",
    "슬랙 공지는 전원 읽음 확인되었다.\n",
    "봇 API 응답으로 전원의 단말 도착을 확인했다.\n",
    "텔레그램 메시지 읽은 사람 5명 (봇 집계)\n",
    "- 슬랙 알림 도달 확인 4/4\n",
    "단체방 글의 숫자 1이 사라져 모두 본 것을 봇이 확인\n",
    "텔레그램 메시지 전달 완료 보고를 받았다.\n",
    "| 이름 | 텔레그램 | 읽음 시각 |\n|---|---|---|\n| 도연 | 발송 | 10:04:10 |\n",
]
KNOWABLE = [
    "A bot is not told who read a message, so we asked for a press.\n",
    "Ilse told us by phone that she had read the Telegram message.\n",
    "10:04 rule read back ENABLED, Slack note posted\n",
    "The mail gateway lists 40 delivered; Slack was told.\n",
    "SMS delivered: 38 of 40. Telegram accepted both posts.\n",
    "Slack gives no read receipts; two people pressed the button.\n",
    "10:00 Telegram window opened by Ilse\n",
    "10:02 replica is read-only, posted to #toll\n",
    "3/3 ready, 2/2 readers on, told the Telegram group\n",
    "The Telegram group was told to read the runbook.\n",
    "| Table | Rows read | Telegram note |\n|---|---|---|\n| gates | 410 | sent |\n",
    '{"app": "telegram", "message_id": 8123, "status": "accepted"}\n',
    '{"service": "s3", "read_count": 12}\n',
    "The chat moderators are volunteers.\n\n- 19:30 stream on, 1,120 viewers waiting\n- 21:26 peak viewers, 3,688\n",
    "텔레그램은 누가 읽었는지 알 수 없다.\n",
    "도연이 전화로 공지를 읽었다고 했다.\n",
    "문자 40건 전달 완료, 슬랙에는 게시만 했다.\n",
]


@pytest.mark.parametrize("text", UNKNOWABLE)
def test_a_receipt_that_no_service_gives_is_found(text: str) -> None:
    assert rules_in(DAY + text) & RECEIPTS


@pytest.mark.parametrize("text", KNOWABLE)
def test_what_people_said_or_other_services_report_is_not(text: str) -> None:
    assert not rules_in(DAY + text) & RECEIPTS


WITH_TS = [
    "10:00:01 webhook answered ok, ts 1770804001.118200\n",
    "We post by incoming webhook.\n\n- 10:00:01 begin, ts 1770804001.118200\n",
    "$ curl -X POST https://hooks.slack.com/services/T/B/x\nok\nts=1770804001.118200\n",
    '```\nPOST https://hooks.slack.com/services/T/B/x\n{"ok": true, "ts": "1770804001.118200"}\n```\n',
    '{"via": "incoming webhook", "answer": {"ok": true, "ts": "1770804001.118200"}}\n',
    "| Way | Sent | ts |\n|---|---|---|\n| webhook | 10:00:01 | 1770804001.118200 |\n",
    "The webhook returned message id 4410.\n",
    '{"via": "incoming webhook", "answer": "ok; ts returned by the webhook: 1770804001.118200"}\n',
    "웹훅으로 올린 글의 ts는 1770804001.118200 이다.\n",
    "슬랙 인커밍 웹훅 사용\n\n10:00:01 시작 글, 응답 ok, ts 1770804001.118200\n",
]
WITHOUT_TS = [
    "The webhook answers ok without any ts.\n\nBy bot token: 10:00:01 begin, ts 1770804001.118200\n",
    "10:00:01 chat.postMessage instead of the webhook, ts 1770804001.118200\n",
    "Webhook for #toll, HTTP 200.\n\nTelegram: message_id 4410\n",
    '> "The webhook returned ts 1770804001.118200."\n\nWrong: it returns ok and nothing else.\n',
    "10:00:01 webhook for 1,200 gates answered HTTP 200, ok\n",
    '{"via": "chat.postMessage", "answer": "ok, ts 1770804001.118200", "note": "the webhook was not used"}\n',
]


@pytest.mark.parametrize("text", WITH_TS)
def test_an_id_from_a_webhook_is_found(text: str) -> None:
    assert "webhook_returns_no_ts" in rules_in(DAY + text)


@pytest.mark.parametrize("text", WITHOUT_TS)
def test_an_id_from_another_way_is_not(text: str) -> None:
    assert "webhook_returns_no_ts" not in rules_in(DAY + text)


MADE_UP = [
    "작업 허가서 번호는 00000000 이고 감독 도장도 받았다.\n",
    "posted batch=5513 trace=00000000000000000000 rows=11\n",
    "case XXXXXXXX-0000 assigned, answer in two days\n",
    "answer ok, message_id 111111\n",
    "10:00 begin (message id 654321)\n",
    "request id: 11111111-2222-3333-4444-555555555555\n",
    "RequestId a1b2c3d4-e5f6-7890-abcd-ef1234567890 took 3 s\n",
    "posted, ts 1234567890.123456\n",
    "ts 1770804001.123456\n",
    "arn:aws:lambda:eu-west-1:123456789012:function:toll\n",
    "instance i-1234567890abcdef0 rebooted\n",
    "digest sha256:0000000000000000000000000000000000000000000000000000000000000000\n",
    "channel C0123456789, user U12345678\n",
    "chat_id -1001234567890\n",
    "request id xxxx-xxxx\n",
    "trace id: abc123\n",
    "transaction id abcdef\n",
    '{"request_id": "00000000-0000-0000-0000-000000000000"}\n',
    "요청 번호 123123123\n",
    "메시지 번호는 222222\n",
]
HANDED_OUT = [
    "account number 000000000000 of the imitation, errors 000000\n",
    "전화 번호는 010-XXXX-5520 으로 가렸다.\n",
    "answer ok, message_id 118342\n",
    "request id: 5b0f6a0e-61f5-4f0b-9a33-0c1b77d2e914\n",
    "ts 1770804001.118200\n",
    "The format is 12345678-1234-1234-1234-123456789012, an example.\n",
    "010-0000-1111 rang once, 100000 rows, port 12345\n",
    "ticket OPS-1234, build 20260212, order of 111111 gates\n",
    "channel C0TOLLOPS, user U07QRTLPS\n",
    "arn:aws:lambda:eu-west-1:317402958816:function:toll\n",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX is where it goes\n",
    "chat_id -1002200117733\n",
    "valid until 2026-03-01, id card checked\n",
]


@pytest.mark.parametrize("text", MADE_UP)
def test_an_id_that_looks_like_an_example_is_found(text: str) -> None:
    assert "placeholder_ids" in rules_in(DAY + text)


@pytest.mark.parametrize("text", HANDED_OUT)
def test_other_ids_numbers_and_said_examples_are_not(text: str) -> None:
    assert "placeholder_ids" not in rules_in(DAY + text)


WRONG_BILL = [
    "Duration: 812.34 ms Billed Duration: 900 ms\n",
    "Duration: 812.34 ms\nBilled Duration: 812 ms\nMemory Size: 256 MB\n",
    "Duration: 812.34 ms Billed Duration: 813 ms Init Duration: 400.00 ms\n",
    '{"metrics": {"durationMs": 812.34, "billedDurationMs": 900, "memorySizeMB": 256, "maxMemoryUsedMB": 118}}\n',
    '{"duration_ms": 812.34, "memory_size_mb": 128, "billed_duration_ms": 813, "max_memory_used_mb": 140}\n',
    "| Run | Duration ms | Billed ms |\n|---|---|---|\n| 1 | 812.34 | 900 |\n",
    "It ran 812.34 ms and was billed as 900 ms.\n",
    "실행 812.34 ms, 청구 900 ms\n",
]
RIGHT_BILL = [
    "Duration: 812.34 ms Billed Duration: 1213 ms Init Duration: 400.00 ms\n",
    '{"metrics": {"durationMs": 812.34, "billedDurationMs": 813}}\n',
    "| Run | Duration ms | Billed ms |\n|---|---|---|\n| 1 | 812.34 | 813 |\n| sum | 1612.34 | 1614 |\n",
    "It ran 812.34 ms and was billed as 813 ms.\n",
    "Before 2020 it would have been billed as 900 ms for 812.34 ms.\n",
    "Billed in all 4100 ms, mean 812.34 ms.\n",
]


@pytest.mark.parametrize("text", WRONG_BILL)
def test_a_bill_that_no_run_had_is_found(text: str) -> None:
    assert "lambda_report" in rules_in(DAY + text)


@pytest.mark.parametrize("text", RIGHT_BILL)
def test_a_bill_by_the_millisecond_is_not(text: str) -> None:
    assert "lambda_report" not in rules_in(DAY + text)


def test_before_august_2025_the_init_phase_may_be_free() -> None:
    free = "2025-03-02\n\nDuration: 812.34 ms Billed Duration: 813 ms Init Duration: 400.00 ms\n"
    assert "lambda_report" not in rules_in(free)
