"""What a run says on the terminal: progress, where it stands, what the commands report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LABELS = {
    "baseline": "사전 점검",
    "go": "승인",
    "enable": "활성화",
    "first run": "최초 호출",
    "no-go": "진행 중단",
    "held": "보류",
    "rollback": "롤백",
    "verify": "검증",
    "watch": "모니터링",
    "alarm": "경보",
    "clock": "시계",
    "drill": "훈련",
    "announce": "공지",
    "page": "긴급 알림",
    "buttons": "버튼",
    "pressed": "응답",
    "read": "조회",
    "listen": "수신",
    "switch": "전환",
    "closed": "종료",
    "window": "작업 시간",
    "target": "대상",
    "plan": "계획",
    "phase": "단계",
    "ledger": "원장",
    "listening": "응답 수신",
    "channel": "채널",
    "in doubt": "결과 불명",
    "IN DOUBT": "결과 불명",
    "legacy": "기존 시스템",
    "workload": "워크로드",
}

_WORDS = {
    "pass": "통과",
    "unknown": "판정 불가",
    "fail": "실패",
    "accepted": "접수",
    "not sent": "미발송",
    "not-sent": "미발송",
    "done": "수행됨",
    "not-done": "수행되지 않음",
    "refused": "거부",
    "ack": "확인",
    "roll-back": "롤백",
    "hold": "보류",
    "counted": "인정",
    "repeated": "중복",
    "late": "기한 경과",
    "wrong person": "대상자 아님",
    "not authentic": "이 메시지의 버튼이 아님",
    "unknown message": "이 실행의 메시지가 아님",
    "enabled": "활성화",
    "disabled": "비활성화",
    "settled": "미결 건 정리",
    "open": "진행 중",
    "lost": "끊김",
    "ok": "정상",
    "error": "오류",
    "error:": "오류:",
    "cause:": "원인:",
    "help:": "조치:",
    "warning:": "경고:",
    "Rule": "규칙",
    "Function": "함수",
    "Account": "계정",
    "Region": "리전",
    "nothing": "없음",
    "system": "이 장비",
}

_PACES = {
    "wall speed, and `Skip ahead` on the page jumps to the next deadline": (
        "실제 속도, 페이지의 `Skip ahead`로 다음 기한까지 건너뛰기"
    ),
    "a jump to the next deadline, unless a button waits for you": "다음 기한까지 건너뛰기, 누를 버튼이 있으면 정지",
    "no speed at all until you let it go on": "계속하라고 할 때까지 정지",
}

_MESSAGES = {
    "go_request": "진행 승인 요청",
    "start": "시작 안내",
    "success": "성공 안내",
    "drill_result": "훈련 결과",
    "watch_summary": "모니터링 요약",
    "no_go": "진행 중단",
    "go request": "진행 승인 요청",
    "drill result": "훈련 결과",
    "watch summary": "모니터링 요약",
    "no go": "진행 중단",
}

_SENT = _MESSAGES | {name: _LABELS.get(name) or _WORDS[name] for name in ("drill", "page", "rollback", "hold")}

_PHASES = {
    "planned": "계획됨",
    "baselined": "사전 점검 완료",
    "approved": "승인 완료",
    "announced": "공지 완료",
    "observing": "최초 호출 대기",
    "verifying": "검증 중",
    "succeeded": "성공",
    "drilled": "훈련 완료",
    "watching": "모니터링 중",
    "deciding": "결정 대기",
    "rolling_back": "롤백 중",
    "rolled_back": "롤백 완료",
    "rollback_failed": "롤백 실패",
}

WHYS = {
    "started": "실행 시작",
    "baseline passed": "사전 점검 통과",
    "baseline failed": "사전 점검 실패",
    "baseline unknown": "사전 점검 판정 불가",
    "no approval needed": "계획상 승인 불필요",
    "refused by approver": "승인 권한자가 진행 중단",
    "not approved in time": "기한 내 승인 없음",
    "window passed": "작업 시간 경과",
    "nobody told": "공지를 접수한 채널 없음",
    "read back enabled": "재조회 결과 대상 활성",
    "not enabled": "재조회 결과 대상이 활성화되지 않음",
    "switch in doubt": "대상의 활성화 여부를 알 수 없음",
    "legacy enabled": "재조회 결과 기존 시스템이 비활성화되지 않음",
    "waiting for first run": "최초 호출 대기",
    "first run found": "최초 호출 확인",
    "no first run": "최초 호출 없음",
    "verify passed": "최초 호출의 모든 점검 통과",
    "verify failed": "최초 호출 점검 실패",
    "verify unknown": "최초 호출 점검 판정 불가",
    "drill passed": "훈련 통과",
    "drill missed": "훈련 미통과",
    "no drill": "계획에 훈련 없음",
    "watch failed": "모니터링 점검 실패",
    "alarm unknown": "경보를 읽지 못했거나 경보가 없어짐",
    "watch unknown": "모니터링 점검 판정 불가",
    "watch over": "모니터링 종료",
    "no watch": "계획에 모니터링 없음",
    "decided by person": "담당자가 결정",
    "nobody decided": "기한 내 결정 없음",
    "unknown rolls back": "판정 불가로 계획에 따라 롤백",
    "asked by operator": "명령줄에서 지시",
    "went on": "재개",
    "read back disabled": "재조회 결과 대상 비활성",
    "not disabled": "재조회 결과 대상이 비활성화되지 않음",
    "still runs": "비활성화 후에도 대상이 다시 시작됨",
    "legacy not restored": "기존 시스템이 활성화되지 않음",
    "finished": "완료",
}
_RECORDED = {key.replace(" ", "_"): text for key, text in WHYS.items()}

_LINES = {
    "captain: {}": "릴리스 책임자: {0}",
    "window {}": "작업 시간 {0}",
    "clock: {}": "시계: {0}",
    "rule ENABLED, read back": "규칙 ENABLED, 재조회로 확인",
    "found, request {}": "확인, 요청 {0}",
    ", the limit": ", 기준",
    "look {} of {}: {}": "{1}회 중 {0}회차: {2}",
    "{} s": "{0}초",
    "{} (SLA {} min)": "{0} (SLA {1}분)",
    "{} to {}": "{0}({1})",
    "{} by {} on {}": "{1} {0}, {2}",
    "unknown person on {}": "{0}의 알 수 없는 사용자",
    "does not count: {}": "인정되지 않음: {0}",
    "{} not answered: {}": "{0} 응답 없음: {1}",
    "{} lost: {}": "{0} 끊김: {1}",
}

_REPORTS = {
    "to do": "할 일",
    "to do:": "할 일:",
    "next": "다음",
    "run": "실행",
    "opened, UTC": "시작(UTC)",
    "came to": "결과",
    "events": "이벤트",
    "rollback failed": "롤백 실패",
    "closed: pass": "종료: 통과",
    "closed: fail": "종료: 실패",
    "closed: rollback failed": "종료: 롤백 실패",
    "closed: no-go": "종료: 진행 중단",
    "ended": "종료",
    "{} events, newest link {}": "이벤트 {0}건, 마지막 링크 {1}",
    "leaving: nothing new is begun; under way ({}): {}": "나가는 중: 새로 시작하지 않습니다. 진행 중({0}건): {1}",
    "leaving: still under way ({}): {}": "나가는 중: 아직 진행 중({0}건): {1}",
    "each ends by its own time limit; Ctrl-C again leaves at once, in doubt of them": (
        "각자의 제한 시간 안에 끝납니다. Ctrl-C를 다시 누르면 결과 불명으로 두고 바로 나갑니다."
    ),
    "left at once: what was under way is in doubt; the evidence was not written": (
        "바로 나갔습니다. 진행 중이던 것은 결과 불명이며 증적은 작성하지 않았습니다."
    ),
    "bongsu resume {} goes on; bongsu rollback {} --by NAME undoes": (
        "재개는 bongsu resume {0}, 롤백은 bongsu rollback {1} --by NAME"
    ),
    "bongsu resume {} --go-on --by NAME goes on; bongsu rollback {} --by NAME undoes": (
        "재개는 bongsu resume {0} --go-on --by NAME, 롤백은 bongsu rollback {1} --by NAME"
    ),
    "the run is not closed; this evidence ends where its ledger does": (
        "실행이 끝나지 않았으므로 이 증적은 원장이 끝나는 곳까지입니다."
    ),
    "handed to the process that drives {}; `bongsu status {}` shows what it does": (
        "{0} 실행 중인 프로세스에 전달했습니다. 진행 상황은 `bongsu status {1}`"
    ),
    "killed process {} with SIGKILL; resuming {}": "프로세스 {0} 강제 종료(SIGKILL), {1} 재개",
    "as expected": "예상과 일치",
    "expected {}": "예상은 {0}",
    "scenario {}: exit code {}, {}": "시나리오 {0}: 종료 코드 {1}, {2}",
    "{} is played by a function that does nothing; `--world` may describe another": (
        "{0} 자리에는 아무 일도 하지 않는 함수가 실행됩니다. `--world`로 다른 함수를 정할 수 있습니다."
    ),
    "starting the imitated services on this machine": "이 장비에서 모의 서비스를 시작합니다",
    "page: {}\nyou play {}; time goes at {}": "페이지: {0}\n맡은 담당자 {1}; 시간의 흐름: {2}",
    "{} seconds a second, unless a button waits for you": "초당 {0}초, 누를 버튼이 있으면 정지",
    "the run is over; the page stays open until Ctrl-C": "실행이 끝났습니다. 페이지는 Ctrl-C까지 열려 있습니다.",
    "ready: {}   (process {})": "준비 완료: {0}   (프로세스 {1})",
    "{}: {}, by {}": "{0}: {1}, 확인 {2}",
    "opened {}": "시작 {0}",
    "{} events": "이벤트 {0}건",
    "and {} more: `bongsu status --before {}`, or --all": "외 {0}건: `bongsu status --before {1}` 또는 --all",
    'no runs yet in "{}"; `bongsu rehearse` makes one on this machine': (
        '"{0}"에 아직 실행이 없습니다. `bongsu rehearse`로 이 장비에서 실행해 볼 수 있습니다.'
    ),
    "{}, read back at {} (#{})": "{0}, 재조회 {1} (#{2})",
    "closed: {}: {}": "종료: {0}: {1}",
    "{} since {}": "{0}, {1}부터",
    "{} events, newest at {}, link {}": "이벤트 {0}건, 마지막 {1}, 링크 {2}",
    "waiting": "대기",
    "looks again at {}": "다음 확인 {0}",
    "at the latest {} ({})": "늦어도 {0} ({1})",
    "Ctrl-C leaves": "Ctrl-C로 나가기",
    "looks again at {}, if it is running": "다음 점검 {0}(실행 중일 때)",
    "{}: took its newest message at {} (#{})": "{0}: 마지막 접수 {1} (#{2})",
    "{}: has taken nothing yet": "{0}: 아직 접수된 메시지 없음",
    "{}: {} attempts in a row not accepted, newest #{}": "{0}: 연속 {1}회 접수되지 않음, 마지막 #{2}",
    "{}: paused until {}, as its service asked": "{0}: 서비스 요청에 따라 {1}까지 발송 중지",
    "{}: chat {} has the id {} now, put that into the plan (#{})": "{0}: 대화방 {1}의 ID 변경({2}), 계획서 수정 필요 (#{3})",
    "{} (#{}) stands in for #{}, which failed or is late": "{0} (#{1}): 실패하거나 늦은 #{2} 대신 발송",
    "at the services' limits, if each is taken at once:": "서비스 발송 한도 기준 소요 시간(모두 즉시 접수될 때):",
    "{} messages within {} s": "메시지 {0}건, {1}초 이내",
    "{}, captain {}": "{0}, 릴리스 책임자 {1}",
    "the plan can be used; `--online` asks the services too": "사용할 수 있는 계획입니다. 서비스 조회는 `--online`",
    "{} asked, {} refused": "{0}건 조회, {1}건 거부",
    "{} asked, all ok": "{0}건 조회, 모두 정상",
    "── {} as {} ({}) would get it ": "── {0}, {1}({2}) 발송 내용 ",
}

_IN_DOUBT = {
    "target to be enabled": "대상 활성화",
    "target to be disabled": "대상 비활성화",
    "legacy to be enabled": "기존 시스템 활성화",
    "legacy to be disabled": "기존 시스템 비활성화",
    "workload to be settled": "워크로드 미결 건 정리",
    **{f"{name} through {{}}": f"{said}({{0}})" for name, said in _SENT.items()},
}

ENTRIES: Mapping[str, str] = {**_LABELS, **_WORDS, **_PACES, **_MESSAGES, **_PHASES, **WHYS, **_RECORDED, **_IN_DOUBT}
SAID: Mapping[str, str] = {**_LINES, **_REPORTS}
