"""Which entries of a list are otherwise than a sentence says of all of them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.audit.concepts import WORDS
from bongsu.audit.patterns import pattern
from bongsu.audit.quantified_claims import DOUBT
from bongsu.audit.quantified_words import (
    AGAIN_WELL,
    ANSWERED,
    BAD,
    LATER_TRY,
    LEFT_OUT,
    NEW,
    NO,
    NOT_BAD,
    OLD,
    ORDINAL,
    TRY_HEAD,
    UNANSWERED,
    WELL,
    YES,
    ZEROTH,
)
from bongsu.audit.words import plain, stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.lists import Entry, Listed
    from bongsu.audit.quantified_claims import Claim

Found = list[tuple["Entry", "Spot"]]
Cells = list[tuple["Entry", str, "Spot"]]
Otherwise = tuple[str, bool, Found]
ANSWER_HEAD = re.compile(
    r"\b(?:ack\w*|answer\w*|repl\w+|respon\w+|confirm\w*|reached|signed|contact|call)\b|응답|회신|확인|답|통화|연락|수신",
    re.IGNORECASE,
)
OUTCOME_HEAD = re.compile(
    r"\b(?:ok|check\w*|result|state|status|done|tested|signed|verified|passed|ready|received|again|back|on|outcome|health|verdict|sent|got|came|is|now)\b|결과|점검|완료|검증|상태|판정|여부|발송|수신|접속",
    re.IGNORECASE,
)
REMARK = re.compile(
    r"\b(?:note|remark|comment|reason|why|cause|plan|criteri\w+|limit|expect\w*|before|target|action)\b|비고|사유|메모|원인|기준|이전|조치|계획|전$|목표",
    re.IGNORECASE,
)
FAIL_HEAD = re.compile(
    r"\b(?:fail\w*|errors?|refus\w*|reject\w*|lost|missing|bounc\w*|drop\w*)\b|실패|오류|에러|거부|반송|누락|미발송|미도착",
    re.IGNORECASE,
)
COUNT = re.compile(
    r"(?P<n>[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?: ?(?:건|명|회|번|개|통|대|times?|x))?(?: ?\((?P<note>[^)]*)\))?"
)
AGO = re.compile(r"\d+[hdwy].* ago|ago.*\d+[hdwy]")
ZERO = re.compile(r"0(?:\.0+)? ?(?:건|명|회|번|개|통|대)?|[-–—]?|none|없음", re.IGNORECASE)
WORD_COUNT = re.compile(
    r"(?<![\d.,:/-])(?P<n>[1-9]\d{0,5}) ?(?:x |건 ?|명 ?|회 ?)?(?P<w>[A-Za-z가-힣]{2,12})|(?P<w2>[A-Za-z가-힣]{2,14}) ?[:=]? ?(?P<m>[1-9]\d{0,5})(?! ?(?:ms|s\b|초|분|시)|[\d.,:/-]\d)"
)
OF = re.compile(r"(?P<n>\d{1,6}) ?(?:of|/|out of) ?(?P<all>\d{1,6})")
EXIT = re.compile(r"exit|종료 ?코드|rc|return code", re.IGNORECASE)
SECONDS = {"ms": Decimal("0.001"), "mi": Decimal(60), "s": Decimal(1), "h": Decimal(3600), "초": Decimal(1)}
SECONDS |= {"분": Decimal(60), "시": Decimal(3600)}
LENGTH = re.compile(
    r"(?<![\d:.])(?:(?P<m>\d+) ?(?:min\w*|m|분) ?)?(?P<n>\d+(?:\.\d+)?) ?(?P<u>ms|millisec\w*|s|sec\w*|min\w*|hours?|h|%|percent|MB|GB|초|분|시간)(?![a-z])",
    re.IGNORECASE,
)
OVER = re.compile(r"\b(?:longer|more|over|above|exceed\w*)\b|넘|초과", re.IGNORECASE)
BACK = re.compile(r"\b(?:spoke|back|rang|rung|returned|through)\b|걸어 ?옴|걸려 ?옴|콜백|연결", re.IGNORECASE)
COUNT_HEAD = re.compile(r"\b(?:count|number|n|total|how many|events|queries)\b|건수|개수|^수$|횟수", re.IGNORECASE)
REDONE_NOT = re.compile(
    r"(?:재발송|재전송|재시도|재처리|다시 ?\S{1,4})\s?(?:하|되)?지 ?(?:않|못)|\bnot (?:re-?\w+|(?:sent|tried|run) again)\b|(?:재발송|재전송) ?(?:안|없)",
    re.IGNORECASE,
)
HEAD_UNIT = re.compile(
    r"(?:^|[\s_(])(?P<y>mb|gb|ms|%)\)?$|\((?P<u>s|sec\w*|min\w*|ms|초|분|MB|GB|%)\)|^(?P<w>seconds|minutes|secs|s)$|_(?P<x>s|ms|sec|seconds|min)$"
)
UNITS = frozenset(["분", "초", "건", "명", "개", "대", "min", "sec", "확인", "전", "후"])
FULL = re.compile(r"\b(?:complete|in full|arrived|everything|all of)\b|전량|완료|도착|다 ?(?:왔|받)", re.IGNORECASE)
DENIES = pattern(
    r"\b(?:not|never|n't|without|no)(?: yet| been| be| get| have| any)* ([a-z]{4,})\b|\bnot an? ([a-z]{2,})\b|\bun([a-z]{4,}ed)\b"
    r"|미(?!리|터|국|디|팅|니|래|만)([가-힣]{2,3})|(?<![가-힣])(?:못 ?|안 )([가-힣]{2,3})|([가-힣]{2,4}?)(?:을|를|은|는|도|이)? ?(?:하지|되지|받지|지) ?(?:않|못)|([가-힣]{2,4}) ?(?:안 ?(?:됨|함|했|됐)|못 ?(?:함|했|받)|불가)",
    re.IGNORECASE,
)
DUE = re.compile(
    r"\b(?:due|by|in time|on time|before|deadline|opening|opened)\b|전에|까지|제시간|기한|늦지", re.IGNORECASE
)
DUE_HEAD = re.compile(
    r"\b(?:due|deadline|by|opens?|opening|limit|latest|promised|target|planned)\b|기한|마감|예정|개점|목표",
    re.IGNORECASE,
)
CLOCK = re.compile(r"[0-2]\d:[0-5]\d(?::[0-5]\d)?")
SMALL = re.compile(r"\d{1,2}")
LEAST_ALIKE, VALUE_MOST = 3, 90


@dataclass(frozen=True, slots=True)
class Column:
    """The values of a list under one head."""

    head: str
    kind: str
    about: frozenset[str]
    cells: Cells


def otherwise(one: Listed, claim: Claim) -> Otherwise:
    """Return the head of a column, whether what it tells of stays so, and the entries that are otherwise there than a claim says."""
    alike = frozenset.intersection(*(stems(entry.name) for entry in one.entries)) & claim.about
    if one.kind == "worded" and not alike and len(one.entries) not in claim.counts:
        # Lines that no mark parts into name and value are a list of what a sentence says that they are.
        return "", True, []
    for place, head in enumerate(one.heads):
        cells = [(entry, entry.values[place], entry.spots[place]) for entry in one.entries]
        column = Column(head, one.kind, one.about, cells)
        for find in (_unanswered, _counted, _tried, _worse, _beyond, _left_out, _other, _denied):
            found = [each for each in find(column, claim) if not DOUBT.search(each[0].values[place])]
            few = 2 * len(found) <= len(cells) + (len(cells) == LEAST_ALIKE and find is not _worse)
            if found and few:
                return head, find in (_counted, _tried, _beyond, _left_out), found
    return "", True, list(_late(one, claim)) or list(_short(one, claim))


def _unanswered(column: Column, claim: Claim) -> Found:
    if "answer" not in claim.facets or REMARK.search(column.head):
        return []
    well = sum(
        bool(YES.search(value) or ANSWERED.search(value)) and not UNANSWERED.search(value)
        for _, value, _ in column.cells
    )
    blank = well and (not column.head or ANSWER_HEAD.search(column.head) or OUTCOME_HEAD.search(column.head))
    found = []
    for entry, value, spot in column.cells:
        said = UNANSWERED.search(value[:VALUE_MOST])
        rest = UNANSWERED.sub(" ", value)
        mended = said and re.search(r"\d{1,2}:\d\d", rest) and (ANSWERED.search(rest) or BACK.search(rest))
        if (said and not mended and not NOT_BAD.search(value)) or (
            blank and (NO.fullmatch(value.strip()) or not value.strip())
        ):
            found.append((entry, spot))
    return found if (well or column.head or column.kind != "worded") else []


def _counted(column: Column, claim: Claim) -> Found:
    """Return entries that count some of what is denied: under a head that names it, or with its word beside."""
    denied = {name.removeprefix("no ") for name in claim.facets if name.startswith("no ")}
    if "empty" in claim.facets and (some := _failed(column.cells)):
        return some
    if not denied and "none" not in claim.facets:
        return []
    named = {name for name in denied if WORDS[name].search(column.head)} or any(
        noun <= stems(column.head) for noun in claim.nouns
    )
    about = " ".join(column.about)
    whole = (not column.head or COUNT_HEAD.search(column.head)) and any(WORDS[name].search(about) for name in denied)
    if named or whole:
        pairs = [(entry, value.strip("*` "), spot) for entry, value, spot in column.cells]
        some = [
            (entry, spot)
            for entry, value, spot in pairs
            if (hit := COUNT.fullmatch(value)) and not AGO.search(hit["note"] or "")
        ]
        none = sum(bool(ZERO.fullmatch(value)) or bool(AGO.search(value)) for _, value, _ in pairs)
        return some if len(some) + none == len(column.cells) else []
    if not denied:
        return []
    if own := _named(column.cells, denied):
        return own
    return [
        (entry, spot)
        for entry, value, spot in column.cells
        if not REMARK.search(column.head) and any(_says(value, name) for name in denied)
    ]


def _named(cells: Cells, denied: set[str]) -> Found:
    """Return the entries that are called by what is denied, and count some."""
    return [
        (entry, spot)
        for entry, value, spot in cells
        if any(WORDS[name].search(entry.name) for name in denied)
        and (COUNT.fullmatch(value) or re.fullmatch(r"[a-z]+ [1-9]\d*", value))
    ]


def _says(value: str, concept: str) -> bool:
    """Return whether a value counts some of a concept, or says it of its entry outright."""
    words = WORDS[concept]
    for match in WORD_COUNT.finditer(value):
        if words.search(match["w"] or match["w2"]):
            return True
    hit = words.match(value)
    return hit is not None and not re.match(r"\W*(?:0|none|no|없)", value[hit.end() :]) and not AGAIN_WELL.search(value)


def _tried(column: Column, claim: Claim) -> Found:
    if "first" not in claim.facets:
        return []
    found = []
    for entry, value, spot in column.cells:
        again = TRY_HEAD.search(column.head) and ORDINAL.fullmatch(value.strip())
        again = again or (ZEROTH.search(column.head) and COUNT.fullmatch(value.strip()))
        if again or (LATER_TRY.search(value) and not re.search(r"불필요|없|\bno\b|\bnot\b", value)):
            found.append((entry, spot))
    return found


def _worse(column: Column, claim: Claim) -> Found:
    if "well" not in claim.facets or REMARK.search(column.head) or column.kind == "sentence":
        return []
    if FAIL_HEAD.search(column.head):
        return _failed(column.cells) if claim.every else []
    bad = [
        (entry, spot)
        for entry, value, spot in column.cells
        if not FAIL_HEAD.search(entry.name) and is_bad(value, column.head)
    ]
    spots = {spot for _, spot in bad}
    rest = [value for _, value, spot in column.cells if spot not in spots]
    told = set(re.findall(r"[a-z]{3,}|[가-힣]{2,}", claim.text.lower()))
    well = [
        value
        for value in rest
        if YES.search(value) or WELL.search(value) or set(value.lower().rstrip(".").split()[:1]) & told
    ]
    return bad if 2 * len(well) >= len(rest) else []


def _failed(cells: Cells) -> Found:
    """Return the entries that count some that failed, where the others count none."""
    some = [(entry, spot) for entry, value, spot in cells if COUNT.fullmatch(value.strip("*` "))]
    none = sum(bool(ZERO.fullmatch(value.strip("*` "))) for _, value, _ in cells)
    return some if none and len(some) + none == len(cells) else []


def is_bad(said: str, head: str) -> bool:
    """Return whether a value says that its entry went wrong, is open, or got fewer than all of its own."""
    value = plain(said)
    of = OF.fullmatch(value.strip())
    if of:
        return int(of["n"]) < int(of["all"])
    if EXIT.fullmatch(head.strip()):
        return bool(re.fullmatch(r"[1-9]\d*", value.strip()))
    if NO.fullmatch(value.strip()) or not value.strip():
        outright = re.match(r"(?:no|not|false|none|아니오)\b", value.strip(), re.IGNORECASE)
        outcome = OUTCOME_HEAD.search(head) or ANSWER_HEAD.search(head)
        return bool(outright or outcome or (value.strip() and not head))
    hit = BAD.search(value[:VALUE_MOST]) or UNANSWERED.search(value[:VALUE_MOST])
    if not hit or NOT_BAD.search(value):
        return False
    rest = value[hit.end() :]
    return not (AGAIN_WELL.search(rest) and WELL.search(rest) and not BAD.search(rest))


def _beyond(column: Column, claim: Claim) -> Found:
    """Return the entries that took longer, or are more, than a sentence says that any did."""
    bound = claim.bound
    if bound is None or "bound" not in claim.facets or REMARK.search(column.head):
        return []
    over = bool(OVER.search(bound[0])) and not re.search(r"\bno(?:t)? more\b|\bnot longer\b", bound[0], re.IGNORECASE)
    if over != claim.none and over:
        return []
    most = (
        Decimal(1800 if "half" in bound["half"] else 3600 if "hour" in bound["half"] else 60)
        if bound["half"]
        else _size(bound["n"] or bound["ko"], bound["u"] or bound["kou"])
    )
    named = HEAD_UNIT.search(column.head)
    unit = (named["u"] or named["w"] or named["x"] or named["y"]) if named else ""
    kind = _kind(bound["u"] or bound["kou"] or "s")
    lengths = [(entry, _length(value, unit, kind), spot) for entry, value, spot in column.cells]
    if sum(length is not None for _, length, _ in lengths) < max(2, len(column.cells) - 1):
        return []
    return [(entry, spot) for entry, length, spot in lengths if length is not None and length > most]


def _kind(unit: str) -> str:
    return unit.lower() if unit.lower() in ("mb", "gb", "%", "percent") else "time"


def _size(n: str, unit: str) -> Decimal:
    key = unit.lower()[:2] if unit.lower()[:2] in ("ms", "mi") else unit.lower()[:1]
    return Decimal(n) * SECONDS.get(key, Decimal(1))


def _length(value: str, unit: str, kind: str) -> Decimal | None:
    match = LENGTH.search(value)
    if match and _kind(match["u"]) == kind:
        return _size(match["n"], match["u"]) + 60 * Decimal(match["m"] or 0)
    return _size(value, unit) if unit and _kind(unit) == kind and re.fullmatch(r"\d+(?:\.\d+)?", value) else None


def _left_out(column: Column, claim: Claim) -> Found:
    if "kept" not in claim.facets or REMARK.search(column.head):
        return []
    return [
        (entry, spot) for entry, value, spot in column.cells if LEFT_OUT.search(value) and not NOT_BAD.search(value)
    ]


def _other(column: Column, claim: Claim) -> Found:
    """Return the entries whose value is not that of the others: called old, or without the word that a sentence says of all."""
    if not claim.every or REMARK.search(column.head) or column.kind == "sentence":
        return []
    values = [value for _, value, _ in column.cells]
    if "new" in claim.facets:
        old = [(entry, spot) for entry, value, spot in column.cells if OLD.search(value) and not NEW.search(value)]
        if old:
            return old
    seen = Counter(values)
    common, many = seen.most_common(1)[0]
    if many == len(column.cells) - 1 and len(column.cells) >= LEAST_ALIKE and len(common) > 1 and all(values):
        told = re.search(rf"(?<![\w.]){re.escape(common)}(?![\w])", claim.text, re.IGNORECASE)
        odd = [(entry, spot) for entry, value, spot in column.cells if value != common]
        named = any(stems(value) & claim.about for value in values if value != common)
        if (told and not named) or ("new" in claim.facets and re.search(r"\d", common) and not SMALL.fullmatch(common)):
            return odd
    return _without_the_word(column.cells, claim)


def _denied(column: Column, claim: Claim) -> Found:
    """Return the entries that deny in their own words what a sentence says of all of them."""
    if "said" not in claim.facets or REMARK.search(column.head):
        return []
    again = "again" in claim.facets
    return [
        (entry, spot)
        for entry, value, spot in column.cells
        if (again and REDONE_NOT.search(value)) or denies(value[:VALUE_MOST], claim)
    ]


def denies(text: str, claim: Claim) -> bool:
    """Return whether a text denies a word of a claim: `not sent` of `sent`, 미이수 of 이수, 못 들어옴 of 들어왔다."""
    for match in DENIES.finditer(text):
        word = next(one for one in match.groups() if one)
        if word.isascii():
            if stem(word) in claim.core:
                return True
        elif word[:2] in claim.text:
            return True
    return False


def _without_the_word(cells: Cells, claim: Claim) -> Found:
    words = [stems(value) for _, value, _ in cells]
    counted = Counter(word for one in words for word in one)
    for word, many in counted.items():
        if many == len(cells) - 1 and len(cells) >= LEAST_ALIKE and word in claim.about and word not in UNITS:
            odd = next(n for n, one in enumerate(words) if word not in one)
            return [] if words[odd] & claim.about else [(cells[odd][0], cells[odd][2])]
    return []


def _late(one: Listed, claim: Claim) -> Iterator[tuple[Entry, Spot]]:
    """Yield the entries whose time is after that which was due, where most are not."""
    if not claim.every or not DUE.search(claim.text):
        return
    timed = [n for n in range(len(one.heads)) if all(CLOCK.fullmatch(entry.values[n]) for entry in one.entries)]
    due = [n for n in timed if DUE_HEAD.search(one.heads[n])]
    done = [n for n in timed if n not in due]
    if len(due) == 1 and len(done) == 1:
        late = [each for each in one.entries if each.values[done[0]] > each.values[due[0]]]
        yield from ((each, each.spots[done[0]]) for each in late if 2 * len(late) < len(one.entries))


def _short(one: Listed, claim: Claim) -> Iterator[tuple[Entry, Spot]]:
    """Yield the entries that got fewer than they should have, where all the others got as many."""
    if "well" not in claim.facets or len(one.entries) < LEAST_ALIKE or not FULL.search(claim.text):
        return
    numbers = [
        [int(value.replace(",", "")) if re.fullmatch(r"\d[\d,]*", value) else None for value in entry.values]
        for entry in one.entries
    ]
    for a in range(len(one.heads)):
        for b in range(a + 1, len(one.heads)):
            pairs = [(row[a], row[b]) for row in numbers]
            if any(x is None or y is None or not x for x, y in pairs):
                continue
            odd = [n for n, (x, y) in enumerate(pairs) if x != y]
            if len(odd) == 1 and (pairs[odd[0]][1] or 0) < (pairs[odd[0]][0] or 0):
                yield one.entries[odd[0]], one.entries[odd[0]].spots[b]
