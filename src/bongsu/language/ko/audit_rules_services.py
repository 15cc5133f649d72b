"""Why the audit's rules find that something cannot be so: what services answer, their ids, and names in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SLACK = {
    "`ok` is true beside `error` {}; Slack gives an error with `ok` false alone": (
        "`ok`가 true인데 `error` 값 {0}도 함께 있습니다. Slack은 `ok`가 false일 때만 오류를 반환합니다."
    ),
    "`ok` is true beside the error {}; Slack gives an error with `ok` false alone": (
        "`ok`가 true인데 오류 {0}도 함께 있습니다. Slack은 `ok`가 false일 때만 오류를 반환합니다."
    ),
    "an empty `ts` beside `ok` true; a message that was posted has a ts of ten digits, a dot and six": (
        "`ok`가 true인데 `ts`가 비어 있습니다. 게시된 메시지의 ts는 숫자 10자리, 점, 숫자 6자리입니다."
    ),
    "the `ts` {} beside `ok` true; a message that was posted has a ts of ten digits, a dot and six": (
        "`ok`가 true인데 `ts`가 {0}입니다. 게시된 메시지의 ts는 숫자 10자리, 점, 숫자 6자리입니다."
    ),
    "Slack refuses a message without words and blocks (`no_text`); this answer shows one": (
        "슬랙은 글도 블록도 없는 메시지를 거절합니다(`no_text`). 이 응답에는 그런 메시지가 있습니다."
    ),
    "chat.postMessage's answer has a ts beside channel and message; this one has none": (
        "chat.postMessage의 응답에는 channel, message와 함께 ts가 있는데 이것에는 없습니다."
    ),
    "a message that was posted has a ts of ten digits, a dot and six": (
        "게시된 메시지의 ts는 숫자 10자리, 점, 숫자 6자리입니다."
    ),
    "Slack's ts is a text in quotes, not a number": "Slack의 ts는 숫자가 아니라 따옴표로 묶인 문자열입니다.",
    "Slack's ts has ten digits, a dot and six digits; {} has not": (
        "{0}: Slack의 ts 형식(숫자 10자리, 점, 숫자 6자리)이 아닙니다."
    ),
    "a ts beside `ok` false; what was not posted has none": (
        "`ok`가 false인데 ts가 있습니다. 게시되지 않은 메시지에는 ts가 없습니다."
    ),
    "{} is a channel's name; the answer has its id": "{0}: 채널 이름입니다. 응답에는 채널 ID가 있습니다.",
    "{} as `{}`: {}": "`{1}`의 값 {0}: {2~}",
    "{} has {}, and Slack takes at most {}: it answers invalid_blocks": (
        "{0~:은} {1}인데 Slack의 한도는 {2}이므로 invalid_blocks로 응답합니다."
    ),
    "the text of this {}": "이 {0}의 text 길이",
    "{} of this {}": "이 {1}의 {0} 수",
    "{} of this message": "이 메시지의 {0} 수",
    "{}: nothing was posted": "{0~} 게시된 것이 없습니다.",
    "Slack answers invalid_blocks (HTTP 400 from a webhook) to an empty text": (
        "Slack은 빈 텍스트에 invalid_blocks(웹훅은 HTTP 400)로 응답합니다."
    ),
    "Slack answers invalid_blocks (HTTP 400 from a webhook) to a block without content": (
        "Slack은 내용 없는 블록에 invalid_blocks(웹훅은 HTTP 400)로 응답합니다."
    ),
    "an empty message is refused (Telegram: message text is empty; Slack: no_text)": (
        "빈 메시지는 거부됩니다(Telegram: message text is empty, Slack: no_text)."
    ),
    "Slack answers invalid_blocks to an empty text, never ok: nothing was posted": (
        "Slack은 빈 텍스트에 ok가 아니라 invalid_blocks로 응답합니다. 게시된 것이 없습니다."
    ),
    "Slack answers invalid_blocks to an empty text or a block without content, never ok: nothing was posted": (
        "Slack은 빈 텍스트나 내용 없는 블록에 ok가 아니라 invalid_blocks로 응답합니다. 게시된 것이 없습니다."
    ),
}
_SLACK_IDS = {
    "a conversation's id begins with C, G or D": "대화방 ID는 C, G, D 중 하나로 시작합니다.",
    "a user's id begins with U or W": "사용자 ID는 U 또는 W로 시작합니다.",
    "a bot's id begins with B": "봇 ID는 B로 시작합니다.",
    "a workspace's id begins with T or E": "워크스페이스 ID는 T 또는 E로 시작합니다.",
    "an app's id begins with A": "앱 ID는 A로 시작합니다.",
}

_WEBHOOKS = {
    "the message has no button that an app hears of, and a webhook cannot read replies": (
        "이 메시지에는 앱이 감지할 수 있는 버튼이 없고, 웹훅은 답글을 읽을 수 없습니다."
    ),
    "an app's webhook ignores {}: the message cannot have appeared so": (
        "앱의 웹훅은 {0} 필드를 무시하므로 메시지가 그렇게 표시될 수 없습니다."
    ),
    "an incoming webhook answers `ok` without a ts, so this id came from somewhere else": (
        "인커밍 웹훅은 ts 없이 `ok`로만 응답하므로 이 ID는 다른 곳에서 온 것입니다."
    ),
    "an incoming webhook answers `ok` and nothing else: no ts, no receipt and nobody who read it": (
        "인커밍 웹훅은 `ok`로만 응답하며 ts도, 수신 확인도, 읽은 사람도 알려 주지 않습니다."
    ),
    "a webhook's post is top-level and returns no ts: there is no thread that its sender could see": (
        "웹훅의 메시지는 최상위에 게시되며 ts를 반환하지 않습니다. 발신 측에서 볼 수 있는 스레드가 없습니다."
    ),
}

_TELEGRAM = {
    "{} is no message id: they count from 1": "{0}: 메시지 ID가 아닙니다. 메시지 ID는 1부터 시작합니다.",
    "{} is no Telegram message id: it is a whole number": (
        "{0}: Telegram 메시지 ID가 아닙니다. 메시지 ID는 정수입니다."
    ),
    "{} is no Telegram message id: it is a whole number above 0": (
        "{0}: Telegram 메시지 ID가 아닙니다. 메시지 ID는 0보다 큰 정수입니다."
    ),
    "a {}'s chat id begins with -100 and has ten digits more; {} is a basic group's": (
        "{0~}의 대화방 ID는 -100으로 시작하고 10자리가 이어집니다. {1} 형식은 일반 그룹의 ID입니다."
    ),
    "supergroup": "슈퍼그룹",
    "{} is a supergroup's or a channel's chat id; a basic group's does not begin with -100": (
        "{0}: 슈퍼그룹이나 채널의 대화방 ID입니다. 일반 그룹의 ID는 -100으로 시작하지 않습니다."
    ),
    "{} is a person's chat id: those of groups, supergroups and channels are negative": (
        "{0}: 한 사람과의 대화방 ID입니다. 그룹, 슈퍼그룹, 채널의 ID는 음수입니다."
    ),
    "a rule or a schedule is ENABLED or DISABLED, never {}": (
        "규칙이나 스케줄의 상태는 ENABLED 또는 DISABLED입니다. {0} 상태는 없습니다."
    ),
    "{} cannot be a bot's username: it ends in `bot`": (
        "{0}: 봇의 사용자 이름일 수 없습니다. 봇의 이름은 `bot`으로 끝납니다."
    ),
    "{} is no user's id: they are positive": "{0}: 사용자 ID가 아닙니다. 사용자 ID는 양수입니다.",
    "a positive chat id is one person's private chat; groups, supergroups and channels have negative ones": (
        "양수인 대화방 ID는 한 사람과의 개인 대화방입니다. 그룹, 슈퍼그룹, 채널의 ID는 음수입니다."
    ),
    "a negative chat id is a group's or a channel's; a private chat has its person's own positive id": (
        "음수인 대화방 ID는 그룹이나 채널의 것입니다. 개인 대화방의 ID는 그 사람의 양수 ID입니다."
    ),
    "{} is a bot; a chat that it writes to is known by the chat's own id": (
        "{0}은(는) 봇입니다. 봇이 글을 보내는 대화방은 그 방의 id로 가리킵니다."
    ),
    "{} is a name; the id of a {} in an answer is a whole number below 0": (
        "{0}은(는) 이름입니다. 응답에 나오는 {1}의 id는 0보다 작은 정수입니다."
    ),
    "-100 and ten digits is a supergroup's or a channel's chat id; without its sign it is nobody's": (
        "-100과 숫자 열 자리는 슈퍼그룹이나 채널의 chat id이고, 부호를 빼면 누구의 것도 아닙니다."
    ),
    "the id as the response has it, with its sign": "응답에 나온 그대로, 부호까지 있는 ID",
    "a positive chat id is one person's private chat; several people cannot have answered in it": (
        "양수인 대화방 ID는 한 사람과의 개인 대화방이므로 여러 사람이 응답했을 수 없습니다."
    ),
}

_CHATS = {
    "no chat service reports delivery to its sender; what can be known is that it took the message": (
        "어떤 메신저도 발신 측에 수신 여부를 알려 주지 않습니다. 알 수 있는 것은 서비스가 메시지를 접수했다는 사실뿐입니다."
    ),
    "neither Telegram nor Slack tells a bot who read a message": (
        "Telegram도 Slack도 누가 메시지를 읽었는지 봇에 알려 주지 않습니다."
    ),
    "sending a message measures nothing of its buttons": "메시지 발송만으로는 버튼의 동작을 확인할 수 없습니다.",
    "{} looks like an example, not like an id that a service handed out": (
        "{0}: 예시 값으로 보이며, 서비스가 발급한 ID로 보이지 않습니다."
    ),
}

_AWS = {
    "{} prints nothing when it succeeds": "{0} 명령은 성공하면 아무것도 출력하지 않습니다.",
    "{} prints {} as data, and no sentence": "{0} 명령은 문장이 아니라 {1} 항목을 데이터로 출력합니다.",
    "{} prints a line for each file, as {}": "{0} 명령은 파일마다 {1} 같은 줄을 출력합니다.",
    "{} prints {}; never {}": "{0} 명령의 출력 항목은 {1}입니다({2} 없음).",
    "FailedEntryCount is in the answers of put-targets, remove-targets and put-events alone": (
        "FailedEntryCount는 put-targets, remove-targets, put-events의 응답에만 있습니다."
    ),
    "`aws {}`: {}": "`aws {0}`의 응답: {1~}",
    "of `{}`: {}": "`{0}`의 응답: {1~}",
    "there is no {} in it": "응답에 없는 항목입니다: {0}",
    "{} is a whole number": "{0}의 값은 정수입니다.",
    "{} is a number": "{0}의 값은 숫자입니다.",
    "{} is true or false": "{0}의 값은 true 또는 false입니다.",
    "{} is a text": "{0}의 값은 문자열입니다.",
    "{} is a time": "{0}의 값은 시각입니다.",
    "{} is an object": "{0}의 값은 객체입니다.",
    "{} is a list": "{0}의 값은 목록입니다.",
    "Lambda bills whole milliseconds, rounded up: {} ms": "Lambda는 밀리초 단위로 올림하여 과금합니다: {0} ms",
    "Lambda bills whole milliseconds, rounded up: {} or {} ms": (
        "Lambda는 밀리초 단위로 올림하여 과금합니다: {0} 또는 {1} ms"
    ),
    "{} MB cannot be used of {} MB: the function would have been killed": (
        "{1} MB 중 {0} MB를 사용할 수 없습니다. 함수가 강제 종료되었을 것입니다."
    ),
}
_VALUES_SHOWN = 6


def _one_of(many: int) -> tuple[str, str]:
    # A member's values are listed with "or" between them, as many as are shown.
    places = [f"{{{place}}}" for place in range(2, 2 + many)]
    return "{} is never {} but " + " or ".join(["{}"] * many), "{0}의 값은 " + ", ".join(
        places
    ) + " 중 하나입니다({1} 값은 없음)."


_AWS_VALUES = {
    "{} is never {} but {}": "{0}의 값은 {2}입니다({1} 값은 없음).",
    **dict(_one_of(many) for many in range(2, _VALUES_SHOWN + 1)),
}

_KUBECTL = {
    "kubectl never prints {} as the {} of a {}": "kubectl은 {2~}의 {1}에 {0} 값을 출력하지 않습니다.",
    "kubectl never prints {} as {} of a {}": "kubectl은 {2~}의 {1}에 {0} 값을 출력하지 않습니다.",
    "{} of {} completions: more than there are": "완료 {1}건 중 {0}건으로, 전체보다 많습니다.",
    "{} of {} containers are ready: more than there are": "준비된 컨테이너가 {1}개 중 {0}개로, 전체보다 많습니다.",
    "a pod that is {} has not all of its containers ready": (
        "{0} 상태의 파드는 모든 컨테이너가 준비된 상태일 수 없습니다."
    ),
    "`kubectl {}` prints a sentence such as `kind/name {}`, no JSON": (
        "`kubectl {0}`의 출력은 JSON이 아니라 `kind/name {1}` 같은 문장입니다."
    ),
    "`kubectl {}` prints `kind/name {}`, and no such sentence": (
        "`kubectl {0}`의 출력은 `kind/name {1}`이며 이런 문장이 아닙니다."
    ),
    "`kubectl {}` prints `kind/name {}`, not {}": "`kubectl {0}`의 출력은 `kind/name {1}`입니다({2} 아님).",
    "`kubectl {}` prints `kind/name {}`, and no table": "`kubectl {0}`의 출력은 `kind/name {1}`이며 표가 아닙니다.",
}

ENTRIES: Mapping[str, str] = {
    **_SLACK,
    **_SLACK_IDS,
    **{"{}: " + said: "{0}: " + told for said, told in _SLACK_IDS.items()},
    **_WEBHOOKS,
    **_TELEGRAM,
    **_CHATS,
    **_AWS,
    **_AWS_VALUES,
    **_KUBECTL,
}
