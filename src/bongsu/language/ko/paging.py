"""What the commands that page people say: `drill`, `page` and `ack`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HELP = {
    "Page everybody, marked as a drill, and time the answers": "훈련임을 밝히고 전원에게 알린 뒤 응답 시간 측정",
    "Page people about one matter until somebody takes it": "한 건의 상황을 누군가 맡을 때까지 긴급 알림",
    "Acknowledge a page or a drill from the command line": "긴급 알림이나 훈련을 명령줄에서 확인",
    "Page everybody whom the drill of PLAN names, marked as a drill, and time their answers; switch nothing.": (
        "PLAN의 훈련 대상자 전원에게 훈련임을 밝혀 알리고 응답 시간을 측정합니다. 아무것도 전환하지 않습니다."
    ),
    "At any time, with or without a cutover: the window does not matter, and no target is asked.": (
        "컷오버와 관계없이 언제든 실행할 수 있습니다. 작업 시간을 따지지 않으며 대상을 조회하지 않습니다."
    ),
    "Exits with 0 when everybody acknowledged within the SLA, 1 when not, 2 when the plan cannot be used, 3 when it was left running.": (
        "종료 코드: 전원이 SLA 이내에 확인하면 0, 아니면 1, 계획을 사용할 수 없으면 2, 실행 중에 나가면 3."
    ),
    "Who has it drilled: a contact of the plan.": "훈련 지시자: 계획에 있는 연락처.",
    "Page the people of PLAN about one matter: level after level, round after round, until somebody acknowledges.": (
        "PLAN의 담당자에게 한 건의 상황을 알립니다. 누군가 확인할 때까지 단계별로, 정해진 횟수만큼 반복합니다."
    ),
    "The text is kept and sent without phone numbers and the shapes of secrets. Who took it stands under every message.": (
        "내용은 전화번호와 시크릿 형태를 제거하고 기록·발송합니다. 누가 맡았는지는 모든 메시지 아래에 표시됩니다."
    ),
    "Exits with 0 when it was acknowledged or cleared, 1 when nobody answered, 2 when the plan cannot be used, 3 when nobody could be asked, or when another process has the page in hand.": (
        "종료 코드: 확인되었거나 상황이 종료되면 0, 응답이 없으면 1, 계획을 사용할 수 없으면 2, 아무에게도 알리지 못했거나 "
        "다른 프로세스가 진행 중이면 3."
    ),
    "What it is about: the first thing that people read.": "상황 내용: 담당자가 가장 먼저 읽는 글.",
    "Escalation policy (default: critical, or the first).": "에스컬레이션 정책 이름(기본값: critical, 없으면 첫 번째).",
    "The alarm's own name: again while open, it is one page.": "경보의 고유 이름: 열려 있는 동안 다시 와도 알림은 한 건.",
    "The matter of --dedup NAME is over: page nobody any more.": "--dedup NAME의 상황 종료: 더 이상 알리지 않음.",
    "Who raises it: a contact of the plan.": "알림을 내는 사람: 계획에 있는 연락처.",
    "Acknowledge REF, the run that stands in every page (or its last letters), as if NAME had pressed the button.": (
        "NAME이 버튼을 누른 것과 같이 REF를 확인합니다. REF는 모든 알림에 적힌 실행 이름이나 그 끝자리입니다."
    ),
    "Whoever drives the run takes it up; a page or a drill that nobody drives is ended from here.": (
        "실행을 진행 중인 프로세스가 이어받습니다. 진행하는 프로세스가 없는 긴급 알림과 훈련은 여기에서 마칩니다."
    ),
    "Exits with 0 when the answer counts, 2 when it cannot: somebody else took it, NAME is not asked, or it is over.": (
        "종료 코드: 응답이 인정되면 0, 다른 사람이 이미 맡았거나 NAME이 대상자가 아니거나 끝난 알림이면 2."
    ),
    "Who acknowledges: a contact whom it asks.": "확인하는 사람: 알림 대상 연락처.",
    "A word for the ledger.": "원장에 남길 말.",
}

_SAID = {
    "paging": "긴급 알림 중",
    "good for": "사용 가능",
    "drilling": "훈련 중",
    "acknowledged": "확인 완료",
    "unanswered": "응답 없음",
    "not listening": "확인 여부 불명, 응답 수신 경로 끊김",
    "cleared": "상황 종료",
    "{}: acknowledged by {} (#{})": "{0}: {1} 님 확인 (#{2})",
    "bongsu resume {} goes on; bongsu ack {} --by NAME answers": (
        "bongsu resume {0} 명령으로 계속, bongsu ack {1} --by NAME 명령으로 응답"
    ),
    "{} is this page already, and another process has it in hand; nothing new is sent": (
        "이 알림은 이미 {0:으로} 열려 있고 다른 프로세스가 진행 중입니다. 새로 발송하지 않습니다."
    ),
}

_ERRORS = {
    "--clear needs the alarm's name": "--clear에는 경보 이름이 필요합니다.",
    "give the --dedup NAME that the page was raised with": "알림을 낼 때 사용한 --dedup NAME을 지정하십시오.",
    "a page needs a summary": "긴급 알림에는 내용이 필요합니다.",
    'say what it is about: --summary "disk of db-1 is full"': (
        '상황을 적으십시오: --summary "db-1 디스크가 가득 찼습니다"'
    ),
    "the plan is for paging alone": "긴급 알림 전용 계획입니다.",
    "`bongsu page` and `bongsu drill` take it": "`bongsu page`와 `bongsu drill`에서 사용하십시오.",
    "the plan has no drill": "계획에 훈련이 없습니다.",
    "add drill: {policy: …, everyone: […], ack_sla: …}": "다음을 추가하십시오: drill: {policy: …, everyone: […], ack_sla: …}",
    "the plan has no escalation policy": "계획에 에스컬레이션 정책이 없습니다.",
    "add one: escalation: {critical: {…}}": "다음을 추가하십시오: escalation: {critical: {…}}",
    "no escalation policy is called {}": "{0}(이)라는 에스컬레이션 정책이 없습니다.",
    "the plan has {}": "계획의 정책: {0}",
    "no page of {} is open": "{0}의 열린 알림이 없습니다.",
    "the run {} is a {}: it switches nothing that could be held or undone": (
        "실행 {0:은} {1~}입니다. 전환하는 것이 없어 보류하거나 되돌릴 수 없습니다."
    ),
    "`bongsu ack RUN --by NAME` answers it; `bongsu status RUN` shows where it stands": (
        "`bongsu ack RUN --by NAME`으로 응답하고, 현재 상태는 `bongsu status RUN`으로 확인하십시오."
    ),
    "nobody is asked to acknowledge anything in {} now": "지금 {0}에서 확인을 요청받은 사람이 없습니다.",
    "`bongsu status {}` shows where it stands": "현재 상태는 `bongsu status {0}`로 확인하십시오.",
    "{} has acknowledged {} already, at {} on {}": "{0} 님이 이미 {2}에 {1:을} 확인했습니다({3}).",
    "nothing more is needed; `bongsu status RUN` shows where it stands": (
        "더 하실 일은 없습니다. 현재 상태는 `bongsu status RUN`으로 확인하십시오."
    ),
    "{} is not asked to acknowledge {}": "{0:은} {1}의 확인 대상자가 아닙니다.",
    "those asked are {}": "확인 대상자: {0}",
    "whoever is asked answers for themselves: `bongsu status RUN` shows where it stands": (
        "대상자 본인이 응답해야 합니다. 현재 상태는 `bongsu status RUN`으로 확인하십시오."
    ),
    "{} may be {}": "{0}에 해당하는 실행이 여러 개입니다: {1}",
    "give the whole name of the run": "실행 이름을 모두 적으십시오.",
}

ENTRIES: Mapping[str, str] = {**_HELP, **_SAID, **_ERRORS}
