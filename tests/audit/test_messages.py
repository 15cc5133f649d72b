"""What a message cannot hold: its own receipt, and answers of later; and answers in the second of the page."""

from __future__ import annotations

import pytest
from tests.audit.logs import rules_in

DAY = "Drill of the ferry crew, 2026-02-11, KST\n\n"

RECEIPTS = [
    "Text of the post, sent 09:00:00:\n\n```\nTimetable live.\nThis notice was received by all skippers.\n```\n",
    "09:00:00 posted to #ferry:\n\n> Timetable live\n> Delivery: confirmed\n",
    '09:00:00 {"channel": "C0FERRY", "text": "Timetable live. This message has been delivered."}\n',
    "09:00:00 bot note to #ferry follows:\n          | Timetable live\n          | this card: arrived on every phone\n",
    '- 09:00 sent "Timetable live, this page reached everyone"\n',
    "[09:00] bot: timetable live. this announcement was posted and read by all\n",
    "Slack card, sent 09:00:00\n\n```\n• Timetable live\n• Slack message: delivered\n```\n",
    "Message as sent at 09:00:00\n\n```\nReceived by: harbour, pilots\n```\n",
    "보낸 글 (09:00:00 발송)\n\n```\n시간표 전환 완료\n본 메시지는 전원에게 도착 완료되었습니다\n```\n",
    "09:00에 슬랙에 올린 글\n\n> 시간표 전환\n> 이 공지는 정상 수신되었음\n",
    "텔레그램 공지 본문 (09:00:00)\n\n```\n수신 확인 완료: 항만팀, 도선팀\n```\n",
]
NO_RECEIPTS = [
    "Text of the post, sent 09:00:00:\n\n```\nIf this message was received, press OK.\n```\n",
    "09:00:00 posted to #ferry:\n\n> Please confirm that this notice was read\n",
    '09:00:00 {"channel": "C0FERRY", "text": "This message was sent automatically."}\n',
    "This message was received by the group at 09:01, as Mirela told us by phone.\n",
    "보낸 글 (09:00:00 발송)\n\n```\n이 메시지를 받으면 확인을 눌러 주세요\n```\n",
    "Message as sent at 09:00:00\n\n```\nThe start note of 08:30 was accepted by Telegram\n```\n",
    "Post of 09:00:00\n\n```\nParcels received by the depot: 40\n```\n",
]


@pytest.mark.parametrize("text", RECEIPTS)
def test_a_message_that_reports_its_own_receipt_is_found(text: str) -> None:
    assert "message_reports_itself" in rules_in(DAY + text)


@pytest.mark.parametrize("text", NO_RECEIPTS)
def test_a_message_that_asks_for_one_or_tells_of_another_is_not(text: str) -> None:
    assert "message_reports_itself" not in rules_in(DAY + text)


LATER = [
    "Page, sent 09:00:00\n\n```\nPress OK. Confirmed so far: Ilse 09:00:41, Tak 09:01:07\n```\n",
    "09:00:00 posted:\n\n> Press OK\n> Pressed until now:\n> - Ilse 09:00:41\n> - Tak 09:01:07\n",
    '09:00:00 {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Acks: Ilse 09:02:10"}}]}\n',
    '{"sent_at": "2026-02-11T09:00:00+09:00", "chat_id": -1002200117000, "text": "Answered already: Ilse 09:02:10"}\n',
    "09:00:00 bot page follows:\n      | press OK\n      | replied: Tak (09:01:07)\n",
    '- 09:00:00 sent "press OK, seen by Ilse at 09:04:10 already"\n',
    "[09:00] bot: please press. confirmed so far Ilse 09:02, Tak 09:03\n",
    "보낸 글 (09:00:00 발송)\n\n```\n눌러 주세요\n현재 확인: 도연 (09:00:33)\n```\n",
    "09:00:00에 올린 글\n\n> 응답자: 도연 09:02:10, 해슬 09:03:00\n",
    "텔레그램 호출 글 (09:00:00)\n\n```\n지금까지 누른 사람\n- 도연 09:00:33\n- 해슬 09:01:20\n```\n",
    "Page, sent 09:00:00\n\n```\nConfirmed so far: Ilse, Tak\n```\n\n- 09:01:10 Ilse pressed\n- 09:02:00 Tak pressed\n",
]
NOT_LATER = [
    "Page, sent 09:00:00\n\n```\nPlease confirm by 09:15:00. Window 09:30-10:00.\n```\n",
    "Page, sent 09:00:00\n\n```\nConfirmed so far: Ilse 08:55:41\n```\n",
    "Result, sent 09:10:00\n\n```\nConfirmed: Ilse 09:00:41, Tak 09:01:07\n```\n",
    "Page, sent 09:00:00, edited at 09:05 to what follows\n\n```\nConfirmed so far: Ilse 09:00:41\n```\n",
    "Page, sent 09:00:00\n\n```\nThe window 09:30-10:00 is confirmed. Next update 09:45.\n```\n",
    "[09:00] bot: window confirmed, begin 09:30\n[09:01] mirela: next look 09:20\n",
    "보낸 글 (09:00:00 발송)\n\n```\n09:15까지 확인 부탁드립니다\n다음 확인 예정 09:30\n```\n",
    "Page, sent 09:00:00\n\n```\nConfirmed so far: nobody\n```\n\n- 09:01:10 Ilse pressed\n",
]


@pytest.mark.parametrize("text", LATER)
def test_a_message_that_lists_answers_of_later_is_found(text: str) -> None:
    assert "ack_in_its_own_request" in rules_in(DAY + text)


@pytest.mark.parametrize("text", NOT_LATER)
def test_deadlines_earlier_answers_and_edits_are_not(text: str) -> None:
    assert "ack_in_its_own_request" not in rules_in(DAY + text)


SAME = [
    "| Who | Paged | Answered |\n|---|---|---|\n| Ilse | 09:00:00 | 09:00:00 |\n",
    "| Name | Question out | Thumbs-up |\n|---|---|---|\n| Ilse | 09:00:00 | 09:00:00 |\n",
    "name   asked      confirmed\nIlse   09:00:00   09:00:00\nTak    09:00:00   09:01:10\n",
    "| Person | Pressed | Remark |\n|---|---|---|\n| Ilse | 09:00 | in the same second as the page left |\n",
    "| Who | Answered | After |\n|---|---|---|\n| Ilse | 09:00:00 | 0 s |\n",
    "09:00:00 page sent to the crew\n09:00:00 Ilse pressed OK\n09:01:10 Tak pressed OK\n",
    "- Ilse: asked 09:00:00, answered 09:00:00\n",
    "Ilse confirmed at 09:00:00, the very second in which the message was sent.\n",
    '{"sent_at": "2026-02-11T09:00:00Z", "acks": [{"who": "Ilse", "at": "2026-02-11T09:00:00Z"}]}\n',
    '[{"paged_at": "2026-02-11T09:00:00Z", "answered_at": "2026-02-11T09:00:00Z", "who": "Ilse"}]\n',
    "| 이름 | 호출 | 응답 |\n|---|---|---|\n| 도연 | 09:00:00 | 09:00:00 |\n",
    "09:00:00 단체방에 호출 발송\n09:00:00 도연 확인 버튼 누름\n",
    "도연은 메시지를 보낸 09:00:00 같은 초에 확인했다.\n",
    "[09:00:00] 도연  #31\n@가람 지금 꺼도 되나요?\n\n[09:00:00] 가람  #32\n병동에 물어봤고 된다고 합니다\n",
]
SAME += [
    "09:00:07  Ilse rings Tak and asks whether\n          the tills work\n09:00:07  Tak answers: all fine\n",
    (
        '[\n {"from": "Ilse", "clock": "09:00:07", "text": "Tak, is the stop button working?"},\n'
        ' {"from": "Tak", "clock": "09:00:07", "text": "I pressed it, you can start"}\n]\n'
    ),
    (
        '{"물음": {"누가": "도연", "시각": "09:00:07", "글": "가람 님, 번호가 이어지는지 봐 주시겠어요?"},\n'
        ' "답": {"누가": "가람", "시각": "09:00:07", "글": "장부 꺼내서 봤어요"}}\n'
    ),
    '[09:00] 교감께 여쭘. "내일도 같은 시각으로 할까요?" 09:00:07\n    답: "네 그렇게 하세요" 09:00:07\n',
]
NOT_SAME = [
    "09:00:07  Ilse rings Tak and asks whether\n          the tills work\n09:00:31  Tak answers: all fine\n",
    (
        '[\n {"from": "Ilse", "clock": "09:00:07", "text": "Is anybody there?"},\n'
        ' {"from": "page bot", "clock": "09:00:07", "text": "paged the second line"}\n]\n'
    ),
    (
        '[\n {"from": "Ilse", "clock": "09:00:07", "text": "Is the stop button working?"},\n'
        ' {"from": "Ilse", "clock": "09:00:07", "text": "And the lamp"}\n]\n'
    ),
    "09:00:07 Ilse: is it on?\n09:00:07 Tak: back in five\n09:00:07 Rui: lunch\n",
    "| Who | Paged | Answered |\n|---|---|---|\n| Ilse | 09:00:00 | 09:00:41 |\n",
    "| Who | Paged | Answered |\n|---|---|---|\n| Ilse | 09:00 | 09:00 |\n",
    "09:00:00 call: rates live\n09:00:00 answer error 429, retry after 6\n",
    "09:00:00 sendMessage\n09:00:00 API answered ok, message_id 882\n",
    "| Pod | Started | Ready |\n|---|---|---|\n| a | 09:00:00 | 09:00:00 |\n",
    "Both answered at the same time as last week.\n",
    "09:00:00 KST (00:00:00 UTC) page sent, nobody had answered\n",
    (
        "[09:00:00] 도연  #31\n@가람 지금 꺼도 되나요?\n\n[09:00:00] 알림봇  #32\n가람에게 전달했습니다\n\n"
        "[09:00:40] 가람  #33\n네\n"
    ),
    "[09:00:00] 도연  #31\n지금 끕니다\n\n[09:00:00] 가람  #32\n도면 올립니다\n",
]


@pytest.mark.parametrize("text", SAME)
def test_an_answer_in_the_second_of_the_page_is_found(text: str) -> None:
    assert "ack_equals_send_time" in rules_in(DAY + text)


@pytest.mark.parametrize("text", NOT_SAME)
def test_an_answer_of_later_or_of_a_service_is_not(text: str) -> None:
    assert "ack_equals_send_time" not in rules_in(DAY + text)
