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

WORDS: Mapping[str, str] = {**_COMPARED}
