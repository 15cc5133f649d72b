"""Answers in the very second of what asked for them, where a log has each as an entry: members of a list, marks, a chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.audit.acks import ASKS, CLOSING, PAGE, SERVICE_SAID, brief
from bongsu.audit.claims import denied
from bongsu.audit.events import events
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.same_second import asked_and_answered
from bongsu.audit.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bongsu.audit.events import Event
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload
    from bongsu.audit.texts import Text

Pair = tuple["Spot", "Spot", str]
"""The place of an answer, that of what it answers, and the time of both."""
ANSWER = re.compile(
    r"ack|answer|repl(?:y|ies)|respon|confirm|press|tap|click|callback|확인|응답|회신|답", re.IGNORECASE
)
OF_ANSWERS = re.compile(
    r"^(?:button|standing|who|by|responder|service_user)$|acked|answered|pressed|replied|responded|after_s|elapsed|took"
)
"""Members that an object has when it tells of an answer, or of how a page went."""
OPEN_YET = re.compile(r"(?:acked|acknowledged|answered|confirmed|pressed|replied|responded)_at")
"""What is empty where nobody has answered: whatever time stands beside it is that of the question."""
NOT_ANSWER = re.compile(r"ok|api|http|request|status|response_code", re.IGNORECASE)
WHO = re.compile(r"who|by|name|from|user|person|member|contact|responder|이름|담당자?")
WHEN = re.compile(
    r"(?:.*_)?(?:at|time|clock|stamp|timestamp|moment|logged|sent|posted|paged|asked|when|ts_local|local|kst|utc|answered|acked|replied|date|시각)(?:_at|_kst|_utc|_local)?"
)
KIND = re.compile(
    r"kind|type|event|purpose|name|title|subject|action|what|step|label|did|done|happened|act|deed|일|한_?일|무엇|내용"
)
LEFT = re.compile(r"asked|sent|posted|paged|called|issued|발송|전송|호출")
"""Names of the time at which something left."""
ASKED = re.compile(r"\b(?:drill|exercise)\b|훈련", re.IGNORECASE)
PERSONAL = re.compile(
    r"\b(?:ack(?:s|ed|nowledged|nowledges)?|answered|answers|replied|confirmed|pressed)\b|응답함|확인함|확인했|답함",
    re.IGNORECASE,
)
PERSON = re.compile(
    r"\W*(?:(?:[A-Z][\w.'-]+(?: [A-Z][\w.'-]*)?|[가-힣]{2,4}(?:님| 님)?)\W{1,4}(?:\w+\W){0,1}?(?:(?i:ack|acked|acknowledged|answered|replied|confirmed|pressed|here)|확인|응답|회신|답장|수신)(?!\w*(?: 중| 요청))"
    r"|(?i:acked|acknowledged|answered|ack|confirmed|pressed) (?:by |from )?[A-Z]|(?:확인|응답|수신)\W{1,3}[가-힣]{2,4}(?![가-힣]))"
)
"""How an entry begins that tells of one person's answer."""
NEXT_MOST = 4


def at_once(log: Log) -> Iterator[Pair]:
    """Yield the answers of a log that have the second of their page."""
    yield from _in_json(log)
    yield from _listed(log)
    yield from _said(log)
    yield from asked_and_answered(log)


def _in_json(log: Log) -> Iterator[Pair]:
    for piece in pieces(log):
        asked: list[tuple[Path, Moment]] = []
        answered: list[tuple[Path, Moment]] = []
        for path, one in walk(piece.value):
            if not isinstance(one, dict) or (when := _when(log, piece, path, one)) is None:
                continue
            key = snake(str(when[0][-1]))
            if _is_answer(path, one) and not LEFT.search(key):
                answered.append(when)
            elif _is_page(path, one) and not ANSWER.search(key):
                asked.append(when)
        for path, moment in answered:
            for other, page in asked:
                if moment.to_s == page.to_s == 1 and moment.fits(page) and moment.at == page.at:
                    yield log.at(piece.lines[path], moment.text), log.spot(piece.lines[other]), moment.text
                    break


def _when(log: Log, piece: Payload, path: Path, one: dict[str, Any]) -> tuple[Path, Moment] | None:
    for key, value in one.items():
        place = piece.lines.get((*path, key))
        if place is not None and isinstance(value, str) and WHEN.fullmatch(snake(str(key))):
            found = next((moment for moment in log.moments(place) if moment.text in value), None)
            if found is not None:
                return (*path, key), found
    return None


def _is_answer(path: Path, one: dict[str, Any]) -> bool:
    if not any(WHO.fullmatch(snake(str(key))) for key in one) or took(one):
        return False
    if any(not value and OPEN_YET.fullmatch(snake(str(key))) for key, value in one.items()):
        return False
    listed = any(isinstance(step, str) and ANSWER.search(step) and not NOT_ANSWER.fullmatch(step) for step in path)
    kinds = [str(value) for key, value in one.items() if KIND.fullmatch(snake(str(key))) and isinstance(value, str)]
    return listed or any(ANSWER.match(kind) for kind in kinds)


def took(one: dict[str, Any]) -> bool:
    """Return whether an answer's object says that it took some time."""
    return any(
        isinstance(value, int | float)
        and value > 0
        and re.search(r"second|after|took|elapsed|_s$|delay|wait", str(key))
        for key, value in one.items()
    )


def _is_page(path: Path, one: dict[str, Any]) -> bool:
    told = [str(value) for key, value in one.items() if isinstance(value, str) and not WHEN.fullmatch(snake(str(key)))]
    keys = {snake(str(key)) for key in one}
    keys -= {"who", "by"} if any(PAGE.match(text) for text in told) else set()  # who paged, then, not who answered
    if any(CLOSING.search(text) or ANSWER.match(text) for text in told) or any(OF_ANSWERS.search(key) for key in keys):
        return False
    named = [str(step) for step in path if isinstance(step, str)]
    return any(ASKS.search(text) for text in told) or any(ASKS.search(name.replace("_", " ")) for name in named)


def _listed(log: Log) -> Iterator[Pair]:
    """Yield entries of a list, a table or marks that tell of an answer at the time of the entry that asked."""
    listed = [one for one in events(log) if one.kind in ("mark", "leading") or _first_cell(one)]
    listed = [one for one in listed if one.moment.to_s == 1]
    asked: dict[datetime, Event] = {}
    for one in listed:
        sent = (PAGE.search(one.text) or ASKED.search(one.text)) and ASKS.search(one.text)
        if sent and not PERSONAL.search(one.text) and not CLOSING.search(one.text):
            asked.setdefault(one.moment.at, one)
    for one in listed:
        page = asked.get(one.moment.at)
        told = page is not None and page.number < one.number and PERSON.match(one.text)
        if page and told and not denied(one.text) and not SERVICE_SAID.search(one.text) and not PAGE.match(one.text):
            yield one.spot, page.spot, one.moment.text


def _first_cell(one: Event) -> bool:
    """Return whether the time of a row stands alone in its first cell."""
    return one.kind == "row" and re.fullmatch(r"[\s|]*", one.log.line(one.number)[: one.moment.column - 1]) is not None


def _said(log: Log) -> Iterator[Pair]:
    """Yield short answers in a chat that stand just below a question of their own second."""
    listed = [one for one in texts(log) if one.sent and one.sent[1].to_s == 1]
    for place, question in enumerate(listed):
        if not ASKS.search(_words(question)):
            continue
        for answer in listed[place + 1 : place + 1 + NEXT_MOST]:
            same = answer.sent and question.sent and answer.sent[1].at == question.sent[1].at
            if same and answer.sent and question.sent and answer.sent[0] != question.sent[0] and brief(answer):
                yield log.moment_spot(*answer.sent), log.moment_spot(*question.sent), answer.sent[1].text


def _words(text: Text) -> str:
    return " ".join(line.strip() for _, line in text.lines)
