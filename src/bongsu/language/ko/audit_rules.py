"""Why the audit's rules find that something cannot be so: times and lengths, counts, what is claimed of all or none.

Loaded for the findings of an audit alone: entries of so few words would fit texts of others, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LABELS = {"why:": "사유:", "instead:": "기재 내용:"}

_LENGTHS = {
    "{} days {} h": "{0}일 {1}시간",
    "{} h {} min {} s": "{0}시간 {1}분 {2}초",
    "{} h {} min": "{0}시간 {1}분",
    "{} h {} s": "{0}시간 {1}초",
    "{} min {} s": "{0}분 {1}초",
    "{} h": "{0}시간",
    "{} min": "{0}분",
    "{} s": "{0}초",
}

_DURATIONS = {
    "from {} to {} it is {}, not {}": "{0}부터 {1}까지는 {2~}입니다({3} 아님).",
    "from {} to {} it is {}": "{0}부터 {1}까지는 {2~}입니다.",
    "no two times of the log are {} apart": "기록의 어떤 두 시각도 {0}만큼 떨어져 있지 않습니다.",
    "{} is {} after the page; the limit is {}": "{0}: 긴급 알림 {1~} 후입니다(기준 {2~}).",
    "{} is more than {}": "{0}: {1}보다 깁니다.",
    "the answers here came {} s after {}": "여기의 응답은 {1} 기준 {0}초 후에 왔습니다.",
    "{} is {} min after T+0 at {}": "{0}: T+0({2}) 기준 {1}분 후입니다.",
    "{} is {} after the window of {} to {}": "{0}: 작업 시간({2} ~ {3}) 종료 {1~} 후입니다.",
    "{} is {} after {}": "{0}: {2} 기준 {1~} 후입니다.",
    "{} is {} before the window of {} to {}": "{0}: 작업 시간({2} ~ {3}) 시작 {1~} 전입니다.",
    "{} is outside: {} to {}": "{0}: {1~} ~ {2} 범위를 벗어납니다.",
    "the log says of itself that it covers": "기록에 명시된 기간",
    "the log says of itself that it covers {}": "기록에 명시된 기간 {0}",
}

_TIMES = {
    "{} is not in the calendar": "{0}: 달력에 없는 날짜입니다.",
    "there is no {}": "{0}: 존재할 수 없는 시각입니다.",
    "{} is a {} ({})": "{0} 날짜는 {2}요일({1})입니다.",
    "{} is {} UTC, and {} is {} UTC": "{0} = {1} UTC, {2} = {3} UTC로 서로 다릅니다.",
    "{} there and {} here are a day apart": "여기의 {1}, 대응하는 시각 {0}: 하루 차이가 납니다.",
    "{} there and {} here are not {} h apart": "여기의 {1}, 대응하는 시각 {0}: {2}시간 차이가 아닙니다.",
    "{} is {} here, and {} is {} elsewhere: not as far apart": (
        "여기서는 {0}에 대응하는 시각이 {1}이고, 다른 곳에서는 {2}에 {3}입니다. 두 시계의 차이가 다릅니다."
    ),
    "{} and {} are not {} h apart, as the two clocks are": "{0}, {1}: 두 시계처럼 {2}시간 차이가 나지 않습니다.",
    "{} and {} are not {} h apart, as {} and {} are": "{0}, {1}: {3}, {4}처럼 {2}시간 차이가 나지 않습니다.",
    "{} and {} are not {} h apart, as the other rows are": (
        "{0}, {1}: {2}시간 차이가 아닙니다. 다른 행은 모두 그렇습니다."
    ),
    "the digits of {} with another zone: {} h apart": "숫자는 {0} 그대로인데 시간대가 달라 {1}시간 차이가 납니다.",
    "equal to the sender's {} to the second, as in all {} messages here": (
        "발신 측 시각({0})과 초까지 같으며, 여기의 메시지 {1}건이 모두 그렇습니다."
    ),
    "this is {}, {} away from the stated {}": "이 값은 {0}이며, 명시된 시각 {2} 기준 {1~} 차이입니다.",
}

_ORDER = {
    "{} stands below {}, in a list that otherwise goes forwards": (
        "나머지가 모두 시간순인 목록에서 {1} 다음에 {0} 시각이 옵니다."
    ),
    "{} is before {}": "{0} 시각이 {1}보다 빠릅니다.",
    "{} is before {}, which it follows from": "{0} 시각이 그 원인인 {1}보다 빠릅니다.",
    "{} is before {}, before which there was none": "{1} 전에는 없었다고 적혀 있으나 {0} 시각이 그보다 빠릅니다.",
    "told at {}, and of {} it is said that there was none before": (
        "{1}에 처음이라고 적힌 일의 결과가 그보다 앞선 {0}에 적혀 있습니다."
    ),
    "{} {} is before {} {}, and behind it in every other row": (
        "{0} 시각 {1:이} {2} 시각 {3}보다 빠른데, 다른 모든 행에서는 그보다 뒤입니다."
    ),
    "an entry of {} tells what came of {}": "{0}의 기록이 더 뒤인 {1}에 있었던 일의 결과를 적고 있습니다.",
    "an entry of {} gives as cause what was done at {}": "{0}의 기록이 더 뒤인 {1}에 한 일을 원인으로 적고 있습니다.",
    "a line of {} tells of {} as past": "{0}의 기록이 {1}의 일을 이미 지난 일로 적고 있습니다.",
    "{} is used at {}, and came to be at {}": "{0}: {2}에 만들어졌는데 {1}에 이미 사용되고 있습니다.",
    "sent at {}, and tells how {} went, which began at {}": "{0}에 발송된 메시지가 {2}에 시작한 {1}의 결과를 이미 적고 있습니다.",
    "sent at {}, and tells of {} as past": "{0}에 발송된 메시지가 {1}의 일을 이미 지난 일로 적고 있습니다.",
    "sent at {} with {}, which line {} first gives at {}": (
        "{0}에 발송된 메시지의 수치({1})가 {2}번 줄의 {3}에야 처음 나옵니다."
    ),
    "sent at {}, and calls done what line {} ends at {}": (
        "{0}에 발송된 메시지가 완료라고 적은 일이 {1}번 줄에서는 {2}에 끝납니다."
    ),
    "it asks for answers, and already gives what came of them": "응답을 요청하는 메시지에 이미 그 결과가 적혀 있습니다.",
    "the message was sent at {} and tells of {}": "{0}에 발송된 메시지가 {1}의 일을 적고 있습니다.",
    "nobody had answered yet when the message was sent at {}, so it cannot hold its result": (
        "메시지가 발송된 {0}에는 아무도 응답하지 않았으므로 그 결과가 담길 수 없습니다."
    ),
    "this stands in the message itself, which was written before anything could be known of it": (
        "메시지 자체에 적힌 내용입니다. 메시지를 쓸 때는 그 메시지의 결과를 알 수 없습니다."
    ),
    "{}, after {},": "{0}({1~} 후)",
    "{} is the second in which a message was sent; nobody can have answered it yet": (
        "{0~}: 메시지를 발송한 바로 그 초이므로 아직 아무도 응답할 수 없습니다."
    ),
    "{} at {} is below {} at {}, in numbers that go up": "증가하는 번호인데 {1}의 {0:이} {3}의 {2}보다 작습니다.",
    "{} at {} is above {} at {}, in numbers that go up": "증가하는 번호인데 {1}의 {0:이} {3}의 {2}보다 큽니다.",
    "{} is not above {} of an earlier message in the same chat": (
        "{0:이} 같은 대화방에서 먼저 발송된 메시지의 {1}보다 크지 않습니다."
    ),
    "ids of one chat go up with each message; in the order of this list they do not": (
        "한 대화방의 ID는 메시지마다 증가하는데, 이 목록의 순서에서는 그렇지 않습니다."
    ),
}

_COUNTS = {
    "{} = {}, not {}": "{0} = {1}입니다({2} 아님).",
    "{} - {} = {}, not {}": "{0} - {1} = {2}입니다({3} 아님).",
    "{} × {} = {}, not {}": "{0} × {1} = {2}입니다({3} 아님).",
    "it makes {}, not {}": "계산하면 {0}입니다({1} 아님).",
    "the parts make {}, not {}": "항목의 합은 {0}입니다({1} 아님).",
    "the rows make {}, not {}": "행의 합은 {0}입니다({1} 아님).",
    "what was before and what changed give {}, not {}": "이전 값에 변경분을 반영하면 {0}입니다({1} 아님).",
    "{} are told, {} are listed": "{0}건이라고 적혀 있으나 나열된 것은 {1}건입니다.",
    "{} are claimed, {} are listed": "{0}건이라고 하나 나열된 것은 {1}건입니다.",
    "{} cannot be part of {}": "{0:은} {1}의 일부일 수 없습니다.",
    "{} of {} is {} %, not {} %": "{1} 중 {0}의 비율은 {2}%입니다({3}% 아님).",
    "{} is {} % of no count that stands with it": "함께 적힌 어떤 수로도 {0:이} {1}%가 되지 않습니다.",
    "{} of {} is not {} %, and in the other rows it is so": (
        "{1} 중 {0}의 비율은 {2}%가 아닙니다. 다른 행은 모두 맞습니다."
    ),
    "{} of {} is not {} %, and the other rows' shares are theirs": (
        "{1} 중 {0}의 비율은 {2}%가 아닙니다. 다른 행의 비율은 맞습니다."
    ),
    "no two counts of this object give {} %": "이 객체의 어떤 두 수로도 {0}%가 되지 않습니다.",
    "no two sums of the table above give {} %": "위 표의 어떤 두 합계로도 {0}%가 되지 않습니다.",
}

_CLAIMS = {
    "line {} says otherwise": "{0}번 줄의 내용과 맞지 않습니다.",
    "line {} and {} more says otherwise": "{0}번 줄 외 {1}곳의 내용과 맞지 않습니다.",
    "the row in line {} is not {}": "{0}번 줄의 행은 {1~}되지 않았습니다.",
    "the row in line {} and {} more is not {}": "{0}번 줄 외 {1}개 행은 {2~}되지 않았습니다.",
    "acknowledged": "확인",
    "passed": "통과",
    "verified": "검증",
    "{} is {} here, and {} in line {}": "{0}: 여기서는 {1}, {3}번 줄에서는 {2}입니다.",
    "{} is nearly {}, which line {} declares": "{0}: {2}번 줄에 적힌 이름 {1}과(와) 거의 같습니다.",
    "the average of {} figures is {}": "수치 {0}개의 평균은 {1}입니다.",
    "{} and {} are {} apart": "{0}과(와) {1}의 차이는 {2}입니다.",
    "the counts above are {} together": "위 수를 더하면 {0}입니다.",
    "line {} switches off what works here": "{0}번 줄에서 끈 것이 여기에서 동작합니다.",
    "line {} has switched it on, and no line between switches it off": (
        "{0}번 줄에서 이미 켰고, 그사이에 끈 줄이 없습니다."
    ),
    "line {} says of one that it was not so": "{0}번 줄에 그렇지 않은 것이 하나 적혀 있습니다.",
    "line {} has 0": "{0}번 줄은 0입니다.",
    "line {} has another {} than all the other rows": "{0}번 줄의 {1} 값이 다른 모든 행과 다릅니다.",
    "line {} tells of one": "없다고 하나 {0}번 줄에 하나가 적혀 있습니다.",
    "{} of {} messages here have no acknowledgement and asked for none": (
        "여기의 메시지 {1}건 중 {0}건은 확인 기록이 없고 확인을 요청하지도 않았습니다."
    ),
    "{} answers on {}, and is reached on {} alone": "{0}: {1}에서 응답했으나 연락 채널은 {2}뿐입니다.",
    "{} says that it was not {}": "{0} 응답이면 '{1}'일 수 없습니다.",
}

_SWITCHES = {
    "{} never comes back on": "{0}: 다시 켜졌다는 내용이 없습니다.",
    "{} is disabled here and never enabled again": "{0}: 여기서 비활성화된 뒤 다시 활성화되지 않았습니다.",
    "{} was switched off in line {} and never on again": "{0}: {1}번 줄에서 꺼진 뒤 다시 켜지지 않았습니다.",
    "{} was switched on in line {}, and no step switched it off": (
        "{0}: {1}번 줄에서 켜졌으며, 끄는 단계가 기록에 없습니다."
    ),
    "what began in line {} was taken back in line {}, and by the log never done again": (
        "{0}번 줄에서 시작한 것은 {1}번 줄에서 되돌렸고, 로그에는 다시 했다는 기록이 없습니다."
    ),
    "switched off in line {} and, by the log, never on again": (
        "{0}번 줄에서 꺼진 뒤 다시 켜졌다는 내용이 기록에 없습니다."
    ),
    "no schedule of the log starts anything at {} on that day of the week": (
        "기록의 어느 스케줄도 그 요일의 {0}에는 아무것도 시작하지 않습니다."
    ),
    "no schedule of the log starts anything at {}": "기록의 어느 스케줄도 {0}에는 아무것도 시작하지 않습니다.",
    "line {} tells that it went off in that time": "{0}번 줄에는 그 사이에 꺼졌다고 나옵니다.",
    "line {} tells that it was switched on before": "{0}번 줄에는 그 전에 켰다고 나옵니다.",
    "what went off in line {} stays so, by line {}, and works here": (
        "{0}번 줄에서 꺼진 것이 {1}번 줄에 따르면 계속 꺼져 있는데 여기서 일을 합니다."
    ),
    "what went off in line {} works here, and is on again only in line {}": (
        "{0}번 줄에서 꺼진 것이 여기서 일을 하는데, {1}번 줄에서야 다시 켜집니다."
    ),
    "what went off in line {} works here, and no line before this switched it on again": (
        "{0}번 줄에서 꺼진 것이 여기서 일을 하는데, 그 사이에 다시 켠 줄이 없습니다."
    ),
    "{} was switched off in line {} and is on again by no line before this": (
        "{0}: {1}번 줄에서 꺼졌으며, 이 줄까지 다시 켜졌다는 내용이 없습니다."
    ),
}

_SCHEDULES = {
    "{} min after the enabling; a schedule of {} runs within its period": (
        "활성화 {0}분 후입니다. {1} 스케줄은 한 주기 안에 실행됩니다."
    ),
    "{} has no run at {}": "{0} 스케줄에는 {1} 실행이 없습니다.",
    "{} has no run at {} (its hours are UTC)": "{0} 스케줄에는 {1} 실행이 없습니다(스케줄의 시각은 UTC).",
    "sent at {}, and the first run began at {}": "발송 시각은 {0}, 최초 실행의 시작은 {1}입니다.",
    "{} is not between {} and {}": "{0}: {1} ~ {2} 사이가 아닙니다.",
    "{} is below the {} of the row before it, and all other rows go up with their times": (
        "{0}: 바로 앞 행의 {1}보다 작으며, 다른 행은 모두 시각과 함께 커집니다."
    ),
    "{} = {}, and {} is one slip of the hand away": "{0} = {1}이며, {2}에서 숫자 하나를 잘못 친 차이입니다.",
    "{} times {} is {}, and {} is one slip of the hand away": (
        "{0} × {1} = {2}이며, {3}에서 숫자 하나를 잘못 친 차이입니다."
    ),
    "{} does not run at {}": "{0} 스케줄은 {1}에 실행되지 않습니다.",
    "{} does not run at {} (its hours are UTC)": "{0} 스케줄은 {1}에 실행되지 않습니다(스케줄의 시각은 UTC).",
    "{} min after the run before it; {} leaves {} min between runs": (
        "직전 실행 {0}분 후입니다. {1} 스케줄의 실행 간격은 {2}분입니다."
    ),
    "EventBridge refuses {}: {}": "EventBridge는 {0} 식을 거부합니다: {1~}",
    "one is singular, more are plural: {}": "1이면 단수, 그 외에는 복수로 써야 합니다: {0}",
    "cron has six fields, this has {}": "cron 식의 필드는 6개인데 {0}개입니다.",
    "day of month or day of week must be `?`": "일 또는 요일 중 하나는 `?`여야 합니다.",
}

ENTRIES: Mapping[str, str] = {
    **_LENGTHS,
    **_DURATIONS,
    **_TIMES,
    **_ORDER,
    **_COUNTS,
    **_CLAIMS,
    **_SWITCHES,
    **_SCHEDULES,
}
SAID: Mapping[str, str] = _LABELS
