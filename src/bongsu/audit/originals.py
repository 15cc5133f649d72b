"""Texts of messages as an appendix of a log keeps them: set in under a title of their own, or as mails with their heads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

Lines = list[tuple[int, str]]
MAIL_FROM = pattern(r"\s*(?:\*\*)?(?:from|보낸 ?사람|발신(?:자|인)?)(?:\*\*)?\s*[:：]", re.IGNORECASE)
MAIL_HEAD = re.compile(
    r"\s*(?:\*\*)?(?:from|to|cc|bcc|date|sent|subject|reply-to|message-id|in-reply-to|보낸 ?사람|받는 ?사람|참조|수신(?:자|인)?|발신(?:자|인)?|제목|날짜|일시|보낸 ?(?:시각|날짜|시간))(?:\*\*)?\s*[:：]",
    re.IGNORECASE,
)
MAIL_DATE = re.compile(r"\s*(?:\*\*)?(?:date|sent|날짜|일시|보낸 ?(?:시각|날짜|시간))(?:\*\*)?\s*[:：]", re.IGNORECASE)
MAIL_ENDS = re.compile(r"\s*(?:-{3,}|_{5,}|={3,}|On .{10,80} wrote:|>|Begin forwarded|-- ?$)")
MAIL_MOST = 60
COPIED = re.compile(
    r"\b(?:texts?|wording|words|copy|copies|verbatim|as (?:it was |they were )?(?:sent|posted)|messages? (?:sent|posted)|(?:sent|posted) messages?|what (?:was|we) (?:sent|posted))\b|원문|본문|문구|그대로|보낸 ?(?:글|메시지|메세지|공지|문자|내용)|발송 ?(?:글|메시지|내용|문)|게시 ?(?:글|문)",
    re.IGNORECASE,
)
TITLE = re.compile(r"\s*(?:[\w가-힣]{1,3}(?:[-.]\d{1,2})*[.)]?\s+|[■□▶●◆#*-]+\s*)?[^\W\d_].*")
TITLE_MOST = 60
DATA = re.compile(
    r"\s*(?:[{}\]|$<>`]|\[\s*(?:[{\[\"\d]|$)|\d{1,2}:\d\d|20\d\d-|REPORT |START |END |(?:aws|kubectl|curl|psql) )"
)
TEXT_MOST = 25
OPENING, CLOSING = ('"', "“", "「"), ('"', "”", "」")
QUOTED_MOST = 12


def titled(log: Log) -> Iterator[Lines]:
    """Yield what stands set in below a title, where it or a title above it says that texts as they were sent follow."""
    chain: list[tuple[int, str]] = []
    number, last = 1, len(log.text.lines)
    while number <= last:
        line = log.line(number)
        if not line.strip() or log.fenced(number):
            number += 1
            continue
        depth = _depth(line)
        chain = [one for one in chain if one[0] < depth]
        below = number + 1 if number < last and log.line(number + 1).strip() else number + 2
        if below <= last and _depth(log.line(below)) > depth and _is_title(line):
            chain.append((depth, line))
            if any(COPIED.search(text) for _, text in chain) and (found := _set_in(log, below, depth)):
                yield found
                number = found[-1][0]
        elif _is_title(line):
            chain.append((depth, line))
        number += 1


def _is_title(line: str) -> bool:
    return (
        len(line.strip()) <= TITLE_MOST
        and TITLE.fullmatch(line) is not None
        and not line.rstrip().endswith((".", "다", ","))
        and not DATA.match(line)
    )


def _set_in(log: Log, start: int, depth: int) -> Lines:
    """Return the lines of a text that is set in below a title; nothing where data or further titles stand there."""
    found: Lines = []
    for number in range(start, min(start + TEXT_MOST, len(log.text.lines) + 1)):
        line = log.line(number)
        if not line.strip() or _depth(line) <= depth:
            break
        found.append((number, line))
    if not found or DATA.match(found[0][1]) or any(log.fenced(number) for number, _ in found):
        return []
    ends = found[-1][0] + 2
    titles = len(found) == 1 and ends <= len(log.text.lines) and _depth(log.line(ends)) > _depth(found[0][1])
    return [] if titles else found


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 0


def mails(log: Log) -> Iterator[tuple[Lines, tuple[int, Moment]]]:
    """Yield the bodies of mails, each with the time of its head."""
    number, last = 1, len(log.text.lines)
    while number <= last:
        if not MAIL_FROM.match(log.line(number)):
            number += 1
            continue
        end = number
        while end < last and MAIL_HEAD.match(log.line(end + 1)):
            end += 1
        when = _dated(log, number, end)
        body = _body(log, end + 1) if when and end > number + 1 else []
        if when and body:
            yield body, when
        number = end + 1


def _dated(log: Log, start: int, end: int) -> tuple[int, Moment] | None:
    return next(
        (
            (number, log.moments(number)[0])
            for number, line in log.numbered(start, end)
            if MAIL_DATE.match(line) and log.moments(number)
        ),
        None,
    )


def _body(log: Log, start: int) -> Lines:
    found: Lines = []
    for number, line in log.numbered(start, start + MAIL_MOST):
        if MAIL_FROM.match(line) or MAIL_ENDS.match(line):
            break
        if line.strip():
            found.append((number, line))
    return found


def in_quotes(log: Log) -> Iterator[Lines]:
    """Yield lines that begin and end with a mark of quotation, whether in one line or some below."""
    number, last = 1, len(log.text.lines)
    while number <= last:
        line = log.line(number).strip()
        end = number
        if line[:1] in OPENING and len(line) > 2:
            while end <= min(last, number + QUOTED_MOST) and not _closes(log.line(end), first=end == number):
                end += 1
            if end <= min(last, number + QUOTED_MOST) and all(one.strip() for _, one in log.numbered(number, end)):
                yield list(log.numbered(number, end))
                number = end
        number += 1


def _closes(line: str, *, first: bool) -> bool:
    text = line.strip()
    return text[-1:] in CLOSING and (not first or len(text) > 2)
