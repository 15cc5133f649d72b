"""A total, an amount or a share that the log's own counts do not make, in whatever layout and however far from them."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit
from bongsu.audit.amounts import slipped

RULES = ["parts_of_whole", "percent_of_count", "products", "sums", "total_elsewhere"]
WRONG = (
    (
        "First run\n"
        "\n"
        "- orders: 1,204\n"
        "- returns: 388\n"
        "- exchanges: 57\n"
        "\n"
        "At 14:20 we told the channel: first run done, 1,659 documents (orders, returns, exchanges), no errors.\n"
    ),
    (
        "| Shift | Parcels scanned |\n"
        "|---|---|\n"
        "| early | 4,120 |\n"
        "| late | 3,877 |\n"
        "| night | 1,046 |\n"
        "\n"
        "## Result\n"
        "\n"
        "The new scanner handled 9,143 parcels in its first day.\n"
    ),
    (
        "{\n"
        ' "partitions": [\n'
        '  {"name": "p0", "moved": 41220},\n'
        '  {"name": "p1", "moved": 39814},\n'
        '  {"name": "p2", "moved": 40555}\n'
        " ],\n"
        ' "rows_moved": 121689\n'
        "}\n"
    ),
    (
        "{\n"
        ' "by_store": {"Mapo": 212, "Guro": 188, "Jongno": 96},\n'
        ' "summary": "first run sent 486 reminders over three stores"\n'
        "}\n"
    ),
    (
        "[가온] [오후 2:05] 서울 지점 1,240건 끝났습니다\n"
        "[나래] [오후 2:06] 부산 지점 880건 끝났어요\n"
        "[다온] [오후 2:09] 대구 지점 415건 끝\n"
        "[가온] [오후 2:20] 세 지점 합쳐서 2,635건 발송 완료로 보고할게요\n"
    ),
    (
        "14:05 ida: north depot done, 212 labels\n"
        "14:07 bo: harbour depot done, 88 labels\n"
        "14:11 cho: east depot done, 37 labels\n"
        "14:20 ida: reporting 347 labels for the three depots, no errors\n"
    ),
    ("We sent 4,812 texts. The provider bills 0.045 EUR per text, so the night cost us 261.54 EUR.\n"),
    ("| position | value |\n|---|---|\n| messages | 18,240 |\n| unit price | 8.4 KRW |\n| amount | 135,216 KRW |\n"),
    ("처리 결과\n - 정상 3,120건\n - 재처리 45건\n - 폐기 12건\n총 3,187건 처리\n"),
    (
        "| 권역 | 발송 | 실패 |\n"
        "|---|---|---|\n"
        "| 수도권 | 12,440 | 31 |\n"
        "| 영남 | 6,208 | 12 |\n"
        "| 호남 | 3,115 | 9 |\n"
        "\n"
        "발송 합계 21,673건, 실패 52건으로 마감.\n"
    ),
    (
        "ts=10:00:01 shard=0 docs=120431 ok\n"
        "ts=10:00:09 shard=1 docs=118220 ok\n"
        "ts=10:00:15 shard=2 docs=119007 ok\n"
        'ts=10:00:16 msg="reindex done" docs_total=357568\n'
    ),
    (
        "14:10:02 run 1 ended, 41 rows\n"
        "14:20:02 run 2 ended, 38 rows\n"
        "14:30:03 run 3 ended, 44 rows\n"
        "\n"
        "In the watch hour the job ran three times and wrote 133 rows.\n"
    ),
)
RIGHT = (
    (
        "| Shift | Parcels scanned |\n"
        "|---|---|\n"
        "| early | 4,120 |\n"
        "| late | 3,877 |\n"
        "| night | 1,046 |\n"
        "\n"
        "On the second day it handled 9,143 parcels, 100 more.\n"
    ),
    ("First run\n\n- orders: 1,204\n- returns: 388\n- exchanges: 57\n\n1,592 documents were orders or returns.\n"),
    ("We sent 4,812 texts. The provider bills 0.045 EUR per text, so the night cost us 216.54 EUR.\n"),
    ("성공 12,101건, 단가 6.5원, 부가세 포함 86,522.15원\n"),
    ("- north 212\n- harbour 88\n- east 37\n\nWe had planned for 347.\n"),
    ("- north 212\n- harbour 88\n- east 37\n\nThe old system did 347 labels on the same day last week.\n"),
    ("The export ran in 12 batches of 500 rows; the last was short and 5,812 rows were written.\n"),
)


@pytest.mark.parametrize("text", WRONG)
def test_an_amount_that_the_parts_do_not_make_is_found(text: str) -> None:
    assert [one.rule for one in audit([log_of(text)], RULES)]


@pytest.mark.parametrize("text", RIGHT)
def test_an_amount_of_something_else_is_left_alone(text: str) -> None:
    assert [(one.rule, one.why) for one in audit([log_of(text)])] == []


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("20,902", "20,912", True),
        ("48,202,616", "48,220,616", True),
        ("78656.5", "87,656.5", True),
        ("337", "347", True),
        ("337", "937", False),
        ("15", "35", False),
        ("1,204", "1,204", False),
        ("1,204", "12,040", False),
        ("1,204", "1,385", False),
    ],
)
def test_a_slip_of_the_hand_changes_one_digit_or_the_places_of_two(one: str, other: str, slip: bool) -> None:
    assert slipped(one, other) is slip
