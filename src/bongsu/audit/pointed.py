"""A reader who is sent to a part by its number: the log's own numbering of such parts, whatever they are called, ends before it.

A numbering is every number that a log gives to one noun, but for the one in question; or a list, down the page or in one
line. What is pointed at is told from what is only named by the words around it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bongsu.audit.claims import by_hand
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

SAME = ("첫 first", "둘 두 second", "셋 세 third", "넷 네 fourth", "다섯 fifth", "여섯 sixth", "일곱 seventh")
ORDINALS = {
    word: n
    for n, words in enumerate((*SAME, "여덟 eighth", "아홉 ninth", "열 tenth"), start=1)
    for word in words.split()
}
_EN = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_KO = "첫|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉|열"
SIGNS = "가나다라마바사아"
LETTERS = "ABCDEFGHIJ"
_PARTICLE = r"(?:에서|에|의|을|를|은|는|으로|로|와|과|대로|처럼|도|까지|부터)"
_LABEL = rf"(?:\d{{1,2}}|(?-i:[{LETTERS}])|[{SIGNS}])(?=[^가-힣]|$|{_PARTICLE}(?![가-힣]{{2}}))"
NAMED = re.compile(
    rf"(?<![\w/-])(?P<noun>[A-Za-z]{{3,12}}|[가-힣]{{1,5}}?) ?[\[(#]?(?P<label>{_LABEL})[\])]?(?![A-Za-z\d_%/]|[.:,-]\d|\.\w)"
    rf"|(?<![\d.,:/-])(?:제 ?)?(?P<n>\d{{1,2}}) ?(?P<behind>단계|절|장|조|항|번(?!째))(?![가-힣]{{0,2}}\d)"
    rf"|(?<![가-힣])(?P<ko>{_KO})(?:번)?째(?: ?(?P<part>장|절|항|단계|표|줄|쪽|꼭지))?"
    rf"|\bthe (?P<en>{_EN}) (?P<thing>[a-z]{{3,12}})\b",
    re.IGNORECASE,
)
"""A part by its number: `Schedule 5`, `표 다`, `제11조`, `다섯째 장`, `the sixth step`."""
TOLD = re.compile(
    r"(?:\b(?:see|refer\w*|described|written|listed|set out|shown|printed|explained|laid down|recorded|noted|copied|collected|kept|given|stands?|look|follow|as)\b(?: \w+){0,2} (?:in|at|under|by|to|on|from)? ?(?:the |our |my |its )?|\bsee (?:the )?|\bthat's |\bper )$",
    re.IGNORECASE,
)
KO_TOLD = re.compile(
    r"(?:의 [가-힣]{1,4})?(?:에|에다|대로|처럼|을|를|로|으로)?[^\w가-힣]{0,2} ?(?:[가-힣]{1,6} ){0,2}?(?:적|있|참고|참조|보라|볼 것|봐|보면|보십|따르|따라|붙|실어|실었|나와|나온|정리|모아|옮겨|옮긴|설명|그대로|대로)"
)
KO_NEAR = 26
ELSEWHERE = re.compile(
    r"[\])\"'”’]?(?:'s)? ?(?:of|in|from|on) (?:the |our |their |its |a |an |your )*(?P<owner>[a-z]+)|의 (?P<ko>[가-힣]{2,})",
    re.IGNORECASE,
)
OWNER = pattern(
    r"\b(?:manual|wiki|handbook|policy|contract|rfc|guide|standard|agreement|vendor|spec\w*|iso|nist|book|law|act|regulation)s?\b|\b(?:plan|runbook|playbook|ticket) (?:says|said|has|had|asks|wants|calls)\b|매뉴얼|위키|규정|계약서?|지침|[가-힣]{2}법(?![가-힣])|약관|규격|시행령",
    re.IGNORECASE,
)
BEGINS = re.compile(r"[\s#*_>|\[(\"'`+=■□◆-]*(?:\d{1,2}:\d\d(?::\d\d)?\S*\s+)?(?:<[^>]{1,20}>\s*)?[#*_\s\[(]*")
ENTRY = re.compile(
    r"[\s>#*|/;-]*(?:[\[(]?\d{1,2}:\d\d(?::\d\d)?[\])]?\s*)?(?:<[^>]{1,20}>|[^\s:]{1,12}:)?\s*(?P<n>\d{1,2})[.)] +\S"
)
IN_LINE = re.compile(
    r"(?:(?<![\w.,:/-])\(?(?P<n>[1-9])\)? (?=[^\W\d])(?!(?:of|and|or|to|x|am|pm|h|min|s|ms|GB|MB)\b)|(?P<ko>첫|둘|셋|넷|다섯|여섯|일곱|여덟|아홉)째 )[^,;()\d]{2,40}(?:[,;]\s*|\s*(?=\()|[.]|$)"
)
STEPS = frozenset(["step", "item", "number", "point", "단계", "번", "순서", "째", "항목", "절차", "순번", "entry"])
TOPS = frozenset(["clause", "section", "paragraph", "article", "chapter", "절", "장", "조", "항"])
PARTS = re.compile(
    r"step|item|number|point|entry|section|chapter|clause|paragraph|article|schedule|append(?:ix|ice)|annexe?|exhibit|enclosure|"
    r"attachment|figure|fig|table|chart|graph|plate|sheet|list|card|note|footnote|page|part|form|box|screenshot|slide|"
    r"단계|절차|절|장|조|항|항목|번|순서|순번|째|부록|별첨|별지|별표|붙임|첨부|그림|사진|화면|도표|표|쪽지|서식|주석|각주|주|목록|꼭지|줄|쪽|기록|카드",
    re.IGNORECASE,
)
"""What parts of a document are called."""
LEAST, FAR, TOP_LEAST = 2, 30, 5


class Part(NamedTuple):
    """A part that a line names: its noun, the kind of its label, and the number that this is."""

    noun: str
    style: str
    place: int
    match: re.Match[str]


def pointed(log: Log, number: int, line: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the parts that a line sends its reader to and that are past the last of the log's own."""
    for part in parts(line) if by_hand(log) else ():
        match = part.match
        if not _is_pointed(line, match) or BEGINS.fullmatch(line[: match.start()]) or _others(line, match):
            continue
        last = _last(log, part, number)
        if last and last < part.place <= last + FAR:
            yield match, f"the last of its kind here is {last}"


def parts(line: str) -> Iterator[Part]:
    """Yield the parts that a line names by number."""
    for match in NAMED.finditer(line):
        if match["noun"]:
            noun, label = match["noun"].lower(), match["label"]
            if label.isdigit():
                yield Part(_singular(noun), "digit", int(label), match)
            elif label.upper() in LETTERS and label.isupper():
                yield Part(_singular(noun), "letter", LETTERS.index(label) + 1, match)
            elif label in SIGNS:
                yield Part(noun, "sign", SIGNS.index(label) + 1, match)
        elif match["n"]:
            yield Part(match["behind"], "digit", int(match["n"]), match)
        elif match["ko"]:
            yield Part(match["part"] or "째", "ordinal", ORDINALS[match["ko"]], match)
        else:
            yield Part(match["thing"].lower(), "digit", ORDINALS[match["en"].lower()], match)


def _singular(noun: str) -> str:
    return noun.removesuffix("s") if noun.isascii() else noun


def _is_pointed(line: str, match: re.Match[str]) -> bool:
    if re.search("[가-힣]", match[0]):
        return KO_TOLD.match(line[match.end() : match.end() + KO_NEAR]) is not None
    return TOLD.search(line[: match.start()]) is not None


def _others(line: str, match: re.Match[str]) -> bool:
    """Return whether a part is another document's."""
    behind = ELSEWHERE.match(line[match.end() :])
    owner = (behind["owner"] or behind["ko"] or "") if behind else ""
    return bool(OWNER.search(line[: match.start()]) or OWNER.search(owner))


def _last(log: Log, part: Part, number: int) -> int:
    """Return the number of the last part of a kind, 0 when the log does not number such parts from one up."""
    noun = part.noun
    if not PARTS.fullmatch(noun) or part.place in {
        place for place, lines in _places(log, noun, part.style) if lines - {number}
    }:
        return 0
    named = _run({place for place, lines in _places(log, noun, part.style) if lines - {number}})
    listed = max(_lists(log), default=0) if noun in STEPS else _top(log) if noun in TOPS else 0
    last = max(named, listed)
    return last if last >= (LEAST if named >= LEAST else LEAST + 1) else 0


def _places(log: Log, noun: str, style: str) -> tuple[tuple[int, frozenset[int]], ...]:
    return _numberings(log).get((noun, style), ())


@lru_cache(maxsize=64)
def _numberings(log: Log) -> dict[tuple[str, str], tuple[tuple[int, frozenset[int]], ...]]:
    """Return each noun's numbers with the lines that give them."""
    found: dict[tuple[str, str], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, line in log.numbered():
        for part in parts(line):
            found[part.noun, part.style][part.place].add(number)
        head = re.match(r"[\s*#>_-]*(?P<noun>[A-Za-z]{4,12})s[:*\s]+(?=1 ?\()", line)
        for one in re.finditer(r"(?<!\w)([1-9]) ?\((?=[^\W\d])", line) if head else ():
            found[head["noun"].lower(), "digit"][int(one[1])].add(number)  # type: ignore[index]
    return {key: tuple((n, frozenset(lines)) for n, lines in places.items()) for key, places in found.items()}


def _run(found: set[int]) -> int:
    """Return how far numbers go from one up, 0 when there is a gap in them."""
    return len(found) if found == set(range(1, len(found) + 1)) else 0


@lru_cache(maxsize=64)
def _lists(log: Log) -> tuple[int, ...]:
    """Return how long the numbered lists of a log are, in one line or down the page."""
    found = []
    run = 0
    for _, line in log.numbered():
        entry = ENTRY.match(line)
        if entry:
            run = run + 1 if int(entry["n"]) == run + 1 else int(entry["n"] == "1")
            found.append(run)
        inner = [int(one["n"]) if one["n"] else ORDINALS[one["ko"]] for one in IN_LINE.finditer(line)]
        if len(inner) > LEAST and inner == list(range(1, len(inner) + 1)):
            found.append(len(inner))
    return tuple(found)


@lru_cache(maxsize=64)
def _top(log: Log) -> int:
    """Return the last number of the parts that a log is made of: `1. Subject` at the top, `16. SIGNATURES` at the end."""
    run = 0
    for _, line in log.numbered():
        match = re.match(r" {0,3}(?:#+ )?(?P<n>\d{1,2})\.? {1,4}\S", line)
        if match and int(match["n"]) == run + 1:
            run += 1
    return run if run >= TOP_LEAST else 0
