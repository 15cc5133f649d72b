"""Slack refuses a text object without text or a block without content, and with it the whole message: nothing was posted.

Source: Slack API, Block Kit, text object: text has at least 1 character; else `invalid_blocks`. Telegram Bot API: an empty
text is refused with `message text is empty`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.audit.answers import REFUSED, TAKEN, paragraph, refused, taken
from bongsu.audit.claims import told
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.payloads import Path, Payload

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
TEXTS = ("mrkdwn", "plain_text")
EMPTY = pattern(
    r"\b(?:empty|blank|zero-length|zero-character) (?:\S+ )?(?:text|plain_text|mrkdwn|fields?|headers?|sections?|strings?|titles?|labels?)\b"
    r"|\b(?:text|plain_text|mrkdwn|fields?|header|section|title|label)\b (?:\S+ ){0,3}(?:(?:was |were |is |are |left )+(?:empty|blank)|without (?:any )?text|(?:has|had|with) no text)"
    r"|\b(?:text|field|header|section|title|label|element)\b (?:\S+ ){0,4}?(?:was|were|is|held|had|carried) [`']?(?:\"\"|'')[`']?"
    r"|\btext\b[`\"']?\s*[:=]\s*(?:\"\"|'')|(?:header|field|section|block) (?:with an? empty|without)"
    r"|빈 (?:\S+ )?(?:텍스트|문자열|글자|필드|칸|제목|머리글|블록|값)|(?:텍스트|본문|필드|제목|머리글|헤더|text)\S{0,3} ?(?:비어|비운|비워|빈 채|공백|없이|없는)",
    re.IGNORECASE,
)
TEXT_HEAD = re.compile(r"(?:text|content|words|value|body|title)|텍스트|내용|본문|글|값")
BLANK = re.compile(
    r"\(?(?:empty|blank|\"\"|''|empty string|no text|비어 ?있음|빈 ?칸|빈 문자열|없음)\)?", re.IGNORECASE
)
BLOCK = re.compile(
    r".{0,12}\b(?:header|section|field|context|button|block|mrkdwn|plain_text)|.{0,6}(?:헤더|섹션|필드|블록|머리글|버튼)",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"block|field|header|section|mrkdwn|plain_text|slack|card|블록|필드|헤더|머리글|슬랙|카드", re.IGNORECASE
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the empty text objects and blocks of a payload that was not refused, and sentences that tell of one."""
    for log in logs:
        for piece in pieces(log):
            for path, key, what in _empty(piece):
                if not refused(log, piece, path):
                    number = piece.lines.get((*path, key), piece.lines.get(path, piece.start))
                    yield Hit(
                        spot=log.at(number, f'"{key}"'),
                        also=taken(log, piece),
                        why=f"{what}: nothing was posted",
                        instead="what the service answered; to leave a cell blank, split the section or write a dash",
                    )
        yield from _in_words(log)
        yield from _in_tables(log)


def _empty(piece: Payload) -> Iterator[tuple[Path, str, str]]:
    for path, one in walk(piece.value):
        if not isinstance(one, dict):
            continue
        text_object = one.get("type") in TEXTS or (path and path[-1] == "text")
        if text_object and "text" in one and one["text"] in ("", None):
            yield path, "text", "Slack answers invalid_blocks (HTTP 400 from a webhook) to an empty text"
        elif not piece.shortened and (key := _hollow(one)):
            yield path, key, "Slack answers invalid_blocks (HTTP 400 from a webhook) to a block without content"
        elif one.get("text") == "" and ("chat_id" in one or _bare(one)):
            yield path, "text", "an empty message is refused (Telegram: message text is empty; Slack: no_text)"


def _hollow(one: dict[str, Any]) -> str:
    kind = one.get("type")
    if kind == "section" and "text" in one and one["text"] in ("", None, {}):
        return "text"
    if kind == "section" and one.get("fields") == [] and not one.get("text"):
        return "fields"
    if kind == "header" and one.get("text") in ("", None, {}) and "text" in one:
        return "text"
    return "elements" if kind in ("actions", "context") and one.get("elements") == [] else ""


def _bare(one: dict[str, Any]) -> bool:
    return "channel" in one and "type" not in one and not one.get("blocks") and not one.get("attachments")


def _in_tables(log: Log) -> Iterator[Hit]:
    for grid in grids(log):
        places = [n for n, head in enumerate(grid.heads) if TEXT_HEAD.fullmatch(head)]
        for row in grid.rows:
            blank = next((row[n] for n in places if BLANK.fullmatch(row[n].text)), None)
            others = " ".join(cell.text for cell in row if cell is not blank)
            taken_too = re.search(r"\bok\b|accepted|posted|게시|성공", others, re.IGNORECASE)
            if blank and BLOCK.match(others) and taken_too and not REFUSED.search(others):
                yield Hit(
                    spot=blank.spot,
                    why="Slack answers invalid_blocks to an empty text, never ok: nothing was posted",
                    instead="what Slack answered, as recorded",
                )


def _in_words(log: Log) -> Iterator[Hit]:
    for number, line in told(log):
        match = EMPTY.search(line)
        if not match or '"type"' in line:
            continue
        around = list(paragraph(log, number)) if not line.lstrip().startswith(("|", "-", "*")) else [(number, line)]
        whole = " ".join(text for _, text in around)
        said = next(((n, found) for n, text in around if (found := TAKEN.search(text))), None)
        if said and len(around) < 8 and ABOUT.search(whole) and not REFUSED.search(whole):
            yield Hit(
                spot=log.spot(number, match),
                also=(log.spot(*said),),
                why="Slack answers invalid_blocks to an empty text or a block without content, never ok: nothing was posted",
                instead="what Slack answered, as recorded",
            )
