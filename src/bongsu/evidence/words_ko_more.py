"""What is made of a run beside its own reports, in Korean words; the same keys as `words_en_more.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPARED: dict[str, str] = {
    "compare.title": "두 실행 비교",
    "compare.how": "각 실행의 보고서와 같은 표를 나란히 놓았습니다. 번호는 그 실행의 원장 줄입니다. 두 원장의 끝 "
    "해시는 맨 아래에 있으므로 양쪽 모두 각자의 폴더에서 bongsu verify로 확인할 수 있습니다.",
    "compare.one": "첫째",
    "compare.other": "둘째",
    "kind_of_run.rehearsal": "리허설",
    "kind_of_run.live": "실제 실행",
    "kind_of_run.on_this_machine": "단일 장비",
    "compare.kind.rehearsal": "리허설: {clock}의 시계를 따랐으며, 아무 일도 없는 시간은 건너뜁니다",
    "compare.kind.live": "실제 실행: 이 장비의 시계, 외부의 서비스",
    "compare.kind.on_this_machine": "이 장비의 시계, 모두 이 장비에 있던 서비스",
    "compare.mixed": "리허설과 실제 실행의 비교입니다. 계획의 시각을 기다리는 구간은 설계상 서로 비슷하고, 서비스나 "
    "사람이 응답하는 구간은 리허설에서는 모의입니다.",
    "compare.opened": "시작",
    "compare.enabled": "T+0",
    "compare.closed": "종료",
    "compare.kind": "실행의 성격",
    "compare.looks": "통과한 모니터링 점검",
    "compare.passed": "{all}회 중 {passed}회",
    "compare.plan": "계획",
    "compare.plan.same": "같은 바이트",
    "compare.plan.differs": "다른 바이트",
    "compare.differences": "다른 점",
    "compare.none": "없음: 모든 단계, 판정, 메시지, 응답, 조치가 양쪽에서 같은 결과였습니다.",
    "compare.only_one": "첫째에만 있음",
    "compare.only_other": "둘째에만 있음",
    "compare.differs": "결과가 다름",
    "compare.part.phases": "단계",
    "compare.part.checks": "판정",
    "compare.part.figures": "수치",
    "compare.part.messages": "메시지",
    "compare.part.answers": "기한 대비 응답",
    "compare.part.effects": "전환과 재조회",
    "compare.phases.how": "각 단계가 시작한 시각(T+0 기준)과 걸린 시간입니다. 한 줄의 막대는 같은 축척입니다.",
    "compare.watch": "모니터링 {count}줄은 여기서 생략했습니다. 실패한 것도, 다른 실행과 판정이 다른 것도 없습니다.",
    "compare.what": "항목",
    "compare.change": "증감",
    "compare.nothing": "없음",
    "compare.open": "끝나지 않음",
    "compare.attempts": "{n}번째 시도",
    "compare.mark.one": "첫째에만",
    "compare.mark.other": "둘째에만",
    "compare.mark.differs": "다름",
    "compare.mark.same": "",
    "compare.none_shown": "양쪽 모두 없음",
    "compare.foot": "{name}: {run}, 원장 {seq}번 줄까지로 작성:",
}

_MOMENT: dict[str, str] = {
    "at.title": "{run}, {at} ({zone}) 기준",
    "at.known": "알려진 것: {seq}줄, 최신 #{seq} {at}, 링크 {hash}. 이후 {later}줄이 더 있음",
    "at.phase": "단계",
    "at.phase.since": "{at}부터 {phase}: {why} (#{seq})",
    "at.next": "다음",
    "at.looks": "{at}에 다시 확인할 예정",
    "at.deadline": "기한 {at}, 계획의 {key}",
    "at.no_deadline": "이 단계는 계획에 기한이 없음",
    "at.no_wake": "기다릴 것이 없음",
    "at.awake": "외부의 응답만 기다림",
    "at.wants": "요청: {keys}",
    "at.check": "점검",
    "at.figures": "수치",
    "at.told": "통보됨",
    "at.answer": "응답함",
    "at.awaited": "응답 대기",
    "at.awaits": "{contact}, {subject}, {at}에 요청(#{seq}), 기한 {limit}",
    "at.in_flight": "진행 중",
    "at.in_doubt": "결과 불명",
    "at.nothing": "없음",
    "at.nobody": "없음",
    "at.since": "시작",
    "at.later": "이후",
    "at.then": "다음 결정 {at}: {what} (#{seq})",
    "at.rests": "근거는 #{line}",
    "at.rests.waited": "근거는 #{line}와 시각 {at}",
    "at.no_next": "이후 결정된 것이 없음",
    "at.checks_before": "이전 모니터링 점검 {n}건, 그 판정 중 {passed}건 통과",
}

WORDS: Mapping[str, str] = {**_COMPARED, **_MOMENT}
