"""Numbers by which a thing is known, wherever they stand: permits, tickets, telephones, addresses, accounts, hashes.

A designator is told from an amount by its shape (letters and digits in one word, a telephone's groups, a length that
nobody counts to) or by the noun in front of it (`permit 4471`, `내선 3382`). Times, dates, amounts with a unit and
numbers that are handed out in turn (messages, rows, runs) are none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, count
from operator import ne
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.findings import Spot
from bongsu.audit.patterns import pattern
from bongsu.audit.typed import refused_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

PHONE = pattern(
    r"(?<![\w-])(?P<digits>0\d{1,2}[-. ]\d{3,4}[-. ]\d{4}|01[016-9]\d{7,8}|\+\d{1,3}[ -]\d{1,4}[ -]\d{3,4}[ -]\d{3,4})(?![A-Za-z0-9_-])"
)
WORD = re.compile(
    r"(?<![A-Za-z0-9_.,:/+-])-?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?(?![A-Za-z0-9_]|[,.]\d)|(?<=[:/@=#])[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?(?![A-Za-z0-9_]|[,.:]\d)"
)
DATE = re.compile(
    r"(?:19|20)\d\d[-.]?(?:0[1-9]|1[0-2])[-.]?(?:0[1-9]|[12]\d|3[01])(?:T\d.*|[-_.]?\d{0,6})?|\d{1,2}[-.]\d{1,2}(?:[-.]\d{2,4})?|\d{1,2}[A-Z][a-z]{2}\d{2,4}|(?:19|20)\d\d(?:-\d\d)?"
)
AMOUNT = re.compile(
    r"-?\d+(?:\.\d+)?(?:[A-Za-z]{1,4}|[xX]\d+)?|[Tv]?\d+(?:\.\d+)+|(?:T|W|Q|H|v|V|x|port|p)\d+|\d+(?:st|nd|rd|th)"
)
ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
HASH = re.compile(r"(?=\D*\d)(?=[^a-f]*[a-f])(?:[0-9a-f]{7,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
HANDLE = re.compile(r"(?=(?:\d*[A-Z]){4})(?=(?:[A-Z]*\d){2})[A-Z0-9]{9,30}")
"""An id of Slack or a cloud: capitals and digits in no order."""
MEMBER = re.compile(r"[UWCDGBT]0\d{5,}")
"""A person or a channel of Slack, where those are counted: as many as take part, and none another's slip."""
EPOCH = re.compile(r"1[4-9]\d{8}(?:\d{3}|\d{6})?")
LONG = 9
GROUP_LEAST = 3
HEADED = re.compile(
    r"(?P<head>(?-i:\b[A-Z]{2,6}\b)|\b(?:permit|ticket|change|case|order|incident|docket|invoice|ext|extension|room|van|truck|lorry|vehicle|car|rack|badge|card|account|form|certificate|serial|build|patch|template|campaign|contract|customer|booking|reservation|flight|meter|valve|house|asset|drawing|work order|purchase order|reference|ref|file|policy|seal|licen[cs]e|parcel|batch|lot|pallet|container|crew|unit|pump|boiler|cabinet|locker|kiosk)\b"
    r"|허가|티켓|변경|주문|전표|접수|내선|사번|계약|공문|문서|템플릿|캠페인|예약|차량|호차|장비|일련|관리|작업|결재|품의|승인|신청|의뢰|송장|운송장|회선|좌석|객실|사물함)"
    r"[ \t]{0,3}(?:(?:no|nr|num|number|id|code|ref|reference)\b\.?|번호|코드|호|서)?(?:[은는이가을를의]|에)?[ \t]{0,3}[:：=#№(*`]{0,4}[ \t]{0,8}$",
    re.IGNORECASE,
)
UNITS = frozenset(
    [
        "UTC",
        "KST",
        "CET",
        "CEST",
        "EST",
        "EDT",
        "CST",
        "CDT",
        "PST",
        "PDT",
        "BST",
        "GMT",
        "IST",
        "JST",
        "HTTP",
        "HTTPS",
        "KRW",
        "USD",
        "EUR",
        "GBP",
        "JPY",
        "MB",
        "GB",
        "KB",
        "TB",
        "TTL",
        "RPO",
        "RTO",
        "SLA",
        "AM",
        "PM",
        "PID",
        "LSN",
        "MSG",
        "ID",
        "UID",
        "POST",
        "GET",
        "PUT",
        "OK",
        "CPU",
        "RAM",
        "AS",
        "ISO",
        "RFC",
        "DNS",
        "TCP",
        "UDP",
        "SQL",
        "TLS",
        "SSL",
        "IN",
        "AT",
        "TO",
        "OF",
        "ON",
        "BY",
        "NO",
        "ALL",
        "AND",
        "THE",
        "FOR",
    ]
)
FOLLOWED = re.compile(
    r"^[`*)\]\"']{0,3}[ \t]?(?:%|ms\b|s\b|sec|min\b|hours?\b|rows?\b|records?\b|items?\b|messages?\b|mails?\b|people\b|times\b|users?\b|members\b|orders\b|lines\b|requests?\b|bytes?\b|[KMG]i?B\b|won\b|m\b|km\b|°|/|건|명|개|원|행|줄|회|초|분|시간|통|곳|장|대|호기|월|일|년|페이지|자|kg)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Designator:
    """One number of a thing, in every place where a log has it."""

    kind: str
    head: str
    """What two numbers must have alike to be of one row: the noun in front, or the letters of the word itself."""
    text: str
    digits: str
    """The signs that a slip of the hand would change."""
    spots: tuple[Spot, ...]

    @property
    def lines(self) -> frozenset[int]:
        """Return the lines in which it stands."""
        return frozenset(spot.line for spot in self.spots)


@lru_cache(maxsize=64)
def designators(log: Log) -> tuple[Designator, ...]:
    """Return every designator of a log in the order of first lines; of lines that are taken back or were refused none."""
    found: dict[tuple[str, str, str], list[tuple[str, Spot]]] = defaultdict(list)
    refused = refused_lines(log)
    for number, line in log.numbered():
        if any(sign.isdigit() for sign in line) and not withdrawn(log, number) and number not in refused:
            for kind, head, digits, column, text in _in_line(line):
                spot = Spot(log.name, number, column + 1, column + 1 + len(text))
                found[kind, head, digits].append((text, spot))
    return tuple(
        Designator(kind=kind, head=head, digits=digits, text=places[0][0], spots=tuple(spot for _, spot in places))
        for (kind, head, digits), places in found.items()
    )


def _in_line(line: str) -> Iterator[tuple[str, str, str, int, str]]:
    rest = line
    for match in PHONE.finditer(line):
        rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
        yield "telephone", "", re.sub(r"\D", "", match["digits"]), match.start(), match[0]
    for match in WORD.finditer(rest):
        word = match[0]
        if not any(sign.isdigit() for sign in word):
            continue
        if kind := _kind(rest, match):
            head = _head(rest, match) if kind == "number" else re.sub(r"\d", "#", word)
            head = "" if kind in ("hash", "handle") else head
            yield kind, head, word if kind != "address" else word.replace(".", " "), match.start(), word


def _kind(line: str, match: re.Match[str]) -> str:
    """Return what a word is the designator of, by its shape; nothing for a time, a date or an amount."""
    word = match[0]
    if DATE.fullmatch(word):
        return ""
    if ADDRESS.fullmatch(word):
        return "address"
    if HASH.fullmatch(word):
        return "hash"
    if HANDLE.fullmatch(word) and re.search("[A-Z]", word):
        return "handle"
    plain = word.lstrip("-")
    if plain.isdigit():
        if len(plain) >= LONG:
            return "" if EPOCH.fullmatch(plain) else "account"
        return "number" if len(plain) >= GROUP_LEAST and _head(line, match) else ""
    if AMOUNT.fullmatch(word) or "." in word:
        return ""
    short = re.fullmatch(r"[A-Z]{2,8}(?:-\d\d){1,3}", word)
    if MEMBER.fullmatch(word):
        return ""
    return "ticket" if short or any(len(group) >= GROUP_LEAST for group in re.findall(r"\d+", word)) else ""


def _head(line: str, match: re.Match[str]) -> str:
    found = HEADED.search(line[max(0, match.start() - 40) : match.start()])
    if found is None or found["head"] in UNITS or FOLLOWED.match(line[match.end() :]):
        return ""
    return found["head"].lower()


def turned(one: str, other: str, places: list[int]) -> bool:
    """Return whether two signs changed round make one designator of another, that differs from it in these places."""
    if len(places) != 2:
        return False
    first, last = places
    return one[first] == other[last] and one[last] == other[first] and one[first : last + 1].isalnum()


def apart(one: str, other: str) -> list[int]:
    """Return the places in which two designators of one length differ."""
    if len(one) != len(other):
        return []
    return list(compress(count(), map(ne, one, other)))
