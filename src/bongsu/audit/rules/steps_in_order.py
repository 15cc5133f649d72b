"""What follows from something by its kind is not earlier than the one time that the log has for it.

Source: causality, and the log's own times of both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand, late
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.happened import happened
from bongsu.audit.rules import effect_before_cause
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.happened import Happened
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_RULE = r"(?:rules?|schedules?|trigger|eventbridge|규칙|스케줄|트리거)"
ENABLED = re.compile(
    rf"\b{_RULE}\b.{{0,30}}\b(?:enabled?|(?:switched|turned) on|went live)\b|\b(?:enabled?|(?:switched|turned) on)\b.{{0,24}}\b{_RULE}\b|{_RULE}\S* ?(?:을 |를 )?(?:활성화|켬|켰)",
    re.IGNORECASE,
)
RAN = re.compile(
    r"\bfirst (?:\w+ ){0,2}(?:invocations?|runs?|executions?|sms)\b|(?:최초|첫) ?(?:\S+ )?(?:호출|실행|발송|문자|회차)",
    re.IGNORECASE,
)
TOLD = re.compile(
    r"\b(?:success|completion|done)\b.{0,24}\b(?:announced|posted|sent|told|message|notice|notification|announcement)\b|\b(?:announced|posted|told)\b.{0,24}\b(?:success|complet\w+|done|finished)\b|(?:성공|완료) ?(?:공지|알림|보고|메시지)",
    re.IGNORECASE,
)
PAGED = re.compile(
    r"\b(?:drill|page|call|escalation)\b.{0,24}\b(?:sent|started|starts|began|triggered|paged|posted|fired|went out|placed)\b|\bpaged\b|(?:훈련|호출|비상 ?연락)\S*(?: \S+)? ?(?:발송|시작|전송|게시)",
    re.IGNORECASE,
)
ACKED = re.compile(
    r"\b(?:on-?call|manager|captain|engineer|lead|page|drill|call|team)\b.{0,30}\b(?:ack(?:ed)?|acknowledged|answered|replied|picked up)\b"
    r"|\b(?:acknowledged|answered|picked up|ack(?:ed)?|answer to)\b.{0,16}\b(?:page|drill|call)\b|\bfirst ack\w*"
    r"|(?:온콜|당직|매니저|책임자|담당자?|훈련|호출)\S*(?: [가-힣]{2,4})? ?(?:확인|응답|회신)(?![가-힣]* ?(?:처|방법))",
    re.IGNORECASE,
)
"""An answer of somebody by their part, or to what was sent by its name: other answers are to other questions."""
ALARM = re.compile(
    r"\b(?:alarm|alert)\b.{0,24}\b(?:fired|raised|triggered|went off)\b|(?:경보|알람)\S* ?(?:발생|울림)", re.IGNORECASE
)
BY_IT = re.compile(
    r"\b(?:because of|due to|by|for) (?:it|this|the (?:alarm|alert))\b|(?:경보|알람|그것)(?: ?때문에|으로|에 따라)",
    re.IGNORECASE,
)
DECIDED = re.compile(
    r"\bdeci(?:sion|ded)\b.{0,20}\broll(?:ed|ing)? ?-?back\b|롤백 ?(?:을 |하기로 )?(?:결정|판단)", re.IGNORECASE
)
ROLLED = re.compile(
    r"\brolled back\b|\brollback (?:started|began|ran|done|complete\w*|finished|executed)\b|롤백 ?(?:시작|실행|완료)",
    re.IGNORECASE,
)
PUSHED = re.compile(
    r"\b(?:image|build|package|artifact)\b.{0,24}\b(?:pushed|built|uploaded|published)\b|이미지\S* ?(?:푸시|빌드|업로드)",
    re.IGNORECASE,
)
DEPLOYED = re.compile(
    r"\b(?:updated|deployed|rolled out|switched)\b.{0,24}\b(?:that|the new|this) (?:image|build|package|artifact)\b|(?:새|그|해당) ?이미지\S* ?(?:배포|적용|갱신)",
    re.IGNORECASE,
)
SAVED = re.compile(
    r"\b(?:backup|snapshot|dump|export)\b.{0,24}\b(?:taken|made|done|complete\w*|finished)\b|(?:백업|덤프|스냅샷) ?(?:완료|생성)",
    re.IGNORECASE,
)
RESTORED = re.compile(r"\brestored\b|\bimported\b|복원 ?(?:완료|함|했)", re.IGNORECASE)
APPROVED = re.compile(r"\bapprov(?:al|ed)\b|승인", re.IGNORECASE)
UPON = re.compile(
    r"\b(?:after|upon|once|with|following) (?:the |his |her |that )?approv\w+|승인 ?(?:후|뒤|받고|에 따라)",
    re.IGNORECASE,
)
PAIRS = (
    (ENABLED, RAN),
    (ENABLED, TOLD),
    (RAN, TOLD),
    (PAGED, ACKED),
    (ALARM, BY_IT),
    (DECIDED, ROLLED),
    (PUSHED, DEPLOYED),
    (SAVED, RESTORED),
    (APPROVED, UPON),
)
"""What each kind of step is that another kind follows from."""
BEGAN = re.compile(r"\b(?:started?|start|opened|opens|began|begun|begins|beginning)\b|시작|개시|착수", re.IGNORECASE)
ENDED = re.compile(
    r"\b(?:finished|finish|ended|ends?|closed|closes|completed?|over|done)\b|종료|완료|마감됨|끝", re.IGNORECASE
)
AGAIN = re.compile(
    r"\btry\b|\btried\b|\battempt\w*|\bcontacts?\b|연락처|시도|\bagain\b|\bre-?(?:enabled|started|opened|run|sent)|\bback on\b|\bsecond\b|\bmanual\w*|\bby hand\b|\btests?\b|\bdry\b|\brehears\w*|\btrial\b|\bprevious|\byesterday\b|다시|재|수동|시험|테스트|리허설|어제",
    re.IGNORECASE,
)
"""What tells that there was another cause, or another effect."""
NIGHT_S = 43_200
OLD = re.compile(r"\b(?:legacy|old)\b|(?<![a-z])v1(?!\d)|기존|이전|옛|구 ?(?:규칙|함수)", re.IGNORECASE)
EMPTY = stems("kst utc time at the on ok 시각 시간")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield effects that stand at an earlier time than the only cause of their kind."""
    for log in filter(by_hand, logs):
        seen = {hit.spot.line for hit in hits(effect_before_cause, log)}
        for effect, cause in (*_of_kinds(happened(log)), *_spans(happened(log))):
            if effect.number not in seen:
                seen.add(effect.number)
                yield Hit(
                    spot=log.moment_spot(effect.number, effect.moment),
                    also=(log.moment_spot(cause.number, cause.moment),),
                    why=f"{effect.moment.text} is before {cause.moment.text}, which it follows from",
                    instead="the recorded time of each",
                )


def _of_kinds(told: Sequence[Happened]) -> Iterator[tuple[Happened, Happened]]:
    for cause, effect in PAIRS:
        left = OLD if cause is ENABLED else AGAIN
        causes = [
            one for one in told if cause.search(one.text) and not effect.search(one.text) and not left.search(one.text)
        ]
        effects = (
            [one for one in told if effect.search(one.text) and (effect is UPON or not cause.search(one.text))]
            if causes
            else []
        )
        if len({one.moment.at for one in causes}) == 1 and not AGAIN.search(causes[0].text):
            yield from ((one, causes[0]) for one in effects if _before(one, causes[0]))


def _spans(told: Sequence[Happened]) -> Iterator[tuple[Happened, Happened]]:
    """Yield the ends of something that began once, later."""
    begun: dict[frozenset[str], list[Happened]] = {}
    ended: dict[frozenset[str], list[Happened]] = {}
    for one in told:
        for words, kept in ((BEGAN, begun), (ENDED, ended)):
            about = stems(words.sub(" ", one.text)) - EMPTY
            if words.search(one.text) and about:
                kept.setdefault(about, []).append(one)
    for about, ends in ended.items():
        starts = begun.get(about, [])
        if len(starts) == len(ends) == 1 and not AGAIN.search(starts[0].text) and _before(ends[0], starts[0]):
            yield ends[0], starts[0]


def _before(effect: Happened, cause: Happened) -> bool:
    apart = (cause.moment.at - effect.moment.at).total_seconds()
    return not AGAIN.search(effect.text) and late(cause.moment, effect.moment) and 0 < apart < NIGHT_S
