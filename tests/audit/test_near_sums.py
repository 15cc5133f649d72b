"""A total that a slip of the hand makes of its parts is found wherever it stands; one that grew is not."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit
from bongsu.audit.findings import Confidence

RULES = ["near_sum", "sums", "total_elsewhere", "total_in_words"]
WRONG = (
    '{"by": [\n{"site": "Alder", "bills": 105},\n{"site": "Birch", "bills": 867},\n{"site": "all", "bills": 927}\n]}\n',
    "moved\n\n north    18,204 18,204\n south    11,377 11,377\n east      6,915  6,915\n together 36,496 37,496\n",
    "original rows          4,120,500\nleft out as closed        18,240\nto be in the new store 4,102,620\n",
    "| string | MW |\n|---|---:|\n| A | 21.4 |\n| B | 17.9 |\n| C | 14.2 |\n| all | 55.5 |\n",
    '{\n  "accepted": 640,\n  "rejected": 22,\n  "answered_together": 672\n}\n',
    "마지막 짐이 빠졌다. 어제 지난 짐은 국내 318개, 국제 704개,\n더해서 1,122개라고 한다.\n",
    "14시대 38개 + 15시대 17개 = 총 65개, 오류 0\n",
    "Of the first vaccine 1,240 doses, of the second 880 and of the third 415, so that\n2,635 doses left altogether.\n",
)
RIGHT = (
    "answered   30 30 30 30 30 29 30 30 = 239\n",
    "| group | asked |\n|---|---|\n| a | 388 |\n| b | 140 |\n| both | 528 |\n| c | 12 |\n| total | 540 |\n",
    "On Tuesday 17 March on staging, rungs of 5 minutes, 35 min in all.\n",
    '{"by": [\n{"site": "Alder", "bills": 105},\n{"site": "Birch", "bills": 867},\n{"site": "all", "bills": 972}\n]}\n',
    "slots now: 48 pods + 12 VMs x 4 = 96\n",
    "counted at the gate    1,330\ncounted at the desk        1\nread by the machine    1,333\n",
    "wave region\n1  north       62\n2  east       148\n3  west       291\n4  south      701\n\n  1202\n",
    "status 304\nstatus 200\nstatus 404\n",
    "first 1,450\nsecond 920\nlicences 630\n",
    "Batch one was 120, batch two 200, batch three 310; total of the week before: 340.\n",
)


@pytest.mark.parametrize("text", WRONG)
def test_a_total_that_a_slip_makes_of_its_parts_is_found(text: str) -> None:
    """Under each other, in objects, and in a sentence that goes on in the next line."""
    assert [found.rule for found in audit([log_of(text)], RULES) if found.confidence is not Confidence.LOW]


@pytest.mark.parametrize("text", RIGHT)
def test_counts_that_no_slip_makes_a_total_are_left_alone(text: str) -> None:
    """What is multiplied, what grew by a few, and numbers that name something."""
    assert [found.rule for found in audit([log_of(text)], RULES) if found.confidence is not Confidence.LOW] == []


def test_a_total_that_is_only_near_is_shown_to_whoever_asks() -> None:
    """What was counted half an hour later is as near as a slip in the last digit: of low confidence."""
    text = "Failed by group:\n\n- mail 61\n- texts 67\n- letters 9\n\nSo the last figure: 134 failed in the groups.\n"
    found = audit([log_of(text)], ["total_elsewhere"])
    assert {one.confidence for one in found} == {Confidence.LOW}
