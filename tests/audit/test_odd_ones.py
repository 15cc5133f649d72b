"""All and none against the one of which another line tells: what ties the two, and what takes the weight away."""

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

RULES = ["at_least_one", "one_otherwise"]
CARRIERS = (
    "Bluebird    delivered 201  failed 0\nCopper      delivered 144  failed {}\nDovetail    delivered 97  failed 0\n"
)
WRONG = (
    "| branch | sent |\n|---|---|\n| Mill | 4 |\n| Quay | 0 |\n| Hill | 2 |\n\nNo branch was without one.\n",
    CARRIERS.format(6) + "\nNo carrier had a single failure today.\n",
    "09:20 shop-5 still on the old address\n\nThen came the tea.\n\nEvery shop is on the new address.\n",
    (
        "학년   수   시각\n4학년  91   17:20\n5학년  94   미발송(명단 파일이 안 열림)\n6학년  88   17:22\n\n"
        "18:10 전 학년 모두 문자를 보냈다고 말씀드림.\n"
    ),
)
RIGHT = (
    "[P 14:15:31] $ grep fail probe.csv\n\n# every probe was green: 1166 of them\n",
    CARRIERS.format(0) + "\nNo carrier had a single failure today.\n",
    "09:20 shop-5 did not answer, then again: answered\n\nThen came the tea.\n\nEvery shop answered.\n",
    "09:20 shop-5 still on the old address\n\n2 of 3 by 09:30. Every shop is on the new address now.\n",
    (
        "NAME        STATUS   ROLES    AGE\nstg-old-1   Ready    <none>   211d\nstg-old-2   Ready    <none>   211d\n\n"
        "10:40 pods look\n# 3 carts, 2 searches, none on old\n"
    ),
    '09:20 shop-5 "left behind"\n\nEvery shop is on the new address, and "left behind" was of Monday.\n',
    "| host | load |\n|---|---|\n| a | low |\n| b | low |\n| c | high |\n\n\nAll hosts are up.\n",
    "| branch | sent |\n|---|---|\n| Mill | 4 |\n| Quay | 0 |\n| Hill | 2 |\n\nEach but Quay had at least one.\n",
)


@pytest.mark.parametrize("text", WRONG)
def test_the_one_that_is_otherwise_is_found(text: str) -> None:
    assert [one.rule for one in audit([log_of(text)], RULES)]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_so_is_left_alone(text: str) -> None:
    assert audit([log_of(text)], RULES) == []
