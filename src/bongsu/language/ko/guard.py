"""The guard of a run: its command, its lines, its errors, and what the plan's check says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMAND = {
    "Stand by, and act when the process of a run falls silent": "대기하다가 실행 프로세스가 응답하지 않으면 조치",
    "Stand by for a run of PLAN: page, and put the target back if the plan says so, when its heartbeats stop.": (
        "PLAN의 실행을 감시합니다. 신호가 끊기면 긴급 알림을 보내고, 계획에 따라 대상을 복구합니다."
    ),
    "It waits until a run of the same plan is handed to it by `bongsu start`, and ends when that run is over. Its own "
    "ledger is a file of this machine, in the folder `guard` of the state folder, wherever the runs are kept.": (
        "`bongsu start`로 같은 계획의 실행이 넘어올 때까지 기다리고, 그 실행이 끝나면 종료합니다. 감시 원장은 실행이 저장된 "
        "곳과 관계없이 이 장비의 상태 폴더 안 `guard` 폴더에 둡니다."
    ),
    "Exits with 0 when nothing had to be done; 1 when it put the target back; 3 when it paged and left the target as it "
    "was, or was ended while it guarded; 4 when it could not put it back.": (
        "종료 코드: 조치할 일이 없었으면 0, 대상을 복구했으면 1, 긴급 알림만 보내고 대상을 그대로 두었거나 감시 중에 "
        "종료되었으면 3, 복구하지 못했으면 4."
    ),
    "Where to listen (default: the port of the plan's address, on this machine alone).": (
        "수신 주소(기본값: 계획에 적힌 주소의 포트, 이 장비에서만)."
    ),
    "Where the runs are kept, to see them there as well (default: as --state has it).": (
        "실행이 저장된 곳. 신호 외에 여기서도 실행을 확인(기본값: --state와 같음)."
    ),
    "Folder for its evidence (default: evidence).": "증적 폴더(기본값: evidence).",
    "the process is killed; its guard pages and puts the rule back, and the resumed run finds that out": (
        "프로세스가 강제 종료되고, 감시 프로세스가 긴급 알림을 보내고 규칙을 복구하며, 재개된 실행이 이를 확인함"
    ),
}
_LINES = {
    "the guard stands by at {}, until a run of this plan is handed to it": (
        "{0}에서 감시 대기 중. 이 계획의 실행이 시작되면 감시를 시작합니다."
    ),
    "guards {}, which stands at {}": "{0} 감시 시작, 현재 단계 {1}",
    "{} is silent; it stood at {}": "{0} 신호 없음, 마지막 단계 {1}",
    "{} is heard again, at {}": "{0} 신호 재개, 현재 단계 {1}",
    "{} is over; it stood at {}": "{0} 종료, 마지막 단계 {1}",
    "{} was left on purpose, at {}": "{0} 사람이 중단, 마지막 단계 {1}",
    "second look at {}: {}": "{0} 재확인: {1}",
    "stands by, its own ledger is {}": "대기 중, 감시 원장 {0}",
    "DOES NOT ANSWER: {}": "응답 없음: {0}",
    "took this run for dead, paged and put the target back: {}": (
        "이 실행을 중단된 것으로 보고 긴급 알림을 보내고 대상을 복구함: {0}"
    ),
    "took this run for dead and paged: {}": "이 실행을 중단된 것으로 보고 긴급 알림을 보냄: {0}",
    "killed process {} with SIGKILL; its guard has to notice that {} is silent": (
        "프로세스 {0}{0!을} SIGKILL로 종료. 감시 프로세스가 {1}의 무응답을 감지해야 함"
    ),
    "resuming {}": "{0} 재개",
    "of {}: {} (#{}), newest news at {}, it stood at {}": "{0}: {1}(#{2}), 마지막 소식 {3}, 단계 {4}",
    "{} since #{}: {}": "#{1}부터 {0}: {2}",
    "never": "없음",
}
_WORDS = {
    "guard": "감시",
    "armed": "감시 중",
    "looking": "재확인 중",
    "silence": "실행 무응답 알림",
    "guard_lost": "감시 중단 알림",
    "guard lost": "감시 중단 알림",
    "closed: unknown": "종료: 판정 불가",
    "standing by": "대기 중",
    "acted": "조치함",
    "silent": "신호 없음",
    "heard": "신호 있음",
    "left": "사람이 중단",
}
WHYS = {
    "target changed": "다른 주체가 대상을 전환함",
    "guard acted": "감시 프로세스가 조치함",
    "no heartbeat": "신호 없음",
    "heard again": "신호 재개",
    "seen alive": "동작 확인",
    "guard restores": "감시 프로세스가 대상을 복구",
    "run closed": "감시 대상 실행 종료",
    "run left": "감시 대상 실행을 사람이 중단",
}
_RECORDED = {key.replace(" ", "_"): text for key, text in WHYS.items()}
TIMELINE = {
    "Run that was guarded": "감시 대상 실행",
    "handed to the guard": "감시 시작",
    "no heartbeat": "신호 없음",
    "heard again": "신호 재개",
    "the run took its leave": "실행이 감시를 마침",
    "second look": "재확인",
    "the guard stands by": "감시 프로세스 대기",
    "the guard does not answer": "감시 프로세스 무응답",
    "the guard took this run for dead": "감시 프로세스가 이 실행을 중단된 것으로 봄",
}
REASONS = {
    "no process drives it": "실행을 진행하는 프로세스가 없음",
    "its process is there and does nothing": "프로세스는 있으나 동작하지 않음",
    "its ledger is not where this guard can see it": "감시 프로세스가 볼 수 있는 곳에 실행의 원장이 없음",
    "it is at work in its ledger, and its heartbeats do not arrive": "원장에서는 동작 중이나 신호가 도착하지 않음",
    "{} does not answer: {}": "{0} 응답 없음: {1~}",
    "no answer in time": "기한 내 응답 없음",
    "address already in use": "이미 사용 중인 주소",
    "connection refused": "연결 거부",
    "connection reset by peer": "연결 끊김",
    "{} answers with status {}": "{0} 응답 상태 {1}",
    "{} does not have the guard's key": "{0}에 감시 키가 없음",
    "{} answers another heartbeat": "{0}{0!이} 다른 신호에 응답함",
    "{} has another plan, or another version of this one": "{0}의 계획이 다르거나 다른 버전임",
    "{} guards another run": "{0}{0!이} 다른 실행을 감시 중",
}
_ERRORS = {
    "the plan has no guard": "계획에 guard가 없습니다.",
    "add a `guard` to the plan, and have it signed off again; docs/plan.md shows one": (
        "계획에 `guard`를 추가하고 다시 승인받으십시오. 예시는 docs/plan.md에 있습니다."
    ),
    "the guard cannot listen at {}": "감시 프로세스가 {0}에서 수신할 수 없습니다.",
    "name an address of this machine with `--listen`": "`--listen`에 이 컴퓨터의 주소를 지정하십시오.",
    "end what has port {}, another guard perhaps, or have this one and guard.address at another": (
        "포트 {0}의 프로그램(다른 감시 프로세스일 수 있음)을 종료하거나, `--listen`과 guard.address를 다른 포트로 바꾸십시오."
    ),
    "for example --listen 127.0.0.1:8090": "예: --listen 127.0.0.1:8090",
    "another guard of this plan runs already": "이 계획의 감시 프로세스가 이미 실행 중입니다.",
    "one is enough; `bongsu status RUN` of a run that it guards tells of it": (
        "하나면 충분합니다. 감시 중인 실행의 `bongsu status RUN`에 표시됩니다."
    ),
    "the guard did not start": "감시 프로세스가 시작되지 않았습니다.",
    "its own words are above": "위에 출력된 내용을 확인하십시오.",
    "{} stands by with this plan": "{0}{0!이} 이 계획으로 대기 중",
    "start it with `bongsu guard PLAN`, with the plan as it is now, and leave it running": (
        "현재 계획으로 `bongsu guard PLAN`을 시작하고 계속 실행해 두십시오."
    ),
    "{} is the ledger of a guard": "{0:은} 감시 프로세스의 원장입니다.",
    "`bongsu guard PLAN` goes on with it; orders are for the run that it guards": (
        "`bongsu guard PLAN`으로 이어서 실행합니다. 명령은 감시 대상 실행에 내리십시오."
    ),
}
_PLAN = {
    '"guard.silent_after" of {} is less than {} heartbeats': '"guard.silent_after" {0:은} 신호 {1}회 간격보다 짧습니다.',
    "make it at least {}, or have the run say more often": "{0} 이상으로 늘리거나 every를 줄이십시오.",
    "the guard is not on this machine, and a plan with a clock is a rehearsal": (
        "guard가 이 장비에 있지 않은데, clock이 있는 계획은 리허설입니다."
    ),
    "give it an address on this machine, or take the clock out": "이 장비의 주소를 지정하거나 clock을 제거하십시오.",
    '"{}" listens at the port of the guard': '"{0}" 채널이 guard의 포트에서 수신합니다.',
    "give each a port of its own": "각각 다른 포트를 지정하십시오.",
    "the guard acts after {} of silence, but rollback.detect promises {}": (
        "감시는 {0} 무응답 후 조치하는데, rollback.detect의 약속은 {1}입니다."
    ),
}

ENTRIES: Mapping[str, str] = {
    **_COMMAND,
    **_WORDS,
    **WHYS,
    **_RECORDED,
    **REASONS,
    **_ERRORS,
    **_PLAN,
}
SAID: Mapping[str, str] = _LINES
