"""What `bongsu serve` and its live page say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRIES: Mapping[str, str] = {
    "serving {} (process {}); Ctrl-C or SIGTERM stops": "{0} 서비스 중 (프로세스 {1}). Ctrl-C 또는 SIGTERM으로 종료합니다.",
    "stopping: what is under way is ended, the rest is left to others": (
        "종료 중: 진행 중인 작업은 마치고 나머지는 다른 워커에 넘깁니다."
    ),
    "alarms: POST http://{}/alarms/PLAN   live page: http://{}/": (
        "경보: POST http://{0}/alarms/PLAN   실시간 화면: http://{1}/"
    ),
    "Take alarms and answers, page people, and show what is open": "경보와 응답을 받아 담당자에게 알리고 현황 표시",
    "Take alarms for PLAN… by HTTP, page their people, and take their answers, until Ctrl-C or SIGTERM.": (
        "PLAN…의 경보를 HTTP로 받아 담당자에게 알리고 응답을 받습니다. Ctrl-C나 SIGTERM까지 계속합니다."
    ),
    "Any number of these may share a state: each takes pages that are due, and those of one that died.": (
        "여러 개를 같은 상태 폴더로 함께 실행할 수 있습니다. 각자 때가 된 알림을 맡고, 멈춘 워커의 알림은 이어받습니다."
    ),
    "POST /alarms/PLAN takes a JSON object, /alarms/PLAN/alertmanager and /alarms/PLAN/sns what those send; PLAN is the file's name without its ending. GET / shows what is open, /runs the same as JSON, /healthz whether it works.": (
        "POST /alarms/PLAN은 JSON 객체를, /alarms/PLAN/alertmanager와 /alarms/PLAN/sns는 각 서비스가 보내는 것을 받습니다. "
        "PLAN은 확장자를 뺀 파일 이름입니다. GET /은 진행 중인 알림을, /runs는 같은 내용을 JSON으로, /healthz는 동작 여부를 보여 줍니다."
    ),
    "Exits with 0 when it was told to stop, 2 when a plan or the address cannot be used, 3 when the ledger cannot.": (
        "종료 코드: 종료 지시를 받으면 0, 계획이나 주소를 사용할 수 없으면 2, 원장을 사용할 수 없으면 3."
    ),
    "Where alarms are posted to.": "경보를 받을 주소.",
    "Only drive pages: another worker takes the alarms.": "알림만 진행하고 경보는 다른 워커가 받음.",
    "Runs decided on at once.": "동시에 판단하는 실행 수.",
    "rename one of the files": "파일 이름을 바꾸십시오.",
    "{}: opened for an alarm from {}": "{0}: {1} 경보로 시작",
    "{}: an alarm from {} was not taken: {}": "{0}: {1}의 경보를 받지 않음: {2~}",
    "{}: from {}: {}": "{0}: {1}에서 알림: {2~}",
    "the subscription is confirmed": "구독이 확인되었습니다.",
    "the subscription has ended, and no alarm comes by it any more": "구독이 종료되어 이 경로로는 더 이상 경보가 오지 않습니다.",
    "the subscription could not be confirmed: {}": "구독을 확인하지 못했습니다: {0}",
    "the subscription is to be confirmed at an address that is not SNS": "구독 확인 주소가 SNS의 주소가 아닙니다.",
    "the body is not a message of SNS": "본문이 SNS 메시지가 아닙니다.",
    "the message is of a topic that the plan does not name": "계획에 없는 주제의 메시지입니다.",
    "the message is of a type that is not known": "알 수 없는 유형의 메시지입니다.",
    "the message lacks a member that is signed": "서명 대상 항목이 빠진 메시지입니다.",
    "the certificate of SNS could not be had: {}": "SNS 인증서를 받지 못했습니다: {0}",
    "the message is not signed by SNS": "SNS가 서명한 메시지가 아닙니다.",
    "the message is too old, or of a time to come": "너무 오래되었거나 미래 시각의 메시지입니다.",
    "show the plan's secret, or sign with it": "계획의 비밀값을 제시하거나 그 값으로 서명하십시오.",
    "the signature is right, and its time is {} s behind this machine's clock: it holds for {} s": (
        "서명은 맞지만 그 시각이 이 장비의 시계보다 {0}초 늦습니다. 서명은 {1}초 동안 유효합니다."
    ),
    "the signature is right, and its time is {} s ahead of this machine's clock: it holds for {} s": (
        "서명은 맞지만 그 시각이 이 장비의 시계보다 {0}초 빠릅니다. 서명은 {1}초 동안 유효합니다."
    ),
    "the body is not a JSON object": "본문이 JSON 객체가 아닙니다.",
    "the body is not version 4 of Alertmanager's webhook": "본문이 Alertmanager 웹훅 버전 4가 아닙니다.",
    "the body has no groupKey": "본문에 groupKey가 없습니다.",
    "the body has no status or no alerts": "본문에 status나 alerts가 없습니다.",
    "{}: closed, {}": "{0}: 종료, {1}",
    "{}: parked, no worker takes it any more: {}": "{0}: 보류됨, 어떤 워커도 더는 처리하지 않습니다: {1~}",
    "{}: another worker has taken it over": "{0}: 다른 워커가 이어받았습니다.",
    "{}: of a plan that is not served here, left to others": "{0}: 여기서 서비스하지 않는 계획이므로 다른 워커에 맡깁니다.",
    "{}: bongsu itself failed: {}": "{0}: bongsu 자체 오류: {1}",
    "the ledger could not be used: {}": "원장을 사용할 수 없습니다: {0~}",
    "the ledger can be used again": "원장을 다시 사용할 수 있습니다",
    "a press with a code that is not ours was left out: {}": "코드가 bongsu의 것이 아닌 버튼 입력을 제외했습니다: {0}",
    "{}: answers come in": "{0}: 응답 수신 중",
    "{}: no answers come in: {}": "{0}: 응답이 들어오지 않습니다: {1~}",
    "two plans have the title {}, by which their pages are told apart": (
        "제목이 {0}인 계획이 둘입니다. 호출은 제목으로 어느 계획의 것인지 구분합니다"
    ),
    "give each plan a `cutover` of its own": "계획마다 `cutover`를 다르게 지정하십시오",
    "two plans are called {}, and alarms are addressed by that name": (
        "이름이 {0}인 계획이 둘이며, 경보는 그 이름으로 보냅니다."
    ),
    "none of the plans takes alarms": "경보를 받는 계획이 없습니다.",
    "add intake: {bearer: env:…} to a plan, or give --no-listen": (
        "계획에 추가하거나(intake: {bearer: env:…}) --no-listen을 지정하십시오."
    ),
    "the plan {} has no password for the live page, which {} shows beyond this machine": (
        "계획 {0}에 실시간 화면의 비밀번호가 없는데 {1}에서는 이 장비 밖에서도 보입니다."
    ),
    "the plan {} has no password for the live page, and whatever SNS reaches others reach too": (
        "계획 {0}에 실시간 화면의 비밀번호가 없습니다. SNS가 닿는 주소에는 다른 사람도 닿을 수 있습니다."
    ),
    "add intake.reader to the plan": "계획에 intake.reader를 추가하십시오.",
    "add intake.reader to the plan, or listen on 127.0.0.1": (
        "계획에 intake.reader를 추가하거나 127.0.0.1에서 수신하십시오."
    ),
    "this worker was left at once: what was under way has no outcome": (
        "이 워커를 바로 종료했습니다. 진행 중이던 것은 결과가 없습니다."
    ),
    "whoever goes on with these pages holds it in doubt, and looks for it or sends it again, marked": (
        "이 알림을 이어받는 쪽이 결과 불명으로 보고, 조회하거나 표시를 붙여 다시 발송합니다."
    ),
    "cannot listen at {}": "{0}에서 수신할 수 없습니다.",
    "name another with --listen, or give --no-listen where another worker takes the alarms": (
        "--listen으로 다른 주소를 지정하거나, 다른 워커가 경보를 받는다면 --no-listen을 지정하십시오."
    ),
    "{} is no address to listen at": "{0:은} 수신 주소가 아닙니다.",
    "{} names a path, and the paths are given": "{0}에 경로가 있는데 경로는 정해져 있습니다.",
    "write it like 127.0.0.1:8700": "127.0.0.1:8700과 같이 작성하십시오.",
    "the plan {} has a clock, and a worker's time is the ledger's own": (
        "계획 {0}에 시계가 있는데 워커의 시간은 원장의 시간입니다."
    ),
    "take `clock` out of the plan; `bongsu page PLAN` pages under a rehearsal's clock": (
        "계획에서 `clock`을 빼십시오. `bongsu page PLAN`은 리허설 시계로 알립니다."
    ),
    "the plan {} has no escalation policy": "계획 {0}에 에스컬레이션 정책이 없습니다.",
    "alarms from SNS need the package 'cryptography', which checks their signatures": (
        "SNS 경보에는 서명을 확인하는 'cryptography' 패키지가 필요합니다."
    ),
}

SAID: Mapping[str, str] = {
    "{} open": "진행 중 {0}건",
    "at least {} open": "진행 중 {0}건 이상",
    "as of": "기준 시각",
    "Nobody is being paged.": "진행 중인 긴급 알림이 없습니다.",
    "and {} more, not shown": "외 {0}건은 표시하지 않음",
    "and {} more at least, not shown": "외 {0}건 이상은 표시하지 않음",
    "ended last": "최근 종료",
    "This page only shows. Answer in the chat, or with:": "이 화면은 보기 전용입니다. 채팅방에서 응답하거나 다음을 실행하십시오:",
    "since": "시작",
    "messages in doubt: {}": "결과 미확인 메시지 {0}건",
    "overdue: {} should have been paged": "지남: {0}에게 아직 알리지 않음",
    "Nothing new has come from the server since": "서버에서 새 내용이 오지 않습니다. 마지막으로 받은 시각:",
    "answers do not come in from {}": "{0}에서 응답이 들어오지 않습니다.",
    "no worker takes it any more: {}": "어떤 워커도 더는 처리하지 않습니다: {0}",
    "acknowledged by {} on {}": "{0} 확인 ({1})",
    "the last level has been paged": "마지막 단계까지 알렸습니다.",
    "until the page to {}": "후 {0}에게 알림",
    "level": "단계",
    "who": "담당자",
    "channel": "채널",
    "paged at": "알림 시각",
    "outcome": "결과",
    "{} (round {})": "{0} ({1}회차)",
    "under way": "진행 중",
    "over, says the alarm": "경보 해제됨",
    "nobody answered": "응답 없음",
    "nobody could be told": "아무에게도 알리지 못함",
    "unknown: answers could not come in": "알 수 없음: 응답을 받을 수 없었음",
}
