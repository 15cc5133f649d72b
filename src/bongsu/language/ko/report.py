"""report.md: headings, tables, and the lines of its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.language.ko import guard

if TYPE_CHECKING:
    from collections.abc import Mapping

_TITLES = {
    "Page": "긴급 알림",
    "Timeline": "타임라인",
    "Telegram notifications": "Telegram 알림",
    "Slack notifications": "Slack 알림",
    "Notifications without a service's reference": "서비스 참조 번호가 없는 알림",
    "Escalation contact verification": "에스컬레이션 담당자 확인",
    "Escalation drill": "에스컬레이션 훈련",
    "Figures and their sources": "수치와 출처",
    "Baseline": "사전 점검",
    "First run": "최초 호출",
    "Watch": "모니터링",
    "Drill": "훈련",
    "Rollback": "롤백",
    "Readings cited above": "위에 인용된 조회",
    "Rollback readiness": "롤백 준비 상태",
    "Notification summary": "알림 요약",
    "Contacts and SLA": "담당자와 SLA",
    "What was not proven": "증명되지 않은 것",
    "How to check this record": "이 기록을 확인하는 방법",
}

_HEADS = {
    "What it was": "실행의 성격",
    "As last read back": "마지막 재조회 결과",
    "a rehearsal": "리허설",
    "live": "실제 실행",
    "on one machine, as all of its services": "모든 서비스와 함께 한 장비에서 실행",
    "Kind of run": "실행 종류",
    "Matter": "상황",
    "Policy": "정책",
    "The alarm's own name": "경보의 고유 이름",
    "On the word of": "지시",
    "nobody who gave a name": "이름을 밝히지 않음",
    "Limit": "기준",
    "What": "항목",
    "Recorded": "기록",
    "Time": "시각",
    "Detail": "상세",
    "Line": "줄",
    "Contact": "담당자",
    "Role": "역할",
    "Channels": "채널",
    "Channel": "채널",
    "Answered": "응답",
    "Shown": "표시",
    "Acknowledged": "확인",
    "Within": "소요 시간",
    "The service's time": "서비스 시각",
    "Check": "점검",
    "Verdict": "판정",
    "Why": "사유",
    "Figures and the readings they come from": "수치와 출처 조회",
    "Read at": "조회 시각",
    "Reading": "조회",
    "Asked": "요청",
    "Recorded answers in `blobs/` (first 12 digits)": "`blobs/`의 기록된 응답(앞 12자리)",
    "The plan says": "계획 내용",
    "Prepared": "작성",
    "Accepted": "접수",
    "Found in the channel": "채널에서 확인",
    "Found by a person": "담당자가 확인",
    "Outcome unknown": "결과 불명",
    "Refused": "거부",
    "Not sent": "미발송",
    "Name": "이름",
    "Reached through": "연락 수단",
}

_ROWS = {
    "Run": "실행",
    "Release captain": "릴리스 책임자",
    "Window": "작업 시간",
    "Target": "대상",
    "Opened": "시작",
    "T+0, the read-back that shows the rule ENABLED": "T+0, 재조회 결과 규칙 ENABLED",
    "Closed": "종료",
    "Time told by": "시각의 출처",
    "Services asked at": "조회한 서비스 주소",
    "Program": "프로그램",
    "Plan": "계획",
    "Newest link of the ledger": "원장의 마지막 링크",
    "Message": "메시지",
    "To": "수신처",
    "Outcome": "결과",
    "Answer received": "응답 수신",
    "Answer missed": "응답 유실",
    "Cleared up": "확인 완료",
    "The service's own time": "서비스 시각",
    "The service's {}": "서비스의 {0~}",
    "chat id": "대화방 ID",
    "message id": "메시지 ID",
    "channel": "채널",
    "ts": "ts",
    "Possible repeat of": "재발송일 수 있는 원래 메시지",
    "Stands in for": "다음 메시지 대신 발송",
    "The chat's id now": "현재 대화방 ID",
    "Reason given": "사유",
    "Reversed when": "롤백 조건",
    "Detect, decide, execute within": "감지, 결정, 수행 기준",
    "In all within": "총 기준",
    "Legacy": "기존 시스템",
}

_WORDS = {
    "accepted": "접수",
    "outcome unknown": "결과 불명",
    "refused": "거부",
    "not sent": "미발송",
    "the answer was lost; found in the channel": "응답 유실, 채널에서 확인",
    "the answer was lost; a person found it there": "응답 유실, 담당자가 확인",
    "not reached": "도달하지 않음",
    "not closed": "끝나지 않음",
    "this machine's clock": "이 장비의 시계",
    "no answer": "응답 없음",
    "was asked nothing": "요청받은 것 없음",
    "{}: not reached": "{0}: 도달하지 않음",
    "{}: asked {} (#{}), no answer": "{0}: {1} 요청(#{2}), 응답 없음",
    "none given": "제공되지 않음",
    "all": "합계",
    "verify fails": "최초 호출 점검 실패",
    "no first run": "최초 호출 없음",
    "alarm": "경보",
    "leave off": "꺼진 상태 유지",
    "enable": "활성화",
}

_SENTENCES = {
    "**A copy for publication.** The names of people and what they typed, their ids at services, chats, accounts and "
    "keys are pseudonyms here. The ledger of its original ends in `{}`.": (
        "**공개용 사본입니다.** 사람의 이름과 직접 입력한 글, 서비스 ID, 대화방, 계정, 키는 모두 가명입니다. "
        "원본의 원장은 `{0}`에서 끝납니다."
    ),
    "**Verdict: {}** ({}, exit code {})": "**판정: {0}** ({1}, 종료 코드 {2})",
    "the rehearsal clock at {}": "리허설 시계 {0}",
    "{}, go given on the command line by {}": "{0}, 명령줄 진행 승인: {1}",
    "{} to {}": "{0}({1})",
    "{} until {}": "{0}부터 {1}까지",
    "`#n` names line n of `ledger.jsonl`. Times without a zone are in {}.": (
        "`#n`은 `ledger.jsonl`의 n번째 줄입니다. 시간대가 없는 시각은 {0} 기준입니다."
    ),
    "{}, attempt {}": "{0}, {1}차 시도",
    "{} through {}": "{0}, 채널 {1}",
    "{}, by {}": "{0}, 확인 {1}",
    "The {} figures it shows, and their lines": "표시된 수치 {0}건과 원장 줄",
    "{}: {} {} on {} (#{})": "{0}: {1} {2}, {3} (#{4})",
    "A time runs from our receipt of the acceptance to our receipt of the press, rounded up to whole seconds.": (
        "소요 시간은 메시지 접수 응답을 받은 때부터 버튼 누름을 받은 때까지이며, 초 단위로 올림합니다."
    ),
    "{}; on rollback: {}": "{0}; 롤백 시: {1}",
    "{} at {}: call {} (#{})": "{0}, {1}: 요청 {2} (#{3})",
    "Answers that count: {}. Presses recorded that do not count: {}.": (
        "인정된 응답 {0}건, 기록되었으나 인정되지 않은 응답 {1}건."
    ),
    "Accepted means that the service took the message; no chat service reports that a message was delivered or read.": (
        "접수는 서비스가 메시지를 받았다는 뜻이며, 전달이나 열람을 알려 주는 채팅 서비스는 없습니다."
    ),
    "The services' own times and our receipts lie at most {} ms apart over {} messages (#{}).": (
        "메시지 {1}건에서 서비스 시각과 수신 시각의 차이는 최대 {0} ms입니다(#{2})."
    ),
    "Acknowledgement SLA: {}.": "확인 SLA: {0}.",
    "`bongsu verify` on this folder walks the chain, recomputes every figure from the recorded answers and": (
        "이 폴더에서 `bongsu verify`를 실행하면 체인을 따라가며 모든 수치를 기록된 응답에서 다시 계산하고"
    ),
    "renders this report again. By hand: each file in `blobs/` is named by its own SHA-256; each line of": (
        "이 보고서를 다시 작성해 비교합니다. 직접 확인하려면: `blobs/`의 파일 이름은 그 파일의 SHA-256이고,"
    ),
    "`ledger.jsonl` begins with the SHA-256 of the rest of it, and holds the hash of the line before it": (
        "`ledger.jsonl`의 각 줄은 나머지 내용의 SHA-256으로 시작하며 앞줄의 해시를 `prev`로"
    ),
    "as `prev`.": "담고 있습니다.",
}

_TIMELINE = {
    "phase {}": "단계: {0~}",
    "{} about to leave": "{0~} 발송 예정",
    "{} accepted": "{0~} 접수",
    "{} refused": "{0~} 거부",
    "{} not_sent": "{0~} 미발송",
    "{} in_doubt": "{0~} 결과 불명",
    "{} about to be {}": "{0~} {1~} 예정",
    "switching call accepted": "전환 요청 접수",
    "switching call refused": "전환 요청 거부",
    "switching call not_sent": "전환 요청 전송되지 않음",
    "switching call in_doubt": "전환 요청 결과 불명",
    "{} pressed by {}": "{1~} {0~} 응답",
    "roll_back": "롤백",
    "go_on": "재개",
    "unknown person on {}": "{0}의 알 수 없는 사용자",
    "{}, counted": "{0}, 인정",
    "{}, repeated": "{0}, 중복",
    "{}, late": "{0}, 기한 경과",
    "{}, wrong_person": "{0}, 대상자 아님",
    "{}, not_authentic": "{0}, 이 메시지의 버튼이 아님",
    "{}, unknown_message": "{0}, 이 실행의 메시지가 아님",
    "cleared up as accepted": "확인 결과: 접수",
    "cleared up as not_sent": "확인 결과: 미발송",
    "cleared up as done": "확인 결과: 수행됨",
    "cleared up as not_done": "확인 결과: 수행되지 않음",
    "{}, by read_back": "{0}, 재조회로 확인",
    "{} asked for": "{0~} 지시",
    "by {}": "지시 {0}",
    "by {}: {}": "지시 {0}: {1}",
    "learned late: {}": "늦게 알게 된 결과: {0~}",
    "this machine's clock was set": "이 장비의 시계 변경",
    "by {} ms, followed": "{0} ms, 실행 시각에 반영",
    "by {} ms, not followed": "{0} ms, 실행 시각에 반영하지 않음",
}

ENTRIES: Mapping[str, str] = {**_TITLES, **_HEADS, **_ROWS, **_WORDS, **_TIMELINE, **guard.TIMELINE, **guard.WHYS}
SAID: Mapping[str, str] = _SENTENCES
