"""Reasons that the ledger holds in English: of a verdict, and of an effect or a reading that did not end well.

Values stand as they were recorded; what a service said in its own words is left in them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.language.ko import guard

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHECKS = {
    "the observation of invocations lists no complete and incomplete ones": "호출 조회 결과에 완료·미종료 목록 없음",
    "{} of {} listed invocations are unreadable": "호출 목록 {1}건 중 {0}건을 해석할 수 없음",
    "no complete invocation in the window, {} incomplete": "해당 구간에 완료된 호출 없음, 미종료 {0}건",
    "{} of {} invocations left no run report": "호출 {1}건 중 {0}건에 실행 보고 없음",
    "; {} invocations have not ended": "(미종료 호출 {0}건)",
    'rule "{}" is in the unknown state "{}"': '규칙 "{0}": 알 수 없는 상태 "{1}"',
    "the observation of {} shows no state": "{0} 조회 결과에 상태 없음",
    'rule "{}" is {}': '규칙 "{0}" 상태 {1}',
    'rule "{}" is {}, it must be DISABLED': '규칙 "{0}" 상태 {1}, DISABLED여야 함',
    "not measured: no observation of {}": "측정하지 못함: {0} 조회 결과 없음",
    "{} of {} alarms are {}; {}": "경보 {1}개 중 {0}개 {2}; {3*}",
    "{} is OK": "{0} OK",
    "{} is ALARM": "{0} ALARM",
    "{} is INSUFFICIENT_DATA": "{0} INSUFFICIENT_DATA",
    "{} of {} alarms do not exist or show no state: {}": "경보 {1}개 중 {0}개가 없거나 상태 없음: {2}",
    "{} of {} alarms are {}": "경보 {1}개 중 {0}개 {2}",
    "the longest of {} invocations took {} ms, the limit is at most {} ms": (
        "호출 {0}건 중 최장 {1} ms, 기준 {2} ms 이하"
    ),
    "the only invocation took {} ms, the limit is at most {} ms": "유일한 호출 {0} ms, 기준 {1} ms 이하",
    "the only invocation failed: what it took and used says nothing about the work": (
        "유일한 호출이 실패하여 소요 시간과 메모리로는 알 수 없음"
    ),
    "all {} invocations failed: what they took and used says nothing about the work": (
        "호출 {0}건이 모두 실패하여 소요 시간과 메모리로는 알 수 없음"
    ),
    "{} of {} invocations show no duration": "호출 {1}건 중 {0}건에 소요 시간 없음",
    "an invocation does not say whether it failed": "실패 여부를 알 수 없는 호출 있음",
    "{} of {} invocations failed, the limit is at most {} %": "호출 {1}건 중 {0}건 실패, 기준 {2}% 이하",
    "{} of {} operations ({} %) and {} of {} invocations failed, the limit is at most {} %": (
        "작업 {1}건 중 {0}건({2}%), 호출 {4}건 중 {3}건 실패, 기준 {5}% 이하"
    ),
    "the run reports count {} errors in {} operations": "실행 보고의 집계가 맞지 않음: 작업 {1}건, 오류 {0}건",
    "the run reports count 0 operations": "실행 보고의 작업 0건",
    "the metrics hold no datapoint yet for {} invocations": "호출 {0}건에 대한 지표 데이터가 아직 없음",
    "the logs show {} complete invocations, the metrics {}": "완료된 호출: 로그 {0}건, 지표 {1}건",
    "the logs show {} complete invocations, the metrics {}; {} invocations have not ended": (
        "완료된 호출: 로그 {0}건, 지표 {1}건(미종료 호출 {2}건)"
    ),
    "the metrics count {} invocations, but hold no datapoint of errors": "지표에 호출 {0}건이 있으나 오류 데이터 없음",
    "the logs show {} failed invocations, the metrics {} errors": "실패한 호출: 로그 {0}건, 지표 오류 {1}건",
    "account {} in {}; the plan names {} in {}": "계정 {0}({1}), 계획은 {2}({3})",
    "the service did not say which account and region answer": "서비스 응답에서 계정과 리전을 알 수 없음",
    "account {} in {}, as planned": "계정 {0}({1}), 계획과 일치",
    "at most {} MB of {} MB used ({} %) in {} invocations, the limit is at most {} %": (
        "호출 {3}건에서 최대 {1} MB 중 {0} MB 사용({2}%), 기준 {4}% 이하"
    ),
    "{} MB of {} MB used ({} %), the limit is at most {} %": "{1} MB 중 {0} MB 사용({2}%), 기준 {3}% 이하",
    "{} of {} invocations show no memory used and limit": "호출 {1}건 중 {0}건에 메모리 사용량과 한도 없음",
    "the counts of compared and matched decisions are not readable": "비교·일치 건수를 해석할 수 없음",
    "{} of {} decisions match the legacy ({} %), the limit is at least {} %": (
        "기존 시스템과 판단 {1}건 중 {0}건 일치({2}%), 기준 {3}% 이상"
    ),
    "0 decisions were compared": "비교한 판단 0건",
    "{} of {} run reports hold no parity": "실행 보고 {1}건 중 {0}건에 일치율 없음",
    "the counts of compared, matched, missing, extra and different are not all there": (
        "비교·일치·누락·추가·상이 건수가 모두 있지 않음"
    ),
    "the counts contradict each other: {} compared, but {}": "건수가 서로 맞지 않음: 비교 {0}건, 내역 {1*}",
    "{} matched": "일치 {0}건",
    "{} missing": "누락 {0}건",
    "{} extra": "추가 {0}건",
    "{} different": "상이 {0}건",
    "the source says {} %, its counts {} of {} give {}": "원본의 값 {0}%, 건수({2}건 중 {1}건)로 계산하면 {3}",
    "{} of {} SMS delivered ({} %); the limit is at least {} %": "SMS {1}건 중 {0}건 수신({2}%); 기준 {3}% 이상",
    "no SMS was due: 0 accepted in every source": "발송 대상 SMS 없음: 모든 출처에서 접수 0건",
    "{} of {} SMS delivered ({} %), {} failed, {} refused, {} pending; the limit is at least {} %": (
        "SMS {1}건 중 {0}건 수신({2}%), 실패 {3}건, 거부 {4}건, 대기 {5}건; 기준 {6}% 이상"
    ),
    "the gateway's list does not give accepted, delivered, failed and pending": (
        "게이트웨이 목록에 접수·수신·실패·대기 건수가 모두 있지 않음"
    ),
    "the gateway's list contradicts itself: {} accepted, but {} delivered, {} failed and {} pending": (
        "게이트웨이 목록이 맞지 않음: 접수 {0}건, 수신 {1}건·실패 {2}건·대기 {3}건"
    ),
    "the workload's metrics hold no datapoint of accepted and delivered SMS": (
        "워크로드 지표에 SMS 접수·수신 데이터 없음"
    ),
    "the gateway lists {} accepted and {} delivered, the workload's metrics {} and {}": (
        "게이트웨이 접수 {0}건·수신 {1}건, 워크로드 지표 접수 {2}건·수신 {3}건"
    ),
    "the state table's answer does not give the accepted claims": "상태 테이블 응답에 접수 건수 없음",
    "accepted SMS: the run reports say {}, the gateway lists {}, the state table holds {}": (
        "SMS 접수: 실행 보고 {0}건, 게이트웨이 {1}건, 상태 테이블 {2}건"
    ),
    "accepted SMS: the run reports say {}, the gateway lists {}, the state table holds {}; {} invocations have not ended": (
        "SMS 접수: 실행 보고 {0}건, 게이트웨이 {1}건, 상태 테이블 {2}건(미종료 호출 {3}건)"
    ),
    "{} gateway request ids are not in both the gateway's list and the state table": (
        "게이트웨이 목록과 상태 테이블 중 한쪽에만 있는 요청 ID {0}개"
    ),
    "{} sends had no answer, so it is unknown whether they were accepted": "응답 없는 발송 {0}건, 접수 여부를 알 수 없음",
    "a run report does not count accepted, delivered, failed and pending SMS": (
        "SMS 접수·수신·실패·대기 건수가 없는 실행 보고 있음"
    ),
    "a run report does not count refused and unanswered SMS": "SMS 거부·무응답 건수가 없는 실행 보고 있음",
    "the run reports contradict themselves: {} accepted, but {} delivered, {} failed and {} pending": (
        "실행 보고가 맞지 않음: 접수 {0}건, 수신 {1}건·실패 {2}건·대기 {3}건"
    ),
    "the run reports say {} delivered and {} failed, the gateway lists {} and {}": (
        "실행 보고 수신 {0}건·실패 {1}건, 게이트웨이 수신 {2}건·실패 {3}건"
    ),
    "the run reports count {} writes succeeded of {} attempted": "실행 보고의 집계가 맞지 않음: 저장 시도 {1}건, 성공 {0}건",
    "{} of {} state writes succeeded ({} %), the limit is at least {} %": (
        "상태 저장 {1}건 중 {0}건 성공({2}%), 기준 {3}% 이상"
    ),
    "no state write was due: 0 attempted": "저장 대상 없음: 시도 0건",
    "the state table's answer does not give asked, missing and accepted": (
        "상태 테이블 응답에 요청·누락·접수 건수가 모두 있지 않음"
    ),
    "{} of {} records that the run reports name are not in the state table{}": (
        "실행 보고의 레코드 {1}건 중 {0}건이 상태 테이블에 없음{2~}"
    ),
    "the run reports say {} claims accepted, the state table holds {}": "접수: 실행 보고 {0}건, 상태 테이블 {1}건",
    "the run reports say {} claims accepted, the state table holds {}; {} invocations have not ended": (
        "접수: 실행 보고 {0}건, 상태 테이블 {1}건(미종료 호출 {2}건)"
    ),
}

_PEOPLE_AND_TIMES = {
    "{} says that it is over": "{0}: 상황 종료 통보",
    "{} of {} acknowledged within the SLA": "{1}명 중 {0}명이 SLA 내 확인",
    "not acknowledged within the SLA: {}": "SLA 내 미확인: {0}",
    "safe state within {} s, the limit is {} s": "안전 상태까지 {0}초, 기준 {1}초",
    "safe state within {} s, the limit is {} s; over its limit: {}": "안전 상태까지 {0}초, 기준 {1}초; 기준 초과: {2*}",
    "detect": "감지",
    "decide": "결정",
    "execute": "수행",
    "total": "합계",
}

_EFFECTS = {
    "no connection ({})": "연결 실패({0})",
    "no connection (the address is not a URL)": "연결 실패(주소가 URL이 아님)",
    "no answer after the request had left ({})": "요청 전송 후 응답 없음({0})",
    "HTTP {} with a body that is not Slack's": "HTTP {0}, Slack의 응답 형식이 아님",
    "HTTP {} with a body that is not Telegram's": "HTTP {0}, Telegram의 응답 형식이 아님",
    "not sent, the payload breaks the service's limits: {}": "발송하지 않음, 서비스의 제한을 넘음: {0}",
    "the answer is ok but names no message": "응답은 정상이나 메시지 정보가 없음",
    "the answer is ok but holds no list of updates": "응답은 정상이나 업데이트 목록이 없음",
    "the address for answering this press is kept in memory only and is gone": (
        "이 누름에 응답할 주소는 메모리에만 보관되며 사라짐"
    ),
    "Too Many Requests": "요청 한도 초과(Too Many Requests)",
    "lambda Invoke answered {}, not 202; look for a settle report in the log": (
        "lambda Invoke 응답이 202가 아닌 {0}, 로그에서 정리 보고를 확인"
    ),
    "the {} cannot be {}, only a workload is settled": "{0}에 {1} 요청 불가, 정리는 워크로드에만 가능",
    "the plan has no {} to switch": "계획에 전환할 {0} 없음",
    "{} records were to be looked up, at most {}": "조회할 레코드 {0}건, 최대 {1}건",
    "the plan names no state table; add target.tables.state": "계획에 상태 테이블 없음, target.tables.state를 추가",
    "the file '{}' is over {} bytes": "파일 '{0}' 크기가 {1}바이트 초과",
    "there is no file '{}' beside the plan; write it with `naver-sms parity`": (
        "계획 파일 옆에 '{0}' 파일 없음, `naver-sms parity`로 작성"
    ),
    "the file '{}' cannot be read ({})": "파일 '{0}'{0!을} 읽을 수 없음({1})",
    "the list of SENS was not read ({}); check the service id in the plan": (
        "SENS 목록을 조회하지 못함({0}), 계획의 서비스 ID를 확인"
    ),
    "the list of SENS was not read ({})": "SENS 목록을 조회하지 못함({0})",
    "the window is longer than {} days, which is all that SENS keeps": "조회 구간이 SENS 보관 기간 {0}일을 초과",
    "the SENS key is not JSON with access_key and secret_key; correct the secret": (
        "SENS 키가 access_key와 secret_key를 담은 JSON이 아님, 시크릿을 수정"
    ),
    "the SENS key was not found: {}": "SENS 키를 찾지 못함: {0}",
    "more than {} messages stand in the chat since then": "이후 채팅방에 메시지가 {0}건 넘게 있음",
    "the channel {} keeps no history that can be read": "채널 {0}: 조회할 수 있는 기록 없음",
    "the plan names nothing that can answer this": "계획에 이를 조회할 대상 없음",
    "this process lost the right to drive the run before the call was made": (
        "호출 전에 이 프로세스가 실행 진행 권한을 잃었습니다."
    ),
    "the run was left before the call was made": "호출 전에 실행에서 나감",
    "the process that began this ended before the outcome was recorded": "결과가 기록되기 전에 프로세스가 종료됨",
    "{} answered {} ({})": "{0} 응답 {1}({2})",
    "{} answered {}": "{0} 응답 {1}",
    "{} answered {} ({}); {}": "{0} 응답 {1}({2}); {3~}",
    "{} answered {}; {}": "{0} 응답 {1}; {2~}",
    "check the names, the region and the account in the plan": "계획의 이름, 리전, 계정을 확인",
    "allow {} for the identity in use": "사용 중인 자격 증명에 {0} 허용",
    "sign in again or put other credentials into the environment": "다시 로그인하거나 환경에 다른 자격 증명을 설정",
    "{}: {}, no connection was made": "{0}: {1}, 연결되지 않음",
    "{}: {}, the request left and no readable answer came": "{0}: {1}, 요청은 전송되었으나 해석할 수 있는 응답 없음",
    "{}: {}, put AWS credentials into the environment": "{0}: {1}, 환경에 AWS 자격 증명을 설정",
    "{}: {}, nothing was sent: {}": "{0}: {1}, 아무것도 전송하지 않음: {2}",
    "the rule stays {}": "규칙이 계속 {0} 상태",
}

_OTHER_WAYS = {
    "SENS answers 429": "SENS 응답 429(요청이 너무 잦음)",
    "SENS answers {} {}": "SENS 응답 {0} {1}",
    "SENS answers {}": "SENS 응답 {0}",
    "SENS lists more than {} messages to the number": "그 번호의 SENS 목록이 {0}건을 넘음",
    "a listed message was not asked for, and it may be the one": "목록에 있으나 조회하지 않은 메시지가 찾는 것일 수 있음",
    "a message's own result was not read ({})": "메시지 결과를 읽지 못함({0})",
    "no answer of SENS that says what became of it ({})": "처리 결과를 알 수 있는 SENS 응답 없음({0})",
    "no connection to SENS ({})": "SENS에 연결되지 않음({0})",
    "not sent: the contact's reference does not hold a phone number of digits": (
        "발송하지 않음: 연락처의 참조에 숫자로 된 전화번호가 없음"
    ),
    "not sent: {}": "발송하지 않음: {0}",
    "the contact's reference does not hold a phone number of digits": "연락처의 참조에 숫자로 된 전화번호가 없음",
    "the list of SENS was not read ({})": "SENS 목록을 읽지 못함({0})",
    "Apprise said False, which it says whether or not something left": "Apprise가 False로 응답, 발송 여부와 무관한 응답임",
    "a channel of kind {} cannot change a message or answer a press": "{0} 종류의 채널은 메시지를 수정하거나 응답에 회신할 수 없음",
    "not written: {}": "쓰지 못함: {0}",
    "there is no {}": "{0} 없음",
    "{} of {} bytes were written ({})": "{1}바이트 중 {0}바이트만 씀({2})",
}

_READINGS = {
    "answer {} ({}) is missing": "응답 {0}({1}) 없음",
    "no page of the history was recorded": "기록된 대화 내역 없음",
    "the history goes on, and the message may stand where it was not read": (
        "대화 내역이 더 있음: 읽지 않은 부분에 메시지가 있을 수 있음"
    ),
    "no answer ({}) was recorded": "기록된 응답({0}) 없음",
    "{}, answer {} is not JSON": "{0}, 응답 {1}: JSON이 아님",
    "{}, answer {} is not XML": "{0}, 응답 {1}: XML이 아님",
    "{}, answer {} is not UTF-8": "{0}, 응답 {1}: UTF-8이 아님",
    "{}, answer {} has no {}": "{0}, 응답 {1}: {2} 없음",
    "{}, answer {} is {}, not an object": "{0}, 응답 {1}: {2}, 객체가 아님",
    "{}, answer {} is {}, not a list": "{0}, 응답 {1}: {2}, 목록이 아님",
    "{}, answer {} is {}, not a text": "{0}, 응답 {1}: {2}, 문자열이 아님",
    "{}, answer {} is {}, not true or false": "{0}, 응답 {1}: {2}, 참/거짓이 아님",
    "{}, answer {} is {}, not a number": "{0}, 응답 {1}: {2}, 숫자가 아님",
    "{}, answer {} is a number beyond reason": "{0}, 응답 {1}: 비정상적인 숫자",
    "{}, answer {} is {}, not a whole number": "{0}, 응답 {1}: {2}, 정수가 아님",
    "{}, answer {} has {}, not a whole number": "{0}, 응답 {1}: {2}, 정수가 아님",
    "{}, answer {} is {}, a count cannot be negative": "{0}, 응답 {1}: {2}, 건수는 음수일 수 없음",
    "{}, answer {} is {}, a duration cannot be negative": "{0}, 응답 {1}: {2}, 소요 시간은 음수일 수 없음",
    "{}, answer {} has no zone": "{0}, 응답 {1}: 시간대 없음",
    "{}, answer {} is not an ISO 8601 time": "{0}, 응답 {1}: ISO 8601 시각이 아님",
    "{}, answer {} is not a time of this era": "{0}, 응답 {1}: 비정상적인 시각",
    "{}, answer {}: REPORT of {} names {} twice": "{0}, 응답 {1}: {2}의 REPORT에 {3} 중복",
    "{}, answer {} has {}, not a number of {}": "{0}, 응답 {1}: {2}, {3} 단위의 숫자가 아님",
    "GetMetricData's series {} ended as {}, not 'Complete'": "GetMetricData {0}: 'Complete'가 아닌 {1:으로} 종료",
    "{}, answer {}.Id is {}, which was not asked": "{0}, 응답 {1}.Id가 {2}, 요청하지 않은 값",
    "{}, answer {} is {}, not a state that EventBridge documents": "{0}, 응답 {1}: {2}, EventBridge 문서에 없는 상태",
    "{}, answer {} is {}, not a state that CloudWatch documents": "{0}, 응답 {1}: {2}, CloudWatch 문서에 없는 상태",
    "{}, answer {} is {}, not a status that SENS documents": "{0}, 응답 {1}: {2}, SENS 문서에 없는 상태",
    "{}, answer {}.state is {}, not a state that the workload documents": "{0}, 응답 {1}.state: {2}, 워크로드 문서에 없는 상태",
    "{}, answer {} is a settle report of version {}, not 1": "{0}, 응답 {1}: 정리 보고 버전이 1이 아닌 {2}",
    "{}, answer {} is a run report of version {}, not 1": "{0}, 응답 {1}: 실행 보고 버전이 1이 아닌 {2}",
    "no page of the gateway's list was recorded": "기록된 게이트웨이 목록 없음",
    "{}, answer {} has no Account of twelve digits with an Arn": "{0}, 응답 {1}: Arn이 있는 12자리 Account 없음",
    "{}, answer {} is not the ARN of a rule": "{0}, 응답 {1}: 규칙의 ARN이 아님",
    "{}, answer {} is of account {}, and the caller of {}": "{0}, 응답 {1}: 계정 {2}, 호출자는 계정 {3}",
    "{}, answer {} holds a declaration, which STS never sends": "{0}, 응답 {1}: STS가 보내지 않는 선언 포함",
    "{}, answer {} is {}, inside the lines of {}": "{0}, 응답 {1}: {3}의 로그 안에 {2} 있음",
    "{}, answer {} is not a 'naver_sms.parity' document of version 1": "{0}, 응답 {1}: 'naver_sms.parity' 버전 1 문서가 아님",
    "{}, answer {}: compared is not matched + missing + extra + different": "{0}, 응답 {1}: 비교 건수가 일치+누락+추가+상이의 합과 다름",
    "{}, answer {} is {}, and the counts give {}": "{0}, 응답 {1}: {2}, 건수로 계산하면 {3}",
}

_OF_ONE = {
    " invocations have ": " invocation has ",
    " invocations are ": " invocation is ",
    " invocations show ": " invocation shows ",
    " invocations": " invocation",
    " operations": " operation",
    " errors": " error",
    " alarms do not exist or show ": " alarm does not exist or shows ",
    " alarms are ": " alarm is ",
    " decisions match ": " decision matches ",
    " run reports hold ": " run report holds ",
    " state writes ": " state write ",
    " records that the run reports name are ": " record that the run reports name is ",
    " claims ": " claim ",
    " gateway request ids are ": " gateway request id is ",
}
"""What English says of one, and Korean does not tell from many."""


def _also_of_one(entries: Mapping[str, str]) -> dict[str, str]:
    """Return the entries, and each again for every count in it that may be one."""
    found = dict(entries)
    for many, one in _OF_ONE.items():
        found |= {
            one.join((template[:place], template[place + len(many) :])): said
            for template, said in found.items()
            for place in (match.start() for match in re.finditer(re.escape(many), template))
            if template[:place].endswith(("{}", "{} complete", "{} failed", "{} listed"))
        }
    return found


_WAYS_IN = {
    "another program asks for this bot's answers too, and each answer reaches only one of the two; end it, or give it"
    " a bot of its own ({})": (
        "다른 프로그램도 이 봇의 응답을 가져가고 있어 응답마다 둘 중 한쪽에만 도착합니다."
        " 그 프로그램을 종료하거나 봇을 따로 사용하십시오. ({0})"
    ),
    "cannot listen at {}: {}": "{0}에서 수신할 수 없음: {1~}",
}

ENTRIES: Mapping[str, str] = {
    **guard.REASONS,
    **_WAYS_IN,
    **_also_of_one(_CHECKS),
    "1 send had no answer, so it is unknown whether it was accepted": "응답 없는 발송 1건, 접수 여부를 알 수 없음",
    **_PEOPLE_AND_TIMES,
    **_EFFECTS,
    **_OTHER_WAYS,
    **_READINGS,
}
