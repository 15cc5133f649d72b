"""A message tells only of what was known when it was sent: no run of later, no figures of later, no result of its own question.

Source: causality; the log's own times of its messages, of its runs and of who first looked at their figures.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bongsu.audit.ahead import told_ahead
from bongsu.audit.answers import following
from bongsu.audit.asked import hits
from bongsu.audit.claims import written
from bongsu.audit.early import finished_early, too_early
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.named_rows import told_of_rows
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import ack_in_its_own_request
from bongsu.audit.spoken import spoken
from bongsu.audit.texts import EDITED, UNEDITED, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.texts import Text

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
RESULT = pattern(
    r"\b(?:drill )?results?\s?[:=]\s?\W{0,3}(?:passed|ok|\d+ ?(?:of|/) ?\d+)|\bslowest (?:answer |ack )?(?:was |after )?\d|\b(?:all|\d+ ?(?:of|/) ?\d+) (?:have |had )?(?:acknowledged|acked|answered)\b|결과\s?[:=]\s?(?:합격|통과|전원|\d+)|가장 ?늦은 ?응답|전원 ?(?:응답|확인) ?(?:완료|함|했)",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"\b(?:acknowledge|answer|reply|press|respond|confirm)\b(?! (?:was|were|is|came))[^.]{0,40}\b(?:in|within|here|now|please|by|ack|with)\b|\bplease (?:\w+ )?(?:acknowledge|answer|reply|press|respond|confirm)|(?:확인|응답|답|회신|수신)\S{0,8} ?(?:바랍|부탁|주세요|남겨|적어|눌러)",
    re.IGNORECASE,
)
OVER = re.compile(
    r"\b(?:over|closed|ended|thanks?|thank you|finished|so far|until now|reminder|still (?:missing|waiting))\b|종료|감사|끝났|지금까지|아직|재촉",
    re.IGNORECASE,
)
INSTEAD = "the message as it was sent; what became known later as a message of its own"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what a message tells of a time, of figures or of answers that came after it."""
    for log in filter(written, logs):
        seen = {hit.spot.line for hit in hits(ack_in_its_own_request, log)}
        for hit in (*_of_times(log), *_of_texts(log), *_of_rows(log)):
            if hit.spot.line not in seen:
                seen.add(hit.spot.line)
                yield hit


def _of_times(log: Log) -> Iterator[Hit]:
    for text in spoken(log):
        told = None if text.edited or text.sent is None or _touched(log, text) else told_ahead(text)
        if told is None or text.sent is None or _behind_it(text, told.number, told.moment):
            continue
        why = f"sent at {text.sent[1].text}, and tells of {told.moment.text} as past"
        hit = _hit(text, told.number, told.moment, why, also=told.by)
        yield hit if told.sure else replace(hit, confidence=Confidence.LOW)


def _of_rows(log: Log) -> Iterator[Hit]:
    for text in spoken(log):
        for number, row in () if text.edited or text.sent is None or _touched(log, text) else told_of_rows(text):
            why = f"sent at {text.sent[1].text if text.sent else ''}, and tells how {row.label} went, which began at {row.began.text}"
            yield _hit(text, number, None, why, also=row.line)


def _behind_it(text: Text, number: int, moment: Moment) -> bool:
    """Return whether a time stands behind the quoted message, where somebody goes on to tell of it."""
    words = ack_in_its_own_request.QUOTED.match(text.log.line(number))
    return words is not None and moment.column > words.end()


def _of_texts(log: Log) -> Iterator[Hit]:
    for text in texts(log):
        if text.sent is not None and not text.edited and not _touched(log, text):
            yield from (*_own_result(text), *_figures(text), *_unfinished(text))


def _touched(log: Log, text: Text) -> bool:
    """Return whether a message was changed after it was sent, by its head or by what stands right below it."""
    below = " ".join(line for _, line in following(log, text.lines[-1][0])[:2])
    head = log.line(text.sent[0]) if text.sent else ""
    return any(EDITED.search(UNEDITED.sub(" ", told)) for told in (below, head))


def _hit(text: Text, number: int, moment: Moment | None, why: str, *, also: int = 0) -> Hit:
    log, sent = text.log, text.sent
    spots = (log.moment_spot(*sent),) if sent else ()
    return Hit(
        spot=log.moment_spot(number, moment) if moment else log.spot(number),
        also=(*spots, *((log.spot(also),) if also else ())),
        why=why,
        instead=INSTEAD,
    )


def _own_result(text: Text) -> Iterator[Hit]:
    whole = " ".join(line.strip() for _, line in text.lines)
    if not ASKING.search(whole) or OVER.search(whole):
        return
    for number, line in text.lines:
        match = RESULT.search(line)
        if match and not re.search(
            r"\b(?:if|when|once|until|must|should|needs?)\b|하면|되면|경우", line, re.IGNORECASE
        ):
            yield _hit(text, number, None, "it asks for answers, and already gives what came of them")
            return


def _figures(text: Text) -> Iterator[Hit]:
    early = too_early(text)
    if early is not None and text.sent is not None:
        told, shown = early.figures, ", ".join(map(str, sorted(early.figures)))
        why = f"sent at {text.sent[1].text} with {shown}, which line {early.line} first gives at {early.moment.text}"
        yield _hit(text, min(told.values()), None, why, also=early.line)


def _unfinished(text: Text) -> Iterator[Hit]:
    found = finished_early(text)
    if found is not None and text.sent is not None:
        number, end = found
        why = f"sent at {text.sent[1].text}, and calls done what line {end.number} ends at {end.moment.text}"
        yield _hit(text, number, None, why, also=end.number)
