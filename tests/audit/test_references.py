"""A reference to a part with a number leads to that part, whatever the parts are and however they are numbered."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

NOWHERE = (
    "**Schedules:** 1 (events), 2 (counts), 3 (letters)\n\nThe average is set out in Schedule 5.\n",
    "15:04 <wie> open:\n15:05 <wie>  1. a\n15:05 <wie>  2. dim\n15:06 <wie>  3. slow\n\nthat's number 6 on my list\n",
    "- 1단계: 멈춤\n- 2단계: 옮김\n- 3단계: 켬\n\n되돌리는 법은 절차 7단계에 적어 두었다.\n",
    "명단은 별지 1\n문구는 별지 2\n\n사유별 설명은 별지 4에 적어 두었다.\n",
    "첫째 벨트를 세우고, 둘째 바꾸고,\n셋째 지켜보기.\n\n푸는 법은 위 순서의 여섯째에 적은 대로 한다.\n",
    "-- steps on the card: 1 copy, 2 alias, 3 watch, 4 trim\n\nalias back as written in step 7 of the card\n",
    "## 제1조 (사람)\n\n## 제2조 (경과)\n\n## 제3조 (끝)\n\n1. 제11조에 적은 번호표로 보낸다.\n",
    "표 가: 사람\n표 나: 열쇠\n\n만료일은 표 다에 옮겨 적었다.\n",
    '대상을 구버전 ARN으로 바꾼다. ARN은 "부록 B"에 적어 둠.\n',
    "why the cache kept it: see section 12\nof this file\n",
    "11:04 Wren what is open\n11:04 Wren 1) lamps\n11:05 Wren 2) phones\n11:12 Lubo see item 5 of that list\n",
    "For the split see the table declines_by_scheme further down in this record.\n",
    "**1. Why**\n\nthis\n\n**2. Where**\n\nthere, see section 9\n\n**3. When**\n\nnow\n",
    "rollback: see part six of this capture\n\n# end of capture (parts one to four)\n",
    "## Plan\n\n1. stop\n2. move\n3. start\n\nIf it hangs, go on with step 5 of the plan.\n",
    "Plan:\n  1) stop\n  2) move\n  3) start\n\nWe skipped step 6 because nobody was there.\n",
    (
        "| # | Step | Who |\n"
        "|---|---|---|\n"
        "| 1 | stop | a |\n"
        "| 2 | move | b |\n"
        "| 3 | start | c |\n"
        "\n"
        "Rollback is step 7.\n"
    ),
    "# 1. Why\n\ntext\n\n# 2. What\n\ntext\n\n# 3. When\n\nThe list of hosts is in section 5.\n",
    "1. 개요\n\n글\n\n2. 진행\n\n글\n\n3. 결과\n\n자세한 수치는 6장 참고.\n",
    "1. 개요\n\n글\n\n2. 진행\n\n글\n\n3. 결과\n\n자세한 수치는 제5절에 적었다.\n",
    "문제가 생기면 별첨 3을 본다.\n\n별첨 1. 연락처\n\n가\n\n별첨 2. 명령\n\n나\n",
    "See Exhibit D for the pod list.\n\nExhibit A. pods\n\nx\n\nExhibit B. queue\n\ny\n",
    "Numbers from the vendor [3].\n\n[1] mail of Monday\n[2] call of Tuesday\n",
    "Numbers from the vendor³ and ours¹.\n\n¹ mail of Monday\n² call of Tuesday\n",
    "- [x] A1 stop\n- [x] A2 move\n- [x] A3 start\n\nA5 was left out as agreed.\n",
    '{"calls": [{"seq": 1, "a": "x"}, {"seq": 2, "a": "x"}, {"seq": 3, "a": "x"}], "note": "the answer is in seq 7"}\n',
    '{\n "steps": [\n {"n": 1, "a": "x"},\n {"n": 2, "a": "x"},\n {"n": 3, "a": "see step 6"}\n ]\n}\n',
    "절차\n 1단계 중지\n 2단계 이동\n 3단계 시작\n\n되돌릴 때는 5단계부터 거꾸로 한다.\n",
    "See Figure 4.\n\nFigure 1: lag\n\nFigure 2: load\n",
    "자세한 그래프는 그림 4에 있다.\n\n그림 1. 지연\n\n그림 2. 부하\n",
    "Details in attachment 3.\n\nAttachment 1: a.txt\nAttachment 2: b.txt\n",
    "1. stop the job\n2. start the job\n3. look\n\nAs said under point 6, nobody was called.\n",
    (
        "The owner of action item 5 is Ida.\n\n"
        "| # | Action | Owner |\n|---|---|---|\n| 1 | a | Ida |\n| 2 | b | Bo |\n| 3 | c | Ida |\n"
    ),
    (
        "표 5에 시간대별 건수를 정리했다.\n\n표 1. 대상\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n표 2. 결과\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    ),
    "## 6. Back\n\n### 6.1 Off\n\nx\n\n### 6.2 Cron\n\ny\n\n## 7. After\n\nIf it fails follow section 6.3.\n",
    "문제 시 6.3절대로 되돌린다.\n\n## 6. 되돌리기\n\n### 6.1 끄기\n\n가\n\n### 6.2 켜기\n\n나\n",
    "결재 절차는 붙임 3의 절차서를 따름.\n\n## 붙임\n\n1. 목록 1부.\n2. 서약서 1부. 끝.\n",
    "The numbers are in enclosure 3.\n\nEnclosures:\n1. call list\n2. chat export\n",
    "see attachment B for the runners\n\n--- attachment A -------\nplan\n",
    'rollback:\n  steps:\n    1: "a"\n    2: "b"\n  note: "begin with rollback.steps[5]"\n',
    '{"steps": ["a", "b", "c"], "note": "begin with steps[5]"}\n',
    "| # | Step |\n|---|---|\n| 1 | stop |\n| 2 | move |\n| 3 | start |\n\nRow 6 took longest.\n",
    "| 번호 | 작업 |\n|---|---|\n| 1 | 중지 |\n| 2 | 이전 |\n| 3 | 시작 |\n\n6번 작업이 가장 오래 걸림.\n",
    "The roles are those of the ticket. See Appendix C for the difference.\n",
    (
        "[09:42] 차유림: 체크리스트 고정\n    1. 공지\n    2. 전환\n    3. 훈련\n"
        "[10:45] 차유림: 체크리스트 6번 양식대로 쓰겠습니다\n"
    ),
    "Checklist\n\n1. stop\n2. move\n3. start\n\nDone by the checklist, item 5 too.\n",
    "Attachments: (1) zone.txt  (2) calls.txt\n\nThe figures are in attachment 3.\n",
    "첨부파일: 1. 문안.pdf 2. 대상.csv\n\n결과는 첨부 3에 있습니다.\n",
)
THERE = (
    "door 1 open\ndoor 2 open\n\nThe key is kept at door 5, the lamp hangs in room 7.\n",
    "제1조 (사람)\n제2조 (경과)\n제3조 (끝)\n\n개인정보보호법 제11조에 적힌 대로 지웠다.\n",
    "표 가: 사람\n표 나: 열쇠\n\n사람은 표 가에 적었다. 표 9장을 팔았다.\n",
    "첫째 멈추고, 둘째 바꾸고, 셋째 지켜본다.\n\n둘째에 적은 대로 했다. 다섯째 날에 끝났다.\n",
    '대상을 구버전 ARN으로 바꾼다. ARN은 "부록 B"에 적어 둠.\n\n부록 B. 옛 ARN\n',
    "why the cache kept it: see section 12\nof the vendor's manual\n",
    "11:04 Wren what is open\n11:04 Wren 1) lamps\n11:05 Wren 2) phones\n11:12 Lubo see item 2 of that list\n",
    "See the table declines_by_scheme further down.\n\n- declines_by_scheme: visa 3, other 4\n",
    "**1. Why**\n\nthis\n\n**2. Where**\n\nthere, see section 3 and section 9 of the contract\n\n**3. When**\n\nnow\n",
    "rollback: see part two of this capture\n\n# end of capture (parts one to four)\n",
    "## 6. Back\n\n### 6.1 Off\n\nx\n\n### 6.2 On\n\nfollow section 6.3 of the vendor manual; Redis 6.3 is used\n",
    "목록은 붙임 1과 같음. 서약서는 붙임 2 참조.\n\n## 붙임\n\n1. 목록 1부.\n2. 서약서 1부. 끝.\n",
    '{"steps": ["a", "b", "c"], "note": "begin with steps[3], or with steps[0]"}\n',
    (
        "## Plan\n"
        "\n"
        "1. stop\n"
        "2. move\n"
        "3. start\n"
        "\n"
        "Step 5 of the vendor manual was not needed. See section 9 of RFC 1035.\n"
    ),
    "1. 개요\n\n글\n\n2. 진행\n\n글\n\n3. 결과\n\n쿠폰 8장은 건너뜀. 티켓 6장 발급.\n",
    "See Appendix A.\n\nAppendix A. x\n\nAppendix B. y\n",
    "- [x] A1 stop\n- [x] A2 move\n- [x] A3 start\n\nPrinted on A4 paper? No: A3.\n",
    "Step 1. x\nStep 2. y\nStep 3. z\nStep 4. z\n",
    "1. stop\n2. move\n3. start\n\nrunbook wiki, step 9, says otherwise.\n",
    "1. stop\n2. move\n3. start\n\nItem 2 goes into the checklist. (Checklist v7, point 12: staging too.)\n",
    "1. 공지\n2. 전환\n3. 훈련\n\n마감 때 점검표 9번도 확인함.\n",
    "Attachments: (1) zone.txt  (2) calls.txt\n\nThe figures are in attachment 2, see the wiki for more.\n",
)


@pytest.mark.parametrize("text", NOWHERE)
def test_a_reference_past_the_last_part_is_found(text: str) -> None:
    assert [one.rule for one in audit([log_of(text)], ["dangling_reference"])]


@pytest.mark.parametrize("text", THERE)
def test_a_reference_to_a_part_that_is_there_or_elsewhere_is_left_alone(text: str) -> None:
    assert [one.why for one in audit([log_of(text)], ["dangling_reference"])] == []
