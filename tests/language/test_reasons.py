"""Every reason that the program writes into the ledger can be told in Korean, with the values it was made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.language.english import SOURCE, argument, calls, name_of, says, sentences
from tests.rules.tree import python

from bongsu.language import language

if TYPE_CHECKING:
    from collections.abc import Iterator

KOREAN = language("ko", "reasons")
MADE = {"unknown": "why", "nothing": "why", "decided": "why", "CheckResult": "why", "Judged": "why", "Stuck": "reason"}
"""The calls of checks and core whose first argument, or the one of that name, is a reason."""
ENDED = ("channels", "targets", "probes", "run", "inbound")
"""The folders whose `reason=` says why an effect, a reading or listening did not end well."""


def reasons() -> Iterator[str]:
    """Yield every reason of the source, with `{}` for its values."""
    for path in python("src/bongsu/checks", "src/bongsu/core", "src/bongsu/readings"):
        for call, local in calls(path):
            name = name_of(call)
            first = 0 if name in ("unknown", "nothing", "Stuck", "Unreadable") else -1
            if name in MADE or name == "Unreadable":
                yield from sentences(argument(call, MADE.get(name, "reason"), first), local)
    for path in [*python(*(f"src/bongsu/{folder}" for folder in ENDED)), SOURCE / "aws_client.py"]:
        for call, local in calls(path):
            yield from sentences(argument(call, "reason"), local)


UNREADABLE = {
    sentence
    for path in python("src/bongsu/readings")
    for call, local in calls(path)
    if name_of(call) == "Unreadable"
    for sentence in sentences(argument(call, "reason", 0), local)
}
REASONS = sorted({reason for reason in reasons() if says(reason) and re.search("[a-z]{2}", reason)})


def filled(template: str) -> tuple[str, list[str]]:
    values = [f"v{number}x" for number in range(template.count("{}"))]
    if template.startswith("{}") and template in UNREADABLE:
        # What a reading cannot make out begins with its place.
        return language("en")(template, "v0x, answer 1", *values[1:]), values
    return language("en")(template, *values), values


def test_the_reasons_are_read_from_the_source() -> None:
    assert len(REASONS) > 100
    assert "{} of {} SMS delivered ({} %); the limit is at least {} %" in REASONS


@pytest.mark.parametrize("template", REASONS)
def test_a_reason_is_told_in_korean_and_keeps_its_values(template: str) -> None:
    text, values = filled(template)
    told = KOREAN.told(text)
    assert re.search("[가-힣]", told), f"add it to language/ko/reasons.py: {template!r}"
    assert sorted(re.findall(r"v\dx", told)) == values


@pytest.mark.parametrize(
    ("recorded", "told"),
    [
        (
            "17 of 20 SMS delivered (85 %), 2 failed, 1 refused, 0 pending; the limit is at least 100 %",
            "SMS 20건 중 17건 수신(85%), 실패 2건, 거부 1건, 대기 0건; 기준 100% 이상",
        ),
        (
            "accepted SMS: the run reports say 20, the gateway lists 19, the state table holds 20; 2 invocations have not ended",
            "SMS 접수: 실행 보고 20건, 게이트웨이 19건, 상태 테이블 20건(미종료 호출 2건)",
        ),
        (
            "the logs show 1 complete invocation, the metrics 2; 1 invocation has not ended",
            "완료된 호출: 로그 1건, 지표 2건(미종료 호출 1건)",
        ),
        (
            "0 of 1 operation (0 %) and 0 of 1 invocation failed, the limit is at most 0 %",
            "작업 1건 중 0건(0%), 호출 1건 중 0건 실패, 기준 0% 이하",
        ),
        (
            "1 of 3 alarms are OK; lambda-errors is ALARM, ddb-throttles is INSUFFICIENT_DATA",
            "경보 3개 중 1개 OK; lambda-errors ALARM, ddb-throttles INSUFFICIENT_DATA",
        ),
        (
            "the counts contradict each other: 10 compared, but 8 matched, 1 missing, 1 extra, 1 different",
            "건수가 서로 맞지 않음: 비교 10건, 내역 일치 8건, 누락 1건, 추가 1건, 상이 1건",
        ),
        (
            "safe state within 2160 s, the limit is 2100 s; over its limit: execute, total",
            "안전 상태까지 2160초, 기준 2100초; 기준 초과: 수행, 합계",
        ),
        (
            "lambda get_function answered 404 ResourceNotFoundException (Function not found); check the names, the region and the account in the plan",
            "lambda get_function 응답 404 ResourceNotFoundException(Function not found); 계획의 이름, 리전, 계정을 확인",
        ),
    ],
)
def test_reasons_read_as_reviewed(recorded: str, told: str) -> None:
    assert KOREAN.told(recorded) == told
