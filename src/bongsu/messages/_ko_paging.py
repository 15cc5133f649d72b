"""The Korean catalogue of a page by itself."""

from __future__ import annotations

PAGING: dict[str, str] = {
    "unmeasured.summary": "‹내용›",
    "page.raised": "발생",
    "page.raised.by": "{time}, {name}",
    "page.now": "이 메시지",
    "page.now.text": "{levels}단계 중 {level}단계, {rounds}회 중 {round}회차",
    "page.console": "'확인'을 누르거나 명령줄에서 응답하십시오: bongsu ack {run} --by NAME",
    "answers.console": "명령줄에서 응답하십시오: bongsu ack {run} --by NAME",
    "answer.taken": "이미 {name} 님이 확인했습니다. #{seq} 기록으로 남으며 달라지는 것은 없습니다.",
    "closing.cleared": "종료: {name} 님이 상황 종료를 알림, {time}",
    "closing.cleared.nobody": "종료: 상황 종료, {time}",
    "why.acknowledged": "확인 완료",
    "why.unanswered": "모든 단계에 알렸으나 확인 없음",
    "why.not_listening": "확인 없음, 응답 수신 경로가 끊겨 있었음",
    "why.cleared": "상황 종료",
}
