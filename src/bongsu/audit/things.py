"""What a sentence speaks of, told by where it stands beside a verb: names, the last noun of a phrase, the words before it.

It needs no list of things: in `batch intake PAUSED` it is the intake, in `pausing ticket intake on a` too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern
from bongsu.audit.words import stem

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKEN = re.compile(
    r"[A-Za-z][A-Za-z0-9_']*(?:[-./@][A-Za-z0-9][A-Za-z0-9_]*)*|[가-힣]+|\d[\d,.:]*[A-Za-z0-9]*|[^\w\s]|\w"
)
NAME = re.compile(r"(?=.*[A-Za-z])(?:(?=\w+?[-_]\w)\w++(?>(?:-\w++)*)|[A-Za-z]+\d+|\w+(?:\.\w+)+)")
NO_NAME = re.compile(
    r"(?:re|pre|post|non|self|co|on|off|in|out|up|down|over|under|long|short|read|write|half|full|old|new|first|second|third|last|two|three|well|hand|time|cut|roll|stand|follow|by|set|end|go|high|low|double|single|multi|cross|all|no|day|night|web|sign|log|check|e|t|x|utc|kst|gmt|us|eu|ap)[-_][a-z]+(?:-[a-z]+)?|[tp]\d+|.*\.(?:md|txt|log|json|ya?ml|sh|py|sql|csv)|i['’]\w+"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SKIP = _words(
    "was were is are be been being has have had now also then again all both each every the a an our its their his her my your this that these those "
    "temporarily already just only still completely fully finally first safely cleanly deliberately therefore manually got gets get him her us stay stays stayed remain remains remained keeps kept "
    "잠깐 잠시 모두 전부 일시 임시 다시 이미 우선 먼저 일단 바로 완전히 곧 지금 방금 오늘 오늘은 계속 아직 도로 같이 함께 직접 수동으로 손으로 자동으로 각각 한꺼번에 systemd systemctl stop disable start enable pause suspend"
)
"""Words between a thing and what is done with it."""
PREPOSITIONS = _words(
    "on of for in at from behind inside within under with to into by through via during since until till before after"
)
BREAKS = _words(
    "and or but so because while when that which who if then than as not no never nobody none i we you he she they it them there here what "
    "그리고 하지만 그래서 그러나 혹은 또는 및"
)
GENERAL = frozenset(
    stem(word)
    for word in _words(
        "work change changes traffic system systems thing things step steps task everything everybody nothing something process time line lines night day morning minute minutes hour hours "
        "id ids one ones other others rest plan way note state status side part number count total window team people man shift list end start version value load run runs room call chat message messages notice page post mail "
        "작업 변경 것 거 건 시스템 상태 시간 시각 분 초 단계 확인 완료 처리 진행 결과 기록 조치 전환 이전 이후 담당 팀 점검 화면 값 수 대 개 명 쪽 분들 님 씨 메시지 공지 알림 문자 안내 내용 번호 전체 나머지 서비스 시작 종료 번 차례 가지 년 월 일 요일 월요일 화요일 수요일 목요일 금요일 토요일 일요일 monday tuesday wednesday thursday friday saturday sunday tomorrow today tonight people phone"
    )
)
"""Heads that tell no thing from another."""
ALIKE = {
    stem(word): first
    for first, *words in (
        line.split()
        for line in (
            "consumer consumers 컨슈머 소비자 소비기 컨슈머들",
            "worker workers 워커 작업자",
            "rule rules 규칙 룰",
            "queue queues 큐 대기열",
            "mapping mappings 매핑",
            "node nodes 노드",
            "server servers 서버",
            "job jobs 잡 배치 batch",
            "schedule schedules scheduler 스케줄 스케줄러 예약",
            "pool 풀",
            "listener listeners 리스너",
            "flag flags 플래그",
            "alarm alarms alert alerts 알람 경보",
            "account accounts 계정",
            "key keys 키",
            "feed feeds 피드",
            "pump pumps 펌프",
            "valve valves 밸브",
            "lane lanes 레인",
            "gate gates 게이트",
            "printer printers 프린터",
            "timer timers 타이머",
            "cron crontab cronjob 크론 크론탭",
            "replication 복제",
            "backup backups 백업",
            "sync 동기화",
            "mirror mirrors 미러 미러링",
            "filter filters 필터",
            "retry retries 재시도",
            "proxy 프록시",
            "monitor monitors monitoring 모니터링 감시",
            "sender senders mailer 발송기",
            "controller controllers 컨트롤러",
            "balancer balancers nlb alb elb lb 밸런서",
            "conveyor conveyors 컨베이어",
            "writes write 쓰기",
            "service services svc",
            "bot bots 봇",
            "token tokens 토큰",
            "channel channels 채널",
            "pager page pages paging paged 호출",
        )
    )
    for word in (first, *words)
}
SIDES = (
    _words("old legacy former previous 옛 구 기존 예전 이전 구형"),
    _words("new 새 신 신규 새로운"),
    _words("blue"),
    _words("green"),
    _words("primary master leader 주"),
    _words("standby secondary replica spare backup 예비 대기 보조 canary"),
    _words("east"),
    _words("west"),
    _words("left 왼쪽"),
    _words("right 오른쪽"),
    _words("first 첫"),
    _words("second 둘째"),
    _words("other another second 다른"),
    _words("upstream"),
    _words("downstream"),
)
COUNTER_KO = pattern(
    r"(?:대|개|건|명|통|분|초|시|번|회|호|호기|줄|장|곳|군데|팀|대를|개를|대는|대는|개는|시에|분에)(?:를|을|는|은|가|이|도|만|의|에)?"
)
SUBJECT_KO = re.compile(r"(?<=[가-힣\w])(?:에서는|에서도|에서|으로|로|이|가|은|는|을|를|도|만)$")
PARTICLES = _words("은 는 이 가 을 를 도 만 의 에 로 으로 에서 와 과 에서는 에는 으로는")
"""What stands alone behind a name in code marks."""
MOST = 5


@dataclass(frozen=True, slots=True)
class Thing:
    """What is spoken of: by what names, by which last noun, with which words before it."""

    names: frozenset[str]
    heads: frozenset[str]
    beside: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.names or self.heads)


NOTHING = Thing(frozenset(), frozenset(), frozenset())


@lru_cache(maxsize=20_000)
def head_of(word: str) -> str:
    """Return a noun as it is compared: without its ending, by one word for what has several."""
    made = stem(word.strip("'’"))
    return ALIKE.get(made, made)


@lru_cache(maxsize=20_000)
def is_name(word: str) -> bool:
    """Return whether a word names one thing: it has a hyphen, an underscore, a dot or a number."""
    return bool(NAME.fullmatch(word)) and not NO_NAME.fullmatch(word.lower())


def labelled(word: str) -> Thing:
    """Return what an entry speaks of by the name that it begins with; one letter is a name there."""
    return thing([word]) if len(word) > 1 else Thing(frozenset({word.lower()}), frozenset(), frozenset({word.lower()}))


def thing(words: list[str]) -> Thing:
    """Return what a phrase speaks of, whose last word is its head; NOTHING when that is too general."""
    words = [one.rpartition("/")[2] or one for one in words]
    names = frozenset(one.lower() for one in words if is_name(one))
    plain = [one for one in words if not is_name(one) and one not in PARTICLES]
    heads = frozenset({head_of(plain[-1])} - GENERAL) if plain else frozenset()
    tails = {head_of(tail) for one in names if (tail := re.split(r"[-_.]", re.sub(r"[-_]?\d+$", "", one))[-1])}
    beside = frozenset(head_of(one) for one in plain[:-1]) | frozenset(
        part for one in names for part in re.split(r"[-_.]", one) if part
    )
    return Thing(
        names,
        heads | frozenset(one for one in tails - GENERAL if len(one) > 2),
        beside | {h for one in plain[-1:] for h in [head_of(one)]},
    )


def match(one: Thing, other: Thing) -> int:
    """Return how surely two phrases speak of one thing: 3 by its name, 2 by its noun and a word before, 1 by its noun, 0 not."""
    if one.names & (other.names | other.heads) or other.names & one.heads:
        return 3
    if any(_within(a, b) or _within(b, a) for a in one.names for b in other.names):
        pass
    elif one.names and other.names:
        return 0
    if not one.heads & other.heads or sided(one, other):
        return 0
    shared = one.heads & other.heads
    return 2 if (one.beside & other.beside) - shared else 1


def _within(part: str, name: str) -> bool:
    parts = set(re.split(r"[-_.]", name))
    return set(re.split(r"[-_.]", part)) < parts and len(part) > 2


def sided(one: Thing, other: Thing) -> bool:
    """Return whether two phrases name different sides of what has several: the old and the new, 1 and 2."""
    mine = {n for n, words in enumerate(SIDES) if one.beside & words}
    its = {n for n, words in enumerate(SIDES) if other.beside & words}
    numbers = (
        {w for w in one.beside if w.isdigit() or len(w) == 1},
        {w for w in other.beside if w.isdigit() or len(w) == 1},
    )
    return bool(mine != its) or bool(numbers[0] and numbers[1] and not numbers[0] & numbers[1])


def words_before(tokens: list[str]) -> list[list[str]]:
    """Return the phrases that stand right before a place, nearest first: a noun's, and those that a preposition hangs on it."""
    got: list[str] = []
    hung: list[list[str]] = []
    for piece in reversed(tokens):
        low = piece.lower()
        if low in SKIP or piece in "`*_'\"“”()[]~" or re.fullmatch(r"\d[\d,.:]*\w*", piece):
            if got and re.fullmatch(r"\d{1,3}", piece):
                got.append(piece)
            continue
        if COUNTER_KO.fullmatch(piece) or piece in PARTICLES:
            continue
        if low in PREPOSITIONS:
            if got:
                hung.append(got[::-1])
                got = []
            continue
        if low in BREAKS or not re.match(r"\w", piece):
            if not got and not hung and piece in ":|-–—→=>,":
                continue
            break
        got.append(piece)
        if len(got) == MOST:
            break
    if not got and hung:
        got, hung = hung[-1][::-1], hung[:-1]
    return [one for one in (got[::-1], *hung) if one]


def words_after(tokens: list[str]) -> list[str]:
    """Return the phrase that begins right after a place."""
    got: list[str] = []
    for piece in tokens:
        low = piece.lower()
        if (low in SKIP or piece in "`*_'\"“”(=:") and not got:
            continue
        if piece in "`*_'\"“”":
            continue
        if low in PREPOSITIONS or low in BREAKS or low in SKIP or not re.match(r"\w", piece):
            break
        got.append(piece)
        if len(got) == MOST:
            break
    return got


def tokens_of(text: str) -> list[str]:
    """Return the words and marks of a text."""
    return TOKEN.findall(text)


def heads_in(tokens: Iterable[str]) -> frozenset[str]:
    """Return all that tokens may be heads of, for the loosest comparison."""
    found = set()
    for token in tokens:
        if is_name(token):
            found.add(token.lower())
            found |= {head_of(part) for part in re.split(r"[-_.]", token.lower()) if len(part) > 2}
        elif re.match(r"[A-Za-z가-힣]", token) and token.lower() not in SKIP:
            found.add(head_of(token))
    return frozenset(found) - GENERAL


def shared(one: Thing, words: frozenset[str]) -> int:
    """Return how much of a phrase stands in other words: 3 for its name, 2 for two of its nouns, 1 for one, 0 for none."""
    if one.names & words:
        return 3
    if (
        one.names
        and any(is_name(word) for word in words)
        and not any(_within(a, b) for a in one.names for b in words if is_name(b))
    ):
        return 0
    common = (one.heads | one.beside - GENERAL) & words
    return min(len(common), 2)
