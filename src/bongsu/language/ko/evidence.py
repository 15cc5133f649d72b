"""What the commands say that show a run beside another, at a moment, under other limits, or for publication."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HELPS = {
    "Show RUN beside another run instead; --out then names a folder for comparison.html and comparison.json.": (
        "RUN을 다른 실행과 나란히 표시. --out은 comparison.html과 comparison.json을 쓸 폴더"
    ),
    "With --compare, RUN and the other may each be a run in the ledger or an evidence folder; exits with 0.": (
        "--compare에서는 RUN과 상대 모두 원장의 실행이거나 증적 폴더일 수 있습니다. 종료 코드는 0입니다."
    ),
}
_SAID = {
    "written: {}": "저장: {0}",
}
_ERRORS = {
    "--json goes with --compare": "--json은 --compare와 함께 사용합니다.",
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
