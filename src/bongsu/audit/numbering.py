"""How a log numbers its own parts: steps of its lists, sections, appendices, footnotes, entries of its JSON lists.

Each numbering is the labels that structure gives (a heading, a caption, the head of a list's line, a table's first
column, a member of an object), never those that a sentence only speaks of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

from bongsu.audit.log import HEADING
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bongsu.audit.log import Log

WORDS = {
    "step": r"steps?|stage|단계|절차",
    "item": r"item|point|action|항목",
    "section": r"sections?|sect\.?|chapters?|§|절|장",
    "appendix": r"appendi(?:x|ces)|annex|exhibits?|addend(?:um|a)|enclosure|schedule(?= [A-Z]\b)|부록|별첨|별지|붙임",
    "attachment": r"attachments?|첨부(?:물|파일)?",
    "figure": r"fig(?:ure|\.)s?|screenshots?|graph|chart|그림|사진|화면|도표",
    "table": r"tables?|표",
    "footnote": r"footnotes?|각주|주석",
    "note": r"(?:notes?|remarks?)(?![a-z])|비고|참고",
}
"""What a part is called, by kind."""
KIND_OF = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in WORDS.items()), re.IGNORECASE)
_ANY = "|".join(WORDS.values())
LABEL = r"(?:\d{1,2}(?:\.\d{1,2})?|(?-i:[A-Z])(?![A-Za-z])|[가나다라마바사아](?![가-힣]))"
CAPTION = re.compile(
    rf"^[\s>#*_|(\[`!\"-]*(?:\d{{1,2}}[.)]\s+)?(?P<word>{_ANY}) ?[#№]?(?P<label>{LABEL})(?P<after>$|\s*[.:：)\]—–|*_(]|\s+-\s|\s{{2,}}|\s)",
    re.IGNORECASE,
)
"""The beginning of a line that names a part; what stands behind it tells whether it is the part itself."""
ENTRY = re.compile(
    r"^[\s>#*|/;-]*(?:\[[ xX]\]\s*)?(?:step\s+)?(?P<n>\d{1,2})(?:[.):\]]|단계|\s*\|)?[*_`]*\s+[*_`]*\S", re.IGNORECASE
)
SECOND = re.compile(r"\S\s{2,}(?P<n>\d{1,2})[.)]?\s\S")
"""The entry of a list that is set in two columns."""
DONE = re.compile(
    r"^[\s\-*•>|\[(]*(?:\d{1,2}:\d\d(?::\d\d)?[\])|\s:–-]*)?(?:steps?|단계)\s*(?P<n>\d{1,2})\b|(?P<ko>\d{1,2})\s*단계",
    re.IGNORECASE,
)
TITLE = re.compile(r"^(?P<n>\d{1,2})(?:[.)]|\.\d)?\s+\S.{0,60}$")
NOTE = re.compile(
    r"^\s*(?:\[\^?(?P<a>\d{1,2})\]:?|(?:주|note|각주)\s?(?P<b>\d{1,2})[).:]|(?P<c>[¹²³⁴⁵⁶⁷⁸⁹]))\s*\S", re.IGNORECASE
)
SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
NAMED_ROW = re.compile(r"(?P<prefix>[A-Z]{1,3})-?(?P<n>\d{1,2})")
ROW_KEYS = ("id", "key", "ref", "code")
COUNTERS = frozenset(("seq", "n", "no", "nr", "step", "index", "number", "entry", "num", "#"))
MARKED = re.compile(
    r"^\s*(?:[>*|+-]\s*(?:\[[ xX-]\]\s*)?[*_`]*(?P<prefix>[A-Z]{1,3})-?(?P<n>\d{1,2})[*_`]*(?:[.:)|]|\s)|[*_`]*(?P<bare>[A-Z]{1,3})-?(?P<m>\d{1,2})[*_`]*(?:[.:)]|\s\s))"
)


LISTED = pattern(
    rf"(?P<word>{_ANY}) ?[#№]?(?P<label>{LABEL})[.:)]? {{0,2}}\(?(?=[^\W\d_]{{2}}|[가-힣] [^\W\d_])(?!(?:and|or|to|와|과|및)\b)",
    re.IGNORECASE,
)


LIST_HEAD = re.compile(
    rf"^[\s#>*_=■□【\[-]*(?:list of )?(?P<word>{_ANY})s?(?: ?(?:목록|파일|list|files))?(?: ?\(\d+\))?[*_\s】\]=:：-]*$",
    re.IGNORECASE,
)
"""`## 붙임`, `attachments:`, `Enclosures`: under it stands the list of them."""
ATTACHED = re.compile(
    r"^\W*(?P<word>attachments?|enclosures?|첨부(?:파일)?|붙임|별첨)(?: ?\(\d\))?(?: ?[:：]|\s{1,4}(?=1[.)]))",
    re.IGNORECASE,
)
ALONE_IN_BRACKETS = re.compile(r"\s*\([^()]{3,24}\)[.,;]?\s*")
"""A reference that the line above was too long for."""
OWN_LABEL = re.compile(r"^[\s>*|-]*[\[(]?(?P<label>\d|(?-i:[A-I]))[\])]?[.:)\s]\s*\S")
HEADED_MOST = 14


def kind(word: str) -> str:
    """Return the kind that a word names."""
    found = KIND_OF.match(word)
    return next((name for name, text in found.groupdict().items() if text), "") if found else ""


@lru_cache(maxsize=64)
def captions(log: Log) -> dict[str, frozenset[str]]:
    """Return the labels of parts that have a heading or a caption of their own, by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, line in log.numbered():
        match = CAPTION.match(line)
        if match and _is_caption(log, number, line, match):
            found[kind(match["word"])].add(match["label"].upper())
        for name, labels in (*enumerated(line), *_attached(line)):
            found[name] |= labels
        if (match := LIST_HEAD.match(line)) and (labels := _headed(log, number)):
            found[kind(match["word"])] |= labels
        if match := NOTE.match(line):
            note = match["a"] or match["b"] or str(SUPERSCRIPT.index(match["c"]))
            found["footnote"].add(note)
    return {name: frozenset(labels) for name, labels in found.items()}


def _headed(log: Log, number: int) -> set[str]:
    """Return the numbers or letters of the list under a head that is only the word for such parts."""
    labels: list[str] = []
    for _, line in log.numbered(number + 1, number + HEADED_MOST):
        match = OWN_LABEL.match(line)
        if match:
            labels.append(match["label"].upper())
        elif HEADING.fullmatch(line) or (labels and not line.strip()):
            break
    return set(labels) if labels in (list("123456789")[: len(labels)], list("ABCDEFGHI")[: len(labels)]) else set()


def _attached(line: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the numbers of what a mail's head says is attached: `Attachments: (1) zone.txt  (2) calls.txt`."""
    head = ATTACHED.match(line)
    labels = re.findall(r"(?<![\w.])[(\[]?([1-9])[)\].] ?(?=[^\W\d])", line[head.end() :]) if head else []
    if head and len(labels) > 1 and labels == list("123456789")[: len(labels)]:
        yield kind(head["word"]), set(labels)


def enumerated(line: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the parts that one line lists, each with what it is: `첨부1 문안.pdf, 첨부2 추출.sql`, `Annex A (calls), Annex B (chat)`."""
    listed: dict[str, list[str]] = defaultdict(list)
    for match in LISTED.finditer(line):
        listed[kind(match["word"])].append(match["label"].upper())
    for name, labels in listed.items():
        if len(labels) > 1 and labels in (list("123456789")[: len(labels)], list("ABCDEFGHI")[: len(labels)]):
            yield name, set(labels)


def _is_caption(log: Log, number: int, line: str, match: re.Match[str]) -> bool:
    if HEADING.fullmatch(line):
        return True
    if ALONE_IN_BRACKETS.fullmatch(line):
        return False
    after = match["after"]
    rest = line[match.end() :].strip(" *_|=-")
    if after.strip() or not after or len(after) > 1:
        return len(rest) <= 100 or after.strip() in (":", ".")
    # A title alone in its paragraph: `Exhibit A The pods`, with nothing of a sentence about it.
    last = len(log.text.lines)
    if not rest and re.search(r"[-=]{3}", line):
        return True
    alone = (number == 1 or not log.line(number - 1).strip()) and (number == last or not log.line(number + 1).strip())
    return (
        alone
        and len(rest) <= 50
        and not re.search(r"[.,;?!]|다$|음$|함$|\b(?:is|are|was|has|shows?|lists?|gives?)\b", rest)
    )


@lru_cache(maxsize=64)
def lists(log: Log) -> tuple[tuple[int, int], ...]:
    """Return the numbered lists of a log that go from one up without a gap: first line, and last number."""
    found: list[tuple[int, int]] = []
    start, seen = 0, set[int]()
    quiet = 0
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        here = _entries(line)
        if here and not (start == 0 and 1 not in here):
            start = start or number
            if 1 in here and 1 in seen:
                found += _whole(start, seen)
                start, seen = number, set()
            seen |= here
            quiet = 0
        elif start and (not line.strip() or here == set()):
            quiet += 1
            if quiet > 12 or HEADING.fullmatch(line):
                found += _whole(start, seen)
                start, seen, quiet = 0, set(), 0
    found += _whole(start, seen)
    return tuple(found)


def _entries(line: str) -> set[int]:
    match = ENTRY.match(line)
    if match is None or re.match(r"\s*\d{1,2}[:.]\d", line):
        return set()
    return {int(match["n"]), *(int(one["n"]) for one in SECOND.finditer(line, match.end()))}


def _whole(start: int, seen: set[int]) -> Iterator[tuple[int, int]]:
    if len(seen) >= 2 and seen == set(range(1, len(seen) + 1)):
        yield start, len(seen)


@lru_cache(maxsize=64)
def steps_done(log: Log) -> int:
    """Return the highest step that a line of its own tells of, 0 without one."""
    return max((int(match["n"] or match["ko"]) for _, line in log.numbered() if (match := DONE.match(line))), default=0)


@lru_cache(maxsize=64)
def last_title(log: Log) -> int:
    """Return the last number of the headings that count from one: Markdown's, and lines that stand alone or are underlined."""
    found = {int(match["n"]) for one in log.sections if one.level and (match := TITLE.match(one.title))}
    last = len(log.text.lines)
    for number, line in log.numbered():
        match = TITLE.match(line)
        if match and not log.fenced(number) and (number == 1 or not log.line(number - 1).strip()):
            below = log.line(number + 1) if number < last else ""
            if not below.strip() or below.startswith((" ", "\t", "-", "=")):
                found.add(int(match["n"]))
    # `# 31 pods restarted`, the comment of a shell, is no heading of theirs.
    return run(found)


def run(found: Collection[int]) -> int:
    """Return how far numbers go from one up without a gap; 0 when one is not among them."""
    return next(number - 1 for number in count(1) if number not in found)


@lru_cache(maxsize=64)
def marks(log: Log) -> dict[str, frozenset[int]]:
    """Return the numbers behind a letter that lines and rows begin with: `A1`, `A2`, `R-3`."""
    found: dict[str, set[int]] = defaultdict(set)
    for _, line in log.numbered():
        if match := MARKED.match(line):
            found[match["prefix"] or match["bare"]].add(int(match["n"] or match["m"]))
    for prefix, numbers in _named_rows(log):
        found[prefix] |= numbers
    return {
        prefix: frozenset(seen)
        for prefix, seen in found.items()
        if len(seen) >= 3 and seen == set(range(1, len(seen) + 1))
    }


def _named_rows(log: Log) -> Iterator[tuple[str, set[int]]]:
    """Yield the ids that the entries of one JSON list have: `[{"id": "C1"}, {"id": "C2"}]`."""
    for _, value, _ in payloads(log):
        for _, one in walk(value):
            rows = [row for row in one if isinstance(row, dict)] if isinstance(one, list) else []
            ids = [NAMED_ROW.fullmatch(str(row.get(key))) for row in rows for key in ROW_KEYS if key in row]
            prefixes = {match["prefix"] for match in ids if match}
            if len(prefixes) == 1 and len(ids) == len(rows):
                yield prefixes.pop(), {int(match["n"]) for match in ids if match}


@lru_cache(maxsize=64)
def counters(log: Log) -> dict[str, int]:
    """Return the words with which entries of a JSON list can be called, each with the list's last number."""
    found: dict[str, int] = {}
    for _, value, _ in payloads(log):
        for path, one in walk(value):
            rows = [row for row in one if isinstance(row, dict)] if isinstance(one, list) else []
            for key in {key for row in rows for key in row if str(key).lower() in COUNTERS}:
                seen = [row.get(key) for row in rows]
                if len(seen) >= 3 and seen == list(range(1, len(seen) + 1)):
                    name = str(path[-1]).lower() if path else ""
                    for word in {str(key).lower(), name.removesuffix("s"), "entry"} - {"", "n", "#"}:
                        found[word] = max(found.get(word, 0), len(seen))
    return found
