"""A message tells only of what was known when it was sent: no run of later, no figures of later, no result of its own question.

Source: causality; the log's own times of its messages, of its runs and of who first looked at their figures.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.answers import following
from bongsu.audit.asked import hits
from bongsu.audit.claims import denied, late, written
from bongsu.audit.early import finished_early, too_early
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import ack_in_its_own_request
from bongsu.audit.texts import EDITED, UNEDITED, texts
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.texts import Text

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
CLAUSE = re.compile(r"(?<=[^\d\s])[.;!?] +|, (?=[^\d])| / | [—–|] |\\n")
PAST = re.compile(
    r"\b(?:went|was|were|came|took|ended|finished|completed|failed|succeeded|passed|ran|stopped|dropped|fell|reached|recovered|cleared|printed|clean|good|fine|ok|green|without errors?|no errors?|normal|successful|done|came out|caught up|counted|measured|(?<!as )closed|drained|emptied)\b"
    r"|(?:했|됐|되었|였|었|았|났|왔|쳤|됨|했음|끝남|마침|완료|정상|성공|이상 ?없|무사히)(?!.{0,6}(?:예정|바랍|하면|되면))",
    re.IGNORECASE,
)
AHEAD = re.compile(
    r"\b(?:will|next|until|till|by|from|due|expect\w*|planned?|schedul\w+|window|watch|starts?|begins?|to be|going to|at most|after|if|once|when|eta|deadline|drill|later|tomorrow|yesterday|last (?:night|week)|closes|opens|ends|stays?|back at|see you|for (?:me|you|us)|my time|your time|local time|please|should|ought|(?:could|would) have|before)\b"
    r"|예정|까지|부터|계획|지금|다음|내일|어제|지난|하겠|할 ?것|합니다|됩니다|있습니다|주세요|바랍|창(?= |:|은)|마감|목표|작업 ?시간|잡았|(?:[가-힣](?:아|어|여|라)|해|와|봐|돼)야|시작(?!했|됐|됨)",
    re.IGNORECASE,
)
NOT_BY = re.compile(r"\s?(?:전에|이전에|되기 ?전)")
"""Behind a time that was not reached: `00:40 전에 끝났네요`."""
MEASURED = re.compile(
    r"\b(?:rate|average|mean|median|p\d{2}|latency|errors?|throughput|total|count|requests)\b|오류율|평균|건수|지연",
    re.IGNORECASE,
)
RESULT = re.compile(
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
FAR_S = 43_200
DENIED_WITHIN = 24
LATER_MOST = 2
INSTEAD = "the message as it was sent; what became known later as a message of its own"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what a message tells of a time, of figures or of answers that came after it."""
    for log in filter(written, logs):
        seen = {hit.spot.line for hit in hits(ack_in_its_own_request, log)}
        for text in texts(log):
            if text.sent is None or text.edited or _touched(log, text):
                continue
            for hit in (*_later(text), *_own_result(text), *_figures(text), *_unfinished(text)):
                if hit.spot.line not in seen:
                    seen.add(hit.spot.line)
                    yield hit


def _touched(log: Log, text: Text) -> bool:
    below = " ".join(line for _, line in following(log, text.lines[-1][0])[:2])
    return bool(EDITED.search(UNEDITED.sub(" ", below)))


def _hit(text: Text, number: int, moment: Moment | None, why: str, *, also: int = 0) -> Hit:
    log, sent = text.log, text.sent
    spots = (log.moment_spot(*sent),) if sent else ()
    return Hit(
        spot=log.moment_spot(number, moment) if moment else log.spot(number),
        also=(*spots, *((log.spot(also),) if also else ())),
        why=why,
        instead=INSTEAD,
    )


def _ahead_of(moment: Moment, sent: Moment) -> bool:
    return late(moment, sent) and (moment.at - sent.at).total_seconds() < FAR_S


def _later(text: Text) -> Iterator[Hit]:
    if text.sent is None:
        return
    sent = text.sent[1]
    every = [(number, one) for number, _ in text.lines for one in text.moments(number)]
    after = [(number, one) for number, one in every if one.zone_min == sent.zone_min and _ahead_of(one, sent)]
    if len(after) > max(LATER_MOST, len(every) // 2 + 1) or (len(every) > LATER_MOST and len(after) == len(every)):
        return
    for number, moment in after:
        line = dict(text.lines)[number]
        clause = _clause(line, moment)
        spanned = _spanned(line, moment)
        figure = MEASURED.search(clause) and re.search(r"\d(?:\.\d+)? ?(?:%|ms|건|per)", clause)
        measured = spanned and figure and not re.search(r"window|limit|창|기준", clause, re.IGNORECASE)
        # `finished OK at 18:31:17: 842 done, 3 without an address`: what follows the time denies nothing of it.
        beside = clause.partition(moment.text)[0] + clause.partition(moment.text)[2][:DENIED_WITHIN]
        if NOT_BY.match(line[moment.end - 1 :]):
            continue
        told = PAST.search(clause) and not AHEAD.search(clause) and not PLANNED.search(clause) and not denied(beside)
        if (told and not spanned) or measured:
            yield _hit(text, number, moment, f"sent at {sent.text}, and tells of {moment.text} as past")
            return


def _spanned(line: str, moment: Moment) -> bool:
    """Return whether a time is one end of a span, as a window is given."""
    return bool(
        re.search(r"\d\S{0,5} ?(?:-|–|—|~|to|until) ?$", line[: moment.column - 1])
        or re.match(r"\s?(?:-|–|—|~|to|until)\s?\d", line[moment.end - 1 :])
    )


def _clause(line: str, moment: Moment) -> str:
    cuts = [0, *(match.end() for match in CLAUSE.finditer(line)), len(line)]
    first = max(cut for cut in cuts if cut <= moment.column - 1)
    return line[first : min(cut for cut in cuts if cut >= moment.end - 1)]


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
