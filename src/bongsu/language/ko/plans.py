"""What is wrong with a plan, and what the check of a plan warns of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = {
    "{} problem in {}": "{1}: 문제 {0}건",
    "{} problems in {}": "{1}: 문제 {0}건",
    "{} problems in {}, the first {} shown": "{1}: 문제 {0}건, 처음 {2}건만 표시",
    "cannot be read: {}": "읽을 수 없습니다: {0~}",
    "no such file or directory": "파일이 없음",
    "permission denied": "권한 없음",
    "no space left on device": "디스크 공간 부족",
    "not a directory": "폴더가 아님",
    "file exists": "같은 이름의 파일이 있음",
    "read-only file system": "읽기 전용 파일 시스템",
    "too many open files": "열린 파일이 너무 많음",
    "the host is not known": "알 수 없는 호스트",
    "cannot assign requested address": "이 장비의 주소가 아님",
    "is a directory": "디렉터리임",
    "no reason given": "사유 없음",
    "give the path of the plan, like plans/naver-sms.yaml": "plans/naver-sms.yaml처럼 계획 파일의 경로를 지정하십시오.",
    "a plan is a mapping of keys, and this holds none": "계획은 키의 매핑이어야 하는데 키가 없습니다.",
    'begin with "bongsu: 1"': '"bongsu: 1"로 시작하십시오.',
    "is larger than {} kB": "{0} kB보다 큽니다.",
    "a plan is a few kB; is it the right file?": "계획은 보통 몇 kB입니다. 파일이 맞는지 확인하십시오.",
    "is empty": "비어 있습니다.",
    "begin from plans/naver-sms.yaml": "plans/naver-sms.yaml을 바탕으로 작성하십시오.",
    "is not UTF-8: line {} holds the byte 0x{}": "UTF-8이 아닙니다: {0}번째 줄에 바이트 0x{1}",
    "save the file as UTF-8": "UTF-8로 저장하십시오.",
    "looks like {}": "{0~}처럼 보입니다.",
    "a Slack token": "Slack 토큰",
    "a Slack app token": "Slack 앱 토큰",
    "a Slack webhook address": "Slack 웹훅 주소",
    "a Telegram bot token": "Telegram 봇 토큰",
    "an AWS access key": "AWS 액세스 키",
    'take it out, revoke it, and write a reference: "env:NAME", "file:path" or "secret:name#field"': (
        '삭제하고 폐기한 뒤 참조로 작성하십시오: "env:NAME", "file:path", "secret:name#field"'
    ),
}

_YAML = {
    "not YAML: {}": "YAML이 아닙니다: {0}",
    "indent with spaces: YAML takes no tabs there": "공백으로 들여 쓰십시오. YAML은 그 자리에 탭을 쓸 수 없습니다.",
    "look at the indentation, the quotes and the brackets before this place": (
        "이 위치 앞의 들여쓰기, 따옴표, 괄호를 확인하십시오."
    ),
    "delete the character": "해당 문자를 삭제하십시오.",
    "a second document begins": "두 번째 문서가 시작됩니다.",
    "one file holds one plan": "파일 하나에는 계획 하나만 작성하십시오.",
    "nested deeper than {} levels": "{0}단계보다 깊게 중첩되었습니다.",
    "a plan is never that deep": "계획은 그렇게 깊지 않습니다.",
    "holds more than {} values": "값이 {0}개보다 많습니다.",
    "a plan is never that large": "계획은 그렇게 크지 않습니다.",
    '"*{}" names no anchor above': '"*{0}"에 해당하는 앵커가 앞에 없습니다.',
    'write "&{}" at what it repeats': '반복할 값에 "&{0}"{0!을} 붙이십시오.',
    'the tag "{}" has no meaning in a plan': '태그 "{0}"{0!은} 계획에서 의미가 없습니다.',
    "write the plain value": "값만 작성하십시오.",
    "a key must be text": "키는 문자열이어야 합니다.",
    'write it as "name: value"': '"이름: 값" 형식으로 작성하십시오.',
    'the key "{}" is {} to YAML, not text': '키 "{0}"{0!은} YAML에서 문자열이 아니라 {1~}입니다.',
    "write '{}' in quotes": "'{0}'{0!을} 따옴표로 감싸십시오.",
    'write "{}" in quotes': '"{0}"{0!을} 따옴표로 감싸십시오.',
    'write "{}" in quotes if that text is meant': '문자열이라면 "{0}"{0!을} 따옴표로 감싸십시오.',
    "write {} without quotes": "{0:을} 따옴표 없이 작성하십시오.",
    'the key "{}" stands twice': '키 "{0}"{0!이} 두 번 나옵니다.',
    "the first is on line {}; keep one": "첫 번째는 {0}번째 줄에 있습니다. 하나만 남기십시오.",
    '"<<" takes a mapping': '"<<"에는 매핑이 필요합니다.',
    "give it an alias of a mapping": "매핑의 별칭을 지정하십시오.",
    "{} without quotes is {} to YAML": "따옴표 없는 {0:은} YAML에서 {1~}입니다.",
}

_SORTS = {
    "a number": "숫자",
    "true or false": "참/거짓",
    "a time": "시각",
    "a date": "날짜",
    "a date or time": "날짜 또는 시각",
    "text": "문자열",
    "a list": "목록",
    "a mapping": "매핑",
    "a single value": "단일 값",
    "a word": "단어",
    "name": "이름",
    "a name": "이름",
    "the number 1": "숫자 1",
    "whole number": "정수",
    "whole number, 0 to 100": "0부터 100까지의 정수",
    "id, as a number or text": "ID(숫자 또는 문자열)",
    'length of time like "15m"': '"15m" 같은 시간 길이',
    'length of time like "5m", or "0s"': '"5m" 같은 시간 길이 또는 "0s"',
    'percentage like "99.5%"': '"99.5%" 같은 백분율',
    'date and time like "2025-10-22T14:00"': '"2025-10-22T14:00" 같은 날짜와 시각',
    'time zone like "Asia/Seoul"': '"Asia/Seoul" 같은 시간대',
    "reference to a secret": "시크릿 참조",
    "file beside the plan, like `file:parity.json`": "`file:parity.json` 같은 계획 옆의 파일",
    "web address": "웹 주소",
    "base address of an API": "API 기본 주소",
    "AWS account, twelve digits in quotes": "따옴표로 감싼 12자리 AWS 계정",
    "AWS region": "AWS 리전",
    "Slack channel id": "Slack 채널 ID",
    "Telegram chat id": "Telegram 대화방 ID",
    "Telegram user id": "Telegram 사용자 ID",
    "Slack member id": "Slack 멤버 ID",
    "key fingerprint": "키 지문",
    "contact": "담당자",
    "list of {}": "{0~} 목록",
    "a list of {}": "{0~} 목록",
    "mapping of {} to {}": "{0~}별 {1~} 매핑",
    "a mapping of {} to {}": "{0~}별 {1~} 매핑",
    "mapping with a `kind` of {}": "{0~} `kind`가 있는 매핑",
    "a mapping with a kind of {}": "{0~} kind가 있는 매핑",
    "kind of a check in `verify`, or a check with its own limits": "`verify`의 점검 종류, 또는 자체 기준이 있는 점검",
    "check": "점검",
    "channel": "채널",
}

_VALUES = {
    '"{}": {}': '"{0}": {1~}',
    '"{}" takes {}, and holds {}': '"{0}"에는 {1~:이} 필요한데 {2~}입니다.',
    '"{}" takes {}, and {} without quotes is {} to YAML': (
        '"{0}"에는 {1~:이} 필요한데, 따옴표 없는 {2:은} YAML에서 {3~}입니다.'
    ),
    '"{}" takes {}, and holds nothing': '"{0}"에는 {1~:이} 필요한데 비어 있습니다.',
    '"{}" takes {}, not text': '"{0}"에는 문자열이 아니라 {1~:이} 필요합니다.',
    'unknown word "{}"': '알 수 없는 단어 "{0}"',
    '"{}": unknown word "{}"': '"{0}": 알 수 없는 단어 "{1}"',
    'unknown message "{}"': '알 수 없는 메시지 "{0}"',
    'unknown {} kind "{}"': '알 수 없는 {0~} 종류 "{1}"',
    '"{}" is built in': '"{0}" 점검은 기본으로 포함됩니다.',
    "leave it out; every baseline begins with it": "삭제하십시오. 모든 사전 점검이 이 점검으로 시작합니다.",
    "look at this kind of {} in docs/plan.md": "docs/plan.md에서 이 {0~} 종류를 확인하십시오.",
    '"{}" lacks the key "kind"': '"{0}"에 "kind" 키가 없습니다.',
    '"{}" lacks the key "{}"': '"{0}"에 "{1}" 키가 없습니다.',
    'the plan lacks the key "{}"': '계획에 "{0}" 키가 없습니다.',
    'unknown key "{}"': '알 수 없는 키 "{0}"',
    'unknown key "{}" in "{}"': '"{1}"에 알 수 없는 키 "{0}"',
    "known: {}": "사용할 수 있는 값: {0}",
    "none is known here": "사용할 수 있는 값이 없습니다.",
    'did you mean "{}"?': '"{0}"{0!을} 찾으셨습니까?',
    'did you mean "{}"? known: {}': '"{0}"{0!을} 찾으셨습니까? 사용할 수 있는 값: {1}',
    "{}; or write it out with its limits": "{0~}, 또는 기준과 함께 직접 작성하십시오.",
    '"{}" is empty': '"{0}"{0!이} 비어 있습니다.',
    "name at least {}": "{0}개 이상 지정하십시오.",
    '"{}" stands twice in "{}"': '"{1}"에 "{0}"{0!이} 두 번 나옵니다.',
    "name it once": "한 번만 지정하십시오.",
    "write what it says, or leave the key out": "내용을 작성하거나 키를 삭제하십시오.",
    "is longer than {} characters": "{0}자보다 깁니다.",
    "shorten it: it goes into messages": "메시지에 들어가므로 줄여서 작성하십시오.",
    "holds a line break or a control character": "줄바꿈이나 제어 문자가 있습니다.",
    "write it on one line": "한 줄로 작성하십시오.",
    '"{}" is not true or false': '"{0}"{0!은} true나 false가 아닙니다.',
    "write true or false": "true 또는 false로 작성하십시오.",
    '"{}" is not a plan version that this program knows': '"{0}"{0!은} 이 프로그램이 지원하는 계획 버전이 아닙니다.',
    "write 1": "1로 작성하십시오.",
    '"{}" leaves no time at all': '"{0}"에는 시간이 전혀 없습니다.',
    "write a longer time": "더 긴 시간을 작성하십시오.",
    "write a shorter time": "더 짧은 시간을 작성하십시오.",
    '"{}" is not an AWS account': '"{0}"{0!은} AWS 계정이 아닙니다.',
    "an account is twelve digits, in quotes": "계정은 따옴표로 감싼 12자리 숫자입니다.",
    '"{}" is not the ARN of an SNS topic': '"{0}"{0!은} SNS 주제의 ARN이 아닙니다.',
    "ARN of an SNS topic": "SNS 주제의 ARN",
    "it is arn:aws:sns:REGION:ACCOUNT:NAME": "arn:aws:sns:REGION:ACCOUNT:NAME 형식입니다.",
    '"intake" names nobody who may send an alarm': '"intake"에 경보를 보낼 수 있는 발신자가 없습니다.',
    "add bearer, signed or sns_topics": "bearer, signed 또는 sns_topics를 추가하십시오.",
    '"intake" takes alarms, and the plan has no "escalation" to page anybody by': (
        '"intake"가 경보를 받는데 긴급 알림에 쓸 "escalation"이 계획에 없습니다.'
    ),
    "add escalation: {critical: …}": "추가하십시오: escalation: {critical: …}",
    '"{}" is not an AWS region': '"{0}"{0!은} AWS 리전이 아닙니다.',
    'write it like "ap-northeast-2"': '"ap-northeast-2"처럼 작성하십시오.',
    '"{}" is not a Slack channel id': '"{0}"{0!은} Slack 채널 ID가 아닙니다.',
    'copy the id from the channel\'s details; it begins with "C" or "G", and a name can be given away': (
        '채널 세부 정보에서 "C"나 "G"로 시작하는 ID를 복사하십시오. 이름은 바뀔 수 있습니다.'
    ),
    "no chat has the id 0": "ID가 0인 대화방은 없습니다.",
    "a group's id is a negative number": "그룹 ID는 음수입니다.",
    '"{}" is not a Telegram user id': '"{0}"{0!은} Telegram 사용자 ID가 아닙니다.',
    "a user id is digits only; a @name can be given away": "사용자 ID는 숫자입니다. @이름은 바뀔 수 있습니다.",
    '"{}" is not a Slack member id': '"{0}"{0!은} Slack 멤버 ID가 아닙니다.',
    'copy the id from the person\'s profile; it begins with "U" or "W"': '프로필에서 "U"나 "W"로 시작하는 ID를 복사하십시오.',
    "not the fingerprint of an Ed25519 key": "Ed25519 키의 지문이 아닙니다.",
    "write it as `bongsu keygen` prints it": "`bongsu keygen`이 출력한 그대로 작성하십시오.",
    '"{}" is not between 0 and 100': '"{0}"{0!은} 0부터 100 사이가 아닙니다.',
    "write a small whole number": "작은 정수를 작성하십시오.",
    '"{}" is not a length of time': '"{0}"{0!은} 시간 길이가 아닙니다.',
    'write a number with its unit, like "45s", "15m", "24h" or "7d"': '"45s", "15m", "24h", "7d"처럼 숫자와 단위를 작성하십시오.',
    '"{}" is longer than a year': '"{0}"{0!은} 1년보다 깁니다.',
    '"{}" is not a percentage': '"{0}"{0!은} 백분율이 아닙니다.',
    'write a number with its sign, like "100%" or "99.5%"': '"100%"나 "99.5%"처럼 숫자와 기호를 작성하십시오.',
    '"{}" is more than 100 %': '"{0}"{0!은} 100%를 넘습니다.',
    "a share of something ends at 100%": "비율은 100%까지입니다.",
    '"{}" is not a whole number': '"{0}"{0!은} 정수가 아닙니다.',
    "write digits only, without leading zeros": "앞에 0을 붙이지 않은 숫자만 작성하십시오.",
    '"{}" is not a date and time': '"{0}"{0!은} 날짜와 시각이 아닙니다.',
    'write it like "2025-10-22T14:00", in the plan\'s time zone': '"2025-10-22T14:00"처럼 계획의 시간대로 작성하십시오.',
    '"{}" does not exist: {}': '"{0}"{0!은} 없는 시각입니다: {1}',
    "correct the date or the time": "날짜나 시각을 수정하십시오.",
    '"{}" does not exist in {}: the clocks go forward over it': '"{0}"{0!은} {1}에 없는 시각입니다(시계를 앞당기는 구간).',
    "choose another time": "다른 시각을 선택하십시오.",
    '"{}" happens twice in {}: the clocks go back over it': '"{0}"{0!은} {1}에 두 번 있는 시각입니다(시계를 되돌리는 구간).',
    "write the offset too, like 2025-10-22T14:00+09:00": "2025-10-22T14:00+09:00처럼 오프셋도 작성하십시오.",
    '"{}" is not a time zone': '"{0}"{0!은} 시간대가 아닙니다.',
    'write a name like "Asia/Seoul"': '"Asia/Seoul" 같은 이름으로 작성하십시오.',
    '"{}" cannot be a name here': '"{0}"{0!은} 이름으로 사용할 수 없습니다.',
    "use small letters, digits, _ and -, and begin with a letter": "영문 소문자, 숫자, _, -만 사용하고 문자로 시작하십시오.",
    "a secret must be a reference, never the value itself": "시크릿은 값이 아니라 참조로 작성해야 합니다.",
    'write "env:NAME", "file:path" (beside the plan) or "secret:name#field" (AWS Secrets Manager)': (
        '"env:NAME", "file:path"(계획 옆), "secret:name#field"(AWS Secrets Manager) 중 하나로 작성하십시오.'
    ),
    '"{}" does not name a file': '"{0}"{0!은} 파일을 가리키지 않습니다.',
    'write "file:" and the path from the plan\'s folder': '"file:" 뒤에 계획 폴더 기준의 경로를 작성하십시오.',
    '"{}" is not an address': '"{0}"{0!은} 주소가 아닙니다.',
    'write it like "https://example.com/path"': '"https://example.com/path"처럼 작성하십시오.',
    "an address must not carry a user name or password": "주소에 사용자 이름이나 비밀번호를 넣을 수 없습니다.",
    "take them out of the address": "주소에서 제거하십시오.",
    "an endpoint has no query and no fragment": "엔드포인트에는 쿼리와 프래그먼트를 쓸 수 없습니다.",
    "end the address before ? and #": "? 와 # 앞까지만 작성하십시오.",
    "an endpoint beyond this machine must be https": "이 장비 밖의 엔드포인트는 https여야 합니다.",
    "tokens travel in the requests; use https://": "요청에 토큰이 담기므로 https://를 사용하십시오.",
}

_LISTENING = {
    "signing_secret and listen belong together: by HTTP presses arrive signed at an address": (
        "signing_secret과 listen은 함께 지정해야 합니다. HTTP로는 서명된 응답이 주소로 들어옵니다."
    ),
    "app_token and signing_secret are two ways in, and Slack uses only one: choose one": (
        "app_token과 signing_secret은 서로 다른 수신 방식이고 Slack은 하나만 사용합니다. 하나만 지정하십시오."
    ),
    "webhook_url, webhook_secret and listen belong together: a webhook needs all three": (
        "webhook_url, webhook_secret, listen은 함께 지정해야 합니다. 웹훅에는 셋 모두 필요합니다."
    ),
    "Telegram delivers to the ports 443, 80, 88 and 8443, and not to {}": (
        "Telegram은 443, 80, 88, 8443 포트로만 전달하며 {0} 포트로는 전달하지 않습니다."
    ),
    '"{}" is no address to listen at': '"{0}"{0!은} 수신 주소가 아닙니다.',
    '"{}" reaches people one by one, and nothing can be announced to it': (
        '"{0}" 채널은 개인에게만 발송되므로 공지를 보낼 수 없습니다.'
    ),
    "leave it out here: pages and drills go to it by themselves": "여기에서 빼십시오. 호출과 훈련은 자동으로 발송됩니다.",
    'Telegram refuses every message with a button to "{}", a host without a dot in its name': (
        'Telegram은 이름에 점이 없는 호스트 "{0}"(으)로 가는 버튼이 있는 메시지를 모두 거부합니다.'
    ),
    "write the host's whole name, or its address": "호스트의 전체 이름이나 IP 주소를 쓰십시오.",
    '"{}" pages through the SMS service whose list the checks count: give it a service of its own': (
        '"{0}" 채널이 점검에서 세는 SMS 서비스로 호출을 보냅니다. 별도의 서비스를 지정하십시오.'
    ),
    '"{}" listens at the port of "{}"': '"{0}" 채널이 "{1}" 채널의 포트에서 수신합니다.',
    "address to listen at, like `127.0.0.1:8081/slack`": "`127.0.0.1:8081/slack` 같은 수신 주소",
    'write it like "127.0.0.1:8081/slack"': '"127.0.0.1:8081/slack"처럼 작성하십시오.',
    "give each channel a port of its own": "채널마다 다른 포트를 지정하십시오.",
    "announce to telegram, or to slack with app_token (or signing_secret and listen), or ask nobody": (
        "telegram이나 slack(app_token, 또는 signing_secret과 listen)으로 공지하거나, 응답 요청을 없애십시오."
    ),
    "people must answer (go, drill, escalation), and no announced channel can carry an answer": (
        "담당자가 응답해야 하는데(go, drill, escalation) 응답을 받을 수 있는 공지 채널이 없습니다."
    ),
    "nobody is paged: whoever watches decides by `bongsu rollback` or `bongsu hold`, or the plan does": (
        "긴급 알림을 받는 사람이 없습니다. 지켜보는 사람이 `bongsu rollback`이나 `bongsu hold`로 결정하거나 계획에 따릅니다."
    ),
}

_RULES = {
    '"{}" reads the SMS gateway\'s own list, and the plan names no "sms_gateway"': (
        '"{0}" 점검은 SMS 게이트웨이 목록을 조회하는데 계획에 "sms_gateway"가 없습니다.'
    ),
    "add sms_gateway: {kind: sens, service: …, key: …}": "추가하십시오: sms_gateway: {kind: sens, service: …, key: …}",
    '"{}" reads the state table, and the target names none': '"{0}" 점검은 상태 테이블을 조회하는데 대상에 테이블이 없습니다.',
    "add tables: {state: …}": "추가하십시오: tables: {state: …}",
    'no contact is called "{}"': '"{0}" 담당자가 없습니다.',
    '"{}" has the same key as "{}", so one signature would stand for both': (
        '"{0}"의 키가 "{1}"의 키와 같아서 서명 하나가 둘을 모두 대신하게 됩니다'
    ),
    "give each signer a key of their own": "서명자마다 자기 키를 쓰세요",
    '"{}" has the same {} id as "{}", so their presses cannot be told apart': (
        '"{0}", "{2}" 담당자의 {1} ID가 같아 두 사람의 응답을 구별할 수 없습니다.'
    ),
    "give each person their own": "사람마다 자신의 ID를 지정하십시오.",
    '"{}" must answer, and has no address on an announced channel that takes answers': (
        '"{0}" 담당자가 응답해야 하는데, 응답을 받는 공지 채널에 주소가 없습니다.'
    ),
    "give {} an id for one of: {}": "{0} 담당자에게 다음 중 하나의 ID를 지정하십시오: {1}",
    "give slack an app_token": "slack에 app_token을 지정하십시오.",
    'no channel is called "{}"': '"{0}" 채널이 없습니다.',
    "the legacy rule is the target's own": "기존 규칙이 대상 규칙과 같습니다.",
    "name the rule that the target replaces": "대상이 대체하는 규칙을 지정하십시오.",
    'no escalation policy is called "{}"': '"{0}" 에스컬레이션 정책이 없습니다.',
    "the window ends before it starts": "작업 시간의 끝이 시작보다 빠릅니다.",
    "the end must be later than the start": "끝이 시작보다 늦어야 합니다.",
    "{} is {}, longer than the window of {}": "{0} = {1}, 작업 시간 {2}보다 깁니다.",
    "lengthen the window, or shorten the deadlines": "작업 시간을 늘리거나 기한을 줄이십시오.",
    "{} approvals of {} people cannot be": "{1}명 중 {0}명의 승인은 불가능합니다.",
    "write a number from 1 to {}": "1부터 {0}까지의 숫자로 작성하십시오.",
    "level {} is paged {} in, when the SLA of {} is over": "{0}단계는 {1} 후에 알림을 받는데, 그때는 SLA {2:이} 지난 뒤입니다.",
    "shorten the levels before it, or lengthen ack_sla": "앞 단계를 줄이거나 ack_sla를 늘리십시오.",
    "detect, decide and execute take {} together, the total is {}": "detect, decide, execute의 합은 {0}인데 total은 {1}입니다.",
    "raise the total, or shorten the parts": "total을 늘리거나 각 항목을 줄이십시오.",
    '"watch.{}" of {} is longer than "watch.{}" of {}': '"watch.{0}" {1:이} "watch.{2}" {3}보다 깁니다.',
    "shorten {}, or lengthen {}": "{0} 값을 줄이거나 {1} 값을 늘리십시오.",
    '"watch.{}" of {} does not divide "watch.{}" of {}': '"watch.{2}" {3:이} "watch.{0}" {1:으로} 나누어지지 않습니다.',
    "choose one that divides {}": "{0:을} 나눌 수 있는 값을 선택하십시오.",
    "the clock is not on this machine": "시계가 이 장비에 있지 않습니다.",
    "only a rehearsal has a clock, and it runs here": "시계는 리허설에만 있으며 이 장비에서 동작합니다.",
    '"{}" leads beyond this machine, and a plan with a clock is a rehearsal': (
        '"{0}"{0!이} 이 장비 밖을 가리키는데, clock이 있는 계획은 리허설입니다.'
    ),
    "give it an {} on this machine, or take the clock out": "이 장비의 {0:을} 지정하거나 clock을 제거하십시오.",
    '"{}" leads to the real service, and "{}" to this machine': '"{0}"{0!은} 실제 서비스를, "{1}"{1!은} 이 장비를 가리킵니다.',
    "a plan is all rehearsal or all real: give it an {} on this machine, or take the others away": (
        "계획은 전부 리허설이거나 전부 실제여야 합니다. 이 장비의 {0:을} 지정하거나 나머지를 제거하십시오."
    ),
    '"{}" as written here reads {}, and nothing has run yet': '여기의 "{0}" 점검은 {1:을} 조회하는데, 아직 실행된 것이 없습니다.',
    '"{}" as written here reads {}, and that was measured before the run': (
        '여기의 "{0}" 점검은 {1:을} 조회하는데, 이는 실행 전에 측정된 값입니다.'
    ),
    "`from: file:…` belongs to the baseline, and only there": "`from: file:…`은 사전 점검에만 사용합니다.",
    "`over: 7d` belongs to the baseline, and only there": "`over: 7d`는 사전 점검에만 사용합니다.",
    '"verify" has no check "{}" whose limits could hold here': '"verify"에 기준을 가져올 "{0}" 점검이 없습니다.',
    '"{}" is not a placeholder': '"{0}"{0!은} 수치 자리가 아닙니다.',
    'write it like "{baseline.parity.percent}"': '"{baseline.parity.percent}"처럼 작성하십시오.',
    'nothing measures "{}" before the message "{}"': '"{1}" 메시지 전에 "{0}"{0!을} 측정하는 점검이 없습니다.',
}

_WARNINGS = {
    "the window ended {}; `start` will refuse this plan": "작업 시간이 {0}에 끝나 `start`가 이 계획을 거부합니다.",
    "the window is open since {}": "작업 시간이 {0}에 이미 시작되었습니다.",
    "nobody approves this plan: `--go` on the command line is the only word": (
        "승인 권한자가 없는 계획입니다. 명령줄의 `--go`만으로 진행합니다."
    ),
    "there is no drill: that the people can be reached stays unproven": (
        "훈련이 없어 담당자에게 연락이 닿는지 증명되지 않습니다."
    ),
    'first_run.settle is {}, and "{}" reads metrics, which may come 2 min late: then it ends unknown': (
        'first_run.settle이 {0}인데 "{1}" 점검의 지표는 2분까지 늦을 수 있습니다. 늦으면 판정 불가로 끝납니다.'
    ),
    "nothing is watched after the cutover": "컷오버 후 모니터링이 없습니다.",
    '"{}" announces into the private chat of one person, where nobody else is: the id of a group is negative': (
        '"{0}" 공지가 한 사람의 개인 대화방으로 발송되며 다른 사람은 볼 수 없습니다. 그룹 ID는 음수입니다.'
    ),
    '"{}" can approve alone': '"{0}" 담당자 혼자 승인할 수 있습니다.',
}

ENTRIES: Mapping[str, str] = {**_FILE, **_YAML, **_SORTS, **_VALUES, **_LISTENING, **_RULES, **_WARNINGS}
