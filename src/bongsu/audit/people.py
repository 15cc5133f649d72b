"""Who a log tells of: names of people, each with the lines that have it and the words that say what they do there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.designators import PHONE
from bongsu.audit.findings import Spot
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

LATIN = re.compile(
    r"(?<![\w.@/-])(?P<first>[A-ZÀ-Þ][a-zß-ÿ]{1,14}(?:-[A-ZÀ-Þa-zß-ÿ][a-zß-ÿ]{1,10})?|[A-ZÀ-Þ]\.) (?P<last>[A-ZÀ-Þ][A-Za-zß-ÿ]{2,18}(?:-[A-ZÀ-Þ][a-zß-ÿ]{2,14})?)(?![\w@/])"
)
SURNAMES = "강|고|공|곽|구|국|권|금|기|길|김|나|남|노|도|류|마|맹|명|모|문|민|박|반|방|배|백|변|복|봉|서|석|선|설|성|소|손|송|신|심|안|양|어|엄|여|연|염|예|오|옥|온|왕|우|원|위|유|육|윤|은|이|임|장|전|정|제|조|주|지|진|차|채|천|최|추|탁|태|표|하|한|함|허|현|홍|황"
ROLES = "당직|온콜|작업|작업자|승인|승인자|담당|담당자|확인|확인자|작성|작성자|책임|책임자|검토|검토자|연락|운영|개발|참관|입회|보고|관찰|수행|진행|인수|인계|팀장|매니저|리더|과장|차장|부장|대리|주임|선임|수석|엔지니어|실장|이사|파트장|반장"
KOREAN = pattern(
    rf"(?<![가-힣])(?:(?P<role>{ROLES})(?:자|인)?[ \t]?[:：(]?[ \t]{{0,8}})?(?P<name>(?:{SURNAMES})[가-힣]{{2}})(?=(?P<tail>[ \t]?(?:{ROLES}|님|씨)|[ \t]{{0,8}}\(?0\d{{1,2}}-)|[ \t]*(?:[,|)(\]/·:：\"]|$)|(?:이|가|은|는|에게|의|와|과|께)(?![가-힣]))"
)
VERBS = ("고", "며")
"""What a verb ends in before a comma, and hardly any name: `부분 충족으로 남기고,`."""
NOT_NAMES = frozenset(
    [
        "확인함",
        "이상무",
        "정상임",
        "없음을",
        "전체는",
        "이후는",
        "고객사",
        "고객센터",
        "담당자",
        "정산서",
        "공지문",
        "연락처",
        "작업자",
        "조치는",
        "현황판",
        "한국어",
        "하나로",
        "이번주",
        "지난주",
        "전화번",
        "오전반",
        "오후반",
        "정기적",
        "주간조",
        "야간조",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One way of writing somebody's name, with every place of it."""

    first: str
    last: str
    spots: tuple[Spot, ...]
    roles: frozenset[str]
    phones: frozenset[str]

    @property
    def name(self) -> str:
        """Return the name as it is written."""
        return f"{self.first} {self.last}" if self.last else self.first

    @property
    def lines(self) -> frozenset[int]:
        """Return the lines in which the name stands."""
        return frozenset(spot.line for spot in self.spots)


@lru_cache(maxsize=64)
def people(log: Log) -> tuple[Person, ...]:
    """Return the people of a log in the order of first lines."""
    found: dict[tuple[str, str], list[Spot]] = {}
    roles: dict[tuple[str, str], set[str]] = {}
    phones: dict[tuple[str, str], set[str]] = {}
    for number, line in log.numbered():
        if withdrawn(log, number):
            continue
        for key, match, role in _in_line(line):
            found.setdefault(key, []).append(Spot(log.name, number, match[0] + 1, match[1] + 1))
            roles.setdefault(key, set()).update({role} - {""})
            phone = PHONE.search(line, match[1])
            phones.setdefault(key, set()).update({phone["digits"]} if phone and phone.start() - match[1] < 30 else ())
    return tuple(
        Person(
            first=key[0], last=key[1], spots=tuple(spots), roles=frozenset(roles[key]), phones=frozenset(phones[key])
        )
        for key, spots in found.items()
    )


def _in_line(line: str) -> Iterator[tuple[tuple[str, str], tuple[int, int], str]]:
    for match in LATIN.finditer(line):
        before = re.search(r"([A-Za-z]{3,})\W{1,4}$", line[: match.start()])
        behind = re.match(r", ([A-Za-z][A-Za-z ]{2,30})", line[match.end() :])
        role = (behind[1] if behind else before[1] if before else "").lower().strip()
        yield (match["first"], match["last"]), match.span(), role
    for match in KOREAN.finditer(line):
        if match["name"] not in NOT_NAMES and (match["role"] or not match["name"].endswith(VERBS)):
            yield (
                (match["name"], ""),
                match.span("name"),
                (match["role"] or (match["tail"] or "").strip(" (")).removesuffix("자"),
            )
