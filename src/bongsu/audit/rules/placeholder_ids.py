"""An id made of counting or repeated signs was typed as an example, not copied from an answer.

Source: AWS, Slack and Telegram documentation use 123456789012, 1234567890.123456 and the like as examples; services hand
out none.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
KEY = re.compile(r"(?:^|[\s_.-])id\b|_id|arn|account|request|thread|transaction|번호|아이디|식별자", re.IGNORECASE)
DIGITS = re.compile(r"(?<![\w.-])(\d{6,13})(?![\w.]|-\d)")
NAMED = pattern(
    r"(?:\b(?:message|msg|request|req|trace|correlation|transaction|tx|execution|event|update|callback|session|job|run|chat|user|account|thread|delivery|invocation|operation|change|deployment|conversation|post|bot|query|ticket|case)[ _-]?(?:ids?|no\.?|number|#)|\b(?:ids?|uuid|guid|uid)\b"
    r"|(?:메시지|메세지|요청|거래|실행|작업|세션|계정|채팅방|대화방|글|알림|추적)[ _]?(?:id|아이디|번호|식별자)|아이디|식별자)"
    r"[`\"')]{0,2}\s*(?:[:=#]|is|was|of|는|은|가)?\s*[`\"'(#]{0,2}(?P<id>-?[A-Za-z0-9][\w.-]{3,40})",
    re.IGNORECASE,
)
UUID = pattern(r"(?<![\w-])[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}(?![\w-])", re.IGNORECASE)
UUID_PARTS = (8, 4, 4, 4, 12)
RFC = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""A UUID has its version and its variant in it (RFC 9562)."""
TS = re.compile(r"(?<![\d.])(\d{10})\.(\d{6})(?!\d)")
ARN = re.compile(r"\barn:aws[\w-]*:[\w-]*:[\w-]*:(\d{12}):")
RESOURCE = re.compile(
    r"(?<![\w-])(?:i|vol|sg|subnet|vpc|ami|eni|rtb|igw|snap|sha256|sha|commit|digest)[-: ]`?([0-9a-f]{8,64})\b"
)
SLACK = pattern(r"(?:(?<![\w/])|(?<=archives/)|(?<=client/))([CUTGDB]0?)([0-9A-Z]{7,10})(?!\w)")
HANDLE = pattern(
    r"(?<![\w+/.-])(?<!change/)[A-Z](?=[0-9A-Z]*\d)[0-9A-Z]{9,31}(?![\w+/.-])|(?:(?<=change/)C|(?<=hostedzone/)Z)[0-9A-Z]{9,31}(?!\w)"
)
COUNTED = re.compile(r"0123456789|123456789|ABCDEFGH|23456789A|6789ABCD|9876543210")
"""Capitals and digits that a service draws, and what it never draws."""
HEX = re.compile(r"(?<![\w+])[0-9a-f]{16,128}(?![\w+])")
OCTETS = re.compile(r"(?<![\w:])[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5,31}(?![\w:])")
"""A serial, a fingerprint or a hardware address."""
SHORT = pattern(
    r"(?:\b(?:commit|git|sha|rev(?:ision)?|digest|build|hash|trace|span|head|tag)|커밋|해시|리비전|빌드)[`\"']?(?: ?(?:id|sha|hash|is|was|=|:|at|@))*[ :=@]{1,3}[`\"']?([0-9a-f]{7,12})(?![\w-])",
    re.IGNORECASE,
)
SUFFIX = re.compile(r"(?<![\w-])[a-z][a-z0-9-]+-[0-9a-f]{8,10}-(abcde|xxxxx|12345|aaaaa|abc12|zzzzz)(?![\w-])")
"""A pod's name whose last part nobody drew by lot."""
TICKET = pattern(
    r"(?<![\w.+:/-])(?:[A-Za-z]{2,12}[-_]0{8,}|0{6,}-0{6,})(?![\w.:+-])|(?<![\w-])[A-Z]{2,8}[-_](?:X{3,}|x{3,}|N{3,}|\?{2,}|#{3,})(?![\w-])|(?<!\w)[A-Za-z0-9/+]{6,}EXAMPLE(?:KEY)?(?!\w)"
)
ACCOUNT = pattern(
    r"(?:\baccount|계정)[`\"']?(?: ?(?:id|no\.?|number|번호|아이디))?\W{1,4}(\d{12})(?!\d)", re.IGNORECASE
)
EMPTY = pattern(
    r"(?:번호|코드|아이디|식별자|\b(?:no\.?|number|id|ticket|case|trace|span|serial|ref(?:erence)?|key|permit|order|job|request|change|approval|batch|correlation|transaction)s?)[\"'`]?"
    r"\s{0,2}(?:[:=#]|is\b|was\b|은|는|이|가)?\s{0,2}[\"'`#(]{0,2}(?P<id>0{6,11}|0{13,}|X{5,}(?:-[\dX]+)*|(?:X{2,}-){2,}X+)(?![\w.:+-])",
    re.IGNORECASE,
)
"""A number of zeros or of crosses, where one was to be filled in."""
FILLED_IN = re.compile(
    r"[\W_]{0,6}+(?P<label>[^\W\d_][^:：=|\n]{0,30}?)[ \t]*[:：=][ \t]*[\"'`#]?(?P<id>0{7,11}|0{13,}|X{6,})[\"'`]?[ \t]*,?"
)
MEASURED = re.compile(
    r"crc|checksum|hash|flags?|mask|offset|exit|code|bits?|register|value|counter|count|errors?|합계|값|체크섬|플래그|금액|잔액|건수",
    re.IGNORECASE,
)
"""What may be nought however it is written."""
FAMOUS = frozenset(
    [
        "550e8400e29b41d4a716446655440000",
        "123e4567e89b12d3a456426614174000",
        "f47ac10b58cc4372a5670e02b2c3d479",
        "6ba7b8109dad11d180b400c04fd430c8",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "0af7651916cd43dd8448eb211c80319c",
    ]
)
"""Ids that the documents of the formats themselves show."""
WORDS_IN_HEX = re.compile(r"deadbeef|cafebabe|feedface|badc0ffee|c0ffee|0{8}(?!0)|(?<!0)0{8}$|f{8}")
ORDER = "0123456789abcdef" * 2
RUN_LEAST = 8
MADE = re.compile(
    r"a1b2c3|1a2b3c|abcdef(?:01|12|gh)|abcd1234|1234abcd|12345678|01234567|23456789|deadbeef|cafebabe|abc-?123\b|^abcdef",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"x{4,}|0{4,}|(?:x{2,}-)+x{2,}|placeholder|changeme|replace[_-]?me|dummy\w*|foo(?:bar)?|tbd|your[_-]\w+|insert[_-]\w+|sample[_-]?id|abc(?:def)?|\?{3,}",
    re.IGNORECASE,
)
DOCUMENTED = ("111122223333", "444455556666", "123456789012", "012345678901")
EMULATED = "0" * 12
"""The account that imitations of AWS really have; of an account in earnest it says openly that it is left out."""
ABOUT_EXAMPLES = pattern(
    r"(?<!\.)\b(?:example|placeholder|format|template|sample|documentation|dummy|masked|redacted|e\.g\.|such as|made up|looks like|instead of)\b|예시|형식|양식|견본|가림|마스킹",
    re.IGNORECASE,
)
DUMPED = re.compile(r"\bhex [0-9a-f]{4,}|\b0x[0-9a-f]{8,}", re.IGNORECASE)
"""What a database shows of its bytes is a number with its zeros."""
MESSAGE = pattern(
    r"(?:\b(?:message|msg)|메시지|메세지) ?#?(\d{6,12})(?![\w.,-])(?! ?(?:rows|건|개|bytes))", re.IGNORECASE
)
ID_HEAD = re.compile(r"(?:.*[ _])?ids?|.*번호|.*아이디|.*식별자|.*number")
COUNT = "12345678901234567890"
COUNT_ALONE = pattern(r"(?<![\w.+/-])(?:1234567890|0123456789|9876543210|0987654321)(?![\w.-])")
"""All ten digits in their order: no count, no amount and no number that is drawn."""
NEAR_BY = 20
LEAST = 6
"""Signs of a number that say something: of five, one in some thousand counts up by chance."""
TYPED = ("123456", "654321", "012345", "234567", "987654")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids that count up, repeat a pattern, or lie beside 123456789."""
    for log in logs:
        seen: dict[tuple[int, str], Hit] = {}
        for record in records(log):
            for one in record.fields:
                if KEY.search(one.key) and (made := _made_up(one.value)):
                    seen.setdefault((one.spot.line, made), _hit(log, one.spot.line, made))
        for number, line in log.numbered():
            if not ABOUT_EXAMPLES.search(line) and not DUMPED.search(line):
                for made in _in_line(line):
                    seen.setdefault((number, made), _hit(log, number, made))
        for number, made in _in_tables(log):
            seen.setdefault((number, made), _hit(log, number, made))
        yield from seen.values()


def _hit(log: Log, number: int, made: str) -> Hit:
    return Hit(
        spot=log.at(number, made),
        why=f"{made} looks like an example, not like an id that a service handed out",
        instead="the id as the recorded response has it",
    )


def _in_line(line: str) -> Iterator[str]:
    yield from (match["id"] for match in EMPTY.finditer(line))
    if (form := FILLED_IN.fullmatch(line)) and not MEASURED.search(form["label"]):
        yield form["id"]
    yield from (match[0] for match in UUID.finditer(line) if _fake_hex(match[0]))
    yield from (match[0] for match in TS.finditer(line) if _counting(match[1]) or match[2] in TYPED or _same(match[2]))
    yield from (match[1] for match in ARN.finditer(line) if match[1] in DOCUMENTED or _fake_digits(match[1]))
    yield from (match[0] for match in HEX.finditer(line) if _made_hex(match[0]))
    yield from (match[0] for match in OCTETS.finditer(line) if _made_octets(match[0].lower().split(":")))
    yield from (match[1] for match in SHORT.finditer(line) if _short(match[1].lower()))
    yield from (match[0] for match in SUFFIX.finditer(line))
    yield from (match[0] for match in COUNT_ALONE.finditer(line))
    yield from (match[0] for match in TICKET.finditer(line))
    yield from (match[1] for match in ACCOUNT.finditer(line) if match[1] in DOCUMENTED or _fake_digits(match[1]))
    yield from (match[1] for match in RESOURCE.finditer(line) if _fake_hex(match[1]))
    yield from (match[0] for match in HANDLE.finditer(line) if COUNTED.search(match[0]))
    if "hooks.slack.com" not in line:
        yield from (match[0] for match in SLACK.finditer(line) if _fake_slack(match[2]))
    yield from (match[1] for match in MESSAGE.finditer(line) if _fake_digits(match[1]))
    for match in NAMED.finditer(line):
        told = match["id"].rstrip(".-_")
        digits = told.removeprefix("-100").lstrip("-")
        if digits.isdigit() and len(digits) >= LEAST:
            if _fake_digits(digits) or told in DOCUMENTED:
                yield told
        elif UUID.fullmatch(told) is None and (WORDS.fullmatch(told) or (MADE.search(told) and re.search(r"\d", told))):
            yield told


def _in_tables(log: Log) -> Iterator[tuple[int, str]]:
    for grid in grids(log):
        for place, head in enumerate(grid.heads):
            for row in grid.rows if ID_HEAD.fullmatch(head) else ():
                told = row[place].text.removeprefix("-100").lstrip("-")
                if told.isdigit() and len(told) >= LEAST and _fake_digits(told):
                    yield row[place].spot.line, row[place].text


def _fake_slack(rest: str) -> bool:
    return bool(re.fullmatch(r"X{5,}|0{6,}", rest)) or (rest.isdigit() and (_counting(rest) or _same(rest)))


def _counting(digits: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(digits)}
    return steps in ({1}, {9})


def _same(digits: str) -> bool:
    return len(set(digits)) == 1 and digits[0] != "0"


def _fake_digits(digits: str) -> bool:
    if digits == EMULATED:
        return False
    near = len(digits) >= 6 and len(digits) <= len(COUNT) and abs(int(digits) - int(COUNT[: len(digits)])) <= NEAR_BY
    again = re.fullmatch(r"(\d{2,4}?)\1+", digits)
    repeated = again and len(digits) >= 6 and (_counting(again[1]) or len(digits) >= 8)
    return _counting(digits) or _same(digits) or near or bool(repeated)


def _made_hex(text: str) -> bool:
    """Return whether a number in base 16 counts up or down, repeats, spells a word or is in the documents of its format."""
    if not re.search("[a-f]", text) or text in FAMOUS:
        # A number without a letter may be one of any kind.
        return text in FAMOUS
    again = any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))
    runs = (text[place : place + RUN_LEAST] for place in range(len(text) - RUN_LEAST + 1))
    counting = any(run in ORDER or run[::-1] in ORDER for run in runs)
    return again or counting or bool(WORDS_IN_HEX.search(text) or re.fullmatch(r"(?:(.)\1)+", text))


def _made_octets(octets: list[str]) -> bool:
    """Return whether a serial in pairs counts up, repeats or spells a word: `DE:AD:BE:EF`, `00:11:22:33`, `01:23:45:67`."""
    text = "".join(octets)
    return all(one[0] == one[1] for one in octets) or len(set(octets)) <= 2 or text in ORDER or _made_hex(text)


def _short(text: str) -> bool:
    """Return whether a short hash is typed: `1234567`, `abcdef1`, `1a2b3c4`."""
    odd, even = text[::2], text[1::2]
    return any(one in ORDER for one in (text, text[:6])) or (len(odd) >= 4 and odd in ORDER and even in ORDER)


def _fake_hex(text: str) -> bool:
    plain = text.replace("-", "").lower()
    groups = text.lower().split("-")
    common = max(plain.count(sign) for sign in set(plain))
    alike = common >= 0.75 * len(plain) or (len(groups) > 1 and all(len(set(group)) == 1 for group in groups))
    form = len(groups) == len(UUID_PARTS) and not RFC.fullmatch(text.lower())
    return (
        alike
        or form
        or plain in FAMOUS
        or len(set(plain)) <= 2
        or bool(MADE.search(plain))
        or not re.fullmatch(r"[0-9a-f]+", plain)
    )


def _made_up(value: str) -> str:
    if (found := UUID.search(value)) and _fake_hex(found[0]):
        return found[0]
    for match in DIGITS.finditer(value):
        if _fake_digits(match[1]):
            return match[1]
    return ""
