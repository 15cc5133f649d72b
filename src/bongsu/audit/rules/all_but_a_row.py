"""`All`, `both`, `none` and `without an error` hold for every row and line that the log gives for it, or they do not hold.

Source: the log's own rows and lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.audit.amounts import TOTAL, whole
from bongsu.audit.asked import hits
from bongsu.audit.claims import late, told, withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import all_of_some
from bongsu.audit.words import PLANNED, plain, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log, Table
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_ALL = r"(?:\b(?:all|every|everyone|everybody|everything|each|both|100 ?%(?: of)?|the (?:entire|whole)|without exception)\b|모두|모든|전부|전원|전체|빠짐없이|예외 ?없이|둘 다|양쪽 다|각각)"
_DID = r"(?:\b(?!record|list|logg|not|writ|describ|told|inform|call|nam|mention|copi|count|need|plan|expect|fail|skipp|miss|refus|reject|lost|remain|relat|involv|affect|us)\w{3,}ed\b|\b(?:took|got|came|went|ran)\b)(?! (?:with|by|through|via|from)\b)"
_GOOD = (
    r"(?:\b(?:checked|ok|okay|fine|healthy|green|pass(?:ed)?|answered|replied|responded|confirmed|done|complete[d]?|finished|migrated|moved|updated|upgraded|ready|up|online|reachable|work(?:s|ed|ing)|"
    r"succeeded|success\w*|went through|got through|drained|restarted|replaced|verified|tested|synced|printed|delivered|clean(?:ly)?|acknowledged|signed|installed|patched|running|received|equal|match(?:ed|es|ing)?|"
    r"good|came back|came out (?:right|well|clean)|faultless|arrived|accounted for|present|closed|opened|restored|switched|converted|inspected|without (?:an?y? |a single )?(?:error|failure|exception|incident|problem|hitch|loss|trouble|issue)s?)\b|"
    r"정상|완료|성공|통과|마쳤|마침|끝났|끝냈|이상 ?없|문제 ?없|오류 ?없|일치(?:했|함|한다)|받았|눌렀|누름|답했|답함|(?:확인|응답|점검|교체|이관|반영|적용|복구|접속|전환|검증|회신|배포|수신)(?:을|를)? ?(?:했|함|됐|됨|되었|하였|한다|된다|마쳤))"
)
CLAIM = re.compile(
    rf"{_ALL}.{{0,70}}?{_GOOD}|{_ALL}(?: (?!is\b|are\b|be\b|was\b|were\b)[\w-]+){{1,3}} {_DID}|{_GOOD}[^.]{{0,12}}\b(?:on|for|by|in|at|from) {_ALL}",
    re.IGNORECASE,
)
NONE = re.compile(
    r"\b(?:none|no|nobody|no one|nothing|not (?:a single|one)|zero|neither)\b(?:(?![.;!?] ).){0,40}?\b(?:fail\w*|errors?|missed|missing|skipped|refused|lost|dropped|pending|timed out|offline|unreachable|rejected|left (?:out|behind|over)|outstanding|open)\b|"
    r"(?:하나도|한 (?:건|대|명|곳)도|누구도|아무도|아무런|전혀)?.{0,12}(?:실패|누락|오류|미응답|빠진|거부|안 된|불일치|차이)\S{0,4} ?.{0,12}(?:하나도|한 (?:건|대|명|곳)도|전혀) ?.{0,6}(?:없|않)|(?:실패|누락|오류|미응답|제외)(?:는|은|가|이|한 (?:것|곳|건)은?|된 (?:것|곳|건)은?)? ?(?:전혀 |하나도 )?없(?:었|음|다|이)",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(
    rf"{_ALL} {_GOOD} (?!(?:in|on|at|by|with|and|but|after|for|to|from|within|without|well|again|as|now|fine|ok|okay|today|since|\\d)\\b)(?:[a-z]|\\s)",
    re.IGNORECASE,
)
EXCEPT = re.compile(
    r"\b(?:all|every \w+|everyone|everybody|everything) (?:but|except|save)\b|\bexcept|\bapart from\b|\bother than\b|\bbesides\b|\bbut (?:one|two|for|not)\b|\bnot (?:all|every|each|both)\b|\bremaining\b|\bothers?\b|\brest\b|\balmost\b|\bnearly\b|"
    r"\bin the end\b|결국|최종적으로|\b(?:second|third|next) (?:drill|test)\b|[23]차 ?훈련|\bof (?:those|them|these)\b|\bthat (?:were|was|had|did)\b|\bwho (?:were|was|had|did)\b|\b(?:if|when(?:ever)?|until|unless|as long as|where|so that|to (?:see|check|make sure|ensure)|whether|must|should|needs?|before)\b|\bafter all\b|\bat all\b|\bin all\b|\ball (?:told|right|clear|day|night|times|the time)\b|\?\s*$|제외하|빼고|나머지|외에|거의|아니|대부분|않은",
    re.IGNORECASE,
)
BAD = re.compile(
    r"\b(?:fail(?:ed|s|ure)?|not (?:checked|ok|ready|reached|reachable|run|done|tested|answered|verified|confirmed|migrated|updated|restarted|started|synced|available|moved|healthy|received|sent|printed|yet|completed?|installed|"
    r"patched|replaced|responding|signed|inspected|closed|opened|equal|matching|present|found|there|working|connected|converted)|un(?:checked|tested|verified|confirmed|answered|reachable|healthy|signed|available|responsive)|offline|skipped|"
    r"timed out|time-?out|no (?:answer|response|reply|data|connection|contact|signal|reading)|pending|missing|missed|refused|rejected|declined|left on|kept on the old|left (?:out|over|behind|as (?:it )?is)|degraded|stuck|aborted|crash(?:ed|loop\w*)?|"
    r"dead|denied|postponed|deferred|absent|unknown|did(?: not|n't) (?:answer|come|start|reply|respond|print|arrive|pass|boot|open|close)|(?:could not|couldn't|cannot) (?:be )?\w+|broken|mismatch\w*|differs?|still (?:old|down|off|open|on (?:the )?old))\b|"
    r"미확인|미응답|무응답|미완료|미점검|미처리|미수신|미적용|미교체|실패|보류|누락|오프라인|(?:응답|답|연락|신호) ?없|연결 ?안|안 ?됨|건너뜀|불일치|꺼져|꺼짐|확인 ?못|점검 ?못|못함|하지 ?못|못했|불가|제외됨|연락 두절|접속 불가",
    re.IGNORECASE,
)
NOT_BAD = re.compile(
    r"\b(?:0|no|none|nothing|nobody|without|zero|not one|never|neither) (?:\w+ ){0,2}(?:fail\w*|errors?|missing|missed|skipped|refused|lost|pending|timed|offline|unknown|rejected|timeouts?|mismatch\w*)|\b(?:fail\w*|errors?|missing|missed|refused|pending|rejected|skipped|timeouts?)\W{1,3}(?:0|none|no|-)\b|"
    r"\bfirst (?:try|attempt)\b|1차|첫 ?시도|\bif\b|\bwould\b|\bmust not\b|\bin case\b|\bfail-?over\b|\bfailed over\b|(?:실패|누락|오류|보류|미응답|제외) ?(?:건수?)? ?:? ?0|(?:실패|누락|오류|보류|미응답)(?:는|은|가|이|도)? ?없",
    re.IGNORECASE,
)
GENERIC = frozenset(
    [
        "fail",
        "error",
        "result",
        "old",
        "new",
        "again",
        "without",
        "exception",
        "an",
        "ok",
        "good",
        "pass",
        "done",
        "fine",
        "complete",
        "success",
        "problem",
        "everything",
        "everyone",
        "everybody",
        "정상",
        "완료",
        "성공",
        "확인",
        "없이",
        "오류",
        "문제",
        "이상",
        "실패",
    ]
)
BETTER = re.compile(
    r"\b(?:ok|okay|ready|done|again|succeeded|success\w*|fixed|restored|healthy|answered|back|recovered|passed|went through|online|up|green|retri\w+|second try|replaced|late[r]?)\b|정상|성공|완료|해결|재시도|다시|복구|뒤늦게",
    re.IGNORECASE,
)
ENTITY = re.compile(r"[A-Za-z가-힣]+ \d{1,3}(?![\d:.])|[A-Za-z가-힣]\w*(?:[-_]\w+)+|\b[A-Za-z]{1,6}\d{1,4}\b")
TODO = re.compile(
    r"\b(?:left|to ?do|next|open|after(?:wards)?|follow|remaining|later|backlog|action)\b|남은|다음|할 일|후속|이후",
    re.IGNORECASE,
)
BOX = re.compile(r"^\s*[-*+]?\s*\[ \]\s*")
AGAIN = re.compile(r"\bretr\w+|\bsecond\b|\bagain\b|\bafter the retry\b|재시도|다시", re.IGNORECASE)
BAD_HEAD = re.compile(
    r"\bfail\w*|\berrors?\b|\blost\b|\brefused\b|\bmissed\b|\brejected\b|\bdropped\b|불일치|차이|mismatch|실패|오류|누락|미응답|거부",
    re.IGNORECASE,
)
OF = re.compile(r"(?<![\w.:/])(\d{1,5}) ?(?:of|/|중|out of) ?(\d{1,5})(?![\w:/])")
ANSWER_HEAD = re.compile(
    r"\bok\b|check|result|ack|answer|again|\bback\b|done|confirm|tested|signed|verified|passed|ready|received|확인|응답|결과|점검|완료|검증",
    re.IGNORECASE,
)
UN = re.compile("[미무](?=응답|확인|점검|완료|처리|수신|적용|교체)")
OF_WHAT = re.compile(rf"{_ALL}(?: of)?(?: the| our| these| its)?(?P<noun>(?: [\w-]+){{1,3}})", re.IGNORECASE)
KO_SUBJECT = re.compile(
    r"(?P<noun>[가-힣A-Za-z]+)(?:이|가|은|는|을|를)?,? (?:모두|모든|전부|전원|전체|다|빠짐없이)(?![가-힣])"
)
CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
SENTENCE = re.compile(r"[.;!?](?=\s|$)")
LEADS = re.compile(r"[\s\-*•>|\[(`]*(?:\d{1,2}[.)]\s+)?")
OTHER_TIME = re.compile(
    r"\b(?:last|previous|earlier) (?:week|month|quarter|year|time|drill|run|night)\b|\byesterday\b|\bthe (?:night|day|week) before\b|지난|저번|작년|전날|어제|전월|전 ?분기|\b20\d\d년",
    re.IGNORECASE,
)
NEAR, ENOUGH, HOUR_S = 25, 2, 3600


@dataclass(frozen=True, slots=True)
class Lacking:
    """A row or line that says otherwise."""

    spot: Spot
    about: frozenset[str]
    start: int
    table: Table | None


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims about all of something of which a row or a line says otherwise."""
    for log in filter(written, logs):
        answered = {hit.spot.line for hit in hits(all_of_some, log)}
        claims = [(n, line, match) for n, line in told(log) if n not in answered and (match := _claim(log, n, line))]
        rows = [*_rows(log), *_lines(log)] if claims else []
        for number, line, match in claims:
            about = stems(plain(line)) - GENERIC
            # What failed and was tried again is what the claim is about, not what speaks against it.
            second = AGAIN.search(line) and BAD.search(line)
            meant = [row for row in rows if not second and row.spot.line != number and _linked(log, number, about, row)]
            meant += [row for row in _counted(log, number, line, about) if row.spot.line != number]
            if meant:
                spots = tuple({row.spot.line: row.spot for row in meant}.values())
                rest = f" and {len(spots) - 1} more" if len(spots) > 1 else ""
                yield Hit(
                    spot=log.spot(number, match),
                    also=spots[:8],
                    why=f"line {spots[0].line}{rest} says otherwise",
                    instead="the count, and who or what is missing",
                )


def _claim(log: Log, number: int, line: str) -> re.Match[str] | None:
    text = plain(line)
    match = CLAIM.search(text) or NONE.search(text)
    if (
        match is None
        or line.lstrip().startswith("|")
        or EXCEPT.search(text)
        or ATTRIBUTE.match(match[0] + text[match.end() :])
        or withdrawn(log, number)
    ):
        return None
    if BOX.match(line) or (
        BAD.search(NONE.sub(" ", re.sub(rf"{_GOOD}", " ", text, flags=re.IGNORECASE)))
        and not NONE.search(text)
        and not AGAIN.search(text)
    ):
        return None
    start = max((one.end() for one in SENTENCE.finditer(text, 0, match.start())), default=0)
    end = next((one.start() for one in SENTENCE.finditer(text, match.end())), len(text))
    return None if PLANNED.search(text[start:end]) else match


def _rows(log: Log) -> Iterator[Lacking]:
    for table in log.tables:
        heads = stems(" ".join(table.heads)) | stems(
            log.section(table.rows[0][0].spot.line).title if table.rows else ""
        )
        for row in table.rows:
            if TOTAL.search(row[0].text):
                continue
            for cell, head in zip(row[1:], table.heads[1:], strict=True):
                of = OF.fullmatch(cell.text)
                less = of is not None and int(of[1]) < int(of[2])
                blank = bool(re.fullmatch(r"[-–—✗✘xX]|no|none|아니오", cell.text)) and bool(ANSWER_HEAD.search(head))
                status = BAD.search(cell.text[:40]) and not NOT_BAD.search(cell.text) and len(cell.text) <= 80
                if (less or status or blank) and not better(log, cell.spot.line, row[0].text):
                    about = heads | stems(" ".join(one.text for one in row))
                    yield Lacking(cell.spot, about, table.rows[0][0].spot.line - 2, table)
                    break


def _lines(log: Log) -> Iterator[Lacking]:
    for number, line in log.numbered():
        if not line.strip() or line.lstrip().startswith(("|", ">")) or len(line) > 220:
            continue
        section = log.section(number).title
        if BOX.match(line) and not TODO.search(f"{section} {_over(log, number)}"):
            yield Lacking(
                log.spot(number), stems(line) | {"box", "item", "step", "point", "checklist", "항목"}, number, None
            )
            continue
        text = plain(line)
        match = BAD.search(text)
        if (
            match is None
            or NOT_BAD.search(text)
            or CLAIM.search(text)
            or NONE.search(text)
            or PLANNED.search(text)
            or withdrawn(log, number)
        ):
            continue
        names = ENTITY.findall(re.sub(r"\d{1,2}:\d\d(?::\d\d)?", " ", line))
        # The first name of a line is its subject; what stands behind it is why.
        if not re.fullmatch(r"pending|unknown|differs?", match[0], re.IGNORECASE) and not better(
            log, number, (names or [""])[0]
        ):
            yield Lacking(log.spot(number, match), stems(UN.sub(" ", text)), number, None)


def _over(log: Log, number: int) -> str:
    """Return the line above a list of boxes."""
    above = (line for _, line in reversed(list(log.numbered(max(1, number - NEAR), number - 1))))
    return next((line for line in above if line.strip() and not re.match(r"\s*[-*+]? ?\[.\]|\s{4,}", line)), "")


def better(log: Log, number: int, name: str) -> bool:
    """Return whether a later line tells of the same thing that it came right."""
    own = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE) if name else AGAIN
    for place, line in log.numbered(number + 1):
        if own.search(line) and BETTER.search(line) and not BAD.search(line) and not CLAIM.search(line):
            same = log.section(place).start == log.section(number).start or not line.lstrip().startswith("|")
            if same:
                return True
    return False


def _linked(log: Log, number: int, about: frozenset[str], row: Lacking) -> bool:
    """Return whether a row or a line is of what a claim says all of, at its time and in its place."""
    line = log.line(number)
    shared = frozenset(one for one in about & (row.about - GENERIC) if len(one) > 1)
    if _tried_again(log, number, row.spot.line) or _of_another_time(log, number, row.spot.line):
        return False
    section = log.section(number)
    # Remarks that begin with a # part nothing: only below a first heading are there sections.
    flat = max(section.level, log.section(row.spot.line).level) <= 1 and abs(row.spot.line - number) <= NEAR
    inside = flat or section.start <= row.spot.line <= section.last
    beside = section.level > 0 and inside and abs(row.spot.line - number) <= NEAR
    subject = OF_WHAT.search(line)
    noun = subject["noun"] if subject else ""
    if (korean := KO_SUBJECT.search(line)) and not noun.isascii():
        noun = korean["noun"]  # What stands behind it is what they did: `11개 병동 모두 응답함`.
    named = bool(stems(noun) & shared)
    if row.table is not None:
        alone = [one for one in log.tables if one.rows and section.start <= one.rows[0][0].spot.line <= section.last]
        return (bool(shared) and (inside or named or len(shared) >= ENOUGH)) or (beside and len(alone) == 1)
    none = NONE.search(line)
    if none and not CLAIM.search(plain(line)) and not stems(none[0]) & shared - stems(" ".join(BAD.findall(none[0]))):
        return False
    if not inside and not named:
        return False
    return len(shared) >= ENOUGH or (bool(shared) and (beside or named or _acts(line, shared)))


def _of_another_time(log: Log, number: int, row: int) -> bool:
    """Return whether a line tells of another hour than the claim, or of another year or drill: what came later nobody knew yet."""
    if OTHER_TIME.search(log.line(row)) and not OTHER_TIME.search(log.line(number)):
        return True
    claim, other = _leading(log, number), _leading(log, row)
    if claim is None or other is None or not claim.fits(other):
        return False
    return not -HOUR_S <= (other.at - claim.at).total_seconds() <= 0


def _leading(log: Log, number: int) -> Moment | None:
    """Return the time with which a line begins."""
    found = log.moments(number)
    return found[0] if found and LEADS.fullmatch(log.line(number)[: found[0].column - 1]) else None


def _tried_again(log: Log, number: int, row: int) -> bool:
    """Return whether a claim is of a later time than a row, and of the same number: the same test, run once more."""
    claim, other = log.moments(number), log.moments(row)
    if not claim or not other or not late(claim[0], other[0]):
        return False
    first, second = (set(re.findall(r"(?<![\d:.])\d+(?![\d:.])", CLOCK.sub(" ", log.line(n)))) for n in (number, row))
    return bool(first & second) or bool(AGAIN.search(log.line(number)))


def _acts(line: str, shared: frozenset[str]) -> bool:
    """Return whether what is shared is what the claim says was done: `drained`, not only its subject."""
    return any(stems(word) & shared for word in re.findall(_GOOD, line, re.IGNORECASE)) or bool(
        re.search("[가-힣]", "".join(shared))
    )


def _counted(log: Log, number: int, line: str, about: frozenset[str]) -> Iterator[Lacking]:
    """Yield rows that count failures where none are claimed, or fewer put right than failed where all are claimed."""
    again = bool(AGAIN.search(line)) and bool(BAD_HEAD.search(line))
    clean = bool(
        NONE.search(line)
        or re.search(r"\bwithout (?:an?y? |a single )?(?:error|fail|loss)|오류 ?없이|실패 ?없이", line, re.IGNORECASE)
    )
    if not again and not clean:
        return
    for table in log.tables:
        bad = [n for n, head in enumerate(table.heads) if BAD_HEAD.search(head) and not AGAIN.search(head)]
        right = [n for n, head in enumerate(table.heads) if AGAIN.search(head)]
        if len(bad) != 1 or not table.rows or (clean and (right or again)) or (again and len(right) != 1):
            continue
        heads = stems(" ".join(table.heads)) | stems(log.section(table.rows[0][0].spot.line).title)
        apart = not log.section(number).start <= table.rows[0][0].spot.line <= number
        near = not apart or (bool(about & (heads - GENERIC)) and len(log.moments(number)) <= 1)
        for row in table.rows if near else ():
            failed = whole(row[bad[0]].text) or 0
            put_right = whole(row[right[0]].text) or 0 if again else 0
            if failed > put_right and not TOTAL.search(row[0].text):
                yield Lacking(row[bad[0]].spot, heads, number, table)
