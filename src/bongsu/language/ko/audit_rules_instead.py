"""What the audit's rules say should stand in the log instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMES = {
    "the recorded time, in its place": "기록된 시각을 제 위치에 기재",
    "the recorded time of each": "각각의 기록된 시각",
    "the recorded date and time": "기록된 날짜와 시각",
    "both times from the records that they were taken from": "두 시각을 각각의 원본 기록대로 기재",
    "the two recorded times; the duration follows from them": "기록된 두 시각. 소요 시간은 두 시각에서 계산됩니다.",
    "the two recorded times; the response time follows from them": "기록된 두 시각. 응답 시간은 두 시각에서 계산됩니다.",
    "each answer's own time, and the slowest of them": "응답마다의 시각과 가장 늦은 응답",
    "the next run as the service gives it, with its day and its zone": "서비스가 알려 주는 다음 실행의 날짜, 시각과 시간대",
    "the time as it was, and by how much it missed the window": "실제 시각과 작업 시간을 벗어난 정도",
    "the message as it was sent then; the result in one of its own, behind the run": (
        "그때 보낸 그대로의 메시지. 결과는 실행 후의 별도 메시지로 기재"
    ),
    "the number that was given to this one, or the time at which it was": "실제로 부여된 번호 또는 실제 시각",
    "the one that is right, the same everywhere; if there are two, what each of them is": (
        "맞는 것 하나를 모든 곳에 동일하게. 둘 다 있다면 각각이 무엇인지"
    ),
    "the cost as it was charged, with its count and price": "실제 청구 금액과 건수, 단가",
    "late, by how much and why": "기준 초과 사실, 초과한 시간과 이유",
    "missed, by how much and why": "미달 사실, 그 정도와 이유",
    "the time, and T+ counted from the instant that the log calls T+0": "시각과, 기록에서 T+0인 시점부터 계산한 T+",
    "the period that the log covers, or the recorded time": "기록이 다루는 실제 기간 또는 기록된 시각",
    "what was done outside the window, and who allowed it": "작업 시간 밖에 수행한 작업과 허용한 사람",
    "what was done after that time, and who allowed it": "그 시각 이후에 수행한 작업과 허용한 사람",
    "the recorded time, or who allowed work outside the window": "기록된 시각 또는 작업 시간 외 작업을 허용한 사람",
    "one time with its zone; the other follows from it": "시간대를 붙인 시각 하나. 다른 시각은 여기서 계산됩니다.",
    "the time as the service gave it, with the zone that it is in": "서비스가 반환한 시각과 그 시간대",
    "both as recorded: when the answer came, and the date or ts in it": (
        "기록된 그대로 둘 다: 응답을 받은 시각과 응답에 있는 date 또는 ts"
    ),
    "what the service returned; of that second it begins with {}": (
        "서비스가 반환한 값. 그 시각의 값은 앞부분이 {0}입니다."
    ),
    "what the service returned, and the time at which it was": "서비스가 반환한 값과 그때의 시각",
    "the first run's own record, and the runs before it that this leaves out": (
        "최초 실행의 실제 기록과 그 앞에 빠진 실행"
    ),
    "the run's own record, and who started it if the schedule did not": (
        "실행 자체의 기록, 스케줄이 아니라면 실행을 시작한 사람"
    ),
    "the runs' own records, and who started those that the schedule did not": (
        "각 실행의 기록, 스케줄에 따르지 않은 실행은 시작한 사람"
    ),
    "the ScheduleExpression as describe-rule prints it": "describe-rule이 출력하는 ScheduleExpression 그대로",
}

_COUNTS = {
    "the parts and the total as they were counted, each with its source": "실제로 집계한 항목별 수와 합계, 각각의 출처",
    "the counts as they were counted, each with its source": "실제로 집계한 수와 각각의 출처",
    "the figure that follows from those beside it": "옆의 수치에서 계산되는 값",
    "the count as it was measured; the percentage follows from it": "측정된 건수. 비율은 건수에서 계산됩니다.",
    "both counts as they were measured": "측정된 두 건수",
    "the count, the price and the amount as they were billed": "청구된 그대로의 수량, 단가, 금액",
    "the number of entries, or which are left out": "실제 항목 수 또는 빠진 항목",
    "the number of messages listed, with what each service answered": "나열된 메시지 수와 각 서비스의 응답",
    "the number and the time as the system gave them": "시스템이 남긴 번호와 시각",
    "the measured figure, the same in both": "측정된 수치를 양쪽에 동일하게 기재",
    "the count, and who or what is missing": "건수와 빠진 사람 또는 항목",
    "the count, and which is not so yet": "건수와 아직 그렇지 않은 항목",
    "how many there were, and which": "몇 건이었는지와 그 내용",
}

_MESSAGES = {
    "the channel and the user id of the answer, as recorded": "기록된 응답의 채널과 사용자 ID",
    'the time of the press or reply, or "no acknowledgement was asked for"': (
        '버튼을 누르거나 답장한 시각 또는 "확인을 요청하지 않음"'
    ),
    "three records: the message as it was sent, each answer with its time, the result as a new message": (
        "세 가지 기록: 발송된 그대로의 메시지, 각 응답과 시각, 새 메시지로 낸 결과"
    ),
    "the result as a message of its own, sent after the last answer": "마지막 응답 이후 별도 메시지로 발송한 결과",
    "the message as it was sent; what became known later as a message of its own": (
        "발송된 그대로의 메시지. 나중에 알게 된 내용은 별도 메시지로 기재"
    ),
    "leave it out, or name an earlier message and what its service answered": (
        "삭제하거나, 앞서 발송한 메시지와 서비스의 응답을 기재"
    ),
    "the press or the reply as it was recorded: user id, ts, and which app received it": (
        "기록된 버튼 응답 또는 답글: 사용자 ID, ts, 받은 앱"
    ),
    "which message was acknowledged, by whom and when": "어느 메시지를 누가 언제 확인했는지",
    "who answered, how and when: a press or a reply with the user's id and time": (
        "누가 언제 어떻게 응답했는지: 사용자 ID와 시각이 있는 버튼 응답 또는 답장"
    ),
    '"accepted by Telegram: message_id N, date D" or "accepted by Slack: ts N"': (
        '"Telegram 접수: message_id N, date D" 또는 "Slack 접수: ts N"'
    ),
    '"the dashboard answered HTTP 200 at T" if somebody asked it, or who pressed what and when': (
        '실제로 조회했다면 "T에 대시보드가 HTTP 200으로 응답", 또는 누가 무엇을 언제 눌렀는지'
    ),
    "what the service answered, and what was done about it": "서비스의 응답과 그에 따른 조치",
    "the id that the service returned for this message": "서비스가 이 메시지에 반환한 ID",
    "the ids as the service returned them, each with its message": "서비스가 반환한 ID를 메시지별로 기재",
    "the id as the recorded response has it": "기록된 응답에 있는 ID",
}

_SERVICES = {
    "the answer exactly as Slack gave it": "Slack의 응답 그대로",
    "the ts exactly as the response has it": "응답에 있는 ts 그대로",
    "what Slack answered, as recorded": "기록된 Slack의 응답",
    "what Slack answered, and the message that it took": "Slack의 응답과 실제로 접수된 메시지",
    "what the service answered; to leave a cell blank, split the section or write a dash": (
        "서비스의 응답. 칸을 비우려면 섹션을 나누거나 줄표(-)를 쓰십시오."
    ),
    "leave them out, or post with chat.postMessage and the scope chat:write.customize": (
        "삭제하거나, chat.postMessage와 chat:write.customize 권한으로 게시"
    ),
    '"webhook accepted (HTTP 200, ok); no message id available", or post with chat.postMessage and quote its ts': (
        '"웹훅 접수(HTTP 200, ok), 메시지 ID 없음"으로 쓰거나, chat.postMessage로 게시하고 그 ts를 기재'
    ),
    '"accepted by the webhook (HTTP 200)"; or read the replies with a bot token and list user and ts': (
        '"웹훅 접수(HTTP 200)"로 쓰거나, 봇 토큰으로 답글을 조회해 사용자와 ts를 기재'
    ),
    "the member of sendMessage's answer exactly as it came": "sendMessage 응답에 있는 값 그대로",
    "the negative id of the group as the response has it, or what chat it really was": (
        "응답에 있는 그룹의 음수 ID 또는 실제로 어떤 대화방이었는지"
    ),
    "the id of the chat as the response has it, or what chat it really was": (
        "응답에 있는 대화방 ID 또는 실제로 어떤 대화방이었는지"
    ),
    "the group's negative id, or one private chat for each contact": "그룹의 음수 ID 또는 연락처마다 각자의 개인 대화방",
    "the answer as the command printed it": "명령이 출력한 응답 그대로",
    "what the command printed, if anything; the state is read back with a describe or get command": (
        "명령의 출력이 있다면 그대로. 상태는 describe 또는 get 명령으로 재조회합니다."
    ),
    "what the command printed; the state of a rule is read with describe-rule": (
        "명령이 출력한 내용. 규칙의 상태는 describe-rule로 조회합니다."
    ),
    "what was read back, and with which command": "재조회한 내용과 사용한 명령",
    "what kubectl printed, as the terminal has it": "터미널에 나온 kubectl의 출력 그대로",
    "the REPORT line as CloudWatch Logs holds it": "CloudWatch Logs에 있는 REPORT 줄 그대로",
    "the step that switched it on again and its read-back, or that it is still off": (
        "다시 켠 단계와 재조회 결과 또는 아직 꺼져 있다는 사실"
    ),
    "the step that switched it, with its time and its read-back, or the state as it is": (
        "전환한 단계와 그 시각, 재조회 결과 또는 실제 상태"
    ),
    "the minute at which it really ran, or what started it instead of the schedule": (
        "실제로 실행된 분 또는 스케줄 대신 실행시킨 것"
    ),
    "from when to when it was so, with the switching between": "언제부터 언제까지 그랬는지와 그 사이에 켜고 끈 단계",
    "the step that switched it on again, with its time, or who really did the work": (
        "다시 켠 단계와 그 시각 또는 실제로 작업을 처리한 주체"
    ),
}

_NAMES = {
    "the name that the service answers to, the same everywhere": "서비스의 실제 이름을 모든 곳에 동일하게 기재",
    "the name that the service answers to, the same everywhere, or what the other one is": (
        "서비스의 실제 이름을 모든 곳에 동일하게 쓰거나 다른 이름이 무엇인지 기재"
    ),
    "the name as the person writes it, the same everywhere": "본인이 쓰는 이름을 모든 곳에 동일하게 기재",
    "the number as it is where it was given, the same everywhere": "발급된 번호를 모든 곳에 동일하게 기재",
    "the number that was rung, the same everywhere, or why there are two": (
        "실제로 건 번호를 모든 곳에 동일하게 쓰거나 번호가 둘인 이유를 기재"
    ),
    "the version that the service shows": "서비스가 표시하는 버전",
    "one role, the same everywhere": "한 가지 역할을 모든 곳에 동일하게 기재",
    "what is meant, by a name that can be found, or with the cited lines": (
        "찾을 수 있는 이름으로 쓰거나 인용한 줄을 함께 첨부"
    ),
    "the file that is there, or attach it": "실제로 있는 파일 이름을 적거나 그 파일을 첨부",
    "what is meant, by a number or a name that can be found": "찾을 수 있는 번호나 이름으로 기재",
}

ENTRIES: Mapping[str, str] = {**_TIMES, **_COUNTS, **_MESSAGES, **_SERVICES, **_NAMES}
