"""References to an entry by its sign, past the last of the log's own: `바. 항목`, `⑦`, `point (f)`, `part VI`, `under Thirdly`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

_LEAD = r"[\s>*|#_\[(-]{0,12}"
_KO = "가나다라마바사아자차카타파하"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMANS = "|".join(sorted(_ROMAN, key=len, reverse=True))
_ADVERBS = ("firstly", "secondly", "thirdly", "fourthly", "fifthly", "sixthly")
_PART = r"(?:points?|items?|steps?|parts?|paragraphs?|paras?|clauses?|sections?|chapters?|rules?|entr(?:y|ies)|headings?|letters?|bullets?|notes?|questions?|articles?|lists?)"


class Style(NamedTuple):
    """A row of signs by which entries are told apart."""

    signs: tuple[str, ...]
    entry: re.Pattern[str]
    """How an entry begins that has one."""
    pointed: re.Pattern[str]
    """How a text speaks of the entry that has one."""


STYLES = (
    Style(
        tuple(_KO),
        re.compile(rf"{_LEAD}(?P<sign>[{_KO}])[.)] ?\S"),
        re.compile(
            rf"(?<![가-힣A-Za-z\d])\(?(?P<sign>[{_KO}])(?:[.)] ?(?:항목|항|목|번|호|절|조)|(?:항목|항|목)(?=[의에을를은는과와대처 ]))"
            rf"|(?:항목|머리글|조항|단락|절차|순서|주의|규칙|약속|목록)(?:의|에서|에)? ?\(?(?P<other>[{_KO}])[.)]"
        ),
    ),
    Style(
        tuple("①②③④⑤⑥⑦⑧⑨⑩⑪⑫"),
        re.compile(rf"{_LEAD}(?P<sign>[①-⑫])"),
        re.compile(r"(?<=[^\s>*|#_(\[-])[\s(\[]{0,2}(?P<sign>[①-⑫])(?![①-⑫])"),
    ),
    Style(
        tuple("abcdefghijklm"),
        re.compile(rf"{_LEAD}(?P<sign>[a-m])[.)] \S"),
        re.compile(
            rf"\b{_PART} (?:\((?P<sign>[a-m])\)|(?P<other>[b-hj-m])(?=[.,;:)]|$| (?:above|below|of the|in the)))"
        ),
    ),
    Style(
        _ROMAN,
        re.compile(rf"{_LEAD}(?:(?i:{_PART}) )?(?P<sign>{_ROMANS})[.):] ?\S"),
        re.compile(rf"\b(?i:{_PART}) (?P<sign>{_ROMANS})(?![\w.-])"),
    ),
    Style(
        _ADVERBS,
        re.compile(rf"{_LEAD}(?P<sign>{'|'.join(_ADVERBS)}),? \S", re.IGNORECASE),
        re.compile(rf"\b(?:under|in|at|see|per|by|from) [\"“'`*]?(?P<sign>{'|'.join(_ADVERBS)})\b", re.IGNORECASE),
    ),
)
ANOTHERS = re.compile(
    r"[\])\"'”’.]{0,2}(?: of|의) (?:the |our |their |its )?(?:manual|wiki|handbook|policy|contract|guide|standard|agreement|law|act|매뉴얼|위키|규정|계약|지침|약관)|\b(?:manual|wiki|handbook|policy|contract|guide|standard|agreement|law|act)\b.{0,20}$|(?:매뉴얼|위키|규정|계약서?|지침|약관)\S{0,2} ?$",
    re.IGNORECASE,
)
LEAST, FAR = 2, 8


def past_signs(log: Log, line: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield the entries of which a line speaks by a sign that is behind the last that the log has."""
    for style, last in zip(STYLES, _lasts(log), strict=True):
        for match in style.pointed.finditer(line) if last >= LEAST else ():
            sign = next(text for text in match.groups() if text)
            place = style.signs.index(sign.lower() if style.signs is _ADVERBS else sign)
            begun = style.entry.match(line)
            if begun and begun.start("sign") == match.start("sign"):
                continue
            if last <= place < last + FAR and not _anothers(line, match):
                yield match, f"the last of its kind here is {style.signs[last - 1]}"


def _anothers(line: str, match: re.Match[str]) -> bool:
    return bool(ANOTHERS.match(line, match.end()) or ANOTHERS.search(line[max(0, match.start() - 40) : match.start()]))


@lru_cache(maxsize=64)
def _lasts(log: Log) -> tuple[int, ...]:
    """Return of each style how many signs from the first on begin a line; 0 where a later one does so, too."""
    found: list[set[int]] = [set() for _ in STYLES]
    for _, line in log.numbered():
        for style, places in zip(STYLES, found, strict=True):
            if match := style.entry.match(line):
                sign = match["sign"]
                places.add(style.signs.index(sign.lower() if style.signs is _ADVERBS else sign))
    return tuple(len(places) if places == set(range(len(places))) else 0 for places in found)
