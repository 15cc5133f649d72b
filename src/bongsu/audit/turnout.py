"""Who turned up when, in the words of the message that asked them: names with times some minutes after it left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.moments import Moment
    from bongsu.audit.texts import Text

LEAST, SOON_S, ROUND_MIN = 2, 1800, 5
NAME_BEFORE = re.compile(
    r"(?:\b[A-ZÀ-Þ][a-zà-ÿ]+(?: (?:[A-ZÀ-Þ][\w.]*|for [\w ]{2,16}))?|[가-힣]{2,5}(?: (?:반장|실장|과장|점장|팀장|님|씨))?)[\s:(,=·-]{1,3}$"
)
NO_NAME = re.compile(
    r"(?:The|At|By|From|Until|Next|Then|Start|End|Begin|Step|Window|Deadline|Between|And|KST|UTC|Due|Update|Meeting|시작|종료|마감|다음|부터|까지|예정|오전|오후|작업|점검|시각|완료|끝)[\s:(,=·-]*$"
)
COMING = re.compile(
    r"\b(?:will|shall|next|until|till|to come|rota|shifts?|slots?|window|plan\w*|schedul\w*|agenda|expected|eta|due|starts?|order|turns?|calls? at|depart\w*|arriv\w*|train|bus|flight)\b|예정|계획|까지|순서|차례|교대|당번|근무|일정|출발|도착|부터|작업 ?시간|창|기한",
    re.IGNORECASE,
)


def listed(text: Text) -> Iterator[tuple[int, Moment]]:
    """Yield the times of a line, each behind another name, that are up to half an hour after the message that it is of."""
    own = text.sent
    for number, line in text.lines if own else ():
        found = [
            one
            for one in text.moments(number)
            if own
            and (number, one.column) != (own[0], own[1].column)
            and NAME_BEFORE.search(line[: one.column - 1])
            and not NO_NAME.search(line[: one.column - 1])
        ]
        soon = [one for one in found if own and late(one, own[1]) and (one.at - own[1].at).total_seconds() <= SOON_S]
        odd = any(one.at.minute % ROUND_MIN or one.at.second for one in soon)
        if len(found) == len(soon) >= LEAST and odd and not COMING.search(line):
            yield from ((number, one) for one in soon)
