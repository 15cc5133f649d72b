"""What the commands say that show a run beside another, at a moment, under other limits, or for publication."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HELPS = {
    "Show RUN beside another run instead; --out then names a folder for comparison.html and comparison.json.": (
        "RUN을 다른 실행과 나란히 표시. --out은 comparison.html과 comparison.json을 쓸 폴더"
    ),
    "With --compare and --what-if, a run may be one in the ledger or an evidence folder; exits with 0, and writes nothing unless --out names a folder of its own.": (
        "--compare와 --what-if에서는 실행이 원장에 있거나 증적 폴더일 수 있습니다. 종료 코드는 0이며, --out으로 별도의 폴더를 지정하지 않으면 아무것도 쓰지 않습니다."
    ),
    "Replay RUN under another limit of its plan, like ack_sla=3m, and show what would have been decided; may be given again.": (
        "계획의 다른 기준(예: ack_sla=3m)으로 RUN을 다시 적용해 무엇이 달리 결정되었을지 표시. 여러 번 지정 가능"
    ),
    "Show what was known and decided in RUN, or in an evidence folder, at a time: 14:07 in the plan's zone, or a day with it.": (
        "RUN 또는 증적 폴더에서 그 시각에 알려지고 결정된 내용을 표시: 계획의 시간대로 14:07, 또는 날짜까지"
    ),
    "Exits with 0; 3 when the named run is open or something in it is in doubt; with --at when something was then.": (
        "종료 코드는 0이며, 지정한 실행이 진행 중이거나 결과 불명인 것이 있으면 3입니다. --at에서는 그때 결과 불명이던 것이 있으면 3입니다."
    ),
}
_SAID = {
    "written: {}": "저장: {0}",
}
_ERRORS = {
    "--compare and --what-if are two questions": "--compare와 --what-if는 서로 다른 질문입니다.",
    "ask one of them at a time": "한 번에 하나씩 사용하십시오.",
    '"{}" changes no limit': '"{0}"은(는) 기준을 바꾸지 않습니다.',
    'write KEY=VALUE, like "ack_sla=3m"': 'KEY=VALUE 형식으로 쓰십시오. 예: "ack_sla=3m"',
    'the limit "{}" is given twice': '기준 "{0}"이(가) 두 번 지정되었습니다.',
    'the plan states no limit "{}"': '계획에 기준 "{0}"이(가) 없습니다.',
    "this plan's limits are {}": "이 계획의 기준: {0}",
    'did you mean "{}"?\nthis plan\'s limits are {}': '"{0}"을(를) 말씀하신 것입니까?\n이 계획의 기준: {1}',
    "--at needs a run": "--at에는 실행이 필요합니다.",
    "name a run, as `bongsu status` lists them, or an evidence folder": (
        "`bongsu status`에 나오는 실행 또는 증적 폴더를 지정하십시오."
    ),
    "the run was not opened yet at {}": "{0}에는 실행이 아직 시작되지 않았습니다.",
    "its lines are from {} to {}": "원장의 줄은 {0}부터 {1}까지입니다.",
    "the run went on at {} of {} days": "실행은 {1}일에 걸쳐 {0:을} 지났습니다.",
    "name the day with it: {}": "날짜까지 지정하십시오: {0}",
    "the run did not go on at {} of any day": "어느 날의 {0}에도 실행은 진행 중이 아니었습니다.",
    "--at names no time": "--at이 시각을 가리키지 않습니다.",
    'a time of day in the plan\'s zone like "14:07", or a day as well: "2025-10-22T14:07", or "…T14:07+09:00"': (
        '계획의 시간대로 "14:07", 또는 날짜까지 "2025-10-22T14:07", "…T14:07+09:00"'
    ),
    "--json goes with --compare or --what-if": "--json은 --compare 또는 --what-if와 함께 사용합니다.",
    "report.json in the folder holds the run's tables": "실행의 표는 폴더의 report.json에 있습니다.",
    '"{}" holds something else; nothing was written': '"{0}"에 다른 파일이 있어 아무것도 쓰지 않았습니다.',
    "name a folder of its own: an evidence folder holds what follows from one ledger, and nothing else": (
        "별도의 폴더를 지정하십시오. 증적 폴더에는 하나의 원장에서 나온 것만 있어야 합니다."
    ),
    'the chain in "{}" is not whole': '"{0}"의 체인이 온전하지 않습니다.',
    'the plan or the head in "{}" is not the one of its ledger': (
        '"{0}"의 계획 또는 head.json이 그 원장의 것이 아닙니다.'
    ),
    'no run can be followed in "{}"': '"{0}"에서 실행을 따라갈 수 없습니다.',
    '"{}" does not hold the blob {} as it was': '"{0}"에 블롭 {1:이} 원래대로 있지 않습니다.',
    "`bongsu verify` shows each place that does not hold": "`bongsu verify`로 성립하지 않는 위치를 확인하십시오.",
    "name a run, as `bongsu status` lists them, or a folder that holds a ledger.jsonl": (
        "`bongsu status`에 나오는 실행 또는 ledger.jsonl이 있는 폴더를 지정하십시오."
    ),
}

ENTRIES: Mapping[str, str] = {**_HELPS, **_ERRORS}
SAID: Mapping[str, str] = _SAID
